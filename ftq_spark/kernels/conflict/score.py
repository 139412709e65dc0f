"""From evidence to a score: a sign-constrained logistic over the items, and the rules that no weight can override."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Sequence
from importlib import resources
from typing import NamedTuple

from ftq_spark.kernels.conflict import polarity
from ftq_spark.kernels.conflict.answer import Analysis
from ftq_spark.kernels.conflict.cases import of_other_cases
from ftq_spark.kernels.conflict.difference import question_difference
from ftq_spark.kernels.conflict.evidence import evidence, opposing
from ftq_spark.kernels.conflict.foreign import asks_in_words, foreign, more_words, other_words
from ftq_spark.kernels.conflict.given import PREFERS, other_letters, takes_another
from ftq_spark.kernels.conflict.items import FEATURE_KINDS, Item, lead_text
from ftq_spark.kernels.conflict.kinds import CODE, FOREIGN, NUMBER, OPEN
from ftq_spark.kernels.conflict.oneness import each_of_its_own, of_one_thing
from ftq_spark.kernels.conflict.options import reordered
from ftq_spark.kernels.conflict.order import other_order
from ftq_spark.kernels.conflict.refusals import asks, inconsistent
from ftq_spark.kernels.conflict.sums import other_sums

HIGH = 0.8  # score from which a conflict is in the high band
REVIEW = 0.5
OPEN_CAP = 0.2  # open questions keep an order among themselves and stay far below any threshold
UNSHOWN_CAP = 0.1  # of open questions, in whose long answers there is nothing to show
REFUSAL_SCORE = 0.55  # an answer against a refusal: inconsistent, but nothing false
WEAK_REFUSAL_SCORE = 0.1  # … or against "unknown", or where the question is open or about the assistant itself
DIFFERENT_QUESTION = 0.8  # difference from which two prompts are two questions
ORDER_SCORE = 0.6  # the same steps in another order: some may be taken in either
DENIED_NUMBER_SCORE = 0.6  # so many, against that there is none
FINAL_SCORE = 0.97  # two stated final answers that differ
MINIMAL_PAIR_CAP = 0.7  # nearly the same words with one denied: worth a look under any kind of question
MINIMAL_PAIR_CHARS = 400
SITUATED_CAP = 0.79  # below the high band
MOMENT_CAP = 0.4  # the answer is another one tomorrow
MANY_CAP = 0.45  # two of the many right answers
UNSURE_CAP = 0.45  # two values, perhaps of two things
MAX_EVIDENCE = 4
NUMBER_SENTENCE_WORDS = 12


_MINIMAL = frozenset({"minimal_pair", "minimal_antonym", "minimal_denial", "minimal_negation"})
OPPOSED = frozenset({"negation_frame", "antonym_frame"})  # one denies, of what was asked about, what the other says
_ADVICE = frozenset({"impossible", "urgency"})  # what to do: it cannot be done, or not so soon
_LIFTING = _MINIMAL | OPPOSED | _ADVICE


class Weights(NamedTuple):
    """A fitted logistic: score = sigmoid(bias + Σ weight · strength)."""

    version: str
    bias: float
    weights: dict[str, float]


class Conflict(NamedTuple):
    """The result for one pair."""

    score: float  # in [0, 1]
    kind: str  # the strongest evidence: polarity, negation, …; refusal; none
    evidence: tuple[Item, ...]


@functools.cache
def default_weights() -> Weights:
    """The weights that ship with the package."""
    content = json.loads(resources.files("ftq_spark.kernels.conflict").joinpath("weights.json").read_text("utf-8"))
    return Weights(content["version"], content["bias"], content["weights"])


NO_CONFLICT = Conflict(0.0, "none", ())


def features(a: Analysis, b: Analysis) -> tuple[list[Item], float]:
    """Items of a pair, and how surely its questions differ."""
    difference, flip = question_difference(a.question, b.question)
    items = evidence(a, b, flip)
    if difference:
        items.append(Item("questions_differ", difference, "", ""))
    return items, difference


def stays_low(a: Analysis, b: Analysis) -> bool:
    """Whether nothing lifts the score of an open question's answers over :data:`OPEN_CAP`, or opposes them outright.

    Only :func:`~ftq_spark.kernels.conflict.evidence.opposing` could: sides, values and names are not looked at.
    """
    flip = a.answer.asked != b.answer.asked and question_difference(a.question, b.question)[1]
    return not flip and _LIFTING.isdisjoint(item.feature for item in opposing(a, b, flip))


def score_pair(
    a: Analysis,
    b: Analysis,
    weights: Weights,
    same_question: bool = False,
    read: tuple[list[Item], float] | None = None,
) -> Conflict:
    """Score two read examples. Code, equal answers, answers that only ask and different questions never conflict.

    With `same_question` the questions are taken for one, whatever tells them apart; `read` is what :func:`features`
    has found, where that is known.
    """
    outright = _outright(a, b, weights)
    if outright is not None:
        return outright
    items, difference = read or features(a, b)
    if same_question:
        items, difference = [item for item in items if item.feature != "questions_differ"], 0.0
    one_is_wrong = _take_other_options(a, b) or come_to_others(a, b)
    settled = (
        (_has_many_answers(a, b) and not one_is_wrong)
        or difference >= DIFFERENT_QUESTION
        or (not same_question and each_of_its_own(a, b))
    )
    if a.answer.refusal or b.answer.refusal:
        return _refusal(a, b, settled)
    kind, shown = _strongest(items, weights)
    found = {item.feature for item in items}
    score = probability(items, weights)
    if "final" in found:
        score = max(score, FINAL_SCORE)
    if "denial" in found and _denies_a_number(a, b, items):
        score = max(score, DENIED_NUMBER_SCORE)
    if settled:
        alike = found & _MINIMAL and nearly_alike(a.answer.n_chars, b.answer.n_chars)
        alike = not difference and (alike or found & _ADVICE or _is_a_label(a, b)) and not a.question.invents
        alike = alike and not (a.question.kind == OPEN and foreign(a.question.text))  # an order that nobody reads
        unshown = not (shown or a.answer.short or b.answer.short)
        score = _below(score, MINIMAL_PAIR_CAP if alike else UNSHOWN_CAP if unshown else OPEN_CAP)
    elif not shown:
        score = _below(score, OPEN_CAP)
    elif (a.question.of_moment or b.question.of_moment) and not one_is_wrong and "final" not in found:
        score = _below(score, MOMENT_CAP)
    elif _names_one_of_many(a, b, kind, found) or of_other_cases(a, b):
        score = _below(score, MANY_CAP)
    elif not (same_question or one_is_wrong) and _is_value(kind, found) and not of_one_thing(a, b):
        score = _below(score, UNSURE_CAP)
    elif _depends_on_situation(a, b, kind, found):
        score = _below(score, SITUATED_CAP)
    return Conflict(score, kind, shown)


def _outright(a: Analysis, b: Analysis, weights: Weights) -> Conflict | None:
    """What a pair comes to without any weighing; None where its evidence has to be weighed."""
    if takes_another(a.question.text, a.answer.written, b.question.text, b.answer.written):
        taken = Item("choice", 1.0, lead_text(a.answer), lead_text(b.answer))
        return Conflict(probability([taken], weights), "entity", (taken,))
    if _take_under_other_letters(a, b) or other_letters(
        a.answer.asked, a.answer.written, b.answer.asked, b.answer.written
    ):
        said = Item("final", 1.0, lead_text(a.answer), lead_text(b.answer))
        return Conflict(FINAL_SCORE, "final_answer", (said,))
    if not (a.answer.text and b.answer.text) and come_to_others(a, b):  # one states it in a block
        return Conflict(FINAL_SCORE, "final_answer", (Item("final", 1.0, a.answer.final or "", b.answer.final or ""),))
    if _claims_nothing(a, b):
        return NO_CONFLICT
    orders = other_order(a.question.text, a.answer.written, b.question.text, b.answer.written)
    if orders and question_difference(a.question, b.question)[0] < DIFFERENT_QUESTION:
        return Conflict(ORDER_SCORE, "relation", (Item("relation", 1.0, lead_text(a.answer), lead_text(b.answer)),))
    return None


def _take_under_other_letters(a: Analysis, b: Analysis) -> bool:
    """Whether one question lists its options in two orders, and another one is taken each time: both say "A"."""
    if not (a.question.listed and reordered(a.question.listed, b.question.listed)):
        return False
    taken = a.answer.option, b.answer.option
    return a.question.tokens == b.question.tokens and None not in taken and taken[0] != taken[1]


def _take_other_options(a: Analysis, b: Analysis) -> bool:
    """Whether of the options that one question lists, in the same words, another one is taken each time."""
    if not a.question.listed or a.question.text != b.question.text or PREFERS.search(a.question.text):
        return False
    taken = a.answer.option, b.answer.option
    return None not in taken and taken[0] != taken[1]


def come_to_others(a: Analysis, b: Analysis) -> bool:
    """Whether two answers to one text each state a number for their result, and another one: it ordered a sum."""
    if a.question.text != b.question.text or a.question.invents or PREFERS.search(a.question.text):
        return False
    if a.answer.result and b.answer.result:
        return a.answer.final_value != b.answer.final_value
    return other_sums(a, b)


def _names_one_of_many(a: Analysis, b: Analysis, kind: str, found: set[str]) -> bool:
    """Whether several answers are right, and two name some: who starred in it, what languages are spoken there."""
    if "choice" in found or not (a.question.asks_many or b.question.asks_many):
        return False
    if kind == "number" and (a.question.asks_each or b.question.asks_each):
        return "final" not in found
    return kind in ("entity", "relation") or (a.answer.brief and b.answer.brief and kind == "antonym")


def _is_value(kind: str, found: set[str]) -> bool:
    """Whether the strongest evidence is one value in the place of another, not stated as a final answer."""
    return kind in ("entity", "number", "relation") and "final" not in found


def _denies_a_number(a: Analysis, b: Analysis, items: Sequence[Item]) -> bool:
    """Whether, asked for a number, one gives it and the other denies in the question's words that there is any."""
    if not all(side.question.kind == NUMBER for side in (a, b)):
        return False
    plain = any(item.feature == "restated" and item.strength >= 1.0 for item in items)
    giving, denying = sorted((a.answer, b.answer), key=lambda answer: not answer.quantities)
    return plain and not denying.quantities and any(q.low > 0 for q in giving.quantities)


