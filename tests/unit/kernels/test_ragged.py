"""Runs of rows, against plain loops."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.ragged import ranges, run_begins


@given(st.lists(st.integers(0, 2)))
def test_where_runs_of_equal_values_begin(values: list[int]) -> None:
    expected, begin = [], 0
    for _, run in groupby(values):
        expected.append(begin)
        begin += len(list(run))
    assert run_begins(np.array(values, np.int64)).tolist() == expected


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 4))))
def test_ranges_end_to_end(runs: list[tuple[int, int]]) -> None:
    begins, sizes = np.array(runs, np.int64).reshape(-1, 2).T
    assert ranges(begins, sizes).tolist() == [begin + i for begin, size in runs for i in range(size)]
