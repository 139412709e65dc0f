"""Earlier answers of dialogues, compared as the last ones are, where their question asks the same in any dialogue.

A question is looked for word by word: two are the same that have the same words with content, in order; case, marks and
plural endings do not count. Names of answers are those of transforms/naming.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as F

from ftq_spark.kernels.conflict.alone import stands_alone
from ftq_spark.kernels.conflict.words import NEGATORS, STOP_WORDS
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import conflict
from ftq_spark.transforms.naming import example_of, is_earlier, name
from ftq_spark.transforms.score import IN_PROMPT

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_ANSWERS = "filter(messages, m -> m.role = 'assistant')"
_ROLES = "transform(messages, m -> m.role)"
_LAST = f"size(messages) - array_position(reverse({_ROLES}), 'assistant')"  # 0-based place of the last answer
# Answers in words to the turn of the user before them.
_EXCHANGES = """filter(
    transform(messages, (m, i) -> struct(
        cast(i as bigint) as turn,
        messages[greatest(i - 1, 0)].role as asks,
        coalesce(messages[greatest(i - 1, 0)].content, '') as question,
        m.role as role,
        coalesce(m.content, '') as response,
        m.tool_calls is null and coalesce(m.label, true) and coalesce(m.weight, 1D) > 0 as learnt
    )),
    e -> e.turn > 0 and e.turn < last and e.learnt and e.asks = 'user' and e.role = 'assistant'
        and trim(e.response) != ''
)"""
AGAIN = pa.schema([*conflict.ASKED, ("block", pa.string())])
_WORDS = r"[\\p{L}\\p{M}\\p{N}]+|[-+*/=<>^%]"


def units(examples: DataFrame) -> DataFrame:
    """The columns of :func:`ftq_spark.transforms.conflict.question_units` of earlier answers; lazy.

    Of those that are trained on, and follow a turn of the user.
    """
    several = examples.where(F.expr(f"size({_ANSWERS}) > 1 and not {IN_PROMPT}"))
    placed = several.withColumn("last", F.expr(_LAST))
    said = F.explode(F.expr(_EXCHANGES)).alias("said")
    each = placed.select("example_id", "source", "row", "context_hash", "dataset", conflict.label_orders(), said)
    named = name(F.col("example_id"), F.col("said.turn")).alias("example_id")
    return each.select(named, "source", "row", "said.question", "said.response", "context_hash", "dataset", "orders")


def asked_again(examples: DataFrame, last: DataFrame) -> DataFrame:
    """DataFrame[AGAIN]: question_units of answers to a question that other examples ask, one of them earlier; lazy.

    `last` are the question_units of `examples`. The questions stand alone; `block` is the same for the same question in
    the same context.
    """
    every = units(examples).unionByName(last).withColumn("block", _block())
    keys = every.where(F.col("block").isNotNull()).select(
        "block", "example_id", F.xxhash64("response").alias("answer"), is_earlier(F.col("example_id")).alias("earlier")
    )
    of_block = Window.partitionBy("block")
    example = example_of(F.col("example_id"))
    marked = keys.withColumns(
        {
            "several": F.min(example).over(of_block) != F.max(example).over(of_block),
            "differ": F.min("answer").over(of_block) != F.max("answer").over(of_block),
            "any_earlier": F.bool_or("earlier").over(of_block),
        }
    )
    wanted = marked.where("several and differ and any_earlier").select("example_id")
    found = every.join(wanted, "example_id", "left_semi").select(*AGAIN.names)
    return found.mapInArrow(_standing, spark_columns(AGAIN))


def _block() -> Column:
    """A hash of the words of a question and of its context; null where it has none with content."""
    empty = ", ".join(f"'{word}'" for word in sorted(STOP_WORDS - NEGATORS) if word.isalpha())
    words = F.expr(
        f"filter(regexp_extract_all(lower(question), '{_WORDS}', 0), w -> not array_contains(array({empty}), w))"
    )
    singular = F.array_join(F.transform(words, lambda word: F.regexp_replace(word, r"(?<=\w{3})(?<![su])s$", "")), " ")
    return F.when(singular != "", F.sha2(F.concat_ws("\0", singular, "context_hash"), 256))


def _standing(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        kept = [stands_alone(question) for question in batch.column("question").to_pylist()]
        yield batch.filter(pa.array(kept, pa.bool_()))


def counted() -> dict[str, Column]:
    """How many of :func:`asked_again` are earlier answers."""
    return {"n_earlier": F.count_if(is_earlier(F.col("example_id")))}


def texts(asked: DataFrame) -> DataFrame:
    """Of :func:`asked_again` the earlier answers, as conflict.question_units has those of last answers."""
    return asked.where(is_earlier(F.col("example_id"))).select(*conflict.ASKED.names)


def pairs(blocks: DataFrame, asked: DataFrame | None) -> DataFrame:
    """:func:`ftq_spark.transforms.conflict.pairs_of_blocks` of two examples, at least one of which answers earlier."""
    found = conflict.pairs_of_blocks(blocks, asked)
    left, right = F.col("left_id"), F.col("right_id")
    return found.where((is_earlier(left) | is_earlier(right)) & (example_of(left) != example_of(right)))


def surest(contradictions: DataFrame) -> DataFrame:
    """Of the contradictions (schema.CONTRADICTIONS) between two examples the surest; of equals that of last answers.

    An earlier answer beside a refusal is none: what was said before may be why one declines.
    """
    is_last = F.col("left_turn").isNull() & F.col("right_turn").isNull()
    order = [F.desc("score"), F.asc_nulls_first("left_turn"), F.asc_nulls_first("right_turn")]
    ranked = F.row_number().over(Window.partitionBy("left_id", "right_id").orderBy(*order))
    told = contradictions.where(is_last | (F.col("kind") != "refusal"))
    return told.withColumn("rank", ranked).where("rank = 1").drop("rank")
