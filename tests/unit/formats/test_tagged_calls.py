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


def written(**parameters: str) -> str:
    """A call as Qwen3-Coder writes it."""
    said = "".join(f"<parameter={name}>\n{value}\n</parameter>\n" for name, value in parameters.items())
    return f"<function=warm>\n{said}</function>"


@pytest.mark.parametrize(
    ("text", "rest", "expected"),
    [
        (f"I look.\n<tool_call>\n{named(WARM)}\n</tool_call>", "I look.", [WARM]),
        ('<tool_call>{"name": "f", "arguments": {"a": "<tool_call> begins"}}</tool_call>', "",
         [{"name": "f", "arguments": {"a": "<tool_call> begins"}}]),
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
        (
            f"I look.\n<tool_call>\n{written(town='Lyon', note='a } b ] [ARGS]')}\n</tool_call>\n"
            "<tool_call>\n<function=cold>\n</function>\n</tool_call>",
            "I look.",
            [WARM, COLD],
        ),
        (written(text="<p>\n    </parameter>\n\n"), "",
         [{"name": "warm", "arguments": {"text": "<p>\n    </parameter>\n\n"}}]),
        (written(a="12", b="True", c='{"d": 1}', e="[1, 2]", f="{no"), "",
         [{"name": "warm", "arguments": {"a": "12", "b": "True", "c": {"d": 1}, "e": [1, 2], "f": "{no"}}]),
        (f"I look. {written(town='Lyon')}\n</tool_call>", "I look.", [{**WARM, "arguments": {"town": "Lyon"}}]),
        ('<|python_tag|>brave_search.call(query="How warm is it, (now)?")<|eom_id|>', "<|eom_id|>",
         [{"name": "brave_search", "arguments": {"query": "How warm is it, (now)?"}}]),
        ('<|python_tag|>web.search.call(query="a", place="b")', "",
         [{"name": "web.search", "arguments": {"query": "a", "place": "b"}}]),
        ("<|python_tag|>cold.call()", "", [COLD]),
    ],
)  # fmt: skip
def test_calls_in_a_text(text: str, rest: str, expected: list[dict[str, Any]]) -> None:
    found = calls_in(text)
    assert found is not None
    assert found[0] == rest
    assert [
        {**call["function"], "arguments": json.loads(call["function"]["arguments"])} for call in found[1]
    ] == expected


def test_bare_parameters_are_what_the_definition_says() -> None:
    types = {"s": "string", "n": "integer", "f": "number", "b": "boolean", "o": "object", "z": ["integer", "null"],
             "e": ["integer", "string"], "bad": "integer", "any": None}  # fmt: skip
    fields = {name: {"type": of} if of else {} for name, of in types.items()}
    tools = [
        {"type": "function", "function": {"name": "other", "parameters": {"properties": {"s": {"type": "integer"}}}}},
        {"type": "function", "function": {"name": "warm", "parameters": {"type": "object", "properties": fields}}},
    ]
    text = written(
        s="12", n="12", f="1.5", b="True", o='{"a": [1]}', z="None", e="12", bad="twelve", any="12", unknown="12"
    )
    turns = [
        {"role": "user", "content": "Warm?"},
        {"role": "assistant", "content": f"<tool_call>\n{text}\n</tool_call>"},
    ]
    (_, answer) = conversation({"messages": turns, "tools": tools}).messages
    (call,) = json.loads(answer["tool_calls"])
    assert json.loads(call["function"]["arguments"]) == {
        "s": "12", "n": 12, "f": 1.5, "b": True, "o": {"a": [1]}, "z": None, "e": "12", "bad": "twelve", "any": "12",
        "unknown": "12",
    }  # fmt: skip


@pytest.mark.parametrize("tools", ["[1]", '[{"function": 1}]', '[{"function": {"name": "warm", "parameters": 1}}]'])
def test_definitions_that_say_nothing(tools: str) -> None:
    found = calls_in(written(a="12"), tools)
    assert found is not None and json.loads(found[1][0]["function"]["arguments"]) == {"a": "12"}


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
        '<|python_tag|>brave_search.call(query="a \\" b")',
        "<|python_tag|>brave_search.call(query=words)",
        '<|python_tag|>brave_search.call("warm")',
        '<|python_tag|>print("warm")',
        "<function=warm><parameter=a>1</function>",
        "<function=warm><parameter=a>1<parameter=b>2</parameter></function>",
        "<function=warm><parameter=a>1</parameter>and<parameter=b>2</parameter></function>",
        "<function=warm><parameter=a>1</parameter><parameter=a>2</parameter></function>",
        f"<tool_call>{named(WARM)}</tool_call><tool_call><function=cold></function></tool_call>",
        "<function=warm>a<parameter=a>1</parameter></function>",
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
    "<function=f>",
    "</function>",
    "<parameter=a>",
    "</parameter>",
    'f.call(a="b")',
    "{}",
    '{"name": "f"}',
)


@given(st.lists(st.one_of(st.sampled_from(MARKED), st.text(max_size=5)), max_size=9).map("".join))
def test_any_text_is_read_or_left(text: str) -> None:
    found = calls_in(text)
    if found is not None:
        assert may_hold_calls(text)
        assert found[1]
