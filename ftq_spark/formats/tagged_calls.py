"""Tool calls and results inside a text, between marks, as the templates of models write them.

Read are those of Hermes and Qwen (``<tool_call>``), of Mistral (``[TOOL_CALLS]`` before an array, or before a name and
its arguments), of Llama 3 (``<|python_tag|>`` and ``<function=…>``) and of DeepSeek (``<｜tool▁call▁begin｜>``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.calls import tool_call
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.parts import result_text

_Found = tuple[str, list[Any]]  # the text without its calls, and them as found
_HERMES = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.DOTALL)
_LLAMA = re.compile(r"<function=(?P<name>[\w.-]+)>\s*(?P<arguments>\{.*?\})\s*</function>", re.DOTALL)
_DEEPSEEK = re.compile(
    r"<｜tool▁call▁begin｜>(?:function<｜tool▁sep｜>(?P<name>[\w.-]+)\s*```json\s*(?P<arguments>\{.*?\})\s*```"
    r"|(?P<name_>[\w.-]+)<｜tool▁sep｜>\s*(?P<arguments_>\{.*?\}))\s*<｜tool▁call▁end｜>",
    re.DOTALL,
)
_DEEPSEEK_AROUND = re.compile("<｜tool▁calls▁(?:begin|end)｜>")
_MISTRAL, _PYTHON = "[TOOL_CALLS]", "<|python_tag|>"
_MISTRAL_NAME = re.compile(r"\s*(?P<name>[\w.-]+)\s*(?:\[CALL_ID\](?P<id>[\w-]+)\s*)?(?:\[ARGS\]\s*)?(?=\{)")
_SPACE, _NEXT = re.compile(r"\s*"), re.compile(r"\s*;\s*(?=\{)")
_RESULTS = (
    re.compile(r"\A\s*(?P<mark><tool_response>)\s*(?P<text>.*?)\s*</tool_response>\s*\Z", re.DOTALL),
    re.compile(r"\A\s*(?P<mark>\[TOOL_RESULTS\])\s*(?P<text>.*?)\s*\[/TOOL_RESULTS\]\s*\Z", re.DOTALL),
    re.compile(
        r"\A\s*(?:<｜tool▁outputs▁begin｜>)?(?P<mark><｜tool▁output▁begin｜>)\s*(?P<text>.*?)\s*<｜tool▁output▁end｜>"
        r"(?:<｜tool▁outputs▁end｜>)?\s*\Z",
        re.DOTALL,
    ),
)
_OF_RESULTS = frozenset(("content", "call_id", "id", "name"))
_DECODER = json.JSONDecoder()


def may_hold_calls(text: str) -> bool:
    """Whether a text holds one of the marks before calls."""
    if "<" in text and any(mark in text for mark in ("<tool_call>", _PYTHON, "<function=", "<｜tool▁call▁begin｜>")):
        return True
    return "[" in text and _MISTRAL in text


def calls_in(text: str) -> tuple[str, list[dict[str, Any]]] | None:
    """The text without its calls, and them in OpenAI's shape; null where it holds none, or one that cannot be read."""
    if not may_hold_calls(text):
        return None
    for mark, read in _DIALECTS:
        if mark not in text:
            continue
        try:
            rest, found = read(text)
            calls = [tool_call(call, "call in a text") for call in found]
        except (Fault, ValueError, RecursionError):
            return None
        return (rest.strip(), calls) if calls and mark not in rest else None
    return None


def _hermes(text: str) -> _Found:
    return _HERMES.sub("", text), [strict.loads(call.encode()) for call in _HERMES.findall(text)]


def _llama(text: str) -> _Found:
    return _LLAMA.sub("", text), [match.groupdict() for match in _LLAMA.finditer(text)]


def _deepseek(text: str) -> _Found:
    found = [
        {"name": match["name"] or match["name_"], "arguments": match["arguments"] or match["arguments_"]}
        for match in _DEEPSEEK.finditer(text)
    ]
    return _DEEPSEEK_AROUND.sub("", _DEEPSEEK.sub("", text)), found


def _mistral(text: str) -> _Found:
    """Arrays of calls, or names with their arguments, each behind a mark of its own."""
    rest, *marked = text.split(_MISTRAL)
    found: list[Any] = []
    for piece in marked:
        named = _MISTRAL_NAME.match(piece)
        value, end = _value(piece, named.end() if named else _spaced(piece, 0))
        if named:
            found.append({"name": named["name"], "id": named["id"], "arguments": value})
        else:
            found += value if isinstance(value, list) else [value]
        rest += piece[end:]
    return rest, found


def _python(text: str) -> _Found:
    """Objects behind the mark, semicolons between them; expressions of Python are no calls that can be read."""
    before, _, said = text.partition(_PYTHON)
    value, end = _value(said, _spaced(said, 0))
    found = [value]
    while more := _NEXT.match(said, end):
        value, end = _value(said, more.end())
        found.append(value)
    return before + said[end:], found


def _value(text: str, at: int) -> tuple[Any, int]:
    """The JSON value that begins in a text `at` a place, and where it ends; ValueError where it is none."""
    _, end = _DECODER.raw_decode(text, at)
    return strict.loads(text[at:end].encode()), end


def _spaced(text: str, at: int) -> int:
    """Where the white space ends that begins `at` a place."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


_DIALECTS: tuple[tuple[str, Callable[[str], _Found]], ...] = (
    ("<tool_call>", _hermes),
    (_MISTRAL, _mistral),
    (_PYTHON, _python),
    ("<function=", _llama),
    ("<｜tool▁call▁begin｜>", _deepseek),
)


def result_in(text: str) -> tuple[str, str | None]:
    """What a tool's turn says between its marks, and the id of the call where they name one.

    The text is as it is where there are no marks, or several.
    """
    match = next((match for pattern in _RESULTS if (match := pattern.match(text))), None)
    if match is None or match["mark"] in match["text"]:
        return text, None
    said = match["text"]
    return _mistral_result(said) if match["mark"] == "[TOOL_RESULTS]" else (said, None)


def _mistral_result(said: str) -> tuple[str, str | None]:
    """What Mistral's marks hold: ``id[TOOL_CONTENT]text``, an object or an array of one with `content`, or text."""
    id_, between, text = said.partition("[TOOL_CONTENT]")
    if between:
        return text, id_.strip() or None
    try:
        found = strict.loads(said.encode())
    except Fault:
        return said, None
    found = found[0] if isinstance(found, list) and len(found) == 1 else found
    if not isinstance(found, dict) or "content" not in found or not found.keys() <= _OF_RESULTS:
        return said, None
    call_id = found.get("call_id", found.get("id"))
    return result_text(found["content"]), call_id if isinstance(call_id, str) else None
