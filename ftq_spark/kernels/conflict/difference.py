"""Whether two questions are one: numbers, names, populations, attached texts, exchanged phrases and opposites tell."""

from __future__ import annotations

import re
from collections import Counter

from ftq_spark.kernels.conflict.alignment import opposed, places_swapped, related
from ftq_spark.kernels.conflict.concepts import CONCEPTS, GENERAL_OF, stem
from ftq_spark.kernels.conflict.given import orders_label
from ftq_spark.kernels.conflict.kinds import DEFINITION, ENTITY, NUMBER, YES_NO
from ftq_spark.kernels.conflict.plainly import asks_duty, asks_escape
from ftq_spark.kernels.conflict.question import Question, analyse_question
from ftq_spark.kernels.conflict.sentences import read_sentence
from ftq_spark.kernels.conflict.subjects import other_of_a_row
from ftq_spark.kernels.conflict.words import EVERYWHERE, HEADS, STOP_WORDS, lists
from ftq_spark.kernels.text.own import own_parts, shared_ends

SAME_BODY = 0.75  # Jaccard similarity of what stands around two questions from which it is one
MIN_FORM = 4  # words that two questions begin with where they are of one wording
OTHER_CASE_STEMS = 5  # content words of one question alone, from which it puts another case than the other
CONDITION_STEMS = 2  # content words of a condition that the other question does not name
OF_A_FORMULA = 3  # words that it makes at most: int **p
SIDE_STEMS, SUBJECT_STEMS = 2, 2  # content words of one question alone, and of both, where they ask of one subject
PASSAGE_STEMS = 12  # from so many content words it is a passage, of which every word may matter

_OPERATIONS = re.compile(r"(?<=[\d)])(?:[a-z]\b)?\s*([-+*/%^×÷·<>=≤≥]+)\s*(?=[\d(])")  # 3*4, 5x + 6
# "If it rains, do I …?" and "Do I … if it rains?"
_CONDITION = re.compile(
    r"^(?:after|before|if|once|when|while) (?P<front>[^,]{3,120}), ?|"
    r"\b(?:after|before|if|once|unless|when|while) (?P<behind>[^,?]{3,160})",
    re.IGNORECASE,
)
_EXCESS = re.compile(r"\b(?:is|are|was|were|be|it|they) too \w", re.IGNORECASE)  # who says yes advises against it
# Of formulas, patterns and code; blanks around them say nothing. A text in brackets is no such sign, nor is money.
_SIGNS = re.compile(r"[\^*+|\\=<>~{}]|\[\^|\[\]|(?<!\w)&|&&|(?<=\w\w)\.(?=\w)")
_AROUND = re.compile(r"\s*([*+|=<>~]|&&)\s*")
_QUOTED = "`'\"$.,;:?!()"
_NUMERALS = re.compile(r"\d+(?:[.,]\d+)*")
_PREPOSITIONS = frozenset({"in", "at", "of", "for", "on", "from", "the", "by", "with", "to"})
_WORDS = re.compile(r"\w+")
_LETTER = re.compile(r"(?<![\w'.])[A-HJ-Z](?![\w'.])")
_NUMBERED = re.compile(r"\b([A-Z]\w+) (I{1,3}|IV|VI{0,3}|IX|XI{0,3})\b(?!')")
_TURNED = (frozenset({"more", "less"}), frozenset({"more", "fewer"}), frozenset({"most", "least"}))


def question_difference(a: Question, b: Question) -> tuple[float, bool]:
    """How surely two questions ask different things, in [0, 1], and whether they ask opposite things.

    Other numbers, other members of one population, another attached text, another aspect of one subject, or names of
    which each question holds one that the other lacks make two questions; a name or a number that only one question
    holds does so less surely. Opposites ("largest", "smallest") turn a question for yes or no round, and make two
    questions of others. Of long prompts that begin or end alike, what lies between is compared as well: a passage that
    both hold names all that either asks about.
    """
    if a.text == b.text:
        return 0.0, False
    difference, flip = _difference(a, b)
    one, other = own_parts(a.text, b.text)
    if difference == 1.0 or not (one and other) or (one, other) == (a.text, b.text):
        return difference, flip
    x, y = analyse_question(one), analyse_question(other)
    of_own, flip_of_own = _difference(x, y)
    hidden = len(a.text) - len(one) > len(one) and len(b.text) - len(other) > len(other)
    return max(difference, of_own, 0.8 * (hidden and _other_words(x, y))), flip or flip_of_own


def _other_words(a: Question, b: Question) -> bool:
    """Whether each of two questions holds a content word that nothing in the other is like.

    Behind a text that is longer than both, a model finds any two questions similar: only their words say they are one.
    """
    return bool(_beyond(a, b) and _beyond(b, a))


