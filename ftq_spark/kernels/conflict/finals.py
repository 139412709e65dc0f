"""The final answer that a text states: after ####, in a box, behind "the answer is", or on a last line "A: …".

And the sentence that concludes: "Therefore, 5 eggs are left."
"""

from __future__ import annotations

import re
from math import isclose

from ftq_spark.kernels.conflict.quantities import quantities
from ftq_spark.kernels.conflict.sentences import split_sentences
from ftq_spark.kernels.conflict.words import TURNS, UNITS, pattern

MAX_FINAL_WORDS = 6
N_END_CHARS = 1000  # of an answer's end that are read
N_LAST_CHARS = 80  # of an answer's end in which the number stands that it comes to
N_CLOSING_CHARS = 200  # of a long answer a stated result counts only here: before, it may be an example's
LONG_CHARS = 300

_SIGNS = ("answer", ":", "####", "答案", "\\boxed")  # one of which every hint has, whatever its case
_HINT = re.compile(r"####|答案|\\boxed|answer\"?(?: is|:)|(?:^|\n)\W*(?:a|ans|result)\s*:", re.IGNORECASE)
_FINAL = re.compile(
    r"####\s*(?P<hash>[-$€£]?\d[\d,./%]*(?=[ \t]*\n)|[^\n]{1,80}(?=\s*\Z))|\\boxed\{(?P<box>[^{}]{1,80})\}|"
    r"(?:the )?(?:final |correct |right )?answer\"?(?: is|:)\s*\**(?P<said>[^\n]{1,80}?)(?:\.(?:\s|$)|\n|$)|"
    r"答案[】\]]?\s*(?:应该是|应为|是|为)?\s*[:：]?\s*(?P<han>[^\s。，；<]{1,40})|"
    r"^\W*(?:a|ans|result)\s*:\s*(?P<last>[^\n]{1,80})\s*\Z",
    re.IGNORECASE | re.MULTILINE,
)
_RECKONS = re.compile(r"\d\s*\)?\s*[-+*/×÷=]\s*\(?\s*\$?\d.{0,80}=|=\s*\$?-?\d")
_COMES_TO = re.compile(r"=\W{0,6}\d")
_LAST_NUMBER = re.compile(r"(?<![\w.,])-?\d[\d,]*(?:\.\d+)?(?=[^\w=]*(?:[^\W\d]\w*[^\w=]*){0,2}\Z)")
_WORD = re.compile(r"\w+")
_DECIMALS = re.compile(r"\d\.(\d+)")
_NO_RESULT = pattern("polarity", "no_result", r"^{}\b")
_CONCLUDES = pattern("polarity", "concludes", r"^\W*{}\b")
_LEAVES_OPEN = pattern("polarity", "leaves_open", r"\b{}\b")


def final_answer(answer: str) -> str | None:
    """The last result that an unfolded answer states, lower-cased; None where there is none of a few words."""
    end = answer[-N_END_CHARS:].rstrip()
    folded = end.casefold()
    if not any(sign in folded for sign in _SIGNS) or not _HINT.search(end):
        return None
    closing = len(end) - N_CLOSING_CHARS if len(answer) > LONG_CHARS else 0
    final = None
    for match in _FINAL.finditer(end):
        marked = match["hash"] or match["box"] or match["last"] or match["han"]
        if not marked and match.start() < closing:
            continue
        if not marked and _NO_RESULT.match(match["said"].strip(" *:\"'")):
            continue
        stated = _reckoned(match.string, match) if _RECKONS.search(match.group()) else marked or match["said"]
        said = " ".join(stated.strip(" .,*:$\"'`}").lower().split())
        if said and len(said.split()) <= MAX_FINAL_WORDS and any(character.isalnum() for character in said):
            final = said
    return final


def _reckoned(text: str, match: re.Match[str]) -> str:
    """What a line comes to that states its result as a sum: 6 of "2 * 3 = 6"."""
    line = text[match.start() :].strip("\n").partition("\n")[0]
    return line.rpartition("=")[2]


def canonical_value(text: str) -> str:
    """A final answer for comparison: its one number in the base unit, else its words."""
    found = quantities(text)
    if len(found) == 1:
        dimension = found[0].dimension if found[0].dimension != "year" else ""
        return f"{dimension} {found[0].low:.9g} {found[0].high:.9g}".strip()
    return " ".join(_WORD.findall(text.lower()))


def are_one_amount(left: str, right: str) -> bool:
    """Is one of two final answers the other one rounded, or its bare number in any unit: 532.47, 15 hours and 15?"""
    x, y = quantities(left), quantities(right)
    if len(x) != 1 or len(y) != 1:
        return False
    if x[0].dimension == y[0].dimension and _is_rounded(left, right, x[0].low, y[0].low):
        return True
    if bool(x[0].dimension) == bool(y[0].dimension):
        return False
    measured, bare = (x[0], y[0]) if x[0].dimension else (y[0], x[0])
    factors = {factor for dimension, factor in UNITS.values() if dimension == measured.dimension}
    return any(
        isclose(measured.low, bare.low * factor, rel_tol=1e-9)
        and isclose(measured.high, bare.high * factor, rel_tol=1e-9)
        for factor in factors
    )


def _is_rounded(left: str, right: str, one: float, other: float) -> bool:
    """Whether two numbers are the same to the decimals of the one that is written with fewer, if with any."""
    written = [match for text in (left, right) if (match := _DECIMALS.search(text))]
    digits = min((len(match[1]) for match in written), default=0)
    return len(written) == 2 and isclose(one, other, abs_tol=0.51 * 10**-digits)


def conclusion(text: str) -> str:
    """The last sentence of a folded text that concludes and leaves nothing open; "" where there is none."""
    for sentence in reversed(split_sentences(text[-N_END_CHARS:])):
        if _CONCLUDES.match(sentence):
            weighs = not TURNS.isdisjoint(_WORD.findall(sentence.lower()))
            return "" if weighs or _LEAVES_OPEN.search(sentence) else sentence
    return ""


def reckons(written: str) -> bool:
    """Whether a text says what something comes to: 3 × 9 = 27."""
    return bool(_COMES_TO.search(written))


def closing_number(written: str) -> str:
    """The number that a text ends in, but for two words, as digits; "" where it ends in none."""
    found = _LAST_NUMBER.search(written[-N_LAST_CHARS:])
    return found[0].replace(",", "") if found else ""
