#!/usr/bin/env python3
"""Simulate the error gate and check it against theory: scripts/evaluate gate_simulation [--n 150] [--draws 40000].

Reports, for true error rates of 1, 3, 5, 8 and 12 %, the shares of pass, fail and inconclusive draws beside the exact
probabilities, and how often the 95 % interval of a plain and of a risk-weighted draw holds the true rate.
Exit code 1 where a share is more than four standard errors from theory, or coverage is below its level.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from ftq_spark.kernels.review.error_gate import Chance, GateSettings, decide, operating_characteristic, thresholds
from ftq_spark.kernels.review.intervals import Interval, Stratum, exact_interval, stratified_estimate, wilson

TRUE_RATES = (0.01, 0.03, 0.05, 0.08, 0.12)


def sequential_characteristic(looks: Sequence[int], rate: float, settings: GateSettings) -> tuple[Chance, float]:
    """Exact probabilities over several looks that stop at the first pass or fail, and the mean number judged.

    ``settings.looks`` decides whether the looks were declared and so share the error probability; with no looks
    declared, this shows what unadjusted peeking does.

    Args:
        looks: increasing sizes.
        rate: the true error rate.
    """
    passing, failing = thresholds(np.asarray(looks), settings)
    open_chance = np.ones(1)  # of each number of errors so far, among the courses not yet stopped
    passed = failed = mean_n = 0.0
    before = 0
    for look, most, least in zip(looks, passing, failing, strict=True):
        step = stats.binom.pmf(np.arange(look - before + 1), look - before, rate)
        open_chance = np.convolve(open_chance, step)
        errors = np.arange(open_chance.size)
        passes, fails = errors <= most, errors >= least
        stopped_pass, stopped_fail = float(open_chance[passes].sum()), float(open_chance[fails].sum())
        passed, failed = passed + stopped_pass, failed + stopped_fail
        mean_n += look * (stopped_pass + stopped_fail)
        open_chance = np.where(passes | fails, 0.0, open_chance)
        before = look
    still_open = float(open_chance.sum())
    return Chance(float(rate), passed, failed, still_open), mean_n + before * still_open


def gate_shares(n: int, rate: float, draws: int, settings: GateSettings) -> dict[str, float]:
    """Shares of each outcome among ``draws`` simulated reviews of ``n`` examples."""
    counts = np.bincount(np.random.default_rng(int(rate * 1e6) + n).binomial(n, rate, draws))
    shares = {"pass": 0.0, "fail": 0.0, "inconclusive": 0.0}
    for errors in np.flatnonzero(counts):
        shares[decide(int(errors), n, settings).gate] += counts[errors] / draws
    return shares


def mean_coverage(n: int, draws: int) -> dict[str, float]:
    """Coverage of the 95 % intervals, the true rate uniform between 0.5 and 20 %."""
    rng = np.random.default_rng(n)
    rates = rng.uniform(0.005, 0.2, draws)
    errors = rng.binomial(n, rates)
    held = {}
    for name, interval in (("wilson", wilson), ("exact", exact_interval)):
        ends: list[Interval] = [interval(k, n) for k in range(n + 1)]
        low, high = np.array(ends).T
        held[name] = float(((low[errors] <= rates) & (rates <= high[errors])).mean())
    return held


def weighted_coverage(draws: int) -> float:
    """Coverage of the 95 % interval where a risky tenth (23 % wrong) is drawn as often as the rest (3 % wrong)."""
    rng = np.random.default_rng(7)
    sizes, rates, n = (90_000, 10_000), (0.03, 0.23), (75, 75)
    truth = sum(size * rate for size, rate in zip(sizes, rates, strict=True)) / sum(sizes)
    pairs, times = np.unique(rng.binomial(n, rates, (draws, 2)), axis=0, return_counts=True)
    held = 0
    for errors, count in zip(pairs, times, strict=True):
        strata = [Stratum(size, judged, int(k)) for size, judged, k in zip(sizes, n, errors, strict=True)]
        estimate = stratified_estimate(strata)
        interval = exact_interval(estimate.rate * estimate.n_effective, estimate.n_effective)
        held += int(count) * (interval.low <= truth <= interval.high)
    return held / draws


class Sequential(NamedTuple):
    """What a sequential test does at one true error rate."""

    rate: float
    accepted: float  # chance to end on the lower rate, a pass
    mean_n: float


def sprt(rate: float, low: float = 0.03, high: float = 0.08, alpha: float = 0.05, most: int = 3_000) -> Sequential:
    """Wald's sequential probability ratio test of ``low`` against ``high``, judged after every example; exact.

    It needs the fewest examples, but somebody must look after each one, and it answers another question than the
    gate: which of two rates fits better, not whether the rate is shown to be at or below the limit. What is still open
    after ``most`` examples counts as judged there.
    """
    wrong, right = math.log(high / low), math.log((1 - high) / (1 - low))
    bound = math.log((1 - alpha) / alpha)
    open_chance = np.ones(1)  # of each number of errors among the examples so far
    accepted = mean_n = 0.0
    for n in range(1, most + 1):
        mean_n += open_chance.sum()
        open_chance = np.convolve(open_chance, [1 - rate, rate])
        errors = np.arange(n + 1)
        ratio = errors * wrong + (n - errors) * right
        accepted += open_chance[ratio <= -bound].sum()
        open_chance = np.where(np.abs(ratio) >= bound, 0.0, open_chance)
    return Sequential(rate, accepted, mean_n)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=150, help="examples reviewed in each draw")
    parser.add_argument("--draws", type=int, default=40_000, help="simulated draws for each true rate")
    arguments = parser.parse_args()
    agrees = True
    for mode in ("strict", "article"):
        settings = GateSettings(mode=mode)  # type: ignore[arg-type]
        print(f"{mode}, n = {arguments.n}: simulated (theory)")
        for chance in operating_characteristic(arguments.n, TRUE_RATES, settings):
            shares = gate_shares(arguments.n, chance.rate, arguments.draws, settings)
            line = f"  true rate {chance.rate:>4.0%}"
            for name, theory in zip(("pass", "fail", "inconclusive"), chance[1:], strict=True):
                line += f"   {name} {shares[name]:.3f} ({theory:.3f})"
                error = math.sqrt(theory * (1 - theory) / arguments.draws)
                agrees &= abs(shares[name] - theory) <= 4 * error + 1e-4
            print(line)
    print("Wald's sequential test of 3 % against 8 %, which needs the fewest examples:")
    for rate in TRUE_RATES:
        found = sprt(rate)
        print(f"  true rate {rate:>4.0%}   pass {found.accepted:.3f}   {found.mean_n:.0f} examples on average")
    held = mean_coverage(arguments.n, arguments.draws)
    weighted = weighted_coverage(arguments.draws)
    print(
        f"coverage of 95 % intervals: wilson {held['wilson']:.3f}, exact {held['exact']:.3f}, weighted {weighted:.3f}"
    )
    agrees &= abs(held["wilson"] - 0.95) <= 0.01 and held["exact"] >= 0.945 and weighted >= 0.94
    print("agrees with theory" if agrees else "DISAGREES with theory")
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
