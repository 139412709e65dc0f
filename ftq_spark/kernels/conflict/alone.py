"""Whether a question asks the same whatever was said before it: later turns of a dialogue often do not.

Told for English by what points back: pronouns, "this", "there" and "the hotel" that nothing in the turn itself
explains, openings that go on, the first person, and how little the question says. When in doubt it leans.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ftq_spark.kernels.conflict.kinds import CLOSED, asking_sentence, question_kind, read_question
from ftq_spark.kernels.conflict.question import analyse_question
from ftq_spark.kernels.conflict.sentences import fold
from ftq_spark.kernels.conflict.words import STOP_WORDS, lists, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ftq_spark.kernels.conflict.question import Question

MIN_CONTENT = 2  # words that say what is asked about, where nothing is named
MIN_ANTECEDENT = 2  # such words before a pronoun: among so many is what it stands for
MIN_PLACE = 4  # the same of "there"
_STORY = 8  # such words in a turn that may itself tell what it speaks of
_MIN_WORDS = 4  # of a question that names nothing
_FULL = 3  # such words, with which a question says enough to speak of a state
_N_CHARS = 600  # of what is asked
_N_NOUNS = 4  # that follow "the"

_TOKEN = re.compile(r"[^\W_](?:[\w'.-]*[^\W_])?|[?,;:!]")
_QUOTED = re.compile(r"[,:]?\s*[\"“][^\"”]*[\"”]")
_ADDRESSED = pattern("leaning", "addressed", r"^{}\b")
_YOURS = pattern("leaning", "yours", r"\byour {}\b|\byours\b")
_OPENS = pattern("leaning", "opens", r"^{}\b")
_LEANS = pattern("leaning", "leans", r"\b{}(?!\w)")
_REFERS = pattern("leaning", "refers", r"\b{}\b")
_POINTS = pattern("leaning", "points", "{}")
_EXPLETIVE = pattern("leaning", "expletive", r"\b{}")
_EXISTENTIAL = pattern("leaning", "existential", r"\b{}")
_DEMONSTRATIVE = pattern("leaning", "demonstratives", r"\b{}\b")
_SUBJECT = pattern("leaning", "subjects", r"\b{}\b")
_CLAUSE_END = pattern("leaning", "clause_ends", r"[,;:.?!]|\b{}\b")
_THERE = re.compile(r"\bthere\b", re.IGNORECASE)
_SINGLE = pattern("leaning", "singles", r"^{}$")
_SELF = pattern(
    "leaning", "self", r"^(?:thank\w*(?: \w+){0,3}[,.!]\s*)?are you (?:really |actually )?(?:an? )?{}\s*\?*$"
)
_OF_A_KIND = pattern("leaning", "kinds", r"\b{}\b")
_FURTHER = pattern("leaning", "further", r"\b{}\b")
_MADE = pattern("leaning", "made", r"\b{}\b")
_QUANTIFIED = pattern("leaning", "quantified", r"\b{}\b")
_COMPLEMENTS, _KNOWN, _AROUND, _STATES, _MEASURES = (
    frozenset(lists("leaning")[name]) for name in ("complements", "known", "around", "states", "measures")
)
_INTO = frozenset(("at", "from", "in", "inside", "into", "on", "under"))


def asks_further(question: str) -> bool:
    """Whether a turn asks for another one of what was given."""
    return bool(_FURTHER.search(asking_sentence(read_question(question))))


def stands_alone(question: str) -> bool:
    """Whether a user's turn asks the same question in any dialogue; only of closed questions in English."""
    kind = question_kind(question)
    if kind not in CLOSED and kind != "explain":
        return False
    text = fold(read_question(question))
    asking = asking_sentence(text)[:_N_CHARS]
    if asking.endswith((".", "!", ":")):  # "What you say is wrong." asks nothing
        return False
    if _SELF.match(text):
        return True
    read = analyse_question(question)
    before = text[: max(0, text.find(asking))]
    whole, asking = asking, _unquoted(asking)
    short = len(_content(text)) < _STORY  # nothing before the question explains it
    scope, told = (_unquoted(text), "") if short else (asking, before)
    opens = read.of_moment or _OPENS.match(text) or _OPENS.match(asking) or _ADDRESSED.match(asking)
    if opens or _LEANS.search(scope) or _YOURS.search(asking):
        return False
    if _refers(scope, told) or _little_said(whole, kind, read, told):
        return False
    return bool(read.names) or bool(_MADE.search(scope)) or not _definite(scope, told)


