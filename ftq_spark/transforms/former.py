"""Examples of former runs, beside which new ones are compared.

Inside the transforms a former example carries a name of its own, so that it cannot be taken for a new one even where a
file was read again, and a place before every new example. Tables hold its plain example_id, and say in a column
``against`` that it stands in a former run.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column

_MARK = "against:"


def standing(verdicts: DataFrame) -> DataFrame:
    """example_id of what a run did not drop: kept, or held for a person; what is only doubtful in quality left out."""
    weak = F.col("reasons") == F.array(F.lit("low_quality"))
    return verdicts.where((F.col("verdict") != "drop") & ~weak).select("example_id")


def united(runs: Mapping[int, tuple[DataFrame, DataFrame]]) -> DataFrame:
    """The standing examples of runs: by number, the oldest with the least, a table with example_id and its verdicts.

    example_id is marked, and where there is a `source` it sorts behind those of older runs and before every new one.
    """
    found = []
    for number, (table, verdicts) in runs.items():
        kept = table.join(standing(verdicts), "example_id", "left_semi")
        if "source" in kept.columns:
            kept = kept.withColumn("source", F.concat(F.lit(f"\u0001{number:04d}/"), "source"))
        found.append(kept.withColumn("example_id", marked(F.col("example_id"))))
    return reduce(DataFrame.unionByName, found)


def marked(example_id: Column) -> Column:
    """The name of a former example inside the transforms."""
    return F.concat(F.lit(_MARK), example_id)


def is_former(example_id: Column) -> Column:
    """Whether an id is of an example of the run that was given by `--against`."""
    return example_id.startswith(_MARK)


def plain(example_id: Column) -> Column:
    """The example_id behind a name of either kind."""
    return F.when(is_former(example_id), F.substring(example_id, len(_MARK) + 1, 1 << 10)).otherwise(example_id)


def named(pairs: DataFrame) -> DataFrame:
    """A stored table of pairs with the names of the transforms."""
    left = F.when(F.col("against"), marked(F.col("left_id"))).otherwise(F.col("left_id"))
    return pairs.withColumn("left_id", left).drop("against")


def stored(pairs: DataFrame) -> DataFrame:
    """Pairs of named examples as they are stored; those of two former examples are left out."""
    return pairs.where(~is_former(F.col("right_id"))).withColumns(
        {"against": is_former(F.col("left_id")), "left_id": plain(F.col("left_id"))}
    )
