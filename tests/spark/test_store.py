"""A store that Python reaches through fsspec and Spark through a file system of Hadoop's: no links, no local paths.

`viewfs://lab/` is Hadoop's name for a place that a table of mounts gives, here a folder; the driver's and the workers'
Python find the same folder by a plugin of fsspec, as they would find s3:// by s3fs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARD = ROOT / "tests" / "sample" / "shards" / "preferences.jsonl"
PLUGIN = '''
import json
import os
from fsspec.implementations.local import LocalFileSystem

class Lab(LocalFileSystem):
    """Hadoop's viewfs://lab/data is a folder here."""

    protocol = "viewfs"

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(path.replace("viewfs://lab/data", os.environ["LAB_FOLDER"]))

    def _said(self, what, path):
        """Who wrote, copied or moved what."""
        with open(os.environ["LAB_FOLDER"] + "/../events", "a") as file:
            file.write(json.dumps([os.getpid(), what, str(path)]) + "\\n")

    def open(self, path, mode="rb", **options):
        self._said("read" if "r" in mode else "write", path)
        return super().open(path, mode, **options)

    def cp_file(self, path1, path2, **options):
        self._said("copy", path2)
        super().cp_file(path1, path2, **options)

    def mv(self, path1, path2, **options):
        self._said("move", path2)
        super().mv(path1, path2, **options)
'''

pytest.importorskip("fsspec")
pytestmark = pytest.mark.slow


def environment(folder: Path) -> dict[str, str]:
    """With a store `viewfs://lab/data` that both sides know; its folder is folder/store."""
    plugin, conf, store = (folder / name for name in ("plugin", "conf", "store"))
    for path in (plugin / "lab-1.dist-info", conf, store):
        path.mkdir(parents=True)
    (plugin / "lab.py").write_text(PLUGIN)
    (plugin / "lab-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: lab\nVersion: 1\n")
    (plugin / "lab-1.dist-info" / "entry_points.txt").write_text("[fsspec.specs]\nviewfs = lab:Lab\n")
    link = "spark.hadoop.fs.viewfs.mounttable.lab.link./data"
    (conf / "spark-defaults.conf").write_text(f"{link} file://{store}\n")
    return {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{plugin}",
        "SPARK_CONF_DIR": str(conf),
        "LAB_FOLDER": str(store),
    }


def files(store: Path) -> dict[str, tuple[int, int]]:
    found = [path for path in (store / "run").rglob("*") if path.is_file()]
    return {str(path.relative_to(store)): (path.stat().st_size, path.stat().st_mtime_ns) for path in found}


def published(folder: Path, drivers: list[int]) -> set[tuple[bool, str]]:
    """What was done with published files, and whether a driver did it."""
    events = [json.loads(line) for line in (folder / "events").read_text().splitlines()]
    names = {"clean", "dropped", "review", "rejected", "edited"}
    return {(pid in drivers, what) for pid, what, path in events if names & set(Path(path).parts) and "." in path}


def test_a_run_nothing_to_do_and_a_changed_threshold(tmp_path: Path) -> None:
    where = environment(tmp_path)
    store = tmp_path / "store"
    (store / "in").mkdir()
    (store / "in" / SHARD.name).write_bytes(SHARD.read_bytes())

    drivers: list[int] = []

    def run(*flags: str) -> dict:
        command = [sys.executable, "-m", "ftq_spark", "run", "viewfs://lab/data/in", "--out", "viewfs://lab/data/run"]
        command += ["--set=dedup.semantic.enabled=false", "--set=conflict.enabled=false", "--json", *flags]
        with subprocess.Popen(command, env=where, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            drivers.append(process.pid)
            out, said = process.communicate(timeout=900)
        assert process.returncode == 0, said[-3000:]
        return json.loads(out)

    assert run()["rows"]["read"] == 62
    first = files(store)
    assert published(tmp_path, drivers) == {(False, "write"), (False, "copy")}  # by tasks alone, and nothing was moved
    manifest = json.loads((store / "run" / "manifest.json").read_text())
    assert manifest["inputs"][0]["uri"].startswith("viewfs://lab/data/in/")
    assert not any(path.is_symlink() for path in (store / "run").rglob("*"))
    run()
    assert files(store) == first  # nothing was written
    run("--set=score.min_quality=0.9")
    again = json.loads((store / "run" / "manifest.json").read_text())
    kept = [name for name, stage in manifest["stages"].items() if again["stages"][name] == stage]
    assert {"ingest", "score", "embed", "search"} <= set(kept)
    assert not {"judge", "decide", "publish", "report"} & set(kept)
    shown = json.loads((store / "run" / "current.json").read_text())
    lines = (store / "run" / shown["clean"] / "preferences.jsonl").read_bytes()
    assert (store / "run" / "clean" / "preferences.jsonl").read_bytes() == lines
