r"""An expression about one text, as one that is looked for in many texts end to end.

Each text has a mark before it and a line break behind it. Its beginning is then the mark and its end is that of a line,
so that where an expression matches in one of the texts, what is made of it matches there, or from an earlier text on.
It may match elsewhere as well: beyond the end of a text, or where a text holds the mark itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MARK, BREAK = "\f", "\n"  # the mark is white space, which hardly any expression begins with
TOKEN = re.compile(
    r"\\."
    r"|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"  # a class
    r"|\((?:\?(?:P?<\w+>|(?P<on>[a-zA-Z]*)(?:-(?P<off>[a-zA-Z]*))?[:)]))?"  # the opening of a group, or flags
    r"|.",
    re.DOTALL,
)
_REPEATS, _OPTIONAL = ("*", "+", "{"), ("*", "?", "{")


class EndToEnd(NamedTuple):
    """What is looked for in joined texts."""

    pattern: str
    is_exact: bool  # it names no beginning and no end: what it matches inside a text, the expression matches there
    is_anchored: bool = False  # it names a beginning in any case: a look at one text by itself is soon over


class _Way(NamedTuple):
    """What has been read of one way through an expression."""

    flags: frozenset[str] = frozenset()  # m: ^ is the beginning of any line; s: a point is a line break, too
    begins: int = 0  # beginnings that are named, at most
    is_anchored: bool = False  # is one named in any case?
    behind_boundary: bool = False  # is a \b among what has been read?


@lru_cache(maxsize=2048)
def end_to_end(pattern: str) -> EndToEnd | None:
    r"""The RE2 expression as it is looked for in joined texts; null where that is hard to say.

    Which is where a way through it names two beginnings, of which each would be a mark, or one behind a ``\b``, which a
    mark is not; where it quotes (``\Q``); and what would run on through the texts: any character at all, and what
    stands for whole texts.
    """
    parts: list[str] = []
    way = _Way()
    groups: list[tuple[_Way, list[_Way]]] = [(way, [])]  # of each open one: before it, and its branches that are read
    n_ends = 0
    for token in TOKEN.finditer(pattern):
        text = written = token[0]
        following = pattern[token.end() : token.end() + 1]
        if text in ("^", r"\A"):
            written = f"(?:^{MARK}?)" if "m" in way.flags and text == "^" else MARK
            way = way._replace(begins=way.begins + 1 + (following in _REPEATS), is_anchored=True)
            if way.behind_boundary:
                return None
        elif text in ("$", r"\z"):
            n_ends, written = n_ends + 1, "(?m:$)"
        elif text in (r"\b", r"\B"):
            way = way._replace(behind_boundary=True)
        elif text == r"\Q" or (text == "." and "s" in way.flags):
            return None
        elif text == "|":
            before, branches = groups[-1]
            branches.append(way)
            way = before._replace(flags=way.flags)
        elif text[0] == "(":
            if text[-1] != ")":
                groups.append((way, []))
            way = way._replace(flags=(way.flags | set(token["on"] or "")) - set(token["off"] or ""))
        elif text == ")" and len(groups) > 1:
            before, branches = groups.pop()
            branches.append(way)
            begins = max(branch.begins for branch in branches)
            begins += (begins - before.begins) * (following in _REPEATS)
            anchored = before.is_anchored or (following not in _OPTIONAL and all(each.is_anchored for each in branches))
            way = _Way(before.flags, begins, anchored, any(branch.behind_boundary for branch in branches))
        if way.begins > 1:
            return None
        parts.append(written)
    ways = (*groups[0][1], way)
    is_anchored = all(each.is_anchored for each in ways)
    if n_ends and is_anchored:
        return None
    return EndToEnd("".join(parts), not n_ends and not any(each.begins for each in ways), is_anchored)
