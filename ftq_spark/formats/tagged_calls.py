"""Tool calls and results inside a text, between tags, as Hermes and Qwen write them."""

from __future__ import annotations

import re
from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.calls import tool_call
from ftq_spark.formats.faults import Fault

_CALL = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.DOTALL)
_RESULT = re.compile(r"\A\s*<tool_response>\s*(.*?)\s*</tool_response>\s*\Z", re.DOTALL)


def calls_in(text: str) -> tuple[str, list[dict[str, Any]]] | None:
    """The text without its calls, and them in OpenAI's shape; null where it holds none, or one that cannot be read."""
    if "<tool_call>" not in text:
        return None
    found = _CALL.findall(text)
    rest = _CALL.sub("", text)
    if not found or "<tool_call>" in rest:
        return None
    try:
        calls = [tool_call(strict.loads(call.encode()), "call between tags") for call in found]
    except Fault:
        return None
    return rest.strip(), calls


def result_in(text: str) -> str:
    """What a tool's turn says between its tags; the text as it is where there are none, or several."""
    match = _RESULT.match(text)
    return text if match is None or "<tool_response>" in match[1] else match[1]
