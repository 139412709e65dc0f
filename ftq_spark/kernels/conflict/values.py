"""Evidence from the values that answers give: numbers with units, results, options."""

from __future__ import annotations

import re

from ftq_spark.kernels.conflict.answer import Analysis, Answer
from ftq_spark.kernels.conflict.bare import BRIEF_WORDS, DAYS, UNITLESS_ONLY, bare_items, value_items
from ftq_spark.kernels.conflict.finals import are_one_amount, closing_number, conclusion, reckons
from ftq_spark.kernels.conflict.foreign import PARTICLES
from ftq_spark.kernels.conflict.frequency import DAY_SECONDS, asks_how_often, frequencies, may_be_one
from ftq_spark.kernels.conflict.items import Item, lead_text, span
from ftq_spark.kernels.conflict.kinds import FOREIGN, NUMBER
from ftq_spark.kernels.conflict.quantities import Quantity, agree, agree_unitless, month_names, quantities
from ftq_spark.kernels.conflict.sentences import Sentence, names
from ftq_spark.kernels.conflict.subjects import of_another_event
from ftq_spark.kernels.conflict.sums import other_sums
from ftq_spark.kernels.conflict.words import STOP_WORDS

RESULT_WORDS = 3  # of an answer that is a number and what it counts
LIKE_SENTENCES = 0.5  # of the words of the shorter of two sentences in long answers whose numbers are compared
HOUR_SECONDS = 3600
STATED_WORDS = 2  # content words from which a sentence states something, and is no filled-in blank
_POINTED = re.compile(r"\d[.,]\d")
_BOUNDS = frozenset({"least", "most", "minimum", "maximum", "within", "than", "until", "exceed"})
_EXAMPLE = re.compile(r"\b(?:examples?|instance|such as|e\.g|random|any|some|could|might)\b", re.IGNORECASE)


def number_items(a: Analysis, b: Analysis, kind: str) -> list[Item]:
    """Quantities of one sort that differ, or agree; of several sorts the one that the question asks for counts."""
    found = next((items for read in _ASKED if (items := read(a, b))), [])
    groups = _groups(a, b, kind)
    if found or not groups:
        return found
    stated = _states_another_number(a, b)
    bound = stated and not _BOUNDS.isdisjoint(a.answer.sentences[0].words)  # 18 and 21 are near, but no two "at least"
    clashes = [
        (xs[0], ys[0])
        for xs, ys in groups
        if not any(agree(x, y) and not (bound and x.low != y.low) for x in xs for y in ys)
    ]
    if not clashes:
        # "More than five" is no "five", and does not rule it out as an answer in round figures.
        same = any(agree(x, y) and x.beyond == y.beyond for xs, ys in groups for x in xs for y in ys)
        return [Item("number_same", 1.0 if kind == NUMBER else 0.3, "", "")] if same else []
    clash = clashes[0]
    around = _around(a.answer, clash[0]), _around(b.answer, clash[1])
    short = a.answer.short and b.answer.short
    unlike = not short and _likeness(*around) < LIKE_SENTENCES  # in long answers each may number something else
    asked = kind == NUMBER or stated
    elsewhere = asked and not stated and of_another_event(around, clash, a.question, b.question)
    if unlike or elsewhere or _reconciled(a.answer, clash[1]) or _reconciled(b.answer, clash[0]):
        return []
    if not asked and (_of_others(*around) or (len(clashes) < len(groups) and clash[0].dimension not in DAYS)):
        return []  # another day of the same year is another date; other clashes beside an agreement say little
    spans = tuple(span(side.text) for side in around)
    if asked:
        return [Item("number_asked", (1.0 if short else 0.6) / _n_readings(a, b, groups[0]), *spans)]
    feature = "number_unit" if clash[0].dimension else "number_other"
    return [Item(feature, (1.0 if short else 0.4) * _likeness(*around), *spans)]


