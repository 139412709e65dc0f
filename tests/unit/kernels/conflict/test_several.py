"""Datasets that give several right answers to a question."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.several import lists_answers


@pytest.mark.parametrize(
    ("n_bare", "n_apart", "lists"),
    [
        # As measured: lists of answers …
        (113, 113, True), (133, 132, True), (33, 33, True), (125, 125, True), (55, 52, True), (41, 41, True),
        # … models' answers, annotators' labels, ratings.
        (82, 27, False), (260, 39, False), (47, 0, False), (195, 0, False), (49, 26, False), (29, 14, False),
        # Too few to tell.
        (0, 0, False), (1, 1, False), (9, 9, False), (10, 10, True), (10, 9, True), (10, 8, False),
    ],
)  # fmt: skip
def test_a_dataset_lists_answers_where_hardly_one_is_given_twice(n_bare: int, n_apart: int, lists: bool) -> None:
    assert lists_answers(n_bare, n_apart, one_length=False) == lists
    assert not lists_answers(n_bare, n_apart, one_length=True)  # a quiz, with its wrong options
