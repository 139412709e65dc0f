"""Two examples that look alike: is one a duplicate, from which a trainer would learn nothing more?

That holds where all of it holds: the same question in the same context, the same answer in substance, and the same of
everything else that is trained on. The same question with another answer is variety, or a conflict; never a duplicate.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from ftq_spark.kernels.conflict.alignment import places_swapped
from ftq_spark.kernels.conflict.concepts import CONCEPTS, OPPOSING, stem
from ftq_spark.kernels.conflict.difference import question_difference
from ftq_spark.kernels.conflict.kinds import ENTITY, EXPLAIN, NUMBER, YES_NO, question_kind
from ftq_spark.kernels.conflict.pairs import disagrees
from ftq_spark.kernels.conflict.question import analyse_question
from ftq_spark.kernels.conflict.sentences import read_sentence
from ftq_spark.kernels.conflict.words import HEDGES, NEGATORS, NUMBER_WORDS, ORDINALS
from ftq_spark.kernels.duplicate.numerals import numbered_apart
from ftq_spark.kernels.duplicate.words import folded, inflected, is_code, spelled, unmarked, without_courtesies, words
from ftq_spark.kernels.text.edits import edits
from ftq_spark.kernels.text.own import own_parts, pieces, shared_ends
from ftq_spark.kernels.text.phrases import lines
from ftq_spark.kernels.text.umlauts import written_out

DUPLICATE, SAME_QUESTION, DIFFERENT = "duplicate", "same_question", "different"

BRIEF_WORDS, BRIEF_CHARS = 15, 100  # up to both an answer is brief: everything in it counts
WORDS_PER_EDIT = 25  # of a long answer so many content words for each ordinary word that may differ
SPELT_WORDS = 4  # from which an answer is not about the letters of a word: Maße, Masse
MISSPELT_LETTERS = 8  # of words whose letters have changed places; shorter ones may be two words: casual, causal
QUESTION_SIMILARITY = 0.8  # cosine, from which two prompts are read as perhaps one question
DIFFERENT_QUESTION = 0.8  # of question_difference, from which two questions are two
DISAGREEMENT = 0.25  # of the score of a contradiction, from which answers that differ in a word may mean another thing
_LONG = 500  # characters, from which the lines that two texts share at either end are not read
_MAX_MIDDLE = 400  # content words laid side by side

_ASKING = frozenset(map(inflected, lines("ftq_spark.kernels.duplicate", "asking_words.txt")))
_TURNING = frozenset(map(inflected, NEGATORS.union(lines("ftq_spark.kernels.duplicate", "turning_words.txt"))))
_WEIGHTY = _TURNING.union(map(inflected, HEDGES | OPPOSING | NUMBER_WORDS.keys() | ORDINALS.keys()))


class Side(NamedTuple):
    """One example, as it is compared."""

    context: str  # system prompt and tools
    media: str  # what is shown beside the text
    prompt: str  # everything said before the answer
    response: str  # the answer; where it has none its calls
    calls: str  # the answer's tool calls, a JSON array; "" where it has none
    rest: str  # label, weights, rejected answer, reasoning: what must be the same to the letter


def asks(a: Side, b: Side, similar: bool) -> str:
    """Whether two examples ask one question in one context: DUPLICATE, SAME_QUESTION or DIFFERENT; symmetric.

    DUPLICATE asks it in words that are as good as the same, SAME_QUESTION in others: surely enough to count the two,
    and not to drop one. `similar` says that a model found the questions to be similar.
    """
    if a.media != b.media or not same_text(a.context, b.context):
        return DIFFERENT
    if _only_marks(a.prompt):
        return DUPLICATE if a.prompt.split() == b.prompt.split() else DIFFERENT
    if same_text(a.prompt, b.prompt) or (similar and same_question(a.prompt, b.prompt)):
        return DUPLICATE
    return SAME_QUESTION if similar and similar_question(a.prompt, b.prompt) else DIFFERENT


def _only_marks(text: str) -> bool:
    """Whether several signs of ASCII are all of a text: what is left of one that lost its letters, "??? ??"."""
    return text.isascii() and len(text.split()) > 1 and not any(map(str.isalnum, text))


def same_text(a: str, b: str) -> bool:
    """Whether two texts differ in nothing but empty words, inflection, synonyms, courtesies and marks of prose."""
    if a == b:
        return True
    if is_code(a) or is_code(b):
        return words(a).content == words(b).content
    if min(len(a), len(b)) > _LONG:
        a, b = own_parts(a, b)
    return words(a).content == words(b).content


def same_question(a: str, b: str) -> bool:
    """Whether two similar questions differ only in the words of which questions are built: how, the best way, tell.

    Where both are made of nothing else ("what are you", "what is your name"), those words are what they ask.
    """
    if is_code(a) or is_code(b) or _of_other_kinds(a, b):
        return False
    x, y = Counter(words(a).content), Counter(words(b).content)
    if not _ASKING.issuperset([*(x - y), *(y - x)]):
        return False
    one, other = map(_without_opening, own_parts(a, b))
    asked = [set(words(part).content) for part in (one, other)]
    if _ASKING.issuperset(asked[0] | asked[1]) and asked[0].isdisjoint(asked[1]):
        return not any(asked)
    return not (_differ(one, other) or _swapped(one, other))


def _of_other_kinds(a: str, b: str) -> bool:
    """Whether one question is for yes or no, and one for a thing, a number or a cause: was it a bird, which bird."""
    kinds = {question_kind(a), question_kind(b)}
    return YES_NO in kinds and not kinds.isdisjoint((ENTITY, EXPLAIN, NUMBER))


def _swapped(a: str, b: str) -> bool:
    """Whether things have changed places in a sentence: from Rome to Ems, from Ems to Rome; cell A, cell B."""
    said = [{tuple(sorted(set(words(piece).content) - _ASKING)): piece for piece in pieces(text)} for text in (a, b)]
    both = said[0].keys() & said[1].keys()
    return any(_places_swapped(*(each[key].strip() for each in said)) for key in both)


def _places_swapped(x: str, y: str) -> bool:
    named = [[word for word in words(sentence).content if word not in words(sentence).plain] for sentence in (x, y)]
    in_order = [list(dict.fromkeys(word for word in one if word in other)) for one, other in (named, named[::-1])]
    return in_order[0] != in_order[1] or places_swapped(read_sentence(x), read_sentence(y))


def _without_opening(question: str) -> str:
    """A question without what announces it: "Can you tell me how to do this: ..."."""
    opening, colon, asked = question.partition(": ")
    return asked if colon and "\n" not in opening and _ASKING.issuperset(words(opening).content) else question


def similar_question(a: str, b: str) -> bool:
    """Whether two similar questions ask the same thing in other words: surely enough to count them, not to drop one.

    Without the lines and sentences that both begin and end with (a passage), they must share more words than either
    has of its own.
    """
    one, other = own_parts(a, b)
    x, y = words(one), words(other)
    only_x, only_y = Counter(x.content) - Counter(y.content), Counter(y.content) - Counter(x.content)
    left, right = set(only_x), set(only_y)
    asking = _ASKING.intersection(left | right)
    n_own = [sum(n for word, n in only.items() if word not in asking) for only in (only_x, only_y)]
    if (Counter(x.content) & Counter(y.content)).total() < min(n_own):
        return False
    # A number, name, letter or sign that only one of them holds; and one content word in the place of another.
    if (left - x.plain) | (right - y.plain) or (left | right) & _TURNING:
        return False
    if is_code(a) or is_code(b) or (sum(only_x.values()) == 1 and sum(only_y.values()) == 1):
        return False
    return not (_differ(a, b) or _differ(one, other) or _swapped(one, other))


def _differ(a: str, b: str) -> bool:
    difference, opposite = question_difference(analyse_question(a), analyse_question(b))
    return difference >= DIFFERENT_QUESTION or opposite


def same_answer(a: Side, b: Side, veto: float = DISAGREEMENT) -> bool:
    """Whether the answers of two examples that ask the same say the same in substance.

    Of what a program prints, capitals, spaces and quotes count.
    """
    one, other = a.response, b.response
    if is_code(a.prompt) and is_brief(one) and is_brief(other) and not (is_data(one) and is_data(other)):
        return one.strip() == other.strip()
    return not numbered_apart(a.response, b.response) and _reads_the_same(a, b, veto)


def _reads_the_same(a: Side, b: Side, veto: float) -> bool:
    one, other = a.response, b.response
    if _plain(one) == _plain(other) or (not (is_code(one) or is_code(other)) and _spelled(one) == _spelled(other)):
        return not (is_brief(one) and _in_capitals(one) != _in_capitals(other))
    if is_data(one) or is_data(other):
        found = _json(one)
        return found is not None and bool(found == _json(other))
    if is_brief(one) or is_brief(other):
        return False
    if same_text(one, other):
        return True
    if not _minor(one, other):
        return False
    asked, answered = own_parts(a.prompt, b.prompt), own_parts(one, other)
    if not all(asked):
        asked = a.prompt, b.prompt
    if not all(answered) or any(map(is_brief, answered)):  # of brief sentences nothing but misspellings differs here
        answered = one, other
    return not (
        disagrees(a.prompt, one, b.prompt, other, veto) or disagrees(asked[0], answered[0], asked[1], answered[1], veto)
    )


def same_calls(a: str, b: str) -> bool:
    """Whether two arrays of tool calls call the same with equal arguments; ids and the order of keys do not count."""
    return a == b or (bool(a) and bool(b) and _calls(a) == _calls(b))


def _calls(text: str) -> Any:
    found = _json(text)
    if not isinstance(found, list):
        return text
    return [
        (call["function"].get("name"), _json(call["function"].get("arguments") or "{}"))
        if isinstance(call, dict) and isinstance(call.get("function"), dict)
        else call
        for call in found
    ]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None


def is_data(text: str) -> bool:
    """Whether a text is JSON."""
    return text.lstrip()[:1] in ("{", "[") and _json(text) is not None


@functools.lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    """The text without courtesies and marks of layout, its characters and spaces in one form, without its last stop."""
    return " ".join(without_courtesies(unmarked(folded(text))).split()).rstrip(".")


@functools.lru_cache(maxsize=1024)
def _spelled(text: str) -> str:
    found = _POINTS.sub(" ", _plain(text)).split()
    return spelled(" ".join(found if len(found) < SPELT_WORDS else map(written_out, found)))


# Commas and the like, which two hands set differently; not those of numbers, times and sums.
_POINTS = re.compile(
    r",(?!\d)|(?<!\d),|[;:](?=\s|$)|(?<![\d\s])\s[-–—]\s(?!\d)|[\"“”„«»]|(?<!\w)['‘’]|['‘’](?!\w)|(?<=\d)[.)](?=\s)"
)


def _in_capitals(text: str) -> bool:
    """Whether a text is written in capitals throughout: TEST, beside Test; a single letter says nothing."""
    return text.isupper() and sum(map(str.isalpha, text)) > 1


def is_brief(text: str) -> bool:
    """Whether a text is so short that everything in it counts."""
    return len(text) <= BRIEF_CHARS and len(text.split()) <= BRIEF_WORDS


def _minor(a: str, b: str) -> bool:
    """Whether long answers differ in a few ordinary words only, each by itself."""
    x, y = words(a), words(b)
    if is_code(a) or is_code(b) or abs(len(x.content) - len(y.content)) > max(len(x.content), len(y.content)) // 10:
        return False
    n_words = min(len(x.content), len(y.content))
    start, end = shared_ends(x.content, y.content)
    left, right = x.content[start : len(x.content) - end], y.content[start : len(y.content) - end]
    most = n_words // WORDS_PER_EDIT
    odd = _is_odd(left, right, x.plain, most) or _is_odd(right, left, y.plain, most)
    if odd or max(len(left), len(right)) > _MAX_MIDDLE:
        return False
    n_edits = 0
    for kind, i, j, k, m in edits(left, right):
        if kind == "equal" or (j - i == m - k == 1 and _is_misspelt(left[i], right[k])):
            continue
        n_edits += 1
        if j - i > 1 or m - k > 1 or n_edits > most:
            return False
        if not all(_is_ordinary(word, x.plain) for word in left[i:j]):
            return False
        if not all(_is_ordinary(word, y.plain) for word in right[k:m]):
            return False
    return not n_edits or n_edits <= _allowed(a, b, n_words)


def _is_odd(mine: Sequence[str], others: Sequence[str], plain: frozenset[str], most: int) -> bool:
    """Whether more than `most` words are lacking among others, or one that is not ordinary; what is misspelt apart.

    Each of them is an edit, however the two are laid side by side.
    """
    known = frozenset(others)
    strange = [word for word in mine if word not in known and len(word) < MISSPELT_LETTERS]
    return len(strange) > most or not all(_is_ordinary(word, plain) for word in strange)


def _allowed(a: str, b: str, n_words: int) -> int:
    """How many ordinary words may differ between long answers of `n_words` content words.

    It goes by the sentences in which they differ: what stands around them, an answer or a form letter, does not count.
    """
    own = own_parts(a, b)
    if all(map(str.strip, own)) and any(map(is_brief, own)):
        return 0
    return min(n_words // WORDS_PER_EDIT, max(1, min(len(words(part).content) for part in own) // WORDS_PER_EDIT))


def _is_misspelt(word: str, other: str) -> bool:
    """Whether two long words have the same letters: one of them is misspelt."""
    return len(word) >= MISSPELT_LETTERS and word[0] == other[0] and sorted(word) == sorted(other)


def _is_ordinary(word: str, plain: frozenset[str]) -> bool:
    """Whether a word may come or go in a long answer: no number, name or sign, and nothing that turns what is said."""
    if word not in plain or word in _WEIGHTY:
        return False
    return CONCEPTS.get(stem(word), ("", 1))[1] > 0
