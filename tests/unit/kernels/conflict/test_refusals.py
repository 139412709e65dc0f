"""An answer against a refusal is inconsistent; an answer that only opens like a refusal is an answer."""

from __future__ import annotations

import pytest

from ftq_spark.kernels.conflict.pairs import score_pairs

PLAIN = ("Which month is best to prune an apple tree?", "February, before the buds swell.")
CASES = [
    (*PLAIN, "I apologize, but I cannot tell you when to prune a tree.", True),
    (*PLAIN, "I'm sorry, I can't help with that.", True),
    (*PLAIN, "I apologize, but I have to be direct: February, before the buds swell, is best.", False),
    (*PLAIN, "As an AI language model, I can confirm that it is February.", False),
    (*PLAIN, "Sorry, I can't say. " + "The buds swell in March, and the sap rises with them. " * 20, False),
    ("How many days is it until spring?", "Spring begins on 20 March.", "Sorry, I do not know today's date.", False),
    ("Is it wrong to copy games?", "It is generally wrong.", "I cannot recommend copying games: it is illegal.", False),
]


@pytest.mark.parametrize(("question", "one", "other", "refused"), CASES)
def test_refusals(question: str, one: str, other: str, refused: bool) -> None:
    for pair in ((one, other), (other, one)):
        found = score_pairs([question], [pair[0]], [question], [pair[1]])
        assert (found.score[0] >= 0.5) == refused, (found.score, found.kind)
