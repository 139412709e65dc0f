"""One answer read against its question: polarity, quantities, final answer."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ftq_spark.kernels.conflict import named, polarity
from ftq_spark.kernels.conflict.concepts import OFFERS
from ftq_spark.kernels.conflict.finals import canonical_value, conclusion, final_answer
from ftq_spark.kernels.conflict.hours import Schedule, schedule
from ftq_spark.kernels.conflict.kinds import CODE, NUMBER, YES_NO, question_kind
from ftq_spark.kernels.conflict.options import taken
from ftq_spark.kernels.conflict.plainly import duty, is_over, stops
from ftq_spark.kernels.conflict.quantities import Quantity, agree, quantities, stated
from ftq_spark.kernels.conflict.question import Question, analyse_question, grams
from ftq_spark.kernels.conflict.sentences import N_HEAD_CHARS, Sentence, fold, names, read_answer, read_sentence
from ftq_spark.kernels.conflict.words import AUXILIARIES, DENYING, HEDGES, NEGATORS, TURNS, pattern

LONG_ANSWER_WORDS = 60  # a longer answer is compared by lead, final answer and aligned sentences only
SHORT_ANSWER_WORDS = 6
FIRST_WIDE, MAX_WIDE_CHARS = "\u2e80", 20  # scripts from Han on write several letters' worth a character
N_GRAM_CHARS = 300
RESTATED_STEMS = 2  # content words of the question that a result speaks of
N_CACHED = 2048  # analyses that one process holds, some 50 kB each where all of it was asked for

_CODE_LINE = re.compile(
    r"^[ \t]*(?:def |class |import |from \w+ import|#include|public (?:static|class)|function \w*\(|const \w+ =|"
    r"let \w+ =|"
    r"var \w+ =|select\s.{1,200}\sfrom\s|return\b|for ?\(|if ?\(|<\w+[^>\n]*>)|[;{}][ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")  # « and » stand by themselves in French
_WRITTEN_THEN = re.compile(r"^as of (?:my|our) [^.,;\n]{3,60}, (?=\S)", re.IGNORECASE)
# "Who do I contact?" is answered by "please contact the carrier".
_ASKS_WHOM = re.compile(r"\b(?:ask|call|consult|contact|report|turn to)\b", re.IGNORECASE)
_ASK = re.compile(r"(?:please )?(?:ask|call|consult|contact|report|turn)\b", re.IGNORECASE)
_IN_GENERAL = frozenset({"generally", "normally", "typically", "usually"})  # and not in each case
_DENIED = (DENYING - NEGATORS) | {"ended", "expired", "lapsed"}
_PRONOUNS = {("it",), ("that",), ("they",), ("this",)}  # open an answer in the place of the question's subject
_CONCLUDED = {"yes": 1, "no": -1}
_ASKS_HARM = pattern("kinds", "harm", r"\b{}\b")


@dataclass(frozen=True)
class Answer:
    """An answer, read against its question; what not every pair asks for is found when it is first asked for."""

    written: str
    asked: str  # the question, as written
    text: str  # folded
    sentences: tuple[Sentence, ...]

    @cached_property
    def n_words(self) -> int:
        """Between blanks, as folded."""
        return len(self.text.split())

    @cached_property
    def lead(self) -> int:
        """1 where it says yes, -1 where it says no, 0 where it says neither."""
        lead = polarity.lead_polarity(self.text)
        if not lead and question_kind(self.asked) == YES_NO:
            lead = polarity.brief_polarity(self.text)
        return lead or _CONCLUDED.get(self.final or "", 0)

    @cached_property
    def declines(self) -> bool:
        """Whether it opens with a refusal, and takes no side for all that."""
        if not polarity.declines(self.text) or self.lead:
            return False
        return not (_ASKS_WHOM.search(self.asked) and _ASK.match(self.text))

    @cached_property
    def says_nothing(self) -> bool:
        """Whether it is no answer: unknown, no comment."""
        return polarity.says_nothing(self.text) and self.lead == 0

    @cached_property
    def question(self) -> Question:
        """What it replies to, read: many answers to open questions are told apart without it."""
        return analyse_question(self.asked)

    @cached_property
    def schedule(self) -> Schedule | None:
        """Days and hours that it states, where those are asked for."""
        return schedule(self.text) if self.question.asks_hours and self.sentences else None

    @property
    def n_chars(self) -> int:
        """Before folding."""
        return len(self.written)

    @cached_property
    def mixed(self) -> bool:
        """Whether it has an open hedge for a lead: it depends."""
        return polarity.is_mixed(self.text)

    @cached_property
    def permission(self) -> int:
        """1 where it allows or praises, -1 where it forbids or warns."""
        return polarity.permission(tuple(each for each in self.sentences[:2] if each.words[:1] != ("whether",)))

    @cached_property
    def frame_stance(self) -> int:
        """1 where it affirms the question's own words, -1 where it denies some."""
        return _frame_stance(tuple([sentence.text for sentence in self.sentences[:2]]), self.asked, not self.short)

    @cached_property
    def denial(self) -> bool:
        """Whether it denies what the question presupposes: nothing, there is none."""
        return self.lead == 0 and polarity.is_denial(self.text) and not self.sentences[0].none_without

    @cached_property
    def doubts(self) -> bool:
        """Whether it denies, calls it a myth, unlikely, unproven, or denies a word of the question."""
        return self.denial or self.lead < 0 or self.frame_stance < 0 or polarity.has_doubt(self.text)

    @cached_property
    def code(self) -> bool:
        """Whether it is a program, or little but one."""
        return _is_code(self.written, self.text, self.question)

    @cached_property
    def hedges(self) -> int:
        """How many words of its first sentences hedge that its question lacks: "the most valuable brand" does not."""
        return sum(word in HEDGES and word not in self.question.tokens for s in self.sentences[:2] for word in s.words)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Those of the first sentences that do not only repeat the question."""
        return _quantities(self.sentences[:2], self.question)

    @cached_property
    def concluded(self) -> tuple[Quantity, ...]:
        """None, or the one of the sentence that concludes, where a number is asked for."""
        return _concluded(self.text, self.question) if len(self.sentences) > 1 else ()

    @cached_property
    def final(self) -> str | None:
        """The result that it states, as it states it."""
        return final_answer(self.written)

    @cached_property
    def final_value(self) -> str:
        """The same for comparison, "" where it states none."""
        return "" if self.final is None else canonical_value(self.final)

    @property
    def result(self) -> bool:
        """Whether it states a number as its result, whatever program stands before it."""
        return bool(self.final and quantities(self.final))

    @cached_property
    def option(self) -> str | None:
        """Text of the listed option that it takes: of what it concludes with, else of its beginning."""
        if not self.question.listed:
            return None
        concluded = taken(self.question.listed, self.final) if self.final else None
        return concluded or taken(self.question.listed, self.text, by_text=self.short and (self.brief or not self.wide))

    @cached_property
    def head(self) -> frozenset[str]:
        """Concepts of a short first phrase that answers alone, empty where there is none."""
        return named.head(self.sentences, self.question)

    @cached_property
    def residual(self) -> frozenset[str]:
        """Affirmed content concepts of the first sentence that the question does not hold."""
        return named.residual(self.sentences, self.question)

    @cached_property
    def names(self) -> frozenset[str]:
        """Names in the first sentences that the question does not hold."""
        called = frozenset[str]().union(*map(names, self.sentences[:2]))
        return called - self.question.names - self.question.everything

    @cached_property
    def grams(self) -> frozenset[str]:
        """Character 4-grams of the lead that the question does not hold."""
        return grams(self.text[:N_GRAM_CHARS]) - self.question.grams

    @cached_property
    def relation(self) -> frozenset[str]:
        """What its first sentence says its subject is, does, is made of."""
        return named.relation_object(self.sentences[0], self.question) if self.sentences else frozenset()

    @cached_property
    def chosen(self) -> frozenset[str]:
        """Concepts of the option of an either-or question that its first sentence names."""
        return named.chosen(self.sentences[0], self.question) if self.sentences else frozenset()

    @cached_property
    def initials(self) -> str:
        """First letters of the words of its first sentence."""
        return named.initials(self.sentences[0]) if self.sentences else ""

    @cached_property
    def stance(self) -> int:
        """Side on a yes/no question: 1, -1, 0."""
        return _stance(self, self.question)

    @property
    def short(self) -> bool:
        """Whether all of the answer is compared, not only its lead, final answer and aligned sentences."""
        return self.n_words <= LONG_ANSWER_WORDS

    @property
    def wide(self) -> bool:
        """Whether it is in a script without spaces, of which a character may be a word."""
        return any(character >= FIRST_WIDE for character in self.text[:MAX_WIDE_CHARS])

    @property
    def brief(self) -> bool:
        """Whether it is but a name or a word; of scripts without spaces the characters count."""
        if self.wide:
            return len(self.text) <= MAX_WIDE_CHARS
        return self.n_words <= SHORT_ANSWER_WORDS or (
            self.n_words <= 2 * SHORT_ANSWER_WORDS and len(_WORD.findall(self.text)) <= SHORT_ANSWER_WORDS
        )

    @property
    def refusal(self) -> bool:
        """Whether there is no answer to compare."""
        return self.declines or self.says_nothing


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """One example, read; the same as itself alone."""

    kind: str  # of the question
    answer: Answer

    @property
    def question(self) -> Question:
        """The question, read when it is first asked for."""
        return self.answer.question


@functools.lru_cache(maxsize=N_CACHED)
def analyse(question: str, answer: str) -> Analysis:
    """Read one example; a long middle of either text is left out, so that the cost is bounded.

    The newest :data:`N_CACHED` results are kept: pairs that share an example read it once.
    """
    text = _WRITTEN_THEN.sub("", fold(answer), count=1)
    sentences = read_answer(text, lambda: analyse_question(question).stems)
    return Analysis(question_kind(question), Answer(answer, question, text, sentences))


def _is_code(answer: str, text: str, question: Question) -> bool:
    head = answer[:N_HEAD_CHARS]
    if not ("```" in head or _CODE_LINE.search(head)):
        return False
    lines = [line for line in head.splitlines() if line.strip()]
    n_code = sum(bool(_CODE_LINE.search(line)) for line in lines)
    fenced = "```" in head and len(text) < 0.7 * min(len(answer), N_HEAD_CHARS)
    return question.kind == CODE or fenced or n_code > 0.4 * len(lines)


def _quantities(sentences: tuple[Sentence, ...], question: Question) -> tuple[Quantity, ...]:
    asked = set(question.numbers)
    found = [quantity for sentence in sentences for quantity in stated(sentence.text)]
    if len(found) == len(sentences) == 1 and len(sentences[0].text.split()) == 1:
        return tuple(found)  # it says nothing else
    return tuple(q for q in found if not (q.low in asked and q.low == q.high))


def _concluded(text: str, question: Question) -> tuple[Quantity, ...]:
    if question.kind != NUMBER:
        return ()
    said = conclusion(text)
    found = [q for q in quantities(said) if q.low not in question.numbers]
    restates = len(question.stems & read_sentence(said).stems) >= RESTATED_STEMS
    same = all(q.dimension == found[0].dimension and agree(q, found[0]) for q in found)
    return tuple(found[:1]) if restates and same else ()


@functools.lru_cache(maxsize=256)
def _frame_stance(opening: tuple[str, ...], asked: str, long: bool) -> int:
    """-1 where the first sentences deny a concept of the question, 1 where they affirm at least half of them.

    Many a long answer tells what its question is about before it says yes or no: it affirms only in a sentence that
    holds all of them, where nothing in its first sentences weighs or turns.
    """
    question, affirmed = analyse_question(asked), 0
    frame = question.frame.concepts
    for sentence in map(read_sentence, opening):
        shared = {concept: sign * frame[concept] for concept, sign in sentence.concepts.items() if frame.get(concept)}
        if long and not TURNS.isdisjoint(sentence.words):
            return 0
        about = len(frame) > 1 and shared.keys() == question.subject  # and says nothing of it
        side = 0 if long else _outright(sentence, shared, question)
        if side:
            return side
        if sentence.none_without or (about and not long and question.kind == YES_NO):
            continue
        # In a long answer an opposite alone may speak of another thing.
        if any(sign < 0 and not (long and concept in sentence.lexical) for concept, sign in shared.items()):
            return 0 if long and not _IN_GENERAL.isdisjoint(sentence.words) else -1
        n_said = len(frame.keys() - question.subject) if sentence.words[:1] in _PRONOUNS else len(frame)
        if shared and not about and len(shared) >= (1.0 if long else 0.5) * n_said and min(shared.values()) >= 0:
            if not long:
                return 1
            affirmed = 1
    return affirmed


def _outright(sentence: Sentence, shared: Mapping[str, int], question: Question) -> int:
    """1 where a sentence of a brief answer denies the opposite of what was asked, -1 where it denies that, else 0.

    "You do not pay" where "is it free" is asked; "deliveries are not possible", "they are discontinued".
    """
    frame = question.frame
    if sentence.n_negations and any(shared.get(c, 0) > 0 for c in sentence.lexical ^ frame.lexical):
        return 1
    if (
        question.kind != YES_NO
        or sentence.none_without
        or (len(frame.concepts) > 1 and shared.keys() == question.subject)
    ):
        return 0
    unavailable = any(sentence.concepts.get(offer, 0) < 0 for offer in OFFERS)
    ended = is_over(sentence, question) or any(
        one in AUXILIARIES and other in _DENIED for one, other in pairwise(sentence.words)
    )
    asked = len(shared) >= 0.5 * len(frame.concepts)
    return -1 if (unavailable and asked) or (ended and TURNS.isdisjoint(sentence.words)) else 0


def _stance(answer: Answer, question: Question) -> int:
    """Side of an answer to a yes/no question: its lead, else what it permits, else whether it denies the question."""
    if answer.lead:
        return answer.lead
    if answer.mixed or answer.refusal:
        return 0
    if answer.denial:
        beside = question.evaluative and answer.permission > 0 and "but" in answer.sentences[0].words
        return 1 if beside else -1  # "it is not in the shop, but you can have it here"
    must = duty(answer.sentences[0], question) if stops(answer.sentences, question) and not question.negated else 0
    if must:
        return must
    if question.evaluative and answer.permission and not question.negated:
        return answer.permission * (-1 if _ASKS_HARM.search(question.text) else 1)
    return answer.frame_stance
