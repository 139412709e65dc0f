"""Pairs that look alike → which of them are duplicates, and which ask the same question; see kernels/duplicate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Window
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.duplicate.relation import SAME, Relation, relate_all
from ftq_spark.kernels.duplicate.verdict import DIFFERENT, DUPLICATE, Side
from ftq_spark.transforms.beside import Texts, read_pairs
from ftq_spark.transforms.expand import PLACE

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

FULL = 1024  # pairs of two prompts' answers that are all looked at; of more only equal answers, and the first of each

# What is trained on beside prompt and answer; no weight is a weight of 1. What the answers to a prompt alone are graded
# by is in the hash of its context.
_REST = (
    "sha2(concat_ws('\u0000', cast(label as string), if(array_contains(messages.role, 'assistant'), '', context_hash), "
    "array_join(transform(messages, m -> concat_ws('\u0001', cast(m.label as string), cast(m.unfinished as string), "
    "if(m.role = 'assistant', cast(coalesce(m.weight, 1D) as string), ''), m.reasoning)), '\u0002'), "
    "array_join(transform(rejected, m -> concat_ws('\u0001', m.role, m.content, m.tool_calls, m.reasoning)), "
    "'\u0002')), 256)"
)
_FOUND = ("doubted", "same_question", "answers")
_COPIES = Relation(DUPLICATE, SAME)
_CALLS = f"coalesce({schema.LAST_ANSWER}.tool_calls, '')"


def sides(examples: DataFrame) -> DataFrame:
    """example_id and the columns of :class:`ftq_spark.kernels.duplicate.verdict.Side`, in its order."""
    views = {name: schema.VIEWS[name] for name in ("context", "prompt", "response")}
    texts = {**views, "media": "coalesce(media, '')", "calls": _CALLS, "rest": _REST}
    return examples.select("example_id", *(F.expr(texts[name]).alias(name) for name in Side._fields))


def answer_key() -> Column:
    """Digest of all of an example but its prompt: with equal prompts and equal keys, examples are the same."""
    said = [F.expr(text) for text in (schema.VIEWS["response"], _CALLS, _REST)]
    roles = F.expr("array_join(transform(messages, m -> m.role), ' ')")
    return F.substring(F.sha2(F.concat_ws("\u0000", "context_hash", roles, *said), 256), 1, 32)


def by_answer(members: DataFrame, examples: DataFrame) -> DataFrame:
    """example_id, source, row, prompt (the unit that each of `members` had), answer, unit: one for every answer."""
    keys = examples.select("example_id", answer_key().alias("answer"))
    return (
        members.select("example_id", "source", "row", F.col("unit").alias("prompt"))
        .join(keys, "example_id")
        .withColumn("unit", F.concat_ws("-", "prompt", "answer"))
    )


def answers(members: DataFrame) -> DataFrame:
    """prompt, answer, unit of `members` (:func:`by_answer`) once, n (answers to the prompt), place among them, first.

    `first` is the unit at the first place.
    """
    of_prompt = Window.partitionBy("prompt")
    return (
        members.select("prompt", "answer", "unit")
        .repartition("prompt")
        .distinct()
        .withColumns(
            {
                "n": F.count("*").over(of_prompt),
                "place": F.row_number().over(of_prompt.orderBy("unit")),
                "first": F.min("unit").over(of_prompt),
            }
        )
    )


def answer_matches(answers: DataFrame, matches: DataFrame) -> DataFrame:
    """Matches of prompts as matches of their answers: left_unit, right_unit, similarity, each pair once.

    `answers` comes from :func:`answers`; `matches` has left_unit, right_unit (prompts), similarity. Answers to one
    prompt match at 1. What is left out where answers are many matters to nothing but a cap: unlike answers are no
    duplicates, and like ones are found by their words.
    """
    several = answers.where("n > 1")
    star = several.where((F.col("n") * (F.col("n") - 1) > 2 * FULL) & (F.col("place") > 1))
    few = several.where(F.col("n") * (F.col("n") - 1) <= 2 * FULL).groupBy("prompt")
    among = few.agg(F.collect_list("unit").alias("units")).select(F.explode("units").alias("left_unit"), "units")
    later = F.filter("units", lambda unit: unit > F.col("left_unit"))
    within = star.select(F.col("first").alias("left_unit"), F.col("unit").alias("right_unit"))
    within = within.unionByName(among.select("left_unit", F.explode(later).alias("right_unit")))
    # Sides meet under a key, so that two prompts with many answers each never meet in full: all under one where they
    # are few, equal answers, and the first of each.
    keys = (F.when(F.col("n") <= FULL, "all"), F.col("answer"), F.when(F.col("place") == 1, "first"))
    keyed = answers.select("prompt", "unit", "n", F.explode(F.array_compact(F.array(*keys))).alias("key"))
    named = matches.withColumnsRenamed({"left_unit": "left_prompt", "right_unit": "right_prompt"})
    left = named.join(keyed.toDF("left_prompt", "left_unit", "left_n", "key"), "left_prompt")
    met = left.join(keyed.toDF("right_prompt", "right_unit", "right_n", "key"), ["right_prompt", "key"])
    found = met.where(f"key <> 'all' or left_n * right_n <= {FULL}")
    ends = [
        F.least("left_unit", "right_unit").alias("left_unit"),
        F.greatest("left_unit", "right_unit").alias("right_unit"),
    ]
    between = found.select(*ends, "similarity").distinct()
    return between.unionByName(within.withColumn("similarity", F.lit(1.0)))


def judged(pairs: DataFrame, examples: DataFrame, veto: float) -> DataFrame:
    """`pairs` (:data:`expand.PAIRS`) with `doubted`, `same_question` and `answers`, without their places.

    Doubted is what is no duplicate, all of the channel ``question`` among them. `veto` is the score of a contradiction
    from which answers that differ in a word may mean another thing.
    """
    # Spread as pairs are read beside each other, so that it is no shuffle of its own.
    alike = F.col("channel").isin("semantic", "question") & ~F.col("identical")
    similar = F.max(alike).over(Window.partitionBy("right_id", "left_id"))
    looked_at = pairs.repartition("right_id").withColumns({"similar": similar, "place": F.struct(*PLACE)}).drop(*PLACE)
    own = [name for name in pairs.columns if name not in PLACE]

    def read(batch: pa.RecordBatch, left: Texts, right: Texts) -> list[pa.Array]:
        found = _related(batch, left, right, veto)
        no_duplicates = pa.array([relation.verdict != DUPLICATE for relation in found], pa.bool_())
        asked_otherwise = pc.equal(batch.column("channel"), "question")
        return [
            *(batch.column(name) for name in own),
            pc.and_(pc.or_(no_duplicates, asked_otherwise), pc.invert(batch.column("identical"))),
            pa.array([relation.verdict != DIFFERENT for relation in found], pa.bool_()),
            pa.array([relation.answers for relation in found], pa.string()),
        ]

    columns = pa.schema([schema.PAIRS.field(name) for name in (*own, *_FOUND)])
    return read_pairs(looked_at, sides(examples), read, columns, known="identical", place="place")


def _related(batch: pa.RecordBatch, left: Texts, right: Texts, veto: float) -> list[Relation]:
    """How the pairs of a batch stand to each other; one that follows itself, of another channel, is read once."""
    names = [batch.column(name).to_pylist() for name in ("left_id", "right_id", "similar")]
    read: list[tuple[Side, Side, bool]] = []
    places: list[int] = []  # among those that are read, of each pair; none of copies
    last: tuple[str, ...] = ()
    for one_id, other_id, alike, one, other in zip(*names, left, right, strict=True):
        if one and last != (one_id, other_id):
            last = (one_id, other_id)
            read.append((Side(*one), Side(*other), alike))
        places.append(len(read) - 1 if one else -1)
    found = [*relate_all(read, veto), _COPIES]
    return [found[place] for place in places]