def _claims_nothing(a: Analysis, b: Analysis) -> bool:
    """Whether two answers are code, the same, empty, or both a question."""
    if CODE in (a.question.kind, b.question.kind):
        return True
    if (a.answer.code or b.answer.code) and not (a.answer.result and b.answer.result):
        return True
    if a.answer.text == b.answer.text or not a.answer.text or not b.answer.text:
        return True
    return asks(a.answer.text) and asks(b.answer.text)


def _has_many_answers(a: Analysis, b: Analysis) -> bool:
    """Whether the questions are open, or in another language and in other words, or not answered by a name or a yes."""
    kinds = a.question.kind, b.question.kind
    if FOREIGN not in kinds:
        return OPEN in kinds
    words = a.question.tokens, b.question.tokens
    named = not (asks_in_words(a.question.text) or asks_in_words(b.question.text) or more_words(*words))
    brief = a.answer.brief and b.answer.brief and (named or (a.answer.quantities and b.answer.quantities))
    read = brief or (a.answer.lead and b.answer.lead) or _each_names_a_number(a, b)
    read = read or None not in (a.answer.option, b.answer.option)
    return OPEN in kinds or not read or other_words(*words)


def _each_names_a_number(a: Analysis, b: Analysis) -> bool:
    """Whether each of two answers in another language is one short sentence with one number, of one thing."""
    named = [[q for q in side.answer.quantities if q.dimension != "year"] or side.answer.quantities for side in (a, b)]
    if not all(len(side.answer.sentences) == 1 and len(found) == 1 for side, found in zip((a, b), named, strict=True)):
        return False
    x, y = named[0][0], named[1][0]
    words = max(side.answer.n_words for side in (a, b))
    return words <= NUMBER_SENTENCE_WORDS and (x.dimension, x.noun) == (y.dimension, y.noun)


