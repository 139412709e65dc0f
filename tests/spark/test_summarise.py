"""The summary's aggregates against pandas on the same examples."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from ftq_spark import schema
from ftq_spark.report import counted
from ftq_spark.report.page import render
from ftq_spark.report.summary import summarise
from ftq_spark.report.tables import Limits, Tables
from ftq_spark.report.write import to_json
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import summarise as aggregates

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SCORED = (
    "example_id string, content_hash string, dataset string, source string, row bigint, format string, prompt string, "
    "response string, sig_n_words double, sig_ratio double, sig_never double, quality double, verdict string, "
    "reasons array<string>, notes array<string>, duplicate_of string, duplicate_kind string, "
    "duplicate_similarity double, conflicts_with array<string>"
)
REASONS = ("low_quality", "refusal", "odd.code `x`")
BOUNDS = {"quality": (0.5, None), "n_words": (None, 90.0)}


def digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def some_examples(n: int = 300) -> list[dict[str, Any]]:
    """Examples of three datasets that share contents, with every kind of verdict, reason, null and odd number."""
    rng = np.random.default_rng(7)
    examples: list[dict[str, Any]] = []
    for position in range(n):
        content = int(rng.integers(0, n // 2))
        kind = rng.choice(["exact", "near", None], p=[0.2, 0.1, 0.7])
        reasons = [code for code in REASONS if rng.random() < 0.25]
        examples.append(
            {
                "example_id": digest(position),
                "content_hash": digest("content", content),
                "dataset": str(rng.choice(["clinic", "ward", "law"], p=[0.5, 0.3, 0.2])),
                "source": f"part-{rng.integers(0, 3)}.jsonl",
                "row": position + 1,
                "format": str(rng.choice(["openai", "alpaca"])),
                "prompt": "Is it safe? " * int(rng.integers(1, 5)),
                "response": "Yes, \U0001f600 it is. " * int(rng.integers(1, 300)),
                "sig_n_words": float(rng.integers(0, 100)),
                "sig_ratio": [None, math.nan, math.inf, *rng.random(7).tolist()][int(rng.integers(0, 10))],
                "sig_never": None,
                "quality": None if position == 3 else math.nan if position == 4 else round(float(rng.random()), 2),
                "verdict": "drop" if kind or len(reasons) > 1 else "review" if reasons else "keep",
                "reasons": None if position == 5 else reasons,
                "notes": None if position == 6 else ["vague"] if position % 3 else [],
                "duplicate_of": examples[0]["example_id"] if kind and examples else None,
                "duplicate_kind": kind,
                "duplicate_similarity": 0.9 if kind else None,
                "conflicts_with": [digest(0)] if rng.random() < 0.1 else [],
            }
        )
    return examples


def some_rejects() -> list[dict[str, Any]]:
    raw = "<b>" * 400
    found = [("clinic", "part-0.jsonl", row, "invalid_json") for row in range(1, 6)] + [
        ("ward", "bad.gz", 0, "truncated")
    ]
    names = ("dataset", "source", "row", "code")
    return [dict(zip(names, values, strict=True), message="what is wrong", raw=raw) for values in found]


@pytest.fixture(scope="module")
def examples() -> list[dict[str, Any]]:
    return some_examples()


@pytest.fixture(scope="module")
def frame(examples: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(examples)


@pytest.fixture(scope="module")
def scored(spark: SparkSession, examples: list[dict[str, Any]]) -> DataFrame:
    return spark.createDataFrame(examples, SCORED).repartition(3)


def conflicts_of() -> ds.Dataset:
    def pair(left: str, right: str, score: float, group: str | None, kind: str = "polarity") -> dict[str, Any]:
        evidence = [{"left_text": "safe " * 200, "right_text": None, "kind": "modality"}] * 9
        return {"left_id": left, "right_id": right, "prompt_similarity": 0.9, "score": score, "kind": kind,
                "evidence": evidence if group else None, "conflict_group": group, "probability": None}  # fmt: skip

    a, b, c, d = (digest(position) for position in range(4))
    pairs = [pair(a, b, 0.7, "g"), pair(a, c, 0.9, "g", "number"), pair(b, c, 0.9, "g"), pair(c, d, 0.6, None)]
    return ds.dataset(pa.Table.from_pylist(pairs, schema=schema.CONFLICTS))


def clusters_of() -> ds.Dataset:
    def member(name: int, cluster: int, size: int, kind: str | None = None, similarity: float | None = None) -> Any:
        return (
            digest(name),
            digest(cluster),
            size,
            digest(cluster) if kind else None,
            kind,
            similarity,
            kind == "exact",
        )

    rows = [member(0, 0, 4), member(1, 0, 4, "near", 0.8), member(2, 0, 4, "near", 0.95), member(3, 0, 4, "exact", 1.0),
            member(10, 10, 2), member(11, 10, 2, "exact", 1.0), member(20, 20, 1)]  # fmt: skip
    members = [dict(zip(schema.CLUSTERS.names, row, strict=True)) for row in rows]
    return ds.dataset(pa.Table.from_pylist(members, schema=schema.CLUSTERS))


def test_overlap_counts_the_rows_of_the_one_that_repeat_the_other(
    spark: SparkSession, scored: DataFrame, frame: pd.DataFrame
) -> None:
    rng = np.random.default_rng(3)
    cluster = {name: int(rng.integers(0, 60)) for name in frame.example_id}
    sizes = Counter(cluster.values())
    rows = [(name, digest(part), sizes[part], None, None, None, False) for name, part in cluster.items()]
    clusters = spark.createDataFrame(rows[10:], spark_columns(schema.CLUSTERS))
    known = {row[0] for row in rows[10:] if row[2] > 1}
    for given in (clusters, None):
        found = {
            (row.dataset, row.other): (row.n, row.n_alike)
            for row in aggregates.dataset_overlap(scored, given, ["clinic", "law"]).collect()
        }
        expected = {}
        for name, other in (("clinic", "law"), ("law", "clinic")):
            theirs, parts = frame[frame.dataset == other], frame[frame.dataset == name]
            others = {cluster[item] for item in theirs.example_id if item in known}
            same = parts.content_hash.isin(set(theirs.content_hash))
            alike = [given is not None and item in known and cluster[item] in others for item in parts.example_id]
            expected[name, other] = (int(same.sum()), int((same | np.array(alike)).sum()))
        assert found == expected
        assert all(n < n_alike if given else n == n_alike for n, n_alike in found.values())


def test_the_summary_is_the_same_for_any_partitioning(
    spark: SparkSession, examples: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def summary(n_partitions: int, reverse: bool) -> dict[str, Any]:
        order = examples[::-1] if reverse else examples
        scored = spark.createDataFrame(order, SCORED).repartition(n_partitions)
        rejects = spark.createDataFrame(some_rejects()[:: -1 if reverse else 1], spark_columns(schema.REJECTS))
        files = {"verdicts": ds.dataset(pa.Table.from_pylist(order)), "clusters": clusters_of()}
        tables = Tables(scored, rejects, conflicts=conflicts_of(), **files)
        return summarise(tables, {"run_id": "r", "sections": {"review": {"gate": "pass"}}}, n_read=306, bounds=BOUNDS)

    found = summary(1, reverse=False)
    assert to_json(found) == to_json(summary(5, reverse=True))
    monkeypatch.setattr(counted, "MERGED_HERE", 100)  # tasks merge, each what has its keys
    assert to_json(found) == to_json(summary(3, reverse=True))
    assert orjson.loads(to_json(found)) == found
    assert found["rows"] | {"balanced": True, "checked": True} == found["rows"]
    assert found["rows"]["read"] == 306 == sum(found["rows"][name] for name in ("rejected", "keep", "review", "drop"))
    assert found["signals"]["never"] == {"about": "", "n": 0, "n_missing": 300}
    assert found["signals"]["ratio"]["n"] + found["signals"]["ratio"]["n_missing"] == 300
    assert found["quality"]["bounds"] == [0.5, None]
    by_source = {(row["dataset"], row["source"]): row for row in found["sources"]}
    assert len(by_source) == found["n_sources"] == 10
    assert (by_source["ward", "bad.gz"]["n"], by_source["ward", "bad.gz"]["rejected"]) == (1, 1)
    assert [row["n"] for row in found["datasets"]] == sorted((row["n"] for row in found["datasets"]), reverse=True)
    assert {row["code"]: row["n"] for row in found["reasons"]} == {
        code: sum(code in (example["reasons"] or []) for example in examples) for code in REASONS
    }
    assert [row["code"] for row in found["rejects"]["codes"]] == ["invalid_json", "truncated"]
    assert len(found["rejects"]["codes"][0]["examples"][0]["raw"]) == Limits().raw_chars
    assert found["conflicts"]["n"] == 4
    assert set(found["excerpts"]) >= set(found["borderline"]["lowest_kept"])
    assert "4 conflicts need a person" in found["headline"][1]
    longest = max(found["excerpts"].values(), key=lambda excerpt: excerpt["response_chars"])
    assert len(longest["response"]) == Limits().response_chars < longest["response_chars"]
    page = render(found)
    assert "<b><b>" not in page
    assert "Expert review" in page


def test_an_empty_run_has_a_summary_and_missing_rows_are_said(spark: SparkSession) -> None:
    tables = Tables(spark.createDataFrame([], SCORED), spark.createDataFrame([], spark_columns(schema.REJECTS)))
    found = summarise(tables, {}, n_read=3)
    nothing = dict.fromkeys(("keep", "review", "drop", "rejected"), 0)
    assert found["rows"] == {"read": 3, **nothing, "balanced": False, "checked": True}
    assert found["headline"] == ["The accounting does not close: 3 rows of 3 are unaccounted for."]
    assert found["conflicts"] is None
    assert "<h2" in render(found)
