"""Names of published files."""

from __future__ import annotations

import pytest

pytest.importorskip("pyspark", reason="needs pyspark: pip install 'ftq-spark[spark]'")

from ftq_spark.runs.shards import without_suffix
from ftq_spark.transforms.publish import file_names


def named(*sources: str) -> dict[str, str]:
    return file_names(sources, {source: without_suffix(source) for source in sources})


def test_names_are_the_paths_without_suffix_where_that_tells_them_apart() -> None:
    assert named("a.jsonl", "b/a.jsonl") == {"a.jsonl": "a", "b/a.jsonl": "b__a"}
    assert named("a.jsonl", "a.csv") == {"a.jsonl": "a.jsonl", "a.csv": "a.csv"}
    assert named("a?.jsonl", "a!.jsonl") == {"a!.jsonl": "a_.jsonl", "a?.jsonl": "a_.jsonl~2"}


def test_no_name_hides_its_file() -> None:
    found = named("_x.jsonl", "x.jsonl", ".y.jsonl", "(1).jsonl", "?.jsonl")
    assert found["(1).jsonl"] == "1_" and found["?.jsonl"] == "shard" and found[".y.jsonl"] == "y"
    assert sorted(found[name] for name in ("_x.jsonl", "x.jsonl")) == ["x.jsonl", "x.jsonl~2"]


def test_long_paths_are_cut_and_stay_apart() -> None:
    long = "ü/" * 150
    found = named(f"{long}a.jsonl", f"{long}b.jsonl")
    assert len(set(found.values())) == 2
    assert all(len(name.encode()) < 220 for name in found.values())
