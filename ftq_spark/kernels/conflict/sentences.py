"""Sentences of an answer as signed concepts: what each sentence affirms and what it denies."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ftq_spark.kernels.conflict.concepts import CONCEPTS, GENERAL_OF, OFFERS, named_country, privative_base, stem
from ftq_spark.kernels.conflict.words import CLAUSE_BREAKS, NEGATORS, PHRASES, STOP_WORDS
from ftq_spark.kernels.text.signs import reckoned

N_HEAD_CHARS, N_TAIL_CHARS = 2500, 1000  # of a longer text only its two ends are read
MAX_SENTENCES = 10
PRONOUNS = (("it",), ("that",), ("they",), ("this",))  # first words that stand for what is asked about
SCOPE_WORDS = 9  # content words that one negation reaches

_FOLD = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": ",", "\u00a0": " ", "\u200b": None}
    | {chr(0x2080 + digit): str(digit) for digit in range(10)}
)
_CODE_BLOCK = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_TABLE_LINE = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
_MARKUP = re.compile(r"\*\*|__|^#{1,6} |<[^<>\n]{1,80}>|^[ \t]*(?:[-*•]|\d{1,2}[.)]) +", re.MULTILINE)
_INSIDE = ("**", "__", "<")  # one of them has what is marked within a line that begins with a letter
_DROPPED = re.compile(f"(?s:{_CODE_BLOCK.pattern})|(?m:{_TABLE_LINE.pattern})|(?m:{_MARKUP.pattern})")
_SENTENCE_END = re.compile(
    r"(?<=[.?!。！？])(?<!\b[A-Z]\.)(?<!\b(?:Dr|Mr|Ms|St|vs|eg|ie|No)\.)(?<!\bMrs\.)[\"')\]]*\s+(?=[^a-z\s])|\n+|;\s"
)
_TOKEN = re.compile(r"[^\W_]+(?:['.&/+_-][^\W_]+)*(?:\+\+|#)?|[,;:()]")
_PRICED = re.compile(r"\bcosts? (?=(?:about |around |just |only )?[$€£]?\d)")
_PHRASES = re.compile(
    r"\b(?:" + "|".join(re.escape(phrase) for phrase in sorted(PHRASES, key=len, reverse=True)) + r")(?!\w)"
)
_RUN = re.compile(r"\w+")
# Most texts hold no phrase: they are told by the longest word of each.
_PHRASES_BY_WORD: dict[str, list[str]] = {}
for _phrase in PHRASES:
    _PHRASES_BY_WORD.setdefault(max(_RUN.findall(_phrase), key=len), []).append(_phrase)
_DAY = re.compile(r"\d\. ")  # soon looked for
_GERMAN_DAY = re.compile(  # "3. Mai" ends no sentence
    r"\b(\d{1,2})\. (?=(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b)"
)
_MARKS = frozenset(",;:()")
_SUBJECTS = frozenset(("i", "you", "he", "she", "it", "they", "we", "this", "that", "these", "those", "there", "the"))


class Sentence(NamedTuple):
    """One sentence, read."""

    text: str
    concepts: dict[str, int]  # concept → 1 affirmed, -1 denied, 0 both
    lexical: frozenset[str]  # concepts whose sign came from the word itself (an antonym), not from a negation alone
    stems: frozenset[str]  # content stems, whatever their sign
    denied: frozenset[str]  # stems inside a negation's scope
    first_denied: frozenset[str]  # the first concept that each negator governs
    n_negations: int
    words: tuple[str, ...]
    content: tuple[str, ...]  # concepts in order

    @property
    def none_without(self) -> bool:
        """Whether it denies twice in one clause, and so says of all what it says: no room is without a bath."""
        denials = [i for i, word in enumerate(self.words) if is_negator(word)] if "without" in self.words else []
        return self.n_negations == len(denials) == 2 and _MARKS.isdisjoint(self.words[slice(*denials)])


def fold(text: str) -> str:
    """Typographic variants folded, code blocks, tables and markup dropped, the middle of a long text left out."""
    if len(text) > N_HEAD_CHARS + N_TAIL_CHARS:
        text = text[:N_HEAD_CHARS] + "\n" + text[-N_TAIL_CHARS:]
    if "```" in text:
        text = _CODE_BLOCK.sub("\n", text)
    text = text.replace("`", "'") if text.isascii() else text.translate(_FOLD)
    if "|" in text:
        text = _TABLE_LINE.sub("", text)
    text = reckoned(text)
    if "\n" in text or not text[:1].isalpha() or any(mark in text for mark in _INSIDE):
        text = _MARKUP.sub("", text)
    if _DAY.search(text):
        text = _GERMAN_DAY.sub(r"\1 ", text)
    return text.strip()


def verbatim(text: str, span: str) -> str:
    """The passage of `text` that became `span` (cut at the end where it closes with …) when the text was folded.

    Found by its letters and digits; `span` itself where the text does not hold them.
    """
    letters = [i for i in _unfolded(text) if text[i].isalnum()]
    bare = span.removesuffix("…")
    sought = "".join(filter(str.isalnum, bare))
    at = "".join(text[i] for i in letters).find(sought) if sought else -1
    if at < 0:
        return span
    start, end = letters[at], letters[at + len(sought) - 1] + 1
    opening, closing = _outside(bare), _outside(bare[::-1])
    if text[max(0, start - opening) : start].translate(_FOLD) == bare[:opening]:
        start -= opening
    if text[end : end + closing].translate(_FOLD) == bare[len(bare) - closing :]:
        end += closing
    return text[start:end] + "…" * span.endswith("…")


def _outside(text: str) -> int:
    return next(i for i, character in enumerate(text) if character.isalnum())


def _unfolded(text: str) -> Iterator[int]:
    """Places of the characters that :func:`fold` does not drop as code, table or markup."""
    place = 0
    for match in _DROPPED.finditer(text):
        yield from range(place, match.start())
        place = match.end()
    yield from range(place, len(text))


def split_sentences(text: str) -> list[str]:
    """Non-empty sentences of a folded text; a line break or semicolon also ends one."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


