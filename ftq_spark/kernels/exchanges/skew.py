"""What a trainer could learn from preference pairs instead of the preference: that one side is longer, or declines.

Of each pair one figure of the preferred and one of the other side is compared. Where they lean one way, a model that
knows nothing but this figure is right that often.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special  # a third of a second less than its statistics

from ftq_spark.kernels.proportion import score_interval

CONFIDENCE = 0.95
_Z = float(special.ndtri((1 + CONFIDENCE) / 2))


class Skew(NamedTuple):
    """How one figure differs between the sides of n pairs."""

    n: int
    n_more: int  # pairs whose preferred side has more of it
    n_less: int
    share: float  # n_more / (n_more + n_less); 0.5 where there is no skew, or no pair that differs
    low: float  # Wilson interval of the share, 95 %
    high: float
    p_value: float  # of the sign test, two-sided
    effect: float  # Cohen's d of paired differences: their mean in standard deviations; 0 where none differ
    effect_low: float  # 95 %, by the normal approximation with variance 1/n + d²/2n
    effect_high: float


def skew(preferred: ArrayLike, other: ArrayLike) -> Skew:
    """The skew of (n,) figures of the two sides; ``ValueError`` where the sides differ in length."""
    ones, others = np.asarray(preferred, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if ones.shape != others.shape or ones.ndim != 1:
        raise ValueError(f"expected two arrays of one length, got shapes {ones.shape} and {others.shape}")
    differences = ones - others
    n, n_more, n_less = len(differences), int((differences > 0).sum()), int((differences < 0).sum())
    share, low, high, p_value = 0.5, 0.0, 1.0, 1.0
    if n_more + n_less:
        n_unlike = n_more + n_less
        share = n_more / n_unlike
        low, high = score_interval(share, n_unlike, _Z)
        p_value = min(1.0, 2 * float(special.bdtr(min(n_more, n_less), n_unlike, 0.5)))
    spread = float(differences.std(ddof=1)) if n > 1 else 0.0
    effect = float(differences.mean()) / spread if spread else 0.0
    error = math.sqrt(1 / n + effect**2 / (2 * n)) if n else math.inf
    margin = _Z * error
    return Skew(n, n_more, n_less, share, low, high, p_value, effect, effect - margin, effect + margin)
