"""`ftq run --watch` as a process: one Spark for every change of a settings file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARD = ROOT / "tests" / "sample" / "shards" / "support.jsonl"
CHEAP = "dedup: {semantic: {enabled: false}}\nconflict: {enabled: false}\n"


@pytest.mark.skipif(sys.platform != "linux", reason="signals of Linux")
def test_each_change_runs_again_until_an_interrupt(tmp_path: Path) -> None:
    (settings := tmp_path / "s.yaml").write_text(CHEAP)
    texts = iter([CHEAP + "score: {min: 0.9}\n", CHEAP + "score: {min_quality: 0.99, low_quality_verdict: drop}\n"])
    command = [sys.executable, "-m", "ftq_spark", "run", str(SHARD), "--out", str(tmp_path / "run"), "--log", "json"]
    said, n_reads = [], 0
    with subprocess.Popen(
        [*command, "--settings", str(settings), "--json", "--watch"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None and process.stdout is not None
        for line in process.stderr:
            if line.startswith('{"at"'):
                event = json.loads(line)
                n_reads += event["event"] == "start" and event["stage"] == "ingest"
                continue
            said.append(line.strip())
            if line.startswith("watching"):
                if (text := next(texts, None)) is None:
                    process.send_signal(signal.SIGINT)
                else:
                    settings.write_text(text)
        results = [json.loads(line)["rows"] for line in process.stdout]
    assert process.returncode == 0, said
    assert [line[:8] for line in said] == ["watching", "ftq: set", "watching", "watching"], said
    assert n_reads == 1
    first, last = results
    assert first["read"] == last["read"] and last["drop"] > first["drop"]