@functools.lru_cache(maxsize=1 << 15)
def signed_concept(word: str) -> tuple[str, int, str | None]:
    """Concept and sign of a lower-case word, and the base that its un-, in- … prefix denies."""
    if word.isdigit() and word not in CONCEPTS:  # many, and each as it stands
        return word, 1, None
    root = stem(word)
    known = CONCEPTS.get(root)
    if known is not None:
        return *known, None
    base = privative_base(word)
    denied = CONCEPTS.get(base) if base else None
    return (denied[0], -denied[1], None) if denied else (root, 1, base)


def normalise_phrases(lowered: str) -> str:
    """Multi-word expressions of a lower-case text replaced by one token each; what costs 5 euros is chargeable."""
    if "cost" in lowered:
        lowered = _PRICED.sub("is chargeable ", lowered)
    lowered = lowered.replace("'none'", "nonevalue")  # what a program gives denies nothing
    hints = _PHRASES_BY_WORD.keys() & _RUN.findall(lowered)
    if not any(phrase in lowered for hint in hints for phrase in _PHRASES_BY_WORD[hint]):
        return lowered
    return _PHRASES.sub(lambda match: PHRASES[match.group()], lowered)


class _Word(NamedTuple):
    """A lower-case word, read once for all texts that hold it."""

    role: int  # one of the four below
    counts: bool  # among the words that a negation's reach is counted in
    stem: str
    concept: str
    sign: int
    base: str | None
    parts: tuple[tuple[str, int], ...]  # concepts and signs of what hyphens join


_CONTENT, _FILLER, _NEGATOR, _BREAK = range(4)


