"""Tables of a catalog, and directories of Delta, Iceberg and Hudi: read as inputs, and results appended to a table.

Spark reads and writes them with what the session has; nothing here knows their formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from ftq_spark.errors import FtqError, InputError, UserError
from ftq_spark.runs import lakehouse, storage
from ftq_spark.runs.in_memory import inputs_of
from ftq_spark.runs.run import Run
from ftq_spark.runs.shards import name_and_path
from ftq_spark.spark import causes
from ftq_spark.spark.tables import table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_NAME = re.compile(r"^[^.\s`]+(\.[^.\s`]+){0,2}$")
_FILE_BYTES = 128 << 20  # of a file of the table, as the run's own files are compressed
MARKS = ("run_id", "result")  # columns that a table has beside those of scored


def resolved(inputs: Sequence[str], directory: str, spark: SparkSession) -> list[str]:
    """`inputs`, with the rows of tables written below `directory`, where every row has a file and a number.

    Raises:
        InputError: a table is not there, or the session has no source that reads it.
    """
    found = []
    for item in inputs:
        dataset, path = name_and_path(item)
        kind = None if lakehouse.is_table(path) else lakehouse.kind_of(path)
        if lakehouse.is_table(path):
            frame = _opened(spark.read.table, _checked(path.removeprefix(lakehouse.PREFIX)), path)
        elif kind is not None:
            frame = _opened(spark.read.format(kind.lower()).load, storage.spark_path(path), f"{path}: a {kind} table")
        else:
            found.append(item)
            continue
        stem = dataset or re.split(r"[./]", path.rstrip("/"))[-1]
        found += inputs_of(frame, directory, stem)
    return found


def _opened(read: Callable[[str], DataFrame], where: str, what: str) -> DataFrame:
    try:
        frame = read(where)
        frame.schema  # noqa: B018  (over Connect a frame is made without a look)
    except Exception as error:
        cause = causes.last_cause(str(error))
        raise InputError(f"{what}: this session cannot read it ({cause}); expected a session that has it") from error
    return frame


def append(spark: SparkSession, run: Run, name: str) -> int:
    """Append the scored examples of `run` to the table `name`, which is made where there is none; how many were new.

    Each row says its run_id and its result (which changes with anything that can change it): what was appended before
    is not appended again.

    Raises:
        UserError: the name is none, the table has not these columns, or holds a part of this result.
        FtqError: other rows are found afterwards than were written.
    """
    _checked(name)
    stage = run.manifest["stages"]["publish"]
    marks = dict(zip(MARKS, (run.run_id, stage["fingerprint"][:12]), strict=True))
    try:
        n_held = _held(spark, name, marks)
        if n_held == stage["n_rows"]:
            return 0
        if n_held:
            where = " AND ".join(f"{key} = '{value}'" for key, value in marks.items())
            raise UserError(
                f"--table {name}: it holds {n_held:,} of the {stage['n_rows']:,} rows of this result, which an attempt "
                f"left that was ended: DELETE FROM {name} WHERE {where}"
            )
        frame = table(spark, run, "scored").withColumns({key: F.lit(value) for key, value in marks.items()})
        n_files = 1 + sum(size for _, size in storage.list_files(run.directory("scored"))) // _FILE_BYTES
        frame.repartition(n_files, "example_id").write.mode("append").saveAsTable(name)
        n_found = _held(spark, name, marks)
    except FtqError:
        raise
    except Exception as error:
        raise causes.explained(error, f"--table {name}") from error
    if n_found != stage["n_rows"]:
        raise FtqError(f"--table {name}: {stage['n_rows']:,} rows were written, {n_found:,} are found in it")
    return n_found


def _held(spark: SparkSession, name: str, marks: dict[str, str]) -> int:
    """How many rows of a result the table holds; none where there is no table."""
    if not spark.catalog.tableExists(name):
        return 0
    frame = spark.read.table(name)
    if missing := [key for key in MARKS if key not in frame.columns]:
        raise UserError(f"--table {name}: a table of something else: it has no column {missing[0]}")
    return frame.where(" and ".join(f"{key} = '{value}'" for key, value in marks.items())).count()


def _checked(name: str) -> str:
    if not _NAME.match(name):
        raise UserError(f"{name!r} is no name of a table: expected catalog.schema.name")
    return name
