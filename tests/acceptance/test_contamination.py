"""Evaluation sets whose items are known to be, and not to be, among real prompts."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ftq_spark.kernels.contamination import held_items, item_index, membership_table

NGRAM, THRESHOLD, MAX_FREQUENCY = 8, 0.5, 10


def rows(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return [json.loads(line) for line in text.decode().splitlines() if line.strip()]


def instruction(row: dict[str, Any]) -> str:
    return "\n\n".join(filter(None, [row["instruction"], row["instances"][0]["input"]]))


def found(texts: list[str], items: list[str]) -> tuple[set[int], set[int]]:
    """Items that a text holds, and items that can be compared."""
    index = item_index(pa.array(items), NGRAM, MAX_FREQUENCY)
    held = held_items(pa.array(texts), index, membership_table(index), THRESHOLD)
    return set(held.items.tolist()), {i for i, n in enumerate(index.n_telling.tolist()) if n}


def plain(text: str) -> str:
    """Its words, without the page number ("2 / 2") that some items have in front."""
    return " ".join(re.findall(r"\w+", re.sub(r"^(?:\d+ / \d+|#\d+\. )", "", text).lower()))


@pytest.mark.parametrize(
    ("name", "item", "n_leaked"),
    [
        ("koala_test_set.jsonl.gz", lambda row: row["prompt"], 144),
        ("vicuna_test_set.jsonl", lambda row: row["text"], 80),
        ("sinstruct_test_set.jsonl.gz", instruction, 252),
    ],
)
def test_every_leaked_item_that_can_be_compared_is_found(
    real_data: Path, name: str, item: Callable[[dict[str, Any]], str], n_leaked: int
) -> None:
    table = pq.read_table(real_data / "scale/alpaca_eval_outputs_shared.parquet", columns=["instruction"])
    prompts = table["instruction"].unique().to_pylist()
    items = [item(row) for row in rows(real_data / "bench" / name)]
    words = {plain(prompt) for prompt in prompts}
    leaked = {i for i, text in enumerate(items) if plain(text) in words}
    assert len(leaked) >= n_leaked
    held, compared = found(prompts, items)
    assert len(compared) >= 0.7 * len(items)
    assert held == leaked & compared


def test_a_training_set_holds_hardly_an_item_of_its_test_set(real_data: Path) -> None:
    train = [row["question"] for row in rows(real_data / "bench/gsm8k_train.jsonl.gz")]
    test = [row["question"] for row in rows(real_data / "bench/gsm8k_test.jsonl.gz")]
    held, compared = found(train, test)
    assert len(compared) > 1300
    assert len(held) <= 3
    assert found(test, test)[0] == compared
