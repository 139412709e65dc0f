"""Datasets that give several right answers to a question (kernels/conflict/several.py), and pairs of such answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from ftq_spark.kernels.conflict.several import LEAST_ROWS, MAX_BARE_CHARS, NAMES, NUMBERS, ONE_LENGTH

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_ENDS = r"[.!?。！？]\W*$"  # of a sentence


def bare(response: str) -> Column:
    """Whether an answer is a name or a number alone."""
    answer = F.trim(response)
    return (F.length(answer) <= MAX_BARE_CHARS) & ~answer.rlike(_ENDS)


def counted() -> dict[str, Column]:
    """How many bare answers the blocks hold that may tell something of their dataset."""
    return {"n_bare": F.count_if(F.col("bare") & (F.col("size") >= LEAST_ROWS))}


def datasets(blocks: DataFrame) -> DataFrame:
    """DataFrame[dataset, counts, n_bare, n_apart, one_length] of questions with several answers, bare ones alone.

    `counts` are questions whose answers all hold digits, apart are those whose answers all differ as they are written:
    lists of aliases vary a name in its case, too; `one_length` says whether nearly all have as many answers. What
    other datasets answer is theirs: of a copy nothing is told. `blocks` has block, dataset, bare, figures, whether an
    answer holds digits, and answer_key.
    """
    each = blocks.groupBy("block", "dataset").agg(
        F.bool_and("figures").alias("counts"),
        F.bool_and("bare").alias("bare"),
        F.count("*").alias("n"),
        F.size(F.collect_set(F.when(F.col("bare"), F.col("answer_key")))).alias("n_different"),
    )
    told = each.where(F.col("bare") & (F.col("n") > 1)).groupBy("dataset", "counts")
    many = F.col("n") >= LEAST_ROWS
    least, most = (F.percentile("n", F.lit(share)) for share in ONE_LENGTH)
    counted_ = told.agg(
        F.count_if(many).alias("n_bare"),
        F.count_if(many & (F.col("n_different") == F.col("n"))).alias("n_apart"),
        (least == most).alias("one_length"),
    )
    return counted_.where("n_bare > 0")


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