def _difference(a: Question, b: Question) -> tuple[float, bool]:
    flip = _opposite(a, b)
    to_decide = YES_NO in (a.kind, b.kind)
    only_a = canonical(a.names) - canonical(b.everything)
    only_b = canonical(b.names) - canonical(a.everything)
    shared_lines = a.populations.keys() & b.populations.keys()
    checks = (
        1.0 * bool(a.numbers and b.numbers and a.numbers != b.numbers),
        1.0 * _other_operation(a.text, b.text),
        0.9 * (not (a.body or b.body) and _other_signs(a.text, b.text)),
        0.9 * _labelled_apart(a.text, b.text),
        0.9 * _other_of_a_name(a.text, b.text),
        0.8 * other_of_a_row(a.frame.text.lower(), b.frame.text.lower()),
        1.0 * any(a.populations[line].isdisjoint(b.populations[line]) for line in shared_lines),
        0.9 * (not _same_body(a.body, b.body)),
        0.9 * _turned_passages(a, b),
        0.9 * bool(only_a and only_b),
        0.9 * (flip and not to_decide),
        0.9 * _other_aspect(a, b),
        0.8 * (not to_decide and (_other_head(a, b) or _other_focus(a, b))),
        0.9 * (a.labels != b.labels),
        0.9 * _exchanged(a, b),
        0.9 * (a.kind == b.kind == YES_NO and a.compares != b.compares),
        0.8 * (a.kind == b.kind == YES_NO and (_other_case(a, b) or _other_object(a, b))),
        0.9 * (not to_decide and _turned(a, b)),
        _substitution(a, b),
        0.8 * (a.kind == b.kind == NUMBER and bool(a.numbers) != bool(b.numbers)),
        0.8 * (a.kind == b.kind and a.kind in (ENTITY, NUMBER) and _other_side_of_one(a, b)),
        0.25 * bool(only_a or only_b) + 0.2 * (bool(a.numbers) != bool(b.numbers)),
    )
    return max(checks), flip


def _other_operation(a: str, b: str) -> bool:
    """Whether two questions reckon with the same numbers in another way: 3*4, 3^4; 9-4, 4-9."""
    signs, numbers = ([form.findall(text) for text in (a, b)] for form in (_OPERATIONS, _NUMERALS))
    return len(signs[0]) == len(signs[1]) > 0 and (signs[0] != signs[1] or numbers[0] != numbers[1])


def _other_signs(a: str, b: str) -> bool:
    """Whether two questions in the same words each hold a formula or pattern that the other does not: a+, a*; b, ^b."""
    one, other = map(_signed, (a, b))
    few = 0 < len(one - other) <= OF_A_FORMULA and 0 < len(other - one) <= OF_A_FORMULA
    return few and any(_SIGNS.search(word) for word in one ^ other)


def _signed(text: str) -> set[str]:
    return {word.strip(_QUOTED) for word in _AROUND.sub(r"\1", text.lower()).split()}


def _labelled_apart(a: str, b: str) -> bool:
    """Whether labels are ordered for two texts that differ in more than case and the last mark: every word may tell."""
    if a.lower().rstrip(" .?") == b.lower().rstrip(" .?"):
        return False
    return orders_label(a) and orders_label(b)


def _other_of_a_name(a: str, b: str) -> bool:
    """Whether two questions name others of one name by Roman numerals: World War I, World War II."""
    x, y = (dict(_NUMBERED.findall(text)) for text in (a, b))
    return any(x[name] != y[name] for name in x.keys() & y.keys())


def _exchanged(a: Question, b: Question) -> bool:
    """Whether things have changed places: is Rome older than Ems, is Ems older than Rome; has cell A more than B."""
    letters = [list(dict.fromkeys(_LETTER.findall(question.frame.text))) for question in (a, b)]
    turned = letters[0] != letters[1] and sorted(letters[0]) == sorted(letters[1])
    return turned or places_swapped(a.frame, b.frame)


def _turned(a: Question, b: Question) -> bool:
    """Whether one question asks for more where the other asks for less, in the same words."""
    only = Counter(a.tokens) - Counter(b.tokens), Counter(b.tokens) - Counter(a.tokens)
    return frozenset(only[0] | only[1]) in _TURNED


