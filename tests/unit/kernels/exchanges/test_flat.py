"""Dialogues laid flat."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.exchanges.flat import PROMPT_CHARS, REPEATED_CHARS, TURNS, Exchanges, lay_flat, prompts

Turn = tuple[str, str, "float | None"] | tuple[str, str, "float | None", bool]


def laid(*dialogues: list[Turn]) -> pa.Array:
    names = ("role", "text", "weight", "unfinished")
    return pa.array([[dict(zip(names, turn, strict=False)) for turn in turns] for turns in dialogues], TURNS)


def prompts_of(dialogues: pa.Array, found: Exchanges) -> list[str]:
    return prompts(dialogues, found.owner, found.turn).to_pylist()


def test_each_answer_that_is_trained_on_stands_behind_what_was_said() -> None:
    dialogues = laid(
        [("system", "s", None), ("user", "a", None), ("assistant", "b", None), ("user", "c", None)],
        [("assistant", "hello", None), ("user", "a", None), ("assistant", "b", 0), ("assistant", "call", 1.0),
         ("tool", "3", None), ("assistant", "d", None)],
    )  # fmt: skip
    found = lay_flat(dialogues)
    assert found.owner.tolist() == [0, 1, 1, 1]
    assert found.turn.tolist() == [2, 0, 3, 5]
    assert found.is_last.tolist() == [True, False, False, True]
    assert found.question.to_pylist() == ["a", "", "a", "a"]
    assert found.response.to_pylist() == ["b", "hello", "call", "d"]
    assert found.replies_to.to_pylist() == ["user", None, "user", "tool"]
    assert prompts_of(dialogues, found) == [
        "a",
        "",
        "Assistant: hello\n\nUser: a\n\nAssistant: b",
        "Assistant: hello\n\nUser: a\n\nAssistant: b\n\nAssistant: call\n\nTool: 3",
    ]


def test_a_thought_without_an_end_is_of_its_answer() -> None:
    said: list[Turn] = [
        ("user", "a", None),
        ("assistant", "", None, True),
        ("user", "b", None),
        ("assistant", "c", None),
    ]
    assert lay_flat(laid(said, said[2:])).thought.to_pylist() == ["unfinished", "", ""]


def test_a_long_prompt_loses_its_oldest_turns_and_keeps_the_newest_whole() -> None:
    long = "x" * PROMPT_CHARS
    turns: list[Turn] = [
        ("user", "old", None),
        ("assistant", "b", None),
        ("user", long, None),
        ("assistant", "d", None),
    ]
    dialogues = laid(turns)
    assert prompts_of(dialogues, lay_flat(dialogues)) == ["old", f"User: {long}"]


def test_an_answer_that_is_said_again_to_another_question() -> None:
    long = "The tide follows the moon, which pulls the near side of the sea more."
    back = "Could you say which of the two harbours you mean by that?"
    turns: list[Turn] = []
    for question, answer in (
        ("Why the tide?", long), ("Why the tide?", long), ("And the moon?", f" {long}\n"),
        ("Hm?", "Yes."), ("So?", "Yes."), ("This?", back), ("That?", back),
    ):  # fmt: skip
        turns += [("user", question, None), ("assistant", answer, None)]
    assert lay_flat(laid(turns)).repeats.tolist() == [False, False, True, False, False, False, False]
    assert lay_flat(laid(turns[:2], turns[4:6])).repeats.tolist() == [False, False]


def test_no_dialogues() -> None:
    assert lay_flat(laid()).owner.tolist() == []
    assert lay_flat(laid([], [("user", "a", None)])).response.to_pylist() == []


LONG = "y" * REPEATED_CHARS
TEXTS = st.sampled_from(
    ["", "a", "b?", LONG, f" {LONG}\n", f"{LONG}\u2003{LONG}", f"{LONG} {LONG}", f"{LONG}?", "é" * 45]
)
ROLES = st.sampled_from(["system", "user", "assistant", "assistant", "tool"])
DIALOGUES = st.lists(st.lists(st.tuples(ROLES, TEXTS, st.sampled_from([None, 0.0, 1.0])), max_size=9), max_size=4)


@given(DIALOGUES, st.integers(0, 2))
def test_dialogues_turn_by_turn_say_the_same(dialogues: list[list[Turn]], start: int) -> None:
    array = laid(*dialogues).slice(min(start, len(dialogues)))
    found = lay_flat(array)
    expected = []
    for owner, turns in enumerate(dialogues[start:]):
        before: dict[str, str] = {}
        for place, (role, text, weight) in enumerate(turns):
            if role != "assistant" or weight == 0:
                continue
            said = turns[:place]
            asked = next((t for r, t, _ in reversed(said) if r == "user"), "")
            to = next((r for r, _, _ in reversed(said) if r in ("user", "tool")), None)
            talk = [(r, t) for r, t, _ in said if r != "system"]
            prompt = talk[0][1] if len(talk) == 1 else "\n\n".join(f"{r.capitalize()}: {t}" for r, t in talk)
            same = " ".join(text.split())
            again = len(text) >= REPEATED_CHARS and before.setdefault(same, asked) != asked and not same.endswith("?")
            expected.append((owner, place, asked, text, to, again, prompt))
    columns = [found.owner.tolist(), found.turn.tolist(), found.question.to_pylist(), found.response.to_pylist()]
    columns += [found.replies_to.to_pylist(), found.repeats.tolist(), prompts_of(array, found)]
    assert list(zip(*columns, strict=True)) == expected
