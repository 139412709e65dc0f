"""What is counted of all examples, for the summary: cells, and rows made of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.kernels import figures as kernel
from ftq_spark.kernels.figures import Wanted
from ftq_spark.kernels.ragged import run_begins
from ftq_spark.report.tables import Row
from ftq_spark.transforms import summarise as aggregates

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Cells of more examples are merged by tasks, each those of its keys: there may be as many openings as examples.
MERGED_HERE = 100_000


class Counted(NamedTuple):
    """The cells of a run's examples (:mod:`ftq_spark.kernels.figures`)."""

    cells: pa.Table

    def rows(self, facet: str) -> list[Row]:
        """The cells of a facet."""
        found: list[Row] = self.cells.filter(pc.equal(self.cells["facet"], facet)).to_pylist()
        return found

    def one(self, facet: str) -> Row:
        """The cell of a facet that has one key at most; zeros where nothing was counted."""
        return next(iter(self.rows(facet)), {"n": 0, "n_other": 0, "largest": 0.0})

    def measures(self) -> dict[str, list[Row]]:
        """Of each measure and verdict: n (finite values), n_out, total, smallest, largest, values and counts."""
        own = self.cells.filter(pc.equal(self.cells["facet"], "measure"))
        own = own.sort_by([("name", "ascending"), ("verdict", "ascending"), ("value", "ascending")])
        names, verdicts = (own[name].combine_chunks().dictionary_encode() for name in ("name", "verdict"))
        keys = names.indices.to_numpy() * (len(verdicts.dictionary) + 1) + verdicts.indices.to_numpy()
        begins = run_begins(keys)
        found: dict[str, list[Row]] = {}
        for begin, end in pairwise([*begins.tolist(), len(own)]):
            part = own.slice(begin, end - begin)
            sums = {name: pc.sum(part[column]).as_py() for name, column in _SUMS.items()}
            ends = {"smallest": pc.min(part["smallest"]).as_py(), "largest": pc.max(part["largest"]).as_py()}
            arrays = {"values": part["value"].to_numpy(), "counts": part["n"].to_numpy()}
            name, verdict = part["name"][0].as_py(), part["verdict"][0].as_py()
            found.setdefault(name, []).append({"verdict": verdict, **sums, **ends, **arrays})
        return found


_SUMS = {"n": "n", "n_out": "n_other", "total": "total"}


def counted(
    scored: DataFrame, bounds: Mapping[str, kernel.Bounds], n_examples: int | None, n_near: int, n_common: int
) -> Counted:
    """Count `scored`, of `n_examples` as far as it is known, in one query."""
    wanted = Wanted(bounds, n_near, n_common)
    spread = n_examples is None or n_examples > MERGED_HERE
    packed = aggregates.figures(scored, wanted, spread).collect()
    parts = [pa.ipc.open_stream(row["cells"]).read_all() for row in packed]
    merged = kernel.merged([kernel.CELLS.empty_table(), *parts])
    return Counted(merged if spread else kernel.bounded(merged, wanted))
