"""One answer read against its question: polarity, quantities, final answer, and what it comes down to."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from ftq_spark.kernels.conflict import polarity
from ftq_spark.kernels.conflict.kinds import CLOSED, CODE, ENTITY, NUMBER, YES_NO
from ftq_spark.kernels.conflict.quantities import Quantity, quantities
from ftq_spark.kernels.conflict.question import Question, analyse_question, grams
from ftq_spark.kernels.conflict.sentences import N_HEAD_CHARS, Sentence, fold, names, read_answer, read_sentence
from ftq_spark.kernels.conflict.words import HEDGES

LONG_ANSWER_WORDS = 60  # a longer answer is compared by lead, final answer and aligned sentences only
SHORT_ANSWER_WORDS = 6
N_GRAM_CHARS = 300
N_CACHED = 2048  # analyses that one process holds, some 50 kB each

_FINAL = re.compile(
    r"####\s*(?P<hash>[^\n]{1,80})|\\boxed\{(?P<box>[^{}]{1,80})\}|"
    r"(?:the )?(?:final |correct |right )?answer(?: is|:)\s*\**(?P<said>[^\n]{1,80}?)(?:\.(?:\s|$)|\n|$)",
    re.IGNORECASE,
)
_FINAL_HINT = re.compile(r"####|\\boxed|[Aa][Nn][Ss][Ww][Ee][Rr](?: [Ii][Ss]|:)")
_CODE_LINE = re.compile(
    r"^[ \t]*(?:def |class |import |from \w+ import|#include|public (?:static|class)|function \w*\(|const \w+ =|"
    r"let \w+ =|"
    r"var \w+ =|select\s.{1,200}\sfrom\s|return\b|for ?\(|if ?\(|<\w+[^>\n]*>)|[;{}][ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(r"\w+")
_ASKS_HARM = re.compile(
    r"\b(?:dangerous|harmful|bad|illegal|toxic|unsafe|risky|poisonous|prohibited|forbidden|hurt|damage|"
    r"contraindicated)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read against its question."""

    text: str  # folded
    n_chars: int  # before folding
    n_words: int
    sentences: tuple[Sentence, ...]
    lead: int  # 1 yes, -1 no, 0 neither
    mixed: bool  # an open hedge for a lead: it depends
    permission: int  # 1 allows or praises, -1 forbids or warns
    frame_stance: int  # 1 affirms the question's own words, -1 denies some
    denial: bool  # denies what the question presupposes: nothing, there is no …
    doubts: bool  # denies, calls it a myth, unlikely, unproven, or denies a word of the question
    hedges: int
    quantities: tuple[Quantity, ...]  # of the first sentences, those that only repeat the question apart
    final: str | None
    declines: bool
    says_nothing: bool
    code: bool
    head: frozenset[str]  # concepts of a short first phrase that answers alone, empty where the answer has none
    residual: frozenset[str]  # affirmed content concepts of the first sentence that the question does not hold
    names: frozenset[str]
    grams: frozenset[str]  # character 4-grams of the lead that the question does not hold

    @property
    def short(self) -> bool:
        """Whether all of the answer is compared, not only its lead, final answer and aligned sentences."""
        return self.n_words <= LONG_ANSWER_WORDS

    @property
    def refusal(self) -> bool:
        """Whether there is no answer to compare."""
        return self.declines or self.says_nothing


@dataclass(frozen=True, slots=True)
class Analysis:
    """One example, read."""

    question: Question
    answer: Answer


@functools.lru_cache(maxsize=N_CACHED)
def analyse(question: str, answer: str) -> Analysis:
    """Read one example; a long middle of either text is left out, so that the cost is bounded.

    The newest :data:`N_CACHED` results are kept: pairs that share an example read it once.
    """
    asked = analyse_question(question)
    text = fold(answer)
    sentences = read_answer(text, asked.stems)
    head = sentences[:2]
    lead = polarity.lead_polarity(text)
    denial = lead == 0 and polarity.is_denial(text)
    frame_stance = _frame_stance(head, asked)
    named = frozenset[str]().union(*map(names, head))
    read = Answer(
        text=text,
        n_chars=len(answer),
        n_words=len(text.split()),
        sentences=sentences,
        lead=lead,
        mixed=polarity.is_mixed(text),
        permission=polarity.permission(head),
        frame_stance=frame_stance,
        denial=denial,
        doubts=denial or lead < 0 or frame_stance < 0 or polarity.has_doubt(text),
        hedges=sum(word in HEDGES for sentence in head for word in sentence.words),
        quantities=_quantities(head, asked),
        final=_final_answer(text),
        declines=lead == 0 and polarity.declines(text),
        says_nothing=lead == 0 and polarity.says_nothing(text),
        code=_is_code(answer, text, asked),
        head=_head(sentences, asked),
        residual=_residual(sentences, asked),
        names=named - asked.names - asked.everything,
        grams=grams(text[:N_GRAM_CHARS]) - asked.grams,
    )
    return Analysis(asked, read)


