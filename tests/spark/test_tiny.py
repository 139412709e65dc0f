"""A tiny input, whose queries are interpreted and whose tables stay whole, ends in what another session makes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from digests import differences, published
from pyspark.sql import SparkSession
from runs import run

from ftq_spark.runs.run import Run
from ftq_spark.spark import java

ROOT = Path(__file__).resolve().parents[2]
SHARDS = [ROOT / "tests" / "sample" / "shards" / f"{name}.jsonl" for name in ("preferences", "support")]
WITHOUT_MODEL = {"dedup__semantic__enabled": False, "conflict__enabled": False}

pytestmark = pytest.mark.slow


def test_tiny_runs_are_equal_to_those_of_another_session(spark: SparkSession, tmp_path: Path) -> None:
    assert sum(shard.stat().st_size for shard in SHARDS) < java.TINY_INPUT_BYTES
    command = [sys.executable, "-m", "ftq_spark", "run", *map(str, SHARDS), "--out", str(tmp_path / "tiny")]
    command += ["--master", "local[2]", "--set=dedup.semantic.enabled=false", "--set=conflict.enabled=false"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    tiny = Run.open(tmp_path / "tiny")
    assert tiny.manifest["session"]["settings"]["spark.sql.codegen.factoryMode"] == "NO_CODEGEN"
    assert tiny.manifest["session"]["settings"]["spark.driver.memory"].endswith("m")
    whole = run(tmp_path / "whole", *SHARDS, flags=("--to", "report"), **WITHOUT_MODEL)
    assert spark.conf.get("spark.sql.codegen.factoryMode") != "NO_CODEGEN"
    assert differences(tiny, whole) == []
    assert published(tiny) == published(whole)
    one, other = (json.loads((Path(found.path) / "summary.json").read_text()) for found in (tiny, whole))
    assert {**one, "run": None} == {**other, "run": None}
