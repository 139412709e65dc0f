"""A run that is killed while it embeds keeps the parts that were finished, and embeds none of their texts again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from daemons import wait_until
from digests import differences, published
from pyspark.sql import SparkSession
from runs import read, run

from ftq_spark.runs import attempts
from ftq_spark.runs.run import Run

ROOT = Path(__file__).resolve().parents[2]
SHARDS = [ROOT / "tests" / "sample" / "shards" / f"{name}.jsonl" for name in ("preferences", "support")]

pytest.importorskip("sentence_transformers", reason="needs the extra ftq-spark[embed]")
pytestmark = [pytest.mark.slow, pytest.mark.model]


def manifest(out: Path) -> dict[str, Any]:
    file = out / "manifest.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"stages": {}}


def kept_texts(out: Path) -> int:
    """Texts whose vectors would be found after a kill now."""
    found = manifest(out)
    whole = found["stages"].get("embed")
    return whole["n_rows"] if whole else sum(part["n_rows"] for part in found.get("parts", {}).get("embed", ()))


def test_a_killed_run_goes_on_behind_the_texts_that_were_embedded(spark: SparkSession, tmp_path: Path) -> None:
    out, log = tmp_path / "killed", tmp_path / "log"
    command = [sys.executable, "-m", "ftq_spark", "run", *map(str, SHARDS), "--out", str(out), "--to", "embed"]
    command += ["--master", "local[2]", "--set=execution.texts_at_once=10", "--set=execution.tasks=2"]
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=file, stderr=file, start_new_session=True
        )
        try:
            wait_until(lambda: kept_texts(out) > 10 or process.poll() is not None, log, "no part was kept")
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    n_kept = kept_texts(out)
    assert n_kept > 10, log.read_text(errors="replace")[-2000:]
    resumed, whole = run(out, *SHARDS), run(tmp_path / "whole", *SHARDS)
    stages = resumed.manifest["stages"]
    assert stages["embed"]["n_embedded"] == whole.manifest["stages"]["embed"]["n_rows"] - n_kept
    texts = Counter(read(resumed, "embeddings", "text_hash").column(0).to_pylist())
    assert texts == Counter(read(whole, "embeddings", "text_hash").column(0).to_pylist())
    assert max(texts.values()) == 1
    assert differences(resumed, whole) == []
    assert published(resumed) == published(whole)
    assert resumed.manifest["parts"] == {}  # the stage has taken them over
    removed = attempts.collect(Run.open(out))["removed"]
    assert [path for path in removed if path.startswith("tables/embed/")]
    assert Run.open(out).is_current("embed", stages["embed"]["fingerprint"])
