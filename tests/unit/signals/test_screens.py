"""What is told of all texts at once leaves out none in which a closer look finds something."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.text.expressions import compiled
from ftq_spark.signals import Batch
from ftq_spark.signals.catalogue import coherence, non_answer
from ftq_spark.signals.features.phrases import BESIDE_WORDS, expression, opening

WORDS = st.sampled_from(
    [
        *(
            "the",
            "tower",
            "Tower",
            "is",
            "was",
            "not",
            "isn't",
            "isn’t",
            "never",
            "can",
            "can't",
            "cannot",
            "So",
            "could",
        ),
        *("couldn't", "three", "5", "tall", "hot", "cold", "open", "closed", "b_c", "teacher's", "ΟΔΟΣ", "οδοσ", "İst"),
        *("i̇st", "3.5", "—"),
    ]
)
SENTENCES = st.lists(WORDS, min_size=3, max_size=7).map(" ".join)
ENDS = st.sampled_from([". ", "!", "? ", ".\n", "\n", ".", "; "])
ANSWERS = st.lists(st.tuples(SENTENCES, ENDS), min_size=2, max_size=4)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(SENTENCES, ANSWERS, st.data()), min_size=1, max_size=5))
def test_sentences_that_contradict_may_differ_in_one_word(
    drawn: list[tuple[str, list[tuple[str, str]], object]],
) -> None:
    questions, answers = [], []
    for question, parts, data in drawn:
        said = [sentence for sentence, _ in parts]
        words = said[0].split()
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(WORDS)  # type: ignore[attr-defined]
        said[-1] = " ".join(words)
        answers.append("".join(sentence + end for sentence, (_, end) in zip(said, parts, strict=True)))
        questions.append(f"{question} {said[0]}?")
    may = coherence._may_differ(Batch({"response": pa.array(answers)}))
    for question, answer, told in zip(questions, answers, may, strict=True):
        found = coherence.denies_itself(question, answer) or coherence.gives_two_values(question, answer)
        assert told or not found, (question, answer)


def test_what_contradicts_in_one_word_is_told_among_what_does_not() -> None:
    answers = ["The tower is tall. The tower is not tall.", "It has 3 doors here. It has 5 doors here.", "One. Two."]
    assert coherence._may_differ(Batch({"response": pa.array(answers)})).tolist() == [True, True, False]


@pytest.mark.parametrize("whole", [non_answer._COURTESIES, non_answer._ELSEWHERE, non_answer._ASKS_FOR_GIVEN])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_says_nothing_opens_so(whole: str, data: st.DataObject) -> None:
    answer = data.draw(st.from_regex(re.compile(whole.replace(BESIDE_WORDS, r"\W")))).encode("utf-8", "replace")
    assert not compiled(whole).search(answer) or compiled(non_answer._OPENS_SO).search(answer)


def test_an_opening_ends_where_anything_may_follow() -> None:
    text = b"Something went wrong. Then it rained all day"
    assert compiled(opening("non_answer", "failures")).search(text)
    assert not compiled(expression("non_answer", "failures")).search(text)
