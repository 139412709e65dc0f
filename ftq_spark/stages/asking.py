"""The stage ask: what examples ask and answer, as far as no vector is needed to compare it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ftq_spark import schema
from ftq_spark.kernels.conflict.several import LEAST_QUESTIONS, LEAST_ROWS, lists_answers
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.transforms import conflict, earlier, oppositions, several, within

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_COLUMNS = {
    "asked": conflict.ASKED,
    "repeated": conflict.REPEATED,
    "again": earlier.AGAIN,
    "again_repeated": conflict.REPEATED,
    "opposed": schema.CONTRADICTIONS,
    "within": schema.WITHIN,
}


def run_ask(context: Context, directory: str) -> Written:
    """Questions with their answers, those asked again, opposed preferences, dialogues that contradict themselves.

    Kinds of rows that ingest has counted none of are not looked for; a run of an older version has not counted them.
    """
    ingested = context.run.manifest["stages"]["ingest"]
    dialogues, preferences = (ingested.get(name) != 0 for name in ("n_dialogues", "n_preferences"))
    settings, tables = context.settings.conflict, {name: f"{directory}/{name}" for name in _COLUMNS}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    listing: list[dict[str, Any]] = []

    def write(name: str, frame: DataFrame, sums: Mapping[str, Column] = MappingProxyType({})) -> DataFrame:
        counts[name] = Counter(context.write_counted(frame, tables[name], sums))
        return context.read(tables[name])

    if settings.enabled:
        # Written first: what is costly to cut out of the conversations is read several times.
        asked = write("asked", conflict.question_units(conflict.learnt(context.compared)))
        repeated = write("repeated", conflict.blocks(asked), conflict.cut_blocks() | several.counted())
        if counts["repeated"]["n_bare"] >= LEAST_QUESTIONS * LEAST_ROWS:
            listing = _listing(repeated)
        if dialogues or context.against:
            again = write("again", earlier.asked_again(context.compared, asked), earlier.counted())
            if counts["again"]["n_earlier"]:
                write("again_repeated", conflict.blocks(again), conflict.cut_blocks())
        if preferences or context.against:
            write("opposed", oppositions.opposed(context.compared))
        if dialogues:
            write("within", within.within(context.table("examples"), settings.score_threshold))
    for name in _COLUMNS.keys() - counts.keys():
        context.write_empty(_COLUMNS[name], tables[name])
    details = {
        "n_within": counts["within"]["n"],
        "n_large": counts["repeated"]["n_large"],
        "settled_by_signature": counts["repeated"]["settled_by_signature"],
        "n_earlier": counts["again"]["n_earlier"],
        "n_large_again": counts["again_repeated"]["n_large"],
        "listing": listing,
    }
    return Written(tables, counts["asked"]["n"], details)


def _listing(repeated: DataFrame) -> list[dict[str, Any]]:
    """dataset, counts (whether numbers), n_bare and n_apart of those that give several right answers to a question."""
    found = several.datasets(repeated).orderBy("dataset", "counts").collect()
    listing = [row.asDict() for row in found if lists_answers(row["n_bare"], row["n_apart"], row["one_length"])]
    return [{name: value for name, value in row.items() if name != "one_length"} for row in listing]


def _asking(context: Context) -> Any:
    return [context.settings.conflict.model_dump(include={"enabled", "score_threshold"}), context.former_marks]


ASK = Stage(
    "ask",
    version=13,
    reads=("examples",),
    writes=tuple(_COLUMNS),
    depends=_asking,
    build=run_ask,
)
