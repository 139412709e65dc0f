"""Which items of evaluation sets a text holds, for whole batches of texts, by array arithmetic.

A token of an item is *covered* by a text where both share a word n-gram in which the token lies, and a text holds an
item where it covers more than half of the item's tokens (Lambert et al. 2024, *Tülu 3*, arXiv 2411.15124, section 3.2).
N-grams that many items of one evaluation set have in common are its template; they are left out of what is looked for,
and tokens that lie in no other n-gram out of what is counted (cf. Brown et al. 2020, arXiv 2005.14165, appendix C).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.ragged import ranges
from ftq_spark.kernels.text.ngrams import covered_tokens, gram_hashes, token_owners
from ftq_spark.kernels.text.tokens import Texts, hashes, tokenize

_SPARSENESS_BITS = 4  # a table of 16 places for each n-gram lets one in 16 others pass
_TABLE_BITS = (16, 27)


class ItemIndex(NamedTuple):
    """Where each n-gram of n items occurs; the items are numbered from 0."""

    ngram: int
    grams: NDArray[np.uint64]  # (g,) hashes, increasing; as often as the n-gram occurs
    items: NDArray[np.int32]  # (g,) the item of each occurrence
    positions: NDArray[np.int32]  # (g,) the token of the item that it begins at
    n_tokens: NDArray[np.int32]  # (n,) tokens of each item
    n_telling: NDArray[np.int32]  # (n,) those that lie in an n-gram of the index

    @property
    def n_too_short(self) -> int:
        """Items of fewer than `ngram` tokens: they are never found."""
        return int((self.n_tokens < self.ngram).sum())

    @property
    def n_too_common(self) -> int:
        """Longer items that consist of what too many items have in common: they are never found either."""
        return int(((self.n_tokens >= self.ngram) & (self.n_telling == 0)).sum())


class Held(NamedTuple):
    """Which text holds which item, by text and item."""

    texts: NDArray[np.int64]  # (h,)
    items: NDArray[np.int32]  # (h,)
    coverage: NDArray[np.float64]  # (h,) share of the item's telling tokens, in (0, 1]


def item_index(items: Texts, ngram: int, max_frequency: int) -> ItemIndex:
    """The n-grams of one evaluation set's items, without those that occur in more than `max_frequency` of them."""
    tokens = tokenize(items)
    owners = token_owners(tokens.token_offsets)
    grams, begins = gram_hashes(hashes(tokens), owners, ngram)
    order = np.argsort(grams, kind="stable")
    grams, begins = grams[order], begins[order]
    of_item = owners[begins]
    new_gram = _changes(grams)
    frequency = np.add.reduceat(new_gram | _changes(of_item), np.flatnonzero(new_gram), dtype=np.int64)
    telling = (frequency <= max_frequency)[np.cumsum(new_gram) - 1]
    grams, begins, of_item = grams[telling], begins[telling], of_item[telling]
    n = len(tokens.token_offsets) - 1
    covered = owners[covered_tokens(begins, ngram, len(tokens.starts))]
    return ItemIndex(
        ngram,
        grams,
        of_item.astype(np.int32),
        (begins - tokens.token_offsets[of_item]).astype(np.int32),
        np.diff(tokens.token_offsets).astype(np.int32),
        np.bincount(covered, minlength=n).astype(np.int32),
    )


def merged(indexes: Sequence[ItemIndex]) -> ItemIndex:
    """One index of the items of all, numbered through; `indexes` (one or more) have the same `ngram`."""
    grams = np.concatenate([index.grams for index in indexes])
    order = np.argsort(grams, kind="stable")
    before = np.cumsum([0, *(len(index.n_tokens) for index in indexes)])
    items = np.concatenate([index.items + np.int32(n) for index, n in zip(indexes, before, strict=False)])
    positions, n_tokens, n_telling = (
        np.concatenate([getattr(index, name) for index in indexes]) for name in ("positions", "n_tokens", "n_telling")
    )
    return ItemIndex(indexes[0].ngram, grams[order], items[order], positions[order], n_tokens, n_telling)


def membership_table(index: ItemIndex) -> NDArray[np.bool_]:
    """(2^b,) by the leading b bits of a hash: may it be one of the index's?

    A lookup here costs a tenth of a binary search, and most n-grams of most texts need no other.
    """
    wanted = len(index.grams).bit_length() + _SPARSENESS_BITS
    bits = min(max(wanted, _TABLE_BITS[0]), _TABLE_BITS[1])
    table = np.zeros(1 << bits, bool)
    table[index.grams >> np.uint64(64 - bits)] = True
    return table


def held_items(texts: Texts, index: ItemIndex, table: NDArray[np.bool_], threshold: float) -> Held:
    """The items of which a text covers more than `threshold` (in [0, 1)); `table` is that of the index."""
    tokens = tokenize(texts)
    owners = token_owners(tokens.token_offsets)
    grams, begins = gram_hashes(hashes(tokens), owners, index.ngram)
    possible = np.flatnonzero(table[grams >> np.uint64(65 - len(table).bit_length())])
    grams, of_text = grams[possible], owners[begins[possible]]
    first, end = np.searchsorted(index.grams, grams), np.searchsorted(index.grams, grams, side="right")
    known = np.flatnonzero(end > first)
    # Each n-gram of a text once, then every place of every item where it occurs.
    _, once = np.unique(of_text[known] * len(index.grams) + first[known], return_index=True)
    of_text, first, end = (values[known[once]] for values in (of_text, first, end))
    counts = end - first
    return _covered(np.repeat(of_text, counts), ranges(first, counts), index, threshold)


def _covered(of_text: NDArray[np.int64], places: NDArray[np.int64], index: ItemIndex, threshold: float) -> Held:
    """From occurrences in the index (`places`) of what each text holds."""
    order = np.lexsort((index.positions[places], index.items[places], of_text))
    of_text, places = of_text[order], places[order]
    of_item = index.items[places]
    new_pair = _changes(of_text) | _changes(of_item)
    # An n-gram covers its own tokens up to where the next one of the same item begins.
    lengths = np.full(len(places), index.ngram)
    follows = np.flatnonzero(~new_pair)
    steps = index.positions[places[follows]] - index.positions[places[follows - 1]]
    lengths[follows - 1] = np.minimum(steps, index.ngram)
    begins = np.flatnonzero(new_pair)
    of_text, of_item = of_text[begins], of_item[begins]
    coverage = np.add.reduceat(lengths, begins) / index.n_telling[of_item]
    held = coverage > threshold
    return Held(of_text[held], of_item[held], coverage[held])


def _changes(values: NDArray[np.generic]) -> NDArray[np.bool_]:
    """(n,) which values differ from the one before; the first does."""
    found = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found
