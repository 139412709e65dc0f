"""Units → examples: what was found between distinct texts, stated as pairs of examples.

A *unit* is a class of examples whose compared texts are the same. Units and matches between them are written out in
full while that is small, and as a star above: every member of a large unit paired with the unit's first example, and a
match of large units stated once, between their first examples. Either way the units and their matches can be read back
from the pairs alone, and the number of pairs stays linear in the number of examples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from ftq_spark import schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PAIRS = tuple(name for name in schema.PAIRS.names if name not in ("doubted", "against"))

_ONE_UNIT = """
flatten(transform(members, (right, i) -> transform(slice(members, 1, i), left -> struct(left, right))))
"""
# Members sort by (source, row): struct comparison goes field by field.
_TWO_UNITS = """
flatten(transform(left_members, a ->
    transform(right_members, b -> struct(least(a, b) as left, greatest(a, b) as right))))
"""


def expand(members: DataFrame, matches: DataFrame | None, channel: str, limit: int = 1024) -> DataFrame:
    """All pairs of examples of one channel, each once, left before right in (source, row) order: PAIRS.

    `members` has example_id, source, row, unit (null: the example matches nothing); `matches` has left_unit,
    right_unit, similarity, each unordered pair of distinct units once. A unit of m examples gives all m(m - 1)/2 pairs,
    and a match of units of m and n examples all m·n, where that is at most `limit` (at least 1); else a star.
    """
    ranked = _ranked(members)
    within = _within_units(ranked, limit)
    pairs = within if matches is None else within.unionByName(_between_units(ranked, matches, limit))
    return pairs.select(
        F.col("pair.left.example_id").alias("left_id"),
        F.col("pair.right.example_id").alias("right_id"),
        F.lit(channel).alias("channel"),
        "similarity",
        "identical",
    ).select(*PAIRS)


def exact_pairs(examples: DataFrame) -> DataFrame:
    """Pairs of examples with the same canonical content: PAIRS, channel exact.

    `examples` has example_id, content_hash, source, row.
    """
    members = examples.select("example_id", "source", "row", F.col("content_hash").alias("unit"))
    return expand(members, None, "exact")


def _ranked(members: DataFrame) -> DataFrame:
    """unit, member, first (member of the unit), rank and n_members: one shuffle, which everything below reuses."""
    unit = Window.partitionBy("unit")
    ordered = unit.orderBy("member")
    return (
        members.where("unit is not null")
        .select("unit", F.struct("source", "row", "example_id").alias("member"))
        .select(
            "unit",
            "member",
            F.first("member").over(ordered).alias("first"),
            F.row_number().over(ordered).alias("rank"),
            F.count("*").over(unit).alias("n_members"),
        )
    )


def _within_units(ranked: DataFrame, limit: int) -> DataFrame:
    is_small = F.expr(f"n_members * (n_members - 1) <= 2 * {limit}")
    small = _collected(ranked.where(is_small & (F.col("n_members") > 1)))
    complete = small.select(F.explode(F.expr(_ONE_UNIT)).alias("pair"))
    star = ranked.where(~is_small & (F.col("rank") > 1)).select(
        F.struct(F.col("first").alias("left"), F.col("member").alias("right")).alias("pair")
    )
    return complete.unionByName(star).select("pair", F.lit(1.0).alias("similarity"), F.lit(True).alias("identical"))


def _between_units(ranked: DataFrame, matches: DataFrame, limit: int) -> DataFrame:
    sides = matches
    matched = matches.select(F.col("left_unit").alias("unit")).union(matches.select("right_unit")).distinct()
    units = _collected(ranked.where(F.col("rank") <= limit).join(matched, "unit", "left_semi"))
    for side in ("left", "right"):
        named = units.select(
            F.col("unit").alias(f"{side}_unit"),
            F.col("members").alias(f"{side}_members"),
            F.col("n_members").alias(f"{side}_n"),
        )
        sides = sides.join(named, f"{side}_unit")
    shown = F.when(F.expr(f"left_n * right_n <= {limit}"), F.lit(limit)).otherwise(F.lit(1))
    for side in ("left", "right"):
        sides = sides.withColumn(f"{side}_members", F.slice(f"{side}_members", F.lit(1), shown))
    return sides.select(F.explode(F.expr(_TWO_UNITS)).alias("pair"), "similarity", F.lit(False).alias("identical"))


def _collected(ranked: DataFrame) -> DataFrame:
    """unit, members in order, n_members."""
    return ranked.groupBy("unit").agg(
        F.array_sort(F.collect_list("member")).alias("members"), F.max("n_members").alias("n_members")
    )
