"""The interval of a share of n, for every room that states one or decides by one."""

from __future__ import annotations

import math


def score_interval(share: float, n: float, z: float) -> tuple[float, float]:
    """Both ends of the score interval (Wilson 1927), in [0, 1], of a share of `n` > 0; `z` as 1.96 for 95 %."""
    z2 = z * z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)
