"""The stages, as one literal list.

A stage reads tables of the run, writes tables into a fresh directory, and is committed by the manifest. It is skipped
while its fingerprint (its version, the settings it depends on, and the fingerprints of what it reads) is unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ftq_spark import io, schema, signals, storage
from ftq_spark.errors import UserError
from ftq_spark.kernels.cells import cell_recall, choose_method, train_cells
from ftq_spark.kernels.matches import MatchRules
from ftq_spark.run import Run, count_rows
from ftq_spark.settings import Settings
from ftq_spark.transforms import (
    block,
    cluster,
    conflict,
    decide,
    embed,
    expand,
    judge,
    match,
    publish,
    score,
    semantic,
    units,
)
from ftq_spark.transforms.encoder import EncoderSettings
from ftq_spark.transforms.model_files import model_identity, resolve_model

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Job(NamedTuple):
    """What a stage works with."""

    spark: SparkSession
    run: Run
    settings: Settings
    shards: Sequence[io.Shard]

    def table(self, name: str) -> DataFrame:
        return self.run.table(self.spark, name)

    def read(self, directory: str) -> DataFrame:
        """A table that this stage has written below the run."""
        return self.spark.read.parquet(storage.spark_path(storage.join(self.run.path, directory)))

    def write(self, frame: DataFrame, directory: str, partition_by: Sequence[str] = ()) -> int:
        """Write a table below the run; the number of its rows, read back from the files."""
        path = storage.join(self.run.path, directory)
        frame.write.partitionBy(*partition_by).parquet(storage.spark_path(path))
        return count_rows(path)

    @property
    def n_partitions(self) -> int:
        return int(self.spark.conf.get("spark.sql.shuffle.partitions", "8") or 8)


class Written(NamedTuple):
    """What a stage leaves behind: its tables (name → directory below the run), and figures for the manifest."""

    tables: dict[str, str]
    n_rows: int
    details: Mapping[str, Any] = MappingProxyType({})


class Stage(NamedTuple):
    name: str
    version: int  # raised whenever the same inputs and settings can give another result
    reads: tuple[str, ...]  # the tables whose change makes it stale
    depends: Callable[[Settings], Any]  # the settings that can change its result
    build: Callable[[Job, str], Written]  # job, fresh directory relative to the run
    shows: tuple[str, ...] = ()  # directories of its own that the run's top level links to


_SHOWN = ("scored", "clean", "dropped", "review")


# How many candidates for a conflict each question may have: its true paraphrase is among the 10 nearest in 98 of 100.
_NEAREST = 10


def _encoding(settings: Settings) -> Any:
    semantic_ = settings.dedup.semantic
    return [semantic_.model, semantic_.dtype, semantic_.blank]


def _depends_of_score(settings: Settings) -> Any:
    versions = {entry.name: entry.version for entry in signals.catalogue()}
    return [settings.score.min_length, settings.score.max_length, versions]


# ── The stages ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _ingest(job: Job, directory: str) -> Written:
    job.write(io.read(job.spark, job.shards, job.settings.ingest), f"{directory}/rows", ["accepted"])
    tables = {"examples": f"{directory}/rows/accepted=true", "rejects": f"{directory}/rejects"}
    rows = job.spark.read.schema(schema.ddl(schema.INGESTED)).parquet(
        storage.spark_path(storage.join(job.run.path, directory, "rows"))
    )
    n_rejects = job.write(rows.where("not accepted").select(*schema.REJECTS.names).coalesce(8), tables["rejects"])
    n_examples = count_rows(storage.join(job.run.path, tables["examples"]))
    codes = rows.where("not accepted").groupBy("code").count().orderBy(F.desc("count"), "code").collect()
    inputs = [shard._asdict() for shard in job.shards]
    counts = {row["code"]: row["count"] for row in codes}
    return Written(tables, n_examples, {"inputs": inputs, "n_rejects": n_rejects, "reject_codes": counts})


def _score(job: Job, directory: str) -> Written:
    wanted = job.settings.score
    parameters = signals.Parameters(min_length=wanted.min_length, max_length=wanted.max_length)
    frame = score.score(job.table("examples"), list(signals.REGISTRY), parameters)
    return Written({"signals": directory}, job.write(frame, directory))


def _embed(job: Job, directory: str) -> Written:
    """The vectors of every distinct text; those of an earlier attempt with the same model are taken over."""
    views = _embedded_views(job.settings)
    if not views:
        return _empty(job, "embeddings", schema.EMBEDDINGS, directory)
    wanted = job.settings.dedup.semantic
    settings = EncoderSettings(wanted.model, wanted.dtype, wanted.token_budget)
    identity = model_identity(resolve_model(settings.model), settings.dtype)
    texts = units.distinct_texts(job.table("examples"), views, wanted.blank)
    known = None
    if job.run.has("embeddings"):
        mine = job.table("embeddings").where(F.col("model") == identity)
        known = mine.join(texts.select("text_hash"), "text_hash", "left_semi")
        texts = texts.join(mine, "text_hash", "left_anti")
    n_new = job.write(embed.embed(texts, settings, identity, job.n_partitions), f"{directory}/new")
    if known is None:
        return Written({"embeddings": f"{directory}/new"}, n_new, {"n_embedded": n_new, "model": identity})
    n_rows = job.write(
        known.select(*schema.EMBEDDINGS.names).unionByName(job.read(f"{directory}/new")), f"{directory}/all"
    )
    return Written({"embeddings": f"{directory}/all"}, n_rows, {"n_embedded": n_new, "model": identity})


def _embedded_views(settings: Settings) -> list[str]:
    wanted: list[str] = [settings.dedup.semantic.view] if settings.dedup.semantic.enabled else []
    return wanted + (["question"] if settings.conflict.enabled else [])


def _empty(job: Job, table: str, columns: pa.Schema, directory: str) -> Written:
    return Written({table: directory}, job.write(job.spark.createDataFrame([], schema.ddl(columns)), directory))


def _search(job: Job, directory: str) -> Written:
    """Similar units: every pair at the duplicate threshold, and each unit's nearest above the conflict threshold."""
    dedup, conflict_ = job.settings.dedup, job.settings.conflict
    views = _embedded_views(job.settings)
    if not views:
        return _empty(job, "neighbours", schema.NEIGHBOURS, directory)
    compared = [units.members(job.table("examples"), view, dedup.semantic) for view in views]
    vectors = units.vectors(reduce(DataFrame.unionByName, compared), job.table("embeddings"), dedup.semantic.truncated)
    n_units = vectors.count()
    floor = min(conflict_.prompt_threshold, dedup.semantic.threshold)
    rules = MatchRules(dedup.semantic.threshold, *((floor, _NEAREST) if conflict_.enabled else ()))
    execution = semantic.Execution(job.n_partitions)
    method = choose_method(dedup.semantic.method, n_units)
    details: dict[str, Any] = {"n_units": n_units, "method": method}
    if method == "exact":
        found = semantic.exact_matches(vectors, rules, n_units, execution)
    else:
        sample = semantic.sample_matrix(semantic.centroid_sample(vectors, n_units).toLocalIterator())
        cells = train_cells(sample, n_units)
        n_sample_pairs, recall = cell_recall(sample, cells, dedup.semantic.threshold)
        details |= {"n_cells": len(cells.n_pieces), "sample_pairs": n_sample_pairs, "sample_recall": recall}
        found = semantic.cluster_matches(vectors, rules, cells, execution)
    return Written({"neighbours": directory}, job.write(found, directory), details)


