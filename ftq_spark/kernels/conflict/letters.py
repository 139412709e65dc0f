"""Answers to one question that are letters of one form: none contradicts another, told from all of them at once.

Nine letters are thirty-six pairs. A sentence opposes another one by what it turns round of the other's words and
concepts: where nothing that any of them says is turned round by any, no two of them need be laid side by side.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations

from ftq_spark.kernels.conflict.alignment import ARTICLES, MIN_SHARED
from ftq_spark.kernels.conflict.answer import Analysis, analyse
from ftq_spark.kernels.conflict.bare import BRIEF_WORDS
from ftq_spark.kernels.conflict.concepts import stem
from ftq_spark.kernels.conflict.entities import relation_items
from ftq_spark.kernels.conflict.forms import N_OPENING, results, side
from ftq_spark.kernels.conflict.given import MAX_PRINTED_CHARS
from ftq_spark.kernels.conflict.kinds import CODE, FOREIGN, OPEN, question_kind
from ftq_spark.kernels.conflict.sentences import Sentence
from ftq_spark.kernels.conflict.sides import denies_way
from ftq_spark.kernels.conflict.turning import none_opposes
from ftq_spark.kernels.conflict.urgency import urgency


def of_one_form(question: str, answers: Iterable[str]) -> list[list[str]]:
    """Sets of two and more answers of which no two disagree (:func:`~ftq_spark.kernels.conflict.pairs.disagrees`).

    That holds from any score over :data:`~ftq_spark.kernels.conflict.score.OPEN_CAP`. An answer is in one set at most;
    of those that are in none or in two sets nothing is said.
    """
    kind = question_kind(question)
    long = [answer for answer in dict.fromkeys(answers) if len(answer) > MAX_PRINTED_CHARS]
    letters = [answer for answer in long if answer.lstrip()[:1] not in ("{", "[")]
    if kind in (CODE, FOREIGN):
        return [letters] if kind == CODE and len(letters) > 1 else []  # programs claim nothing
    alike: dict[Hashable, list[Analysis]] = {}
    for letter in letters:
        read = analyse(question, letter)
        if (shape := _shape(read)) is not None:
            alike.setdefault(shape, []).append(read)
    found = [_without_opponents(shape) for shape in alike.values() if len(shape) > 1]
    return [[read.answer.written for read in form] for form in found if len(form) > 1]


def _shape(letter: Analysis) -> Hashable | None:
    """What letters of one form have in common, whatever is filled in; None for what is no such letter.

    Answers to closed questions open alike, take one side, and come to no result.
    """
    answer = letter.answer
    sentences = answer.sentences
    if answer.refusal or not sentences or denies_way(sentences[0].text):
        return None
    lengths = answer.short, urgency(answer.written), tuple([len(sentence.words) for sentence in sentences])
    if letter.kind == OPEN:
        return lengths
    if len(sentences) <= N_OPENING or answer.n_words <= BRIEF_WORDS:
        return None
    if answer.schedule is not None or any(results(answer)):
        return None
    return lengths, tuple([sentence.text for sentence in sentences[:N_OPENING]]), side(letter)


def _without_opponents(letters: list[Analysis]) -> list[Analysis]:
    """All letters of one shape, or, where some oppose others, as many as are found one after the other."""
    if letters[0].kind != OPEN and relation_items(letters[0], letters[1]):  # of what all of them open with
        return []
    if _agree(letters):
        return letters
    for at, first in enumerate(letters):
        kept = [first]
        for letter in letters[at + 1 :]:
            if _agree([*kept, letter]):
                kept.append(letter)
        if len(kept) > 1:
            return kept
    return []


def _agree(letters: list[Analysis]) -> bool:
    """Whether no sentence that some letters have and others have not can oppose another, or has its words elsewhere."""
    columns = zip(*(letter.answer.sentences for letter in letters), strict=True)
    own = [column for column in columns if any(sentence.text != column[0].text for sentence in column)]
    return (
        none_opposes([sentence for column in own for sentence in column])
        and all(map(_differ_in_place, own))
        and not any(_may_be_swapped(one, other) for one, other in combinations(own, 2))
    )


def _differ_in_place(sentences: Sequence[Sentence]) -> bool:
    """Whether of sentences of one length none has in one place what another one has in another.

    Then nothing has changed places between any two: words that one has and the other has not stand for each other.
    """
    fixed: set[str] = set()
    filled: list[set[str]] = []
    for words in map(set, zip(*(sentence.words for sentence in sentences), strict=True)):
        if not ARTICLES.isdisjoint(words) and not ARTICLES.issuperset(words):
            return False
        stems = set(map(stem, words))
        if len(stems) > 1:
            filled.append(stems)
        else:
            fixed |= stems
    return len(fixed.union(*filled)) == len(fixed) + sum(map(len, filled))


def _may_be_swapped(one: Sequence[Sentence], other: Sequence[Sentence]) -> bool:
    """Whether any sentence of one place may share words enough with any of another for its words to be swapped."""
    stems = [[sentence.stems for sentence in column] for column in (one, other)]
    n_shared = len(frozenset().union(*stems[0]) & frozenset().union(*stems[1]))
    n_least = sum(len(column[0].intersection(*column)) for column in stems)
    return n_shared >= MIN_SHARED * (n_least - n_shared)
