"""Tool calls, turn by turn: what :mod:`ftq_spark.kernels.exchanges` finds, as warnings."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.kernels.exchanges import links
from ftq_spark.kernels.exchanges.definitions import read_tools
from ftq_spark.kernels.exchanges.dialogue import by_turn
from ftq_spark.kernels.exchanges.tools import CODES, declared_tools, tool_findings
from ftq_spark.validation.notice import Notice

DEFINITION = "tool_definition"
TOOL_WARNINGS = {**CODES, DEFINITION: "a tool definition that is no JSON Schema as it stands, or cannot be read at all"}


def of_calls(examples: pa.RecordBatch) -> Iterator[Notice]:
    """Warnings about the calls of a batch of schema.INGESTED that holds examples only, and about what they call."""
    messages, tools = examples.column("messages"), examples.column("tools")
    calls, roles = (pc.struct_field(messages.flatten(), name) for name in ("tool_calls", "role"))
    if calls.null_count < len(calls) or pc.any(pc.equal(roles, "tool")).as_py():
        for row, turns, declared in zip(
            examples.column("row").to_pylist(), messages.to_pylist(), tools.to_pylist(), strict=True
        ):
            unlinked = links.check(turns, by_turn(turns), declared_tools(turns, declared))
            others = (found for found in tool_findings(turns, declared) if found.code != links.CODE)
            for found in (*others, *([unlinked] if unlinked else [])):
                yield Notice(row, found.code, f"turn {found.turn + 1}: {found.message}")
    if tools.null_count < len(tools):
        for row, declared in zip(examples.column("row").to_pylist(), tools.to_pylist(), strict=True):
            remarks = read_tools(declared).remarks if declared else ()
            if remarks:
                more = f", and {len(remarks) - 1} more" if len(remarks) > 1 else ""
                yield Notice(row, DEFINITION, f"{remarks[0]}{more}")
