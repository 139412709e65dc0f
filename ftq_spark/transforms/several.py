"""Datasets that give several right answers to a question (kernels/conflict/several.py), and pairs of such answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from ftq_spark.kernels.conflict.several import LEAST_ROWS, MAX_BARE_CHARS, NAMES, NUMBERS

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_ENDS = r"[.!?。！？]\W*$"  # of a sentence
_SIGNS = r"[^\p{L}\p{M}\p{N}]+"


def said(response: str) -> Column:
    """A hash of a bare answer, by its letters and digits: case and signs do not count. Null of any other."""
    answer = F.trim(response)
    bare = (F.length(answer) <= MAX_BARE_CHARS) & ~answer.rlike(_ENDS)
    return F.when(bare, F.xxhash64(F.trim(F.regexp_replace(F.lower(answer), _SIGNS, " "))))


def counted() -> dict[str, Column]:
    """How many bare answers the blocks hold that may tell something of their dataset."""
    return {"n_said": F.count_if(F.col("said").isNotNull() & (F.col("size") >= LEAST_ROWS))}


def datasets(blocks: DataFrame) -> DataFrame:
    """DataFrame[dataset, counts, n_bare, n_apart] of blocks whose answers are all bare, by who asks a question first.

    `counts` are blocks whose answers all hold digits, apart are those whose answers all differ. `blocks` has block,
    dataset, size, is_first, said and figures: whether an answer holds digits.
    """
    of_block = blocks.where(F.col("size") >= LEAST_ROWS).groupBy("block", "size")
    each = of_block.agg(
        F.max(F.when(F.col("is_first"), F.col("dataset"))).alias("dataset"),
        F.bool_and("figures").alias("counts"),
        F.count("said").alias("n_said"),
        F.size(F.collect_set("said")).alias("n_different"),
    )
    apart = F.count_if(F.col("n_different") == F.col("size"))
    bare = each.where(F.col("n_said") == F.col("size")).groupBy("dataset", "counts")
    return bare.agg(F.count("*").alias("n_bare"), apart.alias("n_apart"))


def of_lists(
    contradictions: DataFrame, asked: DataFrame, names: Collection[str], numbers: Collection[str]
) -> DataFrame:
    """Contradictions with `listed`: two names of datasets that list names, or two numbers of those that list numbers.

    `asked` has example_id and dataset.
    """
    of = asked.select("example_id", "dataset")
    ends = {side: of.toDF(f"{side}_id", f"{side}_of") for side in ("left", "right")}
    placed = contradictions.join(ends["left"], "left_id", "left").join(ends["right"], "right_id", "left")
    listed = F.lit(False)
    for kinds, datasets_ in ((NAMES, names), (NUMBERS, numbers)):
        both = F.col("left_of").isin(*datasets_) & F.col("right_of").isin(*datasets_)
        listed |= F.col("kind").isin(*kinds) & both
    return placed.select(*contradictions.columns, F.coalesce(listed, F.lit(False)).alias("listed"))
