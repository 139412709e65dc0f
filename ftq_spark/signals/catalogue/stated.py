"""What an answer states that cannot be, or is not there: days of no month, cells of a table, items, figures below."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue.fulfilment import NUMBER_WORDS, count_of
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal, suspects

_SHORT = expression("stated", "short_months")[4:]
_FEBRUARY = expression("stated", "february")[4:]
_BETWEEN = expression("stated", "before_month", "{} ")[4:]
# Behind the number: "June 31 people came" is no day.
_LAST = r"(?:st|th|,? \d{4}\b|[.;)]|$| (?:and|at|from|in|to|until)\b)"
_DAYS = (
    rf"\b31{_BETWEEN}{_SHORT}\b",
    rf"\b3[01]{_BETWEEN}{_FEBRUARY}\b",
    rf"\b{_SHORT}\.? 31{_LAST}",
    rf"\b{_FEBRUARY}\.? 3[01]{_LAST}",
    r"\b[12]\d{3}-(?:0[469]|11)-31\b",
    r"\b[12]\d{3}-02-3[01]\b",
    r"\b31\.(?:0?[469]|11)\.[12]\d{3}\b",
    r"\b3[01]\.0?2\.[12]\d{3}\b",
)
_TIMES = (
    r"\b(?:at|by|from|um|until) \d{1,2}:[6-9]\d\b",
    r"(?:^|[\w,–-] |\()\d{1,2}:[6-9]\d ?(?:[ap]\.?m\b|o'clock|uhr)",
    r"\b(?:at|um|until) (?:2[5-9]|[3-9]\d):[0-5]\d\b",
    r"(?:^|\s)à (?:2[5-9]|[3-9]\d) ?h ?[0-5]\d\b",
)
_YEARS = r"\d{4} ?[–—-] ?\d{4}\)"
_BORN_DIED = (
    r"\b(?:born|geboren|née?|nació|nasceu)\b[^.\n\d]{0,40}\b(\d{4})\b[^.\n\d]{0,40}"
    r"\b(?:died|gestorben|morte?|murió|morreu)\b[^.\n\d]{0,30}\b(\d{4})\b"
)
_IMPOSSIBLE = re.compile(f"(?i){any_of((*_DAYS, *_TIMES))}")
_DIED = r"\b(?:(?:died|gestorben|morte?|morreu)\b|murió)[^.\n]*\d{4}"  # RE2 need not count what stands between
_DAYS_BEGUN = [day.removesuffix(r"\b") for day in _DAYS]  # to RE2 no word ends behind a letter that is not ASCII
_MAY_BE_IMPOSSIBLE = f"(?i){any_of((*_DAYS_BEGUN, *_TIMES, _YEARS, _DIED))}"
_LIFE = re.compile(rf"(?:\b[A-ZÀ-Þ]\w+|\.) \((\d{{4}}) ?[–—-] ?(\d{{4}})\)|(?i:{_BORN_DIED})")
_NO_SUCH_DAY = expression("stated", "no_such_day", r"\b{}\b")
_FENCED = re.compile(r"(?s)```.*?(?:```|\Z)|`[^`\n]*`|<<[^<>\n]*>>")

_DELIMITER = r"(?m)^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$"
_IS_DELIMITER = re.compile(_DELIMITER)
_NO_BAR = re.compile(r"\\\||`[^`\n]*`")  # a bar that parts no cells
# Nor do those of a formula. A dollar that opens one stands before a character and closes behind one, as pandoc has it,
# unless a command of TeX stands between: "$5 | $6" is two prices.
_FORMULA = re.compile(
    r"\$\$[^$]+\$\$|\\\((?:[^\\]|\\[^()])*\\\)|(?<![\w\\$])\$(?:(?=\S)(?:\\.|[^$\\])*(?<=\S)\$(?!\d)|[^$\\]*\\[a-zA-Z][^$]*\$)"
)
_WORDY = re.compile(r"[^\W\d_]{2}")
_LEFT_OUT = ("...", "…", ". . .")

_NUMBERED = r"^[ \t]{0,3}(?:\*\*|#{1,4} )?"
_MAY_SKIP = rf"(?m){_NUMBERED}[4-9][.):]"
_ITEM = re.compile(rf"(?m){_NUMBERED}(\d{{1,2}})[.):][ \t]*(?=[^\W\d]|[*\"\[`])")
_ANY_ITEM = re.compile(r"(?m)^\W{0,12}(\d{1,3})\b|\b(\d{1,3})[.)]\s*\D")
_BULLET = re.compile(r"(?m)^([ \t]*[-*•–+])[ \t]+\S")
_HEADING = re.compile(r"(?m)^(?:#|\*\*)")
_ANNOUNCES = expression("stated", "announces", r"(?m:^)(?:\W*\w+(?: \w+)?[!,.] )?{}")
_MAY_ANNOUNCE = rf"{_ANNOUNCES}[^\n]*:[ \t]*(?m:$)"
_NO_UNIT = expression("stated", "units", r"(?!{}\b)")[4:]
_ANNOUNCED = re.compile(
    rf"{_ANNOUNCES} (?:[^\W\d]+ )?(?:[^\W\d]+ )?({NUMBER_WORDS}|\d{{1,2}}) {_NO_UNIT}"
    r"[^\W\d][^\n:.]{0,80}:[ \t]*(?m:$)"
)
_LIST_ITEMS, _MOST_SKIPPED = 4, 2

_PICTURED = expression("stated", "pictured", r"\b{}")
_IS_JSON = r"^\s*(?:\{\s*\"|\[\s*[\[{\"])"  # its values may be of a report
_OF_A_TEXT = expression("stated", "of_a_text", r"\b{}")
_HOLDS_ONE = (
    r"(?i)\||\t|```|<(?:table|img|svg)|!\[|\[(?:image|figure|insert)|[┌─│┃]|\S {3,}\S|\.(?:png|jpe?g|svg|gif)\b"
)


@suspects("n_impossible_dates")
def _may_be_impossible(batch: Batch) -> NDArray[np.bool_]:
    return batch.matches("response", _MAY_BE_IMPOSSIBLE)


@signal(
    "n_impossible_dates",
    version=1,
    range=(0, np.inf),
    reads=("response", "question"),
    summary="Days, times and lives that there cannot be: 31 June, 25:70, (1902–1871); 0 in code and where such days "
    "are what is spoken of.",
)
def n_impossible_dates(batch: Batch) -> NDArray[np.float64]:
    told = _may_be_impossible(batch)
    told &= ~batch.matches_among("response", _NO_SUCH_DAY, told) & ~batch.matches_among("question", _NO_SUCH_DAY, told)
    return batch.measured_among("response", impossible_dates, told)


def impossible_dates(text: str) -> int:
    """How many days, times and lives of a text there cannot be."""
    plain = _FENCED.sub(" ", text)
    n_backwards = 0
    for life in _LIFE.finditer(plain):
        begin, end = (int(year) for year in life.groups() if year)
        n_backwards += begin > end
    return len(_IMPOSSIBLE.findall(plain)) + n_backwards


@suspects("n_broken_tables")
def _may_hold_tables(batch: Batch) -> NDArray[np.bool_]:
    return batch.matches_among("response", _DELIMITER, batch.holds("response", "|"))


@signal(
    "n_broken_tables",
    version=2,
    range=(0, np.inf),
    reads=("response",),
    summary="Markdown tables in which a row has another number of cells than the table has columns.",
    source="Dingo",
)
def n_broken_tables(batch: Batch) -> NDArray[np.float64]:
    return batch.measured_among("response", broken_tables, _may_hold_tables(batch))


def broken_tables(text: str) -> int:
    """How many tables of a text have a row with more cells or fewer than columns.

    Not what has no words above it, such as a board; nor rows of one cell, those that leave something out, and the last
    line of a text that ends in the middle of it.
    """
    lines = text.rstrip().split("\n")
    return sum(
        _is_broken(lines, i)
        for i in range(1, len(lines))
        if _IS_DELIMITER.match(lines[i]) and "|" in lines[i - 1] and not _IS_DELIMITER.match(lines[i - 1])
    )


def _is_broken(lines: list[str], delimiter: int) -> bool:
    head = lines[delimiter - 1].strip()
    n_columns = max(_n_cells(lines[delimiter]))
    cells = head.strip("|").split("|")
    if 2 * sum(_WORDY.search(cell) is not None for cell in cells) < len(cells):
        return False
    if n_columns not in _n_cells(head):
        return True
    for place in range(delimiter + 1, len(lines)):
        row = lines[place].strip()
        if "|" not in row or _IS_DELIMITER.match(row) or (head[0] == "|" != row[0]):
            return False
        n_cells = _n_cells(row)
        may_differ = 1 in n_cells or not re.search(r"\w", row) or any(mark in row for mark in _LEFT_OUT)
        is_cut = place == len(lines) - 1 and row[-1] != "|"
        if n_columns not in n_cells and not may_differ and not is_cut:
            return True
    return False


def _n_cells(row: str) -> set[int]:
    """How many cells a row has: with the bars of its formulas, as a strict reader counts, and without them."""
    plain = row.strip()
    readings = (plain, _FORMULA.sub("x", plain)) if "$" in plain or "\\(" in plain else (plain,)
    bare = [_NO_BAR.sub("x", reading).removeprefix("|").removesuffix("|") for reading in readings]
    return {reading.count("|") + 1 for reading in bare}


@suspects("n_missing_items")
def _may_lack_items(batch: Batch) -> NDArray[np.bool_]:
    announces = batch.matches_among("response", _MAY_ANNOUNCE, batch.holds("response", ":\n"))
    return batch.matches("response", _MAY_SKIP) | announces


@signal(
    "n_missing_items",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Items that the one list of an answer leaves out (1, 2, 5, 6), or that it announces and does not give; "
    "0 where dots say so.",
)
def n_missing_items(batch: Batch) -> NDArray[np.float64]:
    lacking = _may_lack_items(batch)
    return batch.measured_among("response", lambda text: skipped_items(text) or unwritten_items(text), lacking)


def skipped_items(text: str) -> int:
    """How many numbers are left out in one place of the only list of a text, and stand nowhere else in it."""
    plain = _FENCED.sub(" ", text)
    numbers = [int(number) for number in _ITEM.findall(plain)]
    if len(numbers) < _LIST_ITEMS or numbers[0] != 1 or any(mark in plain for mark in _LEFT_OUT):
        return 0
    steps = [after - before for before, after in pairwise(numbers)]
    if min(steps) < 1 or sum(step > 1 for step in steps) != 1 or max(steps) > _MOST_SKIPPED + 1:
        return 0
    skipped = set(range(1, numbers[-1])).difference(numbers)
    elsewhere = {int(own or other) for own, other in _ANY_ITEM.findall(plain)}
    return 0 if skipped & elsewhere else len(skipped)


def unwritten_items(text: str) -> int:
    """How many items fewer than a text announces are in the list behind it, if that is the only one and has two."""
    announced = _ANNOUNCED.search(text)
    rest = text[announced.end() :] if announced else ""
    if announced is None or any(mark in rest for mark in _LEFT_OUT):
        return 0
    numbers, bullets = [int(number) for number in _ITEM.findall(rest)], _BULLET.findall(rest)
    if numbers:
        n_items = len(numbers) if numbers == list(range(1, len(numbers) + 1)) else 0
    else:
        n_items = len(bullets) if len(set(bullets)) == 1 and not _HEADING.search(rest) else 0
    return max(count_of(announced[1]) - n_items, 0) if n_items >= 2 else 0


@suspects("dangling_reference")
def _may_refer(batch: Batch) -> NDArray[np.bool_]:
    return batch.matches("response", _PICTURED)


@signal(
    "dangling_reference",
    version=2,
    range=(0, 1),
    reads=("response", "question", "attached", "media"),
    summary="1 where the answer refers to a figure or a table that it does not hold; 0 where the question speaks of "
    "one or asks for a text that may have some.",
)
def dangling_reference(batch: Batch) -> NDArray[np.float64]:
    found = _may_refer(batch)
    found &= ~batch.matches_among("response", _HOLDS_ONE, found) & ~batch.matches_among("response", _IS_JSON, found)
    found &= ~batch.matches_among("question", _OF_A_TEXT, found)
    for name in ("attached", "media"):
        found &= ~batch.matches_among(name, r"\S", found)
    return found.astype(np.float64)
