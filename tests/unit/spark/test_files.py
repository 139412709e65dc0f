"""Batches of published rows, shard by shard."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

ROWS = st.lists(st.tuples(st.sampled_from(["clean", "review"]), st.sampled_from(["a", "b", "ü"]), st.text(max_size=4)))


@given(ROWS, st.integers(1, 5))
def test_each_shard_gets_its_rows_in_their_order_however_they_are_batched(
    rows: list[tuple[str, str, str]], at_once: int
) -> None:
    pytest.importorskip("pyspark.sql", exc_type=ImportError)
    from ftq_spark.spark import files

    rows = sorted(rows, key=lambda row: row[:2])
    batches = [
        pa.RecordBatch.from_pylist(
            [dict(zip(("folder", "shard", "value"), row, strict=True)) for row in rows[at : at + at_once]],
            pa.schema([("folder", pa.string()), ("shard", pa.string()), ("value", pa.string())]),
        )
        for at in range(0, len(rows) + 1, at_once)
    ]
    parts = files.Parts(batches)
    found: list[tuple[tuple[str, str], bytes]] = []
    while (names := parts.due) is not None:
        found.append((names, b"".join(bytes(files.lines(values)) for values in parts.taken(names))))
    expected: dict[tuple[str, str], bytes] = {}
    for folder, shard, value in rows:
        expected[folder, shard] = expected.get((folder, shard), b"") + value.encode() + b"\n"
    assert found == list(expected.items())
    assert max(Counter(names for names, _ in found).values(), default=1) == 1
