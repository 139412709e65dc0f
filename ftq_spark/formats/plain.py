"""Rows that are one question and its answer in two or three text fields, read without a detour.

Most rows of most datasets are such: Alpaca, Dolly, prompt and completion, question and answer. What the families of
:mod:`~ftq_spark.formats.pairs` would make of them is known from their names and a look at their texts. Whatever has
anything else to it (a system text, media, a label, turns in a text, a thought in the answer, nothing to say) is not
read here: null, and the families decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.formats import tagged_calls, thoughts
from ftq_spark.formats.aliases import (
    ALPACA_ANSWERS,
    ATTEMPT_FIELDS,
    COMPARED_FIELDS,
    CONTEXT_FIELDS,
    CONTEXT_QUESTIONS,
    CONVERSATION_FIELDS,
    LABEL_FIELDS,
    MEDIA_COLUMNS,
    PAIRS,
    PREFERENCES,
    REWARD_FIELDS,
    SYSTEM_FIELDS,
    THOUGHT_COLUMNS,
    TOOLS_FIELDS,
)
from ftq_spark.formats.fields import is_listed
from ftq_spark.formats.options import FIELDS as OPTION_FIELDS
from ftq_spark.formats.pairs import BESIDE_INSTRUCTION
from ftq_spark.formats.preference import OPENAI_SIDES
from ftq_spark.formats.scan import places_of
from ftq_spark.formats.transcript import AWAITING, may_be_transcript
from ftq_spark.formats.turns import may_hold_more

# A row with one of these may be more than a question and its answer.
_OTHERS = frozenset(
    {
        *CONVERSATION_FIELDS,
        *SYSTEM_FIELDS,
        *TOOLS_FIELDS,
        *LABEL_FIELDS,
        *MEDIA_COLUMNS,
        *REWARD_FIELDS,
        *THOUGHT_COLUMNS,
    }
    | COMPARED_FIELDS
    | ATTEMPT_FIELDS
    | {name for names in (*PREFERENCES, *OPENAI_SIDES) for name in names}
    | {
        "history",
        "contents",
        "chat_history",
        "completions",
        *OPTION_FIELDS,
        "segments",
        "instances",
        "corrected",
        "_task_hash",
    }
)


_MAX_BLANKS = 3  # behind questions, that are taken off for all at once; no transcript is as short
_MARKS = [mark.encode() for mark in (*thoughts.MARKS, *tagged_calls.MARKS)]
_FIRST_OF_MARKS = sorted({mark[0] for mark in _MARKS})
_N_OF_MARKS = min(map(len, _MARKS))  # bytes of each that are looked at
_AWAITING = tuple(mark.encode() for mark in AWAITING)
_N_OF_ENDS = min(map(len, _AWAITING))


def _bytes_of(marks: Sequence[bytes]) -> np.ndarray:
    """(place, byte) bool: whether one of the marks, of one length, has it there."""
    return np.array([np.isin(range(256), list(places)) for places in zip(*marks, strict=True)])


_BYTES_OF_MARKS = _bytes_of([mark[:_N_OF_MARKS] for mark in _MARKS])
_BYTES_OF_ENDS = _bytes_of([mark[-_N_OF_ENDS:] for mark in _AWAITING])
_BEGIN_MARKS = np.array(sorted({mark[:_N_OF_MARKS] for mark in _MARKS}))


class Fields(NamedTuple):
    """Where rows hold a question and its answer, and nothing else of an example."""

    format: str
    question: str
    answer: str
    beside: str | None  # what stands beside the question
    is_first: bool  # and before it

    @property
    def texts(self) -> list[str]:
        """The names of all of these."""
        return [self.question, self.answer, *([self.beside] if self.beside else [])]


@lru_cache(maxsize=64)  # a dataset has few lists of names
def fields(names: tuple[str, ...]) -> Fields | None:
    """Where rows with these names hold what they ask and answer; null where they promise more than that."""
    if not _OTHERS.isdisjoint(names):
        return None
    if "instruction" in names:
        return _alpaca(names)
    found = next((pair for pair in PAIRS if pair[1] in names and not set(pair[2]).isdisjoint(names)), None)
    if found is None:
        return None
    format_, asked, answered = found
    if any(name in names and name != asked for name in ("prompt", "input")):  # a tree, or the turns before `output`
        return None
    beside = [name for name in CONTEXT_FIELDS if name in names] if asked in CONTEXT_QUESTIONS else []
    answer = next(name for name in answered if name in names)
    return None if len(beside) > 1 else Fields(format_, asked, answer, beside[0] if beside else None, is_first=True)


def _alpaca(names: tuple[str, ...]) -> Fields | None:
    answer = next((name for name in ALPACA_ANSWERS if name in names), None)
    beside = [name for name in ("input", "context") if name in names]
    if answer is None or len(beside) > 1 or "prompt" in names:  # a tree's, perhaps
        return None
    if not set(BESIDE_INSTRUCTION).isdisjoint(names):
        return None
    format_ = "dolly" if beside == ["context"] else "alpaca"
    return Fields(format_, "instruction", answer, beside[0] if beside else None, is_first=False)


def _is_plain(question: str, said: str) -> bool:
    if not question or not said or question.isspace() or said.isspace():
        return False
    return not (_may_be_turns(question) or _may_be_turns(said) or may_hold_more(said) or may_be_transcript(question))


def _may_be_turns(text: str) -> bool:
    return "{" in text and is_listed(text)


class PlainRows(NamedTuple):
    """What is plain of some rows."""

    fields: Fields
    is_plain: np.ndarray  # bool: which rows hold a question and its answer, and nothing else of an example
    has_beside: np.ndarray  # bool: in which of them something stands beside the question

    def taken(self, rows: slice | np.ndarray) -> PlainRows:
        """The same of some of the rows."""
        return PlainRows(self.fields, self.is_plain[rows], self.has_beside[rows])


def texts_by_fields(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[Fields, np.ndarray, pa.RecordBatch]]:
    """Rows whose names promise a question and its answer: where both stand, which rows, and these texts as columns.

    What is no text is null.
    """
    names = list(map(tuple, rows))
    found = {distinct: fields(distinct) for distinct in set(names)}
    for where in dict.fromkeys(found.values()):
        if where is None:
            continue
        places = (
            np.arange(len(rows)) if len(found) == 1 else np.flatnonzero([found[of_row] == where for of_row in names])
        )
        of_fields = rows if len(places) == len(rows) else [rows[place] for place in places.tolist()]
        cells = map(itemgetter(*where.texts), of_fields)
        columns = [_texts(column) for column in zip(*cells, strict=True)]
        yield where, places, pa.RecordBatch.from_arrays(columns, where.texts)


def _texts(values: tuple[Any, ...]) -> pa.Array:
    if set(map(type, values)) != {str}:
        values = tuple(value if type(value) is str else None for value in values)
    return pa.array(values, pa.string())


def table_fields(columns: pa.RecordBatch) -> Fields | None:
    """Where the rows of a table hold a question and its answer, as :func:`fields`; null where one is no text."""
    found = fields(tuple(columns.schema.names))
    if found is None or any(columns.column(name).type != pa.string() for name in found.texts):
        return None
    return found


def plain_rows(columns: pa.RecordBatch, found: Fields) -> PlainRows:
    """Which rows of columns of texts are plain, told for nearly all of them at once."""
    asked, answers = columns.column(found.question), columns.column(found.answer)
    is_plain = begins_plainly(asked) & begins_plainly(answers)
    is_plain[with_marks(answers)] = False
    is_plain[_as_transcripts(asked)] = False
    for row in np.flatnonzero(~is_plain).tolist():  # in doubt
        question, said = asked[row].as_py(), answers[row].as_py()
        is_plain[row] = question is not None and said is not None and _is_plain(question, said)
    if found.beside is None:
        return PlainRows(found, is_plain, np.zeros(len(is_plain), bool))
    beside = columns.column(found.beside)
    has_beside = begins_plainly(beside)
    for row in np.flatnonzero(~has_beside & (pc.binary_length(beside).fill_null(1).to_numpy() > 0)).tolist():
        more = beside[row].as_py()
        is_plain[row] &= more is not None and not _may_be_turns(more)
        has_beside[row] = more is not None and not more.isspace()
    return PlainRows(found, is_plain, has_beside)


def with_marks(answers: pa.Array) -> np.ndarray:
    """The answers that hold a mark of a thought or a call, and those with a beginning of one; some repeatedly."""
    offsets = offsets_of(answers)
    data = np.frombuffer(answers.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]
    at = places_of(data[: 1 - _N_OF_MARKS], _FIRST_OF_MARKS)
    for place, may_be in enumerate(_BYTES_OF_MARKS):
        at = at[may_be[data[at + place]]]
    if not len(at):
        return at
    found = np.column_stack([data[at + place] for place in range(_N_OF_MARKS)]).view(_BEGIN_MARKS.dtype).ravel()
    return np.searchsorted(offsets[1:] - offsets[0], at[np.isin(found, _BEGIN_MARKS)], side="right")


def _as_transcripts(asked: pa.Array) -> np.ndarray:
    """The questions that may be transcripts, and maybe others."""
    offsets, data = offsets_of(asked), np.frombuffer(asked.buffers()[2] or b"", np.uint8)
    rows = np.flatnonzero(offsets[1:] - offsets[:-1] > _MAX_BLANKS + 1)
    ends = offsets[1:][rows]
    for _ in range(_MAX_BLANKS):
        ends = ends - (data[ends - 1] <= ord(" "))
    last = data[ends - 1]
    in_doubt = rows[(last <= ord(" ")) | (last >= 0x7F)]
    texts = _data(asked.take(pa.array(in_doubt))) if len(in_doubt) else b""
    if not any(mark in texts for mark in _AWAITING):
        in_doubt = in_doubt[:0]
    for place, may_be in enumerate(_BYTES_OF_ENDS, -_N_OF_ENDS):
        may_end = may_be[data[ends + place]]
        rows, ends = rows[may_end], ends[may_end]
    texts = _data(asked) if len(rows) else b""
    awaits = [texts.endswith(_AWAITING, 0, end) for end in (ends - offsets[0]).tolist()]
    return np.concatenate([in_doubt, rows[awaits]])


def begins_plainly(texts: pa.Array) -> np.ndarray:
    """Which texts begin with a sign of ASCII that is no white space and no bracket: not blank, and no list."""
    offsets, data = offsets_of(texts), np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    if not len(data):
        return np.zeros(len(texts), bool)
    first = data[np.minimum(offsets[:-1], len(data) - 1)]
    is_plain = (offsets[1:] > offsets[:-1]) & (first > ord(" ")) & (first < 0x7F) & (first != ord("["))
    return np.asarray(is_plain & pc.is_valid(texts).to_numpy(zero_copy_only=False) if texts.null_count else is_plain)


def _data(texts: pa.Array) -> bytes:
    """All texts, one behind the other."""
    offsets = offsets_of(texts)
    return bytes(memoryview(texts.buffers()[2] or b"")[offsets[0] : offsets[-1]])


def offsets_of(texts: pa.Array) -> np.ndarray:
    """Where texts (string) begin in the buffer of their bytes, and where the last one ends, (n + 1,) int32."""
    return np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
