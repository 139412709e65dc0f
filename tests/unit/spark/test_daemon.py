"""Workers of a local Spark import what is installed, not what Spark puts first on their path."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SHOWN = (
    "import sys, ftq_spark.spark.daemon, pyspark; print(pyspark.__file__); print(*sys.path, *sys.path_importer_cache)"
)


def test_archives_of_spark_are_no_longer_looked_into(tmp_path: Path) -> None:
    archives = [tmp_path / name for name in ("pyspark.zip", "py4j-0.10.9-src.zip", "spark-core_2.13-4.1.4.jar")]
    archives.append(tmp_path / "own.zip")  # what the user gave stays
    for archive in archives:
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("pyspark/__init__.py" if archive.stem == "pyspark" else "org/x.txt", "broken = 1 / 0\n")
    path = os.pathsep.join([*map(str, archives), str(Path(__file__).resolve().parents[3])])
    told = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", SHOWN], env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) not in done.stdout.splitlines()[0]
    found = {place for place in done.stdout.split() if place.startswith(str(tmp_path))}
    assert found == {str(archives[-1])}


FROZEN = (
    "import gc, runpy, pyspark.daemon; pyspark.daemon.manager = lambda: print(gc.get_freeze_count()); "
    "runpy.run_module('ftq_spark.spark.daemon', run_name='__main__')"
)


def test_workers_share_what_was_imported() -> None:
    """What the collector of a forked worker looks through is copied into it."""
    done = subprocess.run([sys.executable, "-c", FROZEN], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50_000  # objects


LEFT = """
from ftq_spark.spark import daemon

pinned = []

def task(*_):
    parts = [bytearray(64 << 10) for _ in range(2_000)]
    pinned.append(bytearray(64 << 10))  # behind all others: the C library keeps what lies before it

daemon._serve = task
before = daemon._pages()
daemon.serve()
print((daemon._pages() - before) * 4096)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_workers_give_back_what_a_task_has_left() -> None:
    done = subprocess.run([sys.executable, "-c", LEFT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 32 << 20  # of 125 MB
