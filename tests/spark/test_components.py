"""Connected components in DataFrames against scipy, and the keeper rule by components against the rule in one task."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from chispa import assert_df_equality
from cluster_tables import SCORE, conflicts, examples, pairs, signals, standing, store
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.keeper import components as components_of
from ftq_spark.settings import Dedup
from ftq_spark.transforms import cluster, judge
from ftq_spark.transforms.components import Parts, components

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def graphs() -> dict[str, list[tuple[int, int]]]:
    rng = random.Random(7)
    chain = [(i, i + 1) for i in range(60)]
    rng.shuffle(chain)
    return {
        "chain": chain,
        "star": [(500, i) for i in range(40)] + [(600, i) for i in range(40, 80)],
        "clique": list(itertools.combinations(range(12), 2)),
        "random": [(rng.randrange(200), rng.randrange(200)) for _ in range(130)],
        "loops": [(3, 3), (4, 5), (5, 4), (4, 4), (-9, 2**62)],
    }


@pytest.mark.parametrize(("name", "one_task_edges"), [*((name, 0) for name in sorted(graphs())), ("random", 10**6)])
def test_components_equal_scipys(spark: SparkSession, tmp_path: Path, name: str, one_task_edges: int) -> None:
    edges = graphs()[name]
    frame = spark.createDataFrame(edges, "left bigint, right bigint").repartition(3)
    found = components(frame, store(tmp_path), one_task_edges).collect()
    nodes, places = np.unique(np.array(edges).ravel(), return_inverse=True)
    least = components_of(len(nodes), places[0::2], places[1::2])
    assert sorted(map(tuple, found)) == sorted(zip(nodes.tolist(), nodes[least].tolist(), strict=True))


def test_no_edges(spark: SparkSession, tmp_path: Path) -> None:
    assert components(spark.createDataFrame([], "left bigint, right bigint"), store(tmp_path)).collect() == []


def test_the_rule_by_components_equals_the_rule_in_one_task(spark: SparkSession, tmp_path: Path) -> None:
    rng = random.Random(3)
    ids = "abcdefghijklmnopqrstuvwxyz"
    edges = {tuple(sorted(rng.sample(ids, 2))) for _ in range(24)}
    found = pairs(spark, *((a, b, "near", round(rng.uniform(0.8, 1), 3), False) for a, b in sorted(edges)))
    judged = judge.judge(signals(spark, **{c: (rng.uniform(0.5, 1), 0.0) for c in ids}), SCORE, False)
    nodes = standing(examples(spark, ids), judged, conflicts(spark))
    whole = cluster.cluster(found, nodes, Dedup())
    parts = cluster.cluster(found, nodes, Dedup(), Parts(5, store(tmp_path)))
    assert_df_equality(whole, parts, ignore_row_order=True)
    assert whole.where(F.col("duplicate_of").isNotNull()).count() > 5
    assert whole.columns == schema.CLUSTERS.names