def _frequency_items(a: Analysis, b: Analysis) -> list[Item]:
    """How often two answers say that a thing is done, where that is asked."""
    if not (asks_how_often(a.question.text) and asks_how_often(b.question.text)):
        return []
    left, right = ([f for each in side.answer.sentences[:2] for f in frequencies(each.text)] for side in (a, b))
    if not left or not right:
        return []
    if any(may_be_one(x, y) for x in left for y in right):
        return [Item("number_same", 1.0, "", "")]
    short = a.answer.short and b.answer.short
    n_said = max(len(left), len(right))
    return [Item("number_asked", (1.0 if short else 0.6) / n_said, lead_text(a.answer), lead_text(b.answer))]


def _elsewhere_items(a: Analysis, b: Analysis) -> list[Item]:
    """Days, years and measures that brief answers in another language name, each one of them and no other value."""
    if not all(side.question.kind == FOREIGN and side.answer.n_words <= BRIEF_WORDS for side in (a, b)):
        return []
    sides = [[q for q in side.answer.quantities if q.dimension != "year"] or side.answer.quantities for side in (a, b)]
    bare = all(side.answer.n_words == 1 for side in (a, b))  # and nothing but a number
    if any(len(found) != 1 or not (bare or found[0].dimension) for found in sides):
        return []
    x, y = sides[0][0], sides[1][0]
    if x.dimension != y.dimension or _POINTED.search(x.text + " " + y.text):
        return []  # 1.500 is one and a half in some languages
    if agree(x, y):
        return [Item("number_same", 1.0, "", "")]
    if _may_be_hours(x) and _may_be_hours(y) and _said_of(a.answer, x).isdisjoint(_said_of(b.answer, y)):
        return []  # it opens at 9, it closes at 17
    return [Item("number_asked", 1.0, lead_text(a.answer), lead_text(b.answer))]


def _may_be_hours(quantity: Quantity) -> bool:
    """Whether a span of time may be an hour of the day: 9 heures, 17 h."""
    return quantity.dimension == "time" and quantity.low <= DAY_SECONDS and quantity.low % HOUR_SECONDS == 0


def _said_of(answer: Answer, quantity: Quantity) -> frozenset[str]:
    """The words of a first sentence but for function words and those of a value in it."""
    return frozenset(answer.sentences[0].words) - PARTICLES - frozenset(quantity.text.lower().split())


def _month_items(a: Analysis, b: Analysis) -> list[Item]:
    """Years, or months without a day, that two brief answers to "when …?" name."""
    if not all(side.question.interrogative == "when" and side.answer.n_words <= BRIEF_WORDS for side in (a, b)):
        return []
    if _of_other_years(a.answer, b.answer):
        return [Item("number_asked", 1.0, lead_text(a.answer), lead_text(b.answer))]
    x, y = (frozenset(month_names(side.answer.text)) for side in (a, b))
    if not x or not y:
        return []
    if x & y:
        return [Item("number_same", 1.0, "", "")]
    return [Item("number_asked", 1.0, lead_text(a.answer), lead_text(b.answer))]


def _of_other_years(left: Answer, right: Answer) -> bool:
    """Whether two answers each name years, and none of them both: June 2020, June 2010."""
    x, y = ([q for q in answer.quantities if q.dimension == "year"] for answer in (left, right))
    return bool(x and y) and not any(agree(q, r) for q in x for r in y)


def _closing_items(a: Analysis, b: Analysis) -> list[Item]:
    """The one number that two answers end in, of which one reckons: what stands before it are steps."""
    if not any(reckons(side.answer.written) for side in (a, b)):
        return []
    x, y = (closing_number(side.answer.written) for side in (a, b))
    return [Item("number_same", 1.0, "", "")] if x and x == y else []


def _concluded_items(a: Analysis, b: Analysis) -> list[Item]:
    """What two answers that reckon come to, each in the sentence that concludes."""
    left, right = (side.answer.concluded or _bare_number(side.answer) for side in (a, b))
    if not (a.answer.concluded or b.answer.concluded):
        return []
    if not left or not right or left[0].dimension != right[0].dimension:
        return []
    x, y = left[0], right[0]
    if x.noun and y.noun and x.noun != y.noun:
        return []
    if agree(x, y):
        return [Item("number_same", 1.0, "", "")]
    return [Item("number_asked", 1.0, *(span(conclusion(side.answer.text) or side.answer.text) for side in (a, b)))]


