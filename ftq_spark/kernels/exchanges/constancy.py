"""What answers do not keep to: what they said, when they are only doubted; the name, and what else, the user gave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ftq_spark.kernels.exchanges.flat import Exchanges
from ftq_spark.kernels.exchanges.recall import ASKS_AGAIN, forgotten
from ftq_spark.kernels.exchanges.recall import CODE as FORGOTTEN
from ftq_spark.kernels.exchanges.said import folded
from ftq_spark.kernels.exchanges.words import words
from ftq_spark.kernels.text.expressions import Joined

WITHDRAWN = "answer_withdrawn"  # taken back where the user asks whether it is so, and says nothing against it
MISNAMED = "name_forgotten"  # the user is called by another name than the one given
CODES = (WITHDRAWN, MISNAMED, FORGOTTEN)
_OPENING_CHARS = 240  # of an answer in which it takes the one before it back
_DOUBT_CHARS = 90

_ADDRESS = r"(?:(?:but|hm+|no|nope|oh|ok(?:ay)?|really|sorry|um|wait|well|what)[\s,.?!…]+)*"
_DOUBT = rf"(?i)^\W*{_ADDRESS}(?:{'|'.join(words('doubts'))})(?:[,\s]+(?:again|please|though))*\W*$"
_GIVES_IN = re.compile(rf"(?i)\b(?:{'|'.join(words('gives_in'))})")
_STANDS_BY = re.compile(rf"(?i)(?:{'|'.join(words('stands_by'))})")
_NAME = r"[A-Z][a-zà-öø-ÿ]+(?:['’-][A-Z]?[a-zà-öø-ÿ]+)*"
_INTRODUCES = (
    rf"\b(?:(?i:my name(?:'s| is)|my name’s|i am called|i'm called|(?:you can|please|just|everyone|people) calls? me))"
    rf"\s+(?P<name>{_NAME}(?:[ -]{_NAME}){{0,3}})"
)
_OWN_NAME = re.compile(_INTRODUCES)
_SUSPECT = f"(?:{_DOUBT})|(?:{_INTRODUCES.replace('?P<name>', '?:')})|(?:{ASKS_AGAIN})"
_CALLED = re.compile(
    rf"^\W*(?:(?i:{'|'.join(words('openings'))})),?\s+(?P<opening>{_NAME})(?=\s*[,.!?:;\n]|\s*$)"
    rf"|\b(?i:your name is|you said your name (?:is|was)|you are called)\s+(?P<told>{_NAME})"
)


class Turn(NamedTuple):
    """A turn of a dialogue."""

    role: str
    text: str


def inconstant(dialogues: pa.Array, flat: Exchanges) -> pa.ListArray:
    """(m,) lists of the codes, sorted, of what each of the answers `flat` of `dialogues` does not keep to.

    Only dialogues in which a user doubts, says a name, or asks again for what was told are looked at one by one.
    """
    counts = np.zeros(len(flat.owner), dtype=np.int32)
    found: list[str] = []
    suspects = Joined(flat.question).matches(_SUSPECT)
    bounds = np.searchsorted(flat.owner, np.arange(len(dialogues) + 1))
    for owner in np.unique(flat.owner[suspects]).tolist():
        turns = [Turn(turn["role"], turn["text"]) for turn in dialogues[owner].as_py()]
        codes: dict[int, list[str]] = {}
        for place, code in (*_withdrawn(turns), *_misnamed(turns), *forgotten(turns)):
            codes.setdefault(place, []).append(code)
        for answer in range(bounds[owner], bounds[owner + 1]):
            of_answer = codes.get(int(flat.turn[answer]), ())
            counts[answer] = len(of_answer)
            found += sorted(of_answer)
    offsets = np.concatenate((np.zeros(1, dtype=np.int32), np.cumsum(counts, dtype=np.int32)))
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(found, pa.string()))


def _withdrawn(turns: Sequence[Turn]) -> Iterator[tuple[int, str]]:
    """Answers that take the one before back where it was only doubted; an answer that asked back gave none."""
    doubt = re.compile(_DOUBT)
    for place in range(2, len(turns)):
        before, asked, answer = turns[place - 2 : place + 1]
        if (before.role, asked.role, answer.role) != ("assistant", "user", "assistant"):
            continue
        if len(asked.text) > _DOUBT_CHARS or not doubt.search(asked.text.strip()):
            continue
        if before.text.rstrip().endswith(("?", "？")):
            continue
        opening = answer.text[:_OPENING_CHARS].replace("’", "'")
        if _GIVES_IN.search(opening) and not _STANDS_BY.search(opening):
            yield place, WITHDRAWN


def _misnamed(turns: Sequence[Turn]) -> Iterator[tuple[int, str]]:
    """Answers that call the user by a name that nobody has said, after the user gave another one."""
    own: set[str] = set()
    heard: set[str] = set()
    for place, turn in enumerate(turns):
        if turn.role == "assistant" and own:
            match = _CALLED.search(turn.text)
            name = folded(match["opening"] or match["told"]) if match else ""
            if name and name not in heard and not any(_same_name(name, mine) for mine in own):
                yield place, MISNAMED
        elif turn.role == "user":
            own.update(folded(name) for match in _OWN_NAME.finditer(turn.text) for name in match["name"].split())
        heard.update(folded(word) for word in re.findall(_NAME, turn.text))


def _same_name(one: str, other: str) -> bool:
    """A name, or a short form of it: Fran and Francesca."""
    return one.startswith(other[:3]) if len(other) >= 3 else one == other
