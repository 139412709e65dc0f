"""`ftq validate`: the format check alone, in the manner of a compiler, without Spark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark import io
from ftq_spark.settings import Ingest


def validate(inputs: Sequence[str], limit: int) -> dict[str, Any]:
    """rows read and rejected, counts by code and by format, and the first `limit` findings in (source, row) order."""
    codes: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    findings: list[dict[str, Any]] = []
    n_read = 0
    for shard in io.find_shards(inputs):
        for batch in io.read_span(io.whole(shard), Ingest().max_line_bytes):
            n_read += batch.num_rows
            formats.update(_counts(batch, "format", True))
            codes.update(_counts(batch, "code", False))
            rejected = batch.filter(pc.invert(batch.column("accepted"))).select(["source", "row", "code", "message"])
            findings += rejected.slice(0, max(0, limit - len(findings))).to_pylist()
    return {
        "read": n_read,
        "rejected": sum(codes.values()),
        "codes": dict(codes.most_common()),
        "formats": dict(formats.most_common()),
        "findings": findings,
    }


def _counts(batch: pa.RecordBatch, column: str, accepted: bool) -> dict[str, int]:
    chosen = batch.filter(batch.column("accepted") if accepted else pc.invert(batch.column("accepted")))
    return {item["values"]: item["counts"] for item in pc.value_counts(chosen.column(column)).to_pylist()}


def render(found: dict[str, Any]) -> str:
    """`source:row: code: message` for each finding, and the sums."""
    lines = [f"{item['source']}:{item['row']}: {item['code']}: {item['message']}" for item in found["findings"]]
    if (more := found["rejected"] - len(found["findings"])) > 0:
        lines.append(f"… and {more:,} more")
    lines.append(f"{found['read']:,} rows read, {found['rejected']:,} rejected")
    for title, counts in (("rejected", found["codes"]), ("formats", found["formats"])):
        if counts:
            lines.append(f"{title}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))
    return "\n".join(lines)