def _bare_number(answer: Answer) -> tuple[Quantity, ...]:
    """The one number of an answer that is one sentence; none of others."""
    return answer.quantities if len(answer.sentences) == len(answer.quantities) == 1 else ()


def _result_items(a: Analysis, b: Analysis) -> list[Item]:
    """The number that one answer states as its result against the one that the other is, or states as its own."""
    if NUMBER not in (a.question.kind, b.question.kind) or a.answer.final is b.answer.final is None:
        return []
    x, y = (_result(side.answer) for side in (a, b))
    if x is None or y is None or (x.dimension and y.dimension and x.dimension != y.dimension):
        return []
    if x.low == y.low or agree(x, y):
        return [Item("number_same", 1.0, "", "")]
    return [Item("number_asked", 1.0, lead_text(a.answer), lead_text(b.answer))] if x.dimension == y.dimension else []


def _result(answer: Answer) -> Quantity | None:
    """The one number of a stated result, or of an answer that is little else; None without."""
    found = quantities(answer.final) if answer.final else answer.quantities if answer.n_words <= RESULT_WORDS else ()
    return found[0] if len(found) == 1 else None


def _unitless_items(a: Analysis, b: Analysis) -> list[Item]:
    """A number alone, or a number of degrees, against the one value with a unit that another brief answer gives."""
    if NUMBER not in (a.question.kind, b.question.kind):
        return []
    for one, other in ((a.answer, b.answer), (b.answer, a.answer)):
        bare, found = one.quantities, other.quantities
        if not (len(bare) == len(found) == 1 and other.n_words <= BRIEF_WORDS):
            continue
        value, measured = bare[0], found[0]
        if measured.noun == "pair" in a.question.stems and not (value.dimension or value.noun):
            return [] if measured.low != 2 * value.low else [Item("number_same", 1.0, "", "")]
        unitless = one.n_words == 1 and not value.dimension and value.low == value.high
        degrees = one.n_words <= RESULT_WORDS and (value.dimension, measured.dimension) == ("angle", "temperature")
        if measured.dimension in UNITLESS_ONLY or measured.beyond or not (unitless or degrees):
            continue
        if agree_unitless(value, measured):
            return [Item("number_same", 1.0, "", "")]
        return [Item("number_asked", 1.0, lead_text(a.answer), lead_text(b.answer))]
    return []


# Ways of reading the value that was asked for, the surest first: the first that finds something decides.
_ASKED = (
    _frequency_items,
    _closing_items,
    _result_items,
    _unitless_items,
    _concluded_items,
    _elsewhere_items,
    _month_items,
    bare_items,
    value_items,
)


def _states_another_number(a: Analysis, b: Analysis) -> bool:
    """Whether both answers are one sentence, the same but for its numbers, so that those are what was asked for.

    Not where an example of several is given.
    """
    if len(a.answer.sentences) != 1 or len(b.answer.sentences) != 1 or a.question.asks_many or b.question.asks_many:
        return False
    x, y = (_unnumbered(side.answer.sentences[0].words) for side in (a, b))
    said = frozenset(x) - STOP_WORDS
    return x == y and len(said) >= STATED_WORDS and not any(_EXAMPLE.search(t) for t in (a.question.text, " ".join(x)))


def _unnumbered(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if not any(map(str.isdigit, word)))


def _reconciled(answer: Answer, wanted: Quantity) -> bool:
    """Whether an answer gives the value in parts (52 white and 36 black keys) or beside them ("88; 52 are white").

    Or counts it first in its one sentence, in another word: 68 goals in 62 matches, beside 68 international goals.
    """
    first = answer.quantities[0] if len(answer.sentences) == 1 and answer.quantities else wanted
    if first is not wanted and not (first.dimension or wanted.dimension) and first.low == first.high == wanted.low:
        return True
    parts = [q.low for q in answer.quantities if q.dimension in ("", wanted.dimension) and q.low == q.high]
    return (len(parts) > 1 and sum(parts) == wanted.low == wanted.high) or any(
        not (q.dimension or q.noun) and agree(q, wanted) for q in answer.quantities
    )


