"""How an answer takes its side: yes or no, a denial, a doubt, a refusal, a permission or a warning."""

from __future__ import annotations

import re

from ftq_spark.kernels.conflict.sentences import Sentence
from ftq_spark.kernels.conflict.words import CLAUSE_BREAKS, NEGATORS, NO, PERMISSIVE, PROHIBITIVE, YES

N_LEAD_CHARS = 200  # what is read of an answer's beginning


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


_LEAD_IN = (
    r"^(?:(?:well|so|in short|in general|generally|overall|short answer|"
    r"the (?:short |simple |correct |final )?answer(?: to (?:this|your|the) question)? is|"
    r"answer|unfortunately|actually|ok|okay|great question|good question)[\s,:.!-]+){0,3}[\"'(]?"
)
_FOLLOWED = (
    r"(?=\s*(?:[.,;:!()\"'-]|$)|\s+(?:it|that|this|they|he|she|you|i|we|there|because|but|as|a |the |in |not)\b)"
)
_IT_IS = r"(?:that|this|it|the statement)(?:'s| is) "
_YES = re.compile(rf"{_LEAD_IN}(?:{YES}|{_IT_IS}(?:true|correct|right)){_FOLLOWED}", re.IGNORECASE)
_NO = re.compile(
    rf"{_LEAD_IN}(?:{NO}|{_IT_IS}(?:false|incorrect|not true|untrue|a myth|not correct)){_FOLLOWED}", re.IGNORECASE
)
_MIXED = re.compile(
    _LEAD_IN
    + _any(
        "yes and no|it depends|that depends|maybe|perhaps|not necessarily|sometimes|possibly",
        r"[^.]{0,120}\b(?:can vary|varies|depends? (?:on|upon)|is (?:complex|nuanced|debated|subjective))",
    )
    + r"\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"^(?:(?:well|actually|in fact|in reality)[, ]+)?"
    + _any(
        "nothing|nobody|no[ -]one|none|nowhere|never|neither",
        r"there (?:is|are|was|were) (?:no\b|not\b|nothing|nobody|no[ -]one|none)",
        r"there(?:'s| isn't| aren't| wasn't| weren't) ?(?:no\b|not\b|nothing|nobody|any)?",
        r"no (?!(?:\d|one of))\w+",
        r"it (?:is|was) not|it (?:isn't|wasn't)|not\b",
    ),
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b"
    + _any(
        "myths?|superstition|superstitious|folklore|misconception|unlikely",
        r"no (?:\w+ )?(?:evidence|proof|known|such|particular|specific|single|scientific)",
        "not (?:true|real|actually|necessarily|proven|known|possible|accurate)",
        "fictional|fictitious|imaginary|unproven|debunked|hoax|pseudoscience|none of|no one|nobody|nothing",
        "(?:do|does|did|has|have)(?: not|n't) (?:exist|been)",
    )
    + r"\b",
    re.IGNORECASE,
)
_DECLINES = re.compile(
    r"^[\s\"']*"
    + _any(
        r"i(?:'m| am) (?:unable|not able|sorry)",
        r"i (?:can't|cannot|can not|could not|couldn't|won't|will not) "
        r"(?:answer|help|provide|assist|determine|give|say|tell|find|comply|recommend|confirm)",
        r"(?:sorry|i apologi[sz]e|apologies|unfortunately)[,.]? (?:but )?(?:i|we|as|there is no|it is not possible)",
        r"as an? (?:ai|artificial|language|large)",
        "i (?:do not|don't) (?:actually|really|personally)|i'm here to help",
        r"(?:please|you should|i recommend (?:that )?you) (?:consult|contact|ask)",
        r"(?:could|can) you (?:please )?(?:provide|clarify|specify)|please (?:provide|clarify|specify)",
    ),
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    r"^[\s\"']*"
    + _any(
        r"n/?a\b|none given|unknown\b|no (?:comment|answer|information)|i have no (?:comment|idea|opinion)",
        r"i (?:do not|don't|really don't) (?:know|have (?:access|enough|any|the))|i(?:'m| am) (?:not sure|unsure)",
        r"it is (?:impossible|not possible) to (?:say|know|answer|determine)",
        "there is not enough information|cannot be determined",
    ),
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"\b(?:should|must|can|may) ?(?:not|n't|never)\b|\bcannot\b|\bcan't\b|^(?:never|do not|don't)\b", re.IGNORECASE
)
_ALLOWS = re.compile(
    r"\b(?:can|may|could|should|must|do|does|is|are)\s+(?:\w+ly\s+)?(?:be\s+)?"
    r"(?:use[ds]?|take[ns]?|given|eat(?:en)?|return(?:ed)?|work|drink|modif\w+|open|treat\w*|enjoy\w*|have|consum\w+|"
    r"safely|legally)\b",
    re.IGNORECASE,
)
PERMISSION_REACH = 5  # words that a negation reaches in front of praise or a warning


def lead_polarity(text: str) -> int:
    """1 where a folded answer opens with a yes, -1 with a no, 0 with neither."""
    lead = text[:N_LEAD_CHARS]
    return 1 if _YES.match(lead) else -1 if _NO.match(lead) else 0


def is_mixed(text: str) -> bool:
    """Whether an answer opens with "it depends" or its like."""
    return bool(_MIXED.match(text[:N_LEAD_CHARS]))


def is_denial(text: str) -> bool:
    """Whether an answer opens by denying what its question presupposes: nothing, there is no …"""
    return bool(_DENIAL.match(text[:N_LEAD_CHARS]))


def has_doubt(text: str) -> bool:
    """Whether the beginning of an answer calls something a myth, unlikely, unproven, not so."""
    return bool(_DOUBT.search(text[: 2 * N_LEAD_CHARS]))


def declines(text: str) -> bool:
    """Whether an answer opens with a refusal."""
    return bool(_DECLINES.match(text[:N_LEAD_CHARS]))


def says_nothing(text: str) -> bool:
    """Whether an answer is no answer: unknown, no comment, I don't know."""
    return bool(_SAYS_NOTHING.match(text[:N_LEAD_CHARS]))


def permission(sentences: tuple[Sentence, ...]) -> int:
    """Sign of what the sentences allow: 1 praise or leave, -1 warning; the first sentence that takes a side decides."""
    for sentence in sentences:
        total = _praise(sentence.words)
        if not total:
            total = -1 if _FORBIDS.search(sentence.text) else int(bool(_ALLOWS.search(sentence.text)))
        if total or sentence.n_negations:
            return (total > 0) - (total < 0)
    return 0


def _praise(words: tuple[str, ...]) -> int:
    """Permissive less prohibitive words, each turned round where a negation reaches it."""
    total, negation, reach = 0, 1, 0
    for word in words:
        if word in ",;:()" or word in CLAUSE_BREAKS:
            negation = 1
        elif word in NEGATORS or word.endswith("n't"):
            negation, reach = -1, PERMISSION_REACH
        elif word in PERMISSIVE:
            total += negation
        elif word in PROHIBITIVE:
            total -= negation
        reach -= 1
        if reach <= 0:
            negation = 1
    return total
