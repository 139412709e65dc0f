"""What turns one sequence of words into another, and what both keep: difflib's answer, sooner for form letters."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

Edit = tuple[str, int, int, int, int]


def edits(a: Sequence[str], b: Sequence[str]) -> list[Edit]:
    """``SequenceMatcher(None, a, b, autojunk=False).get_opcodes()``, equal to it.

    A word that only one of the two holds is a stranger, and no match reaches over one. Where both are the same
    stretches of words with strangers between them (form letters, one sentence with other names), those stretches are
    the matches, and nothing is searched for: none is longer than the longest stretch, and the first of that length has
    the same place in both; so it is before it, and behind it.
    """
    found = _between_strangers(a, b)
    return [*SequenceMatcher(None, a, b, autojunk=False).get_opcodes()] if found is None else found


def _between_strangers(a: Sequence[str], b: Sequence[str]) -> list[Edit] | None:
    """The edits of the same stretches with strangers between them, at the ends on either side; None of others."""
    in_a, in_b = frozenset(a), frozenset(b)
    n, m, i, j = len(a), len(b), 0, 0
    found: list[Edit] = []
    while True:
        begin, start = i, j
        while i < n and a[i] not in in_b:
            i += 1
        while j < m and b[j] not in in_a:
            j += 1
        at_end = i == n and j == m
        if i > begin and j > start:
            found.append(("replace", begin, i, start, j))
        elif i > begin or j > start:
            if found and not at_end:
                return None  # two stretches of one side touch
            found.append(("delete" if i > begin else "insert", begin, i, start, j))
        if at_end:
            return found
        begin, start = i, j
        while i < n and j < m and a[i] == b[j]:
            i += 1
            j += 1
        if i == begin or (i < n and a[i] in in_b) or (j < m and b[j] in in_a):
            return None
        found.append(("equal", begin, i, start, j))
