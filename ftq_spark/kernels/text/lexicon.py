"""Word lists as one hash table: a batch of tokens is looked up in every list at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text.tokens import hashes, tokenize

_TABLE_BITS = 16


class Lexicon:
    """Single-token words of up to 64 named lists; a word may be in several.

    Its table is built when it is first asked: most processes that know the lists look nothing up.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self.names = tuple(lists)
        if len(self.names) > 64:
            raise ValueError(f"a lexicon holds at most 64 lists, got {len(self.names)}")
        self._flags: dict[str, int] = {}
        for bit, words in enumerate(lists.values()):
            for word in words:
                self._flags[word] = self._flags.get(word, 0) | 1 << bit

    @cached_property
    def _tables(self) -> list[tuple[NDArray[np.uint64], NDArray[np.uint64]]]:
        """Keys and flags by slot; words that share a slot wait in further tables: with few words one or two."""
        tokens = tokenize(list(self._flags))
        split = np.flatnonzero(np.diff(tokens.token_offsets) != 1)
        if len(split):
            raise ValueError(f"not a single token: {list(self._flags)[split[0]]!r}")
        keys = hashes(tokens)
        values = np.fromiter(self._flags.values(), dtype=np.uint64, count=len(self._flags))
        found = []
        while len(keys):
            slots = _slots(keys)
            _, first = np.unique(slots, return_index=True)
            key_table = np.zeros(1 << _TABLE_BITS, dtype=np.uint64)
            flag_table = np.zeros(1 << _TABLE_BITS, dtype=np.uint64)
            key_table[slots[first]], flag_table[slots[first]] = keys[first], values[first]
            found.append((key_table, flag_table))
            rest = np.ones(len(keys), dtype=bool)
            rest[first] = False
            keys, values = keys[rest], values[rest]
        return found

    def flags(self, token_hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """(t,) for each token the lists that hold it, list k as bit k."""
        slots = _slots(token_hashes)
        found = np.zeros(len(token_hashes), dtype=np.uint64)
        for place, (keys, flags) in enumerate(self._tables):
            if not place:
                found = np.where(keys[slots] == token_hashes, flags[slots], np.uint64(0))
                continue
            at = np.flatnonzero((keys != 0)[slots])  # few words are in a further table
            found[at] |= np.where(keys[slots[at]] == token_hashes[at], flags[slots[at]], np.uint64(0))
        return found

    def bit(self, name: str) -> np.uint64:
        """The bit of a list in :meth:`flags`."""
        return np.uint64(1 << self.names.index(name))


def _slots(token_hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (token_hashes >> np.uint64(64 - _TABLE_BITS)).astype(np.int64)
