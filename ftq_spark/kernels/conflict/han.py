"""Texts in Han characters: numbers up to 99, and what an answer adds to its question letter by letter."""

from __future__ import annotations

import re

_DIGITS = "〇一二三四五六七八九"
_TENS = re.compile(f"([{_DIGITS[1:]}]?)十([{_DIGITS[1:]}]?)(?![百千万億亿])")
_ALONE = re.compile(f"(?<![十百千万億亿{_DIGITS}])[{_DIGITS}](?![百千万億亿{_DIGITS}])")


_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FIRST, _LAST = "\u2e80", "\u9fff"  # Han and Kana
_DENIES = frozenset("不否无無未没沒非")
_IS = "是"


def add_alike(answer_a: str, answer_b: str, asked: str) -> bool:
    """Whether of two answers in Han one adds no character to what was asked that the other does not add.

    "The poet is 王禾", "it is what the Tang poet 王禾 is called"; unless they name other numbers, or one alone denies.
    """
    own = [_letters(answer) - _letters(asked) for answer in (answer_a, answer_b)]
    numbers = [_NUMBER.findall(in_digits(answer)) for answer in (answer_a, answer_b)]
    if not (own[0] and own[1]) or numbers[0] != numbers[1]:
        return False
    return own[0].isdisjoint(_DENIES) == own[1].isdisjoint(_DENIES) and (own[0] <= own[1] or own[1] <= own[0])


def _letters(text: str) -> set[str]:
    return {sign for sign in text if _FIRST <= sign <= _LAST and sign.isalpha()} - {_IS}


def in_digits(text: str) -> str:
    """A text whose numbers below a hundred are written in digits: 七日 is 7日, 二十五 is 25."""
    if not any(sign in text for sign in (*_DIGITS, "十")):
        return text
    text = _TENS.sub(lambda match: str(10 * _value(match[1] or "一") + _value(match[2] or "〇")), text)
    return _ALONE.sub(lambda match: str(_value(match[0])), text)


def _value(digit: str) -> int:
    return _DIGITS.index(digit)
