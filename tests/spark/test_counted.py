"""Rows are counted where they are written and in the files that are found; every slot says what it is and sees."""

from __future__ import annotations

import errno
import gzip
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pyspark.sql import Observation, SparkSession
from pyspark.sql import functions as F
from runs import read, run

from ftq_spark import __version__, pipeline
from ftq_spark.cli.app import invoke
from ftq_spark.errors import FtqError, UserError
from ftq_spark.runs import lease, storage, top_level
from ftq_spark.runs.run import Run
from ftq_spark.runs.shards import find_shards
from ftq_spark.settings import Settings
from ftq_spark.spark import causes, counted, files, nodes, session
from ftq_spark.stages import Context, Stage

SAMPLE = Path(__file__).resolve().parents[1] / "sample" / "shards" / "preferences.jsonl"
listed = storage.list_files


def without_the_first(path: str, hidden: bool = False) -> list[tuple[str, int]]:
    """What a driver finds that does not see one executor's files."""
    return listed(path, hidden)[1:]


class Silent(Observation):
    """What Spark Connect gives of a write where the metrics came too late."""

    @property
    def get(self) -> dict[str, Any]:
        return {}


def test_a_write_of_which_nothing_is_told_is_counted_in_its_files(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = spark.range(0, 1000, 1, 4).selectExpr("id", "id % 2 as half", "concat('zeile ', id, ' ü') as value")
    sums = {"n_even": F.count_if(F.col("half") == 1), "total": F.sum("id"), "none": F.sum(F.lit(None).cast("bigint"))}
    monkeypatch.setattr(counted, "Observation", Silent)
    found = counted.write_table(rows, str(tmp_path / "all"), ["half"], sums)
    assert found == {"n": 1000, "n_even": 500, "total": 499_500, "none": 0}
    empty = counted.write_table(rows.where("id < 0"), str(tmp_path / "empty"), sums=sums)
    assert empty == {"n": 0, "n_even": 0, "total": 0, "none": 0}
    monkeypatch.setattr(storage, "list_files", without_the_first)
    with pytest.raises(FtqError, match="the tasks wrote 1,000 rows, "):
        counted.write_table(rows, str(tmp_path / "unseen"))


def test_rows_that_the_driver_does_not_see_are_no_success(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = spark.range(0, 1000, 1, 4).selectExpr("id", "id % 2 as half", "concat('zeile ', id, ' ü') as value")
    sums = {"n_even": F.count_if(F.col("half") == 1), "total": F.sum("id"), "none": F.sum(F.lit(None).cast("bigint"))}
    found = counted.write_table(rows, str(tmp_path / "all"), ["half"], sums)
    assert found == {"n": 1000, "n_even": 500, "total": 499_500, "none": 0}
    empty = counted.write_table(rows.where("id < 0"), str(tmp_path / "empty"), sums=sums)
    assert empty == {"n": 0, "n_even": 0, "total": 0, "none": 0}
    lines = rows.selectExpr("if(half = 0, 'a', 'b') as folder", "'s' as shard", "value", "id")
    lines = lines.repartition("folder", "shard").sortWithinPartitions("folder", "shard", "id")
    expected = {name: b"".join(f"zeile {n} ü\n".encode() for n in range(at, 1000, 2)) for at, name in enumerate("ab")}
    for compression in ("none", "gzip"):
        written = files.write_lines(lines, str(tmp_path / compression), compression)
        for name in "ab":
            found = (
                tmp_path / compression / name / ("s.jsonl" + (".gz" if compression == "gzip" else ""))
            ).read_bytes()
            assert written[name] == (500, len(found))
            assert (gzip.decompress(found) if compression == "gzip" else found) == expected[name]
    assert files.write_lines(lines.where("id < 0"), str(tmp_path / "no lines"), "none") == {}
    monkeypatch.setattr(storage, "list_files", without_the_first)
    with pytest.raises(FtqError, match="a table of no rows, and no file of it is found here"):
        counted.write_table(rows.where("id < 0"), str(tmp_path / "no rows"))
    with pytest.raises(FtqError, match=r"the tasks wrote 1,000 rows, 750 are found here, so nothing was committed"):
        counted.write_table(rows, str(tmp_path / "some"))
    with pytest.raises(FtqError, match=r"the tasks wrote 2 files, 1 are found"):
        files.write_lines(lines, str(tmp_path / "some lines"), "none")


def test_every_slot_is_asked(spark: SparkSession, tmp_path: Path) -> None:
    shards = find_shards([str(SAMPLE)])
    question = nodes.Question(str(tmp_path), shards, None, pause=0.0)
    answers = nodes.ask(spark, question)
    assert len(answers.slots) == 2  # local[2]
    (node,) = answers.nodes()
    assert (node["slots"], node["package"], node["sees_out"], node["unseen"]) == (2, __version__, True, [])
    assert list(tmp_path.iterdir()) == []
    nodes.check(answers, question)
    gone = question._replace(shards=[shards[0]._replace(n_bytes=1)])
    with pytest.raises(UserError, match=r"cannot read the input .*preferences\.jsonl: give a URI"):
        nodes.check(nodes.ask(spark, gone), gone)


HAS = dict.fromkeys(("pyarrow", "pandas", "numpy", "datasketch", "onnxruntime"), "1")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sees_out": False}, "--out /runs/a is not shared: worker sees another one than driver; give a URI"),
        ({"python": "3.9.2"}, "Python 3.9.2, the driver has 3.11.7"),
        ({"package": None}, "no ftq_spark, expected"),
        ({"package": "0.0.1"}, "ftq_spark 0.0.1, expected"),
        ({"versions": {"pyarrow": None}}, "no pyarrow: ship an environment"),
        ({"model": None}, "no embedding model 'm'"),
        ({"versions": {**HAS, "onnxruntime": None}}, "no onnxruntime: install 'ftq-spark[onnx]' there"),
    ],
)
def test_a_node_that_would_not_do_is_named(change: dict[str, Any], message: str) -> None:
    node = {"host": "worker", "executable": "python", "python": "3.11.2", "package": __version__, "sees_out": True}
    node |= {"versions": HAS, "unseen": [], "model": "/m", "left": ""}
    question = nodes.Question("/runs/a", model="m", needed=["onnxruntime"])
    driver = {**node, "host": "driver", "python": "3.11.7"}
    nodes.check(nodes.Answers(driver, [node]), question)
    # Though another slot of that host is well.
    both = nodes.Answers(driver, [node, {**node, **change}]).nodes()
    assert [found["slots"] for found in both] == [1, 1]
    with pytest.raises(UserError, match="worker") as raised:
        nodes.check(nodes.Answers(driver, [node, {**node, **change}]), question)
    assert message in str(raised.value)


