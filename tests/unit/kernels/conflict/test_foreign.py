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


@pytest.mark.parametrize(
    ("question", "one", "other", "apart"),
    [
        ("号“溪南生”的诗人是谁？", "溪南生是唐代诗人王禾的号。", "号“溪南生”的诗人是王禾。", False),
        ("号“溪南生”的诗人是谁？", "溪南生是唐代诗人林田的号。", "号“溪南生”的诗人是王禾。", True),
        ("哪一年建的桥？", "桥建于1919年。", "1991年。", True),
        ("山上有一颗什么树？", "山上有桂花树。", "山上没有桂花树。", True),
        ("经常吃辣会导致胃病吗？", "不会，适量吃辣对胃有好处。", "会。", True),
        ("这座桥可以走车吗？", "不可以。", "没错，可以。", True),
        ("这座桥可以走车吗？", "能。", "可以。", False),
    ],
)
def test_what_an_answer_adds_to_its_question_letter_by_letter(question: str, one: str, other: str, apart: bool) -> None:
    assert (score(question, one, other) >= REVIEW) == apart


@pytest.mark.parametrize(
    ("question", "one", "other", "apart"),
    [
        # Asked without a mark.
        ("秘鲁的首都在哪", "利马", "库斯科", True),
        ("《白桥》的导演是谁", "王禾", "林田", True),
        ("北桥有多少个桥洞", "9", "11", True),
        ("ペルーの首都はどこ", "リマ", "クスコ", True),
        ("写几句话", "花开了。", "下雨了。", False),
        ("推荐几本书", "红楼梦", "西游记", False),
        # Several are right, or one each is asked for.
        ("《白桥》的主演是谁？", "王禾", "林田", False),
        ("《白桥》的主演和导演分别是谁？", "王禾", "林田", False),
        ("去年南桥和北桥的长度分别是多少？", "463米", "509米", False),
        ("去年北桥的长度是多少？", "463米", "509米", True),
        ("Welche Länder haben einen König?", "Norwegen", "Spanien", False),
        ("Welches Land hat einen König?", "Norwegen", "Spanien", True),
        ("¿Cuáles son los puertos de la isla?", "Alba", "Mora", False),
        # In other letters, of which nobody tells here whether they are one name.
        ("谁写了《白桥》？", "约翰·史密斯", "John Smith", False),
        ("谁写了《白桥》？", "Ann Lee", "John Smith", True),
    ],
)
def test_questions_without_a_mark_for_several_things_and_names_in_other_letters(
    question: str, one: str, other: str, apart: bool
) -> None:
    assert (score(question, one, other) >= REVIEW) == apart
