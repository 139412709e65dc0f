"""Contradiction scores of pairs."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.conflict.items import FEATURES
from ftq_spark.kernels.conflict.kinds import CODE, question_kind
from ftq_spark.kernels.conflict.pairs import HIGH, REVIEW, PairScores, default_weights, disagrees, score_pairs

Pair = tuple[str, str, str, str]


def hand_written(conflict: bool) -> list[Pair]:
    rows = map(json.loads, Path(__file__).with_name("pairs.jsonl").read_text("utf-8").splitlines())
    return [
        (row["prompt_a"], row["response_a"], row["prompt_b"], row["response_b"])
        for row in rows
        if row["conflict"] is conflict
    ]


CONFLICTING, COMPATIBLE = hand_written(True), hand_written(False)
TEXTS = st.one_of(
    st.text(max_size=120),
    st.sampled_from([text for pair in CONFLICTING + COMPATIBLE for text in pair]),
    st.sampled_from(["Yes.", "No.", "It is 5 kg.", "I don't know.", "```\nx\n```", "It depends.", ""]),
)


def score(pairs: list[Pair], **options: float) -> PairScores:
    columns = list(zip(*pairs, strict=True))
    return score_pairs(*map(list, columns), **options)  # type: ignore[arg-type]


def one(question_a: str, answer_a: str, question_b: str, answer_b: str) -> tuple[float, str]:
    result = score([(question_a, answer_a, question_b, answer_b)])
    return float(result.score[0]), result.kind[0]


def test_conflicts_rank_above_compatible_pairs() -> None:
    high, low = score(CONFLICTING).score, score(COMPATIBLE).score
    wins = (high[:, None] > low[None, :]).mean()
    assert wins >= 0.95
    assert (high >= REVIEW).mean() >= 0.8
    assert (low >= REVIEW).mean() == 0.0


@pytest.mark.parametrize(
    ("pair", "kind"),
    [
        (("Is it open?", "Yes, daily.", "Is it open?", "No, never."), "polarity"),
        (("Is it legal to keep bees?", "It is allowed.", "Is it legal to keep bees?", "It is banned."), "polarity"),
        (("How long is the lease?", "It lasts 12 months.", "How long is the lease?", "It lasts 5 years."), "number"),
        (("What is 6 x 7?", "The answer is 42.", "What is 6 x 7?", "The answer is 48."), "final_answer"),
        (("What is the capital of Peru?", "Lima", "What is the capital of Peru?", "Quito"), "entity"),
        (("Who may vote?", "Only members may vote.", "Who may vote?", "Everyone may vote."), "quantifier"),
    ],
)  # fmt: skip
def test_kind_of_the_strongest_evidence(pair: Pair, kind: str) -> None:
    found, named = one(*pair)
    assert named == kind
    assert found >= REVIEW


@pytest.mark.parametrize(
    "pair",
    [
        ("Write a line of verse.", "Yes, the sea is calm.", "Write a line of verse.", "No, the sea is wild."),
        ("Write a Python function.", "def f(a): return a", "Write a Python function.", "def g(a): return 1"),
        ("How tall is Ann?", "1.7 m", "How tall is Bob?", "1.9 m"),
        ("What is the dose for adults?", "400 mg", "What is the dose for children?", "100 mg"),
        ("What is 2 + 2?", "4", "What is 2 + 3?", "5"),
        ("Is it safe?", "Yes, it is safe.", "Is it dangerous?", "No, it is not dangerous."),
        ("How much?", "4 g", "How much?", "4000 mg"),
        ("Is the film good? Review: what a waste of an evening, I left early.", "No",
         "Is the film good? Review: a joy from the first minute, see it twice.", "Yes"),
    ],
)  # fmt: skip
def test_different_is_not_contradictory(pair: Pair) -> None:
    assert one(*pair)[0] < REVIEW


def test_a_refusal_against_an_answer_is_its_own_kind() -> None:
    found, kind = one(
        "What is the capital of Peru?", "Lima", "What is the capital of Peru?", "I'm sorry, I cannot help."
    )
    assert kind == "refusal"
    assert REVIEW <= found < HIGH
    assert one("Who are you?", "As an AI, I have no name.", "Who are you?", "I'm sorry, I cannot say.") == (0.0, "none")


@pytest.mark.parametrize(
    ("left", "right", "differs"),
    [
        ("5 x 3 = 15.\n\n#### 15 hours", "3 + 3 + 9 = 15.\n\n#### 15", False),
        ("So \\boxed{40} boxes of salt weigh it down.", "20 + 20 = 40 kg\n\n#### 40 kg of salt", False),
        ("1 + 1 = 2\n\n#### 2 hours", "60 + 60 = 120\n\n#### 120", False),  # … minutes
        ("\\(900 - 600\\) pounds\n\n#### 300\\) pounds", "900 - 600 = 300\n\n#### 300", False),
        ("5 x 3 = 15.\n\n#### 15 hours", "3 + 3 + 8 = 14.\n\n#### 14", True),
        ("1 + 1 = 2\n\n#### 2 hours", "1 + 2 = 3\n\n#### 3 hours", True),
        ("1 + 1 = 2\n\n#### 2 hours", "60 + 60 = 120\n\n#### 120 minutes", False),
    ],
)
def test_a_result_with_its_unit_is_the_same_without(left: str, right: str, differs: bool) -> None:
    asked = "A mill runs so long each day, and then again. How much does it come to in all?"
    found, kind = one(asked, left, asked, right)
    assert (kind == "final_answer" and found >= HIGH) == differs, (found, kind)


def test_entities_alone_never_reach_the_high_band() -> None:
    assert one("Who won the final?", "Brazil", "Who won the final?", "Germany")[0] < HIGH


def test_evidence_quotes_both_answers() -> None:
    result = score(CONFLICTING)
    for pair, items in zip(CONFLICTING, result.evidence, strict=True):
        assert len(items) <= 4
        for item in items:
            assert item["left_text"].lower() in pair[1].lower()
            assert item["right_text"].lower() in pair[3].lower()


def test_spans_are_cut() -> None:
    long = "yes it is safe " * 100
    result = score([("Is it safe?", "Yes, " + long, "Is it safe?", "No, " + long)])
    assert all(len(item["left_text"]) <= 240 for item in result.evidence[0])


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_order_does_not_matter(question_a: str, answer_a: str, question_b: str, answer_b: str) -> None:
    forward = score([(question_a, answer_a, question_b, answer_b)])
    backward = score([(question_b, answer_b, question_a, answer_a)])
    assert forward.score[0] == pytest.approx(backward.score[0])
    assert forward.kind == backward.kind
    assert 0.0 <= forward.score[0] <= 1.0


@given(TEXTS, TEXTS)
def test_an_answer_never_contradicts_itself(question: str, answer: str) -> None:
    assert one(question, answer, question, answer)[0] == 0.0


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=5))
def test_the_floor_only_spares_pairs_below_it(pairs: list[Pair]) -> None:
    every, some = score(pairs).score, score(pairs, floor=0.5).score
    assert np.array_equal(every[every >= 0.5], some[every >= 0.5])
    assert (some[every < 0.5] < 0.5).all()


def test_every_feature_has_a_weight() -> None:
    assert set(default_weights().weights) == set(FEATURES)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        score_pairs(["a"], ["b"], ["c"], [])


def test_scores_do_not_depend_on_the_batch() -> None:
    pairs = CONFLICTING + COMPATIBLE
    together = score(pairs).score
    alone = np.concatenate([score([pair]).score for pair in itertools.chain(pairs)])
    assert np.array_equal(together, alone)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (("Who wrote it?", "Paris did.", "Who wrote it?", "paris did"), False),
        (
            ("What is the capital of France?", "Paris.", "Which is the capital?", "The capital is Paris."),
            False,
        ),
        (("How long is the notice?", "30 days.", "How long is the notice?", "Thirty days."), False),
        (
            (
                "How do they attack?",
                "They bump into others.",
                "How do they attack?",
                "They shoot quills.",
            ),
            True,
        ),
        (("Is it so?\n\nA text of one sort", "Yes.", "Is it not so?\n\nA text of another sort", "No."), True),
        (("Write a line about rain.", "Rain taps the roof.", "Write a line about rain.", "Grey skies weep."), False),
        (
            (
                "Say this in one sentence: a merger",
                "After a long dispute the court allowed Alda to take over the works of Brem in the year that followed.",
                "Say this in one sentence: a merger",
                "After a long dispute the court allowed Brem to take over the works of Alda in the year that followed.",
            ),
            True,
        ),
        (
            (
                "Name borders.",
                "France has a border with Spain, in the mountains. Spain has a border with France, too.",
                "Name some borders.",
                "Spain has a border with France, too. France has a border with Spain, in the mountains.",
            ),
            False,
        ),
        (("What is 2+2?", "4", "What is 2+2?", "I'm sorry, but I can't help with that."), True),
    ],
)
def test_of_brief_answers_only_those_that_agree_are_duplicates(pair: tuple[str, str, str, str], expected: bool) -> None:
    assert disagrees(*pair, 0.25) is expected
    assert disagrees(*pair[2:], *pair[:2], 0.25) is expected


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Write a Python function that doubles a number.", "def f(x): return 2 * x  # doubled, as asked", "I cannot."),
        ("Write a SQL query: pick a table or a view.", '{"from": "table"}', '{"from": "view"}'),
        ("Write a SQL query: pick a table or a view.", "A table", "A view"),
    ],
)
def test_of_code_only_what_takes_another_disagrees(question: str, one: str, other: str) -> None:
    assert question_kind(question) == CODE
    weighed = score_pairs([question], [one], [question], [other]).score[0] >= 0.25
    assert disagrees(question, one, question, other, 0.25) == weighed


def test_a_denial_of_what_is_asked_about_is_a_doubt() -> None:
    assert disagrees(
        "What happens to the original list when you call sorted() on it in Python?",
        "Nothing happens to it: `sorted()` does not modify the original list, it returns a new sorted list.",
        "In Python, what does sorted() do to the original list?",
        "`sorted()` modifies the original list in place and returns `None`.",
        0.25,
    )
