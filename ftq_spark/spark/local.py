"""The configuration of a local Spark, by how much there is to do."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ftq_spark.spark import java, meter

_LEAST_MEGABYTES = 2 << 10  # of Spark's memory
# Each sort and each aggregation of each task takes its memory by the page, filled with zeros: of 64 MB by default,
# where most that is sorted here is less. An array's head is counted in, since G1 gives large ones whole regions.
_PAGE_BYTES = (4 << 20) - 16
# A tiny input is read and written in a moment, while code generated for each step of each query must be compiled,
# loaded and thrown away, and each shuffle and each broadcast is a job of its own: of one partition none is needed,
# unless an anti-join is moved below the place where a table became one. Nor is there anything to adapt plans to.
_TINY = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.PushDownLeftSemiAntiJoin",
}


def configuration(master: str | None, n_bytes: int | None, keep_classes: bool) -> dict[str, str]:
    """All that a local Spark is started with; what its processes inherit is set in the environment.

    Raises:
        UserError: a fitting Java is missing.
    """
    for name, value in (("PYSPARK_PYTHON", sys.executable), ("PYSPARK_DRIVER_PYTHON", sys.executable)):
        os.environ.setdefault(name, value)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    meter.open_folder()
    flags = java.options(java.archive(java.find()), n_bytes, keep_classes)
    ours = {"spark.app.name": "ftq", "spark.master": master or "local[*]", **options(n_bytes)}
    return {**ours, "spark.driver.defaultJavaOptions": flags} if flags else ours  # extraJavaOptions are the user's


def log() -> BinaryIO:
    """The file that FTQ_SPARK_LOG names, to be appended to: all that Spark says, which goes nowhere without it."""
    return open(os.environ.get("FTQ_SPARK_LOG", os.devnull), "ab")  # noqa: PTH123


def options(n_bytes: int | None = None) -> dict[str, str]:
    """The configuration of a local session for an input of `n_bytes` of text (null: any).

    What the user has set of the memory and the class path, where Spark looks for it, stays.
    """
    ours = {} if _memory_is_set() else {"spark.driver.memory": f"{_driver_megabytes(n_bytes)}m"}
    if (path := java.class_path()) and not _is_set("spark.driver.extraClassPath", "--driver-class-path"):
        ours["spark.driver.extraClassPath"] = path
    tiny = _TINY if n_bytes is not None and n_bytes < java.TINY_INPUT_BYTES else {}
    return {
        **ours,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(max(8, 2 * (os.cpu_count() or 2))),
        "spark.buffer.pageSize": f"{_PAGE_BYTES}b",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.ui.explainMode": "simple",  # every query's plan is put into words for an interface that there is not
        "spark.log.level": "ERROR",
        "spark.python.daemon.module": "ftq_spark.spark.daemon",
        **tiny,
    }


def _driver_megabytes(n_bytes: int | None) -> int:
    """What the work needs: 1 GB, 256 MB a core and as much as the text; at most 16 GB and a third of the machine.

    Half a gigabyte, a million examples, takes as long in 2 GB as in 6, and what Java is given it fills
    before it clears up. The Python workers need the rest; 2 GB are left to Spark on any machine.
    """
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    except (ValueError, OSError, AttributeError):
        machine = 0
    most = max(_LEAST_MEGABYTES, min(16 << 10, machine // 3))
    wanted = most if n_bytes is None else 1024 + 256 * (os.cpu_count() or 2) + (n_bytes >> 20)
    return max(_LEAST_MEGABYTES, min(most, wanted))


def _memory_is_set() -> bool:
    return "SPARK_DRIVER_MEMORY" in os.environ or _is_set("spark.driver.memory", "--driver-memory")


def _is_set(key: str, flag: str) -> bool:
    """Whether the user sets something of the driver elsewhere: Spark would take our word before theirs."""
    given = os.environ.get("PYSPARK_SUBMIT_ARGS", "")
    if flag in given or f"{key}=" in given:
        return True
    folder = os.environ.get("SPARK_CONF_DIR") or str(Path(java.spark_home() or "", "conf"))
    with suppress(OSError):
        text = Path(folder, "spark-defaults.conf").read_text(encoding="utf-8")
        return re.search(rf"^\s*{re.escape(key)}\b", text, re.MULTILINE) is not None
    return False
