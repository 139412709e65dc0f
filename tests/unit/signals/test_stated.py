"""What an answer states that cannot be or is not there, beside what comes near to it and is right."""

from __future__ import annotations

import pytest
from rule_verdicts import value

from ftq_spark.signals.catalogue.stated import broken_tables, impossible_dates, skipped_items, unwritten_items


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("It was signed on 31 February 1921.", 1),
        ("It was signed on the 31st of June, 1921.", 1),
        ("The shop opens on April 31, 2024.", 1),
        ("Bis zum 31. November 2023 ist Zeit.", 1),
        ("L'inauguration a eu lieu le 30 février 1998.", 1),
        ("Nació el 31 de abril de 1907.", 1),
        ("Музей открылся 31 июня 1964 года.", 1),
        ("It ran from 2023-06-31 to 2023-07-01.", 1),
        ("Die Prüfung war am 31.11.2023, nicht am 30.2.2024.", 2),
        ("The course begins on June 31 and lasts four weeks.", 1),
        ("The train leaves at 25:70.", 1),
        ("We meet at 2:75 pm.", 1),
        ("Le concert commence à 27h30.", 1),
        ("Elsa Holt (1902–1871) painted.", 1),
        ("He was born in 1888 and died in 1853 in Vienna.", 1),
        ("Konrad (geboren 1845, gestorben 1810) war Uhrmacher.", 1),
        ("García nació en 1950 en Quito y murió en 1920 en Lima.", 1),
        ("It was signed on 31 October 1921, ratified on 30 June 1922 and ended on 29 February 1924.", 0),
        ("The 31 June-born lambs are well.", 1),  # not told from a day
        ("In June 31 people came.", 0),
        ("The aspect ratio is 64:27; they won 29:27, as Matthew 25:35 says.", 0),
        ("The bus leaves at 23:59 or at 0:29.", 0),
        ("Adding 16 minutes gives 5:51 + 0:16 = 5:67 AM, so 6:07 AM.", 0),
        ("Marie Curie (1867–1934) was a chemist, Augustus (63 BC – AD 14) an emperor.", 0),
        ("That is a period of 133 years (2023 - 1890).", 0),
        ("He was born in 1867 and died in 1934.", 0),
        ("Use `parse('31 February 2021')`.", 0),
        ("```python\nparse('31 February 2021')\n```", 0),
    ],
)
def test_days_that_there_are_not(text: str, n: int) -> None:
    assert impossible_dates(text) == n
    assert (value("n_impossible_dates", "When was it?", text) > 0) == (n > 0)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Gibt es den 31. April?", "Nein, der 31. April fehlt: Der April hat nur 30 Tage."),
        ("Write a joke about dates.", "My landlord promised to fix it by the 31st of June."),
        ("Is 2023-02-30 a valid date?", "No: 2023-02-30 has the right shape alone."),
        ("Did Sweden have one?", "Yes, there was a 30 February in 1712."),
    ],
)
def test_days_that_are_spoken_of_may_be_none(question: str, answer: str) -> None:
    assert value("n_impossible_dates", question, answer) == 0


HEAD = "| Trait | Cats | Dogs |\n|---|:-:|---|\n"


@pytest.mark.parametrize(
    ("text", "n"),
    [
        (HEAD + "| Walks | no | yes |\n| Sleep | 15 hours |\n| Noise | meow | bark |", 1),
        (HEAD + "| Walks | no | yes | loud |\n", 1),
        ("Here:\n\nTrait | Cats\n--- | ---\nWalks | no | yes\n\nThat is all.", 1),
        ("| Trait | Cats | Dogs |\n|---|---|\n| Walks | no | yes |", 1),
        (HEAD + "| Walks | no | yes |\n| Sleep |  | |\n\n" + HEAD + "| Noise | meow | bark |", 0),
        (HEAD + "| Either | `a\\|b` | `x|y` |\n| Or | a\\|b | c |", 0),
        (HEAD + "| Norm | $|x|$ | $P_{k|k-1}$ |\n| Limit | $ \\lim |e(t)| $ | \\(|x|\\) |\n| Both | $$|a|$$ | b |", 0),
        (HEAD + "| Given | $y(k+i|k)$ | a | b |", 1),
        (HEAD + "| Price | $5 | $6 | $7 |", 1),
        (HEAD + "| Price | $5 | $6 |\n|Price|$5|$6|\n|Coins|US$|AU$|\n|Marks|$|€|", 0),
        (HEAD + "| **Group** |\n| Walks | no | yes |\n| ... | ... |", 0),
        (HEAD + "| Walks | no | yes |\n| Sleep | 15 ho", 0),  # cut off, which is another fault
        (HEAD + "| Walks | no | yes |\n\nAnd a | b | c | d.", 0),
        (" X | O | X\n---+---+---\n O | X |\n---|---|---\n   |   | O", 0),
        ("| 5 | 3 | 1 |\n|---|---|---|\n| 2 | 4 |", 0),  # a board
        ("`ls | wc -l` counts.\n---\nIt does | not.", 0),
        ("|x| = 3", 0),
        ("", 0),
    ],
)
def test_rows_have_as_many_cells_as_the_table_has_columns(text: str, n: int) -> None:
    assert broken_tables(text) == n
    assert value("n_broken_tables", "Make a table.", text) == n