def _is_code(answer: str, text: str, question: Question) -> bool:
    """Whether an answer is a program, or little but one."""
    head = answer[:N_HEAD_CHARS]
    if not ("```" in head or _CODE_LINE.search(head)):
        return False
    lines = [line for line in head.splitlines() if line.strip()]
    n_code = sum(bool(_CODE_LINE.search(line)) for line in lines)
    fenced = "```" in head and len(text) < 0.7 * min(len(answer), N_HEAD_CHARS)
    return question.kind == CODE or fenced or n_code > 0.4 * len(lines)


def _final_answer(text: str) -> str | None:
    final = None
    if not _FINAL_HINT.search(text):
        return None
    for match in _FINAL.finditer(text):
        said = " ".join((match["hash"] or match["box"] or match["said"]).strip(" .*:$\"'`").lower().split())
        if said and len(said.split()) <= SHORT_ANSWER_WORDS and any(character.isalnum() for character in said):
            final = said
    return final


def _quantities(sentences: tuple[Sentence, ...], question: Question) -> tuple[Quantity, ...]:
    asked = set(question.numbers)
    found = (quantity for sentence in sentences for quantity in quantities(sentence.text))
    return tuple(q for q in found if not (q.low in asked and q.low == q.high))


def _residual(sentences: tuple[Sentence, ...], question: Question) -> frozenset[str]:
    if not sentences:
        return frozenset()
    known = question.frame.concepts.keys() | question.everything
    return frozenset(concept for concept, sign in sentences[0].concepts.items() if sign > 0 and concept not in known)


_PHRASE_END = re.compile(r"[,;:(]|\.(?:\s|$)|\b(?:who|which|whose|that|where|because|and|when|as|by)\b|\s-\s")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|could|will|would|may|might|must|should|be|\w{3,}(?:ed|es))\b"
)
MAX_HEAD = 4


def _head(sentences: tuple[Sentence, ...], question: Question) -> frozenset[str]:
    """Concepts of "Canberra" in "Canberra, which was built for it": a first phrase without a verb."""
    if not sentences:
        return frozenset()
    phrase = _PHRASE_END.split(sentences[0].text.strip("\"'"), maxsplit=1)[0].strip()
    if not phrase or _FINITE.search(phrase.lower()):
        return frozenset()
    read = read_sentence(phrase)
    known = question.frame.concepts.keys() | question.everything
    found = frozenset(c if sign > 0 else f"-{c}" for c, sign in read.concepts.items() if c not in known)
    return found if len(found) <= MAX_HEAD and not read.n_negations else frozenset()


def _frame_stance(sentences: tuple[Sentence, ...], question: Question) -> int:
    """-1 where the first sentences deny a concept of the question, 1 where they affirm at least half of them."""
    frame = question.frame.concepts
    for sentence in sentences:
        shared = [sign * frame[concept] for concept, sign in sentence.concepts.items() if frame.get(concept)]
        if any(sign < 0 for sign in shared):
            return -1
        if shared and 2 * len(shared) >= len(frame):
            return 1
    return 0


def stance(analysis: Analysis) -> int:
    """Side of an answer to a yes/no question: its lead, else what it permits, else whether it denies the question."""
    answer, question = analysis.answer, analysis.question
    if answer.lead:
        return answer.lead
    if answer.mixed or answer.refusal:
        return 0
    if answer.denial:
        return -1
    if question.evaluative and answer.permission and not question.negated:
        return answer.permission * (-1 if _ASKS_HARM.search(question.text) else 1)
    return answer.frame_stance


def signature(question: str, answer: str) -> tuple[str, str] | None:
    """(type, value) of what an answer comes down to, None where that is not plain.

    Equal answers to one question have equal signatures, so that a question with many answers is settled by counting.
    Types: refusal, final, polarity, stance (a side that is not said outright), number, entity.
    """
    analysis = analyse(question, answer)
    read, kind = analysis.answer, analysis.question.kind
    found: tuple[str, str] | None = None
    if read.code or kind not in CLOSED:
        return None
    if read.refusal:
        found = ("refusal", "")
    elif read.final is not None:
        found = ("final", canonical_value(read.final))
    elif kind == YES_NO and stance(analysis):
        found = ("polarity" if read.lead else "stance", "yes" if stance(analysis) > 0 else "no")
    elif kind == NUMBER and read.n_words <= LONG_ANSWER_WORDS:
        found = _number_signature(read.quantities)
    elif kind == ENTITY and read.n_words <= SHORT_ANSWER_WORDS and read.sentences:
        found = ("entity", " ".join(sorted(read.sentences[0].concepts)))
    return found


def _number_signature(found: tuple[Quantity, ...]) -> tuple[str, str] | None:
    values = {(q.dimension, q.low, q.high) for q in found}
    if len(values) != 1:
        return None
    dimension, low, high = values.pop()
    return ("number", f"{dimension} {low:.6g} {high:.6g}")


def canonical_value(text: str) -> str:
    """A final answer for comparison: its one number in the base unit, else its words."""
    found = quantities(text)
    if len(found) == 1:
        dimension = found[0].dimension if found[0].dimension != "year" else ""
        return f"{dimension} {found[0].low:.9g} {found[0].high:.9g}".strip()
    return " ".join(_WORD.findall(text.lower()))
