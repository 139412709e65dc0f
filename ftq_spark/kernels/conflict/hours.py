"""Days and hours at which an answer says something is open, and what two answers cannot both be right about."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftq_spark.kernels.conflict.words import group, pattern
from ftq_spark.kernels.text.days import WEEKDAYS

N_DAYS, WORKDAYS = 7, frozenset(range(5))
EVERY_DAY = frozenset(range(N_DAYS))
DAY_MINUTES, HALF_DAY = 1440, 720
MAX_WORDS = 60  # what is longer tells of more than one thing

_DAY = re.compile("|".join(rf"(?P<{day}>\b{group('hours', day)}\b\.?)" for day in WEEKDAYS), re.IGNORECASE)
_ONE_DAY = r"\b(?:" + "|".join(group("hours", day) for day in WEEKDAYS) + r")\b\.?"
_FROM_TO = re.compile(
    rf"(?P<first>{_ONE_DAY})\s*(?:-|to|till|until|through|thru)\s*(?P<last>{_ONE_DAY})", re.IGNORECASE
)
_SETS = (
    (pattern("hours", "every_day", r"\b{}\b"), EVERY_DAY),
    (pattern("hours", "workdays", r"\b{}\b"), WORKDAYS),
    (pattern("hours", "weekend", r"\b{}\b"), EVERY_DAY - WORKDAYS),
)
_ALL_HOURS = pattern("hours", "all_hours", r"\b{}\b")
_OPEN, _CLOSED = pattern("hours", "open", r"\b{}\b"), pattern("hours", "closed", r"\b{}\b")
_APART, _ONLY = pattern("hours", "apart", r"\b{}\b"), pattern("hours", "only", r"\b{}\b")
_VARIES = pattern("hours", "varies", r"\b{}\b")
_ASKS = pattern("hours", "asks", "{}")
_TIME = r"(?P<{0}>[01]?\d|2[0-4])(?:[:.](?P<{0}_minute>[0-5]\d))?\s?(?P<{0}_half>[ap]\.?m\b\.?)?"
_BETWEEN = re.compile(
    rf"(?<![\d.:$€£]){_TIME.format('start')}\s*(?:-|to|till|until|and)\s*{_TIME.format('end')}(?![\d:%])", re.IGNORECASE
)
_ENDS = re.compile(r"\s*(?:$|[^\w\s%]|(?:on|from|every|each|daily|during|o'clock|h|hrs?)\b)", re.IGNORECASE)  # no unit
_PART_END = re.compile(r"[.;,](?=\s|$)|\n|\bbut\b(?! not\b)|\bwhile\b|\band\b(?=(?: \w+){0,3} (?:closed|open)\b)")


class Schedule(NamedTuple):
    """What an answer states; a day that it does not speak of is in neither set."""

    open_: frozenset[int]  # days of the week from Monday, 0
    closed: frozenset[int]
    hours: frozenset[tuple[int, int]]  # minutes of the day from and to, distinct


def asks_hours(question: str) -> bool:
    """Whether a question is for times that recur each week."""
    return bool(_ASKS.search(question))


def schedule(text: str) -> Schedule | None:
    """The schedule of a folded brief answer; None where it states none, or one that varies over the year."""
    if len(text.split()) > MAX_WORDS or _VARIES.search(text):
        return None
    open_: set[int] = set()
    closed: set[int] = set()
    hours: set[tuple[int, int]] = set()
    state, pending = 0, frozenset[int]()
    for part in _PART_END.split(text):
        spans = [(int(m["start"]), m) for m in _BETWEEN.finditer(part)]
        between = {found for _, m in spans if (found := _interval(m)) is not None}
        if _ALL_HOURS.search(part):
            between.add((0, DAY_MINUTES))
        state = -1 if _CLOSED.search(part) else 1 if between or _OPEN.search(part) else state
        main, *apart = _APART.split(part, maxsplit=1)
        state = state or int(_says_more(main))
        days = _days(main) | pending
        others = _days(apart[-1]) if apart else frozenset()
        days -= others
        if days and _ONLY.search(part) and not _CLOSED.search(part):
            others |= EVERY_DAY - days
        pending = frozenset() if state else days
        (open_ if state > 0 else closed if state < 0 else set()).update(days)
        (closed if state > 0 else open_ if state < 0 else set()).update(others)
        hours |= between
    if not (open_ or closed or hours):
        return None
    return Schedule(frozenset(open_ - closed), frozenset(closed), frozenset(hours))  # "every day, closed on Sundays"


def _says_more(text: str) -> bool:
    """Whether there are days in a text, and words of what is done on them: staffed, served."""
    rest, n = _DAY.subn("", _FROM_TO.sub("mon", text))  # a range counts as a day
    return n > 0 and not _JOINING.issuperset(_WORD.findall(rest.lower()))


_WORD = re.compile(r"[^\W\d_]+")
_JOINING = frozenset({"on", "and", "to", "from", "the", "every", "each", "until", "am", "pm"})


def _days(text: str) -> frozenset[int]:
    found = frozenset[int]().union(*(days for said, days in _SETS if said.search(text)))
    for match in _FROM_TO.finditer(text):
        first, last = _number(match["first"]), _number(match["last"])
        found |= {(first + i) % N_DAYS for i in range((last - first) % N_DAYS + 1)}
    return found | {WEEKDAYS.index(str(match.lastgroup)) for match in _DAY.finditer(text)}


def _number(day: str) -> int:
    match = _DAY.match(day)
    return WEEKDAYS.index(str(match.lastgroup)) if match else 0


def _interval(match: re.Match[str]) -> tuple[int, int] | None:
    """Minutes from and to; of "9 to 5" the afternoon is taken for granted, of two bare numbers alone nothing is."""
    start, end = (_minutes(match, side) for side in ("start", "end"))
    marked = any(match[name] for name in ("start_minute", "end_minute", "start_half", "end_half"))
    if not match["end_half"] and end <= start and end < HALF_DAY:
        end += HALF_DAY
    if match["end_half"] and not match["start_half"] and start > end and start < HALF_DAY:
        return None
    if end <= start or not (marked or (5 <= start // 60 <= 12 and _ENDS.match(match.string, match.end()))):
        return None
    return start, end


def _minutes(match: re.Match[str], side: str) -> int:
    hour, half = int(match[side]), (match[f"{side}_half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + 12 * half.startswith("p")
    return 60 * hour + int(match[f"{side}_minute"] or 0)


def schedules_clash(a: Schedule, b: Schedule) -> bool:
    """Whether one has a day open on which the other is closed, or each states one span of hours and they differ."""
    if a.open_ & b.closed or b.open_ & a.closed:
        return True
    if len(a.hours) != 1 or len(b.hours) != 1 or (a.open_ and b.open_ and a.open_.isdisjoint(b.open_)):
        return False
    (x,), (y,) = a.hours, b.hours
    return any((one - other) % HALF_DAY for one, other in zip(x, y, strict=True)) or (
        (0, DAY_MINUTES) in (x, y) and x != y
    )
