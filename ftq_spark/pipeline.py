"""The loop that runs the stages: skip what is unchanged, commit what is done, and account for every row."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

from ftq_spark import __version__
from ftq_spark.errors import FtqError, InputError, SettingsError
from ftq_spark.progress import Progress
from ftq_spark.runs import storage
from ftq_spark.runs.run import Run, fingerprint, versions
from ftq_spark.stages import STAGES, Context, Stage


def execute(context: Context, progress: Progress, first: str | None = None, last: str | None = None) -> dict[str, Any]:
    """Run every stage up to `last` that is stale, and every one from `first` on; the run's manifest.

    Raises InputError where every row was rejected.
    """
    run = context.run
    _describe(context)
    forced = False
    for stage in STAGES:
        forced = forced or stage.name == first
        _run_stage(context, stage, forced, progress)
        if stage.name == "ingest":
            _check_any_accepted(run)
        if stage.name == last:
            break
    else:
        _check_accounts(run)
    run.manifest["finished_at"] = _now()
    run.save()
    return run.manifest


def rebuild_report(context: Context, progress: Progress) -> None:
    """Make the report of a finished run again."""
    context.run.directory("scored")
    _run_stage(context, STAGES[-1], True, progress)
    context.run.save()


def check_stages(first: str | None, last: str | None) -> None:
    """SettingsError where --from or --to names no stage, or --to one before --from."""
    names = [stage.name for stage in STAGES]
    for flag, name in (("--from", first), ("--to", last)):
        if name is not None and name not in names:
            raise SettingsError(f"{flag} {name}: no such stage; expected one of {', '.join(names)}")
    if first and last and names.index(last) < names.index(first):
        raise SettingsError(f"--to {last} comes before --from {first}; the order is {', '.join(names)}")


def _run_stage(context: Context, stage: Stage, forced: bool, progress: Progress) -> None:
    mark = _mark(context, stage)
    done = context.run.manifest["stages"]
    if not forced and context.run.is_current(stage.name, mark):
        progress.skipped(stage.name, done[stage.name]["n_rows"])
    else:
        progress.start(stage.name, done["ingest"]["n_rows"] if stage.name != "ingest" else None)
        began = time.monotonic()
        directory = context.run.attempt(stage.name, mark)
        written = stage.build(context._replace(reads=stage.reads), directory)
        if written.tables.keys() != set(stage.writes):
            raise FtqError(f"stage {stage.name} wrote {', '.join(written.tables)}; expected {', '.join(stage.writes)}")
        seconds = time.monotonic() - began
        details = {"n_rows": written.n_rows, "seconds": round(seconds, 3), **written.details}
        context.run.commit(stage.name, mark, directory, written.tables, details)
        progress.done(stage.name, written.n_rows, seconds)
    finished = storage.join(context.run.path, done[stage.name]["directory"])
    for name in stage.shows:  # also after a skip: a run killed between commit and link is mended here
        storage.show(storage.join(context.run.path, name), storage.join(finished, name))
    for name in stage.copies:
        storage.write_text(storage.join(context.run.path, name), storage.read_text(storage.join(finished, name)))


def _mark(context: Context, stage: Stage) -> str:
    """The fingerprint of a stage: equal exactly when its result must be equal."""
    done = context.run.manifest["stages"]
    writers = {table: entry["fingerprint"] for entry in done.values() for table in entry["tables"]}
    return fingerprint(
        {
            "stage": stage.name,
            "version": [__version__, stage.version],
            "settings": stage.depends(context),
            "reads": {table: writers.get(table) for table in stage.reads},
            "inputs": [(s.dataset, s.source, s.n_bytes, s.checksum) for s in context.shards]
            if not stage.reads
            else None,
        }
    )


def _describe(context: Context) -> None:
    manifest = context.run.manifest
    manifest.setdefault("run_id", fingerprint({"path": context.run.path, "at": _now()})[:16])
    manifest.setdefault("created_at", _now())
    manifest["versions"] = versions()
    manifest["settings"] = context.settings.model_dump(mode="json")
    manifest["against"] = [storage.absolute(run.path) for run in context.against]
    manifest["inputs"] = [shard._asdict() for shard in context.shards]


def _check_any_accepted(run: Run) -> None:
    ingest = run.manifest["stages"]["ingest"]
    if ingest["n_rows"]:
        return
    where = run.directory("rejects")
    if not ingest["n_rejects"]:
        raise InputError("the input holds no rows at all")
    codes = ", ".join(f"{count} {code}" for code, count in ingest["reject_codes"].items())
    raise InputError(f"every row of the input was rejected ({codes}); the rows and the reasons are in {where}")


def _check_accounts(run: Run) -> None:
    """Every example has one verdict, and every input row is an example or a reject."""
    stages = run.manifest["stages"]
    counts = {name: stages[name]["n_rows"] for name in ("ingest", "score", "decide", "publish")}
    if len(set(counts.values())) != 1:
        raise FtqError(f"{run.path}: examples were lost between stages: {counts}; no result was published")


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
