"""Hand-written pairs, each for one thing that a reader takes for granted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs

ROWS = [json.loads(line) for line in Path(__file__).with_name("readings.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row['topic']}: {row['response_a'][:24]} | {row['response_b'][:24]}"
)
def test_a_pair_is_read_as_a_person_reads_it(row: dict[str, str]) -> None:
    columns = ([row[name]] for name in ("prompt_a", "response_a", "prompt_b", "response_b"))
    found = score_pairs(*columns)
    assert (found.score[0] >= REVIEW) == row["conflict"], (found.score[0], found.kind[0])


def test_both_outcomes_are_written_for_most_topics() -> None:
    assert {row["conflict"] for row in ROWS} == {True, False}
    assert len(ROWS) >= 50
