"""Open the Spark session: the cluster's where there is one, else a local one with settings that suit the work."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ftq_spark.errors import FtqError, UserError
from ftq_spark.spark import java

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What every session needs, set per key because older versions and managed clusters refuse some.
RUNTIME = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "5000",  # measuring has a fixed cost per batch
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    # One file per partition value and task, without the sort that a single writer needs.
    "spark.sql.maxConcurrentOutputFileWriters": "16",
    "spark.sql.execution.pyspark.udf.faulthandler.enabled": "true",
    # A little data may be much work: tasks are joined only until every core has one.
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "true",
    "spark.sql.adaptive.coalescePartitions.minPartitionSize": "128k",
}


def open_session(
    master: str | None = None,
    n_bytes: int | None = None,
    keep_classes: bool = False,
    session: SparkSession | None = None,
) -> SparkSession:
    """`session`, else the active one, else a new one; a local one suits an input of `n_bytes` (null: any).

    With `keep_classes` it leaves the classes that it loads to later sessions (:mod:`ftq_spark.spark.java`).
    UserError where pyspark or a fitting Java is missing.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415  (commands that need no Spark start without it)
    except ImportError as error:
        raise UserError("pyspark is not installed: pip install 'ftq-spark[local]'") from error
    session = session or SparkSession.getActiveSession()
    if session is None:
        builder = SparkSession.builder.appName("ftq")
        if _submitted():
            session = builder.getOrCreate()
        else:
            session = _start_local(builder.master(master or "local[*]"), n_bytes, keep_classes)
    for key, value in RUNTIME.items():
        try:
            session.conf.set(key, value)
        except Exception:
            continue
    return session


def _submitted() -> bool:
    return "PYSPARK_GATEWAY_PORT" in os.environ or "DATABRICKS_RUNTIME_VERSION" in os.environ


def local_options() -> dict[str, str]:
    """The configuration of every local session."""
    return {
        "spark.driver.memory": f"{_driver_gigabytes()}g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(max(8, 2 * (os.cpu_count() or 2))),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }


def _start_local(builder: SparkSession.Builder, n_bytes: int | None, keep_classes: bool) -> SparkSession:
    """Start a local Spark whose log goes to the file that FTQ_SPARK_LOG names, and nowhere without it."""
    options = java.options(java.archive(java.find()), n_bytes, keep_classes)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    for key, value in local_options().items():
        builder = builder.config(key, value)
    if options:
        builder = builder.config("spark.driver.defaultJavaOptions", options)  # extraJavaOptions are the user's
    with open(os.environ.get("FTQ_SPARK_LOG", os.devnull), "ab") as log:  # noqa: PTH123
        sys.stderr.flush()
        terminal = os.dup(2)
        os.dup2(log.fileno(), 2)  # the JVM and the Python workers inherit it
        try:
            return builder.getOrCreate()
        except Exception as error:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise FtqError(f"Spark did not start: {first}; set FTQ_SPARK_LOG=FILE to see its log") from error
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)


def _driver_gigabytes() -> int:
    """A third of the machine's memory, between 2 and 16 GB: the Python workers need the rest."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 2
    return int(min(16, max(2, total // (3 << 30))))
