"""How an answer takes its side: yes or no, a denial, a doubt, a refusal, a permission or a warning."""

from __future__ import annotations

import functools
import re

from ftq_spark.kernels.conflict.sentences import Sentence
from ftq_spark.kernels.conflict.words import CLAUSE_BREAKS, NEGATORS, PERMISSIVE, PROHIBITIVE, group, pattern

N_LEAD_CHARS = 200  # what is read of an answer's beginning


_LEAD_IN = rf"^(?:{group('polarity', 'lead_in')}[\s,:.!-]+){{0,3}}[\"'(]?"
_FOLLOWED = (
    r"(?=\s*(?:[.,;:!()\"'。，、！،।-]|$)|"
    r"\s+(?:it|that|this|they|he|she|you|i|we|there|because|but|as|a |the |in |not)\b)"
)
_IT_IS = r"(?:that|this|it|the statement)(?:'s| is) "


def _side(word: str, judgement: str) -> re.Pattern[str]:
    said, found = group("polarity", word), group("polarity", judgement)
    return re.compile(rf"{_LEAD_IN}(?:{said}|{_IT_IS}{found}){_FOLLOWED}", re.IGNORECASE)


_YES, _NO = _side("yes", "confirmed"), _side("no", "rejected")
_SURE, _SORRY = (
    pattern("polarity", name, rf"{_LEAD_IN}{{}}{_FOLLOWED}") for name in ("yes_to_request", "no_to_request")
)
_GO_AHEAD = pattern("polarity", "go_ahead", rf"{_LEAD_IN}{{}}\b")
# "It is.", "We do, with a card.", "They don't." repeat the verb of the question and stop.
_ALONE = re.compile(
    rf"{_LEAD_IN}(?:he|i|it|she|that|there|they|this|we|you) (?:are|can|could|did|do|does|had|has|have|is|may|must|"
    r"should|was|were|will|would|(?P<no>ca(?=n't)|wo(?=n't)))(?P<not>n't|not\b| not\b)?(?=\s*(?:[.,;:!]|$))",
    re.IGNORECASE,
)
_MIXED = pattern("polarity", "mixed", rf"{_LEAD_IN}{{}}\b")
_DENIAL = pattern("polarity", "denial", r"^(?:(?:well|actually|in fact|in reality)[, ]+)?{}")
_DOUBT = pattern("polarity", "doubt", r"\b{}\b")
_DECLINES = pattern("polarity", "declines", r"^[\s\"']*{}")
_DECLINES_OUTRIGHT = pattern("polarity", "declines_outright", r"^[\s\"']*{}")
_LACKS_TEXT = pattern("polarity", "lacks_text", "{}")
_SAYS_NOTHING = pattern("polarity", "says_nothing", r"^[\s\"']*{}")
_REFUSES = pattern("polarity", "declines", r"(?:^|[.!?]\s+)[\"']*{}")
_ANSWERS_AFTER = pattern("polarity", "answers_after", r"\b{}")
_LISTS = re.compile(r"^[ \t]*(?:[-*•]|\d{1,2}[.)])\s", re.MULTILINE)
MIN_LISTED = 3  # items, with which an answer tells something, however it opens
_ASKS_BACK = pattern("polarity", "asks_back", r"\b{}")
_FORBIDS = re.compile(
    r"\b(?:should|must|can|may) ?(?:not|n't|never)\b|\bcannot\b|\bcan't\b|^(?:never|do not|don't)\b", re.IGNORECASE
)
_ALLOWS = pattern("polarity", "used", r"\b(?:can|may|could|should|must|do|does|is|are)\s+(?:\w+ly\s+)?(?:be\s+)?{}\b")
WITHOUT_REACH = 2  # "photos without flash are allowed"
PERMISSION_REACH = 5  # words that a negation reaches in front of praise or a warning


