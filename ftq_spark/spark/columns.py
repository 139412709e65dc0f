"""The columns of a table as Spark has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.types import StructType


def spark_columns(schema: pa.Schema) -> StructType:
    """Spark's columns of an Arrow schema.

    They go to Spark as they are. Told in its DDL they would be parsed by a grammar of all of SQL, which in a JVM that
    has just started takes a tenth of a second for a table.
    """
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415  (kernels' tests need no Spark)

    return from_arrow_schema(schema)
