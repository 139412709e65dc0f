"""What a run over an input would do, from a sample of its rows: nothing is written, nothing heavy is started."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ftq_spark import schema
from ftq_spark.errors import InputError, ModelError
from ftq_spark.formats import containers, ingest
from ftq_spark.formats.mapping import top_names
from ftq_spark.formats.trees import unfolded
from ftq_spark.kernels.near import lsh, minhash
from ftq_spark.kernels.semantic import cells
from ftq_spark.kernels.text import tokens
from ftq_spark.kernels.text.umlauts import all_written_out
from ftq_spark.models.encoder import encoder
from ftq_spark.runs import storage
from ftq_spark.runs.shards import Shard, is_splittable, total_bytes
from ftq_spark.settings import Ingest, Near, Semantic, Settings
from ftq_spark.spark import frames
from ftq_spark.stages.embedding import embedded_views, encoder_settings
from ftq_spark.transforms import units

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SAMPLE_ROWS = 5_000
_SHARDS = 32  # read at most; of more, evenly spaced ones
_SPANS = 8  # places of one large JSON-lines file where reading starts
_COUNTED_BYTES = 16 << 20  # of a file up to this size the rows are counted
_TIMED_TEXTS = 256
_RECALL_TEXTS = 2_048
_SIMILARITIES = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_BLOCKS_SHOWN = 5
_EXCERPT_CHARS = 80


class Sample(NamedTuple):
    """Some rows of an input."""

    examples: pa.Table  # schema.EXAMPLES
    n_rejected: int
    n_rows: int  # estimated for the whole input
    is_whole: bool  # the sample is the input


def plan(spark: SparkSession, shards: Sequence[Shard], settings: Settings, n: int = SAMPLE_ROWS) -> dict[str, Any]:
    """Rows, near-duplicate blocks, and the cost of embedding and comparing, estimated from about `n` rows.

    Raises InputError where no row of the sample can be read.
    """
    sample = _sampled(shards, n, settings.ingest)
    n_examples = len(sample.examples)
    if not n_examples:
        raise InputError(f"none of the {sample.n_rejected:,} rows that were read is an example; see `ftq validate`")
    growth = max(1.0, sample.n_rows / (n_examples + sample.n_rejected))
    texts = _texts(spark, sample.examples, settings)
    return {
        "shards": len(shards),
        "bytes": total_bytes(shards),
        "rows": {
            "sampled": n_examples + sample.n_rejected,
            "rejected_in_sample": sample.n_rejected,
            "estimated": sample.n_rows,
            "exact": sample.is_whole,
        },
        "near": _near(texts["near"], settings.dedup.near, growth) if settings.dedup.near.enabled else None,
        "semantic": _semantic(texts, settings, growth) if embedded_views(settings) else None,
    }


def _sampled(shards: Sequence[Shard], n: int, wanted: Ingest) -> Sample:
    step = max(1, -(-len(shards) // _SHARDS))
    chosen = shards[::step]
    found: list[pa.Table] = []
    n_rows, is_whole = 0.0, step == 1
    for shard in chosen:
        rows, size, whole = _rows(shard, -(-n // len(chosen)), wanted)
        columns = wanted.columns_of(shard.dataset)
        read = unfolded(rows) if wanted.trees == "all" else rows
        batches = ingest.batches(read, dataset=shard.dataset, source=shard.source, columns=columns)
        found += [pa.Table.from_batches([batch]) for batch in batches]
        n_rows += size
        is_whole &= whole
    n_bytes = total_bytes(chosen)
    n_rows *= total_bytes(shards) / max(1, n_bytes)
    table = pa.concat_tables(found) if found else schema.INGESTED.empty_table()
    examples = table.filter(table["accepted"])
    return Sample(examples.select(schema.EXAMPLES.names), len(table) - len(examples), round(n_rows), is_whole)


def _rows(shard: Shard, n: int, wanted: Ingest) -> tuple[list[containers.RawRow], float, bool]:
    """Some `n` rows of a shard, its estimated number of rows, and whether these are all."""
    container = containers.container_of(shard.uri)
    assert container is not None, shard.uri  # find_shards takes no other
    with storage.open_stream(shard.uri) as stream:
        known = top_names(wanted.columns_of(shard.dataset))
        rows = containers.rows(stream, container, max_row_bytes=wanted.max_line_bytes, also_known=known)
        found = list(itertools.islice(rows, n))
        if next(rows, None) is None:
            return found, len(found), True
        if container.kind == "parquet":
            return found, pq.ParquetFile(stream).metadata.num_rows, False
        if shard.n_bytes <= _COUNTED_BYTES:
            return found, len(found) + 1 + sum(1 for _ in rows), False
        if not is_splittable(shard):
            return found, len(found) * shard.n_bytes / min(max(stream.tell(), 1), shard.n_bytes), False
    found = [row for part in _spread(shard, container, n, wanted.max_line_bytes) for row in part]
    mean = sum(len(row.raw) + 1 for row in found) / len(found)
    return found, shard.n_bytes / mean, False


def _spread(
    shard: Shard, container: containers.Container, n: int, max_line_bytes: int
) -> Iterator[list[containers.RawRow]]:
    """Rows from evenly spaced places of a file of lines."""
    for place in range(_SPANS):
        start, end = (shard.n_bytes * at // _SPANS for at in (place, place + 1))
        with storage.open_stream(shard.uri) as stream:
            rows = containers.rows(stream, container, start=start, end=end, max_row_bytes=max_line_bytes)
            yield list(itertools.islice(rows, -(-n // _SPANS)))


def _texts(spark: SparkSession, examples: pa.Table, settings: Settings) -> dict[str, list[str]]:
    """The texts that are compared, by the name of what compares them; every view is Spark SQL."""
    rows = [tuple(row.values()) for row in examples.select(["messages", "tools"]).to_pylist()]
    held = frames.of_rows(spark, rows, pa.schema([("messages", schema.MESSAGES), ("tools", pa.string())]))
    columns = {"near": units.near_text(settings.dedup)}
    columns |= {view: units.text_of(view) for view in embedded_views(settings)}
    found = held.select(*[text.alias(name) for name, text in columns.items()]).collect()
    return {name: [row[name] for row in found] for name in columns}


def _near(texts: list[str], near: Near, growth: float) -> dict[str, Any]:
    words = tokens.tokenize(all_written_out(pa.array(texts, pa.string())))
    sets = minhash.shingles(tokens.hashes(words), words.token_offsets, near.ngram)
    n_bands, n_rows = minhash.bands_and_rows(near.threshold, near.num_perm)
    rows = minhash.signatures(sets, minhash.permutations(near.num_perm))
    names = minhash.set_ids(sets).to_pylist()
    first = {name: at for at, name in reversed(list(enumerate(names))) if name is not None}
    at = np.fromiter(sorted(first.values()), np.int64, len(first))
    keys = minhash.band_keys(rows[at], n_bands, n_rows).ravel()
    unit = np.repeat(at, n_bands)
    order = np.lexsort((unit, keys))
    members = lsh.divide(keys[order], unit[order], len(keys) + 1)  # whole blocks: each is shown with its true size
    blocks, begins, sizes = np.unique(keys[order][members.rows], return_index=True, return_counts=True)
    pairs = {
        (left, right)
        for begin, size in zip(begins.tolist(), sizes.tolist(), strict=True)
        if size <= near.max_block_units
        for left, right in itertools.combinations(sorted(unit[order][members.rows[begin : begin + size]].tolist()), 2)
    }
    largest = np.argsort(-sizes, kind="stable")
    return {
        "threshold": near.threshold,
        "bands": n_bands,
        "rows_per_band": n_rows,
        "probability": [
            {"similarity": s, "share_a_block": round(float(minhash.collision_probability(s, n_bands, n_rows)), 4)}
            for s in _SIMILARITIES
        ],
        "repeated_texts_in_sample": len(texts) - len(first),
        "blocks_in_sample": len(blocks),
        "candidate_pairs_in_sample": len(pairs),
        # A pair of the whole is in the sample with the probability (n / N)².
        "candidate_pairs_estimated": round(len(pairs) * growth**2),
        "largest_blocks": _distinct_blocks(texts, unit[order][members.rows], begins[largest], sizes[largest], growth),
        "max_block_units": near.max_block_units,
    }


def _distinct_blocks(
    texts: list[str], members: np.ndarray, begins: np.ndarray, sizes: np.ndarray, growth: float
) -> list[dict[str, Any]]:
    """The largest blocks, those of other bands with the same members left out."""
    found: dict[tuple[int, ...], dict[str, Any]] = {}
    for begin, size in zip(begins.tolist(), sizes.tolist(), strict=True):
        rows = tuple(sorted(members[begin : begin + size].tolist()))
        text = " ".join(texts[rows[0]].split())
        shown = text if len(text) <= _EXCERPT_CHARS else text[:_EXCERPT_CHARS] + "…"
        found.setdefault(rows, {"n_in_sample": size, "n_estimated": round(size * growth), "text": shown})
        if len(found) == _BLOCKS_SHOWN:
            break
    return list(found.values())


def _semantic(texts: dict[str, list[str]], settings: Settings, growth: float) -> dict[str, Any]:
    wanted = settings.dedup.semantic
    everything = [text for view in embedded_views(settings) for text in texts[view] if text.strip()]
    distinct = sorted(set(everything))
    n_units = round(len(distinct) * growth)
    method = cells.choose_method(wanted.method, n_units)
    known: dict[str, Any] = {
        "model": wanted.model,
        "distinct_texts_in_sample": len(distinct),
        "distinct_texts_estimated": n_units,
        "method": method,
    }
    try:
        model = encoder(encoder_settings(settings))
    except ModelError as error:
        return known | {"model_error": str(error)}
    timed = distinct[:: max(1, len(distinct) // _TIMED_TEXTS)][:_TIMED_TEXTS]
    model.encode(timed[:16])
    began = time.monotonic()
    model.encode(timed)
    rate = len(timed) / max(time.monotonic() - began, 1e-9)
    known |= {"device": model.device, "texts_per_second": round(rate, 1), "seconds_estimated": round(n_units / rate, 1)}
    if method == "clusters":
        sample = model.encode(distinct[:: max(1, len(distinct) // _RECALL_TEXTS)][:_RECALL_TEXTS]).vectors
        known["recall"] = _recall(sample, n_units, wanted, min(settings.conflict.floor, wanted.threshold))
    return known


def _recall(sample: np.ndarray, n_units: int, wanted: Semantic, lowest: float) -> dict[str, Any]:
    """Of pairs that lie exactly at a threshold, the share that is compared: each vector with a made partner."""
    most = max(1, len(sample) // cells.SAMPLE_PER_CELL) * cells.UNITS_PER_CELL
    trained = cells.train_cells(sample, min(n_units, most), wanted.n_probe, lowest)
    return {
        "n_cells": len(trained.n_pieces),
        "n_cells_of_run": max(1, n_units // cells.UNITS_PER_CELL),
        "n_probe": trained.n_probe,
        "at_similarity": {f"{t:g}": cells.recall_at(sample, trained, t) for t in sorted({wanted.threshold, lowest})},
    }


def render(found: dict[str, Any]) -> str:
    """`found` as a person reads it."""
    rows = found["rows"]
    about = "" if rows["exact"] else "about "
    lines = [
        f"{found['shards']:,} shards, {found['bytes'] / 1e6:,.1f} MB, {about}{rows['estimated']:,} rows "
        f"({rows['sampled']:,} read, {rows['rejected_in_sample']:,} of them would be rejected)"
    ]
    if near := found["near"]:
        lines += [
            f"near duplicates: {near['bands']} bands of {near['rows_per_band']} rows for threshold "
            f"{near['threshold']:g}",
            "  chance that two texts share a block, by their similarity:",
            "    " + " ".join(f"{p['similarity']:g}:{p['share_a_block']:.3f}" for p in near["probability"]),
            f"  candidate pairs: {near['candidate_pairs_in_sample']:,} in the sample, "
            f"about {near['candidate_pairs_estimated']:,} in all; same text: "
            f"{near['repeated_texts_in_sample']:,} in the sample",
        ]
        lines += [
            f"  block of about {block['n_estimated']:,} texts"
            + (" (compared in parts)" if block["n_estimated"] > near["max_block_units"] else "")
            + f": {block['text']}"
            for block in near["largest_blocks"]
        ]
    if semantic := found["semantic"]:
        lines.append(
            f"embedding: about {semantic['distinct_texts_estimated']:,} distinct texts with {semantic['model']}, "
            f"compared by method {semantic['method']}"
        )
        if "model_error" in semantic:
            lines.append(f"  {semantic['model_error']}")
        else:
            lines.append(
                f"  {semantic['texts_per_second']:,.0f} texts/s on this machine ({semantic['device']}): "
                f"about {semantic['seconds_estimated']:,.0f} s on one like it"
            )
        if recall := semantic.get("recall"):
            shown = ", ".join(f"{value:.3f} at {at}" for at, value in recall["at_similarity"].items())
            lines.append(
                f"  recall of pairs exactly at a threshold: {shown} (with {recall['n_cells']:,} cells; the run will "
                f"have {recall['n_cells_of_run']:,}), each prompt in {recall['n_probe']}; "
                "dedup.semantic.n_probe raises it"
            )
    return "\n".join(lines)