def _block(job: Job, directory: str) -> Written:
    """Shingle sets of every example, and the LSH blocks of those that may be near duplicates."""
    near = job.settings.dedup.near
    tables = {"signatures": f"{directory}/signatures", "blocks": f"{directory}/blocks"}
    text = F.expr(schema.VIEWS[near.view]).alias("text")
    texts = job.table("examples").select("example_id", text).where(F.lit(near.enabled))
    n_rows = job.write(block.signatures(texts, near), tables["signatures"])
    job.write(block.members(job.read(tables["signatures"])), tables["blocks"])
    sizes = block.block_sizes(job.read(tables["blocks"]))
    total = sizes.agg(F.count("*"), F.coalesce(F.sum(F.col("capped").cast("bigint")), F.lit(0))).first()
    largest = [row.asDict() for row in sizes.orderBy(F.desc("n_units"), "band", "key").limit(10).collect()]
    n_blocks, n_capped = total if total is not None else (0, 0)
    return Written(tables, n_rows, {"n_blocks": n_blocks, "n_capped_blocks": n_capped, "largest_blocks": largest})


def _match(job: Job, directory: str) -> Written:
    examples, dedup = job.table("examples"), job.settings.dedup
    found = [job.spark.createDataFrame([], schema.ddl(schema.PAIRS))]
    if dedup.exact:
        found.append(expand.exact_pairs(examples))
    if dedup.near.enabled:
        signatures = job.table("signatures")
        matches = match.matches(signatures, job.table("blocks"), dedup.near.threshold)
        found.append(match.near_pairs(examples, signatures, matches))
    if dedup.semantic.enabled:
        over = F.col("similarity") > dedup.semantic.threshold
        at = F.col("similarity") == dedup.semantic.threshold
        matches = job.table("neighbours").where(over if dedup.semantic.strict else over | at)
        found.append(expand.expand(units.members(examples, dedup.semantic.view, dedup.semantic), matches, "semantic"))
    frame = reduce(DataFrame.unionByName, found)
    return Written({"pairs": directory}, job.write(frame, directory))


