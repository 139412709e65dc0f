"""Contradictory examples: candidate pairs on the question alone, scored answers, groups.

Candidates come from two places: examples that ask the very same question in the same context, and pairs of similar
questions that the semantic duplicates' index found. A question asked often is settled by answer signatures: each
example meets the first example of the largest signature that is not its own, so that n answers make about n pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from ftq_spark import schema
from ftq_spark.kernels.conflict.given import ORDER_STARTS
from ftq_spark.kernels.conflict.groups import first_of_component
from ftq_spark.kernels.conflict.options import takes_others
from ftq_spark.kernels.conflict.pairs import score_pairs
from ftq_spark.kernels.conflict.signature import signature
from ftq_spark.kernels.conflict.words import group
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import former, naming, several, units
from ftq_spark.transforms.arrow import at_once
from ftq_spark.transforms.beside import Texts, read_pairs

ASKED = pa.schema(
    [
        ("example_id", pa.string()),
        ("source", pa.string()),
        ("row", pa.int64()),
        ("question", pa.string()),
        ("response", pa.string()),
        ("context_hash", pa.string()),
        ("dataset", pa.string()),
        ("orders", pa.string()),  # of the system prompt the sentence that orders a label for each turn; null without
    ]
)
REPEATED = pa.schema(
    [
        ("block", pa.string()),
        ("example_id", pa.string()),
        ("place", schema.PLACE),
        ("dataset", pa.string()),
        ("answer_key", pa.int64()),
        ("size", pa.int64()),
        ("is_first", pa.bool_()),
        ("large", pa.bool_()),
        ("bare", pa.bool_()),  # the answer is a name or a number alone
        ("figures", pa.bool_()),  # the answer holds digits
    ]
)
_GROUPED = pa.schema([field for field in schema.CONFLICTS if field.name not in ("against", "probability")])
UNCLEAR = "?"  # the signature of an answer that cannot be settled by itself
_ELLIPTICAL = rf"(?i)^{group('kinds', 'elliptical')}\b"
_POINTS_BACK, _ENGLISH = (rf"(?i)\b{group('elsewhere', name)}\b" for name in ("points_back", "english"))
MAX_LEANING_WORDS = 12  # a longer turn may itself tell what it points to
MAX_UNREAD_CHARS = 60  # of a question in another language, in which nobody reads here what points back
_ASKED_BEFORE = """array_join(transform(
    slice(filter(messages, m -> m.role = 'user'), 1, greatest(size(filter(messages, m -> m.role = 'user')) - 1, 0)),
    m -> coalesce(m.content, '')), '\n')"""
_CONTEXT = f"if({schema.RESULTS} = '', context_hash, md5(concat(context_hash, '\n', {schema.RESULTS})))"
_SYSTEM = "array_join(transform(filter(messages, m -> m.role in ('system', 'developer')), m -> m.content), '\n')"
# Not "identify the intent and answer": what follows is a dialogue then.
_LABELS = (
    rf"(?i){ORDER_STARTS}{group('kinds', 'labelling')}"
    rf"(?![^.!?\n]{{0,200}}\b{group('kinds', 'goes_on')}\b)[^.!?\n]{{0,200}}"
)
MAX_ORDERS_CHARS = 600  # of a system prompt that only orders labels
MAX_BLOCK = 12  # a question asked by more examples is settled by answer signatures, not by all pairs
MAX_PAIRS = 20  # nearest similar questions of one example


def learnt(examples: DataFrame) -> DataFrame:
    """The examples whose last answer a model is to give: not labelled bad, and of a weight.

    A bad answer beside a good one is the point of such data; what they say of each other is no contradiction.
    """
    last = schema.LAST_ANSWER
    good = f"coalesce(label, true) and coalesce({last}.label, true) and coalesce({last}.weight, 1D) > 0"
    return examples.where(F.expr(good))


def question_units(examples: DataFrame) -> DataFrame:
    """DataFrame[ASKED] of canonical examples.

    The question is the last user turn. The turns of the user before it stand in front where it hangs on them: where it
    is elliptical ("and in children?"), points back ("where was she born?") or is brief and in no English. Results of
    tools belong to the context: the weather of two days is no contradiction.
    """
    question = F.expr(schema.VIEWS["question"])
    asked = F.trim(question)
    n_words = F.size(F.split(asked, r"\s+"))
    elliptical = (n_words < 6) & asked.rlike(_ELLIPTICAL)
    leans = (n_words < MAX_LEANING_WORDS) & asked.rlike(_POINTS_BACK)
    unread = (F.length(asked) <= MAX_UNREAD_CHARS) & ~asked.rlike(_ENGLISH)
    before = F.expr(_ASKED_BEFORE)
    whole = F.when((before != "") & (elliptical | leans | unread), F.concat_ws("\n", before, question))
    whole = whole.otherwise(question)
    return examples.select(
        "example_id",
        "source",
        "row",
        whole.alias("question"),
        F.expr(schema.VIEWS["response"]).alias("response"),
        F.expr(_CONTEXT).alias("context_hash"),
        "dataset",
        label_orders(),
    )


def label_orders() -> Column:
    """The column `orders` of canonical examples."""
    system = F.expr(_SYSTEM)
    found = F.regexp_extract(system, _LABELS, 0)
    return F.when(
        (found != "") & (F.length(system) <= MAX_ORDERS_CHARS), F.regexp_replace(found, r"^[\s.:!?;'\")\]]+", "")
    ).alias("orders")


def with_orders() -> Column:
    """What is asked, as it is read: what the system prompt orders for it stands in front."""
    return F.concat_ws("\n", "orders", "question").alias("question")


def candidates(similar: DataFrame, block_pairs: DataFrame) -> DataFrame:
    """DataFrame[left_id, right_id, prompt_similarity]: pairs to score, each once, left before right in (source, row).

    Of the :func:`similar_pairs` those that are not cut, and the :func:`pairs_of_blocks`.
    """
    kept = similar.where(F.col("cut").isNull()).select("left_id", "right_id", "prompt_similarity")
    new = kept.unionByName(block_pairs).where(~former.is_former(F.col("right_id")))
    return new.groupBy("left_id", "right_id").agg(F.max("prompt_similarity").alias("prompt_similarity"))


def pairs_of_blocks(blocks: DataFrame, examples: DataFrame | None) -> DataFrame:
    """DataFrame[left_id, right_id, prompt_similarity] of the :func:`blocks` of one question.

    Every pair, or of large ones those that settle it. `examples` are those of :func:`question_units`, None where no
    block is large.
    """
    pairs = _block_pairs(blocks)
    return pairs if examples is None else pairs.unionByName(_star_pairs(examples, blocks))


def cut_similar() -> dict[str, Column]:
    """How many of the :func:`similar_pairs` are left out, by what cuts them."""
    return {name: F.count_if(F.col("cut") == name) for name in ("other_context", "too_many_neighbours")}


def cut_blocks() -> dict[str, Column]:
    """Of :func:`blocks`: the members of large ones, and the pairs in them that signatures settle."""
    others = (F.col("size") * (F.col("size") - 1) / 2 - (F.col("size") - 1)).cast("bigint")
    settled = F.sum(F.when(F.col("large") & F.col("is_first"), others))
    return {"n_large": F.count_if("large"), "settled_by_signature": settled}


def _placed(examples: DataFrame) -> DataFrame:
    """Each example's place in the order, its context's hash, and its question's key, `block`; no texts."""
    asked = units.wording("question")
    key = F.when(asked != "", F.sha2(F.concat_ws("\u0000", asked, "context_hash"), 256))
    return examples.select(
        "example_id",
        F.struct("source", "row", "example_id").alias("place"),
        "context_hash",
        F.col("block") if "block" in examples.columns else key.alias("block"),
        "dataset",
        F.xxhash64("response").alias("answer_key"),
        several.bare("response").alias("bare"),
        F.col("response").rlike(r"\p{Nd}").alias("figures"),
    )


