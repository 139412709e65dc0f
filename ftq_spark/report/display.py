"""Texts and numbers as a person reads them. Dataset text is hostile: whatever steers a display is taken out of it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

# Controls (Cc), invisible formatting (Cf: bidi overrides, zero width, tags), surrogates, private use, unassigned.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Blank, but letters or marks to Unicode: Hangul fillers, Khmer inherent vowels, Mongolian and CJK variation selectors.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2028\u2029\u3164\uffa0")
_KEPT = frozenset("\n\t")
MINUS = "\N{MINUS SIGN}"


def visible(text: str) -> str:
    r"""`text` without control, bidi and zero-width characters; line ends become ``\n``."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in text if char in _KEPT or not is_hidden(char))


def is_hidden(char: str) -> bool:
    """Whether a reader cannot see the character, or it changes how others are shown."""
    return char in _BLANK or unicodedata.category(char) in _UNSAFE_CATEGORIES


def n_hidden(text: str) -> int:
    """How many characters :func:`visible` takes out, line ends apart."""
    return sum(is_hidden(char) for char in text if char not in "\n\t\r") if not text.isprintable() else 0


def cut(text: str, n_chars: int) -> str:
    """`text`, or its first `n_chars` code points and an ellipsis."""
    return text if len(text) <= n_chars else text[:n_chars].rstrip() + "…"


def marked(text: str, spans: Iterable[str]) -> Markup:
    """`text`, escaped, with the first occurrence of each span inside ``<mark>``; overlapping marks become one."""
    text = visible(text)
    found = []
    for span in sorted({visible(span).strip() for span in spans} - {""}):
        start = text.find(span)
        if start >= 0:
            found.append((start, start + len(span)))
    parts: list[Markup] = []
    position = 0
    for start, end in _merged(found):
        parts += [escape(text[position:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        position = end
    return Markup("").join([*parts, escape(text[position:])])


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def by_spans(evidence: Iterable[Mapping[str, Any]]) -> list[tuple[str | None, str | None, list[str]]]:
    """Evidence with the same two spans as one: left text, right text, and its kinds, in the order of appearance."""
    found: dict[tuple[str | None, str | None], list[str]] = {}
    for item in evidence:
        kinds = found.setdefault((item.get("left_text"), item.get("right_text")), [])
        if item.get("kind") and item["kind"] not in kinds:
            kinds.append(item["kind"])
    return [(left, right, kinds) for (left, right), kinds in found.items()]


def integer(value: float | None) -> str:
    """1234567 as ``1,234,567``; a dash for nothing."""
    return "–" if value is None else f"{round(value):,}".replace("-", MINUS)


def between(ends: Mapping[str, Any]) -> str:
    """Whole numbers {low, high, open_ended}: ``200 to 500``, ``1,600``, ``50,000 and more``."""
    low, high = integer(ends["low"]), integer(ends["high"])
    return (low if low == high else f"{low} to {high}") + (" and more" if ends.get("open_ended") else "")


def figure(value: float | None) -> str:
    """Three significant digits, thousands separated; a dash for nothing."""
    if value is None or not math.isfinite(value):
        return "–"
    if value == round(value) or abs(value) >= 1000:
        return integer(value) if abs(value) < 1e15 else f"{value:.3g}"
    return f"{value:.3g}".replace("-", MINUS) if abs(value) >= 1e-4 else f"{value:.1e}"


def percent(part: float | None, whole: float | None = 1.0) -> str:
    """Share in percent: ``0%`` and ``100%`` are said only where they are exact."""
    if part is None or not whole:
        return "–"
    share = 100.0 * part / whole
    if 0 < share < 0.1:
        return "<0.1%"
    if 99.9 < share < 100:
        return ">99.9%"
    return f"{share:.1f}%" if share != round(share) else f"{share:.0f}%"


def duration(seconds: float | None) -> str:
    """``0.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def counted(n: int, singular: str, plural: str = "") -> str:
    """``1 example``, ``2,003 examples``."""
    return f"{integer(n)} {singular if n == 1 else plural or singular + 's'}"


def commands(text: str) -> Markup:
    """`text`, escaped, with what stands between backquotes as code."""
    parts = visible(text).split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def words(code: str) -> str:
    """A snake_case code as words: ``near_duplicate`` as ``near duplicate``."""
    return code.replace("_", " ")


def stance(signature: str) -> str:
    """What an answer comes down to: ``polarity:yes`` as ``yes``, ``number:mass 0.5 0.5`` as ``number mass 0.5``."""
    kind, _, value = signature.partition(":")
    if kind in ("polarity", "stance"):
        return value
    parts = value.split()
    if len(parts) > 1 and parts[-1] == parts[-2]:  # a range whose ends are equal
        parts.pop()
    return " ".join([words(kind), *parts])
