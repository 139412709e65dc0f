"""Two examples that look alike: do they ask the same, is one a duplicate, and how do their answers go together?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ftq_spark.kernels.conflict.letters import of_one_form
from ftq_spark.kernels.conflict.pairs import disagrees, says_no_more
from ftq_spark.kernels.conflict.score import OPEN_CAP
from ftq_spark.kernels.duplicate.numerals import numbered_apart
from ftq_spark.kernels.duplicate.verdict import (
    DIFFERENT,
    DISAGREEMENT,
    DUPLICATE,
    SAME_QUESTION,
    Side,
    asks,
    is_brief,
    is_data,
    same_answer,
    same_calls,
)

SAME, COMPATIBLE, UNCLEAR = "same", "compatible", "unclear"


class Relation(NamedTuple):
    """How two examples stand to each other."""

    verdict: str  # DUPLICATE, SAME_QUESTION (in the same context, with another answer or label) or DIFFERENT
    answers: str | None  # SAME, COMPATIBLE or UNCLEAR; of examples that ask the same


_LETTERS = Relation(SAME_QUESTION, COMPATIBLE)


def relate(a: Side, b: Side, similar: bool, veto: float = DISAGREEMENT) -> Relation:
    """How two examples stand to each other; symmetric.

    Of the same question in the same context, the same answer in substance is a duplicate where everything else that is
    trained on is the same too. Answers that are not the same are COMPATIBLE (another answer, in which nothing
    contradicts), or UNCLEAR: one may contradict the other
    (:func:`~ftq_spark.kernels.conflict.pairs.disagrees`, from a score of `veto`), or calls or data differ: whether
    both may stand, only a person can tell.

    Args:
        a: an example.
        b: another.
        similar: a model found the questions to be similar.
        veto: score of a contradiction, in [0, 1].
    """
    asked = asks(a, b, similar)
    if asked == DIFFERENT:
        return Relation(DIFFERENT, None)
    if not same_calls(a.calls, b.calls):
        return Relation(SAME_QUESTION, UNCLEAR)
    if same_answer(a, b, veto):
        return Relation(DUPLICATE if asked == DUPLICATE and a.rest == b.rest else SAME_QUESTION, SAME)
    return Relation(SAME_QUESTION, _compared(a, b, veto))


def relate_all(pairs: Sequence[tuple[Side, Side, bool]], veto: float = DISAGREEMENT) -> list[Relation]:
    """What :func:`relate` says of each pair, sooner where many are letters of one form.

    Such letters reply to one prompt, have numbers of their own, and are told to be compatible all at once.
    """
    forms = _forms(pairs) if veto > OPEN_CAP else {}
    found = []
    for a, b, similar in pairs:
        form = forms.get(a, -1)
        of_one = form >= 0 and form == forms.get(b) and numbered_apart(a.response, b.response)
        found.append(_LETTERS if of_one else relate(a, b, similar, veto))
    return found


def _forms(pairs: Sequence[tuple[Side, Side, bool]]) -> dict[Side, int]:
    """The form of each letter that is one: a number. Where pairs are fewer than what they pair, none is looked for."""
    of_one_frame: dict[tuple[str, ...], dict[Side, int]] = {}
    for a, b, _ in pairs:
        if a.prompt == b.prompt and (frame := _frame(a)) == _frame(b):
            n_pairs = of_one_frame.setdefault(frame, {})
            n_pairs[a] = n_pairs.get(a, 0) + 1
            n_pairs.setdefault(b, 0)
    found: dict[Side, int] = {}
    n_forms = 0
    for (prompt, *_), sides in of_one_frame.items():
        if sum(sides.values()) < len(sides):
            continue
        forms = of_one_form(prompt, (side.response for side in sides))
        numbers = {answer: number for number, form in enumerate(forms, n_forms) for answer in form}
        found.update((side, numbers[side.response]) for side in sides if side.response in numbers)
        n_forms += len(forms)
    return found


def _frame(side: Side) -> tuple[str, ...]:
    return side.prompt, side.context, side.media, side.calls


def _compared(a: Side, b: Side, veto: float) -> str:
    one, other = a.response, b.response
    if is_data(one) or is_data(other):
        return UNCLEAR
    if is_brief(one) and is_brief(other) and says_no_more(a.prompt, one, b.prompt, other):
        return SAME
    return UNCLEAR if disagrees(a.prompt, one, b.prompt, other, veto) else COMPATIBLE
