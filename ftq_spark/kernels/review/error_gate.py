"""The error gate: do the judged examples show that the error rate is at or below the limit, or above it?

Mode ``strict`` says *pass* only when the exact one-sided upper bound is at or below the limit, *fail* only when the
lower bound is above it, and *inconclusive* otherwise. Mode ``article`` fails a point estimate over the limit, whatever
its uncertainty: a dataset truly at 5 % then fails in about four draws of ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy  # whose statistics are imported when they are first asked

from ftq_spark.kernels.review.intervals import lower_bound, upper_bound

GateMode = Literal["strict", "article"]
Outcome = Literal["pass", "fail", "inconclusive"]

# Beyond this size a next draw is not proposed: the rate is too near the limit for a review to settle.
MAX_NEXT_SIZE = 5_000
POWER = 0.8  # probability with which a larger draw is to settle the gate


@dataclass(frozen=True)
class GateSettings:
    """How the gate decides.

    Attributes:
        max_error_rate: the limit, in (0, 1).
        mode: ``strict`` or ``article``.
        confidence: one-sided level of the strict rule.
        looks: sizes at which the data may be judged, declared before the first label is read; the error probability
            is shared evenly among them (Bonferroni), so that looking several times does not raise false passes.
    """

    max_error_rate: float = 0.05
    mode: GateMode = "strict"
    confidence: float = 0.95
    looks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.max_error_rate < 1:
            raise ValueError(f"max_error_rate must lie in (0, 1): got {self.max_error_rate}")
        if not 0.5 <= self.confidence < 1:
            raise ValueError(f"confidence must lie in [0.5, 1): got {self.confidence}")
        if self.mode not in ("strict", "article"):
            raise ValueError(f"mode must be 'strict' or 'article': got {self.mode!r}")

    @property
    def alpha(self) -> float:
        """Error probability that one look may spend."""
        return (1 - self.confidence) / max(1, len(self.looks))


class GateResult(NamedTuple):
    """What the gate says, with the one-sided bounds that it looked at and the size that would likely settle it."""

    gate: Outcome
    low: float
    high: float
    next_n: int | None


class Chance(NamedTuple):
    """Probabilities of the three outcomes at one true error rate."""

    rate: float
    passed: float
    failed: float
    inconclusive: float


def thresholds(n: npt.ArrayLike, settings: GateSettings) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Most errors that pass and fewest that fail, at each size.

    Args:
        n: sizes, shape (m,).

    Returns:
        Two int64 arrays of shape (m,). In strict mode the first is -1 where not even zero errors pass, the second
        n + 1 where not even n errors fail.
    """
    sizes = np.asarray(n, dtype=np.int64)
    limit = settings.max_error_rate
    if settings.mode == "article":
        passing = np.floor(limit * sizes + 1e-9).astype(np.int64)
        return passing, passing + 1
    # Clopper-Pearson turned round: upper bound <= limit where P(X <= k | limit) <= alpha; lower > limit likewise.
    passing = scipy.stats.binom.ppf(settings.alpha, sizes, limit).astype(np.int64)
    passing = np.where(scipy.stats.binom.cdf(passing, sizes, limit) <= settings.alpha, passing, passing - 1)
    failing = scipy.stats.binom.ppf(1 - settings.alpha, sizes, limit).astype(np.int64) + 1
    failing = np.where(scipy.stats.binom.sf(failing - 1, sizes, limit) < settings.alpha, failing, failing + 1)
    return passing, failing


def decide(errors: float, n: float, settings: GateSettings, population: int | None = None) -> GateResult:
    """Decide the gate for ``errors`` among ``n`` judged examples.

    Args:
        errors: errors found; not whole where ``n`` is an effective size.
        n: examples judged, possibly effective; 0 is inconclusive in both modes.
        population: size of the population; matters where ``n`` is over 5 % of it.
    """
    confidence, limit = 1 - settings.alpha, settings.max_error_rate
    if n == 0:
        return GateResult("inconclusive", 0.0, 1.0, plan_size(limit / 5, settings, POWER))
    low = lower_bound(errors, n, confidence, population)
    high = upper_bound(errors, n, confidence, population)
    if settings.mode == "article":
        return GateResult("fail" if errors / n > limit + 1e-12 else "pass", low, high, None)
    if high <= limit:
        return GateResult("pass", low, high, None)
    if low > limit:
        return GateResult("fail", low, high, None)
    return GateResult("inconclusive", low, high, next_size(errors, n, settings, population))


def next_size(errors: float, n: float, settings: GateSettings, population: int | None = None) -> int | None:
    """Smallest larger size that settles the gate with probability ``POWER``, were the true rate (k + 1/2) / (n + 1).

    The judged examples stay part of the larger draw. With declared looks the answer is the next of them.

    Returns:
        The size; the whole population where that comes first; None where more than ``MAX_NEXT_SIZE`` would be needed.
    """
    later = [look for look in settings.looks if look > n]
    if settings.looks:
        return min(later, default=None)
    found, judged = round(errors), round(n)
    assumed = (found + 0.5) / (judged + 1)
    sizes = np.arange(judged + 1, MAX_NEXT_SIZE + 1)
    passing, failing = thresholds(sizes, settings)
    more = sizes - judged
    if assumed <= settings.max_error_rate:
        chance = np.where(passing >= found, scipy.stats.binom.cdf(passing - found, more, assumed), 0.0)
    else:
        chance = scipy.stats.binom.sf(failing - found - 1, more, assumed)
    settled = np.flatnonzero(chance >= POWER)
    size = int(sizes[settled[0]]) if settled.size else None
    if population is not None and population > n and (size is None or size >= population):
        return population if population <= MAX_NEXT_SIZE else size
    return size


def plan_size(true_rate: float, settings: GateSettings, power: float = 0.95) -> int | None:
    """Smallest draw that passes with probability ``power`` at one true rate; None where over ``MAX_NEXT_SIZE``."""
    sizes = np.arange(1, MAX_NEXT_SIZE + 1)
    passing, _ = thresholds(sizes, settings)
    chance = np.where(passing >= 0, scipy.stats.binom.cdf(passing, sizes, true_rate), 0.0)
    enough = np.flatnonzero(chance >= power)
    return int(sizes[enough[0]]) if enough.size else None


def operating_characteristic(n: int, rates: Sequence[float], settings: GateSettings) -> list[Chance]:
    """Exact probabilities of pass, fail and inconclusive with ``n`` judged examples, at each true rate."""
    passing, failing = (int(limit) for limit in thresholds(n, settings))
    chances = []
    for rate in rates:
        passed = float(scipy.stats.binom.cdf(passing, n, rate)) if passing >= 0 else 0.0
        failed = float(scipy.stats.binom.sf(failing - 1, n, rate))
        chances.append(Chance(float(rate), passed, failed, max(0.0, 1 - passed - failed)))
    return chances
