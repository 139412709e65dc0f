"""What `ftq plan` says before a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ftq_spark import planning
from ftq_spark.cli.app import invoke
from ftq_spark.kernels.semantic.cells import recall_at, train_cells
from ftq_spark.profiles import load
from ftq_spark.runs.shards import find_shards

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"]


def text(seed: int, n: int = 40) -> str:
    return " ".join(np.random.default_rng(seed).choice(WORDS, n))


def write(path: Path, answers: list[str]) -> None:
    rows = [
        {"messages": [{"role": "user", "content": f"Question {i}?"}, {"role": "assistant", "content": answer}]}
        for i, answer in enumerate(answers)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))


def planned(spark: SparkSession, path: Path, n: int = 5_000, *overrides: str) -> dict[str, Any]:
    return planning.plan(spark, find_shards([str(path)]), load("default", ["conflict.enabled=false", *overrides]), n)


QUICK = ("dedup.semantic.enabled=false", "dedup.near.view=response")


def test_a_whole_small_input_is_counted(spark: SparkSession, tmp_path: Path) -> None:
    boiler = text(0)
    answers = [text(1), text(2), text(3), text(1), *(f"{boiler} {name}" for name in WORDS[:5])]
    write(tmp_path / "a.jsonl", answers)
    found = planned(spark, tmp_path, 5_000, *QUICK)
    assert found["rows"] == {"sampled": 9, "rejected_in_sample": 0, "estimated": 9, "exact": True}
    near = found["near"]
    assert (near["bands"], near["rows_per_band"]) == (18, 7)
    assert near["candidate_pairs_in_sample"] == near["candidate_pairs_estimated"] == 10
    assert near["repeated_texts_in_sample"] == 1
    assert near["largest_blocks"][0]["n_in_sample"] == 5
    assert near["largest_blocks"][0]["text"].startswith(boiler[:40])
    curve = {p["similarity"]: p["share_a_block"] for p in near["probability"]}
    assert curve[0.8] == pytest.approx(1 - (1 - 0.8**7) ** 18, abs=1e-4)
    assert found["semantic"] is None


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".parquet", ".jsonl.gz"])
def test_the_rows_of_a_larger_input_are_estimated(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    answers = [text(i, 30 + i % 20) for i in range(3_000)]
    write(tmp_path / "plain.jsonl", answers)
    lines = (tmp_path / "plain.jsonl").read_text().splitlines()
    target = tmp_path / "in" / f"a{suffix}"
    target.parent.mkdir()
    if suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist([json.loads(line) for line in lines]), target)
    elif suffix == ".json":
        target.write_text("[" + ",".join(lines) + "]")
    elif suffix == ".jsonl.gz":
        import gzip

        target.write_bytes(gzip.compress("\n".join(lines).encode()))
    else:
        target.write_text("\n".join(lines))
        monkeypatch.setattr(planning, "_COUNTED_BYTES", 0)
    found = planned(spark, target.parent, 400, *QUICK)
    assert found["rows"]["exact"] is False
    assert 400 <= found["rows"]["sampled"] <= 416
    assert found["rows"]["estimated"] == pytest.approx(3_000, rel=0.05)


def test_embedding_is_timed_and_the_method_chosen(spark: SparkSession, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [text(i) for i in range(120)])
    found = planned(spark, tmp_path, 5_000, "dedup.semantic.method=clusters")["semantic"]
    assert found["distinct_texts_in_sample"] == found["distinct_texts_estimated"] == 120
    assert found["texts_per_second"] > 0
    assert found["method"] == "clusters"
    assert set(found["recall"]["at_similarity"]) == {"0.8", "0.95"}
    missing = planned(spark, tmp_path, 5_000, "dedup.semantic.model=/no/such/model")["semantic"]
    assert "/no/such/model" in missing["model_error"]


def test_plan_on_the_command_line(tmp_path: Path, spark: SparkSession, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a.jsonl", [text(1), text(1)])
    off = ["--set=dedup.semantic.enabled=false", "--set=conflict.enabled=false"]
    assert invoke(["plan", str(tmp_path / "a.jsonl"), *off]) == 0
    shown = capsys.readouterr().out
    assert "2 rows" in shown
    assert "18 bands of 7 rows" in shown
    assert invoke(["plan", str(tmp_path / "a.jsonl"), *off, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]["estimated"] == 2
    (tmp_path / "bad.jsonl").write_text("nonsense\n")
    assert invoke(["plan", str(tmp_path / "bad.jsonl"), *off]) == 2
    assert "ftq validate" in capsys.readouterr().err
    assert invoke(["plan", str(tmp_path / "nothing.jsonl")]) == 2


def test_recall_falls_with_the_similarity_and_rises_with_the_probes() -> None:
    rng = np.random.default_rng(1)
    sample = rng.standard_normal((1_500, 48)).astype(np.float32)
    sample /= np.linalg.norm(sample, axis=1, keepdims=True)
    found = {(s, p): recall_at(sample, train_cells(sample, 30_000, p), s) for s in (0.6, 0.95) for p in (1, 4)}
    assert found[0.95, 1] > found[0.6, 1] + 0.1
    assert found[0.95, 4] > found[0.95, 1]
    assert found[0.95, 4] > 0.95
