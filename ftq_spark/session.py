"""Open the Spark session: the cluster's where there is one, else a local one with settings that suit the work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ftq_spark.errors import FtqError, UserError

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

# The JVM's optimising compiler takes a third of the processor time of a small run and repays it in large ones only:
# without it 2,000 examples (0.7 MB) take a quarter less time and 100,000 (51 MB) a tenth less, 400,000 a tenth more.
SMALL_INPUT_BYTES = 64 << 20
SMALL_INPUT_JAVA = "-XX:TieredStopAtLevel=1"


def open_session(master: str | None = None, n_bytes: int | None = None) -> SparkSession:
    """The active session, or a new one; a local one suits an input of `n_bytes` (null: any).

    UserError where pyspark or a fitting Java is missing.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415  (commands that need no Spark start without it)
    except ImportError as error:
        raise UserError("pyspark is not installed: pip install 'ftq-spark[local]'") from error
    session = SparkSession.getActiveSession()
    if session is None:
        builder = SparkSession.builder.appName("ftq")
        session = builder.getOrCreate() if _submitted() else _start_local(builder, master or "local[*]", n_bytes)
    for key, value in RUNTIME.items():
        try:
            session.conf.set(key, value)
        except Exception:
            continue
    return session


def _submitted() -> bool:
    return "PYSPARK_GATEWAY_PORT" in os.environ or "DATABRICKS_RUNTIME_VERSION" in os.environ


def local_options(n_bytes: int | None = None) -> dict[str, str]:
    """The configuration of a local session for an input of `n_bytes` (null: any)."""
    options = {
        "spark.driver.memory": f"{_driver_gigabytes()}g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(max(8, 2 * (os.cpu_count() or 2))),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    if n_bytes is not None and n_bytes < SMALL_INPUT_BYTES:
        options["spark.driver.defaultJavaOptions"] = SMALL_INPUT_JAVA  # extraJavaOptions are the user's
    return options


def _start_local(builder: SparkSession.Builder, master: str, n_bytes: int | None) -> SparkSession:
    """Start a local Spark whose log goes to the file that FTQ_SPARK_LOG names, and nowhere without it."""
    check_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = builder.master(master)
    for key, value in local_options(n_bytes).items():
        builder = builder.config(key, value)
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


def check_java() -> None:
    """UserError with one clear line where Spark would find no Java, or one that is too old."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    wanted = (
        "Spark needs Java 17 or 21: install it (Debian, Ubuntu: apt-get install openjdk-17-jre-headless; "
        "macOS: brew install openjdk@17) or point JAVA_HOME to it"
    )
    if java is None:
        raise UserError(f"no Java found{f' in JAVA_HOME={home}' if home else ''}. {wanted}")
    printed = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    match = re.search(r'version "(?:1\.)?(\d+)', printed.stderr + printed.stdout)
    if match is None or int(match.group(1)) < 17:
        found = f"version {match.group(1)}" if match else "one that does not run"
        raise UserError(f"found Java at {java}: {found}. {wanted}")
