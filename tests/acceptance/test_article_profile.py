"""Profile `article` against a plain transcription of the article's code, end to end on real rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from article_oracle import score_example
from pyspark.sql import SparkSession
from runs import rows, run


def alpaca(folder: Path) -> list[dict]:
    with gzip.open(folder / "instruct" / "alpaca_random_9k.json.gz", "rt", encoding="utf-8") as file:
        return json.load(file)


def as_messages(row: dict) -> dict:
    asked = row["instruction"] + ("\n\n" + row["input"] if row["input"].strip() else "")
    return {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": row["output"]}]}


def composite(example: dict) -> float:
    score = score_example(example)
    return score.length_score * 0.4 + float(score.has_structure) * 0.3 + float(score.passes_filters) * 0.3


def write(path: Path, examples: list[dict]) -> Path:
    path.write_text("".join(json.dumps(example) + "\n" for example in examples), encoding="utf-8")
    return path


def test_scores_and_kept_set_on_nine_thousand_rows(spark: SparkSession, real_data: Path, tmp_path: Path) -> None:
    examples = [as_messages(row) for row in alpaca(real_data)]
    done = run(
        tmp_path / "run", write(tmp_path / "a.jsonl", examples), settings="article", dedup__semantic__enabled=False
    )
    found = {
        r["row"]: r
        for r in rows(
            done, "scored", "row", "quality", "verdict", "sig_length_score", "sig_has_structure", "sig_passes_filters"
        )
    }
    rejected = {r["row"] for r in rows(done, "rejects", "row")}
    assert len(found) + len(rejected) == len(examples)
    assert all(not examples[row - 1]["messages"][1]["content"].strip() for row in rejected)  # nothing to learn from
    for row, ours in found.items():
        example = examples[row - 1]
        theirs = score_example(example)
        assert ours["sig_length_score"] == theirs.length_score
        assert ours["sig_has_structure"] == float(theirs.has_structure)
        assert ours["sig_passes_filters"] == float(theirs.passes_filters)
        assert ours["quality"] == pytest.approx(composite(example), abs=1e-6)
        assert (ours["verdict"] == "keep") == (composite(example) >= 0.7)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.long
def test_filter_then_greedy_deduplication_on_two_thousand_prompts(
    spark: SparkSession, real_data: Path, tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    from ftq_spark.models.files import resolve_model

    examples = [e for e in map(as_messages, alpaca(real_data)[:6000]) if e["messages"][1]["content"].strip()]
    good = [i for i, example in enumerate(examples) if composite(example) >= 0.7]
    # 2,000 that pass the article's filter, among as many as that takes that do not, and every prompt once more
    # in capitals' stead with a full stop, so that duplicates are sure to be found.
    examples = examples[: good[999] + 1]
    examples += [
        {"messages": [{"role": "user", "content": e["messages"][0]["content"] + "."}, e["messages"][1]]}
        for e in examples
    ]
    done = run(tmp_path / "run", write(tmp_path / "a.jsonl", examples), settings="article")
    kept = {r["row"] for r in rows(done, "scored", "row", "verdict") if r["verdict"] == "keep"}

    passed = [i for i, example in enumerate(examples) if composite(example) >= 0.7]
    assert len(passed) >= 2000
    model = SentenceTransformer(str(resolve_model("all-MiniLM-L6-v2")), device="cpu")
    embeddings = model.encode([examples[i]["messages"][0]["content"] for i in passed], batch_size=64)
    norms = np.linalg.norm(embeddings, axis=1)
    removed: set[int] = set()
    for i in range(len(embeddings)):
        if i in removed:
            continue
        later = embeddings[i + 1 :] @ embeddings[i] / (norms[i + 1 :] * norms[i])
        removed |= set((np.flatnonzero(later > 0.95) + i + 1).tolist())
    assert len(removed) >= 900
    assert kept == {passed[i] + 1 for i in range(len(passed)) if i not in removed}
