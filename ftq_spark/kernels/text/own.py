"""What of two texts is their own: without the lines and sentences with which both begin and end.

A long text that two examples share (an instruction, a passage, a form letter) says nothing of how they differ, and what
is measured over all of it grows blind with its length.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from itertools import pairwise

_BOUNDARY = re.compile(r"\s*\n\s*|(?<=[.!?:…])\s+|(?<=[。！？：])\s*")


def own_parts(a: str, b: str) -> tuple[str, str]:
    """The whole lines and sentences of two texts between those that they share at either end; "" where none is left."""
    x, y = pieces(a), pieces(b)
    start, end = shared_ends([piece.strip() for piece in x], [piece.strip() for piece in y])
    return "".join(x[start : len(x) - end]).strip(), "".join(y[start : len(y) - end]).strip()


def shared_ends(x: Sequence[str], y: Sequence[str]) -> tuple[int, int]:
    """Lengths of the longest common prefix of two sequences and of the common suffix behind it."""
    shortest = min(len(x), len(y))
    start = next((i for i in range(shortest) if x[i] != y[i]), shortest)
    end = next((i for i in range(shortest - start) if x[-1 - i] != y[-1 - i]), shortest - start)
    return start, end


@functools.lru_cache(maxsize=1024)
def pieces(text: str) -> tuple[str, ...]:
    """A text cut behind its lines and sentences; together the pieces are the text."""
    at = [0, *(match.end() for match in _BOUNDARY.finditer(text)), len(text)]
    return tuple(text[i:j] for i, j in pairwise(at) if i < j)
