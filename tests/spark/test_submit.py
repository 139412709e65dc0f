"""The spark-submit target, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_pipeline_under_spark_submit(tmp_path: Path) -> None:
    submit = Path(sys.executable).with_name("spark-submit")
    if not submit.is_file():
        pytest.skip(f"no spark-submit beside {sys.executable}")
    environment = {
        **os.environ,
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("PYSPARK_GATEWAY_PORT", None)
    shard = ROOT / "tests" / "sample" / "shards" / "preferences.jsonl"
    flags = [
        "--set=dedup.semantic.enabled=false",
        "--set=conflict.enabled=false",
        "--json",
        "--fail-on",
        "rejected>0.9",
    ]
    done = subprocess.run(
        [submit, "--master", "local[2]", ROOT / "jobs" / "pipeline.py", shard, "--out", tmp_path / "run", *flags],
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    summary = json.loads(done.stdout)
    assert summary["rows"]["read"] == 62
    assert summary["rows"]["rejected"] == 2
    assert (tmp_path / "run" / "report.html").is_file()
