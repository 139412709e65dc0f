"""Tool calls of a conversation, every turn of it: how many findings of each kind."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.exchanges import arguments, claims, grounding, repeats
from ftq_spark.kernels.exchanges.dialogue import Finding, parsed
from ftq_spark.kernels.exchanges.tools import tool_findings
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

_FIELDS = ("content", "tool_calls", "tool_call_id")


def findings(dialogue: str) -> list[Finding] | None:
    """The findings of one text of the column `tool_dialogue`; null for any other text, "" above all."""
    found = parsed(dialogue) if dialogue else None
    if not isinstance(found, dict):
        return None
    messages = [{"role": turn["role"], **{name: turn.get(name) for name in _FIELDS}} for turn in found["messages"]]
    return tool_findings(messages, found.get("tools"))


def _count(batch: Batch, code: str) -> NDArray[np.float64]:
    def compute() -> list[Counter[str] | None]:
        found = map(findings, batch.strings("tool_dialogue"))
        return [None if each is None else Counter(finding.code for finding in each) for each in found]

    counts = batch.feature("tool_findings", "tool_dialogue", compute)
    return np.array([np.nan if each is None else each[code] for each in counts], dtype=np.float64)


@signal(
    "n_tool_schema",
    version=1,
    range=(0, np.inf),
    reads=("tool_dialogue",),
    summary="Calls whose arguments the tool's JSON Schema refuses or does not know. NaN without calls.",
    source="JSON Schema 2020-12",
)
def n_tool_schema(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, arguments.SCHEMA)


@signal(
    "n_tool_unknown",
    version=1,
    range=(0, np.inf),
    reads=("tool_dialogue",),
    summary="Calls of tools that are not declared. NaN without calls.",
)
def n_tool_unknown(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, arguments.UNKNOWN)


@signal(
    "n_tool_ungrounded",
    version=1,
    range=(0, np.inf),
    reads=("tool_dialogue",),
    summary="Calls with a name, number, address or date that was neither said before nor follows. NaN without calls.",
)
def n_tool_ungrounded(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, grounding.CODE)


@signal(
    "n_tool_claims",
    version=1,
    range=(0, np.inf),
    reads=("tool_dialogue",),
    summary="Answers that claim success after a failed call, or another figure than the result's. NaN without calls.",
)
def n_tool_claims(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, claims.CODE)


@signal(
    "n_tool_loops",
    version=1,
    range=(0, np.inf),
    reads=("tool_dialogue",),
    summary="Calls made again, arguments and all, though nothing has changed. NaN without calls.",
)
def n_tool_loops(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, repeats.CODE)
