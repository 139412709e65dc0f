"""Questions in other languages than English: whether two are one, and what has many answers."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW


@pytest.mark.parametrize(
    ("question", "one", "asked", "other"),
    [
        ("Quelle est la capitale du Pérou ?", "Lima.", "La capitale du Pérou, quelle est-elle ?", "Cusco."),
        ("Wer hat den Faust geschrieben?", "Goethe.", "Wer hat Faust geschrieben?", "Schiller."),
    ],
)
def test_one_question_in_two_wordings_has_one_answer(question: str, one: str, asked: str, other: str) -> None:
    assert score(question, one, other, asked) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "asked", "other"),
    [
        (
            "¿Cuál es la señal con forma de diamante?",
            "Advertencia",
            "¿Cuál es la señal con forma de diamante con un ciervo?",
            "Cruce de animales",
        ),
        ("한국의 수도는 어디입니까?", "서울입니다.", "한국에서 가장 높은 산은 무엇입니까?", "한라산입니다."),
        ("Quelle est la capitale du Pérou ?", "Lima.", "Quel est le plus grand lac du Pérou ?", "Le lac Titicaca."),
        ("Какой город — столица России?", "Москва.", "Какая река самая длинная в России?", "Лена."),
        (
            "¿Cuál es el río más largo de Chile?",
            "El Loa.",
            "¿Cuál es el volcán más alto de Chile?",
            "El Ojos del Salado.",
        ),
    ],
)
def test_two_questions_have_two(question: str, one: str, asked: str, other: str) -> None:
    assert score(question, one, other, asked) < REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("¿Qué significa una señal rectangular blanca?", "Regla obligatoria", "Regulación de tránsito"),
        ("怎么了?", "没啥.", "不怎么的"),
    ],
)
def test_what_something_means_and_how_somebody_is_has_many_answers(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other", "apart"),
    [
        ("你多大了？", "我22", "我25了", False),
        ("法国的首都是哪里？", "巴黎", "里昂", True),
    ],
)
def test_capitals_are_one_and_ages_are_many(question: str, one: str, other: str, apart: bool) -> None:
    assert (score(question, one, other, floor=0.5) >= 0.5) == apart
