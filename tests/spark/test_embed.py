"""The embedding transform against the model's own library."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from digests import published
from pyspark.sql import functions as F
from runs import run

from ftq_spark import schema
from ftq_spark.cli.app import invoke
from ftq_spark.models.encoder import EncoderSettings
from ftq_spark.models.files import model_identity, resolve_model
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms.embed import embed

pytest.importorskip("sentence_transformers", reason="needs the extra ftq-spark[embed]")
pytestmark = pytest.mark.model

SETTINGS = EncoderSettings(threads=1)
SHARD = Path(__file__).resolve().parents[1] / "sample" / "shards" / "support.jsonl"


@pytest.fixture(scope="module")
def identity() -> str:
    return model_identity(resolve_model(SETTINGS.model), "float32")


def _texts(n: int) -> list[tuple[str, str]]:
    return [(f"{i:032x}", " ".join(f"word{(i * 7 + k) % 50}" for k in range(i % 23))) for i in range(n)]


def _collect(frame) -> dict[str, tuple]:
    return {row.text_hash: tuple(row) for row in frame.collect()}


def test_vectors_are_the_librarys_own_in_any_partitioning(spark, identity):
    from sentence_transformers import SentenceTransformer

    texts = [*_texts(60), ("f" * 32, "long " * 2_000)]
    frame = spark.createDataFrame(texts, "text_hash string, text string")
    once, spread = (embed(frame, SETTINGS, identity, n) for n in (1, 3))
    assert once.schema.simpleString() == spark_columns(schema.EMBEDDINGS).simpleString()
    model = SentenceTransformer(str(resolve_model(SETTINGS.model)), device="cpu")
    expected = model.encode([text for _, text in texts], normalize_embeddings=True)
    for frame_ in (once, spread):
        rows = _collect(frame_)
        assert sorted(rows) == sorted(key for key, _ in texts)
        vectors = np.array([rows[key][-1] for key, _ in texts], dtype=np.float32)
        assert np.abs(vectors - expected).max() < 1e-5
        assert {row[0] for row in rows.values()} == {identity}
        assert [key for key, row in rows.items() if row[3]] == ["f" * 32]
        assert rows["f" * 32][2] == 2_002


def test_no_texts_give_no_rows(spark, identity):
    frame = spark.createDataFrame([], "text_hash string, text string")
    assert embed(frame, SETTINGS, identity, 2).collect() == []


def test_a_worker_with_another_model_is_refused(spark):
    frame = spark.createDataFrame([("0" * 32, "text")], "text_hash string, text string")
    with pytest.raises(Exception, match="as on the driver"):
        embed(frame, SETTINGS, "another@0/float32/256", 1).collect()


def test_distinct_texts_are_spread_over_all_tasks(spark, identity):
    n = int(spark.conf.get("spark.sql.shuffle.partitions"))  # as many as the texts already lie in by their hash
    frame = spark.createDataFrame(_texts(40), "text_hash string, text string").dropDuplicates(["text_hash"])
    tasks = embed(frame, SETTINGS, identity, n).select(F.spark_partition_id().alias("task"))
    assert tasks.distinct().count() == n


def test_onnx_finds_what_torch_finds(spark, tmp_path):
    pytest.importorskip("onnxruntime", reason="needs the extra ftq-spark[onnx]")
    pytest.importorskip("onnxscript", reason="needs the extra ftq-spark[onnx]")
    by_torch, by_onnx = (run(tmp_path / name, SHARD, dedup__semantic__backend=name) for name in ("torch", "onnx"))
    assert published(by_onnx) == published(by_torch)
    before, after = (done.manifest["stages"]["embed"] for done in (by_torch, by_onnx))
    assert after["model"] == before["model"]
    assert after["n_embedded"] == before["n_embedded"] > 20
    # What computes decides no vector: nothing is done again for another.
    again = run(tmp_path / "torch", SHARD, dedup__semantic__backend="onnx")
    assert again.manifest["stages"]["embed"] == before


def test_onnx_without_its_runtime_is_refused_before_work(spark, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    options = ["--set=dedup.semantic.backend=onnx", "--to", "embed", "--out", str(tmp_path / "run")]
    assert invoke(["run", str(SHARD), *options]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "pip install 'ftq-spark[onnx]', or set dedup.semantic.backend=torch" in said