def _ordered(left: str, right: str, similarity: Column) -> list[Column]:
    first = F.least(left, right)
    return [
        first["example_id"].alias("left_id"),
        F.greatest(left, right)["example_id"].alias("right_id"),
        similarity.cast("double").alias("prompt_similarity"),
    ]


def similar_pairs(
    examples: DataFrame, matches: DataFrame, prompt_threshold: float, max_pairs: int = MAX_PAIRS
) -> DataFrame:
    """left_id, right_id, prompt_similarity of matches at or over the threshold, and `cut`: null where one is kept.

    Else it is ``other_context``, similar questions under another system prompt, other tools or media, or
    ``too_many_neighbours``, not among the `max_pairs` nearest of either example. Neighbours are ranked over both
    sides of an example's pairs: its place in the order changes nothing. `examples` are those of
    :func:`question_units`.
    """
    sides = _placed(examples).select("example_id", "place", "context_hash")
    joined = (
        matches.where((F.col("similarity") >= prompt_threshold) & (F.col("left_id") != F.col("right_id")))
        .select("left_id", "right_id", "similarity")
        .join(sides.toDF("left_id", "left_place", "left_context"), "left_id")
        .join(sides.toDF("right_id", "right_place", "right_context"), "right_id")
        .withColumn("same_context", F.col("left_context") == F.col("right_context"))
    )
    pairs = (
        joined.select(*_ordered("left_place", "right_place", F.col("similarity")), "same_context")
        .groupBy("left_id", "right_id", "same_context")
        .agg(F.max("prompt_similarity").alias("prompt_similarity"))
    )
    both_ways = F.array(
        F.struct(F.col("left_id").alias("one"), F.col("right_id").alias("other")),
        F.struct(F.col("right_id").alias("one"), F.col("left_id").alias("other")),
    )
    nearest = Window.partitionBy("same_context", "side.one").orderBy(F.desc("prompt_similarity"), "side.other")
    ranked = (
        pairs.withColumn("side", F.explode(both_ways))
        .withColumn("rank", F.row_number().over(nearest))
        .groupBy("left_id", "right_id", "same_context", "prompt_similarity")
        .agg(F.min("rank").alias("rank"))
    )
    beyond = F.col("rank") > max_pairs
    cut = F.when(~F.col("same_context"), "other_context").when(beyond, "too_many_neighbours")
    return ranked.select("left_id", "right_id", "prompt_similarity", cut.alias("cut"))


