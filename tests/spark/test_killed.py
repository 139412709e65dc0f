"""The program that kills a run at random moments, on a small corpus."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_run_that_is_killed_again_and_again() -> None:
    program = [sys.executable, str(ROOT / "scripts" / "benchmarks" / "kill.py"), "300", "--kills", "20"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=3600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "unequal: none; finished stages done again: none" in done.stdout
