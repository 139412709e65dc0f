"""The process that forks the Python workers of a local Spark: what costs them time to import, it has imported before.

Named by ``spark.python.daemon.module``. Otherwise each worker, forked from a bare PySpark, imports for itself.
"""

from __future__ import annotations

import pandas  # noqa: F401
from pyspark.daemon import manager

import ftq_spark.formats
import ftq_spark.kernels.conflict.pairs
import ftq_spark.kernels.duplicate.verdict
import ftq_spark.kernels.near.lsh
import ftq_spark.kernels.near.minhash
import ftq_spark.signals  # noqa: F401

if __name__ == "__main__":
    manager()  # type: ignore[no-untyped-call]