def _n_readings(a: Analysis, b: Analysis, group: tuple[list[Quantity], list[Quantity]]) -> float:
    """1 where each answer holds one value that can be meant; more where one of several, or one without a unit, is."""
    counts = []
    for side, found in ((a, group[0]), (b, group[1])):
        plain = (
            {q.low for q in side.answer.quantities if not q.dimension and not q.noun} if found[0].dimension else set()
        )
        distinct = sum(not any(agree(q, r) for r in found[:i]) for i, q in enumerate(found))
        counts.append(distinct + len(plain))
    return 1.0 + 0.4 * (max(counts) > 1) + 0.4 * (max(counts) > 2)


def _groups(a: Analysis, b: Analysis, kind: str) -> list[tuple[list[Quantity], list[Quantity]]]:
    """Quantities that can be compared, by dimension and counted noun; of a question for a number only the first sort.

    First comes the sort whose noun or unit the question names, then the one that stands first in the answers.
    """
    left, right = (_counted(a, b), _counted(b, a)) if kind == NUMBER else (a.answer.quantities, b.answer.quantities)
    sorts = dict.fromkeys(
        (q.dimension, q.noun) for q in left if (q.dimension, q.noun) in {(r.dimension, r.noun) for r in right}
    )
    groups = [
        ([q for q in left if (q.dimension, q.noun) == sort], [q for q in right if (q.dimension, q.noun) == sort])
        for sort in sorts
    ]
    plain = [[q for q in side if not q.dimension and (q.noun, "") not in sorts] for side in (left, right)]
    if kind == NUMBER and not groups and all(plain):
        groups = [(plain[0], plain[1])]
    if kind != NUMBER or len(groups) < 2:
        return groups
    asked = a.question.stems | b.question.stems
    dimensions = a.question.dimensions | b.question.dimensions
    named = [group for group in groups if group[0][0].noun in asked or group[0][0].dimension in dimensions]
    first = min(groups, key=lambda group: group[0][0].start + group[1][0].start)
    return named[:1] or [first]


def _counted(side: Analysis, other: Analysis) -> tuple[Quantity, ...]:
    """The quantities of an answer; a number that is all of its first sentence counts what the question asks about."""
    found = side.answer.quantities
    if not found or found[0].dimension or found[0].noun or side.answer.sentences[0].text.strip(" .") != found[0].text:
        return found
    asked = side.question.stems | other.question.stems
    noun = next((q.noun for q in other.answer.quantities if q.noun and q.noun in asked), "")
    return (found[0]._replace(noun=noun), *found[1:])


def _of_others(left: Sentence, right: Sentence) -> bool:
    """Whether each of two sentences names something that the other does not."""
    x, y = names(left), names(right)
    return bool(x - y and y - x)


def _likeness(left: Sentence, right: Sentence) -> float:
    """How much two sentences speak of the same thing, their numbers apart: a side remark's number is another number."""
    x, y = left.stems, right.stems
    return len(x & y) / max(1, min(len(x), len(y)))


def _around(answer: Answer, quantity: Quantity) -> Sentence:
    """The one of the first two sentences that gives a value; the first where none has it in one piece."""
    return next((each for each in answer.sentences[:2] if quantity.text in each.text), answer.sentences[0])


def final_items(a: Analysis, b: Analysis) -> list[Item]:
    """Results or options that both answers state, or that they are: 12 of an exercise."""
    left, right = a.answer, b.answer
    if other_sums(a, b):
        return [Item("final", 1.0, lead_text(left), lead_text(right))]
    if left.option is not None and right.option is not None:
        feature = "final" if left.option != right.option else "final_same"
        return [Item(feature, 1.0, lead_text(left), lead_text(right))]
    if left.final is None or right.final is None:
        return []
    x, y = left.final_value, right.final_value
    differs = x != y and not (set(x.split()) <= set(y.split()) or set(y.split()) <= set(x.split()))
    differs = differs and not are_one_amount(left.final, right.final)
    return [Item("final" if differs else "final_same", 1.0, left.final, right.final)]
