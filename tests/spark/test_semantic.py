"""Semantic matches in DataFrames against brute force over all pairs."""

from __future__ import annotations

import numpy as np
import pytest

from ftq_spark.kernels.semantic.cells import Cells, choose_method, one_cell, train_cells
from ftq_spark.kernels.semantic.centroids import Centroids
from ftq_spark.kernels.semantic.matches import MatchRules
from ftq_spark.transforms.semantic import Execution, centroid_sample, cluster_matches, exact_matches, sample_matrix

SCHEMA = "unit string, vector array<float>, context string, priority bigint"
RULES = MatchRules(0.95, floor=0.6, k=3)


@pytest.fixture(scope="module")
def units() -> list[tuple]:
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(12, 16))
    spread = rng.choice([0.05, 0.15, 0.4], size=(300, 1))
    points = centres[rng.integers(12, size=300)] + spread * rng.normal(size=(300, 16))
    points = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    names = [f"{value:032x}" for value in rng.permutation(300)]
    contexts = [None if i % 5 == 0 else "a" if i % 5 < 4 else "b" for i in range(300)]
    return [(name, p.tolist(), c, i % 7) for i, (name, p, c) in enumerate(zip(names, points, contexts, strict=True))]


def brute(units: list[tuple], rules: MatchRules, context: bool = True) -> dict[tuple[str, str], float]:
    points = np.array([row[1] for row in units])
    similarity = np.round(points @ points.T, 6)
    wanted: dict[tuple[str, str], float] = {}
    for i, (unit, _, own, _) in enumerate(units):
        others = [
            (-similarity[i, j], row[0]) for j, row in enumerate(units) if j != i and (row[2] == own or not context)
        ]
        near = sorted(entry for entry in others if rules.floor and rules.floor <= -entry[0] < rules.threshold)
        for minus, other in [entry for entry in others if -entry[0] >= rules.threshold] + near[: rules.k]:
            wanted[min(unit, other), max(unit, other)] = -minus
    return wanted


def collected(frame) -> dict[tuple[str, str], float]:
    assert frame.schema.simpleString() == "struct<left_unit:string,right_unit:string,similarity:double>"
    rows = frame.collect()
    found = {(row.left_unit, row.right_unit): row.similarity for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("rules", [RULES, MatchRules(0.9)])
def test_exact_matches_are_brute_forces_in_any_partitioning(spark, units, rules, monkeypatch):
    frame = spark.createDataFrame(units, SCHEMA)
    expected = brute(units, rules)
    assert collected(exact_matches(frame.repartition(1), rules, len(units), Execution(1))) == expected
    assert collected(exact_matches(frame, rules, len(units), Execution(2, "cpu"))) == expected  # torch's products
    monkeypatch.setattr("ftq_spark.kernels.semantic.cells.MAX_MEMBERS", 70)
    backwards = spark.createDataFrame(units[::-1], SCHEMA).repartition(5)
    assert collected(exact_matches(backwards, rules, len(units), Execution(3))) == expected


def test_context_and_priority_are_optional(spark, units):
    frame = spark.createDataFrame(units, SCHEMA).select("unit", "vector")
    assert collected(exact_matches(frame, RULES, len(units), Execution(2))) == brute(units, RULES, context=False)


def test_cells_lose_nothing_where_every_unit_is_in_every_cell(spark, units):
    frame = spark.createDataFrame(units, SCHEMA)
    cells = Cells(Centroids(np.eye(4, 16, dtype=np.float32)), np.array([1, 3, 1, 2]), n_probe=4)
    assert collected(cluster_matches(frame, RULES, cells, Execution(3))) == brute(units, RULES)


def test_trained_cells_find_nearly_all_and_nothing_else(spark, units, monkeypatch):
    monkeypatch.setattr("ftq_spark.kernels.semantic.cells.UNITS_PER_CELL", 30)
    monkeypatch.setattr("ftq_spark.kernels.semantic.cells.MAX_MEMBERS", 40)
    rules = MatchRules(0.95)
    frame = spark.createDataFrame(units, SCHEMA)
    sample = sample_matrix(centroid_sample(frame, len(units)).collect())
    again = sample_matrix(centroid_sample(frame.repartition(7), len(units)).collect())
    assert np.array_equal(sample, again)
    cells = train_cells(sample, len(units), n_probe=3)
    assert len(cells.n_pieces) == 10
    assert cells.n_pieces.max() > 1
    found, expected = collected(cluster_matches(frame, rules, cells, Execution(3))), brute(units, rules)
    assert found.items() <= expected.items()
    assert len(found) >= 0.97 * len(expected) > 100
    assert collected(cluster_matches(frame.repartition(6), rules, cells, Execution(2))) == found


def test_a_sample_is_about_as_large_as_asked_for(spark):
    frame = spark.range(4_000).selectExpr("cast(id as string) as unit", "array(1.0f, 0.0f) as vector")
    sample = sample_matrix(centroid_sample(frame, 4_000, 500).collect())
    assert sample.shape[1] == 2
    assert 400 < len(sample) < 600
    assert len(sample_matrix(centroid_sample(frame, 4_000, 4_000).collect())) == 4_000


@pytest.mark.parametrize(("type_", "first", "other"), [("bigint", 0, 1), ("string", "a", "b")])
def test_the_best_of_a_clump_is_matched_with_everyone(spark, type_, first, other):
    clump = [(f"{i:04d}", [1.0, 0.0], None, first if i == 150 else other) for i in range(200)]
    frame = spark.createDataFrame(clump, SCHEMA.replace("bigint", type_))
    found = collected(exact_matches(frame, MatchRules(0.95, max_matches=2), len(clump), Execution(2)))
    matched = {left if right == "0150" else right for left, right in found if "0150" in (left, right)}
    assert matched == {row[0] for row in clump} - {"0150"}
    assert len(found) == 199 + 198


def test_no_units_and_one_unit_give_no_pairs(spark, units):
    for rows in ([], units[:1]):
        frame = spark.createDataFrame(rows, SCHEMA)
        assert collected(exact_matches(frame, RULES, len(rows), Execution(2))) == {}
    assert train_cells(sample_matrix([]), 10) is not None


def test_vectors_of_different_models_are_refused(spark):
    frame = spark.createDataFrame([("a", [1.0], None, 0), ("b", [0.6, 0.8], None, 0)], SCHEMA).coalesce(1)
    with pytest.raises(Exception, match="expected one length"):
        exact_matches(frame, RULES, 2, Execution(1)).collect()


def test_auto_is_exact_below_the_stated_size():
    assert [choose_method("auto", n) for n in (1, 60_000, 60_001)] == ["exact", "exact", "clusters"]
    assert choose_method("exact", 10**9) == "exact"
    assert one_cell(16_385).n_pieces.tolist() == [2]