def _is_a_label(a: Analysis, b: Analysis) -> bool:
    """Whether two answers to one and the same text are a bare yes and a bare no: its labels, whatever they mean."""
    bare = all(side.answer.n_words == 1 and side.answer.lead for side in (a, b))
    return bare and a.answer.lead != b.answer.lead and a.question.text == b.question.text


def nearly_alike(n_chars_a: int, n_chars_b: int) -> bool:
    """Whether two answers are short and of one length: only then may an open question's answers be a minimal pair."""
    shortest, longest = sorted((n_chars_a, n_chars_b))
    return longest <= MINIMAL_PAIR_CHARS and shortest >= 0.7 * longest


def _below(score: float, cap: float) -> float:
    """A score brought under a cap without losing its rank: the upper part of the scale is compressed."""
    knee = 2 / 3 * cap
    return score if score <= knee else knee + (score - knee) * (cap - knee) / (1 - knee)


def probability(items: Sequence[Item], weights: Weights) -> float:
    """The logistic alone, before any rule."""
    logit = weights.bias + math.fsum(weights.weights.get(item.feature, 0.0) * item.strength for item in items)
    return 1.0 / (1.0 + math.exp(-logit))


def _depends_on_situation(a: Analysis, b: Analysis, kind: str, found: set[str]) -> bool:
    """Entities and quantities may differ by place and time where the question does not say which."""
    if "final" in found or "choice" in found:
        return False
    return kind in ("entity", "relation") or (kind == "number" and not (a.question.anchored and b.question.anchored))


def _refusal(a: Analysis, b: Analysis, settled: bool) -> Conflict:
    if all(each.refusal or polarity.refuses(each.text) for each in (a.answer, b.answer)):
        return NO_CONFLICT
    score = REFUSAL_SCORE if inconsistent(a, b, settled) else WEAK_REFUSAL_SCORE
    return Conflict(score, "refusal", (Item("refusal", 1.0, lead_text(a.answer), lead_text(b.answer)),))


def _strongest(items: Sequence[Item], weights: Weights) -> tuple[str, tuple[Item, ...]]:
    typed = [item for item in items if FEATURE_KINDS[item.feature] is not None]
    typed.sort(key=lambda item: (-weights.weights.get(item.feature, 0.0) * item.strength, item.feature))
    if not typed:
        return "none", ()
    return str(FEATURE_KINDS[typed[0].feature]), tuple(typed[:MAX_EVIDENCE])
