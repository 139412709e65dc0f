"""Pairs of the kinds from which deduplication has thrown good data away, three of each: none is a duplicate.

Nor does any of them contradict the other, but where they are one question with opposite answers.
"""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.pairs import score_pairs
from ftq_spark.kernels.duplicate.relation import relate
from ftq_spark.kernels.duplicate.verdict import DIFFERENT, DUPLICATE, SAME_QUESTION, Side

_RULES = (
    "You answer for the harbour office of a small island. Be brief and polite, name the office's hours where they "
    "matter, never promise a berth, never quote a fee that is not on the board, and send what you cannot answer to "
    "the harbour master by the address on the door. Ferries run twice a day in winter and six times in summer. "
) * 4
_PASSAGE = (
    "The mill at Ober was built in 1732 by Jan Brod, who had learnt his trade in Delft. It burnt down in 1801 and was "
    "raised again within a year, with four sails instead of two. Since 1954 it has been a museum, open from April to "
    "October, and on the first Sunday of each month its stones still grind rye for the bakery across the lane.\n\n"
)
_TASK = (
    "Read the note that a guest left and say in one word how the guest felt. Answer with one of happy, angry or "
    "indifferent, without a full stop and without any explanation, whatever language the note is written in and "
    "however long it is. Where a note says several things, go by what it ends with. Note: "
)


def side(prompt: str, response: str, context: str = "", media: str = "", rest: str = "") -> Side:
    return Side(context, media, prompt, response, "", rest)


KINDS: dict[str, list[tuple[Side, Side]]] = {
    "a long system prompt": [
        (side("When does the ferry leave?", "At 9:00 and 17:30 in winter.", _RULES), side(other, said, _RULES))
        for other, said in (
            ("Is there a berth for a boat of ten metres?", "Please ask the harbour master; we cannot promise one."),
            ("Where do I pay the fee?", "At the counter, from eight to four."),
            ("May I bring a dog?", "Yes, on a lead."),
        )
    ],
    "a passage that is shared": [
        (side(_PASSAGE + "Who built the mill?", "Jan Brod."), side(_PASSAGE + other, said))
        for other, said in (
            ("Where did its builder learn his trade?", "In Delft."),
            ("When did the mill burn down?", "In 1801."),
            ("What do its stones grind?", "Rye."),
        )
    ],
    "a template": [
        (side(_TASK + "The bed was soft and the soup was hot.", "happy"), side(_TASK + other, said))
        for other, said in (
            ("The bed was hard and the soup was cold.", "angry"),
            ("The bed was a bed and the soup was a soup.", "indifferent"),
            ("The bed was soft and the bill was a scandal.", "angry"),
        )
    ],
    "a sign": [
        (side("What is 3*4?", "12"), side("What is 3^4?", "81")),
        (side("Teach me F#.", "Begin with values."), side("Teach me F.", "Begin with values.")),
        (side("Is a <= b here?", "Yes, a is 2."), side("Is a >= b here?", "Yes, a is 2.")),
    ],
    "a script that few models read": [
        (side("北京的冬天冷吗？", "冷。"), side("北京的夏天冷吗？", "不冷。")),
        (side("แมวกินอะไร", "ปลา"), side("หมากินอะไร", "กระดูก")),
        (side("Где растёт рожь?", "На поле."), side("Где растёт рис?", "На поле.")),
    ],
    "another picture": [
        (side("What is this?", "A boat.", media='["image:a.png"]'), side("What is this?", "A boat.", media=media))
        for media in ('["image:b.png"]', "", '["image:a.png", "image:b.png"]')
    ],
    "another label": [
        (side("Name a river.", "The Oder.", rest="good"), side("Name a river.", "The Oder.", rest=rest))
        for rest in ("bad", "", "good, and another rejected")
    ],
    "one word that matters": [
        (
            side(f"Can I learn to {one} at forty?", "Yes, gently."),
            side(f"Can I learn to {other} at forty?", "Yes, gently."),
        )
        for one, other in (
            ("ski", "surf"),
            ("sing first", "sing last"),
            ("live with bronchitis", "live with bronchiolitis"),
        )
    ],
}
CASES = [(kind, a, b) for kind, pairs in KINDS.items() for a, b in pairs]


@pytest.mark.parametrize(("kind", "a", "b"), CASES)
def test_neither_is_dropped_for_the_other(kind: str, a: Side, b: Side) -> None:
    similar = kind != "a long system prompt"  # a model finds what is asked under it unlike
    found = relate(a, b, similar).verdict
    assert found == relate(b, a, similar).verdict != DUPLICATE
    assert found == (SAME_QUESTION if kind == "another label" else DIFFERENT)


@pytest.mark.parametrize(("kind", "a", "b"), [case for case in CASES if case[0] != "a long system prompt"])
def test_neither_contradicts_the_other(kind: str, a: Side, b: Side) -> None:
    assert score_pairs([a.prompt], [a.response], [b.prompt], [b.response]).score[0] < 0.5


OPPOSED = [
    ("Is the pass open in May?", "Yes, it is open.", "No, it is closed."),
    ("How many sails has the mill?", "It has four sails.", "It has two sails."),
    ("Which city did the builder train in?", "Delft.", "Ghent."),
]


@pytest.mark.parametrize(("question", "one", "other"), OPPOSED)
def test_opposite_answers_are_a_conflict_and_no_duplicates(question: str, one: str, other: str) -> None:
    assert relate(side(question, one), side(question, other), similar=True).verdict == SAME_QUESTION
    assert score_pairs([question], [one], [question], [other]).score[0] >= 0.5
