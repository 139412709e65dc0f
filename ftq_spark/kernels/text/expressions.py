"""Which texts of a batch hold what an expression or a literal says: looked for in all at once where few do.

Arrow compiles an expression at each call, and finds its way through it anew, which for a list of phrases takes longer
than to look through a thousand texts. Here an expression is compiled once in a process, and the texts are searched end
to end; only from where it shows that many hold it are they asked one by one, or all in a call of Arrow's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2
from numpy.typing import NDArray

from ftq_spark.kernels.ragged import run_begins
from ftq_spark.kernels.text.arrays import combined, utf8
from ftq_spark.kernels.text.end_to_end import BREAK, MARK, EndToEnd, end_to_end

# What it costs, in looks at one text: Arrow, by instruction of an expression and by text; here, by match that is found.
_OF_AN_INSTRUCTION, _OF_A_TEXT, _OF_A_MATCH = 0.5, 0.1, 8.0
_LEAST = 16  # matches before texts are asked in another way
_WINDOW_BYTES = 16_384  # searched together: no expression runs on through all texts
# Of an expression and the states it has been in; beyond, RE2 begins anew, or takes ten times as long. Arrow's has 8 MB.
_MAX_BYTES = 16 << 20

# From one byte to another: the first text that may hold it, and whether it does; null for none.
_Following: TypeAlias = Callable[[int, int], "tuple[int, bool] | None"]


class _Search(NamedTuple):
    """How far texts were searched end to end."""

    found: NDArray[np.bool_]  # (n,) the texts that hold it, of those that were looked at
    n_looked_at: int  # at the first so many of them: all, or up to where too many held it


class Joined:
    """n texts end to end, each with a mark before and a line break behind it."""

    def __init__(self, texts: pa.Array) -> None:
        """Of a string array without nulls; joined when first searched."""
        self._texts = texts if texts.type == pa.large_string() and not texts.offset else combined(texts)

    @cached_property
    def _starts(self) -> list[int]:
        """The byte at which the mark of each text stands, and one beyond the end."""
        starts: list[int] = (utf8(self._texts)[1] + len(MARK + BREAK) * np.arange(len(self._texts) + 1)).tolist()
        return starts

    @cached_property
    def _data(self) -> bytes:
        whole = pa.ListArray.from_arrays(pa.array([0, len(self._texts)], pa.int32()), self._texts)
        joined = pc.binary_join(whole, pa.scalar(BREAK + MARK, self._texts.type))[0].as_buffer()
        return b"".join((MARK.encode(), joined, BREAK.encode()))

    @cached_property
    def _windows(self) -> list[tuple[int, int]]:
        """The texts that are searched together: the first, and one beyond the last."""
        begins = run_begins(np.array(self._starts[:-1], dtype=np.int64) // _WINDOW_BYTES)
        return list(pairwise([*begins.tolist(), len(self._texts)]))

    def matches(self, pattern: str) -> NDArray[np.bool_]:
        """(n,) does the RE2 expression match anywhere in the text?"""
        found, n_looked_at = self._search(pattern)
        if n_looked_at < len(self._texts):
            found[n_looked_at:] = self._each(pattern, n_looked_at)
        return found

    def counts(self, pattern: str) -> NDArray[np.int64]:
        """(n,) how often the RE2 expression matches, without overlap."""
        found, n_looked_at = self._search(pattern)
        found[n_looked_at:] = True
        places = np.flatnonzero(found)
        counts = np.zeros(len(found), dtype=np.int64)
        if len(places):
            texts = self._texts if len(places) == len(found) else self._texts.take(pa.array(places))
            counts[places] = pc.count_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
        return counts

    def holds(self, literal: str) -> NDArray[np.bool_]:
        """(n,) does the text hold the literal?"""
        if BREAK in literal or MARK in literal:
            return _flags(pc.match_substring(self._texts, literal))
        found, n_looked_at = self._few(partial(self._find, literal.encode()), _OF_A_TEXT * len(self._texts))
        if n_looked_at < len(self._texts):
            found[n_looked_at:] = _flags(pc.match_substring(self._texts.slice(n_looked_at), literal))
        return found

    def _search(self, pattern: str) -> _Search:
        joint, n_texts = end_to_end(pattern), len(self._texts)
        size = compiled(joint.pattern).programsize if joint else 0
        if joint is None or (joint.is_anchored and _OF_AN_INSTRUCTION * size < _OF_A_TEXT * n_texts):
            return _Search(np.zeros(n_texts, dtype=bool), 0)
        return self._few(partial(self._match, pattern, joint), min(self._of_arrow(size), n_texts))

    def _of_arrow(self, size: int, n_looked_at: int = 0) -> float:
        return _OF_AN_INSTRUCTION * size + _OF_A_TEXT * (len(self._texts) - n_looked_at)

    def _each(self, pattern: str, first: int) -> NDArray[np.bool_]:
        """(n − first,) what the texts from one on say when they are asked each by itself."""
        n_texts = len(self._texts)
        expression = compiled(pattern)
        if n_texts - first <= self._of_arrow(expression.programsize, first):
            return np.array([self._is_in(expression, place) for place in range(first, n_texts)], dtype=bool)
        return _flags(pc.match_substring_regex(self._texts.slice(first), pattern))

    def _few(self, following: _Following, cost: float) -> _Search:
        """The texts that are found until to find one more costs more than to ask all in another way does."""
        n_left = max(int(cost / _OF_A_MATCH), _LEAST)
        found = np.zeros(len(self._texts), dtype=bool)
        for first, beyond in self._windows:
            place, end = first, self._starts[beyond] - len(BREAK)
            while place < beyond and (after := following(self._starts[place], end)) is not None:
                if not n_left:
                    return _Search(found, place)
                n_left -= 1
                place, found[after[0]] = after[0] + 1, after[1]
        return _Search(found, len(found))

    def _match(self, pattern: str, joint: EndToEnd, start: int, end: int) -> tuple[int, bool] | None:
        match = compiled(joint.pattern).search(self._data, start, end)
        if match is None:
            return None
        place = self._place(match.start())
        # What matches at a mark, at a line's end, or beyond the end of the text, is asked again.
        is_sure = joint.is_exact and self._starts[place] < match.start() and match.end() < self._starts[place + 1]
        return place, is_sure or self._is_in(compiled(pattern), place)

    def _find(self, literal: bytes, start: int, end: int) -> tuple[int, bool] | None:
        byte = self._data.find(literal, start, end)
        return None if byte < 0 else (self._place(byte), True)

    def _place(self, byte: int) -> int:
        return bisect_right(self._starts, byte) - 1

    def _is_in(self, expression: Any, place: int) -> bool:
        text = self._data[self._starts[place] + len(MARK) : self._starts[place + 1] - len(BREAK)]
        return expression.search(text) is not None


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> Any:
    """An expression as RE2 compiles it, which says where it matches, and of no group."""
    options = re2.Options()
    options.never_capture, options.log_errors, options.max_mem = True, False, _MAX_BYTES
    return re2.compile(pattern, options)


def _flags(found: pa.Array) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return flags
