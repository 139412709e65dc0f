"""Rows of a question and its answer, read at once, are what the families make of them one by one."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.formats import aliases, ingest, plain, strict, tagged_calls
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.tagged_calls import calls_in
from ftq_spark.formats.thoughts import split
from ftq_spark.formats.transcript import AWAITING, may_be_transcript

NAMES = sorted(
    {"instruction", "input", "prompt", "context", "template", "id", "history", "choices", "completions", "corrected"}
    | {"contents", "instances", "replies", *aliases.CONTEXT_FIELDS, *aliases.LABEL_FIELDS, *aliases.ALPACA_ANSWERS}
    | {*aliases.SYSTEM_FIELDS[:1], *aliases.TOOLS_FIELDS[:1], *aliases.REWARD_FIELDS[:2], *aliases.PREFERENCES[0]}
    | {"image", "messages", "text", "segments", "Question"}
    | {name for _, asked, answered in aliases.PAIRS for name in (asked, *answered)}
)
PIECES = [
    *("a", "b c", " ", "\n\n", "[", "]", '[{"role": "user", "content": "q"}]', "[1]", "{}", "<", "<think>", "</think>"),
    *(
        "<tool_call>",
        '{"name": "f"}',
        "</tool_call>",
        "Human: q\n\nAssistant:",
        "\n\nAssistant:",
        "[INST] q [/INST]",
        "a</s>",
        "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n",
        "◁think▷",
        "ü",
        "true",
    ),
    *("[THINK]", "\u2028", "\ud7ff", '"', "\\", "\x7f", "0"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
MARKED = [
    *(f"{opens}a{closes}b" for opens, closes in aliases.THOUGHT_MARKS),
    *(f"a{mark}" + '{"name": "f", "arguments": {}}' for mark in tagged_calls.MARKS),
]
TRANSCRIPTS = [
    f"{asked}{blanks}"
    for blanks in ("", " ", "\n\n", " " * 9, "\u2028", "\x1c", "\u00a0 ")
    for asked in ("\n\nHuman: q\n\nAssistant:", *(f"q{mark}" for mark in AWAITING))
]
VALUES = TEXTS | TEXTS | TEXTS | st.sampled_from([None, 1, True, [], ["a"], {}, {"text": "a"}, 10**30])
COMMON = st.sampled_from([
    ("instruction", "input", "output"), ("instruction", "output"), ("instruction", "context", "response"),
    ("prompt", "completion"), ("question", "answer"), ("question", "context", "answer"), ("input", "output"),
])  # fmt: skip
ROWS = (COMMON | st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True).map(tuple)).flatmap(
    lambda names: st.fixed_dictionaries(dict.fromkeys(names, VALUES))
)


def read(rows: list[dict[str, Any]], max_rows: int = 2000) -> pa.Table:
    raw = (RawRow(i, strict.dumps(row).encode(), None, 2 * i if i % 3 else None) for i, row in enumerate(rows, 1))
    found = list(ingest.batches(raw, dataset="d", source="s/ü", max_rows=max_rows))
    for batch in found:
        batch.validate(full=True)
    return pa.Table.from_batches(found)


@given(st.lists(ROWS, min_size=1, max_size=8), st.integers(1, 9))
@settings(max_examples=300)
def test_a_plain_row_is_what_its_family_makes_of_it(rows: list[dict[str, Any]], max_rows: int) -> None:
    found = read(rows, max_rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest, "plain_fields", lambda names: None)
        assert found.to_pylist() == read(rows).to_pylist()


@pytest.mark.parametrize(
    ("row", "asked", "attached"),
    [
        ({"instruction": "q", "input": " ", "output": "a"}, "q", None),
        ({"instruction": "q", "input": "i", "response": "a", "id": 7}, "q\n\ni", "i"),
        ({"question": "q", "passage": "p", "answer": "a"}, "p\n\nq", "p"),
        ({"body": "b", "question": "q", "answer": "a"}, "b\n\nq", "b"),
        ({"query": "q", "context": "c", "response": "a"}, "c\n\nq", "c"),
        ({"prompt": "q", "completion": "a", "template": None}, "q", None),
        ({"instruction": "q", "input": "[1, 2]", "output": "a"}, "q\n\n[1, 2]", "[1, 2]"),
    ],
)
def test_usual_rows_are_plain(row: dict[str, Any], asked: str, attached: str | None) -> None:
    ((fields, _, texts),) = plain.texts_by_fields([row, row])
    assert plain.plain_rows(texts, fields).is_plain.tolist() == [True, True]
    found = read([row]).to_pylist()[0]
    assert ([turn["content"] for turn in found["messages"]], found["attached"]) == ([asked, "a"], attached)


def arrays(texts: list[str]) -> tuple[pa.Array, pa.Array]:
    """The texts as an array of its own, and as a part of a longer one."""
    return pa.array(texts, pa.string()), pa.array(["<think>", *texts, "</think>"], pa.string())[1:-1]


@given(st.lists(TEXTS | st.text("<[]◁THINKthinkougreasn_l>") | st.sampled_from(MARKED), max_size=5))
def test_answers_with_a_thought_or_a_call_are_found_by_their_marks(answers: list[str]) -> None:
    marked = [i for i, text in enumerate(answers) if split(text).reasoning is not None or calls_in(text) is not None]
    for texts in arrays(answers):
        assert set(marked) <= set(plain.with_marks(texts).tolist()) <= set(range(len(answers)))
    if not any("<" in text or "[" in text or "◁" in text for text in answers):
        assert not len(plain.with_marks(pa.array(answers, pa.string())))


def test_signs_that_no_mark_begins_with_are_no_marks() -> None:
    answers = ["<td>I think</td>", "</thead>", "x [THIS]", "<|endofchunk|>", "a < b", "<", "["]
    assert plain.with_marks(pa.array(answers)).tolist() == []
    found = plain.with_marks(pa.array([*answers, "x<think>", *MARKED]))
    assert sorted(set(found.tolist())) == list(range(len(answers), len(answers) + 1 + len(MARKED)))


@given(st.lists(TEXTS | st.sampled_from(TRANSCRIPTS), max_size=5))
def test_questions_that_may_be_transcripts_are_found_by_their_ends(asked: list[str]) -> None:
    wanted = {i for i, text in enumerate(asked) if may_be_transcript(text)}
    for texts in arrays(asked):
        assert wanted <= set(plain._as_transcripts(texts).tolist()) <= set(range(len(asked)))


def test_rejects_stand_between_plain_rows_in_their_order() -> None:
    rows = [{"prompt": f"{i}", "completion": "a" if i % 3 else ""} for i in range(50)]
    found = read(rows, 7)
    assert found["row"].to_pylist() == list(range(1, 51))
    assert found["accepted"].to_pylist() == [i % 3 > 0 for i in range(50)]
    said = [turns and turns[0]["content"] for turns in found["messages"].to_pylist()]
    assert said == [str(i) if i % 3 else None for i in range(50)]
    assert [json.loads(text) for text in found["original"].to_pylist() if text] == [rows[i] for i in range(50) if i % 3]


def test_rows_that_are_not_plain_after_all_stand_in_their_order() -> None:
    rows = [{"prompt": "q", "completion": ""} if i % 2 else {"nothing": i} for i in range(6)]
    found = read(rows)
    assert found["row"].to_pylist() == list(range(1, 7))
    assert found["code"].to_pylist() == ["unknown_format", "empty_content"] * 3
