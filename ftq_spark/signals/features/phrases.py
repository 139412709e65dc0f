"""Phrases of the signals: expressions for RE2 out of the text files of ftq_spark/signals/phrases."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from ftq_spark.kernels.text import phrases
from ftq_spark.kernels.text.end_to_end import TOKEN

PACKAGE = "ftq_spark.signals.phrases"
# What is no part of a word, in any script: to RE2's own \W every letter beyond ASCII is none.
BESIDE_WORDS = r"[^\p{L}\p{M}\p{N}_]"


@functools.cache
def expression(name: str, section: str = "", form: str = "{}") -> str:
    r"""Any alternative of a section of `name`.txt, in upper or lower case; `form` stands around it (``\b{}\b``)."""
    lists = phrases.sections(PACKAGE, f"{name}.txt")
    return "(?i)" + form.replace("{}", phrases.alternation(lists[section], lists))


@functools.cache
def opening(name: str, section: str) -> str:
    r"""How any alternative of a section begins, as :func:`expression` gives it: up to where anything may follow.

    Each is cut before its first ``\W*`` or counted run of all but some characters, of which RE2 keeps every count.
    """
    lists = phrases.sections(PACKAGE, f"{name}.txt")
    return "(?i)" + phrases.alternation(map(_cut, lists[section]), lists)


def _cut(alternative: str) -> str:
    depth = 0
    for token in TOKEN.finditer(alternative):
        text, following = token[0], alternative[token.end() : token.end() + 1]
        if not depth and ((text[:2] == "[^" and following == "{") or (text == r"\W" and following == "*")):
            return alternative[: token.start()]
        depth += (text[0] == "(" and text[-1] != ")") - (text == ")")
    return alternative


def any_of(patterns: Iterable[str]) -> str:
    """An expression that matches wherever one of the patterns does: one pass over the texts for all of them."""
    return "|".join(f"(?:{pattern})" for pattern in patterns)


@functools.cache
def words(name: str) -> frozenset[str]:
    """The words of a section of words.txt."""
    return frozenset(phrases.lines(PACKAGE, "words.txt", name))
