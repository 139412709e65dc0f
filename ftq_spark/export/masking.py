"""The answers of dialogues that a run keeps out of training, in what is exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow.compute as pc

from ftq_spark.formats import strict
from ftq_spark.formats.mapping import Columns
from ftq_spark.formats.masks import masked, stated
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset, optional

# Of the formats that hold marks: where turns stand, who speaks, and which of them are answers.
_TURNS = {
    "messages": ("messages", "role", ("assistant",)),
    "sharegpt": ("conversations", "from", ("gpt", "function_call")),
}
MARKED = (*_TURNS, "as_found")


def masks(run: Run) -> dict[str, list[int]]:
    """The masked turns by example id; without the dialogues that a person has decided to keep as they are."""
    table = optional(run, "turn_findings")
    if table is None:
        return {}
    found = table.to_table(columns=["example_id", "masked_turns"], filter=pc.field("masked_turns").is_valid())
    by_person = (pc.field("decided_by") == "reviewer") & (pc.field("verdict") == "keep")
    lifted = set(dataset(run, "scored").to_table(columns=["example_id"], filter=by_person)["example_id"].to_pylist())
    rows = zip(found["example_id"].to_pylist(), found["masked_turns"].to_pylist(), strict=True)
    return {example_id: turns for example_id, turns in rows if example_id not in lifted}


def without_weight(messages: Sequence[Mapping[str, Any]], turns: Sequence[int]) -> list[Mapping[str, Any]]:
    """`messages` with weight 0 at `turns`."""
    return [{**message, "weight": 0.0} if place in turns else message for place, message in enumerate(messages)]


def original(run: Run, row: Mapping[str, Any], turns: Sequence[int]) -> str:
    """The row as it was found (`original`, of `dataset`), with the marks of its schema at `turns`."""
    marked = masked(row["original"], turns, run.settings.ingest.columns_of(row["dataset"]))
    assert marked is not None  # the run has marked it before
    return marked


def opening(row: bytes, format_: str, mappings: Sequence[Columns]) -> bytes:
    """The row with a mark at each of its answers; as it is where no mapping of columns finds answers to mark in it.

    `datasets` learns the fields of a file of lines from its first rows and refuses a mark that comes later.
    """
    if format_ == "as_found":
        found = (stated(row.decode(), mapping) for mapping in mappings)
        return next((text.encode() for text in found if text is not None), row)
    value = strict.loads(row)
    field, speaker, answers = _TURNS[format_]
    for turn in value[field]:
        if turn[speaker] in answers:
            turn.setdefault("weight", 1)
    return strict.dumps(value).encode()
