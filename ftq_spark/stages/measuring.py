"""The stages that look at one example at a time: ingest, score, embed, topic."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ftq_spark import schema, signals
from ftq_spark.errors import FtqError
from ftq_spark.kernels.semantic.topics import SAMPLE_PER_TOPIC, n_topics, telling_terms, topic_of, train_topics
from ftq_spark.models.encoder import EncoderSettings
from ftq_spark.models.files import model_identity, resolve_model
from ftq_spark.runs import storage
from ftq_spark.runs.run import count_rows
from ftq_spark.settings import Settings
from ftq_spark.spark import inputs
from ftq_spark.spark.tables import table
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.transforms import embed, score, topic, units

# Importing and loading the model takes a worker about as long as embedding so many short texts.
_TEXTS_WORTH_A_MODEL = 256


def run_ingest(context: Context, directory: str) -> Written:
    """Tables `examples` and `rejects`: every row of the shards is in one of them."""
    n_read = context.write(
        inputs.read(context.spark, context.shards, context.settings.ingest), f"{directory}/rows", ["accepted"]
    )
    tables = {"examples": f"{directory}/rows/accepted=true", "rejects": f"{directory}/rejects"}
    rows = context.spark.read.schema(schema.ddl(schema.INGESTED)).parquet(
        storage.spark_path(storage.join(context.run.path, directory, "rows"))
    )
    n_rejects = context.write(rows.where("not accepted").select(*schema.REJECTS.names).coalesce(8), tables["rejects"])
    n_examples = count_rows(storage.join(context.run.path, tables["examples"]))
    codes = rows.where("not accepted").groupBy("code").count().orderBy(F.desc("count"), "code").collect()
    counts = {row["code"]: row["count"] for row in codes}
    if n_examples + n_rejects != n_read:
        raise FtqError(f"{directory}: {n_read} rows were read, {n_examples} examples and {n_rejects} rejects are found")
    found = [shard._asdict() for shard in context.shards]
    figures = {"inputs": found, "n_read": n_read, "n_rejects": n_rejects, "reject_codes": counts}
    return Written(tables, n_examples, figures)


INGEST = Stage(
    "ingest",
    version=3,
    reads=(),
    writes=("examples", "rejects"),
    depends=lambda context: context.settings.ingest.model_dump(),
    build=run_ingest,
)


def run_score(context: Context, directory: str) -> Written:
    """Table `signals`: every signal of every example."""
    wanted = context.settings.score
    parameters = signals.Parameters(min_length=wanted.min_length, max_length=wanted.max_length)
    names = [entry.name for entry in signals.catalogue()]
    frame = score.score(context.table("examples"), names, parameters, wanted.sources(), wanted.plugins)
    n_rows = context.write(frame, directory)
    raised = [row.asDict() for row in score.errors(context.read(directory)).limit(20).collect()]
    about = {
        entry.name: {"range": [edge if np.isfinite(edge) else None for edge in entry.range], "summary": entry.summary}
        for entry in signals.catalogue()
    }
    return Written({"signals": directory}, n_rows, {"signal_errors": raised, "signals": about})


def _scoring(context: Context) -> Any:
    score = context.settings.score
    versions = {entry.name: entry.version for entry in signals.catalogue()}
    return [score.min_length, score.max_length, score.sources(), versions]


SCORE = Stage(
    "score",
    version=1,
    reads=("examples",),
    writes=("signals",),
    depends=_scoring,
    build=run_score,
)


def _embedding(context: Context) -> Any:
    semantic = context.settings.dedup.semantic
    return [embedded_views(context.settings), semantic.model, semantic.dtype, semantic.blank, context.former_marks]


def run_embed(context: Context, directory: str) -> Written:
    """The vectors of every distinct text; those of an earlier attempt with the same model are taken over."""
    views = embedded_views(context.settings)
    if not views:
        return Written({"embeddings": directory}, context.write(context.empty(schema.EMBEDDINGS), directory))
    wanted = context.settings.dedup.semantic
    settings = EncoderSettings(wanted.model, wanted.dtype, wanted.token_budget)
    identity = model_identity(resolve_model(settings.model), settings.dtype)
    texts = units.distinct_texts(context.compared, views, wanted.blank)
    for theirs in _former_vectors(context, identity):  # read where they stand
        texts = texts.join(theirs.select("text_hash"), "text_hash", "left_anti")
    known = None
    earlier = context.earlier("embeddings")
    if earlier is not None and set(schema.EMBEDDINGS.names) <= set(earlier.columns):  # else of an older version
        mine = earlier.where(F.col("model") == identity)
        known = mine.join(texts.select("text_hash"), "text_hash", "left_semi")
        texts = texts.join(mine, "text_hash", "left_anti")
    n_tasks = min(context.n_partitions, 1 + context.run.manifest["stages"]["ingest"]["n_rows"] // _TEXTS_WORTH_A_MODEL)
    n_new = context.write(embed.embed(texts, settings, identity, n_tasks), f"{directory}/new")
    if known is None:
        details = {"n_embedded": n_new, "n_unreadable": _n_unreadable(context, f"{directory}/new"), "model": identity}
        return Written({"embeddings": f"{directory}/new"}, n_new, details)
    n_rows = context.write(
        known.select(*schema.EMBEDDINGS.names).unionByName(context.read(f"{directory}/new")), f"{directory}/all"
    )
    details = {"n_embedded": n_new, "n_unreadable": _n_unreadable(context, f"{directory}/all"), "model": identity}
    return Written({"embeddings": f"{directory}/all"}, n_rows, details)


def _n_unreadable(context: Context, directory: str) -> int:
    """How many texts the model cannot read."""
    return context.read(directory).where("unreadable").count()


EMBED = Stage(
    "embed",
    version=2,
    reads=("examples",),
    writes=("embeddings",),
    depends=_embedding,
    build=run_embed,
)


def _former_vectors(context: Context, identity: str) -> list[DataFrame]:
    """One model's vectors in former runs; left out are older ones, which do not say what it can read."""
    found = [table(context.spark, run, "embeddings") for run in context.against]
    return [frame.where(F.col("model") == identity) for frame in found if "unreadable" in frame.columns]


