"""Answers that stand beside the questions of other rows: a column that slipped by a row, or one in another order.

One answer that speaks of what its neighbour asks tells nothing: neighbours are often of one subject. Many in sequence
that share rare words with the question one row away, and few with their own, tell that a file is out of step; answers
that fit their own questions no better than those of their neighbours, that they were shuffled.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.proportion import score_interval
from ftq_spark.kernels.text.ngrams import token_owners
from ftq_spark.kernels.text.tokens import Tokens, hashes, tokenize

STEPS = (-1, 1)  # to the row of the question, from that of the answer
MAX_CHARS = 300  # that are read of a text
MIN_WEIGHT = 1.6  # of a word that tells one row from others: one in fewer than a fifth of the texts
MARGIN = 2.0  # of the weights of shared words by which one question fits an answer better than another
_AGAINST, _OF_NEITHER = -2.0, -0.1  # what an answer that fits its own question counts, and one that fits neither
MIN_SCORE = 6.0  # of a run
MIN_VOTES, MIN_VOTED = 60, 0.05  # by which the order of answers is judged: how many, and of all that there may be
MAX_OWN = 0.7  # share of votes for the own question in answers that were shuffled: they come to a half
_SURELY = 3.0  # standard errors


class Run(NamedTuple):
    """Rows in sequence whose answers fit the questions `step` rows away."""

    first: int  # places among the rows that were looked at
    last: int
    step: int
    n_fitting: int  # of these answers; the others fit neither question


def votes(questions: pa.Array, answers: pa.Array) -> NDArray[np.int8]:
    """(n, 3) for each answer and each of STEPS: 1 where that question fits it better than its own, −1 the reverse.

    The third says so of the questions on its two sides: 1 where the one after it fits better than the one before it. Of
    two (n,) string arrays without nulls, in the order of their rows; 0 where neither is better.
    """
    sides = [tokenize(pc.utf8_slice_codeunits(texts, 0, MAX_CHARS)) for texts in (questions, answers)]
    n = len(questions)
    words, ids = np.unique(np.concatenate([hashes(side) for side in sides]), return_inverse=True)
    bounds = (0, len(sides[0].starts), len(ids))
    asked, said = (_keys(side, ids[bounds[i] : bounds[i + 1]], len(words)) for i, side in enumerate(sides))
    n_texts = np.bincount(np.concatenate((asked, said)) % max(len(words), 1), minlength=len(words))
    weights = np.log(2 * n / np.maximum(n_texts, 1)) if n else np.zeros(0)
    weights[weights < MIN_WEIGHT] = 0.0
    fit = {step: _shared(asked, said, step, weights, n) for step in (0, *STEPS)}
    before, after = STEPS
    more = np.column_stack([fit[before] - fit[0], fit[after] - fit[0], fit[after] - fit[before]])
    # Rows beside each other that have one answer and ask in the same rare words ask one thing: it fits either.
    same = _as_the_next(answers) & (_shared(asked, asked, 1, weights, n) > 0)
    alike = {before: np.roll(same, 1), after: same}
    more[np.column_stack([alike[before], alike[after], alike[before] | alike[after]])] = 0.0
    return (more >= MARGIN).astype(np.int8) - (more <= -MARGIN).astype(np.int8)


def _as_the_next(answers: pa.Array) -> NDArray[np.bool_]:
    """(n,) answers that the row after theirs has, too."""
    codes = answers.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return np.append(codes[1:] == codes[:-1], np.zeros(min(len(codes), 1), bool))


def _keys(side: Tokens, ids: NDArray[np.int64], n_words: int) -> NDArray[np.int64]:
    """The distinct words of each text, as one number each, ascending."""
    found: NDArray[np.int64] = np.unique(token_owners(side.token_offsets) * n_words + ids)
    return found


def _shared(
    asked: NDArray[np.int64], said: NDArray[np.int64], step: int, weights: NDArray[np.float64], n: int
) -> NDArray[np.float64]:
    """(n,) the weights of the words that each answer shares with the question `step` rows from it."""
    n_words = len(weights)
    if not n_words or not len(asked):
        return np.zeros(n)
    wanted = said + step * n_words
    at = np.minimum(np.searchsorted(asked, wanted), len(asked) - 1)
    both = said[asked[at] == wanted]
    return np.bincount(both // n_words, weights=weights[both % n_words], minlength=n).astype(np.float64)


def runs(given: NDArray[np.int8]) -> list[Run]:
    """The runs that (n, 3) votes tell of, by their first rows.

    An answer that fits the questions on both its sides better than its own is of their subject, as in a sorted file: it
    counts for the side that it fits better, and against the other.
    """
    found = []
    for place, step in enumerate(STEPS):
        own, side = given[:, place], step * given[:, -1]
        votes_for = np.where(own > 0, side, own)
        for first, last in _best_runs(votes_for):
            found.append(Run(first, last, step, int((votes_for[first : last + 1] > 0).sum())))
    return sorted(found)


def share_of_own(given: NDArray[np.int8]) -> tuple[float, int] | None:
    """Of how many votes which share is for the own question, where the answers were shuffled; null where not.

    They were not where most votes against the own question stand in runs.
    """
    compared = given[:, : len(STEPS)]
    own, other = int((compared < 0).sum()), int((compared > 0).sum())
    n_votes = own + other
    if n_votes < max(MIN_VOTES, MIN_VOTED * compared.size):
        return None
    share = own / n_votes
    if score_interval(share, n_votes, _SURELY)[1] >= MAX_OWN or 2 * sum(run.n_fitting for run in runs(given)) > other:
        return None
    return share, n_votes


def may_run(given: NDArray[np.int8]) -> bool:
    """Whether votes of a few answers, some rows apart, look like a run: two of three in sequence, and none against."""
    compared = given[:, : len(STEPS)]
    windows = (
        np.lib.stride_tricks.sliding_window_view(compared, 3, axis=0) if len(given) >= 3 else compared[:0, :, None]
    )
    return bool((((windows > 0).sum(axis=2) >= 2) & ~(windows < 0).any(axis=2)).any())


def _best_runs(given: NDArray[np.int8]) -> list[tuple[int, int]]:
    """(first, last) of the stretches of (n,) votes that come to MIN_SCORE, each up to where it comes to most.

    A stretch ends where what it comes to has fallen by MIN_SCORE, or to nothing.
    """
    found = []
    total = best = 0.0
    first = last = before = 0
    voted = np.flatnonzero(given)
    if (given > 0).sum() < MIN_SCORE:
        return []
    for i, vote in [*zip(voted.tolist(), given[voted].tolist(), strict=True), (len(given), 0)]:
        total += _OF_NEITHER * (i - before - 1)
        before = i
        if total <= 0.0 or best - total >= MIN_SCORE or not vote:
            if best >= MIN_SCORE:
                found.append((first, last))
            total, best, first = 0.0, 0.0, i
        total += 1.0 if vote > 0 else _AGAINST
        if total > best:
            best, last = total, i
    return found
