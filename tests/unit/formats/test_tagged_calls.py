"""Calls and results that stand in a text, as the templates of several families of models write them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.formats.detect import conversation
from ftq_spark.formats.tagged_calls import calls_in, may_hold_calls, result_in

WARM = {"name": "warm", "arguments": {"town": "Lyon", "note": "a } b ] [ARGS]"}}
COLD = {"name": "cold", "arguments": {}}
BEGIN, END, SEP = "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", "<｜tool▁sep｜>"
ARGUMENTS = json.dumps(WARM["arguments"])


def named(call: dict[str, Any], **fields: str) -> str:
    return json.dumps({**fields, **call}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "rest", "expected"),
    [
        (f"I look.\n<tool_call>\n{named(WARM)}\n</tool_call>", "I look.", [WARM]),
        (f"[TOOL_CALLS] [{named(WARM)}, {named(COLD)}]", "", [WARM, COLD]),
        (f"[TOOL_CALLS][{named(WARM)}]</s>", "</s>", [WARM]),
        (f"I look.[TOOL_CALLS]warm[ARGS]{ARGUMENTS}", "I look.", [WARM]),
        (f"[TOOL_CALLS]warm[ARGS]{ARGUMENTS}[TOOL_CALLS]cold[ARGS]{{}}", "", [WARM, COLD]),
        (f"[TOOL_CALLS]warm{ARGUMENTS}", "", [WARM]),
        (f'<|python_tag|>{{"name": "warm", "parameters": {ARGUMENTS}}}<|eom_id|>', "<|eom_id|>", [WARM]),
        (f"<|python_tag|>{named(WARM)}; {named(COLD)}", "", [WARM, COLD]),
        (f"I look. <function=warm>{ARGUMENTS}</function>\n<function=cold>{{}}</function>", "I look.", [WARM, COLD]),
        (
            f"I look.<｜tool▁calls▁begin｜>{BEGIN}function{SEP}warm\n```json\n{ARGUMENTS}\n```{END}\n"
            f"{BEGIN}function{SEP}cold\n```json\n{{}}\n```{END}<｜tool▁calls▁end｜>",
            "I look.",
            [WARM, COLD],
        ),
        (f"<｜tool▁calls▁begin｜>{BEGIN}warm{SEP}{ARGUMENTS}{END}<｜tool▁calls▁end｜>", "", [WARM]),
    ],
)  # fmt: skip
def test_calls_in_a_text(text: str, rest: str, expected: list[dict[str, Any]]) -> None:
    found = calls_in(text)
    assert found is not None
    assert found[0] == rest
    assert [
        {**call["function"], "arguments": json.loads(call["function"]["arguments"])} for call in found[1]
    ] == expected


def test_ids_of_calls_are_kept() -> None:
    for text in (
        f"[TOOL_CALLS] [{named(WARM, id='a1')}]",
        f"[TOOL_CALLS]warm[CALL_ID]a1[ARGS]{ARGUMENTS}",
    ):
        found = calls_in(text)
        assert found is not None
        assert found[1][0]["id"] == "a1"


@pytest.mark.parametrize(
    "text",
    [
        "The template writes [TOOL_CALLS] before a call.",
        "[TOOL_CALLS] [{'name': 'warm'}]",
        "[TOOL_CALLS] []",
        '[TOOL_CALLS] [{"arguments": {}}]',
        "[TOOL_CALLS]warm[ARGS]{",
        '<|python_tag|>brave_search.call(query="warm")',
        "<|python_tag|>1 + 1",
        "<function=warm>{'a'}</function>",
        "<function=warm>{}",
        f"<｜tool▁calls▁begin｜>{BEGIN}warm{SEP}none{END}<｜tool▁calls▁end｜>",
    ],
)
def test_what_is_no_call_stays_text(text: str) -> None:
    assert calls_in(text) is None
    (_, answer) = conversation(
        {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": text}]}
    ).messages
    assert (answer["content"], answer["tool_calls"]) == (text, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<tool_response>\n20\n</tool_response>", ("20", None)),
        ('[TOOL_RESULTS] {"content": 20.5, "call_id": "a1"}[/TOOL_RESULTS]', ("20.5", "a1")),
        ('[TOOL_RESULTS] [{"name": "warm", "content": {"t": 20}}] [/TOOL_RESULTS]', ('{"t":20}', None)),
        ("[TOOL_RESULTS]a1[TOOL_CONTENT]20 degrees[/TOOL_RESULTS]", ("20 degrees", "a1")),
        ("[TOOL_RESULTS]20 degrees[/TOOL_RESULTS]", ("20 degrees", None)),
        ('[TOOL_RESULTS]{"t": 20}[/TOOL_RESULTS]', ('{"t": 20}', None)),
        ("<｜tool▁output▁begin｜>20<｜tool▁output▁end｜>", ("20", None)),
        (
            "<｜tool▁outputs▁begin｜><｜tool▁output▁begin｜>20<｜tool▁output▁end｜><｜tool▁outputs▁end｜>",
            ("20", None),
        ),
        ("[TOOL_RESULTS]1[/TOOL_RESULTS][TOOL_RESULTS]2[/TOOL_RESULTS]", None),
        ("<tool_response>1</tool_response><tool_response>2</tool_response>", None),
        ("See [TOOL_RESULTS]", None),
        ("20", None),
    ],
)
def test_results_in_a_text(text: str, expected: tuple[str, str | None] | None) -> None:
    assert result_in(text) == (expected or (text, None))


def test_a_dialogue_of_texts_is_the_dialogue_of_calls() -> None:
    call = {"id": "a1", "type": "function", "function": {"name": "warm", "arguments": ARGUMENTS}}
    user, last = {"role": "user", "content": "Warm?"}, {"role": "assistant", "content": "20."}
    texts = [
        user,
        {"role": "assistant", "content": f"[TOOL_CALLS] [{named(WARM, id='a1')}]"},
        {"role": "tool", "content": '[TOOL_RESULTS] {"content": "20", "call_id": "a1"}[/TOOL_RESULTS]'},
        last,
    ]
    calls = [user, {"role": "assistant", "content": "", "tool_calls": [call]},
             {"role": "tool", "content": "20", "tool_call_id": "a1"}, last]  # fmt: skip
    found = [
        [{**turn, "tool_calls": turn["tool_calls"] and json.loads(turn["tool_calls"])} for turn in talk.messages]
        for talk in (conversation({"messages": turns}) for turns in (texts, calls))
    ]
    for talk in found:
        for of_call in talk[1]["tool_calls"]:
            of_call["function"]["arguments"] = json.loads(of_call["function"]["arguments"])
    assert found[0] == found[1]


MARKED = (
    "<tool_call>",
    "[TOOL_CALLS]",
    "<|python_tag|>",
    "<function=",
    BEGIN,
    SEP,
    END,
    "[ARGS]",
    "{}",
    '{"name": "f"}',
)


@given(st.lists(st.one_of(st.sampled_from(MARKED), st.text(max_size=5)), max_size=9).map("".join))
def test_any_text_is_read_or_left(text: str) -> None:
    found = calls_in(text)
    if found is not None:
        assert may_hold_calls(text)
        assert found[1]