@pytest.mark.parametrize(
    ("numbers", "n"),
    [
        ((1, 2, 5, 6), 2),
        ((1, 2, 3, 5), 1),
        ((1, 2, 3, 4), 0),
        ((1, 2, 4), 0),  # too short
        ((1, 3, 5, 7), 0),  # a crossword
        ((1, 2, 9, 10), 0),
        ((1, 2, 4, 1, 2, 3), 0),  # several lists
        ((4, 5, 7, 8), 0),
        ((5, 4, 2, 1), 0),
    ],
)
def test_numbers_that_a_list_leaves_out(numbers: tuple[int, ...], n: int) -> None:
    text = "\n".join(f"{number}. Do what is to be done." for number in numbers)
    assert skipped_items(text) == n
    assert value("n_missing_items", "How?", text) == n
    assert skipped_items(f"{text}\n…\n") == 0
    assert skipped_items(f"```\n{text}\n```") == 0
    assert not n or skipped_items(f"{text}\nStep {set(range(1, 7)).difference(numbers).pop()}) is left out.") == 0


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("Here are five tips for saving:\n1. Cook.\n2. Walk.\n3. Mend.", 2),
        ("Sure! Here are the five main tips:\n\n1. **Cook** at home.\n2. **Walk** to work.", 3),
        ("There are four states of matter that we meet:\n- solid\n- liquid\n- gas", 1),
        ("Voici quatre avantages :\n1. C'est sain.\n2. C'est bon marché.", 2),
        ("Hier sind 3 Gründe:\n- gut\n- billig\n- nah", 0),
        ("Here are five tips for saving:\n1. Cook.\n2. Walk.\n…\n5. Mend.", 0),
        ("Here are three groups:\n- Fruit\n  - apple\n- Nuts", 0),  # lists in lists
        ("Here are six meals:\n\n**Monday**\n- soup\n- rice", 0),
        ("There are 24 hours in a day, so:\n1. Add.\n2. Divide.", 0),
        ("Here are five tips: cook, walk, mend.", 0),
        ("Here is a list:\n1. Cook.\n2. Walk.", 0),
    ],
)
def test_items_that_are_announced(text: str, n: int) -> None:
    assert unwritten_items(text) == n
    assert value("n_missing_items", "How?", text) == n


@pytest.mark.parametrize(
    ("question", "answer", "found"),
    [
        ("When are you open?", "The hours of all branches are given in the table below: see table 2 below.", True),
        ("How does it work?", "As shown in Figure 2, the current flows through R1.", True),
        ("Wie ist es aufgebaut?", "Der Aufbau ist in Abbildung 3 dargestellt.", True),
        ("¿Qué precios hay?", "Los precios están en la siguiente tabla:", True),
        ("What causes it?", "The following chart shows the chance of inheriting it.", True),
        ("When are you open?", "The table below shows them.\n\n| Day | Hours |\n|---|---|\n| Mon | 9 |", False),
        ("Describe the chart.", "As shown in Figure 2, sales rise.", False),
        ("Write a paper on R1.", "As shown in Figure 2, the current flows through R1.", False),
        ("How do I sort?", "Use the code below:\n\n```python\nitems.sort()\n```", False),
        ("Where is it?", "The diagram in the manual shows the place.", False),
        ("Give me JSON.", '{"title": "Report", "text": ["The table below shows the costs."]}', False),
    ],
)
def test_what_is_referred_to_must_be_there(question: str, answer: str, *, found: bool) -> None:
    assert value("dangling_reference", question, answer) == found
    assert value("dangling_reference", question, answer, attached="Figure 2: a circuit") == 0
