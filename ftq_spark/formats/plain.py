"""Rows that are one question and its answer in two or three text fields, read without a detour.

Most rows of most datasets are such: Alpaca, Dolly, prompt and completion, question and answer. What the families of
:mod:`~ftq_spark.formats.pairs` would make of them is known from their names and a look at their texts. Whatever has
anything else to it (a system text, media, a label, turns in a text, a thought in the answer, nothing to say) is not
read here: null, and the families decide.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from ftq_spark.formats.aliases import (
    ALPACA_ANSWERS,
    CONTEXT_FIELDS,
    CONVERSATION_FIELDS,
    LABEL_FIELDS,
    MEDIA_COLUMNS,
    PAIRS,
    PREFERENCES,
    REWARD_FIELDS,
    SYSTEM_FIELDS,
    TOOLS_FIELDS,
)
from ftq_spark.formats.fields import is_listed
from ftq_spark.formats.preference import OPENAI_SIDES
from ftq_spark.formats.transcript import may_be_transcript
from ftq_spark.formats.turns import may_hold_more

# A row with one of these may be more than a question and its answer.
_OTHERS = frozenset(
    {*CONVERSATION_FIELDS, *SYSTEM_FIELDS, *TOOLS_FIELDS, *LABEL_FIELDS, *MEDIA_COLUMNS, *REWARD_FIELDS}
    | {name for names in (*PREFERENCES, *OPENAI_SIDES) for name in names}
    | {"history", "contents", "chat_history", "completions", "choices", "segments", "instances", "corrected"}
)


class Plain(NamedTuple):
    """A question and its answer; the example has nothing else."""

    format: str
    asked: str
    answer: str
    attached: str | None  # the part of what is asked that is not the question itself


Reader = Callable[[dict[str, Any]], Plain | None]


@lru_cache(maxsize=64)  # a dataset has few lists of names
def reader(names: tuple[str, ...]) -> Reader | None:
    """How a row with these names is read; null where they promise more than a question and its answer."""
    if not _OTHERS.isdisjoint(names):
        return None
    if "instruction" in names:
        return _alpaca(names)
    found = next((pair for pair in PAIRS if pair[1] in names and not set(pair[2]).isdisjoint(names)), None)
    if found is None:
        return None
    format_, asked, answered = found
    if any(name in names and name != asked for name in ("prompt", "input")):  # a tree, or the turns before `output`
        return None
    beside = [name for name in CONTEXT_FIELDS if name in names] if asked == "question" else []
    answer = next(name for name in answered if name in names)
    return None if len(beside) > 1 else _reader(format_, asked, answer, beside[0] if beside else None, is_first=True)


def _alpaca(names: tuple[str, ...]) -> Reader | None:
    answer = next((name for name in ALPACA_ANSWERS if name in names), None)
    beside = [name for name in ("input", "context") if name in names]
    if answer is None or len(beside) > 1 or "prompt" in names:  # a tree's, perhaps
        return None
    format_ = "dolly" if beside == ["context"] else "alpaca"
    return _reader(format_, "instruction", answer, beside[0] if beside else None, is_first=False)


def _reader(format_: str, asked: str, answer: str, beside: str | None, *, is_first: bool) -> Reader:
    """The reader of these fields; what stands beside the question comes first, or after it."""
    fields = itemgetter(asked, answer, beside or asked)
    has_beside = beside is not None

    def read(row: dict[str, Any]) -> Plain | None:
        question, said, more = fields(row)
        if not (type(question) is str and type(said) is str and type(more) is str):
            return None
        if not question or not said or question.isspace() or said.isspace():
            return None
        if is_listed(question) or is_listed(said) or may_hold_more(said) or may_be_transcript(question):
            return None
        if not has_beside or not more or more.isspace():
            return Plain(format_, question, said, None)
        if is_listed(more):
            return None
        return Plain(format_, f"{more}\n\n{question}" if is_first else f"{question}\n\n{more}", said, more)

    return read
