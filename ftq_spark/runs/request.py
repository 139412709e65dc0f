"""What was asked of a run, as one fingerprint: an equal request of a finished run is answered without Spark.

Stages have fingerprints of their own (:mod:`ftq_spark.pipeline`), which say what must be computed again. To know them
the stages must be imported, and a session opened; this one needs neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ftq_spark.runs import storage, top_level
from ftq_spark.runs.run import LABELS_FOLDER, Run, fingerprint, versions
from ftq_spark.runs.shards import Shard, benchmark_shards
from ftq_spark.settings import Settings

PUBLISHED = ("scored", "clean", "dropped", "review", "summary.json", "report.html")


def request(run: Run, settings: Settings, shards: Sequence[Shard], former: Sequence[Run]) -> str:
    """32 hex digits that change with anything that can change the result of a whole run.

    That is the settings and the contents of the files that they name, the inputs, former runs, what reviews left, and
    the versions of what computes, of which the code of this package is one.
    """
    benchmarks = {name: _contents(found) for name, found in benchmark_shards(settings.contamination).items()}
    return fingerprint(
        {
            "versions": versions(),
            "settings": settings.model_dump(mode="json"),
            "signals": settings.score.sources(),
            "models": _models(settings),
            "protected": settings.dedup.protected_names(),
            "benchmarks": benchmarks,
            "inputs": _contents(shards),
            "former": [other.manifest["stages"]["decide"]["fingerprint"] for other in former],
            "reviews": _reviews(run),
        }
    )


def is_answered(run: Run, asked: str) -> bool:
    """Whether `run` is the whole answer to the request `asked`: finished, and every file of it still there."""
    if run.manifest.get("request") != asked:
        return False
    stages: dict[str, Any] = run.manifest["stages"]
    pointed = top_level.shown(run.path)  # a store has no empty folders
    return all(run.is_current(name, stage["fingerprint"]) for name, stage in stages.items()) and all(
        name in pointed or storage.exists(storage.join(run.path, name)) for name in PUBLISHED
    )


def _contents(shards: Sequence[Shard]) -> list[tuple[str, str, int, str]]:
    return [(shard.dataset, shard.source, shard.n_bytes, shard.checksum) for shard in shards]


def _reviews(run: Run) -> dict[str, str]:
    folder = storage.join(run.path, LABELS_FOLDER)
    return {name: storage.read_text(storage.join(folder, name)) for name, _ in storage.list_files(folder)}


def _models(settings: Settings) -> list[tuple[str, int, int]]:
    """The files of models that rate, where they lie here: one that was trained on is another one."""
    folders = [Path(rater.model) for rater in settings.score.raters.values()]
    return [file for folder in folders if folder.is_dir() for file in _files(folder)]


def _files(root: Path) -> list[tuple[str, int, int]]:
    """Path, size and time of change of the files below a folder, by path."""
    paths = [path for path in root.rglob("*") if path.is_file()]
    return sorted((str(path.relative_to(root)), path.stat().st_size, path.stat().st_mtime_ns) for path in paths)
