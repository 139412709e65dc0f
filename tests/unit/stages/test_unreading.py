"""Columns that no example holds, as ingest tells of them: of rows that it holds, and of a table of them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ftq_spark.formats.ingest import batches
from ftq_spark.formats.lines import RawRow
from ftq_spark.stages import unreading

PAGE = "A long page about rivers that nobody has read, on the row"


def examples(source: str, n: int, column: str) -> pa.Table:
    rows = (
        RawRow(i, f'{{"question":"Which river {i}?","answer":"The Po {i}.","{column}":"{PAGE} {i}."}}'.encode(), None)
        for i in range(1, n + 1)
    )
    return pa.Table.from_batches(batches(rows, dataset="d", source=source))


def test_rows_and_tables_tell_the_same(tmp_path: Path) -> None:
    table = pa.concat_tables([examples("a.jsonl", 150, "page"), examples("b.jsonl", 3, "context")])
    found = unreading.of_rows(table)
    assert [(one["source"], one["name"], one["n_rows"]) for one in found] == [("a.jsonl", "page", 64)]
    assert 0.5 < found[0]["share"] < 1
    pq.write_table(table.slice(0, 150), tmp_path / "part-0.parquet")
    pq.write_table(table.slice(150), tmp_path / "part-1.parquet")
    assert unreading.of_table(str(tmp_path)) == found


def test_an_input_without_examples_tells_nothing(tmp_path: Path) -> None:
    assert unreading.of_rows(examples("a.jsonl", 1, "page").slice(1)) == []
    assert unreading.of_table(str(tmp_path)) == []
