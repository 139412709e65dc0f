"""A Spark Connect server in a process of its own, whose Python lacks the project: the results of a local session."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemons import HOME, free_port, started, wait_until
from digests import differences, published
from processes import bare_python, without_project
from pyspark.sql import SparkSession
from runs import rows, run

from ftq_spark.runs.run import Run

ROOT = Path(__file__).resolve().parents[2]
SHARDS = [ROOT / "tests" / "sample" / "shards" / f"{name}.jsonl" for name in ("preferences", "support")]

pytest.importorskip("grpc", reason="Spark Connect needs grpcio: pip install 'pyspark[connect]'")
pytest.importorskip("sentence_transformers", reason="needs the extra ftq-spark[embed]")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.skipif(
        not list((HOME / "jars").glob("spark-connect_*.jar")), reason="this PySpark carries no Connect server"
    ),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("connect")
    python, port, log = bare_python(folder / "python"), free_port(), folder / "server.log"
    environment = without_project() | {
        "SPARK_HOME": str(HOME),
        "PYSPARK_PYTHON": python,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.ui.enabled": "false",
        "spark.log.level": "INFO",
        "spark.sql.shuffle.partitions": "4",
        "spark.driver.memory": "2g",
    }
    command = [str(HOME / "bin" / "spark-submit"), "--master", "local[2]"]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    command += [part for key, value in settings.items() for part in ("--conf", f"{key}={value}")]
    with started([*command, "spark-internal"], environment, log):
        wait_until(lambda: "Connect server started" in log.read_text(errors="replace"), log, "no Connect server")
        yield f"sc://127.0.0.1:{port}", log


def test_verdicts_columns_and_files_are_those_of_a_local_session(
    spark: SparkSession, server: tuple[str, Path], tmp_path: Path
) -> None:
    remote_url, log = server
    command = [sys.executable, "-m", "ftq_spark", "run", *map(str, SHARDS), "--out", str(tmp_path / "remote")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SPARK_REMOTE": remote_url}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    remote, local = Run.open(tmp_path / "remote"), run(tmp_path / "local", *SHARDS)
    assert (remote.manifest["session"]["kind"], local.manifest["session"]["kind"]) == ("connect", "classic")
    assert remote.manifest["nodes"][0]["package"] == local.manifest["versions"]["ftq_spark"]  # it was sent
    for table in ("scored", "verdicts"):
        assert differences(remote, local, table) == []
    assert published(remote) == published(local)
    # What Spark says of its work (at INFO and above) says nothing of the texts.
    said = log.read_text(errors="replace")
    texts = {row["prompt"] for row in rows(local, "scored", "prompt") if len(row["prompt"]) > 20}
    assert texts
    assert not [text for text in texts if text in said]
