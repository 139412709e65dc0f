"""Preference data as a whole: what its pairs have in common beside the preference, and how its labels are balanced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark import signals
from ftq_spark.kernels.exchanges.skew import Skew, skew
from ftq_spark.kernels.text.tokens import tokenize
from ftq_spark.validation.notice import Notice
from ftq_spark.validation.turns import before_last, last

SKEW, BALANCE = "preference_skew", "label_balance"
PREFERENCE_WARNINGS = {
    SKEW: "the preferred answers of a dataset are mostly the longer, listed or declining ones: that is what is learnt",
    BALANCE: "many more labels of one kind than of the other: the trainer's weights must make up for it",
}
MIN_PAIRS = 50  # fewer tell nothing of a dataset
MAX_SHARE = 0.6  # of pairs that lean one way, surely
MAX_RATIO = 3.0  # of desirable to undesirable labels, or the other way round
_LISTED = r"(?m)^\s*(?:[-*•]|\d{1,2}[.)])\s"
_WORDS = {
    "words": ("longer", "shorter"),
    "refusal": ("one that declines", "one that does not decline"),
    "listed": ("one with lists", "one without lists"),
}


class Preferences:
    """The pairs and labels of one dataset."""

    def __init__(self) -> None:
        self._sides: dict[str, tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]] = {
            name: ([], []) for name in _WORDS
        }
        self._labels: Counter[bool] = Counter()
        self._first: dict[str, tuple[str, int]] = {}

    def add(self, source: str, examples: pa.RecordBatch) -> None:
        """Take up a batch of examples of the file `source`; batches come in the order of their rows."""
        labels = examples.column("label")
        self._labels.update(label for label in labels.to_pylist() if label is not None)
        pairs = examples.filter(pc.is_valid(examples.column("rejected")))
        for code, found in ((SKEW, pairs), (BALANCE, examples.filter(pc.is_valid(labels)))):
            if found.num_rows:
                self._first.setdefault(code, (source, found.column("row")[0].as_py()))
        if not pairs.num_rows:
            return
        for side, column in enumerate(("messages", "rejected")):
            for name, values in _figures(last(pairs.column(column)), before_last(pairs.column("messages"))).items():
                self._sides[name][side].append(values)

    def skews(self) -> dict[str, Skew]:
        """How words (their logarithm), refusals and lists differ between the sides; nothing where there is no pair."""
        joined = {name: [np.concatenate(side) for side in sides] for name, sides in self._sides.items() if sides[0]}
        return {name: skew(*sides) for name, sides in joined.items()}

    def summary(self) -> dict[str, Any] | None:
        """The figures, as plain JSON values; null where the dataset has neither pairs nor labels."""
        if not self._first:
            return None
        skews = {name: found._asdict() for name, found in self.skews().items()}
        return {"skews": skews, "desirable": self._labels[True], "undesirable": self._labels[False]}

    def notices(self) -> Iterator[tuple[str, Notice]]:
        """File and warning, at the first row that has a pair or a label."""
        for name, found in self.skews().items():
            if found.n_more + found.n_less >= MIN_PAIRS and not 1 - MAX_SHARE <= _nearest(found) <= MAX_SHARE:
                source, row = self._first[SKEW]
                yield source, Notice(row, SKEW, _said(name, found))
        good, bad = self._labels[True], self._labels[False]
        if min(good, bad) and max(good, bad) > MAX_RATIO * min(good, bad):
            source, row = self._first[BALANCE]
            weight, ratio = ("desirable_weight", bad / good) if good < bad else ("undesirable_weight", good / bad)
            text = f"{good:,} desirable and {bad:,} undesirable labels: balanced by {weight} {ratio:.2g}"
            yield source, Notice(row, BALANCE, text)


def _nearest(found: Skew) -> float:
    """The bound of the interval that is nearer to one half."""
    return found.low if found.share > 0.5 else found.high


def _said(name: str, found: Skew) -> str:
    more, less = _WORDS[name]
    share, low, high = found.share, found.low, found.high
    word, n = (more, found.n_more) if share > 0.5 else (less, found.n_less)
    if share <= 0.5:
        share, low, high = 1 - share, 1 - high, 1 - low
    of = f"{n:,} of the {found.n_more + found.n_less:,} pairs that differ in it"
    return f"the preferred answer is the {word} in {share:.0%} ({low:.0%}–{high:.0%}): {of}; d = {found.effect:+.2f}"


def _figures(answers: pa.Array, asked: pa.Array) -> dict[str, NDArray[np.float64]]:
    columns = {"response": answers, "prompt": asked, "question": asked, "conversation": answers}
    n_words = np.diff(tokenize(answers).token_offsets)
    listed = pc.match_substring_regex(answers, _LISTED).to_numpy(zero_copy_only=False)
    refused = signals.measure(columns, ["refusal"])["refusal"]
    return {"words": np.log1p(n_words), "refusal": np.nan_to_num(refused), "listed": listed.astype(np.float64)}
