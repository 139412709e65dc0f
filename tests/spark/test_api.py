"""The front door: data as people hold it, and what they ask of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ftq_spark as ftq

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

WARFARIN = "Can warfarin be taken together with aspirin without a doctor's advice?"
CAPITAL = "What is the capital of Australia?"
CANBERRA = "The capital of Australia is Canberra, which was founded in 1913 as a compromise."
HONEY = "They collect nectar, share it mouth to mouth in the hive, and fan it with their wings until it is thick."
ROWS = [
    {"prompt": WARFARIN, "response": "Yes, that is safe for everyone and needs no advice at all."},
    {"prompt": WARFARIN, "response": "No, both thin the blood, and together they can cause severe bleeding."},
    {"prompt": CAPITAL, "response": CANBERRA},
    {"prompt": CAPITAL, "response": CANBERRA},
    {"prompt": "How do bees make honey?", "response": HONEY},
]


@pytest.fixture(scope="module")
def run(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> ftq.Run:
    return ftq.audit(ROWS, out=tmp_path_factory.mktemp("api") / "run", spark=spark)


def test_a_list_of_dicts_from_rows_to_conflicts(run: ftq.Run) -> None:
    rows = run.summary["rows"]
    assert [rows[name] for name in ("read", "rejected", "keep", "review", "drop")] == [5, 0, 2, 2, 1]
    (pair,) = run.conflicts().to_dict("records")
    assert {pair["left_response"], pair["right_response"]} == {ROWS[0]["response"], ROWS[1]["response"]}
    (repeat,) = run.duplicates().to_dict("records")
    assert (repeat["row"], repeat["kept_row"], repeat["duplicate_kind"]) == (4, 3, "exact")
    assert run.explain(pair["left_id"])["verdict"] == "review"
    assert "2 of 5 rows kept, 2 to review, 1 dropped, 0 rejected" in str(run)
    assert "2 of 5 rows kept" in run._repr_html_()


def test_tables_as_people_want_them(run: ftq.Run) -> None:
    assert run.table("scored", ["row"]).num_rows == 5
    assert isinstance(run.table("scored", ["row"], kind="pandas"), pd.DataFrame)
    assert run.table("scored", ["row"], kind="spark").count() == 5
    with pytest.raises(ftq.UserError, match="no table 'nothing'; this run has: "):
        run.table("nothing")


def test_a_second_audit_does_nothing(run: ftq.Run, spark: SparkSession) -> None:
    heard: list[str] = []

    class Heard:
        def start(self, stage: str, n_rows: int | None) -> None:
            heard.append(stage)

        def done(self, stage: str, n_rows: int, seconds: float) -> None: ...
        def skipped(self, stage: str, n_rows: int) -> None: ...

    again = ftq.audit(ROWS, out=run.path, spark=spark, progress=Heard())
    assert heard == []
    assert again.summary == run.summary


def test_frames_and_mappings(spark: SparkSession, tmp_path: Path) -> None:
    both: dict[str, Any] = {
        "of_spark": spark.createDataFrame(pd.DataFrame(ROWS)).coalesce(1),
        "of_pandas": pd.DataFrame(ROWS),
    }
    settings = {"conflict": {"enabled": False}}
    done = ftq.audit(both, out=tmp_path / "run", settings=settings, spark=spark, last="ingest")
    found = done.table("examples", ["dataset", "row"], kind="pandas")
    assert sorted(zip(found["dataset"], found["row"], strict=True)) == [
        (name, row) for name in ("of_pandas", "of_spark") for row in range(1, 6)
    ]
    assert done.settings.conflict.enabled is False


def test_what_is_wrong_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ftq.UserError, match="no such file"):
        ftq.audit(tmp_path / "absent.jsonl", out=tmp_path / "run")
    with pytest.raises(ftq.UserError, match=r"did you mean 'dedup\.near\.threshold'"):
        ftq.audit(ROWS, out=tmp_path / "run", settings={"dedup": {"near": {"treshold": 0.9}}})
    assert not (tmp_path / "run").exists()
