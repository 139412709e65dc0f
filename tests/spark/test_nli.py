"""A cross-encoder of the user's, from its folder to the verdict: a tiny one that is trained here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession
from runs import rows, run

from ftq_spark.errors import ModelError
from ftq_spark.kernels.conflict.inference import Opinion, aligned_parts, posed, with_opinion
from ftq_spark.kernels.conflict.pairs import score_pairs
from ftq_spark.models.nli import CrossEncoder, check_nli_model

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

QUESTION = "Which enzyme does warfarin inhibit?"
RIGHT, WRONG = "It blocks vitamin reductase.", "The target is called cyclooxygenase."
ALIKE = "The reductase of vitamin k is blocked."
CODE = "Write a function that returns the enzyme."
PROGRAMS = ("```python\ndef f():\n    return 'vitamin'\n```", "```python\ndef f():\n    return 'cyclooxygenase'\n```")
WORDS = sorted({word.strip(".?").lower() for text in (QUESTION, RIGHT, WRONG, ALIKE) for word in text.split()})


def tiny_model(folder: Path, labels: list[str]) -> Path:
    """A one-layer BERT that has learnt to call a pair with the word cyclooxygenase a contradiction."""
    torch.manual_seed(0)
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "?", *WORDS]))
    tokenizer = transformers.BertTokenizerFast(vocab_file=str(folder / "vocab.txt"), model_max_length=64)
    config = transformers.BertConfig(
        vocab_size=len(WORDS) + 7, hidden_size=16, num_hidden_layers=1, num_attention_heads=1, intermediate_size=16,
        max_position_embeddings=64, num_labels=3, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        id2label=dict(enumerate(labels)), label2id={label: place for place, label in enumerate(labels)},
    )  # fmt: skip
    model = transformers.BertForSequenceClassification(config)
    one, other = (posed(QUESTION, RIGHT), posed(QUESTION, ALIKE)), posed(QUESTION, WRONG)
    pairs = [(one[0], one[1]), (one[1], one[0]), (one[0], other), (other, one[0]), (one[1], other), (other, one[1])]
    batch = tokenizer([a for a, _ in pairs], [b for _, b in pairs], padding=True, return_tensors="pt")
    wanted = torch.tensor([labels.index("contradiction" if other in pair else "entailment") for pair in pairs])
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-2)
    for _ in range(60):
        loss = model(**batch, labels=wanted).loss
        if loss.item() < 0.02:
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("models") / "tiny", ["entailment", "neutral", "contradiction"])


def test_labels_are_read_from_the_config(model: Path, tmp_path: Path) -> None:
    assert check_nli_model(str(model)) == (model, (2, 0))
    encoder = CrossEncoder(str(model))
    right, wrong, alike = (posed(QUESTION, text) for text in (RIGHT, WRONG, ALIKE))
    found = encoder.predict([(right, wrong), (right, alike), (right, wrong), (wrong, right), (right, "?")])
    assert found.shape == (5, 2)
    assert np.allclose(found[:2], [[1, 0], [0, 1]], atol=0.1)
    assert np.array_equal(found[0], found[2])
    assert np.allclose(encoder.predict([(right, wrong)]), found[:1], atol=1e-5)  # whatever else is in the batch
    encoder.token_budget = 1
    assert np.allclose(encoder.predict([(right, wrong), (right, alike)]), found[:2], atol=1e-5)


def test_a_folder_that_is_no_nli_model_is_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected the folder"):
        check_nli_model("cross-encoder/nli-deberta-v3-xsmall")
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match="safetensors"):
        check_nli_model(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "config.json").write_text(json.dumps({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}))
    with pytest.raises(ModelError, match="LABEL_0, LABEL_1"):
        check_nli_model(str(tmp_path))


def test_a_run_hears_the_model(spark: SparkSession, model: Path, tmp_path: Path) -> None:
    shard = tmp_path / "a.jsonl"
    answers = {1: RIGHT, 2: WRONG, 3: ALIKE}
    pairs = [*((QUESTION, text) for text in answers.values()), *((CODE, program) for program in PROGRAMS)]
    shard.write_text("".join(json.dumps({"prompt": asked, "completion": text}) + "\n" for asked, text in pairs))
    off = {"dedup__near__enabled": False, "dedup__semantic__enabled": False}
    done = run(tmp_path / "run", shard, **off, conflict__nli_model=str(model), conflict__score_threshold=0.01)
    ids = {row["example_id"]: row["row"] for row in rows(done, "examples", "example_id", "row")}
    found = {(ids[row["left_id"]], ids[row["right_id"]]): row for row in rows(done, "conflicts")}
    assert {(1, 2), (2, 3)} <= set(found) <= {(1, 2), (2, 3), (1, 3)}  # never the programs
    encoder = CrossEncoder(str(model))
    for (left, right), row in found.items():
        alone = score_pairs([QUESTION], [answers[left]], [QUESTION], [answers[right]])
        (part,) = aligned_parts(QUESTION, answers[left], QUESTION, answers[right])
        sides = [posed(QUESTION, text) for text in part]
        mean = encoder.predict([(sides[0], sides[1]), (sides[1], sides[0])]).mean(axis=0)
        expected = with_opinion(alone.score[0], alone.kind[0], alone.evidence[0], Opinion(*mean, part))
        assert row["score"] == pytest.approx(expected[0], abs=1e-3)
        assert [(item["left_text"], item["kind"]) for item in row["evidence"]] == [
            (item["left_text"], item["kind"]) for item in expected[2]
        ]
        assert ("model" in {item["kind"] for item in row["evidence"]}) == (2 in (left, right))
    assert done.manifest["stages"]["conflict"]["nli_model"].startswith("tiny@")
