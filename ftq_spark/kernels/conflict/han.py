"""Numbers up to 99 in Han characters: 七日 is 7日, 二十五 is 25."""

from __future__ import annotations

import re

_DIGITS = "〇一二三四五六七八九"
_TENS = re.compile(f"([{_DIGITS[1:]}]?)十([{_DIGITS[1:]}]?)(?![百千万億亿])")
_ALONE = re.compile(f"(?<![十百千万億亿{_DIGITS}])[{_DIGITS}](?![百千万億亿{_DIGITS}])")


def in_digits(text: str) -> str:
    """A text whose numbers below a hundred are written in digits."""
    if not any(sign in text for sign in (*_DIGITS, "十")):
        return text
    text = _TENS.sub(lambda match: str(10 * _value(match[1] or "一") + _value(match[2] or "〇")), text)
    return _ALONE.sub(lambda match: str(_value(match[0])), text)


def _value(digit: str) -> int:
    return _DIGITS.index(digit)
