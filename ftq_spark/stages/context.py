"""What a stage is, what it works with, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ftq_spark.errors import FtqError
from ftq_spark.kernels.conflict.calibration import PRIOR, Calibration
from ftq_spark.review.conflicts import read_calibration, read_conflict_labels
from ftq_spark.review.decisions import read_decisions
from ftq_spark.review.ledger import read_findings
from ftq_spark.runs import storage
from ftq_spark.runs.lease import Lease
from ftq_spark.runs.run import Run, count_rows
from ftq_spark.runs.shards import Shard
from ftq_spark.settings import Settings
from ftq_spark.spark import counted, session
from ftq_spark.spark.tables import read_table, table
from ftq_spark.transforms import former

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession


class Context(NamedTuple):
    """What a stage works with."""

    spark: SparkSession
    run: Run
    settings: Settings
    shards: Sequence[Shard]
    against: tuple[Run, ...] = ()  # former runs, oldest first, whose standing examples new ones are compared with
    reads: tuple[str, ...] = ()  # the tables that the running stage has declared
    n_tasks: int | None = None  # three for each slot of the cluster, where it was asked
    held: Lease | None = None  # the right to write into the run
    interface: str | None = None  # where Spark tells of its work (:mod:`ftq_spark.spark.figures`)
    say: Callable[[str], None] | None = None  # told what a person who watches the running stage should know
    opened: dict[str, DataFrame] | None = None  # tables that stages have read, by directory, of which none changes
    rows: pa.Table | None = None  # of a small input (INGESTED), that was read while Spark started
    told: dict[str, int] | None = None  # by stage: of how much those who watch are told how much is done

    def table(self, name: str) -> DataFrame:
        """A table of the run. FtqError where the stage has not declared it: a change of it would pass unnoticed."""
        if name not in self.reads:
            raise FtqError(f"table {name!r} was opened by a stage that declares {', '.join(self.reads) or 'none'}")
        return self._opened(self.run.directory(name))

    def earlier(self, name: str) -> DataFrame | None:
        """What an earlier attempt of the running stage left as `name`, to be taken over; None where it left nothing."""
        return table(self.spark, self.run, name) if self.run.has(name) else None

    def kept(self, stage: str) -> list[DataFrame]:
        """What attempts of `stage` that came to no end have kept."""
        return [read_table(self.spark, directory) for directory in self.run.kept(stage)]

    def keep(self, stage: str, directory: str, n_rows: int) -> None:
        """Keep a finished part of `stage`, written below the run, for an attempt that comes after this one."""
        if self.held is not None:
            self.held.check()
        self.run.keep(stage, directory, n_rows)

    def former(self, name: str, runs: Sequence[Run] | None = None) -> DataFrame:
        """The rows of a table of former runs (all, or those given) that belong to standing examples."""
        chosen = {
            number: (table(self.spark, run, name), table(self.spark, run, "verdicts"))
            for number, run in enumerate(self.against)
            if runs is None or run in runs
        }
        return former.united(chosen)

    @property
    def compared(self) -> DataFrame:
        """The examples of this run and, where it is compared with former ones, those that stand there."""
        examples = self.table("examples")
        return examples.unionByName(self.former("examples")) if self.against else examples

    @property
    def n_compared(self) -> int:
        """So many examples are :attr:`compared` at most."""
        return sum(run.manifest["stages"]["ingest"]["n_rows"] for run in (self.run, *self.against))

    @property
    def former_marks(self) -> list[str]:
        """What changes with anything in the former runs."""
        return [run.manifest["stages"]["decide"]["fingerprint"] for run in self.against]

    def read(self, directory: str) -> DataFrame:
        """A table that this stage has written below the run."""
        return self._opened(storage.join(self.run.path, directory))

    def _opened(self, directory: str) -> DataFrame:
        """A table of the run, found out about once: Spark lists and resolves each as long as it plans a small query."""
        if self.opened is None:
            return read_table(self.spark, directory)
        if directory not in self.opened:
            self.opened[directory] = read_table(self.spark, directory)
        return self.opened[directory]

    def write(self, frame: DataFrame, directory: str, partition_by: Sequence[str] = ()) -> int:
        """Write a table below the run; the number of its rows, counted where they are written and in the files."""
        return self.write_counted(frame, directory, {}, partition_by)["n"]

    def write_counted(
        self, frame: DataFrame, directory: str, sums: Mapping[str, Column], partition_by: Sequence[str] = ()
    ) -> dict[str, int]:
        """The same: ``n``, and `sums` that are taken in the pass that writes, in the place of a query of their own."""
        found = counted.write_table(frame, storage.join(self.run.path, directory), partition_by, sums)
        self.run.wrote(directory, found["n"])
        return found

    def write_empty(self, columns: pa.Schema, directory: str) -> int:
        """Write a table without rows below the run, where Spark would run a job for nothing; 0, the number of rows."""
        return self.write_held(columns.empty_table(), directory)

    @property
    def n_partitions(self) -> int:
        """How many tasks a costly pass is cut into."""
        return self.settings.execution.tasks or self.n_tasks or session.n_tasks(self.spark)

    def write_held(self, rows: pa.Table, directory: str, n_files: int = 1) -> int:
        """Write rows that the driver holds as a table below the run, without a Spark job; their number."""
        place = storage.join(self.run.path, directory)
        size = max(1, -(-len(rows) // n_files))
        for number, begin in enumerate(range(0, max(1, len(rows)), size)):
            with storage.output(storage.join(place, f"part-{number}.parquet")) as sink:
                pq.write_table(rows.slice(begin, size), sink)
        counted.agree(place, "rows", len(rows), count_rows(place))
        self.run.wrote(directory, len(rows))
        return len(rows)

    @property
    def findings(self) -> list[tuple[str, str, str | None]]:
        """content_hash, verdict and reviewer of what people decided of this run, and found wrong or disputed in it.

        A decision (keep, drop) names its reviewer, and stands in the place of what was found by drawing.
        """
        decided = {entry["content_hash"]: entry for entry in read_decisions(self.run.path)}
        found = {(item["content_hash"], item["verdict"], None) for item in read_findings(self.run.path)}
        found = {item for item in found if item[0] and item[0] not in decided}
        said = {(name, entry["verdict"], entry["reviewer"]) for name, entry in decided.items()}
        return sorted(found | said, key=lambda item: item[:2])

    @property
    def edits(self) -> list[dict[str, str]]:
        """Answers that people have corrected: content_hash, response, reviewer, time, note, by content_hash."""
        names = ("content_hash", "response", "reviewer", "time", "note")
        found = [entry for entry in read_decisions(self.run.path) if "response" in entry]
        return sorted(({name: entry[name] for name in names} for entry in found), key=lambda edit: edit["content_hash"])

    @property
    def pair_labels(self) -> list[tuple[str, str, str]]:
        """Contents (two hashes, sorted) and verdict (conflict, compatible) of the pairs that reviewers settled."""
        kept = read_conflict_labels(self.run.path)
        return sorted((*entry["contents"], entry["verdict"]) for entry in kept if entry["verdict"] != "unsure")

    @property
    def calibration(self) -> tuple[Calibration, dict[str, Any]]:
        """What reviewers' verdicts taught of the scores of conflicts, and its figures; nothing where none came in."""
        found = read_calibration(self.run.path)
        if found is None:
            return PRIOR, {"state": PRIOR.state, "n_labels": 0}
        figures = {name: found[name] for name in ("state", "n_labels", "n_conflicts", "candidates")}
        return Calibration(found["state"], found["intercept"], tuple(found["weights"])), figures


class Written(NamedTuple):
    """What a stage leaves behind: its tables (name → directory below the run), and figures for the manifest."""

    tables: dict[str, str]
    n_rows: int
    details: Mapping[str, Any] = MappingProxyType({})


class Stage(NamedTuple):
    """A step of a run: what it reads and writes, what it depends on, and the function that does it."""

    name: str
    version: int  # raised whenever the same inputs and settings can give another result
    reads: tuple[str, ...]  # the tables whose change makes it stale, but for those `spared`; it can open no other
    writes: tuple[str, ...]  # the tables that it leaves
    depends: Callable[[Context], Any]  # what else can change its result: settings, versions, findings
    build: Callable[[Context, str], Written]  # context, fresh directory relative to the run
    shows: tuple[str, ...] = ()  # directories of its own that the run's top level links to
    copies: tuple[str, ...] = ()  # small files of its own that stand at the run's top level too
    spared: Callable[[Context], Collection[str]] = lambda _: ()  # of `reads` what it does not open as settings stand

    def opens(self, context: Context) -> tuple[str, ...]:
        """The tables that it can open in this run: those that it waits for, and whose change makes it stale."""
        spared = self.spared(context)
        return tuple(name for name in self.reads if name not in spared)
