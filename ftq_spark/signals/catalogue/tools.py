"""Tool calls of a conversation, every turn of it: how many findings of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.exchanges import arguments, claims, grounding, links, repeats
from ftq_spark.kernels.exchanges.dialogue import Finding, parsed
from ftq_spark.kernels.exchanges.tools import tool_findings
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.measure import log_error
from ftq_spark.signals.registry import signal

# What each signal counts.
CODES = {
    "n_tool_schema": arguments.SCHEMA,
    "n_tool_unknown": arguments.UNKNOWN,
    "n_tool_links": links.CODE,
    "n_tool_ungrounded": grounding.CODE,
    "n_tool_claims": claims.CODE,
    "n_tool_loops": repeats.CODE,
}
_FIELDS = ("content", "name", "tool_calls", "tool_call_id", "failed")


def findings(dialogue: str) -> list[Finding] | None:
    """The findings of one text of the column `tool_dialogue`; null for any other text, "" above all."""
    found = parsed(dialogue) if dialogue else None
    if not isinstance(found, dict):
        return None
    turns = found.get("messages")
    if not isinstance(turns, list) or not all(isinstance(turn, dict) and "role" in turn for turn in turns):
        return None
    messages = [{"role": turn["role"], **{name: turn.get(name) for name in _FIELDS}} for turn in turns]
    return tool_findings(messages, found.get("tools"))


def of_answers(
    dialogues: Sequence[str], owner: NDArray[np.int64], turn: NDArray[np.int64], names: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """The findings of these signals that are of each answer at `turn` of its dialogue `owner`: (m,) of each name.

    `dialogues` are texts of the column `tool_dialogue`; NaN in one without calls, and in one that cannot be looked at.
    """
    counts = {name: np.full(len(owner), np.nan) for name in names}
    bounds = np.searchsorted(owner, np.arange(len(dialogues) + 1))
    for number, text in enumerate(dialogues):
        if not text:
            continue
        try:
            found = findings(text)
        except Exception as error:  # as where examples are measured: it costs its values, not the run
            log_error("tool_dialogue", number, error)
            continue
        own = slice(bounds[number], bounds[number + 1])
        for name in names if found is not None else ():
            counts[name][own] = 0
            for finding in found or ():
                if finding.code == CODES[name]:
                    counts[name][own] += turn[own] == finding.turn
    return counts


def _count(batch: Batch, name: str) -> NDArray[np.float64]:
    def compute() -> list[Counter[str] | None]:
        found = map(findings, batch.strings("tool_dialogue"))
        return [None if each is None else Counter(finding.code for finding in each) for each in found]

    counts = batch.feature("tool_findings", "tool_dialogue", compute)
    return np.array([np.nan if each is None else each[CODES[name]] for each in counts], dtype=np.float64)


@signal(
    "n_tool_schema",
    version=3,
    range=(0, np.inf),
    reads=("tool_dialogue",),
    summary="Calls whose arguments the tool's JSON Schema refuses or does not know. NaN without calls.",
    source="JSON Schema 2020-12",
)
def n_tool_schema(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, "n_tool_schema")


@signal(
    "n_tool_unknown",
    version=3,
    range=(0, np.inf),
    reads=("tool_dialogue",),
    summary="Calls of tools that are not declared. NaN without calls.",
)
def n_tool_unknown(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, "n_tool_unknown")


@signal(
    "n_tool_links",
    version=2,
    range=(0, 1),
    reads=("tool_dialogue",),
    summary="1 where a call lacks its one result, a result its call, or their ids do not fit. NaN without calls.",
)
def n_tool_links(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, "n_tool_links")


@signal(
    "n_tool_ungrounded",
    version=5,
    range=(0, np.inf),
    reads=("tool_dialogue",),
    summary="Calls with a name, number, address or date that was neither said before nor follows. NaN without calls.",
)
def n_tool_ungrounded(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, "n_tool_ungrounded")


@signal(
    "n_tool_claims",
    version=4,
    range=(0, np.inf),
    reads=("tool_dialogue",),
    summary="Answers that claim success after a failed call, or another figure than the result's. NaN without calls.",
)
def n_tool_claims(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, "n_tool_claims")


@signal(
    "n_tool_loops",
    version=1,
    range=(0, np.inf),
    reads=("tool_dialogue",),
    summary="Calls made again, arguments and all, though nothing has changed. NaN without calls.",
)
def n_tool_loops(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, "n_tool_loops")
