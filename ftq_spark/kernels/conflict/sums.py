"""Exercises: a question that gives numbers and asks what comes of them, answered by a number and nothing else."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from ftq_spark.kernels.conflict.finals import are_one_amount
from ftq_spark.kernels.conflict.given import PREFERS
from ftq_spark.kernels.conflict.kinds import FOREIGN
from ftq_spark.kernels.conflict.words import pattern

if TYPE_CHECKING:
    from ftq_spark.kernels.conflict.answer import Analysis
    from ftq_spark.kernels.conflict.question import Question

MIN_GIVEN = 2  # numbers that a question gives, from which something may come
_MAX_ALONE = 24  # characters of an answer that is a number alone
_ALONE = re.compile(r"[$€£₹¥]?\s?(-?)\s?[$€£₹¥]?(\d[\d,]*(?:\.\d+)?|\.\d+)\s?[%$€£₹¥]?\.?")
_RATES = pattern("kinds", "rates", r"\b{}")


def are_numbers(one: str, other: str) -> bool:
    """Whether two answers are each a number and nothing else, a sign of money or a percent sign apart."""
    return bool(_number(one) and _number(other))


def other_sums(a: Analysis, b: Analysis) -> bool:
    """Whether two answers to one text that gives numbers are each a number and nothing else, and not the same one."""
    if a.question.text != b.question.text or not gives_numbers(a.question):
        return False
    x, y = _number(a.answer.written), _number(b.answer.written)
    return bool(x and y) and float(x) != float(y) and not are_one_amount(x, y)


def gives_numbers(question: Question) -> bool:
    """Whether a question gives numbers of which one thing comes; it asks for no rating, no example, no taste."""
    if question.kind == FOREIGN or len(question.numbers) < MIN_GIVEN or question.asks_many or question.invents:
        return False
    return not (PREFERS.search(question.text) or _RATES.search(question.text))


@functools.lru_cache(maxsize=1024)
def _number(answer: str) -> str:
    """The digits of an answer that is a number and nothing else; "" of any other."""
    found = _ALONE.fullmatch(answer.strip()) if len(answer) <= _MAX_ALONE else None
    return found[1] + found[2].replace(",", "") if found else ""
