"""The front door: what the command line, jobs and notebooks call.

import ftq_spark as ftq

run = ftq.audit("data/", out="runs/a")
run.conflicts()
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ftq_spark.errors import RunError, SettingsError
from ftq_spark.places.redaction import redacted
from ftq_spark.profiles import load, parse
from ftq_spark.progress import Progress, Silent
from ftq_spark.report.outcome import Framed, framed, outcome, outcome_html
from ftq_spark.runs import run as directories
from ftq_spark.runs import storage
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.in_memory import FOLDER, inputs_of
from ftq_spark.runs.request import is_answered, request
from ftq_spark.runs.shards import Shard, find_shards, holds_table, text_bytes, total_bytes
from ftq_spark.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import SparkSession


GivenSettings = str | Path | Mapping[str, Any] | Settings
_SHOWN = ["example_id", "source", "row", "prompt", "response", "verdict"]


class Run(directories.Run):
    """A run directory, and what people ask of it. Nothing here starts Spark but ``table(…, kind="spark")``."""

    @property
    def summary(self) -> dict[str, Any]:
        """Every number of the report.

        Raises:
            RunError: the run has not come to its report.
        """
        file = storage.join(self.path, "summary.json")
        if not storage.exists(file):
            raise RunError(f"{self.path}: no summary.json: {directories.UNFINISHED}")
        return dict(json.loads(storage.read_text(file)))

    def browse(self, height: int = 900) -> Framed:
        """The report to work in, for a notebook: a frame of `height` pixels. Save what you decide in it as a file.

        Raises:
            RunError: the run has not come to its report.
        """
        file = storage.join(self.path, "report.html")
        if not storage.exists(file):
            raise RunError(f"{self.path}: no report.html: {directories.UNFINISHED}")
        return framed(storage.read_text(file), height)

    def table(
        self, name: str, columns: Sequence[str] | None = None, kind: Literal["arrow", "pandas", "spark"] = "arrow"
    ) -> Any:
        """A committed table: a ``pyarrow.Table``, a ``pandas.DataFrame``, or a Spark DataFrame of the active session.

        Arrow and pandas hold the whole table, or the `columns` named, in memory.

        Raises:
            RunError: the run has no such table.
        """
        if kind == "spark":
            from ftq_spark.spark import session

            spark = session.open_session()
            from ftq_spark.spark import tables

            frame = tables.table(spark, self, name)
            return frame.select(*columns) if columns else frame
        from ftq_spark.runs.tables import dataset

        found = dataset(self, name).to_table(columns=list(columns) if columns else None)
        return found.to_pandas() if kind == "pandas" else found

    def explain(self, example_id: str) -> dict[str, Any]:
        """Everything known about one example; `example_id` may be its first digits.

        Raises:
            UserError: no example begins so, or more than one.
        """
        from ftq_spark import explain as explaining

        return explaining.explain(self, example_id)

    def conflicts(self) -> pd.DataFrame:
        """Pairs of examples that contradict each other, the surest first, with both questions and answers.

        Columns: left_id, right_id, score in [0, 1], kind, evidence, and of either side ``left_`` or ``right_`` source,
        row, turn, prompt, response, verdict. turn is the 0-based place of an earlier answer among the messages, whose
        question and answer then stand as prompt and response; not a number for the last answer.
        """
        from ftq_spark.runs.tables import tell_earlier

        columns = ["left_id", "right_id", "score", "kind", "evidence", "left_turn", "right_turn"]
        found = self.table("conflicts", columns, kind="pandas")
        for side in ("left", "right"):
            named = self._examples().add_prefix(f"{side}_")
            named = named.rename(columns={f"{side}_example_id": f"{side}_id"})
            found = found.merge(named, how="left", on=f"{side}_id")
            tell_earlier(self, found, side)
        order = ["score", "left_id", "right_id"]
        values: pd.DataFrame = found.sort_values(order, ascending=[False, True, True], ignore_index=True)
        return values

    def duplicates(self) -> pd.DataFrame:
        """Examples that were dropped as duplicates, each beside the one that it repeats.

        Columns: example_id, source, row, prompt, response, duplicate_of, duplicate_kind, duplicate_similarity, and
        ``kept_`` source, row, prompt, response of the example that stays (missing where it is of a former run).
        """
        kinds = ["duplicate_of", "duplicate_kind", "duplicate_similarity"]
        found = self.table("scored", [*_SHOWN, *kinds], kind="pandas")
        found = found[found["duplicate_of"].notna()].drop(columns="verdict")
        kept = self._examples().drop(columns="verdict").add_prefix("kept_")
        kept = kept.rename(columns={"kept_example_id": "duplicate_of"})
        values: pd.DataFrame = found.merge(kept, how="left").sort_values(["source", "row"], ignore_index=True)
        return values

    def _examples(self) -> pd.DataFrame:
        found: pd.DataFrame = self.table("scored", _SHOWN, kind="pandas")
        return found

    def __repr__(self) -> str:
        return f"Run({self.path!r})"

    def __str__(self) -> str:
        return outcome(self.summary, self.path, shutil.get_terminal_size((120, 24)).columns)

    def _repr_html_(self) -> str:
        return outcome_html(self.summary, self.path)


def open_run(path: str | Path) -> Run:
    """A run that `audit` or `ftq run` wrote, at a local path or a URI.

    Raises:
        RunError: there is none, or its manifest is broken or of another version.
    """
    return Run.open(str(path))


def load_settings(settings: GivenSettings = "default", overrides: Sequence[str] = ()) -> Settings:
    """Settings from a profile's name, a YAML file (a path or a URI), or a mapping of what differs from the default.

    Args:
        overrides: ``dotted.key=value``, put on top.

    Raises:
        SettingsError: a key is unknown, or a value of the wrong type or out of range.
    """
    if isinstance(settings, Settings):
        return settings
    if isinstance(settings, str) and storage.is_uri(settings):
        try:
            text = storage.read_text(settings)
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"settings {redacted(settings)!r} cannot be read ({error})") from error
        return load(parse(text, redacted(settings)), overrides)
    return load(settings, overrides)


def audit(  # noqa: PLR0913  (one parameter per thing that a user may give)
    data: Any,
    out: str | Path,
    settings: GivenSettings = "default",
    *,
    against: Sequence[str | Path] = (),
    spark: SparkSession | None = None,
    master: str | None = None,
    remote: str | None = None,
    table: str | None = None,
    first: str | None = None,
    last: str | None = None,
    progress: Progress | None = None,
) -> Run:
    """Score every example of `data`, find duplicates and conflicts, decide, and write the run directory `out`.

    A second call with the same data and settings does nothing; a change computes again only what depends on it.

    Args:
        data: paths or URIs, ``table:catalog.schema.name``, a list of dicts, a pandas or Spark DataFrame, a
            ``datasets.Dataset``, or a mapping of dataset names to these. What is not on disk is written to
            ``out/inputs``.
        out: a new directory, or an earlier run to go on with; a local path or a URI.
        settings: a profile (``default``, ``article``), a YAML file, a mapping of what differs, or Settings.
        against: former runs, whose kept examples new ones are compared with.
        spark: the session to use; else the active one, else a local one.
        master: of a session that is started here, such as ``local[2]``.
        remote: a Spark Connect server, ``sc://HOST``; by default what SPARK_REMOTE names.
        table: a table of the session's catalog, ``catalog.schema.name``, to which the scored examples are appended.
        first: run this stage and all after it, changed or not.
        last: stop after this stage.
        progress: told what happens.

    Raises:
        InputError: the data cannot be read, or every row was rejected.
        SettingsError: a setting or stage is unknown or out of range.
        RunError: `out` holds something else, or a former run is not finished or of another version.
    """
    chosen = load_settings(settings)
    former = directories.former_runs([str(path) for path in against], str(out))
    run = Run.create(str(out))
    inputs, spark = _inputs(data, storage.join(run.path, FOLDER), master, remote, spark)
    shards = find_shards(inputs)
    asked = request(run, chosen, shards, former)
    progress = progress or Silent()
    if first is None and last is None and is_answered(run, asked):
        for name, stage in run.manifest["stages"].items():
            progress.skipped(name, stage["n_rows"])
    else:
        from ftq_spark.spark import session

        session.check_installed()
        if first or last or chosen.contamination.benchmarks or former:
            _check_wanted(first, last, chosen, former)
        is_new = "publish" not in run.manifest["stages"] and chosen.output.compression == "none"
        directories.check_out(run.path, total_bytes(shards) if is_new and last is None else 0)
        import pyspark.sql  # noqa: F401  (whole, before two threads need it)

        with ThreadPoolExecutor(1) as pool:  # while Java starts: a second of imports, and the rows of a small input
            read = pool.submit(lambda: import_module("ftq_spark.pipeline").read_early(run, chosen, shards, first))
            spark = _session(master, remote, spark, None if former else text_bytes(shards))
            rows = read.result()
        from ftq_spark import pipeline
        from ftq_spark.stages import Context

        pipeline.execute(Context(spark, run, chosen, shards, former, rows=rows), progress, first, last, asked)
    if table is not None and last is None:
        from ftq_spark.spark import catalog

        catalog.append(_session(master, remote, spark), run, table)
    return run


def _inputs(
    data: Any, folder: str, master: str | None, remote: str | None, spark: SparkSession | None
) -> tuple[list[str], SparkSession | None]:
    """`data` as what names files, with what a catalog holds written below `folder`; and the session, if it took one."""
    inputs = inputs_of(data, folder)
    if any(holds_table(item) for item in inputs):
        spark = _session(master, remote, spark)
        from ftq_spark.spark import catalog

        inputs = catalog.resolved(inputs, folder, spark)
    return inputs, spark


def _check_wanted(first: str | None, last: str | None, settings: Settings, former: Sequence[directories.Run]) -> None:
    """UserError for a stage, a benchmark or a former run that does not serve: said before Spark starts."""
    from ftq_spark import pipeline
    from ftq_spark.stages import check_benchmarks

    pipeline.check_stages(first, last)
    check_benchmarks(settings.contamination)
    pipeline.check_former(former)


def _session(
    master: str | None, remote: str | None, spark: SparkSession | None, n_bytes: int | None = None
) -> SparkSession:
    from ftq_spark.spark import session

    return session.open_session(master, n_bytes, keep_classes=True, session=spark, remote=remote)


@of_any_version
def rebuild_report(run: str | Path, progress: Progress | None = None) -> Run:
    """Make report.html and summary.json of a finished run again, with the review results that have come in."""
    opened = open_run(run)
    opened.directory("scored")
    settings = opened.settings
    from ftq_spark.spark import session

    session.check_installed()
    from ftq_spark import pipeline
    from ftq_spark.stages import Context

    shards = [Shard(**item) for item in opened.manifest["inputs"]]
    context = Context(session.open_session(n_bytes=text_bytes(shards)), opened, settings, shards)
    pipeline.rebuild_report(context, progress or Silent())
    return opened


def plan(
    data: Any, settings: GivenSettings = "default", *, spark: SparkSession | None = None, master: str | None = None
) -> dict[str, Any]:
    """What an audit of `data` would do, from a sample: rows, candidate pairs, largest blocks, embedding time.

    Raises:
        InputError: the data cannot be read.
    """
    from ftq_spark.spark import session

    session.check_installed()
    from ftq_spark import planning

    chosen = load_settings(settings)
    with tempfile.TemporaryDirectory() as folder:
        inputs, spark = _inputs(data, folder, master, None, spark)
        shards = find_shards(inputs)
        return planning.plan(session.open_session(master, text_bytes(shards), session=spark), shards, chosen)


def validate(
    data: Any,
    *,
    limit: int = 100,
    max_tokens: int | None = None,
    tokenizer: str | None = None,
    settings: GivenSettings = "default",
    template: str | None = None,
) -> dict[str, Any]:
    """Check the format of `data` alone, without Spark: what cannot be read, and what a trainer would silently drop.

    Args:
        limit: rejects and warnings that are listed; all are counted.
        max_tokens: where the trainer cuts.
        tokenizer: the model's ``tokenizer.json``; without it tokens are estimated.
        settings: of which those of ``ingest`` are used.
        template: the model's folder, or its name in the hub's cache: each row is rendered by its chat template, read by
            its tokenizer, and what is lost or not trained on is a warning.

    Returns:
        The keys of :func:`ftq_spark.validation.validate`.
    """
    from ftq_spark import validation
    from ftq_spark.models.template import load_template

    with tempfile.TemporaryDirectory() as folder:
        counting = validation.token_counting(max_tokens, tokenizer)
        loaded = None if template is None else load_template(template)
        ingest = load_settings(settings).ingest
        return validation.validate(inputs_of(data, folder), limit, counting, ingest, loaded)
