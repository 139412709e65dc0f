"""Values in other languages than English, numbers and sentences in Han characters, and what is only compared with."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.han import in_digits
from ftq_spark.kernels.conflict.pairs import REVIEW, score_pairs
from ftq_spark.kernels.conflict.quantities import quantities


def score(question: str, one: str, other: str) -> float:
    found = [float(score_pairs([question], [x], [question], [y]).score[0]) for x, y in ((one, other), (other, one))]
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("nach zwölf Tagen", 12),
        ("drei Wochen", 21),
        ("trois jours", 3),
        ("cinco días", 5),
        ("quattro giorni", 4),
        ("sete dias", 7),
        ("vijf dagen", 5),
        ("pięć dni", 5),
        ("через 3 дня", 3),
        ("in five days", 5),
    ],
)
def test_spans_are_read(text: str, days: int) -> None:
    assert [(q.low, q.dimension) for q in quantities(text)] == [(86400.0 * days, "time")]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Wie lange dauert die Lieferung?", "Sie dauert drei Tage.", "Die Lieferung dauert zwei Wochen."),
        ("Combien de temps dure le bail ?", "Le bail dure trois ans.", "Il dure neuf mois, soit 9 mois."),
        ("¿Cuánto dura la garantía?", "La garantía dura cinco años.", "Dura seis meses."),
        ("Quand la piscine ferme-t-elle ?", "La piscine ferme à 19 heures.", "La piscine ferme à 21 heures."),
        ("Quanto dura o curso?", "O curso dura três semanas.", "São dez dias."),
        ("Quando è nata la scuola?", "La scuola è nata nel 1968.", "È nata nel 1983."),
        ("Когда построили мост?", "Мост построили в 1932 году.", "Его построили в 1908 году."),
    ],
)
def test_other_values_contradict(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Wie lange läuft der Vertrag?", "Der Vertrag läuft 36 Monate.", "Er läuft drei Jahre."),
        ("Combien de temps dure le bail ?", "Le bail dure trois ans.", "Il dure 36 mois."),
        ("¿Cuánto dura la garantía?", "La garantía dura tres semanas.", "Dura 21 días."),
        ("Kiedy otwarto muzeum?", "Muzeum otwarto w 1968 roku.", "W 1968."),
        ("Wie lange dauert die Lieferung?", "Sie dauert zwei bis drei Tage.", "Die Lieferung dauert drei Tage."),
        ("Wie alt ist der Baum?", "Der Baum ist 1.500 Jahre alt.", "Er ist 1500 Jahre alt."),
        ("Quand la piscine est-elle ouverte ?", "Elle ouvre à 9 heures.", "Elle ferme à 20 heures."),
        ("Wann starb der Maler?", "Er starb 1832.", "Er starb am 22. März 1832."),
        ("一年有几个月？", "一年有十二个月。", "12个月。"),
        ("法国的首都是哪里？", "法国的首都是巴黎。", "巴黎是法国的首都。"),
        ("試合は何分ですか。", "試合は九十分です。", "90分です。"),
    ],
)
def test_one_value_is_one_value(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


def test_the_other_way_about_counts_for_what_is_said_to_be_the_same() -> None:
    assert score("日本的首都是哪里？", "日本的首都是东京。", "大阪是日本的首都。") >= REVIEW
    assert score("一年有几个月？", "一年有十二个月。", "11个月。") >= REVIEW


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("七日", "7日"),
        ("二十五人", "25人"),
        ("十月", "10月"),
        ("九十分", "90分"),
        ("三百", "三百"),
        ("二〇二四", "二〇二四"),
    ],
)
def test_han_numbers(text: str, expected: str) -> None:
    assert in_digits(text) == expected
