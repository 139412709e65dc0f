"""A look at many bytes in blocks is the look at each of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.formats import scan
from ftq_spark.formats.scan import places_of


@given(st.binary(max_size=20), st.binary(max_size=3), st.integers(0, 255), st.integers(1, 9))
def test_places_of_signs(data: bytes, signs: bytes, below: int, n_block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_BLOCK", n_block)
        found = places_of(np.frombuffer(data, np.uint8), signs, below)
    assert found.dtype == np.int64
    assert found.tolist() == [place for place, byte in enumerate(data) if byte in signs or byte < below]


def test_signs_beyond_the_first_block() -> None:
    data = np.zeros(3 * scan._BLOCK + 5, np.uint8)
    data[[0, scan._BLOCK - 1, scan._BLOCK, len(data) - 1]] = 7
    assert places_of(data, (7,)).tolist() == [0, scan._BLOCK - 1, scan._BLOCK, len(data) - 1]
