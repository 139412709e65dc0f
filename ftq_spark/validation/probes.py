"""What a chat template does to turns without a word: texts that it drops, doubles or trains on, roles that it confuses.

Some checks read the one rendering that there is. Others, the probes, render a row again with one thing changed; what
they ask is true of the template, so that the first row to which they apply answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ftq_spark.models.rendering import REFUSALS
from ftq_spark.models.template import turns_of

if TYPE_CHECKING:
    from ftq_spark.validation.template import Row

TELLING_CHARS = 12  # of a text that is not trained on, or rendered twice, by chance
PROBED_WARNINGS = {
    "prompt_lost": "the text of a user's turn is not what is rendered",
    "prompt_trained": "a text of the user, of a tool or of the system is trained on",
    "text_twice": "the chat template renders the system text or the last question twice",
    "calls_as_python": "the chat template writes the arguments of a call as Python does: the model learns no JSON",
    "roles_lost": "the chat template renders the user and the assistant alike: nothing tells who speaks",
    "tool_as_user": "the chat template renders the result of a tool as the user's words",
    "null_rendered": "fields that are null, as tables hand them over, are rendered: `None` for a call without words",
}
_EXCHANGED = {"user": "assistant", "assistant": "user"}
_NULLS = {"name": None, "tool_call_id": None, "tool_calls": None}
Check = Callable[["Row"], "str | None"]


def _prompt_lost(row: Row) -> str | None:
    for turn, message in enumerate(row.messages, 1):
        if message["role"] == "user" and not row.holds(message["content"]):
            return f"the text of turn {turn} is left out or changed"
    return None


def _prompt_trained(row: Row) -> str | None:
    trained = "\n".join(row.trained_texts)
    if not trained:
        return None
    own = "\n".join(text for m in row.answers for text in (m["content"], m["reasoning"], m["tool_calls"]) if text)
    for turn, message in enumerate(row.messages, 1):
        text = message["content"].strip()
        if message["role"] != "assistant" and len(text) >= TELLING_CHARS and text in trained and text not in own:
            return f"the text of turn {turn}, of the {message['role']}, is trained on"
    return None


def _text_twice(row: Row) -> str | None:
    asked = [place for place, message in enumerate(row.messages) if message["role"] == "user"]
    for place in dict.fromkeys((0, *asked[-1:])):
        message = row.messages[place]
        text = message["content"].strip()
        if message["role"] == "assistant" or len(text) < TELLING_CHARS:
            continue
        times = row.found.text.count(text)
        if times > 1 and times > _times(text, row):
            return f"the text of turn {place + 1}, of the {message['role']}, is rendered {times} times"
    return None


def _times(text: str, row: Row) -> int:
    """How often a row itself holds a text."""
    fields = ("content", "reasoning", "tool_calls")
    spoken = sum(message[name].count(text) for message in row.messages for name in fields if message[name])
    declared: int = json.dumps(row.tools, ensure_ascii=False).count(text) if row.tools else 0
    return int(spoken) + declared + row.model.template.source.count(text)


def _calls_as_python(row: Row) -> str | None:
    for turn, function in row.calls:
        arguments = json.loads(function["arguments"])
        written = str(arguments)
        if not isinstance(arguments, dict) or written not in row.found.text:
            continue
        if json.dumps(arguments, ensure_ascii=False) != written:
            return f"the arguments in turn {turn} are rendered as {written[:40]!a}"
    return None


CHECKS: dict[str, Check] = {
    "prompt_lost": _prompt_lost,
    "prompt_trained": _prompt_trained,
    "text_twice": _text_twice,
    "calls_as_python": _calls_as_python,
}


# ── Probes: null where a row does not apply ──────────────────────────────────────────────────────────────────────────


def _roles_lost(row: Row) -> Iterator[str | None]:
    if {"user", "assistant"} <= {message["role"] for message in row.messages}:
        others = [{**m, "role": _EXCHANGED.get(m["role"], m["role"])} for m in row.messages]
        same = row.again(messages=others) == row.found.text
        yield "with the roles of user and assistant exchanged the same text is rendered" if same else None


def _tool_as_user(row: Row) -> Iterator[str | None]:
    if any(message["role"] == "tool" and message["content"].strip() for message in row.messages):
        asked = {"role": "user", "name": None, "tool_call_id": None}
        others = [{**m, **asked} if m["role"] == "tool" else m for m in row.messages]
        same = row.again(messages=others) == row.found.text
        yield "a result is rendered as if the user had written it" if same else None


def _null_rendered(row: Row) -> Iterator[str | None]:
    """Of rows with calls: in a table every other turn has the fields of a call, too, and they are null."""
    if any(message["tool_calls"] for message in row.messages):
        turns = [{**_NULLS, **turn, "content": turn["content"] or None} for turn in turns_of(row.messages)]
        try:
            text = row.model.template.render(turns, row.tools)
        except REFUSALS:
            return  # a trainer stops there, and says so
        more = text.count("None") - row.found.text.count("None")
        said = "None is rendered where a field is null" if more > 0 else "fields that are null change what is rendered"
        yield None if text == row.found.text else said


PROBES: Mapping[str, Callable[[Row], Iterator[str | None]]] = {
    "roles_lost": _roles_lost,
    "tool_as_user": _tool_as_user,
    "null_rendered": _null_rendered,
}


def probed(row: Row, asked: set[str]) -> Iterator[tuple[str, str]]:
    """What the probes that are not in `asked` find; `asked` takes up those that the row has answered."""
    for code in [code for code in PROBES if code not in asked]:
        for text in PROBES[code](row):
            asked.add(code)
            if text is not None:
                yield code, text
