"""Opposed labels and preferences, planted in files as people have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftq_spark.formats.ingest import batches
from ftq_spark.formats.lines import RawRow
from ftq_spark.schema import CONTRADICTIONS, EXAMPLES
from ftq_spark.transforms import oppositions

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

N = 40
SYSTEM = {"role": "system", "content": "Be brief."}


def said(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def planted() -> list[tuple[str, dict[str, Any]]]:
    """Rows, each with the name of the opposition it is part of ("" for none)."""
    rows: list[tuple[str, dict[str, Any]]] = []
    for i in range(N):
        ask, good, bad = f"How tall is tower {i}?", f"It is {i + 20} metres tall.", f"No idea about {i}."
        swapped = {"prompt": ask, "chosen": bad, "rejected": f" {good}\n"}
        rows += [(f"swap {i}", {"prompt": ask, "chosen": good, "rejected": bad}), (f"swap {i}", swapped)]
        asked = f"How old is tower {i}?"
        rows += [(f"label {i}", {"prompt": asked, "completion": good, "label": label}) for label in (True, False)]
        rows.append(("", {"prompt": asked, "completion": bad, "label": False}))
        rows.append(("", {"prompt": f"Who built tower {i}?", "chosen": good, "rejected": bad}))
        rows.append(("", {"prompt": f"Who built tower {i}?", "chosen": good, "rejected": f"{bad} Sorry."}))
        # The same question under another system prompt, or after another turn, is another prompt.
        rows.append(("", {"messages": [SYSTEM, said("user", asked), said("assistant", good)], "label": False}))
        turns = [said("user", "Hi"), said("assistant", "Hello"), said("user", asked), said("assistant", good)]
        rows.append(("", {"messages": turns, "label": False}))
        circle = [f"{word} {i}" for word in ("one", "two", "three")]
        for better, worse in zip(circle, circle[1:] + circle[:1], strict=True):
            rows.append((f"circle {i}", {"prompt": f"Rank {i}.", "chosen": better, "rejected": worse}))
    return rows


def test_every_planted_opposition_and_no_other(spark: SparkSession, tmp_path: Path) -> None:
    rows = planted()
    raw = [RawRow(i, json.dumps(row).encode(), None) for i, (_, row) in enumerate(rows, 1)]
    tables = list(batches(raw, dataset="d", source="d.jsonl"))
    assert all(table.column("accepted").to_pylist() == [True] * table.num_rows for table in tables)
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_batches(tables).select(EXAMPLES.names), tmp_path / "examples.parquet")
    frame = oppositions.opposed(spark.read.parquet(str(tmp_path / "examples.parquet")).repartition(3))
    assert frame.columns == CONTRADICTIONS.names
    found = frame.collect()
    names = {(left := rows[row["left_place"]["row"] - 1][0]) for row in found}
    assert names == {f"{kind} {i}" for kind in ("swap", "label", "circle") for i in range(N)}
    for row in found:
        left, right = (rows[row[side]["row"] - 1][0] for side in ("left_place", "right_place"))
        assert left == right
        assert row["kind"] == ("label" if left.startswith("label") else "preference")
        assert row["left_place"]["row"] < row["right_place"]["row"]
        assert row["evidence"][0]["left_text"]
    assert len(found) == N * (1 + 1 + 3)
