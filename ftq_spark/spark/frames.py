"""Small DataFrames of rows that the driver holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ftq_spark.spark.columns import spark_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def of_rows(session: SparkSession, rows: Iterable[Sequence[Any]], columns: pa.Schema) -> DataFrame:
    """DataFrame[columns] of `rows`, each a sequence of values in the order of `columns`.

    They go to Spark as one Arrow table: of plain rows, which PySpark 3.5 takes alone, it makes a job of Python workers,
    and those are started for it.
    """
    held = list(rows)
    if session.version < "4":
        return session.createDataFrame([tuple(row) for row in held], spark_columns(columns))
    values = zip(*held, strict=True) if held else ((),) * len(columns)
    arrays = [pa.array(column, field.type) for column, field in zip(values, columns, strict=True)]
    # Connect takes the names and types of a table from its rows.
    return session.createDataFrame(pa.table(arrays, schema=columns), None if held else spark_columns(columns))


def texts(*names: str) -> pa.Schema:
    """Columns of text."""
    return pa.schema([(name, pa.string()) for name in names])
