"""Where a beginning or an end may be cut off a text: an instruction, a passage, examples round a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

MAX_PLACES = 128  # of either side of one text, the outermost

_BOUNDARY = re.compile(r"\s*\n\s*|(?<=[.!?:…])\s+|(?<=[。！？：])")
_WORD = re.compile(r"\w")
BEGIN, END = 0, 1


class Place(NamedTuple):
    """Where a text may be cut."""

    side: int  # BEGIN: what stands before `at` may go; END: what stands from `at` on
    at: int  # characters
    digest: int  # 64 bits of what may go


def places(text: str, least: int) -> Iterator[Place]:
    """Where a line or a sentence ends, with at least `least` characters to one side and a word to the other.

    Of texts with an equal beginning (or end) each has the same digest for it, unless nothing else of it would be left.
    """
    first = _WORD.search(text)
    if first is None:
        return
    at = [match.end() for match in _BOUNDARY.finditer(text)]
    for place in [place for place in at if place >= least and _WORD.search(text, place)][:MAX_PLACES]:
        yield Place(BEGIN, place, _digest(text[:place]))
    for place in [place for place in at if place > first.start() and len(text) - place >= least][-MAX_PLACES:]:
        yield Place(END, place, _digest(text[place:]))


def cut(text: str, shared: Iterable[tuple[int, int, int]], least: int) -> tuple[int, int]:
    """Where the text's own part begins and ends; `shared` are side, place and number of texts of what many share.

    Where a beginning and an end leave no word between them, the end stays.
    """
    counted: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for side, at, n in shared:
        counted[side].append((at if side == BEGIN else len(text) - at, n))
    begin, end = _reach(counted[BEGIN], least), len(text) - _reach(counted[END], least)
    return (begin, end) if _WORD.search(text[begin:end]) else (begin, len(text))


def _reach(counted: list[tuple[int, int]], least: int) -> int:
    """How many characters go, of (characters, number of texts that share them).

    A longer stretch counts where half of those who share a shorter one share it as well: else it is what some ask
    behind one instruction. Where it is longer by `least` characters, it is a text of its own: a passage behind it.
    """
    reach = base = 0
    for n_chars, n in sorted(counted):
        if n_chars - reach >= least:
            reach, base = n_chars, n
        elif 2 * n >= base:
            reach = n_chars
    return reach


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True)