@functools.lru_cache(maxsize=1 << 16)
def _word(word: str) -> _Word:
    bare = word.removesuffix("'s")
    concept, sign, base = signed_concept(bare)
    parts: tuple[tuple[str, int], ...] = ()
    if "-" in bare and sign > 0 and base is None:  # "non-refundable" says nothing of "refundable" besides
        parts = tuple((c, s) for c, s, _ in map(signed_concept, sorted({*bare.split("-")} - STOP_WORDS - NEGATORS)))
    role = _CONTENT
    if word in _MARKS or word in CLAUSE_BREAKS:
        role = _BREAK
    elif is_negator(word):
        role = _NEGATOR
    elif word in STOP_WORDS and word not in CONCEPTS:
        role = _FILLER
    return _Word(role, word not in STOP_WORDS, stem(bare), concept, sign, base, parts)


@functools.lru_cache(maxsize=1024)
def read_sentence(text: str) -> Sentence:
    """Concepts of one sentence, each affirmed or denied; a concept that is both is neither.

    What many answers say is read once: nobody may change what is found.
    """
    words = tuple(_TOKEN.findall(normalise_phrases(named_country(text).lower())))
    read = list(map(_word, words))
    roles = [one.role for one in read]
    n_negations = roles.count(_NEGATOR)
    concepts: dict[str, int] = {}
    lexical: set[str] = set()
    stems: set[str] = set()
    content: list[str] = []
    denied: set[str] = set()
    signs = _negations(words, read) if n_negations else [int(role < _NEGATOR) for role in roles]
    for one, negation in zip(read, signs, strict=True):
        role, _, root, concept, sign, base, parts = one
        if role == _FILLER or not negation:
            continue
        content.append(concept)
        stems.add(root)
        if negation < 0:
            denied.add(concept)
        if sign < 0:
            lexical.add(concept)
        for part, part_sign in parts:
            concepts.setdefault(part, part_sign * negation)
        value = sign * negation
        if concepts.setdefault(concept, value) != value:
            concepts[concept] = 0
        if base is not None:
            concepts.setdefault(base, -value)
            lexical.add(base)
    return Sentence(
        text=text,
        concepts=concepts,
        lexical=frozenset(lexical),
        stems=frozenset(stems),
        denied=frozenset(denied),
        first_denied=_first_denied(read) if n_negations else frozenset(),
        n_negations=n_negations,
        words=words,
        content=tuple(content),
    )


def of_one_kind(x: Sentence, y: Sentence) -> tuple[Sentence, Sentence]:
    """Two sentences, the things of one by the name that the other has for their kind where that is not for them.

    "Dogs are welcome" speaks of pets beside "no pets are allowed": what is not allowed of a kind is of none of it.
    """
    both = x.concepts.keys() & y.concepts.keys()
    if both.isdisjoint(OFFERS) or all(
        x.concepts[offer] * y.concepts[offer] >= 0 for offer in both.intersection(OFFERS)
    ):
        return x, y
    return _by_kind(x, y), _by_kind(y, x)


def _by_kind(x: Sentence, y: Sentence) -> Sentence:
    kinds = {
        concept: general
        for concept in x.concepts.keys() - y.concepts.keys()
        for general in GENERAL_OF.get(concept, ())
        if general in y.concepts
    }
    if not kinds:
        return x
    return x._replace(concepts={kinds.get(concept, concept): sign for concept, sign in x.concepts.items()})


def is_negator(word: str) -> bool:
    """Whether a lower-case word denies what follows it."""
    return word in NEGATORS or word.endswith("n't") or word == "cant"


