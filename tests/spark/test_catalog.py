"""Tables of a catalog, and of Delta, as inputs; results appended to a table, each once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

import ftq_spark as ftq
from ftq_spark.errors import FtqError, InputError, UserError
from ftq_spark.runs.run import Run
from ftq_spark.runs.shards import find_shards
from ftq_spark.spark import catalog

ROWS = [{"prompt": f"Name a word with {n} letters, please.", "response": f"{'a' * n}, of course."} for n in range(1, 9)]
CHEAP = {"dedup": {"semantic": {"enabled": False}, "near": {"enabled": False}}, "conflict": {"enabled": False}}


@pytest.fixture
def schema(spark: SparkSession, tmp_path: Path) -> Iterator[str]:
    """A schema of the session's catalog whose files lie in the test's own folder."""
    spark.sql(f"CREATE SCHEMA ftq_catalog_test LOCATION 'file://{tmp_path}/warehouse'")
    yield "spark_catalog.ftq_catalog_test"
    spark.sql("DROP SCHEMA ftq_catalog_test CASCADE")


def test_a_table_in_and_a_table_out(spark: SparkSession, schema: str, tmp_path: Path) -> None:
    spark.createDataFrame(ROWS).repartition(2, "prompt").write.saveAsTable(f"{schema}.chats")
    given, out = f"mine=table:{schema}.chats", f"{schema}.scored"
    run = ftq.audit([given], tmp_path / "run", CHEAP, spark=spark, table=out)
    assert run.summary["rows"]["read"] == len(ROWS)
    held = spark.read.table(out)
    assert {(row["run_id"], row["dataset"]) for row in held.collect()} == {(run.run_id, "mine")}
    assert sorted(row["prompt"] for row in held.collect()) == sorted(row["prompt"] for row in ROWS)
    assert set(Run.open(run.path).manifest["stages"]) == set(run.manifest["stages"])
    assert catalog.append(spark, run, out) == 0  # it is there
    assert spark.read.table(out).count() == len(ROWS)
    other = ftq.audit([given], tmp_path / "other", CHEAP, spark=spark, table=out)
    assert spark.read.table(out).groupBy("run_id").count().collect().__len__() == 2
    assert other.run_id != run.run_id
    stage = run.manifest["stages"]["publish"]
    stage["n_rows"] += 1  # as if an append had been ended half way
    with pytest.raises(UserError, match=r"it holds 8 of the 9 rows of this result.*DELETE FROM .* WHERE run_id = "):
        catalog.append(spark, run, out)
    with pytest.raises(UserError, match="a table of something else: it has no column run_id"):
        catalog.append(spark, run, f"{schema}.chats")
    for name in ("a.b.c.d", "a b", "x`; DROP TABLE y"):
        with pytest.raises(UserError, match="is no name of a table"):
            catalog.append(spark, run, name)
    with pytest.raises(FtqError, match=r"--table spark_catalog\.nowhere\.x: .*catalog has no such place") as raised:
        catalog.append(spark, run, "spark_catalog.nowhere.x")
    assert raised.value.exit_code == 2


def test_a_table_that_is_not_there_is_said(spark: SparkSession, schema: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"table:.*\.none: this session cannot read it \(.*TABLE_OR_VIEW_NOT_FOUND"):
        ftq.audit(f"table:{schema}.none", tmp_path / "run", CHEAP, spark=spark)


def test_a_delta_directory_is_read_through_spark_or_not_at_all(spark: SparkSession, tmp_path: Path) -> None:
    table = tmp_path / "chats"
    (table / "_delta_log").mkdir(parents=True)
    (table / "part-0.jsonl").write_text(json.dumps({"prompt": "deleted", "response": "deleted"}) + "\n")
    with pytest.raises(InputError, match=r"chats: a Delta table: this session cannot read it \(.*delta"):
        catalog.resolved([str(table)], str(tmp_path / "inputs"), spark)
    datasource = pytest.importorskip("pyspark.sql.datasource", reason="sources in Python are of Spark 4")

    class Reader(datasource.DataSourceReader):
        def read(self, partition: Any) -> Iterator[tuple[str, str]]:
            yield from ((f"What is {n} and one?", str(n + 1)) for n in range(3))

    class Delta(datasource.DataSource):
        """A session that has a source of this name."""

        @classmethod
        def name(cls) -> str:
            return "delta"

        def schema(self) -> str:
            return "prompt string, response string"

        def reader(self, schema: StructType) -> Reader:
            return Reader()

    spark.dataSource.register(Delta)
    found = catalog.resolved([f"mine={table}"], str(tmp_path / "inputs"), spark)
    assert found == [f"mine={tmp_path}/inputs/mine.parquet"]
    assert find_shards(found)[0].dataset == "mine"
    assert sorted(row["response"] for row in spark.read.parquet(f"{tmp_path}/inputs/mine.parquet").collect()) == [
        "1",
        "2",
        "3",
    ]
