"""Real processes that meet a full disk, a directory that cannot be written, Ctrl-C and SIGTERM."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ftq_spark.runs import lease

ROOT = Path(__file__).resolve().parents[2]
SHARD = ROOT / "tests" / "sample" / "shards" / "preferences.jsonl"
CHEAP = ["--set=dedup.semantic.enabled=false", "--set=conflict.enabled=false"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and mounts of Linux")
mounts = pytest.mark.skipif(not shutil.which("unshare") or os.geteuid() != 0, reason="a mount of its own needs root")


def command(out: Path, *flags: str) -> list[str]:
    return [sys.executable, "-m", "ftq_spark", "run", str(SHARD), "--out", str(out), "--log", "json", *CHEAP, *flags]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("stage", ["score", "match"])
def test_interrupts_end_in_three_lines_and_keep_finished_stages(
    tmp_path: Path, number: signal.Signals, code: int, stage: str
) -> None:
    out, said = tmp_path / "run", []
    with subprocess.Popen(
        command(out),
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if not line.startswith('{"at"'):
                said.append(line.strip())
            elif (event := json.loads(line))["event"] == "start" and event["stage"] == stage:
                # A terminal tells all processes of Ctrl-C; a scheduler tells the one that it started.
                os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    assert process.returncode == code, said
    assert len(said) == 3, said
    assert said[1] == f"finished stages are kept in {out}"
    assert said[2].startswith("go on with the same command: ftq run ")
    assert "ingest" in json.loads((out / "manifest.json").read_text())["stages"]
    assert not (out / lease.FILE).exists()


def run_on_disk(tmp_path: Path, options: str, script: str) -> subprocess.CompletedProcess[str]:
    """A run in a folder that is a small disk of its own; it ended with 2."""
    out = tmp_path / "out"
    out.mkdir()
    mounted = f'mount -t tmpfs -o {options} tmpfs "{out}" && {script}'
    whole = ["unshare", "-m", "sh", "-c", mounted, "sh", *command(out / "run")]
    done = subprocess.run(whole, env=ENVIRONMENT, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 2, done.stderr[-3000:]
    return done


@mounts
def test_a_full_disk_is_said_and_what_is_finished_is_kept(tmp_path: Path) -> None:
    manifest = tmp_path / "out" / "run" / "manifest.json"
    done = run_on_disk(tmp_path, "size=256k", f'"$@"; code=$?; cat "{manifest}"; exit $code')
    assert "a disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    stages = json.loads(done.stdout)["stages"]
    assert "ingest" in stages and "report" not in stages


@mounts
def test_a_directory_that_cannot_be_written_is_said_before_spark_starts(tmp_path: Path) -> None:
    done = run_on_disk(tmp_path, "ro", 'exec "$@"')
    assert "cannot be written" in done.stderr and len(done.stderr.splitlines()) == 1
    assert not [line for line in done.stderr.splitlines() if line.startswith('{"at"')]