def embeddings(context: Context) -> DataFrame:
    """The vectors of this run and, of the same model, those of the runs it is compared against."""
    mine = context.table("embeddings")
    if not context.against:
        return mine
    identity = context.run.manifest["stages"]["embed"]["model"]
    theirs = [frame.select(*mine.columns) for frame in _former_vectors(context, identity)]
    return reduce(DataFrame.unionByName, [mine, *theirs])


def run_topic(context: Context, directory: str) -> Written:
    """The topic of every example; none where nothing is embedded, or too little to speak of topics."""
    views = embedded_views(context.settings)
    examples, vectors = context.table("examples"), embeddings(context) if views else context.table("embeddings")
    n_texts = min(examples.count(), vectors.count())
    wanted = n_topics(n_texts)
    rows = []
    if wanted:
        chosen = topic.sample(examples, vectors, views[0], n_texts, wanted * SAMPLE_PER_TOPIC)
        rows = sorted(chosen.toLocalIterator(), key=lambda row: row["text_hash"])
    if not rows:
        return Written({"topics": directory}, context.write(context.empty(schema.TOPICS), directory), {"topics": []})
    sample = np.array([row["vector"] for row in rows], dtype=np.float32)
    centroids = train_topics(sample, wanted)
    terms = telling_terms([row["text"] for row in rows], topic_of(sample, centroids), len(centroids))
    n_rows = context.write(topic.topics(examples, vectors, views[0], centroids), directory)
    found = [{"topic": place, "terms": words} for place, words in enumerate(terms, start=1)]
    return Written({"topics": directory}, n_rows, {"topics": found, "n_sampled": len(rows)})


TOPIC = Stage(
    "topic",
    version=2,
    reads=("examples", "embeddings"),
    writes=("topics",),
    depends=_embedding,
    build=run_topic,
)


def embedded_views(settings: Settings) -> list[str]:
    """The text views whose embeddings the enabled stages compare."""
    wanted: list[str] = [settings.dedup.semantic.view] if settings.dedup.semantic.enabled else []
    return wanted + (["question"] if settings.conflict.enabled else [])
