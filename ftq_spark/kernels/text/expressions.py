"""Which texts of a batch hold what an expression or a literal says: looked for in all at once where few do.

Arrow compiles an expression at each call, which for a list of phrases takes longer than to look through a thousand
texts. Here an expression is compiled once in a process, and the texts are searched end to end, a line break between
them; only where many hold it does Arrow say which.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2
from numpy.typing import NDArray

from ftq_spark.kernels.ragged import run_begins
from ftq_spark.kernels.text.arrays import combined, utf8

# As long as Arrow compiles so many instructions, one text is looked at by itself, or one match is found among all.
_OF_A_TEXT, _OF_A_MATCH = 8, 32
_HELD_BY_ONE_IN = 512  # texts, or by more: then all are looked at in one call
_LEAST = 16  # that may hold it, however few texts there are
_WINDOW_BYTES = 16_384  # searched together: no expression runs on through all texts
# Of an expression and the states it has been in; beyond, RE2 begins anew, or takes ten times as long. Arrow's has 8 MB.
_MAX_BYTES = 32 << 20
_BREAK = "\n"
_NO_LINES = re.compile(r"\(\?[a-zA-Z]*-[a-zA-Z]*m")  # ends that are said to be no ends of lines
# Where texts begin is soon looked at in each; as the beginning of any line it has RE2 follow many ways at once.
_HAS_BEGINNING = re.compile(r"(?<!\[)\^|\\A")
_HAS_END = re.compile(r"[$]|\\z")
_END = re.compile(r"(?<!\\)((?:\\\\)*)\\z")

# From one byte to another: the first text that may hold it, and whether it does; null for none.
_Following: TypeAlias = Callable[[int, int], "tuple[int, bool] | None"]


class Joined:
    """n texts end to end, a line break between them."""

    def __init__(self, texts: pa.Array) -> None:
        """Of a string array without nulls; joined when first searched."""
        self._texts = texts if texts.type == pa.large_string() and not texts.offset else combined(texts)

    @cached_property
    def _starts(self) -> list[int]:
        """The byte at which each text begins, and one beyond the end."""
        starts: list[int] = (utf8(self._texts)[1] + np.arange(len(self._texts) + 1)).tolist()
        return starts

    @cached_property
    def _data(self) -> bytes:
        whole = pa.ListArray.from_arrays(pa.array([0, len(self._texts)], pa.int32()), self._texts)
        return bytes(pc.binary_join(whole, pa.scalar(_BREAK, self._texts.type))[0].as_buffer())

    @cached_property
    def _windows(self) -> list[tuple[int, int]]:
        """The texts that are searched together: the first, and one beyond the last."""
        begins = run_begins(np.array(self._starts[:-1], dtype=np.int64) // _WINDOW_BYTES)
        return list(pairwise([*begins.tolist(), len(self._texts)]))

    def matches(self, pattern: str) -> NDArray[np.bool_]:
        """(n,) does the RE2 expression match anywhere in the text?"""
        n = len(self._texts)
        if _NO_LINES.search(pattern) or _HAS_BEGINNING.search(pattern):
            one_by_one = n <= len(pattern) // _OF_A_TEXT  # of a character there are one or two instructions
        else:
            of_lines = _of_lines(pattern)
            size = compiled(of_lines).programsize
            found = self._few(partial(self._match, pattern, of_lines), size // _OF_A_MATCH)
            if found is not None:
                return found
            one_by_one = n <= size // _OF_A_TEXT
        if one_by_one:
            expression = compiled(pattern)
            return np.array([expression.search(self._text(place)) is not None for place in range(n)], dtype=bool)
        return _flags(pc.match_substring_regex(self._texts, pattern))

    def holds(self, literal: str) -> NDArray[np.bool_]:
        """(n,) does the text hold the literal?"""
        found = None if _BREAK in literal else self._few(partial(self._find, literal.encode()))
        return _flags(pc.match_substring(self._texts, literal)) if found is None else found

    def _few(self, following: _Following, most: int = 0) -> NDArray[np.bool_] | None:
        """(n,) the texts that are found; null where they are more than `most`, and many."""
        n_left = max(len(self._texts) // _HELD_BY_ONE_IN, _LEAST, most)
        found = np.zeros(len(self._texts), dtype=bool)
        for first, beyond in self._windows:
            place, end = first, self._starts[beyond] - len(_BREAK)
            while place < beyond and (after := following(self._starts[place], end)) is not None:
                if not n_left:
                    return None
                n_left -= 1
                place, found[after[0]] = after[0] + 1, after[1]
        return found

    def _match(self, pattern: str, of_lines: str, start: int, end: int) -> tuple[int, bool] | None:
        match = compiled(of_lines).search(self._data, start, end)
        if match is None:
            return None
        place = self._place(match.start())
        # What matches by a line's end alone, or reaches into the next text, is asked again.
        is_sure = match.end() < self._starts[place + 1] and not _HAS_END.search(pattern)
        return place, is_sure or compiled(pattern).search(self._text(place)) is not None

    def _find(self, literal: bytes, start: int, end: int) -> tuple[int, bool] | None:
        byte = self._data.find(literal, start, end)
        return None if byte < 0 else (self._place(byte), True)

    def _place(self, byte: int) -> int:
        return bisect_right(self._starts, byte) - 1

    def _text(self, place: int) -> bytes:
        return self._data[self._starts[place] : self._starts[place + 1] - len(_BREAK)]


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> Any:
    """An expression as RE2 compiles it, which says where it matches, and of no group."""
    options = re2.Options()
    options.never_capture, options.log_errors, options.max_mem = True, False, _MAX_BYTES
    return re2.compile(pattern, options)


@lru_cache(maxsize=2048)
def _of_lines(pattern: str) -> str:
    """What matches wherever the expression does in one of several texts, each of which is a line or more."""
    if not _HAS_END.search(pattern):
        return pattern  # so that it is compiled once
    return "(?m)" + _END.sub(lambda end: end[1] + "$", pattern)


def _flags(found: pa.Array) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return flags
