"""Runs: rows that follow each other and belong together, given by where each begins and how many it has."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def run_begins(values: NDArray[Any]) -> NDArray[np.int64]:
    """(n_runs,) where each run of equal values begins."""
    is_begin = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=is_begin[1:])
    return np.flatnonzero(is_begin)


def ranges(begins: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """begins[0], begins[0] + 1, … (sizes[0] of them), begins[1], …, end to end."""
    return np.repeat(begins - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
