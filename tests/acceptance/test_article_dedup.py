"""The article's own deduplication on real prompts removes exactly what exact matches and the first-wins rule remove."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from ftq_spark.kernels.semantic.matches import MatchRules
from ftq_spark.models.encoder import EncoderSettings
from ftq_spark.models.files import model_identity, resolve_model
from ftq_spark.transforms.embed import embed
from ftq_spark.transforms.semantic import Execution, exact_matches

sentence_transformers = pytest.importorskip("sentence_transformers", reason="needs the extra ftq-spark[embed]")
pytestmark = [pytest.mark.model, pytest.mark.slow]

THRESHOLDS = (0.95, 0.9, 0.8)  # the article's own, and lower ones that remove more


def literal_loop(embeddings: np.ndarray, threshold: float) -> set[int]:
    """The article's loop, word for word."""
    to_remove = set()
    for i in range(len(embeddings)):
        if i in to_remove:
            continue
        for j in range(i + 1, len(embeddings)):
            if j in to_remove:
                continue
            similarity = np.dot(embeddings[i], embeddings[j]) / (
                np.linalg.norm(embeddings[i]) * np.linalg.norm(embeddings[j])
            )
            if similarity > threshold:
                to_remove.add(j)
    return to_remove


def row_wise_loop(embeddings: np.ndarray, threshold: float) -> set[int]:
    """The same loop with the inner one as a product."""
    to_remove: set[int] = set()
    norms = np.linalg.norm(embeddings, axis=1)
    for i in range(len(embeddings)):
        if i not in to_remove:
            similarity = embeddings[i + 1 :] @ embeddings[i] / (norms[i] * norms[i + 1 :])
            to_remove.update((i + 1 + np.flatnonzero(similarity > threshold)).tolist())
    return to_remove


def first_wins(units: list[str], pairs: list[tuple[str, str, float]], threshold: float) -> set[int]:
    """The keeper rule over pairs of units: keep an example unless it matches one already kept."""
    matches = defaultdict(set)
    for left, right, similarity in pairs:
        if similarity > threshold:
            matches[left].add(right)
            matches[right].add(left)
    kept: set[str] = set()
    removed = set()
    for i, unit in enumerate(units):
        if unit in kept or matches[unit] & kept:
            removed.add(i)
        else:
            kept.add(unit)
    return removed


@pytest.fixture(scope="module")
def prompts(real_data: Path) -> list[str]:
    rows = json.loads(gzip.decompress((real_data / "instruct/alpaca_random_9k.json.gz").read_bytes()))
    return ["\n\n".join(filter(None, (row["instruction"], row["input"]))) for row in rows[:2_000]]


@pytest.fixture(scope="module")
def embeddings(prompts: list[str]) -> np.ndarray:
    model = sentence_transformers.SentenceTransformer(str(resolve_model("all-MiniLM-L6-v2")), device="cpu")
    return model.encode(prompts, batch_size=64)


def test_the_faster_loop_is_the_articles(embeddings):
    for threshold in (0.95, 0.6):
        assert row_wise_loop(embeddings[:300], threshold) == literal_loop(embeddings[:300], threshold)
    assert literal_loop(embeddings[:300], 0.6)


def test_the_removed_set_is_the_articles(spark, tmp_path, prompts, embeddings):
    settings = EncoderSettings(device="cpu", threads=1)
    hashes = [hashlib.sha256(prompt.encode()).hexdigest()[:32] for prompt in prompts]
    texts = spark.createDataFrame(list(dict(zip(hashes, prompts, strict=True)).items()), ["text_hash", "text"])
    identity = model_identity(resolve_model(settings.model), "float32")
    embed(texts, settings, identity, 2).write.parquet(str(tmp_path / "embeddings"))

    units = spark.read.parquet(str(tmp_path / "embeddings")).selectExpr("text_hash as unit", "vector")
    pairs = exact_matches(units, MatchRules(min(THRESHOLDS)), len(prompts), Execution(2)).collect()
    removed = {threshold: first_wins(hashes, pairs, threshold) for threshold in THRESHOLDS}
    assert removed == {threshold: row_wise_loop(embeddings, threshold) for threshold in THRESHOLDS}
    assert [bool(removed[threshold]) for threshold in THRESHOLDS] == [True, True, True]
    assert len(removed[0.8]) > 20
