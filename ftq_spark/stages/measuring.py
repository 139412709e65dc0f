"""The stages that look at one example at a time: ingest, score, topic; embed has a file of its own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import functions as F

from ftq_spark import schema, signals
from ftq_spark.errors import FtqError
from ftq_spark.formats import CODES
from ftq_spark.formats.kinds import kinds_of
from ftq_spark.kernels.semantic.topics import SAMPLE_PER_TOPIC, n_topics, telling_terms, topic_of, train_topics
from ftq_spark.runs import storage
from ftq_spark.runs.run import count_rows
from ftq_spark.spark import inputs
from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.tables import WHOLE_BYTES
from ftq_spark.stages import aligning, unreading
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.stages.embedding import embedded_views, embedding, embeddings, shared_ends
from ftq_spark.transforms import score, topic, units

if TYPE_CHECKING:
    from pyspark.sql import Column


def run_ingest(context: Context, directory: str) -> Written:
    """Tables `examples` and `rejects`: every row of the shards is in one of them."""
    held = context.rows
    if held is None and context.n_tasks is None:  # one machine; on a cluster the nodes read
        held = inputs.held(context.shards, context.settings.ingest)
    counts, tables = _write_held(context, held, directory) if held is not None else _write_rows(context, directory)
    n_read, kinds = counts.pop("n"), {name: counts.pop(name) for name in _kinds()}
    n_rejects = count_rows(storage.join(context.run.path, tables["rejects"]))
    n_examples = count_rows(storage.join(context.run.path, tables["examples"]))
    codes = {code: counts[code] for code in sorted(counts, key=lambda code: (-counts[code], code)) if counts[code]}
    if n_examples + n_rejects != n_read or sum(codes.values()) != n_rejects:
        raise FtqError(f"{directory}: {n_read} rows were read, {n_examples} examples and {n_rejects} rejects are found")
    if held is not None:
        accepted = held.filter(held["accepted"])
        displaced, unread = aligning.of_rows(accepted), unreading.of_rows(accepted)
    else:
        examples = storage.join(context.run.path, tables["examples"])
        displaced, unread = aligning.of_table(examples, n_examples), unreading.of_table(examples)
    shards = [shard._asdict() for shard in context.shards]
    counted = {"n_read": n_read, "n_rejects": n_rejects, "reject_codes": codes, **kinds}
    return Written(tables, n_examples, {"inputs": shards, **counted, "displaced": displaced, "unread": unread})


def _write_rows(context: Context, directory: str) -> tuple[dict[str, int], dict[str, str]]:
    """Write the rows as tasks read them; how many there are, of each code and kind, and where they are."""
    rows = inputs.read(context.spark, context.shards, context.settings.ingest)
    by_code = {code: F.count_if(F.col("code") == code) for code in CODES}
    counts = context.write_counted(rows, f"{directory}/rows", by_code | _kinds(), ["accepted"])
    tables = {"examples": f"{directory}/rows/accepted=true", "rejects": f"{directory}/rejects"}
    if any(counts[code] for code in CODES):
        place = storage.spark_path(storage.join(context.run.path, f"{directory}/rows"))
        found = context.spark.read.schema(spark_columns(schema.INGESTED)).parquet(place)
        context.write(found.where("not accepted").select(*schema.REJECTS.names).coalesce(8), tables["rejects"])
    else:
        context.write_empty(schema.REJECTS, tables["rejects"])
    return counts, tables


def _write_held(context: Context, rows: pa.Table, directory: str) -> tuple[dict[str, int], dict[str, str]]:
    """The same of rows that were read here."""
    tables = {name: f"{directory}/{name}" for name in ("examples", "rejects")}
    accepted = rows.filter(rows["accepted"])
    n_files = min(context.n_partitions, 1 + accepted.nbytes // WHOLE_BYTES)  # so that all cores have work
    context.write_held(accepted.drop_columns(["accepted"]), tables["examples"], n_files)
    rejected = rows.filter(pc.invert(rows["accepted"]))
    context.write_held(rejected.select(schema.REJECTS.names), tables["rejects"])
    counts = {"n": len(rows), **dict.fromkeys(CODES, 0), **Counter(rejected["code"].to_pylist()), **kinds_of(accepted)}
    return counts, tables


_BUT_THE_LAST = "slice(messages, 1, greatest(size(messages) - 1, 0))"


def _kinds() -> dict[str, Column]:
    """The counts of :func:`ftq_spark.formats.kinds.kinds_of`, taken in the pass that writes."""
    answers, before = (f"filter({turns}, turn -> turn.role = 'assistant')" for turns in ("messages", _BUT_THE_LAST))
    return {
        "n_dialogues": F.count_if(F.expr(f"size({answers}) > 1")),
        "n_continued": F.count_if(F.expr(f"size({before}) > 0")),
        "n_preferences": F.count_if(F.col("label").isNotNull() | (F.size("rejected") > 0)),
    }


INGEST = Stage(
    "ingest",
    version=18,
    reads=(),
    writes=("examples", "rejects"),
    depends=lambda context: context.settings.ingest.model_dump(),
    build=run_ingest,
)


def run_score(context: Context, directory: str) -> Written:
    """Table `signals`: every signal of every example, and those that rules ask of each answer of a dialogue."""
    wanted = context.settings.score
    parameters = signals.Parameters(min_length=wanted.min_length, max_length=wanted.max_length)
    names = tuple(entry.name for entry in signals.catalogue())
    measuring = score.Measuring(
        names, parameters, _of_each_answer(context), tuple(wanted.sources()), tuple(wanted.plugins)
    )
    sums = {
        "n_raised": F.count_if(F.size("signal_errors") > 0),
        "n_turns": F.sum(F.array_size("answers")),
    }
    counts = context.write_counted(score.score(context.table("examples"), measuring), directory, sums)
    errors = score.errors(context.read(directory)).limit(20).collect() if counts["n_raised"] else []
    raised = [row.asDict() for row in errors]
    about = {
        entry.name: {"range": [edge if np.isfinite(edge) else None for edge in entry.range], "summary": entry.summary}
        for entry in signals.catalogue()
    }
    figures = {"signal_errors": raised, "signals": about, "n_turns": counts["n_turns"]}
    return Written({"signals": directory}, counts["n"], figures)


def _of_each_answer(context: Context) -> signals.Asked:
    rules = context.settings.score.rules
    names = [rule.signal for rule in rules]
    return signals.Asked(
        tuple(signals.of_each_answer(names)), tuple(signals.of_each_call(names)), tuple(signals.screened(rules))
    )


def _scoring(context: Context) -> Any:
    score = context.settings.score
    versions = {entry.name: entry.version for entry in signals.catalogue()}
    return [score.min_length, score.max_length, score.sources(), versions, list(_of_each_answer(context))]


SCORE = Stage(
    "score",
    version=6,
    reads=("examples",),
    writes=("signals",),
    depends=_scoring,
    build=run_score,
)


def run_topic(context: Context, directory: str) -> Written:
    """The topic of every example; none where nothing is embedded, or too little to speak of topics."""
    views = embedded_views(context.settings)
    examples, vectors = context.table("examples"), embeddings(context) if views else context.table("embeddings")
    done = context.run.manifest["stages"]
    n_texts = min(done["ingest"]["n_rows"], vectors.count() if context.against else done["embed"]["n_rows"])
    wanted = n_topics(n_texts)
    rows = []
    if wanted:
        texts = units.distinct_texts(examples, views[:1], blank=False, ends=shared_ends(context))
        chosen = topic.sample(texts, vectors, n_texts, wanted * SAMPLE_PER_TOPIC)
        rows = sorted(chosen.toLocalIterator(), key=lambda row: row["text_hash"])
    if not rows:
        return Written({"topics": directory}, context.write_empty(schema.TOPICS, directory), {"topics": []})
    sample = np.array([row["vector"] for row in rows], dtype=np.float32)
    centroids = train_topics(sample, wanted)
    terms = telling_terms([row["text"] for row in rows], topic_of(sample, centroids), len(centroids))
    texts = examples.select("example_id", units.text_of(views[0]).alias("text"))
    n_rows = context.write(topic.topics(units.own_texts(texts, shared_ends(context)), vectors, centroids), directory)
    found = [{"topic": place, "terms": words} for place, words in enumerate(terms, start=1)]
    return Written({"topics": directory}, n_rows, {"topics": found, "n_sampled": len(rows)})


TOPIC = Stage(
    "topic",
    version=3,
    reads=("examples", "embeddings", "ends"),
    writes=("topics",),
    depends=embedding,
    build=run_topic,
)