def blocks(examples: DataFrame, max_block: int = MAX_BLOCK) -> DataFrame:
    """DataFrame[REPEATED]: members of questions that more than one example asks.

    `examples` are those of :func:`question_units`, with `block` where another key tells their questions. `large` are
    blocks of more than `max_block` members, which are settled by the signatures of their answers.
    """
    of_block = Window.partitionBy("block")
    placed = _placed(examples).where(F.col("block").isNotNull()).drop("context_hash")
    sized = placed.withColumns({"size": F.count("*").over(of_block), "first": F.min("place").over(of_block)})
    asked_again = sized.where(F.col("size") > 1).withColumn("is_first", F.col("place") == F.col("first"))
    return asked_again.withColumn("large", F.col("size") > max_block).select(*REPEATED.names)


def _block_pairs(blocks: DataFrame) -> DataFrame:
    small = blocks.where(~F.col("large")).select("block", "place", "answer_key")
    left, right = small.toDF("block", "left_place", "left_answer"), small.toDF("block", "right_place", "right_answer")
    pairs = left.join(right, "block").where(
        (F.col("left_place") < F.col("right_place")) & (F.col("left_answer") != F.col("right_answer"))
    )
    return pairs.select(*_ordered("left_place", "right_place", F.lit(1.0)))


