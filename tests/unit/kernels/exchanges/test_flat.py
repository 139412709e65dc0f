"""Dialogues laid flat."""

from __future__ import annotations

from ftq_spark.kernels.exchanges.flat import PROMPT_CHARS, Turn, lay_flat


def test_each_answer_that_is_trained_on_stands_behind_what_was_said() -> None:
    found = lay_flat(
        [
            [("system", "s", None), ("user", "a", None), ("assistant", "b", None), ("user", "c", None)],
            [("assistant", "hello", None), ("user", "a", None), ("assistant", "b", 0), ("assistant", "call", 1.0),
             ("tool", "3", None), ("assistant", "d", None)],
        ]
    )  # fmt: skip
    assert found.owner == [0, 1, 1, 1]
    assert found.turn == [2, 0, 3, 5]
    assert found.question == ["a", "", "a", "a"]
    assert found.response == ["b", "hello", "call", "d"]
    assert found.replies_to == ["user", None, "user", "tool"]
    assert found.prompt == [
        "a",
        "",
        "Assistant: hello\n\nUser: a\n\nAssistant: b",
        "Assistant: hello\n\nUser: a\n\nAssistant: b\n\nAssistant: call\n\nTool: 3",
    ]


def test_a_long_prompt_loses_its_oldest_turns_and_keeps_the_newest_whole() -> None:
    long = "x" * PROMPT_CHARS
    turns: list[Turn] = [
        ("user", "old", None),
        ("assistant", "b", None),
        ("user", long, None),
        ("assistant", "d", None),
    ]
    assert lay_flat([turns]).prompt == ["old", f"User: {long}"]


def test_an_answer_that_is_said_again_to_another_question() -> None:
    long = "The tide follows the moon, which pulls the near side of the sea more."
    back = "Could you say which of the two harbours you mean by that?"
    turns: list[Turn] = []
    for question, answer in (
        ("Why the tide?", long), ("Why the tide?", long), ("And the moon?", f" {long}\n"),
        ("Hm?", "Yes."), ("So?", "Yes."), ("This?", back), ("That?", back),
    ):  # fmt: skip
        turns += [("user", question, None), ("assistant", answer, None)]
    assert lay_flat([turns]).repeats == [False, False, True, False, False, False, False]
    assert lay_flat([turns[:2], turns[4:6]]).repeats == [False, False]


def test_no_dialogues() -> None:
    assert lay_flat([]).owner == []
