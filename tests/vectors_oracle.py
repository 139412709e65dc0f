"""Vectors to compare, and their similarities by brute force."""

from __future__ import annotations

import numpy as np


def unit_vectors(n: int, width: int, seed: int, n_clumps: int = 3) -> np.ndarray:
    """Vectors in a few tight clumps, so that every range of similarity occurs, and some are identical."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(n_clumps, width))
    points = centres[rng.integers(n_clumps, size=n)] + rng.choice([0.0, 0.05, 0.3], size=(n, 1)) * rng.normal(
        size=(n, width)
    )
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def brute(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Every similarity, one pair at a time, rounded to six decimals."""
    return np.round(np.array([[float(np.dot(a, b)) for b in right.astype(np.float64)] for a in left.astype(float)]), 6)
