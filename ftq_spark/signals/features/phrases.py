"""Phrases of the signals: expressions for RE2 out of the text files of ftq_spark/signals/phrases."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from ftq_spark.kernels.text import phrases

PACKAGE = "ftq_spark.signals.phrases"


@functools.cache
def expression(name: str, section: str = "", form: str = "{}") -> str:
    r"""Any alternative of a section of `name`.txt, in upper or lower case; `form` stands around it (``\b{}\b``)."""
    lists = phrases.sections(PACKAGE, f"{name}.txt")
    return "(?i)" + form.replace("{}", phrases.alternation(lists[section], lists))


def any_of(patterns: Iterable[str]) -> str:
    """An expression that matches wherever one of the patterns does: one pass over the texts for all of them."""
    return "|".join(f"(?:{pattern})" for pattern in patterns)


@functools.cache
def words(name: str) -> frozenset[str]:
    """The words of a section of words.txt."""
    return frozenset(phrases.lines(PACKAGE, "words.txt", name))
