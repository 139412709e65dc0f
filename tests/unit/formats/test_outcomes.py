"""Whether a call failed, where a row says so by a field: of Anthropic, Bedrock, MCP, LangChain and others."""

from __future__ import annotations

from typing import Any

import pytest

from ftq_spark.formats.detect import conversation
from ftq_spark.formats.identity import content_hash
from ftq_spark.kernels.exchanges.tools import tool_findings

CALL = {"id": "a", "type": "function", "function": {"name": "book", "arguments": "{}"}}
ASKED = {"role": "user", "content": "Book a table."}
CALLING = {"role": "assistant", "content": "", "tool_calls": [CALL]}
SAID = {"role": "assistant", "content": "Your table has been successfully booked."}
TEXT = "The table at seven."


def anthropic(**fields: Any) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": TEXT, **fields}]}


def bedrock(**fields: Any) -> dict[str, Any]:
    return {"role": "user", "content": [{"toolResult": {"toolUseId": "a", "content": [{"text": TEXT}], **fields}}]}


def openai(**fields: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": "a", "content": TEXT, **fields}


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (anthropic(is_error=True), True),
        (anthropic(is_error=False), False),
        (anthropic(), None),
        (bedrock(status="error"), True),
        (bedrock(status="success"), False),
        (bedrock(), None),
        (openai(is_error=True), True),
        (openai(isError=True), True),
        (openai(success=False), True),
        (openai(success=True), False),
        (openai(status="error"), True),
        (openai(status="Failed"), True),
        (openai(status="success"), False),
        (openai(status="completed"), None),
        (openai(is_error="yes", success=None, status=3), None),
        (openai(is_error=None, status="error"), True),
        ({**openai(), "content": [{"type": "text", "text": TEXT}], "is_error": True}, True),
        (openai(), None),
    ],
)
def test_a_field_says_whether_the_call_failed(result: dict[str, Any], expected: bool | None) -> None:
    found = conversation({"messages": [ASKED, CALLING, result, SAID]})
    told = found.messages[2]
    assert (told["role"], told["content"], told["failed"]) == ("tool", TEXT, expected)
    assert [turn["failed"] for turn in found.messages if turn["role"] != "tool"] == [None] * 3
    codes = [finding.code for finding in tool_findings(found.messages, None)]
    assert codes == (["tool_claim"] if expected else [])


def test_who_says_that_it_failed_claims_nothing() -> None:
    owned = {"role": "assistant", "content": "I am sorry, the table could not be booked."}
    found = conversation({"messages": [ASKED, CALLING, openai(is_error=True), owned]})
    assert tool_findings(found.messages, None) == []


def test_fields_of_other_turns_are_no_outcome() -> None:
    turns = [{**ASKED, "status": "error"}, {**SAID, "status": "error", "is_error": True}]
    assert [turn["failed"] for turn in conversation({"messages": turns}).messages] == [None, None]


def test_the_outcome_is_no_part_of_what_is_learnt() -> None:
    rows = [conversation({"messages": [ASKED, CALLING, openai(**more), SAID]}) for more in ({}, {"is_error": True})]
    assert content_hash(rows[0]) == content_hash(rows[1])
