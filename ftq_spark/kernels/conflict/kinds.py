"""What kind of answer a question asks for: the gate that keeps variety apart from contradiction.

Two answers can only contradict each other where the question is closed: yes or no, a number, an entity, a definition or
mechanism, a label. Open requests (write, suggest, list some, how to, opinion) and code have many right answers.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from ftq_spark.kernels.conflict.foreign import foreign
from ftq_spark.kernels.conflict.options import listed_options
from ftq_spark.kernels.conflict.words import group, pattern

YES_NO, NUMBER, ENTITY, DEFINITION, EXPLAIN, FOREIGN, OPEN, CODE = (
    "yes_no",
    "number",
    "entity",
    "definition",
    "explain",
    "foreign",
    "open",
    "code",
)
KINDS = (YES_NO, NUMBER, ENTITY, DEFINITION, EXPLAIN, FOREIGN, OPEN, CODE)
CLOSED = frozenset({YES_NO, NUMBER, ENTITY, DEFINITION})
N_CACHED = 4096  # kinds that one process holds
N_QUESTION_CHARS = 2000  # of a longer question only this much from either end is read

_LINE_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_POLITE = pattern(
    "kinds",
    "greetings",
    r"^(?:{}[\s,.:!]+)*"
    r"(?:(?:can|could|would|will) you (?:please )?(?:tell me|let me know|explain(?: to me)?|answer|confirm)[\s,:]*"
    r"|(?:please )?(?:tell|inform) (?:me|us)[\s,:]*|i(?:'d| would)? (?:want|like|need)(?: to know)?[\s,:]+"
    r"|(?:do|does) (?:you|anyone|anybody) know[\s,:]+|i(?:'m| am) (?:wondering|curious)[\s,:]+|i wonder[\s,:]+"
    r"|(?:answer|q|question|query)[^:.?]{0,40}:\s*)?",
)
_OPEN_REQUEST = pattern("kinds", "create", r"^{}\b")
_OPEN_ASK = pattern("kinds", "open_ask", "^{}")
_CODE = pattern("kinds", "code", "{}")
# A code that is a program, which dress codes and area codes are not.
_A_PROGRAM = rf"(?:(?!{group('kinds', 'no_program')} )\w+ ){{0,2}}(?:code|script|query)\b"
# "the code" alone may be anybody's; with lines behind it, it is theirs.
_ABOUT_CODE = re.compile(
    rf"\b(?:(?:this|following|given|below|above|my) {_A_PROGRAM}"
    rf"|the {_A_PROGRAM}(?=[^\n]*\n| (?:above|below|given|shown)\b))",
    re.IGNORECASE,
)
_CODE_VERB = pattern("kinds", "code_verbs", r"^{}\b")
_YES_NO = pattern("kinds", "yes_no", r"^{}\b")
_YES_NO_LATER = re.compile(
    r"(?:,|\b(?:then|so|say|true that|whether|wonder if|know if|me if)) (?:is|are|was|were|do|does|did|can|could|"
    r"will|would|should|has|have|it)\b",
    re.IGNORECASE,
)
_PERSONA = re.compile(
    r"^(?:(?:you are|you're|act as|imagine (?:that )?you are|pretend (?:that )?you are) [^.!?\n]{1,600}[.!]\s+)+",
    re.IGNORECASE,
)
# "Night lights: do they …?" asks behind its topic; the "or" of "for toddlers or infants" offers no choice.
_TOPIC = re.compile(
    rf"^[^:?]{{1,160}}:\s+(?=(?:{group('kinds', 'yes_no')}|what|which|who|when|where|why|how)\b)", re.IGNORECASE
)
# "Respond in English. Do not add explanations." orders nothing but a form.
_FORM = pattern("kinds", "format_orders", r"^(?:(?:please )?{}[^.!?\n]{0,80}[.!\n]\s*)+(?=\S)")
_NOUNS_OR = re.compile(r"\b(?:among|for|of|with|without) [\w-]+ or ", re.IGNORECASE)
_ASKS = ("?", "？", "\u037e", ";", "؟", "か。", "か", "吗。", "吗", "까.", "나요.")  # Asia asks with a word, too
_ASKS_LAST = pattern("elsewhere", "asks_last", r"{}$")
_MARKS_OF_ASKING = ("?", "？")
_TRUE_FALSE = pattern("kinds", "true_false", r"\b{}\b")
_CHOICE = re.compile(r"\b(?:or)\b [^?]{1,60}\?*$", re.IGNORECASE)
_NUMBER = pattern("kinds", "number", r"\b{}")
_CALCULATE = pattern("kinds", "calculate", "^{}")
# "Where is the serial number?", "which metal has the highest melting point?" ask for no number.
_OF_WHAT = re.compile(
    rf"(?:where|who)\b|(?:what|which) (?!{group('kinds', 'measures')}\b)\w+ (?:had|has|have) the\b", re.IGNORECASE
)
_ENTITY = pattern("kinds", "entity", r"^{}\b")
_DEFINITION = pattern("kinds", "definition", "^{}")
_HOURS = pattern("kinds", "hours", r"\b{}\b")
_MECHANISM = re.compile(
    r"\b(?:mechanism|mode) of action\b|\bmechanism\b|\bhow (?:do|does|did) (?:\S+ ){1,6}work\b", re.I
)
_PLURAL_ASK = pattern("kinds", "plural_nouns", r"^(?:what (?:are|were)|who are|which are)\b.*\b{}\b")
_OUTCOME = re.compile(r"^what (?:happen|would|cause)", re.IGNORECASE)
_LATER_ENTITY = re.compile(r"\b(?:what|which|who|whom|whose|where)\b", re.IGNORECASE)
_LATER_EXPLAIN = re.compile(r"\b(?:why|how)\b", re.IGNORECASE)
_SOURCE_TEXT = re.compile(r"\bdef \w+\(|#include\b")
_EXPLAIN = pattern("kinds", "explain", r"^{}\b")
# Behind a preamble only these are closed for sure: "identify the theme" has as many answers as readers.
_CLOSED_ORDER = pattern("kinds", "closed_order", "^{}")
_ORDERS = pattern("kinds", "create", r"^{}\b(?<!^you are)")
_PLEASE = pattern("kinds", "greetings", r"^(?:{}[\s,.:!]+)+")
_SENTENCE_END = re.compile(r"(?<=[.?!])(?<!\b[A-Z]\.)[\"')\]]*\s+|\n+")
_OPINION = pattern("kinds", "opinion", r"\b{}\b")


def read_question(question: str) -> str:
    """The part of a question that is read: all of it, or its two ends."""
    if len(question) > N_QUESTION_CHARS * 2:
        question = question[:N_QUESTION_CHARS] + "\n" + question[-N_QUESTION_CHARS:]
    return _LINE_BREAK.sub("\n", question).replace("’", "'").replace("‘", "'").strip()


def asking_sentence(question: str) -> str:
    """The sentence that asks: the last one that ends in a question mark, else the first; politeness stripped.

    Where none asks, a last sentence that orders one plain thing to be told ("State the capital of Peru.") stands for
    the preamble before it.
    """
    question = _FORM.sub("", _PERSONA.sub("", question, count=1), count=1)
    sentences = [sentence for sentence in map(str.strip, _SENTENCE_END.split(question)) if sentence]
    if not sentences:
        return ""
    asked = [sentence for sentence in sentences if sentence.rstrip("\"')").endswith("?")]
    chosen = asked[-1] if asked else _ordering(sentences)
    polite = _POLITE.sub("", chosen, count=1).strip()
    return _TOPIC.sub("", polite, count=1)


def _ordering(sentences: list[str]) -> str:
    """Of sentences that ask nothing the first, or the last where that alone orders one plain thing to be said."""
    last = _PLEASE.sub("", sentences[-1], count=1)
    told = _CLOSED_ORDER.match(last) and not any(_ORDERS.match(sentence) for sentence in sentences[:-1])
    return last if told else sentences[0]


@functools.lru_cache(maxsize=N_CACHED)
def question_kind(question: str) -> str:
    """One of :data:`KINDS` for a question; an empty or unrecognised one is open.

    ``open`` covers creative requests, how-to, opinion, lists and rewriting; ``code`` whatever asks for a program. Only
    the :data:`CLOSED` kinds, and ``explain`` on strong evidence, may conflict.
    """
    text = read_question(question)
    if not text:
        return OPEN
    opening = _POLITE.sub("", _FORM.sub("", _PERSONA.sub("", text, count=1), count=1), count=1)[:400]
    if (
        "```" in text
        or (_CODE_VERB.match(opening) and _CODE.search(opening))
        or _ABOUT_CODE.search(opening)
        or _SOURCE_TEXT.search(text)
    ):
        return CODE
    if _asks_at_the_end(text) and foreign(text):
        return FOREIGN
    ordered = _OPEN_REQUEST.match(opening) and not _CALCULATE.match(opening) and not _TRUE_FALSE.search(text)
    if ordered or _OPINION.search(opening):
        return OPEN
    if listed_options(text):
        return FOREIGN if foreign(text) else ENTITY
    return _closed_kind(asking_sentence(text))


def _asks_at_the_end(text: str) -> bool:
    """Whether a text ends in a question, or in one with an order behind it: "Wie lange? Nenne nur die Minuten."."""
    if text.rstrip("\"')»」").endswith(_ASKS) or _ASKS_LAST.search(text):
        return True
    return any(sentence.endswith(_MARKS_OF_ASKING) for sentence in _SENTENCE_END.split(text)[-2:])


def _closed_kind(asking: str) -> str:
    """The kind of the first rule that holds; rules go from the particular to the general."""
    calculation = bool(_CALCULATE.match(asking))
    if not asking or (_OPEN_REQUEST.match(asking) and not calculation):
        return OPEN
    if calculation:
        return NUMBER
    kind = next((kind for looks, kind in _RULES if looks(asking)), OPEN)
    choice = kind == YES_NO and _CHOICE.search(asking) and not _TRUE_FALSE.search(asking)
    return ENTITY if choice and not _NOUNS_OR.search(asking) else kind


_RULES: tuple[tuple[Callable[[str], object], str], ...] = (
    (_TRUE_FALSE.search, YES_NO),
    (_HOURS.search, NUMBER),
    (_MECHANISM.search, DEFINITION),
    (_OPEN_ASK.match, OPEN),
    (_PLURAL_ASK.match, OPEN),
    (_YES_NO.match, YES_NO),
    (_OUTCOME.match, EXPLAIN),
    (_OF_WHAT.match, ENTITY),
    (_NUMBER.search, NUMBER),
    (_ENTITY.match, ENTITY),
    (_DEFINITION.match, DEFINITION),
    (_EXPLAIN.match, EXPLAIN),
    (lambda asking: not asking.endswith("?"), OPEN),
    (_LATER_ENTITY.search, ENTITY),
    (_LATER_EXPLAIN.search, EXPLAIN),
    (_YES_NO_LATER.search, YES_NO),
)
