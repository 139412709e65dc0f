"""Signals → quality and the verdict of the rules: the one place that knows thresholds, with transforms/decide.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import functions as F

from ftq_spark import schema, signals
from ftq_spark.settings import Rule, Score
from ftq_spark.spark.columns import spark_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_TIE = 1e-9
_PREFIX = "sig_"
_LABEL = "undesirable"  # the signal: people have labelled the answer as bad


class _Judging(NamedTuple):
    """By what workers judge: names and numbers of the settings alone."""

    weights: Mapping[str, float]
    curves: Mapping[str, signals.Curve]
    min_quality: float
    rules: Sequence[signals.Rule]
    of_merit: frozenset[str]
    break_ties: bool

    def reads(self) -> list[str]:
        """The signals that it asks for, but for the label."""
        return sorted({*self.weights, *(rule.signal for rule in self.rules)})


def judge(measured: DataFrame, settings: Score, break_ties: bool) -> DataFrame:
    """One row of schema.JUDGED per example: dropped and doubtful where a rule says drop, or review; nobody decided yet.

    A reason of a rule that is a note stands in `notes`, unless another rule gives it as a reason. Of an answer that is
    labelled as bad (signal `undesirable`), everything that is of its merit is a note.

    Where quality decides which of several duplicates stays, `break_ties` lets different contents of equal quality
    differ by up to 1e-9, by their content_hash: which one stays then does not depend on how the files are cut.
    """
    judging = _Judging(
        {name: weight for name, weight in settings.weights.items() if weight},
        {name: signals.Curve(curve.points, curve.absent) for name, curve in settings.curves.items()},
        settings.min_quality,
        _plain(settings.rules),
        signals.OF_MERIT.union(settings.raters),
        break_ties,
    )
    names = judging.reads()
    if _LABEL not in names and f"{_PREFIX}{_LABEL}" in measured.columns:
        names.append(_LABEL)
    wanted = measured.select("example_id", "content_hash", *(f"{_PREFIX}{name}" for name in names))
    return wanted.mapInArrow(partial(_judge, judging=judging), spark_columns(schema.JUDGED))


def _judge(batches: Iterable[pa.RecordBatch], judging: _Judging) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        values = {
            name.removeprefix(_PREFIX): batch.column(name).to_numpy(zero_copy_only=False)
            for name in batch.schema.names
            if name.startswith(_PREFIX)
        }
        n = len(batch)
        quality = signals.quality(values, judging.weights, judging.curves) if judging.weights else np.ones(n)
        is_bad = values[_LABEL] == 1 if _LABEL in values else np.zeros(n, np.bool_)
        shown = quality
        if judging.break_ties:
            shown = quality * (1 - _TIE) + _TIE * _by_content(batch.column("content_hash"))
        found = {
            "example_id": batch.column("example_id"),
            "quality": shown,
            **signals.ruled(values, is_bad, judging.rules, judging.of_merit)._asdict(),
            "low_quality": (quality < judging.min_quality) & ~is_bad,
            **dict.fromkeys(("decision", "reviewer"), pa.nulls(n, pa.string())),
        }
        yield pa.RecordBatch.from_pydict(found, schema=schema.JUDGED)


def _by_content(hashes: pa.Array) -> NDArray[np.float64]:
    """(n,) numbers in [0, 1) of hexadecimal hashes."""
    return np.array([int(text[:8], 16) for text in hashes.to_pylist()], np.float64) / 2**32


def without_earlier(measured: DataFrame, names: Sequence[str]) -> DataFrame:
    """`measured` with the counts `names` (signals of calls) less what is found in earlier answers of dialogues.

    Each earlier answer is judged by itself: the column `answers` has these signals of it.
    """

    def earlier(column: str) -> Column:
        each = F.filter("answers", lambda answer: ~answer["is_last"])
        found = F.aggregate(each, F.lit(0.0), lambda all, answer: all + F.coalesce(answer[column], F.lit(0.0)))
        return F.coalesce(found, F.lit(0.0))

    return measured.withColumns({f"sig_{name}": F.col(f"sig_{name}") - earlier(f"sig_{name}") for name in names})


def exchanges(measured: DataFrame, rules: Sequence[Rule]) -> DataFrame:
    """DataFrame[schema.EXCHANGES]: the same rules, as far as they judge one answer, for every answer of dialogues.

    `measured` is the table `signals`, whose `answers` have the signals of these rules.
    """
    dialogues = measured.where(F.col("answers").isNotNull()).select("example_id", "answers")
    return dialogues.mapInArrow(partial(_exchanges, rules=_plain(rules)), spark_columns(schema.EXCHANGES))


def _exchanges(batches: Iterable[pa.RecordBatch], rules: Sequence[signals.Rule]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if not len(batch):  # its lists have no offsets
            continue
        lists = batch.column("answers")
        answers = lists.flatten()
        findings, doubts = signals.ruled_answers(answers, rules)
        found = {
            **{field.name: pc.struct_field(answers, field.name) for field in schema.ANSWERS},
            "example_id": batch.column("example_id").take(pc.list_parent_indices(lists)),
            "findings": findings,
            "doubts": doubts,
        }
        yield pa.RecordBatch.from_pydict(
            {name: found[name] for name in schema.EXCHANGES.names}, schema=schema.EXCHANGES
        )


def _plain(rules: Sequence[Rule]) -> list[signals.Rule]:
    """Rules as they go to the workers, which need not have what settings are made of."""
    return [signals.Rule(**rule.model_dump()) for rule in rules]