def _star_pairs(examples: DataFrame, blocks: DataFrame) -> DataFrame:
    """Each member of a large block with the first member of the largest signature that is not its own.

    Members without a clear signature meet the first members of both largest signatures.
    """
    large = blocks.where("large").select("example_id", "block", "place")
    texts = large.join(examples.select("example_id", with_orders(), "response"), "example_id")
    columns = [texts.schema["block"], texts.schema["place"], StructField("signature", StringType())]
    signed = texts.select("block", "place", "question", "response").mapInArrow(_sign, StructType(columns))
    sizes = signed.groupBy("block", "signature").agg(F.count("*").alias("n"), F.min("place").alias("hub"))
    rank = F.row_number().over(Window.partitionBy("block").orderBy(F.col("n").desc(), "hub"))
    ranked = sizes.withColumn("rank", rank)
    first, second = F.col("rank") == 1, F.col("rank") == 2
    hubs = ranked.groupBy("block").agg(
        F.max(F.when(first, F.col("signature"))).alias("majority"),
        F.max(F.when(first, F.col("hub"))).alias("majority_hub"),
        F.max(F.when(second, F.col("hub"))).alias("dissent_hub"),
    )
    meets = (
        F.when(F.col("signature") == UNCLEAR, F.array("majority_hub", "dissent_hub"))
        .when(F.col("signature") == F.col("majority"), F.array("dissent_hub"))
        .otherwise(F.array("majority_hub"))
    )
    paired = signed.join(hubs, "block").select("place", F.explode(meets).alias("hub")).where(F.col("hub").isNotNull())
    return paired.where(F.col("place") != F.col("hub")).select(*_ordered("place", "hub", F.lit(1.0)))


def _sign(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        questions, answers = batch.column("question").to_pylist(), batch.column("response").to_pylist()
        found = [signature(question, answer) for question, answer in zip(questions, answers, strict=True)]
        names = pa.array([":".join(pair) if pair else UNCLEAR for pair in found], pa.string())
        yield pa.RecordBatch.from_arrays(
            [batch.column("block"), batch.column("place"), names], ["block", "place", "signature"]
        )


def score(pairs: DataFrame, examples: DataFrame, threshold: float) -> DataFrame:
    """DataFrame[schema.CONTRADICTIONS]: pairs that score `threshold` or more.

    Those of equal responses never do, but for a letter that takes other options of two lists. Ids may be names of
    answers (transforms/naming.py): the places hold these.
    """
    place = F.struct("source", "row", "example_id").alias("place")
    texts = examples.select("example_id", place, with_orders(), "response")

    def read(batch: pa.RecordBatch, left: Texts, right: Texts) -> list[pa.Array]:
        differ = [row for row, (one, other) in enumerate(zip(left, right, strict=True)) if _may_differ(one, other)]
        places, questions, responses = (
            [[side[row][column] for row in differ] for side in (left, right)] for column in range(3)
        )
        result = score_pairs(questions[0], responses[0], questions[1], responses[1], floor=threshold)
        (rows,) = np.nonzero(result.score >= threshold)
        chosen = batch.take(pa.array(np.asarray(differ, dtype=np.int64)[rows]))
        ids, turns = zip(*(naming.split(chosen.column(name)) for name in ("left_id", "right_id")), strict=True)
        return [
            *ids,
            chosen.column("prompt_similarity"),
            *(pa.array([side[row] for row in rows], schema.PLACE) for side in places),
            pa.array(result.score[rows]),
            pa.array([result.kind[row] for row in rows], pa.string()),
            pa.array([result.evidence[row] for row in rows], schema.EVIDENCE),
            *turns,
        ]

    return read_pairs(pairs, texts, read, schema.CONTRADICTIONS)


def _may_differ(left: tuple[Any, ...], right: tuple[Any, ...]) -> bool:
    (_, question, response), (_, other_question, other_response) = left, right
    return response != other_response or takes_others(response, question, other_question)


def with_groups(scored: DataFrame) -> DataFrame:
    """Conflicting pairs with conflict_group, the first answer (by source, row) that conflicts link them to, by name.

    All conflicts meet in one task, which holds them in memory: some 500 bytes each.
    """
    columns = [name for name in _GROUPED.names if name != "conflict_group"]
    ranked = scored.select(*columns, "left_place", "right_place").repartition(1)
    return ranked.mapInArrow(partial(at_once, apply=_with_group), spark_columns(_GROUPED))


def _with_group(table: pa.Table) -> pa.Table:
    places = [
        [tuple(place.values()) for place in table.column(name).to_pylist()] for name in ("left_place", "right_place")
    ]
    groups = first_of_component(*([name for *_, name in of_side] for of_side in places), *places)
    return table.append_column("conflict_group", pa.array(groups, pa.string())).select(_GROUPED.names)