def _same_body(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether what stands around two questions is one text: the same words in passages, most of them in a remark."""
    union = len(a | b)
    if min(len(a), len(b)) >= PASSAGE_STEMS:
        return a == b
    return union <= 2 or len(a & b) >= SAME_BODY * union


def _turned_passages(a: Question, b: Question) -> bool:
    """Whether what stands around two questions is told in the same words, in another order: who does what to whom.

    Listed options may stand in any order.
    """
    if len(a.body) < PASSAGE_STEMS or a.body != b.body or a.listed or b.listed:
        return False
    around = [side.text.replace(side.frame.text, " ").lower() for side in (a, b)]
    x, y = ([word for word in _WORDS.findall(text) if word not in STOP_WORDS] for text in around)
    return x != y and sorted(x) == sorted(y)


def _other_aspect(a: Question, b: Question) -> bool:
    """Whether one subject's causes are asked for here and its treatment there, or who here and when there."""
    if a.interrogative and b.interrogative and a.interrogative != b.interrogative:
        return True
    if a.aspects - b.aspects and b.aspects - a.aspects:
        return True
    defines = DEFINITION in (a.kind, b.kind) and a.kind != b.kind
    if defines and (a.interrogative or b.interrogative):
        return True
    one_sided = a.aspects ^ b.aspects
    return bool(one_sided) and (b if a.aspects - b.aspects else a).kind == DEFINITION


def _other_head(a: Question, b: Question) -> bool:
    """Whether two questions about one name each ask, with another word, for another thing of it: wrote, protagonist."""
    if not (a.kind == b.kind == ENTITY and a.names and a.names == b.names):
        return False
    known = [{*canonical(question.everything), *_HEADS} for question in (b, a)]
    only = [canonical(question.frame.stems) - other for question, other in zip((a, b), known, strict=True)]
    return bool(only[0] and only[1]) and not any(related(x, y) for x in only[0] for y in only[1])


def _other_focus(a: Question, b: Question) -> bool:
    """Whether two questions of one wording are about two things: what is breast cancer, what is male breast cancer."""
    only = [_beyond(a, b), _beyond(b, a)]
    if only[0] and only[1] and "?" not in a.text + b.text:
        return True  # two orders that name two things to do
    if a.kind != b.kind or a.kind not in (DEFINITION, NUMBER):
        return False
    if a.kind == DEFINITION and a.tokens[:1] == b.tokens[:1]:
        return bool(only[0] or only[1])
    return shared_ends(a.tokens, b.tokens)[0] >= MIN_FORM and bool(only[0] or only[1])


def _other_side_of_one(a: Question, b: Question) -> bool:
    """Whether two questions name one subject in the same words, and ask in other words for another side of it.

    "How many parks does the town keep?", "How many ice rinks does the town run?": who asks the same in other words has
    other words for its subject, too. A single word on either side may be a synonym.
    """
    only = asks_beyond(a, b), asks_beyond(b, a)
    both = canonical(a.frame.stems) & canonical(b.frame.stems)
    subject = both - _HEADS - _EVERYWHERE - _ASKED_WITH - _MANNER
    return bool(only[0] and only[1]) and max(map(len, only)) >= SIDE_STEMS and len(subject) >= SUBJECT_STEMS


def asks_beyond(a: Question, b: Question) -> set[str]:
    """The same but for words with which an amount, a date or a name is asked for, of whatever it is."""
    return _beyond(a, b) - _ASKED_WITH


def _beyond(a: Question, b: Question) -> set[str]:
    """Canonical content words that one question asks with and another, and words like them, does not hold."""
    known = canonical(b.everything) | _HEADS | _EVERYWHERE
    return {
        word for word in canonical(a.frame.stems) - known if not any(related(word, other) for other in b.everything)
    }


def _other_case(a: Question, b: Question) -> bool:
    """Whether two questions for yes or no put another case: is it due, is it due if I am ill.

    Or much is said in one alone. Where both name a condition, what is asked under it differs too: must I pay if I am
    late, may I come if I am late; should I rest if I was vaccinated, should I be vaccinated if I was ill.
    """
    only = _beyond(a, b), _beyond(b, a)
    if max(map(len, only)) >= OTHER_CASE_STEMS:
        return True
    (main_a, condition_a), (main_b, condition_b) = _clauses(a), _clauses(b)
    if condition_a and condition_b:
        apart = _unlike(main_a, main_b) and _unlike(main_b, main_a)
        return apart and 2 * len(main_a & main_b - _MANNER) < min(len(main_a - _MANNER), len(main_b - _MANNER))
    return max(len(condition_a & only[0]), len(condition_b & only[1])) >= CONDITION_STEMS


def _other_object(a: Question, b: Question) -> bool:
    """Whether two things unlike each other follow the same words: will it make me sick, would this make me immune."""
    objects = _objects(a.tokens), _objects(b.tokens)
    known = [canonical(question.everything) | _EVERYWHERE | _MANNER for question in (b, a)]
    return any(
        _is_new(x, b, known[0]) and _is_new(y, a, known[1])
        for context in objects[0].keys() & objects[1].keys()
        for x in objects[0][context] - objects[1][context]
        for y in objects[1][context] - objects[0][context]
    )


def _objects(tokens: tuple[str, ...]) -> dict[tuple[str, ...], set[str]]:
    """What follows two words of which the first is a content word and the second none: "sick" after "make me"."""
    found: dict[tuple[str, ...], set[str]] = {}
    for i, word in enumerate(tokens[2:]):
        if tokens[i] not in STOP_WORDS and tokens[i + 1] in STOP_WORDS:
            found.setdefault(tokens[i : i + 2], set()).add(word)
    return found


def _is_new(word: str, other: Question, known: set[str]) -> bool:
    """Whether a content word is like none of another question."""
    if word in STOP_WORDS or word[0].isdigit() or canonical(frozenset({word})) <= known:
        return False
    return not any(_alike(word, each) for each in other.everything)


def _alike(one: str, other: str) -> bool:
    """Whether one word may stand for another in a question: forms of one, synonyms, a thing and its kind."""
    if related(one, other):
        return True
    (x,), (y,) = (canonical(frozenset({word})) for word in (one, other))
    return x in GENERAL_OF.get(y, ()) or y in GENERAL_OF.get(x, ())


def _clauses(question: Question) -> tuple[set[str], set[str]]:
    """Canonical content words of what a question asks, and of the conditions that it names; a word may be in both."""
    text = question.frame.text
    conditions = [match["front"] or match["behind"] for match in _CONDITION.finditer(text)]
    if not conditions:
        return canonical(question.frame.stems), set()
    main, condition = (read_sentence(part).stems for part in (_CONDITION.sub(" ", text), " ".join(conditions)))
    return canonical(main), canonical(condition)


def _unlike(words: set[str], others: set[str]) -> bool:
    """Whether one of some canonical content words is like none of others; words that fit any question are not asked."""
    own = words - others - _HEADS - _EVERYWHERE - _MANNER
    return any(not any(related(word, other) for other in others) for word in own)


def canonical(words: frozenset[str]) -> set[str]:
    """Words as their concepts, or as their stems."""
    return {CONCEPTS.get(stem(word), (stem(word), 1))[0] for word in words}


_HEADS = frozenset(canonical(HEADS))
_EVERYWHERE = frozenset(canonical(EVERYWHERE))
_ASKED_WITH = frozenset(canonical(frozenset(lists("words")["asked_with"])))
# How something is asked for, not what: am I still allowed to, do I have to, is it safe to.
_MANNER = frozenset(
    canonical(
        frozenset({"able", "allowed", "already", "better", "fine", "get", "need", "necessary", "ok", "okay"})
        | {"possible", "safe", "still"}
    )
)


def _opposite(a: Question, b: Question) -> bool:
    x, y = a.frame.concepts, b.frame.concepts
    escapes = asks_escape(a) != asks_escape(b) and asks_duty(a) != asks_duty(b)
    turned = a.negated != b.negated and not (_lacks(a, b) or _lacks(b, a))
    excess = bool(_EXCESS.search(a.frame.text)) != bool(_EXCESS.search(b.frame.text))
    return escapes or excess or turned or any(x[concept] * y[concept] < 0 for concept in x.keys() & y.keys())


def _lacks(a: Question, b: Question) -> bool:
    """Whether a question asks about being without something of which another one does not speak."""
    return "without" in a.frame.words and canonical(a.frame.first_denied).isdisjoint(canonical(b.everything))


def _substitution(a: Question, b: Question) -> float:
    """Certainty that one question is the other with one phrase exchanged: the same words around different content."""
    x, y = a.tokens, b.tokens
    start, end = shared_ends(x, y)
    longest = max(len(x), len(y))
    if start + end < 0.6 * longest or longest - start - end > 4:
        return 0.0
    own = frozenset(x[start : len(x) - end]), frozenset(y[start : len(y) - end])
    left, right = own[0] - STOP_WORDS, own[1] - STOP_WORDS
    if YES_NO not in (a.kind, b.kind) and opposed(tuple(sorted(left)), tuple(sorted(right))):
        return 0.9
    if canonical(left) & canonical(right):
        return 0.0
    after_preposition = start > 0 and x[start - 1] in _PREPOSITIONS
    if left and right:
        named = [words - EVERYWHERE - HEADS for words in (left, right)]
        unlike = all(named) and not any(_alike(one, other) for one in named[0] for other in named[1])
        return 0.8 if after_preposition or (unlike and YES_NO == a.kind == b.kind) else 0.5
    if (left or right) and after_preposition:
        narrows = {a.kind, b.kind} <= {ENTITY, NUMBER} and not (left | right) <= EVERYWHERE
        return 0.8 if narrows else 0.3
    return 0.0
