"""Whether one sentence denies, clause against clause, what another one says in more words."""

from __future__ import annotations

import functools
import re
from collections.abc import Set
from typing import NamedTuple

from ftq_spark.kernels.conflict.sentences import Sentence, read_sentence
from ftq_spark.kernels.conflict.words import lists

LEAST_CONCEPTS = 3  # of a clause that says something of something
LEAST_ORDERED = 2  # of an order: "do not rinse the eye"

# "and", "or" stand within clauses as often as between them: a clause is cut where a mark or one of these words stands.
_CUT = re.compile(
    r"\s+\([^()]*\)\s*|[,;:]\s+|\s+(?=(?:because|but|so that|although|though|since|whether|whereas|while)\b)",
    re.IGNORECASE,
)
# A clause in which something is said of a case or of a part alone.
_NARROWED = frozenset(lists("words")["narrows_clause"])
_ORDERS_NOT = re.compile(r"(?:please )?(?:do not|don't|never)\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|never|cannot)\b|n't\b|^(?:no|nobody|none|nothing)\b", re.IGNORECASE)
_UNABLE = re.compile(r"(?:i|we) (?:can|could)(?:not|n't| not)", re.IGNORECASE)
_OPENS_CASE = re.compile(
    r"(?:and |but |so |then )?(?:if|in case|once|provided|unless|when|whenever|without)\b", re.IGNORECASE
)
_MAX_CLAUSE_WORDS = 25
_PRONOUNS = (("it",), ("they",))


class Clause(NamedTuple):
    """A clause, read."""

    said: Sentence
    ordered: bool  # whether it orders something not to be done
    denies: bool


def denies_clause(x: Sentence, y: Sentence, asked: Set[str]) -> bool:
    """Whether a clause of one sentence denies what one of the other says, at least in its words; symmetric.

    "Passwords must never be stored in plain text", "passwords should be stored in plain text in the table of users".
    A pronoun at the beginning stands for what is `asked` about, some concepts.
    """
    return _denies(x, y, asked) or _denies(y, x, asked)


def _denies(one: Sentence, other: Sentence, asked: Set[str]) -> bool:
    denials = [clause for clause in clauses(one.text) if clause.denies] if one.n_negations else []
    if not denials:
        return False
    stated = [clause for clause in clauses(other.text) if not clause.said.n_negations]
    return any(_opposed(denial, said, asked) for denial in denials for said in stated)


def _opposed(denial: Clause, stated: Clause, asked: Set[str]) -> bool:
    x, y = denial.said, stated.said
    if len(x.concepts) < (LEAST_ORDERED if denial.ordered else LEAST_CONCEPTS):
        return False
    left, right = x.content, y.content
    if _is_named(y, x, asked):
        right = right[1:]
    elif _is_named(x, y, asked):
        left = left[1:]
    rest = iter(right)
    if left[:1] != right[:1] or not all(concept in rest for concept in left):
        return False  # "returns a new string in which parts are changed" changes no string
    # What is "not going to be possible" is "going to be impossible": all that is denied has to be said.
    return bool(x.first_denied) and all(x.concepts[c] * y.concepts[c] < 0 for c in x.denied)


def _is_named(one: Sentence, other: Sentence, asked: Set[str]) -> bool:
    """Whether one clause begins with what is asked about, and the other one with a pronoun for it."""
    return other.words[:1] in _PRONOUNS and one.words[:1] not in _PRONOUNS and not asked.isdisjoint(one.content[:1])


@functools.lru_cache(maxsize=1024)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a sentence that say something of no case in particular; none where one of them names a case."""
    read = [read_sentence(part) for part in map(str.strip, _CUT.split(text)) if part]
    if any(_OPENS_CASE.match(said.text) for said in read):
        return ()
    return tuple(
        Clause(said, bool(_ORDERS_NOT.match(said.text)), _is_denial(said))
        for said in read
        if len(said.words) <= _MAX_CLAUSE_WORDS and _NARROWED.isdisjoint(said.words)
    )


def _is_denial(said: Sentence) -> bool:
    """Whether a clause denies with its verb, or of nobody and nothing says it; not that "we cannot tell"."""
    if said.n_negations != 1 or _UNABLE.match(said.text):
        return False
    return bool(_DENIES.search(said.text))
