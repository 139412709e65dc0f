"""Answers of a file that stand beside the questions of other rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.displaced import MAX_CHARS, may_run, runs, share_of_own, votes
from ftq_spark.kernels.text.arrays import combined
from ftq_spark.validation.notice import Notice
from ftq_spark.validation.turns import before_last, last

DISPLACED, SHUFFLED = "answers_displaced", "answers_shuffled"
DISPLACED_WARNINGS = {
    DISPLACED: "many answers in sequence fit the questions of the rows beside theirs: a column slipped by a row",
    SHUFFLED: "the answers of a file fit their own questions no better than those of the rows beside theirs",
}
BLOCK = 1024  # rows that are looked at together
N_WHOLE = 1  # blocks of which every answer is looked at; of others a few are, and all where these look like a run
APART = 32  # rows from one of the few to the next
_BESIDE = {-1: "before", 1: "after"}


class Stretch(NamedTuple):
    """Rows of one file whose answers stand beside the questions of others."""

    code: str
    first_row: int
    last_row: int
    step: int  # to the row of the question, from that of the answer; 0 where answers stand in another order
    n: int  # answers that fit the other row's question and not their own; of SHUFFLED, all comparisons
    share: float | None  # of SHUFFLED, of these comparisons that are for the row's own question
    line: int | None = None  # of the first row, where that is not the row's number


class Displaced:
    """The answers of one file, each beside the questions around it."""

    def __init__(self) -> None:
        none = pa.array([], pa.large_string())
        self._held = pa.table({"question": none, "answer": none})
        self._lead = 0  # rows that are held before the next block: one, but at the beginning
        self._votes: list[NDArray[np.int8]] = []
        self._rows: list[NDArray[np.int64]] = []
        self._lines: list[NDArray[np.int64]] = []  # 0 where it is the row's number

    def add(self, examples: pa.RecordBatch, lines: Mapping[int, int]) -> None:
        """Take up a batch of examples, in the order of their rows; `lines` are those on which rows begin."""
        messages = examples.column("messages")
        sides = {"question": before_last(messages), "answer": pc.fill_null(last(messages), "")}
        begun = {name: pc.utf8_slice_codeunits(side, 0, MAX_CHARS) for name, side in sides.items()}
        held = pa.table({name: side.cast(pa.large_string()) for name, side in begun.items()})
        self._held = pa.concat_tables([self._held, held])
        rows = examples.column("row").to_numpy(zero_copy_only=False)
        self._rows.append(rows)
        self._lines.append(np.array([lines.get(row, 0) for row in rows.tolist()], np.int64) if lines else 0 * rows)
        while len(self._held) > self._lead + BLOCK:  # the row behind the block is there, too
            self._look(BLOCK)

    def _look(self, n: int) -> None:
        """Look at the next n rows."""
        block = self._held.slice(0, self._lead + n + 1)
        questions, answers = (combined(block.column(name)) for name in ("question", "answer"))
        rows = np.arange(self._lead, self._lead + n)
        few = rows[APART // 2 :: APART]
        found = np.zeros((n, 3), np.int8)
        if len(self._votes) >= N_WHOLE and len(few):
            found[few - self._lead] = _votes_of(few, questions, answers)
        if len(self._votes) < N_WHOLE or may_run(found[few - self._lead]):
            found = votes(questions, answers)[rows]
        self._votes.append(found)
        self._held = self._held.slice(self._lead + n - 1)
        self._lead = 1

    def stretches(self) -> list[Stretch]:
        """What is found, by first rows, when all rows were taken up; of answers in another order one, for the file."""
        if n_left := len(self._held) - self._lead:
            self._look(n_left)
        if not self._votes:
            return []
        given = np.concatenate(self._votes)
        rows, lines = (np.concatenate(numbers).tolist() for numbers in (self._rows, self._lines))
        if (told := share_of_own(given)) is not None:
            return [Stretch(SHUFFLED, rows[0], rows[-1], 0, told[1], told[0], lines[0] or None)]
        return [
            Stretch(DISPLACED, rows[run.first], rows[run.last], run.step, run.n_fitting, None, lines[run.first] or None)
            for run in runs(given)
        ]

    def notices(self) -> Iterator[tuple[Notice, int | None]]:
        """The same as warnings, each with the line of its row where that is not the row's number."""
        for found in self.stretches():
            yield Notice(found.first_row, found.code, _said(found)), found.line


def _said(found: Stretch) -> str:
    if found.share is not None:
        text = f"of {found.n:,} comparisons with the rows beside, {found.share:.0%} are for the row's own question"
        return f"{text}: chance alone gives a half"
    words = f"share rare words with the question of the row {_BESIDE[found.step]} and not with their own"
    return f"up to row {found.last_row:,}, {found.n:,} answers {words}"


def _votes_of(few: NDArray[np.int64], questions: pa.Array, answers: pa.Array) -> NDArray[np.int8]:
    """(m, 3) votes of a few answers, which have a question on both sides or stand last."""
    around = np.minimum(few[:, None] + np.array([-1, 0, 1]), len(questions) - 1).ravel()
    asked = questions.take(pa.array(around))
    said = pc.if_else(pa.array(np.tile([False, True, False], len(few))), answers.take(pa.array(around)), "")
    return votes(asked, said)[1::3]
