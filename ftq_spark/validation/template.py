"""What the model's own template and tokenizer make of the examples: what is lost, and what is trained on.

Each check reads the rendered text and the mask of one row; what is true of the template whatever the row is told once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from ftq_spark.models.rendering import REFUSALS, Rendered, render
from ftq_spark.models.template import ChatTemplate, turns_of
from ftq_spark.validation.lengths import Lengths
from ftq_spark.validation.notice import Notice
from ftq_spark.validation.probes import CHECKS, PROBED_WARNINGS, PROBES, probed

TEMPLATE_WARNINGS = {
    "template_refused": "the chat template raises an error on the row: a trainer stops, or leaves the row out",
    "system_refused": "the chat template has no place for a system turn: it raises an error, or leaves the text out",
    "system_moved": "the chat template sets the system text into a turn of the user",
    "nothing_trained": "no token of the row is trained on",
    "end_untrained": "the token that ends an answer is not trained on: the model does not learn to stop",
    "bos_twice": "the template and the tokenizer both set the token that begins a text",
    "tools_lost": "the chat template leaves tool definitions, calls or results out",
    "reasoning_lost": "the chat template leaves reasoning out",
    "empty_think": "an empty thought is trained on, where the row has none",
    "answer_lost": "the text of an answer that is trained on is not what is rendered",
    "role_marker": "a text holds special tokens of the tokenizer: they are read as the template's own",
    "template_unstable": "the chat template renders a turn otherwise when more follow: training differs from use",
    **PROBED_WARNINGS,
}
_EMPTY_THOUGHT = re.compile(r"<think>\s*</think>")
_DECODED = 4096  # tokens whose text is remembered
_SHOWN = 3  # names in one message
_TELLING_CHARS = 16  # of a text that a template does not hold by chance
Check = Callable[["Row"], str | None]


class Row:
    """One example beside its rendering."""

    def __init__(self, example: Mapping[str, Any], tools: list[Any] | None, found: Rendered, model: Model) -> None:
        self.messages: Sequence[Mapping[str, Any]] = example["messages"]
        self.tools = tools
        self.found = found
        self.model = model
        self.answers = [m for m in self.messages if m["role"] == "assistant" and m["weight"] != 0]
        self.trained_texts = [found.text[slice(*span)] for span in found.spans]
        self.calls = [  # and in which turn
            (turn, call["function"])
            for turn, message in enumerate(self.messages, 1)
            if message["tool_calls"]
            for call in json.loads(message["tool_calls"])
        ]

    def again(self, **changed: Any) -> str | None:
        """The rendering of other `messages`, or with other `tools`; null where the template refuses them."""
        turns = turns_of(changed.get("messages", self.messages))
        try:
            return self.model.template.render(turns, changed.get("tools", self.tools))
        except REFUSALS:
            return None

    def holds(self, text: str | None) -> bool:
        """Whether the rendering has a text, white space around it apart; so it has none at all."""
        return not text or text.strip() in self.found.text


class Model:
    """A template, and what is true of it whatever the row is."""

    def __init__(self, template: ChatTemplate) -> None:
        self.template = template
        added = template.tokenizer.get_added_tokens_decoder()
        self.special = {token.content for token in added.values() if token.special}
        self.special |= {text for name, text in template.tokens.items() if name in ("bos_token", "eos_token")}
        self.marker = (
            re.compile("|".join(map(re.escape, sorted(self.special, key=len, reverse=True)))) if added else None
        )
        ends = {template.tokenizer.token_to_id(text) for text in self.special}
        self.special_ids = ends - {None}
        self.bos = template.tokens.get("bos_token")
        bos = template.tokenizer.token_to_id(self.bos) if self.bos else None
        self.decoded = lru_cache(_DECODED)(lambda i: template.tokenizer.decode([i], skip_special_tokens=False))
        self.sets_bos = bos is not None and template.tokenizer.encode("a").ids[:1] == [bos]


class Templated:
    """The findings of one model's template over all files; structural ones once."""

    def __init__(self, template: ChatTemplate) -> None:
        self.model = Model(template)
        self._told: set[str] = set()
        self._probed: set[str] = set()

    def read(self, examples: pa.RecordBatch, max_tokens: int | None) -> tuple[Lengths, list[Notice]]:
        """Tokens of each example, as the template and the tokenizer have them, and what was found."""
        rows = examples.select(["row", "messages", "tools"]).to_pylist()
        tools = [_tools(row["tools"]) for row in rows]
        found = render(self.model.template, [(row["messages"], of) for row, of in zip(rows, tools, strict=True)])
        notices, counted = [], []
        for row, of, rendered in zip(rows, tools, found, strict=True):
            notices += [Notice(row["row"], *what) for what in self._findings(Row(row, of, rendered, self.model))]
            trained = rendered.trained
            counted.append((len(trained), np.count_nonzero(trained), np.count_nonzero(trained[:max_tokens])))
        return Lengths(*np.array(counted, np.int64).reshape(-1, 3).T), notices

    def _findings(self, row: Row) -> Iterator[tuple[str, str]]:
        if row.found.error is not None:
            yield self._refusal(row)
            return
        for code, check in _CHECKS.items():
            text = None if code in self._told else check(row)
            if text is not None:
                self._told |= {code} & _ONCE
                yield code, text
        if len(self._probed) < len(PROBES):
            yield from probed(row, self._probed)

    def _refusal(self, row: Row) -> tuple[str, str]:
        error = (row.found.error or "")[:160]
        others = [m for m in row.messages if m["role"] not in ("system", "developer")]
        if len(others) < len(row.messages) and row.again(messages=others) is not None:
            return "system_refused", f"refused because of its system turn: {error!a}"
        return "template_refused", f"refused: {error!a}"