def _negations(words: tuple[str, ...], read: list[_Word]) -> list[int]:
    """For each word 1 where it stands affirmed, -1 inside a negation's scope, 0 for negators and clause marks.

    A scope ends with its clause or after :data:`SCOPE_WORDS` content words; a negation inside one turns it round.
    """
    found, negation, reach, needless = [], 1, 0, -1
    turned = by_without = False
    for position, (word, one) in enumerate(zip(words, read, strict=True)):
        role = one.role
        if role == _BREAK:
            if not (word in _BRACKETS and _restates(words, position)):
                negation = 1
            found.append(0)
        elif role == _NEGATOR:
            following = words[position + 1] if position + 1 < len(words) else ""
            if position or word != "no" or following not in (",", ";", ":"):  # "No, …" answers, it denies nothing here
                negation, reach = (-negation if negation < 0 and word != "nor" else -1), SCOPE_WORDS
                turned, by_without = False, word == "without"
            found.append(0)
        else:
            if negation < 0:
                following = words[position + 1] if position + 1 < len(words) else ""
                # "Needs no key to open", "no key is needed for the door": the end is not denied, the means is.
                to_what_end = needless >= 0 and (word == "for" or (word == "to" and position > needless + 1))
                # "Not illegal to keep" says that it may be kept; "photos without flash are allowed", that they are.
                over = (turned and word == "to") or (by_without and word in _FINITE)
                if reach <= 0 or over or to_what_end or (word in ("and", "as") and following in _SUBJECTS):
                    negation = 1
                elif one.concept == _NEED:
                    needless = position
                turned = turned or one.sign < 0 or one.base is not None
            reach -= one.counts
            found.append(negation)
    return found


_NEED = signed_concept("needed")[0]
_BRACKETS = frozenset("()")
_FINITE = frozenset({"are", "can", "does", "has", "is", "may", "must", "should", "was", "were", "will"})
MAX_RESTATED = 4  # words in brackets that put another name to what stands before them


def _restates(words: tuple[str, ...], at: int) -> bool:
    """Whether a bracket belongs to a brief remark without a verb: "not an ADT (abstract data type)"."""
    start = at if words[at] == "(" else max((i for i in range(at) if words[i] == "("), default=-1)
    end = next((i for i in range(start, len(words)) if words[i] == ")"), -1)
    inside = words[start + 1 : end]
    return start > 0 and 0 < len(inside) <= MAX_RESTATED and _FINITE.isdisjoint(inside) and "but" not in inside


def _first_denied(read: list[_Word]) -> frozenset[str]:
    found, open_ = set(), False
    for one in read:
        if one.role == _NEGATOR:
            open_ = True
        elif one.role == _CONTENT and open_:
            found.add(one.concept)
            open_ = False
    return frozenset(found)


_NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b(?:[A-Z][\w.&'-]*|[A-Za-z]*\d[\w-]*|[a-z]+[A-Z]\w*)")


def names(sentence: Sentence) -> frozenset[str]:
    """Affirmed capitalised words and acronyms of a sentence, lower-cased, its first word apart."""
    return _names(sentence.text, sentence.denied)


@functools.lru_cache(maxsize=1024)
def _names(text: str, denied: frozenset[str]) -> frozenset[str]:
    found = set()
    for written in _NAME.findall(named_country(text)):
        name = written.rstrip(".'-").lower()
        name = name[:-2] if name.endswith("'s") else name
        if name and name not in STOP_WORDS and not name.isdigit() and signed_concept(name)[0] not in denied:
            found.add(name)
    return frozenset(found)


def read_answer(text: str, question_stems: Callable[[], frozenset[str]]) -> tuple[Sentence, ...]:
    """Up to :data:`MAX_SENTENCES` sentences of a folded answer: the first, the last, those nearest the question."""
    parts = split_sentences(text)
    if len(parts) > MAX_SENTENCES:
        middle = parts[4:-1]
        asked = question_stems()
        nearness = [-len(asked & {stem(word) for word in part.lower().split()}) for part in middle]
        chosen = sorted(sorted(range(len(middle)), key=lambda i: (nearness[i], i))[: MAX_SENTENCES - 5])
        parts = [*parts[:4], *(middle[i] for i in chosen), parts[-1]]
    return tuple(read_sentence(part[:600]) for part in parts)
