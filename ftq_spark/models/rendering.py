"""Conversations as a model reads them in training: token ids, and which of them it is trained on.

Trained on is what stands in `{% generation %}`, or, where a template has no such marks, what each turn of the assistant
adds to the rendering of the turns before it. A turn of weight 0 adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import jinja2
import numpy as np
from numpy.typing import NDArray

from ftq_spark.models.offsets import Finder, Tokens
from ftq_spark.models.template import ChatTemplate, Span, Turn, turns_of

_AT_ONCE = 64  # conversations that the tokenizer reads while others are rendered
# What a template may raise: its own refusals, and what its expressions meet in data that it did not expect.
REFUSALS = (
    jinja2.exceptions.TemplateError,
    TypeError,
    ValueError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RecursionError,
)


class Rendered(NamedTuple):
    """One conversation; where the template refuses it, `error` says why and the rest is empty."""

    text: str
    ids: NDArray[np.int64]
    trained: NDArray[np.bool_]  # which ids are trained on
    spans: tuple[Span, ...]  # of the text that is trained on, by turn of the assistant
    unstable: bool  # the text of some turn changes when more turns follow, or when the assistant is asked to speak
    error: str | None


class _Drawn(NamedTuple):
    """One conversation as the template renders it; the fields are those of :class:`Rendered`."""

    text: str
    spans: list[Span]
    unstable: bool
    error: str | None


def render(
    template: ChatTemplate, conversations: Sequence[tuple[Sequence[Mapping[str, Any]], Sequence[Any] | None]]
) -> Iterator[Rendered]:
    """Conversations as (canonical messages, tool definitions), rendered and tokenised.

    While the tokenizer, which needs no interpreter, reads some of them, the next are rendered, and what was made of
    those before is looked at.
    """
    with ThreadPoolExecutor(1) as tokenizing:
        waiting: tuple[list[_Drawn], Future[list[Tokens]]] | None = None
        for start in range(0, len(conversations), _AT_ONCE):
            drawn = [_drawn(template, *conversation) for conversation in conversations[start : start + _AT_ONCE]]
            texts = [found.text for found in drawn]
            reading = tokenizing.submit(template.reader.read, texts)
            if waiting is not None:
                yield from _read(template, *waiting)
            waiting = drawn, reading
        if waiting is not None:
            yield from _read(template, *waiting)


def _read(template: ChatTemplate, drawn: list[_Drawn], reading: Future[list[Tokens]]) -> Iterator[Rendered]:
    for (text, spans, unstable, error), (ids, token_of) in zip(drawn, reading.result(), strict=True):
        trained = _mask(len(ids), token_of, spans, strict=template.marks_answers)
        yield Rendered(text, ids, trained, tuple(spans), unstable, error)


def _drawn(template: ChatTemplate, messages: Sequence[Mapping[str, Any]], tools: Sequence[Any] | None) -> _Drawn:
    turns = turns_of(messages)
    learnt = [
        turn["role"] == "assistant" and message["weight"] != 0 for turn, message in zip(turns, messages, strict=True)
    ]
    try:
        if template.marks_answers:
            text, spans = template.render_marked(turns, tools)
            by_assistant = [i for i, turn in enumerate(turns) if turn["role"] == "assistant"]
            if len(spans) == len(by_assistant):
                spans = [span for span, i in zip(spans, by_assistant, strict=True) if learnt[i]]
            return _Drawn(text, spans, False, None)
        text = template.render(turns, tools)
        spans, unstable = _added(template, turns, tools, learnt, text)
        return _Drawn(text, spans, unstable, None)
    except REFUSALS as error:
        return _Drawn("", [], False, f"{type(error).__name__}: {error}")


def _added(
    template: ChatTemplate, turns: list[Turn], tools: Sequence[Any] | None, learnt: list[bool], text: str
) -> tuple[list[Span], bool]:
    """What each turn that is learnt adds to the text before it."""
    spans, unstable = [], False
    for i, is_learnt in enumerate(learnt):
        if not is_learnt:
            continue
        before = template.render(turns[:i], tools, ask=True)
        through = text if i == len(turns) - 1 else template.render(turns[: i + 1], tools)
        if not through.startswith(before):
            unstable, before = True, _shared(before, through)
        start, end = len(before), len(through)
        if not text.startswith(through):
            unstable, start = True, len(_shared(text, before))
            end = _end(text, start, turns[i]["content"].strip(), through)
        if start < end:
            spans.append((start, end))
    return spans, unstable


def _end(text: str, start: int, content: str, through: str) -> int:
    """Where a turn ends in a text that renders it otherwise: behind its content, and what ends it elsewhere."""
    at, elsewhere = text.find(content, start), through.rfind(content)
    if at < 0 or elsewhere < 0:
        return start
    return at + len(content) + len(_shared(text[at + len(content) :], through[elsewhere + len(content) :]))


def _shared(one: str, other: str) -> str:
    """What two texts begin with alike."""
    same, most = 0, min(len(one), len(other))
    while same < most:  # halving what may be alike: slices are compared far faster than characters
        middle = (same + most + 1) // 2
        if one[same:middle] == other[same:middle]:
            same = middle
        else:
            most = middle - 1
    return one[:same]


def _mask(n_tokens: int, token_of: Finder, spans: Sequence[Span], *, strict: bool) -> NDArray[np.bool_]:
    """Tokens in spans of characters; `strict` as transformers does it: a span that begins in no token ends it all."""
    mask = np.zeros(n_tokens, np.bool_)
    for start, end in spans:
        first = token_of(start)
        while first is None and not strict and start < end - 1:
            start += 1  # noqa: PLW2901
            first = token_of(start)
        if first is None:
            if strict:
                break
            continue
        last = token_of(end - 1)
        while last is None and not strict and end - 1 > start:
            end -= 1  # noqa: PLW2901
            last = token_of(end - 1)
        mask[first : last + 1 if last else len(mask)] = True
    return mask
