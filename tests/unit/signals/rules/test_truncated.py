"""Answers that break off, beside answers that are whole without a mark at their end."""

from __future__ import annotations

import pyarrow as pa
import pytest
from rule_verdicts import UNSURE, decided, found, value

from ftq_spark.signals import measure

LIST = """Here is what to look at before the visit.
- Bring the card that was sent to you last week.
- Be there ten minutes before the time that is given.
- Ask at the desk where the room is."""
LETTER = "Thank you for the card, which came today. We shall be there at noon, and bring the cake."
VERSES = [
    "Conozco un empleado que se fue", "El cine de mi barrio", "No vi tu alma y quería", "Y en este torbellino",
    "Me sentí aislado", "Quise quedarme pero no", "Y en la terminal", "Estoy descalzo y te espero",
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "1. 安装孔对齐\n2. 按力矩紧固\n3. ",
            "1. Совместить монтажные отверстия\n2. Затянуть до заданного момента\n3. ",
        ),
        ("What does Fortune do?", "makes blocks drop more stuff: coal, flint, seeds, all that"),
        ("Where do I find food there?", "they drop meat, solid food if you are staying in the nether a while"),
        ("Shall we meet at six instead?", "Hey brother, I am really cool with that"),
        (
            "What is said of verse 16?",
            "Answer: The king blew the horn.\n- राजा : the king\n- नाम : the name\n- च : and",
        ),
        ("Write the Laplace transform in LaTeX.", r"\mathcal{L}\{f(i)\}(s) = \int_{0}^{\infty} f(i) e^{-si} di"),
        ("Tell a joke.", '"Where were you?" he said. "I was away," said she, "and I am sorry. You may scold me!" END'),
        (
            "Is it so?\nOptions:\n- yes\n- it is not possible to tell",
            f"{LIST}\n\nThe answer is:\n- it is not possible to tell",
        ),
        ("What is new?", f"{LIST}\n* The rule of 2024 takes the place of the rule of 2021 and of 2019"),
        ("Which groups are there?", "They determine what a compound does. Examples are -OH, -CHO, -COOH and also -CO-"),
        ("so how long have you had it", "he has it too it's a thing in the family as long as i've been aware of"),
        (
            "How do I read a key?",
            "Use `get`, it does not fail.```python\nkey = d.get('k')\n```Look at the keys, too: `print(d)`.",
        ),
        ("What do I hand in?", "以下是需要提交的材料：一、身份证复印件；二、户口本复印件；三、近期照片两张；"),
        ("Is it a boil?", "It may be one. Show it to a doctor next week. Wishing you good health,"),
        ("Is it a boil?", "It may be one. Show it to a doctor next week. Take care please,"),
        ("Write to Ann.", f"Dear Ann,\n\n{LETTER}\n\nLooking forward to seeing you,"),
        ("Write to Ann.", f"Dear Ann,\n\n{LETTER} Hope to hear from you soon,"),
        ("Write to Ann.", f"Dear Ann,\n\n{LETTER}\nSee you on Friday,"),
        ("Is it a boil?", "It may be one. I hope that this is of some help to you, best wishes,"),
        ("Who works in the laboratory?", "Dr. A. Smith (Head of staff) | Ms. B. Jones (Second assistant"),
        (
            "제출 서류는 무엇인가요?",
            "- 신청서는 금요일까지 냅니다.\n- 사진은 두 장입니다.\n- 날짜는 안내를 봅니다.\n- 늦으면 다음에 신청함",
        ),
    ],
)
def test_an_answer_that_is_whole_is_not_cut(question: str, answer: str) -> None:
    assert "truncated" not in decided(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("em đi đâu thế", "em ra chợ mua cho anh ít hoa quả\ntối về em nấu cơm cho a"),
        ("mai đi không", "mai mình đi chùa cầu cho cả nhà năm mới được bình an"),
        ("chán quá", "thôi cố lên em ơi\nem muốn kể gì nữa thì cứ nói với a\na nghe em đây\nnói cho a"),
        (
            "A cosa servono i pulsanti?",
            "I pulsanti che vedi in alto servono per scegliere una delle categorie, e la "
            "mappa mostra solo i punti che ti interessano",
        ),
        (
            "Cosa succede se premo su un nome?",
            "Il sistema mostra una scheda con i dati della persona che hai scelto, e "
            "da lì puoi anche scrivere un messaggio",
        ),
        ("Solve x² = 36.", "The roots are\n-6 and\n6."),
        ("Gloss the verse.", "- यदि : if\n- सदृशी : like\n- सा : that\n- भासः : splendour\n- तस्य : of that"),
    ],
)
def test_words_and_numbers_at_an_end_that_look_like_a_cut_are_no_faults(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("¿Cómo sigue la letra?", "\n".join([*VERSES, "y es todo lo que te di"])),
    ],
)
def test_verses_are_no_fault(question: str, answer: str) -> None:
    assert found(question, answer).keys() <= UNSURE


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Name three steps.", "1. Open the window.\n2. Close the door.\n3. "),
        ("What do the rules say?", "The office closes at six. It does so every day, and the rules say that"),
        ("What is new?", f"{LIST}\n- Tell the nurse which drugs you have taken since the"),
        ("What did she say?", 'She came in and sat down. Then she said: "I have been to the'),
        ("How fast is it?", "It is very fast. It is made for people who like a car that is small and fast-"),
        ("What is in the box?", "There is a lamp in it. Beside the lamp there are two cables, a plug,"),
    ],
)
def test_an_answer_that_breaks_off_has_no_other_fault(question: str, answer: str) -> None:
    assert decided(question, answer) == {"truncated": "review"}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How do I read a key?", "Use this, which does not fail:\n```python\nkey = d.get('k')\nprint(key"),
        ("Tell me of bees.", "Bees live in hives. In summer they gather nectar from a"),
        (
            "How do bees live?",
            f"Bees live in hives. {'In summer they gather nectar far from home. ' * 2}In winter they had to",
        ),
        (
            "How do I bake bread?",
            "1. Mix the flour with water.\n2. Knead it for ten minutes.\n3. Let it rise in a warm place.\n"
            "4. Bake it at a high heat until the crust is brown, which takes about half",
        ),
    ],
)
def test_an_answer_that_breaks_off_is_reviewed(question: str, answer: str) -> None:
    assert decided(question, answer)["truncated"] == "review"


@pytest.mark.parametrize(
    "answer",
    [
        "Bees live in hives and they gather nectar from a",  # one sentence: it may be a line that was given
        "when the sea breaks on the beach,\nit is good, it is good and",
        "Rain on the roof,\nrain on the hill,\nrain on the water and on the mill,\nand I sit by the",
        "set the lamp to half, then play the song of",
        "There are five of them, and each one costs ten. Hence, the total is",  # "… is what the total is"
        "It is clear to everybody. It depends on what he called “the other",
        f"{'Many people work in the two laboratories of the house. ' * 2}One is Ms. Jones (the second",
    ],
)
def test_what_may_be_whole_is_noted(answer: str) -> None:
    assert found("Go on", answer)["truncated"] == "note"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Why did it rain?", "Clouds formed over the warm sea. They came and it rained, as it does (in"),
        ("Name reasons to walk.", "1. It is healthy.\n2. It costs nothing.\n3."),
    ],
)
def test_an_answer_that_breaks_off_is_found(question: str, answer: str) -> None:
    assert "truncated" in found(question, answer)


@pytest.mark.parametrize(
    ("answer", "is_cut"),
    [
        ('{"city": "Rome", "inhabitants": 28', True),
        ('[{"a": 1}, {"a": 2}', True),
        ('{"note": "an open { in a text"}', False),
        ('{"city": "Rome"}', False),
        ("<town>\n  <name>Rome</name>\n  <river>Tib", True),
        ("<town>\n  <name>Rome</name>\n</town>", False),
        ("<b>Rome</b> lies on the Tiber", False),
        ("Rome lies on the Tiber, and (max tokens)", True),
        ("Rome lies on the Tiber (a river)", False),
        ("Bees live in hives. Most of them are workers, which are born in spring and play a large part in", True),
        ("Bees live in hives. Most of them are workers, which in summer can", True),
        ("Bees live in hives. Most of them are workers, which are born in spring", False),
        ("Is the room for the third of May? How many nights do you want to take it for", False),
        ("I can look for one. What kind of boat are you interested in", False),
        ("I can look for one. What you get is a boat of the harbour that comes with", True),
        ("What a jar\nfor the bees to live in", False),
        ("1. Sift the flour.\n2. Beat the eggs.\n3. Stir both.\n4. Bake it for an ho", True),
        ("1. Sift the flour.\n2. Beat the eggs.\n3. Stir both.\n4. Bake it for an hour.", False),
        ("1. Sift the flour\n2. Beat the eggs\n3. Stir both\n4. Bake it for an hour", False),
        ("- Keep it dry.\n- Keep it cool.\n- Keep it dark.\n\nYours\n- Ann", False),
    ],
)
def test_data_prose_and_lists_that_break_off(answer: str, is_cut: bool) -> None:
    assert (value("truncated_end", "Go on", answer) >= 0.7) == is_cut


@pytest.mark.parametrize(
    "answer",
    [
        "The table is booked for four people. Is there anything else that I can help you with",
        "A larger tent costs twice as much as the small one. Are you sure that you want to go on with this",
    ],
)
def test_a_question_without_its_mark_is_not_cut_for_sure(answer: str) -> None:
    assert found("Book a table.", answer)["truncated"] == "note"
    assert found("Book a table.", answer.rpartition(" ")[0] + " and the")["truncated"] == "review"
    told = "It is done, and the hall is large. The band that you asked about is one that we play with"
    assert value("truncated_end", "Book a table.", told) > value("truncated_end", "Book a table.", answer)


def test_a_stray_comma_behind_a_result_is_no_cut() -> None:
    worked = "There are 9 + 6 = 15 red beads. So the box holds 40 - 15 = 25 blue beads,"
    assert found("How many beads are blue?", worked)["truncated"] == "note"
    assert (
        found("How many beads are blue?", "There are 40. There are red ones, 9 + 6 of them, and the blue ones,")[
            "truncated"
        ]
        == "review"
    )


def test_to_die_is_no_german_article() -> None:
    answer = "It was a long winter up there. Nobody in the valley wanted to be the last of the old miners to die"
    assert found("Tell me of the winter.", answer).get("truncated") in (None, "note")


def test_a_cut_that_is_a_guess_lowers_nothing() -> None:
    answer = (
        "Rinse the rice twice. Let it soak for half an hour, then boil it in fresh water until it is soft all through"
    )
    columns = {"response": pa.array([answer])}
    assert 0 < measure(columns, ["truncated_end"])["truncated_end"][0] < 0.7
    assert measure(columns, ["soundness"])["soundness"][0] == 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How was the walk?", "It did you good. Take some time to write down what you are grateful for"),
        ("Was it fair?", "It was not. Ask them to show you the bill. I am sorry that you must put up with this"),
        ("Will it last?", "Every fashion ends. One lasts, until it does not. And that is how it is meant to be"),
        ("What was the mill?", "It is a fine old mill. Here is the number of the wheel. We zoom in on that"),
        ("Why is it wrong?", "It is wrong because you must not do it.,"),
        (
            "Welches Recht gilt?",
            'Es gilt das Gesetz.\nG 1: "Wer baut, zeigt es an.",\nG 2: "Wer nicht baut, schweigt.",\n'
            'G 3: "Wer abreißt, auch.",',
        ),
        ("Wa iho la i ka pua koali, ninia i ka onohi,", "They speak of the blossom, a balm for the eye,"),
        ("Explain this: We round them off, so that they read well. Then we add a", "We round them off, so that they "
         "read well. Then we add a"),
    ],
)  # fmt: skip
def test_what_ends_so_or_was_given_so_is_not_cut(question: str, answer: str) -> None:
    assert "truncated" not in decided(question, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "I can look for one. What you get is a boat of the harbour that comes with a",
        "Oats keep well. Bees live in hives, and they can be kept by anybody who likes honey, and the",
        "Buy these.\n- oats, which keep.\n- rye bread and",
    ],
)
def test_what_breaks_off_beside_them_is_cut(answer: str) -> None:
    assert decided("What shall I buy?", answer)["truncated"] == "review"


def test_a_letter_that_stops_before_its_close_is_cut() -> None:
    letter = f"Dear Ann,\n\n{LETTER}"
    assert decided("Write to Ann.", f"{letter} Looking forward to the day on which we")["truncated"] == "review"
    assert decided("Write to Ann.", f"{letter} We go there by bus, by tram,")["truncated"] == "review"
