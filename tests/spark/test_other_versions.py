"""The lowest versions that pyproject.toml admits and the newest that pip finds: the verdicts of the pinned ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pyarrow.dataset as ds
import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARDS = ROOT / "tests" / "sample" / "shards"
CHEAP = ["--set", "dedup.semantic.enabled=false", "--set", "conflict.enabled=false"]

pytestmark = pytest.mark.slow


def environment(folder: Path, *constraints: str) -> Path:
    """The folder of programs of a new environment with the project and Spark, none of what is installed here."""
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "setuptools", *constraints, ".[spark]"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"pip finds not all of these versions: {done.stderr.strip().splitlines()[-1][:300]}")
    return folder / "bin"


def audited(programs: Path, out: Path) -> list[dict[str, object]]:
    """The verdicts of the sample."""
    left_out = ("PYTHONPATH", "SPARK_HOME", "PYSPARK_PYTHON", "FTQ_SPARK_CACHE")
    clean = {key: value for key, value in os.environ.items() if key not in left_out}
    command = [str(programs / "ftq"), "run", str(SHARDS), "--out", str(out), "--quiet", *CHEAP]
    done = subprocess.run(command, cwd=out.parent, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    columns = ["example_id", "verdict", "reasons", "duplicate_of"]
    found = ds.dataset(out / "scored", partitioning="hive").to_table(columns=columns).sort_by("example_id")
    rows: list[dict[str, object]] = found.to_pylist()
    return rows


def test_verdicts_are_those_of_the_lowest_and_of_the_newest_versions(tmp_path: Path) -> None:
    pinned = audited(Path(sys.executable).parent, tmp_path / "pinned")
    assert len(pinned) > 2000
    for name, constraints in {"lowest": ["-c", "scripts/constraints-lowest.txt"], "newest": []}.items():
        programs = environment(tmp_path / f"python-{name}", *constraints)
        try:
            assert audited(programs, tmp_path / name) == pinned, name
        finally:
            shutil.rmtree(tmp_path / f"python-{name}", ignore_errors=True)
