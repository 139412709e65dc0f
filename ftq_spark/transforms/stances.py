"""Conflicts → stances: who stands where on one question, and what a policy settles without a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.conflict.groups import Stances, drops, group_stances
from ftq_spark.kernels.conflict.signature import signature
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import former, naming

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from ftq_spark.settings import Conflict

REASONS = {"drop_minority": "conflict_minority", "drop_all": "conflict_dropped", "trust": "conflict_untrusted"}

_MEMBER = ("conflict_group", "example_id", "dataset", "source", "row", "signature", "opponents", "spared")
Row = dict[str, Any]


def stances(conflicts: DataFrame, questions: DataFrame) -> DataFrame:
    """DataFrame[schema.STANCES]: each member of each conflict group, with its stance; lazy.

    `conflicts` as they are stored; `questions` has example_id, dataset, source, row, question and response of at least
    the members, former ones named by transforms/former.py, earlier answers by transforms/naming.py.
    """
    conflicts = former.named(conflicts)
    conflicts = conflicts.withColumns(
        {f"{side}_id": naming.name(F.col(f"{side}_id"), F.col(f"{side}_turn")) for side in ("left", "right")}
    )
    sides = conflicts.select("conflict_group", F.col("left_id").alias("example_id"), F.col("right_id").alias("other"))
    both = sides.union(conflicts.select("conflict_group", "right_id", "left_id"))
    members = both.groupBy("conflict_group", "example_id").agg(F.array_sort(F.collect_set("other")).alias("opponents"))
    joined = members.join(questions, "example_id").repartition("conflict_group")
    found = joined.mapInArrow(_stances, spark_columns(schema.STANCES))
    return found.withColumns(
        {
            "against": former.is_former(F.col("example_id")),
            "opponents": F.array_sort(F.array_distinct(F.transform("opponents", _example))),
            **{name: _example(F.col(name)) for name in ("example_id", "compared_with")},
            "turn": naming.turn_of(F.col("example_id")),
        }
    )


def _example(name: Column) -> Column:
    return former.plain(naming.example_of(name))


def settled(stances: DataFrame, judged: DataFrame, settings: Conflict) -> DataFrame:
    """DataFrame[schema.SETTLED]: members that the policy, one of :data:`REASONS`, drops, by the kernel's `drops`.

    A member that a rule drops (`judged`, transforms/judge.py) has no say and is not dropped again. A former example,
    or an earlier answer of a dialogue, has its say, and is never dropped: where the policy would, the question stays
    flagged.
    """
    standing = judged.where("not dropped").select("example_id")
    stances = stances.withColumn("spared", F.col("against") | F.col("turn").isNotNull())
    mine = stances.where("not against").select(*_MEMBER).join(standing, "example_id", "left_semi")
    members = mine.select(*_MEMBER).unionByName(stances.where("against").select(*_MEMBER))
    live = members.repartition("conflict_group")
    policy, trusted = settings.policy, settings.trust

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = [row for batch in batches for row in batch.select(_MEMBER).to_pylist()]
        found = []
        for members in _groups(rows):
            signatures, edges = [_pair(row["signature"]) for row in members], _edges(members)
            chosen = drops(group_stances(signatures, edges), policy, [m["dataset"] for m in members], trusted, edges)
            found += [members[position] for position in chosen if not members[position]["spared"]]
        ids = pa.array([row["example_id"] for row in found], pa.string())
        lists = pa.array([row["opponents"] for row in found], pa.list_(pa.string()))
        yield pa.RecordBatch.from_arrays(
            [ids, pa.repeat(REASONS[policy], len(found)), lists], ["example_id", "reason", "conflicts_with"]
        )

    return live.mapInArrow(run, spark_columns(schema.SETTLED))


def apply(judged: DataFrame, settled: DataFrame) -> DataFrame:
    """`judged` with the members that the policy drops dropped, for the policy's reason."""
    joined = judged.join(settled.select("example_id", "reason"), "example_id", "left")
    return joined.withColumns(
        {
            "reasons": F.array_compact(F.concat("reasons", F.array("reason"))),
            "dropped": F.col("dropped") | F.col("reason").isNotNull(),
        }
    ).drop("reason")


def routed(verdicts: DataFrame) -> DataFrame:
    """Verdicts under the policy ``specialist``: who waits for a conflict to be settled waits for a specialist."""
    waiting = F.array_contains("reasons", "conflict")
    reasons = F.when(waiting, F.array_append("reasons", F.lit("conflict_specialist"))).otherwise(F.col("reasons"))
    return verdicts.withColumn("reasons", reasons)


def _groups(rows: list[Row]) -> Iterator[list[Row]]:
    """The members of each group, in order of their place."""
    rows.sort(key=lambda row: (row["conflict_group"], row["source"], row["row"], row["example_id"]))
    for _, members in groupby(rows, key=lambda row: row["conflict_group"]):
        yield list(members)


def _edges(members: list[Row]) -> list[tuple[int, int]]:
    position = {row["example_id"]: number for number, row in enumerate(members)}
    found = ((number, position.get(other, -1)) for number, row in enumerate(members) for other in row["opponents"])
    return [(left, right) for left, right in found if left < right]


def _pair(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    kind, _, value = text.partition(":")
    return kind, value


def _stances(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    rows: list[Row] = []
    for batch in batches:  # the texts of one batch at a time
        for row in batch.to_pylist():
            found = signature(row.pop("question"), row.pop("response"))
            rows.append({**row, "signature": ":".join(found) if found else None})
    out: list[Row] = []
    for members in _groups(rows):
        out += _placed(members, group_stances([_pair(row["signature"]) for row in members], _edges(members)))
    yield from pa.Table.from_pylist(out, schema=schema.STANCES).to_batches()


def _placed(members: list[Row], found: Stances) -> Iterator[Row]:
    compared = {position: members[hub]["example_id"] for hub, position in found.star}
    for number, positions in enumerate(found.stances, start=1):
        for position in positions:
            yield {
                **members[position],
                "stance": number,
                "stance_size": len(positions),
                "group_size": len(members),
                "n_stances": len(found.stances),
                "severity": found.severity,
                "exact": found.exact,
                "compared_with": compared.get(position),
            }
