"""What an inference model is asked, and what its answer does to the score."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.conflict.inference import Aligned, Opinion, aligned_parts, posed, with_opinion

QUESTION = "Which enzyme does warfarin inhibit?"
COX = "Warfarin inhibits the enzyme cyclooxygenase. It is taken by mouth."
VITAMIN = "Warfarin inhibits the enzyme vitamin K epoxide reductase."
PART = Aligned("here", "there")


def test_leads_come_first_and_are_posed_behind_the_question() -> None:
    parts = aligned_parts(QUESTION, COX, QUESTION, VITAMIN)
    assert parts[0] == Aligned("Warfarin inhibits the enzyme cyclooxygenase.", VITAMIN)
    assert len(parts) <= 3
    assert posed(QUESTION, parts[0].left).startswith(QUESTION)
    mirrored = aligned_parts(QUESTION, VITAMIN, QUESTION, COX)
    assert [(part.right, part.left) for part in mirrored] == list(parts)


def test_final_answers_are_compared() -> None:
    question = "How many apples are left?"
    left, right = "There were 9. We ate 2. The answer is 7.", "Take 9 and add 2. The answer is 11."
    assert Aligned("7", "11") in aligned_parts(question, left, question, right)


@pytest.mark.parametrize(
    ("question_a", "answer_a", "question_b", "answer_b"),
    [
        ("Write it.", "```python\ndef add(a, b):\n    return a + b\n```", "Write it.", "```python\nimport add\n```"),
        ("Write a poem about rain.", "Rain falls on the town.", "Write a poem about rain.", "Drops dance on tin."),
        (QUESTION, COX, QUESTION, COX),
        (QUESTION, COX, QUESTION, "I'm sorry, but I can't help with that."),
        ("What is the capital of France?", "It is Paris.", "What is the capital of Spain?", "It is Madrid."),
    ],
)  # fmt: skip
def test_what_a_model_is_not_asked(question_a: str, answer_a: str, question_b: str, answer_b: str) -> None:
    assert aligned_parts(question_a, answer_a, question_b, answer_b) == []


def test_the_documented_rule() -> None:
    score, kind, evidence = with_opinion(0.2, "none", [], Opinion(0.9, 0.1, PART))
    expected = math.log(0.2 / 0.8) + 0.5 * math.log(9) - 0.3 * math.log(1 / 9)
    assert score == pytest.approx(1 / (1 + math.exp(-expected)))
    assert (kind, evidence) == ("model", [{"left_text": "here", "right_text": "there", "kind": "model"}])
    assert with_opinion(0.05, "none", [], Opinion(1.0, 0.0, PART))[0] == pytest.approx(0.54, abs=0.005)


def test_a_model_lowers_what_it_finds_compatible_but_not_what_is_stated_outright() -> None:
    said = [{"left_text": "a", "right_text": "b", "kind": "entity"}]
    lowered = with_opinion(0.7, "entity", said, Opinion(0.02, 0.95, PART))
    assert lowered[0] < 0.3
    assert lowered[1:] == ("entity", said)
    assert with_opinion(0.95, "polarity", said, Opinion(0.02, 0.95, PART))[0] == 0.95


@given(*(st.floats(0, 1) for _ in range(4)))
def test_more_contradiction_never_lowers_the_score(score: float, low: float, high: float, entailment: float) -> None:
    low, high = sorted((low, high))
    moved = [with_opinion(score, "entity", [], Opinion(p, entailment, PART))[0] for p in (low, high)]
    assert 0 <= moved[0] <= moved[1] <= 1