def no_links(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


def test_a_run_without_links_while_nobody_else_works_there(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "symlink", no_links)
    cheap = {"dedup__semantic__enabled": False, "conflict__enabled": False}
    done = run(tmp_path / "run", SAMPLE, **cheap)
    stages = done.manifest["stages"]
    assert stages["ingest"]["n_read"] == 62 == stages["ingest"]["n_rows"] + stages["ingest"]["n_rejects"]
    assert list(stages["score"]["counted"].values()) == [60]
    assert done.manifest["session"]["master"] == "local[2]"
    shown = json.loads((tmp_path / "run" / top_level.POINTER).read_text())
    assert set(shown) == {"scored", "clean", "edited", "dropped", "review", "rejected"}
    n_lines = sum(
        len(path.read_bytes().splitlines())
        for folder in ("clean", "dropped", "review")
        for path in (tmp_path / "run" / folder).glob("*.jsonl")
    )
    assert n_lines == read(done, "scored").num_rows == 60
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "run").rglob("*") if path.is_file()}
    run(tmp_path / "run", SAMPLE, **cheap)
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "run").rglob("*") if path.is_file()}
    assert {path.name for path in after if after[path] != before.get(path)} == {"manifest.json"}
    capsys.readouterr()
    with lease.hold(str(tmp_path / "run")):
        assert invoke(["run", str(SAMPLE), "--out", str(tmp_path / "run")]) == 2
    assert "another run works there (process" in " ".join(capsys.readouterr().err.split())


def test_a_worker_that_hangs_is_ended(spark: SparkSession) -> None:
    timeout = "spark.sql.execution.pyspark.udf.idleTimeoutSeconds"
    if spark.version < "4.1":
        pytest.skip("this Spark does not end workers that hang")
    session.open_session(session=spark)
    assert spark.conf.get(timeout) == session.RUNTIME[timeout]

    def hang(batches: Iterator[Any]) -> Iterator[Any]:
        time.sleep(600)
        yield from batches

    spark.conf.set(timeout, "2")
    try:
        began = time.monotonic()
        with pytest.raises(Exception, match=r"idle timeout|Python worker exited unexpectedly") as raised:
            spark.range(1).mapInArrow(hang, "id bigint").collect()
        assert time.monotonic() - began < 600
        assert "half an hour without a batch" in str(causes.explained(raised.value))
    finally:
        spark.conf.set(timeout, session.RUNTIME[timeout])


def test_a_node_that_came_late_is_named_where_a_stage_fails(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = dict.fromkeys(("pyarrow", "pandas", "numpy", "datasketch"), "1")
    node = {"host": "late", "executable": "python", "python": "3.11.7", "package": __version__, "sees_out": False}
    node |= {"versions": whole, "unseen": [], "model": "/m", "left": ""}
    answers = nodes.Answers({**node, "host": "driver", "sees_out": True}, [node])
    monkeypatch.setattr(nodes, "ask", lambda *_: answers)

    def lost(context: Context, directory: str) -> NoReturn:
        raise FtqError("rows are missing")

    stage = Stage("score", 1, (), (), lambda context: None, lost)
    spread = Context(spark, Run.create(str(tmp_path / "run")), Settings(), [], n_tasks=6)
    with pytest.raises(UserError, match="is not shared: late sees another one than driver"):
        pipeline._built(spread, stage, "tables/score/a")
    with pytest.raises(FtqError, match="rows are missing"):
        pipeline._built(spread._replace(n_tasks=None), stage, "tables/score/a")  # one machine
