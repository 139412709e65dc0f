"""The loop that runs the stages: skip what is unchanged, commit what is done, and account for every row."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

from ftq_spark import __version__
from ftq_spark.errors import FtqError, InputError, RunError, SettingsError, UserError
from ftq_spark.kernels.near.minhash import bands_and_rows
from ftq_spark.kernels.schedule import run_graph
from ftq_spark.progress import Introduced, Noted, Progress, Reached
from ftq_spark.runs import lease, storage, top_level
from ftq_spark.runs.manifest import without_secrets
from ftq_spark.runs.run import Run, fingerprint, versions
from ftq_spark.spark import causes, figures, files, inputs, meter, nodes, session
from ftq_spark.stages import STAGES, Context, Stage, Written
from ftq_spark.stages.embedding import embedded_views, encoder_settings
from ftq_spark.stages.expected import expected

if TYPE_CHECKING:
    import pyarrow as pa

    from ftq_spark.runs.shards import Shard
    from ftq_spark.settings import Settings

# Stages at work at a time: a small run is mostly Spark planning, one query after another; a large one fills the cores
# from any one stage, and the others' tasks wait their turn.
_AT_ONCE = 3


def execute(
    context: Context, progress: Progress, first: str | None = None, last: str | None = None, asked: str | None = None
) -> dict[str, Any]:
    """Run every stage up to `last` that is stale, and every one from `first` on; the run's manifest.

    `asked` is kept in the manifest of a finished run: what an equal request is known by.

    Raises:
        InputError: every row was rejected.
        RunError: another run works in the directory.
        UserError: an executor cannot do the work, or does not share the run's directory.
    """
    run = context.run
    with lease.hold(run.path) as held:
        run.refresh()
        run.keep_stages([stage.name for stage in STAGES])
        _describe(context)
        run.save()
        context = context._replace(held=held, interface=figures.address(context.spark), opened={}, told={})
        context = _prepared(context)
        if isinstance(progress, Introduced):
            names = [stage.name for stage in _chosen(last)]
            progress.begin(run.manifest["run_id"], names, partial(_look, context), partial(expected, context))
        _run_stages(context, progress, first, last)
        _check_any_accepted(run)
        if last in (None, STAGES[-1].name):
            _check_accounts(run)
            run.manifest["request"] = asked
        run.manifest["finished_at"] = _now()
        held.check()
        run.save()
    return run.manifest


def read_early(run: Run, settings: Settings, shards: Sequence[Shard], first: str | None) -> pa.Table | None:
    """The rows of a small input, for :class:`Context`, before Spark has started; None where they need not be read.

    What the first queries ask of near duplicates' libraries is asked here, too: Java starts meanwhile.
    """
    spark: Any = None
    ingest, near = STAGES[0], settings.dedup.near
    if near.enabled:
        bands_and_rows(near.threshold, near.num_perm)  # kept; what it imports takes a third of a second
    is_done = run.is_current(ingest.name, _mark(Context(spark, run, settings, shards), ingest))
    return None if is_done and first != ingest.name else inputs.held(shards, settings.ingest)


def _run_stages(context: Context, progress: Progress, first: str | None, last: str | None) -> None:
    """Run the stages up to `last`, each as soon as the tables that it reads are written."""
    names = [stage.name for stage in STAGES]
    chosen = _chosen(last)
    forced = set(names[names.index(first) :] if first else ())
    by_name = {stage.name: stage for stage in chosen}
    writer = {table: stage.name for stage in chosen for table in stage.writes}
    needs = {
        stage.name: frozenset(writer[table] for table in stage.opens(context) if table in writer) for stage in chosen
    }

    def work(name: str) -> None:
        _run_stage(context, by_name[name], name in forced, progress)
        if name == "ingest":
            _check_any_read(context.run, progress)

    def stop(name: str) -> None:
        session.interrupt(context.spark, _tag(context, by_name[name]))

    run_graph(list(by_name), needs, work, _AT_ONCE, stop)


def _chosen(last: str | None) -> tuple[Stage, ...]:
    names = [stage.name for stage in STAGES]
    return STAGES[: names.index(last) + 1 if last else None]


def _prepared(context: Context) -> Context:
    """The context with the number of tasks that suit a cluster, after its nodes have been looked at: they read."""
    if not session.is_spread(context.spark):
        return context
    question = _question(context)
    try:
        answers = nodes.ask(context.spark, question)
    except Exception as error:
        raise causes.explained(error, "looking at the cluster") from error
    nodes.check(answers, question)
    seen = [{key: node[key] for key in ("host", "python", "package", "slots")} for node in answers.nodes()]
    context.run.manifest["nodes"] = seen[:100]
    return context._replace(n_tasks=session.n_tasks_of(len(answers.slots)), rows=None)


def _question(context: Context) -> nodes.Question:
    if not embedded_views(context.settings):
        return nodes.Question(context.run.path, context.shards)
    wanted = encoder_settings(context.settings)
    return nodes.Question(context.run.path, context.shards, wanted.model, wanted.packages)


def _look_again(context: Context) -> None:
    """UserError where a node cannot do the work: one that came after the others had been asked is behind a failure."""
    if context.n_tasks is None:  # one machine
        return
    question = _question(context)
    try:
        answers = nodes.ask(context.spark, question)
    except Exception:
        return
    nodes.check(answers, question)


def rebuild_report(context: Context, progress: Progress) -> None:
    """Make the report of a finished run again."""
    context.run.directory("scored")
    with lease.hold(context.run.path) as held:
        _run_stage(context._replace(held=held), STAGES[-1], True, progress)
        context.run.save()


def check_stages(first: str | None, last: str | None) -> None:
    """SettingsError where --from or --to names no stage, or --to one before --from."""
    names = [stage.name for stage in STAGES]
    for flag, name in (("--from", first), ("--to", last)):
        if name is not None and name not in names:
            raise SettingsError(f"{flag} {name}: no such stage; expected one of {', '.join(names)}")
    if first and last and names.index(last) < names.index(first):
        raise SettingsError(f"--to {last} comes before --from {first}; the order is {', '.join(names)}")


def check_former(runs: Sequence[Run]) -> None:
    """RunError where a former run was read or embedded by another version: what it holds is not comparable."""
    for run, stage in ((run, stage) for run in runs for stage in STAGES if stage.name in ("ingest", "embed")):
        if run.manifest["stages"].get(stage.name, {}).get("version") != stage.version:
            raise RunError(
                f"--against {run.path}: its stage {stage.name} was made by another version of ftq_spark, so that what "
                f"repeats it cannot be told: `ftq run` with its inputs and --out {run.path} makes it anew"
            )


def _run_stage(context: Context, stage: Stage, forced: bool, progress: Progress) -> None:
    mark = _mark(context, stage)
    done = context.run.manifest["stages"]
    if not forced and context.run.is_current(stage.name, mark):
        progress.skipped(stage.name, done[stage.name]["n_rows"])
    else:
        progress.start(stage.name, done["ingest"]["n_rows"] if stage.name != "ingest" else None)
        began, began_at = time.monotonic(), _now("milliseconds")
        directory = context.run.attempt(stage.name, mark)
        say = partial(progress.note, stage.name) if isinstance(progress, Noted) else None
        written = _built(context._replace(reads=stage.opens(context), say=say), stage, directory)
        if written.tables.keys() != set(stage.writes):
            raise FtqError(f"stage {stage.name} wrote {', '.join(written.tables)}; expected {', '.join(stage.writes)}")
        seconds = time.monotonic() - began
        spark = figures.figures(context.interface, _tag(context, stage)) if context.interface else None
        details = {
            "version": stage.version,
            "n_rows": written.n_rows,
            "began_at": began_at,
            "seconds": round(seconds, 3),
            **written.details,
        }
        details |= {"spark": spark} if spark else {}
        if context.held is not None:
            context.held.check()
        context.run.commit(stage.name, mark, directory, written.tables, details)
        progress.done(stage.name, written.n_rows, seconds)
    finished = storage.join(context.run.path, done[stage.name]["directory"])
    shown = {name: f"{done[stage.name]['directory']}/{name}" for name in stage.shows}
    # Also after a skip: one may have been killed.
    top_level.show(context.run.path, shown, partial(_copy, context, stage))
    for name in stage.copies:
        text, copy = storage.read_text(storage.join(finished, name)), storage.join(context.run.path, name)
        if not storage.exists(copy) or storage.read_text(copy) != text:
            storage.write_text(copy, text)


def _copy(context: Context, stage: Stage, copied: Sequence[tuple[str, str]]) -> None:
    with session.tagged(context.spark, _tag(context, stage)):
        files.copy_files(context.spark, copied, context.n_partitions)


def _built(context: Context, stage: Stage, directory: str) -> Written:
    """Run a stage under its own tag, so that its jobs can be told apart, and ended alone."""
    try:
        with session.tagged(context.spark, _tag(context, stage)):
            return stage.build(context, directory)
    except UserError:
        raise
    except Exception as error:
        if "cancel" not in str(error).lower():
            _look_again(context)
        if isinstance(error, FtqError):
            raise
        raise causes.explained(error, f"stage {stage.name}") from error


def _look(context: Context, name: str) -> Reached | None:
    """How far a stage is: in rows by the word of local workers, else in tasks that are known by now."""
    tag = _tag(context, next(stage for stage in STAGES if stage.name == name))
    if told := meter.told(tag):
        n_examples = context.run.manifest["stages"].get("ingest", {}).get("n_rows")
        known = {"examples": n_examples, "texts": (context.told or {}).get(name, n_examples)}.get(told.unit)
        return Reached(min(told.done, known) if known else told.done, known, told.unit)
    tasks = figures.tasks(context.interface, tag) if context.interface else None
    return Reached(*tasks, "tasks") if tasks else None


def _tag(context: Context, stage: Stage) -> str:
    return f"ftq-{context.run.manifest.get('run_id', 'run')}-{stage.name}"


def _mark(context: Context, stage: Stage) -> str:
    """The fingerprint of a stage: equal exactly when its result must be equal."""
    done = context.run.manifest["stages"]
    writers = {table: entry["fingerprint"] for entry in done.values() for table in entry["tables"]}
    return fingerprint(
        {
            "stage": stage.name,
            "version": [__version__, stage.version],
            "settings": stage.depends(context),
            "reads": {table: writers.get(table) for table in stage.opens(context)},
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
    manifest["session"] = session.described(context.spark)
    manifest["settings"] = without_secrets(context.settings.model_dump(mode="json"))
    manifest["against"] = [storage.absolute(run.path) for run in context.against]
    manifest["inputs"] = [shard._asdict() for shard in context.shards]


def _check_any_read(run: Run, progress: Progress) -> None:
    ingest = run.manifest["stages"]["ingest"]
    if not (ingest["n_rows"] or ingest["n_rejects"]):
        raise InputError("the input holds no rows at all")
    if not ingest["n_rows"] and isinstance(progress, Noted):
        progress.note("ingest", "every row was rejected: what follows makes the page that says why")


def _check_any_accepted(run: Run) -> None:
    """Some row is an example; where none is, the run has come to its end all the same, for the page that says why."""
    ingest = run.manifest["stages"]["ingest"]
    if ingest["n_rows"]:
        return
    codes = ", ".join(f"{count:,} {code}" for code, count in ingest["reject_codes"].items())
    page = storage.join(run.path, "report.html")
    where = f"{page} shows them" if storage.exists(page) else f"the rows are in {run.directory('rejects')}"
    raise InputError(
        f"every row of the input was rejected ({codes}); `ftq validate` with the same inputs says of each why, and how "
        f"it is fixed; {where}"
    )


def _check_accounts(run: Run) -> None:
    """Every example has one verdict, and every input row is an example or a reject."""
    stages = run.manifest["stages"]
    counts = {name: stages[name]["n_rows"] for name in ("ingest", "score", "decide", "publish")}
    if len(set(counts.values())) != 1:
        raise FtqError(f"{run.path}: examples were lost between stages: {counts}; no result was published")


def _now(precision: str = "seconds") -> str:
    return datetime.now(timezone.utc).isoformat(timespec=precision)
