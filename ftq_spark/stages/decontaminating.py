"""The stage that looks for items of evaluation sets among the examples: decontaminate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from ftq_spark import schema
from ftq_spark.errors import InputError
from ftq_spark.formats import Fault, strict
from ftq_spark.formats.aliases import ITEM_FIELDS
from ftq_spark.formats.item import asked
from ftq_spark.kernels.contamination import ItemIndex, item_index, merged
from ftq_spark.kernels.text.tokens import UNICODE_VERSION
from ftq_spark.runs.shards import Shard, benchmark_shards, raw_rows
from ftq_spark.settings import Contamination
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.transforms import contamination


def check_benchmarks(settings: Contamination) -> None:
    """Raises InputError for a benchmark that is missing, or without a single item that can be read."""
    for name, shards in benchmark_shards(settings).items():
        if not any(text for _, _, text in _items(shards)):
            raise InputError(
                f"contamination.benchmarks: {name}: {settings.benchmarks[name]}: no row asks anything; expected any "
                f"chat schema, or one of the fields {', '.join(ITEM_FIELDS)}"
            )


def _items(shards: Sequence[Shard]) -> Iterator[tuple[str, int, str | None]]:
    """source, row, and what is asked (None where that cannot be read) of every item."""
    for shard in shards:
        for row in raw_rows(shard):
            try:
                text = asked(strict.parse_object(row.raw)) if row.fault is None else None
            except Fault:
                text = None
            yield shard.source, row.number, text


def run_decontaminate(context: Context, directory: str) -> Written:
    """Which items of the benchmarks each example holds, and the rates of each benchmark."""
    settings, tables = context.settings.contamination, {"contamination": directory}
    if not settings.benchmarks:
        return Written(tables, context.write_empty(schema.CONTAMINATION, directory), {"benchmarks": {}})
    indexes: list[ItemIndex] = []
    places: list[dict[str, Any]] = []
    counts: dict[str, dict[str, Any]] = {}
    for name, shards in benchmark_shards(settings).items():
        found = list(_items(shards))
        readable = [(source, row, text) for source, row, text in found if text]
        index = item_index([text for _, _, text in readable], settings.ngram, settings.max_frequency)
        indexes.append(index)
        places += [{"benchmark": name, "source": source, "row": row} for source, row, _ in readable]
        counts[name] = {
            "n_items": len(found),
            "n_unreadable": len(found) - len(readable),
            "n_too_short": index.n_too_short,
            "n_too_common": index.n_too_common,
        }
    place = pa.schema([schema.CONTAMINATION.field(name) for name in ("benchmark", "source", "row")])
    items = pa.Table.from_pylist(places, schema=place)
    frame = contamination.contamination(context.table("examples"), merged(indexes), items, settings.threshold)
    n_rows = context.write(frame, directory)
    held = {row["benchmark"]: row for row in contamination.rates(context.read(directory)).collect()}
    n_examples = context.run.manifest["stages"]["ingest"]["n_rows"]
    for name, entry in counts.items():
        row = held.get(name)
        n_compared = entry["n_items"] - entry["n_unreadable"] - entry["n_too_short"] - entry["n_too_common"]
        n_found, n_holding = (row["n_items_found"], row["n_examples"]) if row else (0, 0)
        entry |= {"n_compared": n_compared, "n_items_found": n_found, "n_examples": n_holding}
        entry |= {
            "item_rate": n_found / n_compared if n_compared else None,
            "example_rate": n_holding / n_examples if n_examples else None,
        }
    return Written(tables, n_rows, {"benchmarks": counts})


def _screening(context: Context) -> Any:
    found = benchmark_shards(context.settings.contamination)
    contents = {name: [(shard.source, shard.checksum) for shard in shards] for name, shards in found.items()}
    return [context.settings.contamination.model_dump(exclude={"benchmarks", "action"}), contents, UNICODE_VERSION]


DECONTAMINATE = Stage(
    "decontaminate",
    version=1,
    reads=("examples",),
    writes=("contamination",),
    depends=_screening,
    build=run_decontaminate,
)
