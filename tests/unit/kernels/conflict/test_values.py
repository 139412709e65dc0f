"""Values that answers give, bare and in sentences: numbers, measures, days and hours, in several languages."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # Numbers and measures.
        ("How much may a trunk weigh?", "Up to 20 kg.", "A trunk may weigh at most 23 kg."),
        ("It began at 9:15 and ended at 10:45. How many minutes did it take?", "45", "90"),
        (
            "Respond in English. Do not add explanations.\n\nA car covers 90 km in 1.5 hours. "
            "What is its average speed? Output only the final value in km/h.",
            "60",
            "62",
        ),
        ("How much storage is there?", "1 TB", "1100 GB"),
        ("How large may an attachment be?", "25 MB", "24 MB"),
        ("What share of the votes did she get?", "She got a quarter of the votes.", "She got 50% of the votes."),
        ("How long do I boil pasta?", "10", "Boil it for 20 minutes."),
        ("What is the minimum age to open an account?", "18", "You must be at least 16 years old."),
        ("At what temperature do I bake bread?", "200 degrees", "Bake at 160 °C."),
        ("What is the right tyre pressure?", "3 bar", "The tyre pressure should be 30 psi."),
        # In one sentence with another number.
        (
            "What is the return window of our shop?",
            "Customers may return goods within 30 days.",
            "Customers may return goods within 14 days.",
        ),
        (
            "What is our refund policy?",
            "Refunds are given within 30 days of purchase.",
            "Refunds are given within 14 days of purchase.",
        ),
        ("What is the maximum file size for uploads?", "Files may be up to 25 MB.", "Files may be up to 100 MB."),
        ("What is the minimum age?", "You must be at least 18 years old.", "You must be at least 21 years old."),
        # A value alone and in a sentence.
        ("What is the warranty?", "Two years.", "The warranty is five years."),
        ("What is the deposit?", "200 euros.", "It is 300 euros."),
        ("What is the notice period?", "Six weeks", "The notice period is three months."),
        # Nothing but a value, or values, whatever is asked for.
        ("What was the turnover of Halden Mills in the first quarter?", "$6.04 billion", "$1.04 billion"),
        ("What is the release date of Otto 5?", "March 20 2020", "March 2, 2010"),
        ("What is the typical stay after the operation?", "2-3 days.", "5-7 days."),
        ("When did the Otto 6 come out?", "June 2020", "June 2010"),
        ("When was the Otto 7 shown?", "October 19 2021", "October 19, 2011"),
        # A date alone.
        ("When did the Otto 5 come out?", "August 8, 2014", "The Otto 5 was first sold by a shop in May 1984."),
        ("When was the hall built in Elms?", "June 7, 1993", "The hall was built in Elms in 1995."),
        ("When did the scheme of Ober start?", "1 August 2016", "The scheme was introduced in Ober in 1980."),
        # Of one event.
        (
            "When does the concert start?",
            "Doors open at 7 pm and the concert starts at 8 pm.",
            "The concert starts at 9 pm.",
        ),
        ("When does the train leave?", "The train leaves at 9:55.", "It departs at 10:20."),
        ("When does the course end?", "It ends on 12 June.", "The course ends on 5 June."),
        (
            "What temperature does water boil at at sea level?",
            "At sea level water boils at 80 °C, which is 176 °F.",
            "100 °C. The figure falls by roughly 1 °C for every 300 metres of altitude.",
        ),
        ("When does the shop close?", "The shop closes at 9 pm.", "It closes at 20:00."),
        # In other languages than English.
        ("駅は何年にできましたか。", "1911年。", "1925年。"),
        ("Quanti giorni ho per il pagamento?", "Ha 10 giorni di tempo.", "Il pagamento è dovuto entro 45 giorni."),
        ("Das Treffen ging von neun bis elf. Wie lange war das? Gib nur die Minuten aus.", "75", "41"),
        ("¿Cuál es el límite de velocidad en zonas escolares?", "25 km/h", "40 km/h"),
        ("Wie lange dauert die Lieferung?", "Sie dauert drei Tage.", "Die Lieferung dauert zwei Wochen."),
        ("Combien de temps dure le bail ?", "Le bail dure trois ans.", "Il dure neuf mois, soit 9 mois."),
        ("¿Cuánto dura la garantía?", "La garantía dura cinco años.", "Dura seis meses."),
        ("Quand la piscine ferme-t-elle ?", "La piscine ferme à 19 heures.", "La piscine ferme à 21 heures."),
        ("Quanto dura o curso?", "O curso dura três semanas.", "São dez dias."),
        ("Quando è nata la scuola?", "La scuola è nata nel 1968.", "È nata nel 1983."),
        ("Когда построили мост?", "Мост построили в 1932 году.", "Его построили в 1908 году."),
        ("Wann beginnt der Kurs?", "Am 3. Mai.", "Der Kurs beginnt am 5. Mai."),
        ("Wann ist die Sitzung?", "Am 12. März.", "Am 14. März 2025."),
        ("¿Cuándo empieza el curso?", "El 3 de mayo.", "Empieza el 7 de mayo."),
        ("Quand commence le cours ?", "Le 3 mai.", "Le cours commence le 9 mai."),
    ],
)
def test_other_values_contradict_each_other(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How many parts has it?",
            "7. They are all small.",
            "It has seven parts, of four groups.\n\n1. The lid\n2. Feet",
        ),
        ("How many pairs of bolts are there?", "three pairs", "three"),
        # Numbers and measures.
        ("How much may a trunk weigh?", "Up to 20 kg.", "At most about 20 kg."),
        ("What do two desks and a lamp cost?", "$3700", "It costs $3300 for the desks and $400 for the lamp."),
        ("How much RAM does the laptop have?", "16 GB", "16384 MB"),
        ("What share of the votes did she get?", "She got 50% of the votes.", "She got half of the votes."),
        ("How many people live in Orden?", "16,181 people live in Orden.", "16.181 people live in Orden."),
        ("How many ribs does a person have?", "A person has 24 ribs.", "A person has 12 pairs of ribs."),
        ("How many keys does a piano have?", "A piano has 88 keys.", "A piano has 52 white keys and 36 black keys."),
        ("How long do I boil pasta?", "10", "Boil it for 10 minutes."),
        ("How long does the alarm ring?", "120", "It rings for 2 minutes."),
        ("At what temperature do I bake bread?", "200 degrees", "Bake at 390 °F."),
        ("What is the right tyre pressure?", "3 bar", "The tyre pressure should be 300 kPa."),
        # In one sentence with another number.
        (
            "What is the return window of our shop?",
            "Customers may return goods within 30 days.",
            "Customers may return goods within one month, or 30 days.",
        ),
        (
            "What is an example of an even number?",
            "An example of an even number is 4.",
            "An example of an even number is 16.",
        ),
        ("How many people live there?", "About 370,000 people live there.", "About 390,000 people live there."),
        # Another aspect.
        ("What is the warranty?", "Two years.", "It covers defects of material."),
        ("What is the warranty?", "The warranty lasts two years.", "The warranty covers defects of material."),
        ("What is the deposit?", "200 euros.", "It is paid back when you leave."),
        ("What is the warranty?", "24 months", "The warranty is two years."),
        # Of one event, or of two.
        ("When does the concert start?", "Doors open at 7 pm.", "The concert starts at 8 pm."),
        ("When does the train leave?", "Boarding closes at 9:55.", "The train leaves at 10:00."),
        ("When does the meeting begin?", "Coffee is served from 8:30.", "The meeting begins at 9:00."),
        ("When does the course end?", "The exam takes place on 12 June.", "The course ends on 5 June."),
        ("When does the shop close?", "The shop closes at 9 pm.", "It closes at 21:00."),
        ("Did the war end in 1945?", "The war ended in 1945.", "It ended in 1945, in May."),
        # In other languages than English.
        ("Quanti giorni ho per il pagamento?", "Ha 10 giorni di tempo.", "Il pagamento è dovuto entro 10 giorni."),
        ("Kaç dakika sürdü ve ne oldu? Sadece dakika sayısını yaz.", "90", "1 saat 30 dakika"),
        ("Wie lange läuft der Vertrag?", "Der Vertrag läuft 36 Monate.", "Er läuft drei Jahre."),
        ("Combien de temps dure le bail ?", "Le bail dure trois ans.", "Il dure 36 mois."),
        ("¿Cuánto dura la garantía?", "La garantía dura tres semanas.", "Dura 21 días."),
        ("Kiedy otwarto muzeum?", "Muzeum otwarto w 1968 roku.", "W 1968."),
        ("Wie lange dauert die Lieferung?", "Sie dauert zwei bis drei Tage.", "Die Lieferung dauert drei Tage."),
        ("Wie alt ist der Baum?", "Der Baum ist 1.500 Jahre alt.", "Er ist 1500 Jahre alt."),
        ("Quand la piscine est-elle ouverte ?", "Elle ouvre à 9 heures.", "Elle ferme à 20 heures."),
        ("Wann starb der Maler?", "Er starb 1832.", "Er starb am 22. März 1832."),
        ("一年有几个月？", "一年有十二个月。", "12个月。"),
        ("試合は何分ですか。", "試合は九十分です。", "90分です。"),
    ],
)
def test_one_value_and_values_of_two_things_do_not(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


def test_one_month_of_one_year_is_one() -> None:
    assert score("When did the Otto 6 come out?", "June 2020", "In June of 2020") < REVIEW
    assert score("When did the Otto 6 come out?", "June 2020", "June") < REVIEW
    assert score("When did the mint move?", "17 December 1968", "the 1960s") < REVIEW
    assert score("What is the release date of Otto 5?", "March 20 2020", "20 March 2020") < REVIEW


def test_one_day_is_one_day() -> None:
    assert score("Wann ist die Sitzung?", "Am 12. März.", "Die Sitzung ist am 12. März 2025.") < REVIEW
    assert score("Wann beginnt das Fest?", "Es beginnt am 3. Mai.", "Am 3. Mai") < REVIEW


def test_so_many_and_none_contradict_where_the_question_s_words_are_denied() -> None:
    question = "How much is the locker deposit?"
    assert score(question, "2 euros", "There is no deposit.") >= REVIEW
    assert score(question, "0 euros", "There is no deposit.") < REVIEW


def test_never_more_than_is_at_most() -> None:
    assert score("What is the speed limit?", "10 km/h at most.", "Walking pace; never more than 10 km/h.") < REVIEW


GOALS = "How many international goals did Ann Keller score for Halden?"


@pytest.mark.parametrize(
    ("question", "one", "other", "apart"),
    [
        (GOALS, "Ann Keller scored 68 international goals for Halden.", "68 goals in 62 international matches.", False),
        (GOALS, "Ann Keller scored 62 international goals for Halden.", "She scored 68 international goals.", True),
        # Iran's calendar is 621 or 622 years behind.
        ("چه سالی آسیاب ساخته شد؟", "۱۳۵۹", "۱۹۸۰", False),
        ("چه سالی آسیاب ساخته شد؟", "۱۹۸۶", "۱۳۶۵", False),
        ("چه سالی آسیاب ساخته شد؟", "۱۳۵۹", "۱۳۶۹", True),
    ],
)
def test_a_count_beside_another_and_a_year_of_another_calendar(
    question: str, one: str, other: str, apart: bool
) -> None:
    assert (score(question, one, other) >= REVIEW) == apart
