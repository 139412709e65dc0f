"""Tables of a run as DataFrames: read by the columns that their footers name."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from chispa import assert_df_equality
from pyspark.sql.types import StructType

from ftq_spark import schema
from ftq_spark.runs.run import Run
from ftq_spark.settings import Settings
from ftq_spark.spark import frames
from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.tables import read_table
from ftq_spark.stages.context import Context

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROWS = [("a", ["x", "y"], {"n": 1}, 1), ("b", None, None, 2), ("c", [], {"n": None}, None)]
COLUMNS = "id string, words array<string>, place struct<n:bigint>, part int"


def n_jobs(spark: SparkSession, group: str) -> int:
    """How many jobs a group has run. They are counted late but in order: once one more is there, all before it are."""
    tracker = spark.sparkContext.statusTracker()
    spark.sparkContext.setJobGroup(f"after {group}", "")
    spark.range(1).collect()
    begin = time.monotonic()
    while not tracker.getJobIdsForGroup(f"after {group}"):
        assert time.monotonic() - begin < 60
        time.sleep(0.05)
    return len(tracker.getJobIdsForGroup(group))


def test_a_table_is_read_as_spark_would_without_a_job(spark: SparkSession, tmp_path: Path) -> None:
    frame = spark.createDataFrame(ROWS, COLUMNS)
    for name, by in (("whole", []), ("parted", ["part"])):
        path = str(tmp_path / name)
        frame.write.partitionBy(*by).parquet(path)
        spark.sparkContext.setJobGroup(f"ours of {name}", "")
        found = read_table(spark, path)
        assert n_jobs(spark, f"ours of {name}") == 0
        spark.sparkContext.setJobGroup(f"Spark's of {name}", "")
        expected = spark.read.parquet(path)
        assert n_jobs(spark, f"Spark's of {name}") > 0  # what is spared
        assert_df_equality(found, expected, ignore_row_order=True)
    spark.sparkContext.setJobGroup("", "")


def test_a_table_of_no_rows_and_one_that_spark_did_not_write(spark: SparkSession, tmp_path: Path) -> None:
    frame = spark.createDataFrame(ROWS, COLUMNS).where("false")
    frame.write.parquet(str(tmp_path / "empty"))
    found = read_table(spark, str(tmp_path / "empty"))
    assert_df_equality(found, frame)
    if spark.version >= "4":
        assert found.inputFiles() == []  # joins with it fall away
    (tmp_path / "other").mkdir()
    pq.write_table(pa.table({"x": [1, 2]}), tmp_path / "other" / "part-0.parquet")
    assert [row.x for row in read_table(spark, str(tmp_path / "other")).collect()] == [1, 2]


def test_the_rows_of_a_small_table_go_with_the_plan_and_those_of_one_that_is_large_in_memory_stay_in_its_files(
    spark: SparkSession, tmp_path: Path
) -> None:
    repeated = pa.table({"x": ["a" * 100_000] * 100 + [None]})  # of 10 MB a file of some hundred kilobytes
    for name, rows in (("small", pa.table({"x": ["é\u0000", "", None]})), ("repeated", repeated)):
        (tmp_path / name).mkdir()
        pq.write_table(rows, tmp_path / name / "part-0.parquet", row_group_size=50)
        found = read_table(spark, str(tmp_path / name))
        assert len(found.inputFiles()) == (1 if name == "repeated" or spark.version < "4" else 0)
        assert found.rdd.getNumPartitions() == 1
        assert [row.x for row in found.collect()] == rows["x"].to_pylist()


def test_a_small_table_of_several_files_and_one_in_folders_are_read_in_full(
    spark: SparkSession, tmp_path: Path
) -> None:
    frame = spark.createDataFrame(ROWS, COLUMNS)
    frame.repartition(3, "id").write.parquet(str(tmp_path / "files"))
    frame.write.partitionBy("part").parquet(str(tmp_path / "folders"))
    for name in ("files", "folders"):
        assert_df_equality(read_table(spark, str(tmp_path / name)), frame, ignore_row_order=True)


def test_a_table_that_the_driver_wrote_has_the_columns_that_spark_would_give_it(
    spark: SparkSession, tmp_path: Path
) -> None:
    context = Context(spark, Run.create(str(tmp_path)), Settings(), [])
    spark.sparkContext.setJobGroup("held", "")
    for name, columns in vars(schema).items():
        if isinstance(columns, pa.Schema):
            assert context.write_held(columns.empty_table(), name) == 0
            expected = spark_columns(columns)
            assert context.read(name).schema == expected, name
    assert n_jobs(spark, "held") == 0
    spark.sparkContext.setJobGroup("", "")


def test_rows_of_the_driver_are_a_frame_that_no_python_worker_makes(spark: SparkSession) -> None:
    columns = pa.schema(
        [("name", pa.string()), ("n", pa.int64()), ("turns", pa.list_(pa.struct([("a", pa.string())])))]
    )
    rows = [("x", 1, [{"a": "é\u0000"}]), (None, None, None), ("", 1 << 40, [])]
    for held in (rows, []):
        frame = frames.of_rows(spark, iter(held), columns)
        assert frame.columns == columns.names
        assert [
            (row["name"], row["n"], None if row["turns"] is None else [t.asDict() for t in row["turns"]])
            for row in frame.collect()
        ] == held
        assert frame.schema.simpleString() == "struct<name:string,n:bigint,turns:array<struct<a:string>>>"
        if spark.version >= "4":
            assert "ExistingRDD" not in frame._jdf.queryExecution().toString()


def test_columns_are_those_that_ddl_would_name() -> None:
    turns = pa.list_(pa.struct([("role", pa.string()), ("weight", pa.float32())]))
    types = [pa.string(), pa.binary(), pa.bool_(), pa.int32(), pa.int64(), pa.float32(), pa.float64(), turns]
    found = spark_columns(pa.schema([(f"{letter} b", type_) for letter, type_ in zip("stuvwxyz", types, strict=True)]))
    assert found == StructType.fromDDL(
        "`s b` string, `t b` binary, `u b` boolean, `v b` int, `w b` bigint, `x b` float, `y b` double, "
        "`z b` array<struct<role: string, weight: float>>"
    )