def lead_polarity(text: str) -> int:
    """1 where a folded answer opens with a yes, -1 with a no, 0 with neither."""
    lead = text[:N_LEAD_CHARS]
    return -1 if _NO.match(lead) else 1 if _YES.match(lead) else 0  # "absolutely not" opens like a yes


def brief_polarity(text: str) -> int:
    """The side of an answer to a question for yes or no that opens with neither word: sure, it is, we don't."""
    lead = text[:N_LEAD_CHARS]
    if _SURE.match(lead) or _GO_AHEAD.match(lead):
        return 1
    if _SORRY.match(lead):
        return -1
    alone = _ALONE.match(lead)
    return 0 if alone is None else -1 if alone["not"] else 1


def is_mixed(text: str) -> bool:
    """Whether an answer opens with "it depends" or its like."""
    return bool(_MIXED.match(text[:N_LEAD_CHARS]))


def is_denial(text: str) -> bool:
    """Whether an answer opens by denying what its question presupposes ("nothing", "there is no")."""
    return bool(_DENIAL.match(text[:N_LEAD_CHARS]))


def has_doubt(text: str) -> bool:
    """Whether the beginning of an answer calls something a myth, unlikely, unproven, not so."""
    return bool(_DOUBT.search(text[: 2 * N_LEAD_CHARS]))


def declines(text: str) -> bool:
    """Whether an answer opens with a refusal."""
    return bool(_DECLINES.match(text[:N_LEAD_CHARS]))


def declines_outright(text: str) -> bool:
    """Whether an answer opens by declining what was asked, which it neither lacks nor asks to be told more of."""
    return bool(_DECLINES_OUTRIGHT.match(text[:N_LEAD_CHARS])) and not _LACKS_TEXT.search(text[: 2 * N_LEAD_CHARS])


def says_nothing(text: str) -> bool:
    """Whether an answer is no answer: unknown, no comment, I don't know."""
    return bool(_SAYS_NOTHING.match(text[:N_LEAD_CHARS]))


def refuses(text: str) -> bool:
    """Whether one of the first sentences of an answer declines."""
    return bool(_REFUSES.search(text[: 2 * N_LEAD_CHARS]))


def answers_after(written: str) -> bool:
    """Whether an answer that opens like a refusal comes to the matter: but as of 2020 it is, here are some; a list."""
    return bool(_ANSWERS_AFTER.search(written[: 4 * N_LEAD_CHARS])) or len(_LISTS.findall(written)) >= MIN_LISTED


def asks_back(text: str) -> bool:
    """Whether the beginning of an answer asks what its question is about."""
    return bool(_ASKS_BACK.search(text[: 2 * N_LEAD_CHARS]))


def permission(sentences: tuple[Sentence, ...]) -> int:
    """Sign of what the sentences allow: 1 praise or leave, -1 warning; the first sentence that takes a side decides."""
    for sentence in sentences:
        total = _allowance(sentence.text, sentence.words)
        if total or sentence.n_negations:
            return (total > 0) - (total < 0)
    return 0


@functools.lru_cache(maxsize=1024)
def _allowance(text: str, words: tuple[str, ...]) -> int:
    """Over 0 where a sentence praises or allows, under 0 where it warns or forbids."""
    return _praise(words) or (-1 if _FORBIDS.search(text) else int(bool(_ALLOWS.search(text))))


def _praise(words: tuple[str, ...]) -> int:
    """Permissive less prohibitive words, each turned round where a negation reaches it."""
    total, negation, reach = 0, 1, 0
    for word in words:
        if word in ",;:()" or word in CLAUSE_BREAKS:
            negation = 1
        elif word in NEGATORS or word.endswith("n't"):
            negation, reach = -1, WITHOUT_REACH if word == "without" else PERMISSION_REACH
        elif word in PERMISSIVE:
            total += negation
        elif word in PROHIBITIVE:
            total -= negation
        reach -= 1
        if reach <= 0:
            negation = 1
    return total
