"""What a reader needs to judge the few examples that the summary names, their texts cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.report.tables import Limits, Row, is_in

if TYPE_CHECKING:
    import pyarrow.dataset as ds

_COLUMNS = (
    "example_id", "dataset", "source", "row", "verdict", "quality", "reasons", "duplicate_of", "duplicate_kind",
)  # fmt: skip
# One batch at a time: by default four files are read ahead, with the texts of all examples.
_AHEAD = {"batch_size": 8192, "batch_readahead": 0, "fragment_readahead": 1}


def excerpts(scored: ds.Dataset | None, ids: Sequence[str], limits: Limits) -> dict[str, Row]:
    """The named examples that `scored` has, in the order of `ids`: columns, beginnings of both texts, their lengths."""
    if scored is None or not ids:
        return {}
    columns = {name: pc.field(name) for name in _COLUMNS}
    for name, n_chars in (("prompt", limits.prompt_chars), ("response", limits.response_chars)):
        columns[name] = pc.utf8_slice_codeunits(pc.field(name), 0, n_chars)
        columns[f"{name}_chars"] = pc.utf8_length(pc.field(name))
    wanted = is_in("example_id", pa.array(ids, pa.string()))
    batches = scored.scanner(columns=columns, filter=wanted, **_AHEAD).to_batches()
    found = {row["example_id"]: row for batch in batches for row in batch.to_pylist()}
    return {name: found[name] for name in ids if name in found}
