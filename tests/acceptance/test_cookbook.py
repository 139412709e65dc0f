"""What the public chat-format notebook prints of its toy file, against what is said here of the same file.

Chat_finetuning_data_prep.ipynb of the OpenAI cookbook: format errors, turns, and tokens. Its token counts need the
vocabulary cl100k_base; the estimate is held to a quarter of their sums, and to which examples are over the limit.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ftq_spark.signals import measure
from ftq_spark.validation import Counting, validate

PRINTED = {"total": 8242, "assistant": 8051}  # 5 × mean: 1648.4 and 1610.2


@pytest.fixture
def toy(real_data: Path) -> Path:
    return real_data / "openai_cookbook" / "toy_chat_fine_tuning.jsonl"


def test_no_format_errors_and_one_example_over_the_limit(toy: Path) -> None:
    found = validate([str(toy)], 100, Counting(4096))
    assert (found["read"], found["rejected"], found["formats"]) == (5, 0, {"openai": 5})
    assert found["warnings"] == {"no_user": 1, "over_length": 1}  # "missing user message: 1"; "1 … over the 4096"
    assert found["tokens"]["total"] == pytest.approx(PRINTED["total"], rel=0.25)
    assert found["tokens"]["trainable"] == pytest.approx(PRINTED["assistant"], rel=0.25)


def test_turns(toy: Path) -> None:
    rows = [json.loads(line) for line in toy.read_text(encoding="utf-8").splitlines()]
    roles = [" ".join(turn["role"] for turn in row["messages"]) for row in rows]
    values = measure({"roles": pa.array(roles)}, ["n_turns", "no_system", "no_user"])
    turns = values["n_turns"]
    assert (turns.min(), turns.max(), turns.mean(), np.median(turns)) == (2, 9, 3.8, 3.0)
    # the notebook calls its 10% and 90% quantiles p5 and p95
    assert np.quantile(turns, [0.1, 0.9]).tolist() == pytest.approx([2.0, 6.6])
    assert (values["no_system"].sum(), values["no_user"].sum()) == (1, 1)
