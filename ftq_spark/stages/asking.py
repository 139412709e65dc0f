"""The stage ask: what examples ask and answer, as far as no vector is needed to compare it."""

from __future__ import annotations

from typing import Any

from ftq_spark import schema
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.transforms import conflict, oppositions, within

_COLUMNS = {
    "asked": conflict.ASKED,
    "repeated": conflict.REPEATED,
    "opposed": schema.CONTRADICTIONS,
    "within": schema.WITHIN,
}


def run_ask(context: Context, directory: str) -> Written:
    """Questions with their answers, those asked again, opposed preferences, dialogues that contradict themselves."""
    settings, ingested = context.settings.conflict, context.run.manifest["stages"]["ingest"]
    tables, left = {name: f"{directory}/{name}" for name in _COLUMNS}, set(_COLUMNS)
    details = {"n_within": 0, "n_large": 0, "settled_by_signature": 0}
    n_rows = 0
    if settings.enabled:
        # Written first: what is costly to cut out of the conversations is read several times.
        asked = conflict.question_units(conflict.learnt(context.compared))
        n_rows = context.write(asked, tables["asked"])
        repeated = conflict.blocks(context.read(tables["asked"]), conflict.ConflictLimits())
        details |= context.write_counted(repeated, tables["repeated"], conflict.cut_blocks())
        left -= {"asked", "repeated"}
        if context.against or ingested.get("n_preferences") != 0:  # a run of an older version has not counted them
            context.write(oppositions.opposed(context.compared), tables["opposed"])
            left.remove("opposed")
        if ingested.get("n_dialogues") != 0:
            found = within.within(context.table("examples"), settings.score_threshold)
            details["n_within"] = context.write(found, tables["within"])
            left.remove("within")
    for name in left:
        context.write_empty(_COLUMNS[name], tables[name])
    return Written(tables, n_rows, details)


def _asking(context: Context) -> Any:
    return [context.settings.conflict.model_dump(include={"enabled", "score_threshold"}), context.former_marks]


ASK = Stage(
    "ask",
    version=2,
    reads=("examples",),
    writes=tuple(_COLUMNS),
    depends=_asking,
    build=run_ask,
)
