"""Thoughts inside an answer's text: split off, so that the answer is judged and compared as what it says.

split("<think>2+2 is 4</think>Four.")  # Split("2+2 is 4", "Four.", False)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ftq_spark.formats.aliases import ANSWER_MARKS, REASONING_FIELDS, THOUGHT_COLUMNS, THOUGHT_MARKS, THOUGHT_SETTINGS

_OPENS, _CLOSES = dict(THOUGHT_MARKS), {closes: opens for opens, closes in THOUGHT_MARKS}
_MARKS = re.compile("|".join(re.escape(mark) for pair in THOUGHT_MARKS for mark in pair))
_DETAIL_TEXTS = ("text", "summary", "thinking", "content")


# One of these is in every text with a thought.
MARKS = (*_OPENS, *_CLOSES)


class Split(NamedTuple):
    """An answer without its thoughts."""

    reasoning: str | None  # the thoughts without their marks, an empty line between several; null for none or blank
    content: str
    unfinished: bool = False  # a thought is opened and never closed: the answer, if any, is in it


def may_hold(text: str) -> bool:
    """Whether a text holds what each of the marks does, and few answers do: much faster than looking for the marks."""
    if "<" in text and ("think" in text or "thought" in text or "THINK" in text or "reasoning" in text):
        return True
    return ("[" in text and "THINK]" in text) or "◁" in text or "<|message|>" in text


def split(text: str) -> Split:
    """The thoughts of an answer, and what is left as its content; the text as it is where it holds none.

    A thought begins with a mark at the beginning of the text or, behind one that ended, of a line. An end mark without
    a beginning ends a thought that the chat template opened, if it stands at the beginning or the end of a line. Marks
    that are spoken of inside a sentence are text.
    """
    if not may_hold(text):
        return Split(None, text)
    thoughts: list[str] = []
    said: list[str] = []
    at, opened = 0, None  # where the piece at hand begins; the mark that began the thought at hand
    ended = False
    for mark in _MARKS.finditer(text):
        found = mark[0]
        if opened is None and found in _OPENS:
            if not _begins(text, mark.start(), ended):
                continue
            said.append(text[at : mark.start()])
        elif opened is not None and found == _OPENS[opened]:
            thoughts.append(text[at : mark.start()])
            opened, at, ended = None, mark.end(), True
            continue
        elif opened is None and not ended and found in _CLOSES and _at_line_edge(text, mark):
            thoughts.append(text[: mark.start()])
            at, ended = mark.end(), True
            continue
        else:
            continue
        opened, at = found, mark.end()
    if opened is None and not ended:
        return Split(None, text)
    (said if opened is None else thoughts).append(text[at:])
    reasoning = "\n\n".join(filter(None, (thought.strip() for thought in thoughts)))
    return Split(reasoning or None, _unwrapped("".join(said).strip()), opened is not None)


def _unwrapped(answer: str) -> str:
    for opens, closes in ANSWER_MARKS:
        if answer.startswith(opens) and answer.endswith(closes):
            return answer[len(opens) : -len(closes)].strip()
    return answer


def _begins(text: str, at: int, ended: bool) -> bool:
    before = text[:at].rstrip(" \t")
    return not before.strip() or (ended and (before.endswith("\n") or not text[at - 1 : at].strip()))


def _at_line_edge(text: str, mark: re.Match[str]) -> bool:
    before, after = text[: mark.start()], text[mark.end() :]
    return not before.strip() or before.endswith("\n") or not after or after.startswith(("\n", "\r\n"))


def reasoning_of(turn: dict[str, Any]) -> str | None:
    """What a turn's own fields hold of reasoning, without white space around it; null for none."""
    for field in REASONING_FIELDS:
        found = turn.get(field)
        if isinstance(found, str) and found.strip():
            return found.strip()
        if isinstance(found, (list, dict)):
            text = "\n".join(_details(found if isinstance(found, list) else [found])).strip()
            if text:
                return text
    return None


def reasoning_beside(row: dict[str, Any], answer: Mapping[str, Any]) -> str | None:
    """What was thought before an answer (a message): its own, else what a column of the row says; null for none."""
    if answer["reasoning"]:
        return str(answer["reasoning"])
    for field in THOUGHT_COLUMNS:
        found = row.get(field)
        if isinstance(found, str) and found.strip() and found.strip().lower() not in THOUGHT_SETTINGS:
            return None if split(answer["content"]).reasoning else found.strip()
    return None


def _details(details: list[Any]) -> Iterator[str]:
    """The texts of reasoning details: `{type: reasoning.text, text}`, `{type: reasoning.summary, summary}`, strings."""
    for detail in details:
        found = detail
        if isinstance(detail, dict):
            found = next((detail[name] for name in _DETAIL_TEXTS if detail.get(name)), None)
        if isinstance(found, str):
            yield found
