"""Answers beside the questions of other rows: what votes and runs say of columns that slipped."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from ftq_spark.kernels.displaced import Run, may_run, runs, share_of_own, votes

ANIMALS = ("aardvark", "badger", "cormorant", "dormouse", "egret", "ferret", "gannet", "hedgehog", "ibex", "jackdaw")
QUESTIONS = [f"Where does the {animal} sleep in winter?" for animal in ANIMALS]
ANSWERS = [f"A {animal} looks for a dry place, and stays there." for animal in ANIMALS]


def test_an_answer_votes_for_the_question_that_names_what_it_names() -> None:
    found = votes(pa.array(QUESTIONS), pa.array(ANSWERS))
    assert found.tolist() == [[-1, -1, 0]] * 10
    slipped = votes(pa.array(QUESTIONS), pa.array([*ANSWERS[1:], ANSWERS[0]]))
    assert slipped.tolist() == [[0, 1, 1]] * 9 + [[0, 0, 0]]
    assert votes(pa.array([], pa.string()), pa.array([], pa.string())).shape == (0, 3)


def test_an_answer_of_two_rows_that_ask_the_same_fits_the_question_of_either() -> None:
    places = [f"town{i}" for i in range(len(ANSWERS))]
    long = [f"{question} In {place}?" for question, place in zip(QUESTIONS, places, strict=True)]
    answers = [f"{answer} In {place}." for answer, place in zip(ANSWERS, places, strict=True)]
    asked = [text for question, shorter in zip(long, QUESTIONS, strict=True) for text in (question, shorter)]
    said = [text for answer in answers for text in (answer, answer)]
    assert not (votes(pa.array(asked), pa.array(said)) > 0).any()
    others = [f"And now {i}?" for i in range(len(ANSWERS))]  # the answer of the row before, once more: a column slipped
    asked = [text for question, other in zip(long, others, strict=True) for text in (question, other)]
    assert (votes(pa.array(asked), pa.array(said))[1::2, 0] == 1).all()


def test_words_of_many_rows_tell_nothing() -> None:
    same = pa.array(["Where does it sleep in winter?"] * 10)
    assert not votes(same, pa.array(["It does sleep in winter."] * 10)).any()


def test_scripts_without_spaces_vote_too() -> None:
    things = ("猫咪", "首都", "彩虹", "茶叶", "火山", "雪花", "铁路", "月亮")
    questions = [f"{thing}是什么？" for thing in things]
    answers = [f"{thing}很美。" for thing in things]
    assert votes(pa.array(questions), pa.array([*answers[1:], answers[0]]))[:7, 1].tolist() == [1] * 7


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("-" * 20, []),
        ("-" * 5 + "+" * 8 + "-" * 5, [Run(5, 12, 1, 8)]),
        ("+" * 5 + "-" * 5, []),  # too few
        ("+0" * 8 + "-" * 9, [Run(0, 14, 1, 8)]),
        ("+-" * 20, []),  # neighbours of one subject
        ("+" * 9 + "-" * 9 + "+" * 9, [Run(0, 8, 1, 9), Run(18, 26, 1, 9)]),
        ("+" + "0" * 70 + "+" * 7, [Run(71, 77, 1, 7)]),  # what lies far apart is no run
        ("", []),
    ],
)
def test_runs(given: str, expected: list[Run]) -> None:
    behind = np.array([{"+": 1, "-": -1, "0": 0}[vote] for vote in given], np.int8)
    assert runs(np.column_stack((-np.ones_like(behind), behind, behind))) == expected


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ("+" * 12, [Run(0, 11, 1, 12)]),
        ("-" * 12, [Run(0, 11, -1, 12)]),
        ("0" * 12, []),
        ("+-" * 12, []),
        ("+" * 9 + "0" * 6 + "+" * 3, [Run(0, 17, 1, 12)]),
    ],
)
def test_answers_of_one_subject_with_both_neighbours_tell_of_no_slip(sides: str, expected: list[Run]) -> None:
    leaning = np.array([{"+": 1, "-": -1, "0": 0}[side] for side in sides], np.int8)
    fitting = np.ones_like(leaning)
    assert runs(np.column_stack((fitting, fitting, leaning))) == expected


def test_rows_sorted_by_subject_are_no_run() -> None:
    animals = [animal for animal in ANIMALS for _ in range(6)]
    questions = pa.array([f"Doctor, my {animal} looks pale." for animal in animals])
    answers = [f"Wait {i} days." if i % 2 else f"Each {animal} does." for i, animal in enumerate(animals)]
    apart = pa.array([f"Doctor, it looks pale {i}." if i % 2 == 0 else q.as_py() for i, q in enumerate(questions)])
    assert runs(votes(apart, pa.array(answers))) == []


def test_shuffled_answers_vote_for_their_own_question_half_the_time() -> None:
    kept, shuffled = np.full((100, 3), -1, np.int8), np.tile(np.array([[-1, 1, 1], [1, -1, 0]], np.int8), (50, 1))
    assert share_of_own(kept) is None
    assert share_of_own(shuffled) == (0.5, 200)
    assert share_of_own(shuffled[:20]) is None  # too few to tell
    assert share_of_own(np.concatenate((shuffled, np.zeros((4000, 3), np.int8)))) is None  # hardly any answer votes


def test_few_answers_look_like_a_run_where_none_of_three_speaks_against_it() -> None:
    assert may_run(np.array([[-1, 1, 1], [-1, 0, 0], [-1, 1, 1], [-1, -1, 1]], np.int8))
    assert not may_run(np.array([[-1, 1, 1], [-1, -1, 1], [-1, 1, 1], [-1, 1, 1]], np.int8))
    assert not may_run(np.ones((2, 3), np.int8))
