"""Strict and exact JSON: what is not JSON by RFC 8259 is a fault, integers of any size survive.

orjson does the work; the standard library takes over where exactness needs it (integers past 64 bits) and to say why
orjson refused a text. Both read the same language here: no NaN, no trailing text, the last of duplicate keys wins.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import orjson

from ftq_spark.formats.bare import are_turns
from ftq_spark.formats.encodings import told
from ftq_spark.formats.faults import Fault, kind

MAX_DEPTH = 100

_PAST_64_BITS = 9e18  # and a little before
_SIMPLE = frozenset({str, int, bool, type(None)})


def loads(data: bytes) -> Any:
    """Parse JSON text.

    Raises:
        Fault: null_bytes, invalid_utf8, lone_surrogate, too_deep or malformed_json.
    """
    if b"\0" in data:
        raise Fault("null_bytes", f"NUL byte at offset {data.index(0)}")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        _explain(data, error)
    return exact(data, value)


def exact(data: bytes, value: Any) -> Any:
    """The `value` that orjson made of `data` with its integers of any size; a ``Fault`` too_deep."""
    if type(value) is dict and is_flat(value):  # nearly every flat row
        return value
    depth, is_huge = 0, type(value) is float
    level = [value] if type(value) is dict or type(value) is list else []
    while level:
        depth += 1
        below: list[Any] = []
        for item in level:
            for child in item.values() if type(item) is dict else item:
                of = type(child)
                if of is dict or of is list:
                    below.append(child)
                elif of is float and not -_PAST_64_BITS < child < _PAST_64_BITS:
                    is_huge = True
        level = below
    if depth > MAX_DEPTH:
        raise Fault("too_deep", f"nested more than {MAX_DEPTH} deep")
    # orjson turns an integer past 64 bits into a float.
    return json.loads(data) if is_huge else value


def parse_object(data: bytes) -> dict[str, Any]:
    """Parse the JSON text of one object; a ``Fault`` as of :func:`loads`, or not_an_object."""
    value = loads(data)
    if type(value) is not dict:
        hint = """ of turns: give it a name, `jq -c '{messages: .}' FILE > NEW`""" if are_turns(value) else ""
        raise Fault("not_an_object", f"expected a JSON object, found {kind(value)}{hint}")
    return value


def is_flat(value: dict[str, Any]) -> bool:
    """Whether an object holds texts, integers, booleans and nulls alone."""
    return _SIMPLE.issuperset(map(type, value.values()))


def objects(texts: list[bytes]) -> list[dict[str, Any]] | None:
    """What :func:`parse_object` reads in each of the texts; null where one has a fault."""
    values = inexact_objects(texts)
    try:
        return values and [
            value if is_flat(value) else exact(text, value) for text, value in zip(texts, values, strict=True)
        ]
    except Fault:
        return None


def inexact_objects(texts: list[bytes]) -> list[dict[str, Any]] | None:
    """The same without a look at depth, and with integers past 64 bits as floats: what :func:`exact` is for."""
    try:
        values = list(map(orjson.loads, texts))
    except orjson.JSONDecodeError:
        return None
    return values if set(map(type, values)) == {dict} else None


def dumps(value: Any) -> str:
    """Compact JSON text, integers of any size exact, keys in their order."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def dumped(value: Any) -> bytes:
    """The same as bytes: those that are not UTF-8 as they were, halves of surrogate pairs as escapes."""
    try:
        return dumps(value).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def canonical(value: Any) -> bytes:
    """Compact UTF-8 JSON with sorted keys: equal values give equal bytes."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _explain(data: bytes, error: Exception) -> NoReturn:
    """Raise the fault that says why orjson refused `data`."""
    try:
        text = data.decode()
    except UnicodeDecodeError as undecodable:
        raise Fault(
            "invalid_utf8", f"byte {data[undecodable.start]:#04x} at offset {undecodable.start}{told(data)}"
        ) from None
    deep = Fault("too_deep", f"nested more than {MAX_DEPTH} deep")
    if "depth limit" in str(error) or "ecursion" in str(error):
        raise deep
    try:
        # What is half a surrogate pair in the text cannot be encoded again.
        json.dumps(json.loads(text, parse_constant=_refuse_constant), ensure_ascii=False).encode()
    except RecursionError:
        raise deep from None
    except json.JSONDecodeError as malformed:
        raise Fault("malformed_json", _why(text, malformed)) from None
    except UnicodeEncodeError:
        raise Fault("lone_surrogate", "an escape from \\ud800 to \\udfff without its other half") from None
    except ValueError as other:  # a constant, or an integer past the interpreter's limit of digits
        raise Fault("malformed_json", str(other)[:200]) from None
    raise Fault("malformed_json", str(error)[:200])


_PYTHON = re.compile(r"\s*[\[{(]*\s*(?:'|[\[{(]+\s*(?:None|True|False)\b)")
_NAME = re.compile(r"\s*[A-Za-z_]\w*\s*:")


def is_python(text: str) -> bool:
    """Whether text looks like a list or dict as Python prints it, in single quotes."""
    return _PYTHON.match(text) is not None


def _why(text: str, error: json.JSONDecodeError) -> str:
    """Where and why the text is not JSON, and, of the usual causes, what it is instead."""
    found = f"{error.msg.removesuffix(' at')} at character {error.pos}"
    rest = text[error.pos :]
    if is_python(text) or rest.startswith(("'", "None", "True", "False")):
        return f"{found}: this is Python's notation; write it with json.dumps"
    if error.msg == "Extra data" and rest.lstrip(" ,")[:1] in ("{", "["):
        return f"{found}: a second value on the line; write one object a line"
    return found + hint(error.msg, rest)


def hint(message: str, rest: str) -> str:
    """What a text that fails before `rest` with the parser's `message` seems to have instead; "" for nothing usual."""
    is_misplaced = message.startswith(("Expecting property name", "Expecting value"))
    causes = (
        (rest.startswith(("//", "#", "/*")), "a comment, which JSON does not have"),
        (message == "Extra data" and rest.strip() == ",", "a comma behind the object; JSON lines have none"),
        (message.startswith("Invalid \\escape"), r"a backslash by itself is written \\"),
        (
            message.startswith("Unterminated string") and "\n" not in rest,
            r"the line ends inside a text; a line break in a text is written \n",
        ),
        (_NAME.match(rest) is not None, "a name without double quotes"),
        (rest[:1] in ("}", "]") and is_misplaced, "a comma, or nothing, before the closing bracket"),
        (message == "Expecting ',' delimiter" and rest[:1] == '"', "a comma is missing before it"),
    )
    return next((f": {what}" for holds, what in causes if holds), "")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
