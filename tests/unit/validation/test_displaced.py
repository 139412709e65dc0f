"""What `ftq validate` says of answers that stand beside the questions of other rows."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ftq_spark.validation import validate
from ftq_spark.validation.displaced import BLOCK, Displaced

N = 3 * BLOCK
QUESTIONS = [f"What is a word{i} made of?" for i in range(N)]
ANSWERS = [f"Each word{i} is made of paper." for i in range(N)]


def slipped(first: int, beyond: int) -> list[str]:
    """The answers, of which those of some rows stand a row too early."""
    return [*ANSWERS[:first], *ANSWERS[first + 1 : beyond + 1], *ANSWERS[beyond:]][:N]


def validated(folder: Path, answers: list[str], n: int = N) -> dict[str, Any]:
    path = folder / "rows.jsonl"
    rows = ({"instruction": q, "output": a} for q, a in list(zip(QUESTIONS, answers, strict=True))[:n])
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return validate([str(path)], 100)


@pytest.mark.parametrize(("first", "beyond"), [(10, 30), (700, 1500), (2000, 3000)])
def test_rows_that_slipped_are_named(tmp_path: Path, first: int, beyond: int) -> None:
    found = validated(tmp_path, slipped(first, beyond))
    assert found["warnings"] == {"answers_displaced": 1}
    (finding,) = found["findings"]
    assert finding["row"] == first + 1 or (first > BLOCK and first + 1 < finding["row"] <= first + 100)
    assert finding["message"].startswith(f"up to row {beyond:,}, ") or beyond > BLOCK
    assert "the question of the row after and not with their own" in finding["message"]


def test_answers_in_another_order_are_named(tmp_path: Path) -> None:
    words = [f"word{random.Random(i).randrange(9)}" for i in range(2 * N)]
    path = tmp_path / "shuffled.jsonl"
    rows = [{"prompt": f"Is a {words[i]} heavy?", "completion": f"No {words[N + i]} is."} for i in range(N)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = validate([str(path)], 100)
    assert found["warnings"]["answers_shuffled"] == 1
    assert "chance alone gives a half" in found["findings"][0]["message"]


def test_answers_beside_their_questions_are_not_named(tmp_path: Path) -> None:
    assert validated(tmp_path, ANSWERS)["warnings"] == {}
    assert validated(tmp_path, ANSWERS, 1)["warnings"] == {}


@pytest.mark.parametrize("size", [1, 7, 1000, BLOCK, BLOCK + 1, N])
def test_batches_may_be_of_any_size(size: int) -> None:
    displaced = Displaced()
    answers = slipped(20, 60)
    for first in range(0, N if size > 1 else 100, size):
        messages = [
            [{"content": question}, {"content": answer}]
            for question, answer in zip(QUESTIONS[first : first + size], answers[first : first + size], strict=True)
        ]
        rows = pa.array(range(first + 1, first + 1 + len(messages)), pa.int64())
        lines = {row: row + 5 for row in rows.to_pylist()}
        displaced.add(pa.RecordBatch.from_arrays([pa.array(messages), rows], ["messages", "row"]), lines)
    ((notice, line),) = displaced.notices()
    assert (notice.row, line) == (21, 26)
    assert notice.message.startswith("up to row 60, 40 answers")


def test_no_examples_are_no_fault() -> None:
    assert list(Displaced().notices()) == []
