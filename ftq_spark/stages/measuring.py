"""The stages that look at one example at a time: ingest, score, embed."""

from __future__ import annotations

from pyspark.sql import functions as F

from ftq_spark import io, schema, signals, storage
from ftq_spark.run import count_rows
from ftq_spark.settings import Settings
from ftq_spark.stages.job import Job, Written
from ftq_spark.transforms import embed, score, units
from ftq_spark.transforms.encoder import EncoderSettings
from ftq_spark.transforms.model_files import model_identity, resolve_model


def run_ingest(job: Job, directory: str) -> Written:
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


def run_score(job: Job, directory: str) -> Written:
    wanted = job.settings.score
    parameters = signals.Parameters(min_length=wanted.min_length, max_length=wanted.max_length)
    names = [entry.name for entry in signals.catalogue()]
    frame = score.score(job.table("examples"), names, parameters, wanted.sources())
    n_rows = job.write(frame, directory)
    raised = [row.asDict() for row in score.errors(job.read(directory)).limit(20).collect()]
    return Written({"signals": directory}, n_rows, {"signal_errors": raised})


def run_embed(job: Job, directory: str) -> Written:
    """The vectors of every distinct text; those of an earlier attempt with the same model are taken over."""
    views = embedded_views(job.settings)
    if not views:
        return Written({"embeddings": directory}, job.write(job.empty(schema.EMBEDDINGS), directory))
    wanted = job.settings.dedup.semantic
    settings = EncoderSettings(wanted.model, wanted.dtype, wanted.token_budget)
    identity = model_identity(resolve_model(settings.model), settings.dtype)
    texts = units.distinct_texts(job.compared, views, wanted.blank)
    for run in job.against:  # theirs are read where they stand
        mine = run.table(job.spark, "embeddings").where(F.col("model") == identity)
        texts = texts.join(mine.select("text_hash"), "text_hash", "left_anti")
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


def embedded_views(settings: Settings) -> list[str]:
    wanted: list[str] = [settings.dedup.semantic.view] if settings.dedup.semantic.enabled else []
    return wanted + (["question"] if settings.conflict.enabled else [])
