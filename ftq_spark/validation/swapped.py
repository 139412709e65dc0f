"""Pairs of a preference dataset that the other pairs about their prompt speak against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.kernels.exchanges.standing import standing
from ftq_spark.validation.notice import Notice

SWAPPED = "preference_swapped"
SWAPPED_WARNINGS = {
    SWAPPED: "a pair that may be the wrong way round: the other pairs about its prompt put the rejected answer first",
}
_BETWEEN = "\x1f"  # turns
_DIGEST_BYTES = 12


class Swapped:
    """The pairs of one dataset, answers by their digests."""

    def __init__(self) -> None:
        self._answers: dict[bytes, int] = {}
        self._pairs: list[tuple[int, int]] = []  # better, worse
        self._places: list[tuple[str, int, int | None]] = []  # file, row, line where that is not the row's number

    def add(self, source: str, examples: pa.RecordBatch, lines: Mapping[int, int]) -> None:
        """Take up a batch of examples of the file `source`; `lines` are those on which rows begin."""
        pairs = examples.filter(pc.greater(pc.list_value_length(examples.column("rejected")), 0))
        asked, chosen = _sides(pairs.column("messages"))
        _, rejected = _sides(pairs.column("rejected"))
        for row, prompt, *sides in zip(pairs.column("row").to_pylist(), asked, chosen, rejected, strict=True):
            better, worse = (self._number(prompt, side) for side in sides)
            self._pairs.append((better, worse))
            self._places.append((source, row, lines.get(row)))

    def _number(self, prompt: str, answer: str) -> int:
        text = _BETWEEN.join((prompt, answer.strip()))
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()
        return self._answers.setdefault(digest, len(self._answers))

    def notices(self) -> Iterator[tuple[str, Notice, int | None]]:
        """File, warning and line of each pair that is the odd one among those about its answers."""
        if not self._pairs:
            return
        better, worse = np.array(self._pairs, np.int64).T
        found = standing(better, worse, len(self._answers))
        for place in np.flatnonzero(found.is_odd).tolist():
            source, row, line = self._places[place]
            text = f"the other pairs about its prompt put the rejected answer {-found.support[place]:.1f} ahead"
            yield source, Notice(row, SWAPPED, text), line


def _sides(sides: pa.ListArray) -> tuple[list[str], list[str]]:
    """What stands before the last turn of each side, and the last turn."""
    content = pc.fill_null(pc.struct_field(sides.values, "content"), "")
    joined = pc.binary_join(pa.ListArray.from_arrays(sides.offsets, content), _BETWEEN).to_pylist()
    last = content.take(pa.array(sides.offsets.to_numpy()[1:] - 1)).to_pylist()
    return [text[: len(text) - len(end)] for text, end in zip(joined, last, strict=True)], last