def _unquoted(text: str) -> str:
    """A text with a name for what it quotes: it says which one "the word" in front of it is."""
    return _QUOTED.sub(" Quoted ", text)


def _content(text: str) -> list[str]:
    """The words that say what a text is about, in lower case."""
    words = (match[0] if match[0] == "US" else match[0].lower().removesuffix("'s") for match in _TOKEN.finditer(text))
    return [word for word in words if word[0].isalnum() and word not in STOP_WORDS and word not in _MEASURES]


def _refers(scope: str, before: str) -> bool:
    """Whether a pronoun, "this" or "there" stands for something that the turn does not name before it."""
    named = len(_content(before))
    if named < MIN_ANTECEDENT and (_POINTS.search(scope) or _DEMONSTRATIVE.search(scope)):
        return True
    bare = _EXPLETIVE.sub(" ", _EXISTENTIAL.sub(" ", scope))
    subject = _SUBJECT.search(bare)
    if subject is not None and named < MIN_ANTECEDENT:
        ends = [match.start() for match in _CLAUSE_END.finditer(bare[: subject.start()])]
        if not ends or len(_content(bare[: ends[-1]])) < MIN_ANTECEDENT:
            return True  # "what kind of film is it?" names nothing that it could be
    them, there = _REFERS.search(bare), _THERE.search(bare)
    if them is not None and _QUANTIFIED.search(bare[: them.start()]):
        them = None
    found = ((them, MIN_ANTECEDENT), (there, MIN_PLACE))
    return any(match is not None and named + len(_content(bare[: match.start()])) < least for match, least in found)


def _little_said(asking: str, kind: str, read: Question, told: str) -> bool:
    if read.names:
        return False
    content = _content(_EXPLETIVE.sub(" ", asking))
    stated = [word for word in content if word in _STATES]
    if len(content) - len(stated) < _FULL and (stated or _EXISTENTIAL.search(_OF_A_KIND.sub(" ", asking))):
        return True  # "is breakfast included?", "is there live music?"
    if kind == "definition" or told:
        return not content
    return len(content) < MIN_CONTENT or (kind != "yes_no" and len(asking.split()) < _MIN_WORDS)


def _definite(asking: str, before: str) -> bool:
    """Whether "the hotel" stands for one that only the dialogue knows."""
    tokens = _TOKEN.findall(asking)
    known = set(_content(before))
    bound = {place for nouns in _nouns(tokens, known) for place in nouns}
    for nouns in _nouns(tokens, known):
        after = nouns[-1] + 1
        rest = [place for place in range(after + 1, len(tokens)) if tokens[place][0].isalnum()]
        told = [place for place in rest if place not in bound and tokens[place].lower() not in STOP_WORDS]
        if after >= len(tokens) or tokens[after].lower() not in _COMPLEMENTS or not told:
            return True
        known.update(tokens[place].lower() for place in nouns)
    return False


def _nouns(tokens: Sequence[str], known: set[str]) -> Iterator[list[int]]:
    """The places of the nouns behind each "the" that nothing in them makes known."""
    for place, token in enumerate(tokens):
        if token.lower() != "the":
            continue
        run: list[int] = []
        for after in range(place + 1, min(place + 1 + _N_NOUNS, len(tokens))):
            if not tokens[after][0].isalnum() or tokens[after] in STOP_WORDS - {"other"}:
                break
            run.append(after)
        said = [tokens[at].lower() for at in run]
        if said in ([], ["time"]) or _SINGLE.match(said[0]) or any(_is_known(tokens[at], known) for at in run):
            continue
        if said[0] in _AROUND and place and tokens[place - 1].lower() in _INTO:
            continue
        yield run


def _is_known(token: str, known: set[str]) -> bool:
    low = token.lower().removesuffix("'s")
    return not token.islower() or low in _KNOWN or low in known