def _conflict(job: Job, directory: str) -> Written:
    settings = job.settings.conflict
    if not settings.enabled:
        return _empty(job, "conflicts", schema.CONFLICTS, directory)
    examples = job.table("examples")
    asked = units.members(examples, "question", job.settings.dedup.semantic)
    candidates = expand.expand(asked, job.table("neighbours"), "question").where("not identical")
    limits = conflict.ConflictLimits(
        prompt_threshold=settings.prompt_threshold, score_threshold=settings.score_threshold
    )
    frame = conflict.conflicts(conflict.question_units(examples), candidates, limits)
    return Written({"conflicts": directory}, job.write(frame, directory))


def _cluster(job: Job, directory: str) -> Written:
    judged = judge.judge(job.table("signals"), job.settings.score)
    standing = cluster.standing(job.table("examples"), judged, cluster.live(job.table("conflicts"), judged))
    frame = cluster.cluster(job.table("pairs"), standing, job.settings.dedup.keep == "best")
    return Written({"clusters": directory}, job.write(frame, directory))


def _decide(job: Job, directory: str) -> Written:
    judged = judge.judge(job.table("signals"), job.settings.score)
    members = cluster.conflict_members(cluster.live(job.table("conflicts"), judged))
    frame = decide.decide(judged, job.table("clusters"), members, job.settings.score.low_quality_verdict)
    return Written({"verdicts": directory}, job.write(frame, directory))


def _publish(job: Job, directory: str) -> Written:
    examples, verdicts = job.table("examples"), job.table("verdicts")
    output = job.settings.output
    frame = publish.scored(examples, job.table("signals"), verdicts)
    _check_partitions(output.partition_by, frame.columns)
    n_scored = job.write(frame, f"{directory}/scored", output.partition_by)
    stems = {source: io.without_suffix(source) for source in _sources(job)}
    rows = publish.rows(examples, verdicts, publish.file_names(list(stems), stems), output.max_rows_per_file)
    raw = storage.join(job.run.path, directory, "rows")
    (
        rows.repartition("folder", "shard")
        .sortWithinPartitions("folder", "shard", "row")
        .select("folder", "shard", "value")
        .write.partitionBy("folder", "shard")
        .option("compression", output.compression)
        .text(storage.spark_path(raw))
    )
    suffix = ".jsonl" + (".gz" if output.compression == "gzip" else "")
    files = _collect_files(raw, storage.join(job.run.path, directory), suffix)
    return Written({"scored": f"{directory}/scored"}, n_scored, {"files": files})


def _sources(job: Job) -> list[str]:
    return [item["source"] for item in job.run.manifest["stages"]["ingest"]["inputs"]]


def _check_partitions(names: Sequence[str], columns: Sequence[str]) -> None:
    unknown = [name for name in names if name not in columns]
    if unknown:
        raise UserError(f"output.partition_by: no column {unknown[0]!r}; columns: {', '.join(columns)}")


def _collect_files(raw: str, directory: str, suffix: str) -> dict[str, int]:
    """Move folder=…/shard=…/part-… to folder/shard.jsonl; bytes per folder."""
    written = dict.fromkeys(publish.FOLDERS.values(), 0)
    for path, size in storage.list_files(raw):
        folder, shard = (part.partition("=")[2] for part in path.split("/")[:2])
        storage.move(storage.join(raw, path), storage.join(directory, folder, shard + suffix))
        written[folder] += size
    for folder in written:
        storage.make_directory(storage.join(directory, folder))
    storage.delete(raw)
    return written


STAGES = (
    Stage("ingest", 1, (), lambda s: s.ingest.model_dump(), _ingest),
    Stage("score", 1, ("examples",), _depends_of_score, _score),
    Stage("embed", 1, ("examples",), lambda s: [_embedded_views(s), _encoding(s)], _embed),
    Stage(
        "search",
        1,
        ("examples", "embeddings"),
        lambda s: [s.dedup.semantic.model_dump(), s.conflict.model_dump()],
        _search,
    ),
    Stage("block", 1, ("examples",), lambda s: s.dedup.near.model_dump(), _block),
    Stage(
        "match",
        1,
        ("examples", "neighbours", "signatures", "blocks"),
        lambda s: s.dedup.model_dump(exclude={"keep"}),
        _match,
    ),
    Stage(
        "conflict",
        1,
        ("examples", "neighbours"),
        lambda s: [s.conflict.model_dump(), s.dedup.semantic.model_dump()],
        _conflict,
    ),
    Stage(
        "cluster",
        1,
        ("examples", "signals", "pairs", "conflicts"),
        lambda s: [s.score.model_dump(), s.dedup.keep],
        _cluster,
    ),
    Stage("decide", 1, ("signals", "clusters", "conflicts"), lambda s: s.score.model_dump(), _decide),
    Stage("publish", 1, ("examples", "signals", "verdicts"), lambda s: s.output.model_dump(), _publish, _SHOWN),
)
