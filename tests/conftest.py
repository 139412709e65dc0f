"""What tests of every kind share: one Spark session, and the folder of real datasets."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# How long one example takes says more of the machine than of the code; and a run fails where the code has changed, not
# where the dice fall otherwise: HYPOTHESIS_PROFILE=search throws them.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real datasets (FTQ_REAL_DATA); the test is skipped where it is absent."""
    folder = Path(os.environ.get("FTQ_REAL_DATA", ""))
    if not (folder / "instruct").is_dir():
        pytest.skip(f"no real datasets in FTQ_REAL_DATA ({str(folder)!r}); ./scripts/evaluate fetch_data FOLDER")
    return folder


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    from ftq_spark.spark import java, meter

    meter.open_folder()

    session = (
        SparkSession.builder.master("local[2]")
        .appName("ftq-tests")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "2g")
        .config("spark.driver.defaultJavaOptions", java.options(java.archive(java.find()), java.TINY_INPUT_BYTES))
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "2000")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    yield session
    session.stop()
