"""A run over 5,000 real rows against oracles that share no code with it: similar prompts, and who repeats whom."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runs import read, rows, run

from ftq_spark.runs.run import Run

pytest.importorskip("sentence_transformers", reason="needs the extra ftq-spark[embed]")
pytestmark = [pytest.mark.model, pytest.mark.long]

THRESHOLD = 0.95


@pytest.fixture(scope="module")
def done(real_data: Path, tmp_path_factory: pytest.TempPathFactory, spark) -> Run:
    """A run over 4,000 rows of one file and 1,000 of another, some of which are in the first."""
    folder = tmp_path_factory.mktemp("dedup")
    for name, n in (("alpaca_random_9k", 4_000), ("alpaca_claude_t45", 1_000)):
        found = json.loads(gzip.decompress((real_data / f"instruct/{name}.json.gz").read_bytes()))[:n]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in found))
    settings = {
        "dedup__semantic__method": "exact",
        "conflict__enabled": False,
        "dedup__keep": "first",
        "dedup__answers": "any",
    }
    return run(folder / "run", *sorted(folder.glob("*.jsonl")), score__rules=[], score__min_quality=0, **settings)


@pytest.fixture(scope="module")
def examples(done: Run) -> list[dict[str, Any]]:
    """Every example, in input order."""
    columns = ("example_id", "source", "row", "prompt", "content_hash", "duplicate_of", "duplicate_kind", "verdict")
    return sorted(rows(done, "scored", *columns), key=lambda row: (row["source"], row["row"]))


@pytest.fixture(scope="module")
def vector_of(done: Run) -> dict[str, np.ndarray]:
    """The vector of each text, by its hash."""
    table = read(done, "embeddings", "text_hash", "vector", "truncated").to_pylist()
    return {row["text_hash"]: np.array(row["vector"], np.float64) for row in table if not row["truncated"]}


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def numbers(text: str) -> str:
    return " ".join(sorted(re.findall(r"[0-9]+(?:[.,:/][0-9]+)*", text)))


@pytest.fixture(scope="module")
def semantic(examples: list[dict[str, Any]], vector_of: dict[str, np.ndarray]) -> np.ndarray:
    """(n, n) which examples ask the same, by every product: 1 for equal prompts, 0 where numbers differ."""
    width = len(next(iter(vector_of.values())))
    vectors = np.array([vector_of.get(text_hash(row["prompt"]), np.zeros(width)) for row in examples])
    similarity = np.round(vectors @ vectors.T, 6)
    said = np.array([numbers(row["prompt"]) for row in examples])
    similarity[said[:, None] != said[None, :]] = 0
    asked = np.array([text_hash(row["prompt"]) for row in examples])
    similarity[asked[:, None] == asked[None, :]] = 1
    np.fill_diagonal(similarity, 0)
    return similarity


def test_semantic_pairs_are_those_of_all_products(done: Run, examples, semantic) -> None:
    place = {row["example_id"]: i for i, row in enumerate(examples)}
    found = {
        tuple(sorted((place[row["left_id"]], place[row["right_id"]]))): row["similarity"]
        for row in rows(done, "pairs", "left_id", "right_id", "channel", "similarity")
        if row["channel"] == "semantic"
    }
    left, right = np.nonzero(np.triu(semantic >= THRESHOLD, 1))
    assert len(found) > 50
    assert set(found) == set(zip(left.tolist(), right.tolist(), strict=True))
    assert all(similarity == semantic[pair] for pair, similarity in found.items())


def test_verdicts_are_those_of_the_first_wins_loop(done: Run, examples, semantic) -> None:
    """An example is dropped if and only if it matches an earlier one that is kept, and repeats the most similar."""
    place = {row["example_id"]: i for i, row in enumerate(examples)}
    near = {
        frozenset((place[row["left_id"]], place[row["right_id"]])): row["similarity"]
        for row in rows(done, "pairs", "left_id", "right_id", "channel", "similarity")
        if row["channel"] == "near"
    }
    near_of: dict[int, dict[int, float]] = {}
    for pair, similarity in near.items():
        for one in pair:
            near_of.setdefault(one, {})[next(iter(pair - {one}))] = similarity
    kept: list[int] = []
    same_content: dict[str, int] = {}
    for i, row in enumerate(examples):
        standing = np.array(kept, int)
        matches = [(1.0, 3, -same_content[row["content_hash"]])] if row["content_hash"] in same_content else []
        matches += [(similarity, 2, -j) for j, similarity in near_of.get(i, {}).items() if j in standing]
        similar = standing[semantic[i, standing] >= THRESHOLD]
        matches += [(float(semantic[i, j]), 1, -int(j)) for j in similar]
        expected = max(matches, default=None)
        if expected is None:
            kept.append(i)
            same_content[row["content_hash"]] = i
            assert (row["verdict"], row["duplicate_of"]) == ("keep", None), row
        else:
            kind = {3: "exact", 2: "near", 1: "semantic"}[expected[1]]
            assert row["verdict"] == "drop"
            assert (row["duplicate_of"], row["duplicate_kind"]) == (examples[-expected[2]]["example_id"], kind), row
    assert 0.8 * len(examples) < len(kept) < len(examples) - 50