def _tools(text: str | None) -> list[Any] | None:
    return json.loads(text) if text else None


# ── Checks: what is wrong with a row, or null ────────────────────────────────────────────────────────────────────────


def _nothing_trained(row: Row) -> str | None:
    if row.found.trained.any():
        return None
    marks = "its {% generation %} marks hold nothing" if row.model.template.marks_answers else "it renders no answer"
    return f"none of {len(row.found.ids):,} tokens is trained on: {marks}"


def _end_untrained(row: Row) -> str | None:
    """The last token of each stretch that is trained on, white space apart, ends a turn."""
    trained, ids = row.found.trained, row.found.ids
    decoded = row.model.decoded
    for end in np.flatnonzero(trained & ~np.append(trained[1:], False)).tolist():
        last = end
        while last > 0 and trained[last] and not decoded(int(ids[last])).strip():
            last -= 1
        if int(ids[last]) not in row.model.special_ids:
            after = decoded(int(ids[end + 1])) if end + 1 < len(ids) else ""
            return f"{after[:20]!a} after an answer is not trained on" if after else "nothing ends the last answer"
    return None


def _system_refused(row: Row) -> str | None:
    lost = [m for m in row.messages if m["role"] in ("system", "developer") and not row.holds(m["content"])]
    return "its system text is left out" if lost else None


def _system_moved(row: Row) -> str | None:
    """What opens the user's first turn stands before the system text, not behind it."""
    first, text = row.messages[0], row.found.text
    asked = next((m["content"].strip() for m in row.messages if m["role"] == "user"), "")
    if first["role"] not in ("system", "developer") or not asked or text.count(first["content"].strip()) != 1:
        return None
    without = row.again(messages=[m for m in row.messages if m["role"] not in ("system", "developer")]) or ""
    opening = without[: max(without.find(asked), 0)]
    before = text[: text.index(first["content"].strip())]
    if opening.strip() in ("", row.model.bos) or not before.startswith(opening):
        return None
    return f"its system text stands in the turn of the user, after {before[-24:]!a}"


