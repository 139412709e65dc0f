"""Questions that are asked more than once: which examples ask one, in how many wordings, with how many answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.keeper import Integers, components

STATES = ("agreed", "compatible", "unclear", "conflict")
SAME, COMPATIBLE, UNCLEAR, CONFLICT = range(4)  # how two answers relate


class Pairs(NamedTuple):
    """Pairs of examples that ask the same, as places in the order of the examples."""

    left: Integers  # (m,)
    right: Integers  # (m,)
    relation: Integers  # (m,) of their answers


class Settled(NamedTuple):
    """What each of n examples asks and answers."""

    question: Integers  # (n,) the first example that asks it
    wording: Integers  # (n,) which of its wordings, from 1, in the order of the examples
    answer: Integers  # (n,) which of its answers in substance, from 1, in the order of the examples
    state: Integers  # (n,) of the question, a place in STATES
    canonical: NDArray[np.bool_]  # (n,) the first example of the commonest wording, one of each question


def settle(pairs: Pairs, wordings: Integers, readable: NDArray[np.bool_]) -> Settled:
    """Gather the examples of each question, and say whether its answers go together.

    A question whose answers are linked by nothing but SAME is agreed; one with a CONFLICT in it is in conflict;
    another is unclear where two of its answers are, or where an answer is not `readable` to the kernel that compares
    them; the rest is compatible. Answers that say the same through others count as one. Linear in examples and pairs.

    Args:
        pairs: among n examples.
        wordings: (n,) equal where examples ask in the same words.
        readable: (n,).
    """
    n = len(wordings)
    question = components(n, pairs.left, pairs.right)
    same = pairs.relation == SAME
    first_answer = components(n, pairs.left[same], pairs.right[same])
    answer = _numbered(question, first_answer)
    n_answers = np.zeros(n, dtype=np.int64)
    np.maximum.at(n_answers, question, answer)
    state = np.where(n_answers > 1, COMPATIBLE, SAME)
    apart = first_answer[pairs.left] != first_answer[pairs.right]
    doubted = np.zeros(n, dtype=bool)
    doubted[question[pairs.left[(pairs.relation == UNCLEAR) & apart]]] = True
    doubted[question[~readable]] = True
    state[doubted & (n_answers > 1)] = UNCLEAR
    state[question[pairs.left[pairs.relation == CONFLICT]]] = CONFLICT
    return Settled(question, _numbered(question, wordings), answer, state[question], _commonest(question, wordings))


def _numbered(question: Integers, values: Integers) -> Integers:
    """The number of each value among the distinct ones of its question, from 1, in order of their first example."""
    firsts, inverse = _distinct(question, values)
    order = np.lexsort((firsts, question[firsts]))
    of = question[firsts][order]
    starts = np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]])) if len(of) else np.empty(0, np.int64)
    numbers = np.empty(len(firsts), dtype=np.int64)
    numbers[order] = np.arange(len(of)) - np.repeat(starts, np.diff(starts, append=len(of))) + 1
    found: Integers = numbers[inverse]
    return found


def _commonest(question: Integers, wordings: Integers) -> NDArray[np.bool_]:
    firsts, inverse = _distinct(question, wordings)
    counts = np.bincount(inverse, minlength=len(firsts))
    order = np.lexsort((firsts, -counts, question[firsts]))
    of = question[firsts][order]
    found = np.zeros(len(question), dtype=bool)
    if len(of):
        found[firsts[order[np.concatenate([[True], of[1:] != of[:-1]])]]] = True
    return found


def _distinct(question: Integers, values: Integers) -> tuple[Integers, Integers]:
    """The first example of each pair of question and value, and which of them each example has."""
    both = np.stack([question, values], axis=1)
    _, firsts, inverse = np.unique(both, axis=0, return_index=True, return_inverse=True)
    return firsts, inverse.ravel()