def _tools_lost(row: Row) -> str | None:
    lost = []
    for tool in row.tools or ():
        name = (tool.get("function") or tool).get("name") if isinstance(tool, dict) else None
        if isinstance(name, str) and name not in row.found.text:
            lost.append(f"the definition of {name[:40]!a}")
    for turn, message in enumerate(row.messages, 1):
        if message["weight"] != 0:
            names = [function["name"] for of, function in row.calls if of == turn]
            lost += [f"the call of {name[:40]!a} in turn {turn}" for name in names if name not in row.found.text]
        if message["role"] == "tool" and not row.holds(message["content"]):
            lost.append(f"the result in turn {turn}")
    if not lost and row.tools and not _shows_tools(row) and row.again(tools=None) == row.found.text:
        lost.append("the definitions of its tools")
    return _listed("left out", lost)


def _shows_tools(row: Row) -> bool:
    """Whether a tool's description is rendered that stands nowhere else: names may stand in the dialogue, too."""
    spoken = [text for message in row.messages for text in (message["content"], message["tool_calls"]) if text]
    for tool in row.tools or ():
        found = (tool.get("function") or tool).get("description") if isinstance(tool, dict) else None
        if not isinstance(found, str) or len(found) < _TELLING_CHARS or found not in row.found.text:
            continue
        if not any(found in text for text in (*spoken, row.model.template.source)):
            return True
    return False


def _reasoning_lost(row: Row) -> str | None:
    lost = [
        f"that of turn {turn}"
        for turn, message in enumerate(row.messages, 1)
        if message["role"] == "assistant" and message["reasoning"] and not row.holds(message["reasoning"])
    ]
    return _listed("reasoning is left out", lost)


def _empty_think(row: Row) -> str | None:
    """Of an answer that has no thought, where the template or the row itself sets an empty one."""
    if len(row.answers) != len(row.trained_texts):
        return None
    pairs = zip(row.answers, row.trained_texts, strict=True)
    found = any(_EMPTY_THOUGHT.search(text) for answer, text in pairs if not answer["reasoning"])
    return "<think></think> is trained on where the answer has no thought" if found else None


def _answer_lost(row: Row) -> str | None:
    trained = "\n".join(row.trained_texts)
    lost = [
        f"turn {turn}"
        for turn, message in enumerate(row.messages, 1)
        if message["role"] == "assistant" and message["weight"] != 0 and message["content"].strip() not in trained
    ]
    return _listed("not trained on as they stand", lost) if row.found.trained.any() else None


def _role_marker(row: Row) -> str | None:
    if row.model.marker is None:
        return None
    found = {
        f"{token!a} in turn {turn}": None
        for turn, message in enumerate(row.messages, 1)
        for text in (message["content"], message["reasoning"], message["tool_calls"])
        for token in row.model.marker.findall(text or "")
    }
    return _listed("read as the template's own", list(found))


def _unstable(row: Row) -> str | None:
    return (
        "a turn is rendered otherwise when more turns follow, or when the assistant is asked"
        if row.found.unstable
        else None
    )


def _listed(what: str, names: Sequence[str]) -> str | None:
    if not names:
        return None
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{what}: {', '.join(names[:_SHOWN])}{more}"


def _bos_twice(row: Row) -> str | None:
    bos = row.model.bos
    if not bos or not row.found.text.startswith(bos):
        return None
    if row.found.text.startswith(bos * 2):
        return f"the template begins with {bos!a} twice"
    return f"the template begins with {bos!a}, and the tokenizer sets it before" if row.model.sets_bos else None


_ONCE = frozenset({"bos_twice", "system_moved"})  # what is true of the template rather than of the row
_CHECKS: dict[str, Check] = {
    "nothing_trained": _nothing_trained,
    "end_untrained": _end_untrained,
    "system_refused": _system_refused,
    "system_moved": _system_moved,
    "tools_lost": _tools_lost,
    "reasoning_lost": _reasoning_lost,
    "empty_think": _empty_think,
    "answer_lost": _answer_lost,
    "role_marker": _role_marker,
    "template_unstable": _unstable,
    "bos_twice": _bos_twice,
    **CHECKS,
}
