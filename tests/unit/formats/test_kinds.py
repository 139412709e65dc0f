"""Counts of the kinds of examples, beside a count row by row."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark import schema
from ftq_spark.formats.kinds import kinds_of

ROLES = st.sampled_from(["system", "user", "assistant", "tool"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "messages": st.lists(ROLES, max_size=5),
            "label": st.none() | st.booleans(),
            "rejected": st.none() | st.lists(ROLES, max_size=2),
        }
    ),
    max_size=8,
)


def table(rows: list[dict[str, Any]]) -> pa.Table:
    def turns(roles: list[str] | None) -> list[dict[str, str]] | None:
        return None if roles is None else [{"role": role, "content": "x"} for role in roles]

    found = [{**row, "messages": turns(row["messages"]), "rejected": turns(row["rejected"])} for row in rows]
    return pa.Table.from_pylist(found, schema=schema.EXAMPLES)


@given(ROWS)
def test_kinds_are_those_of_each_row(rows: list[dict[str, Any]]) -> None:
    assert kinds_of(table(rows)) == {
        "n_dialogues": sum(row["messages"].count("assistant") > 1 for row in rows),
        "n_continued": sum("assistant" in row["messages"][:-1] for row in rows),
        "n_preferences": sum(row["label"] is not None or bool(row["rejected"]) for row in rows),
    }


def test_kinds_of_rows_that_were_filtered() -> None:
    rows = [{"messages": roles, "label": None, "rejected": None} for roles in (["assistant", "user"], ["user"])]
    assert kinds_of(table(rows).filter(pa.array([False, True])))["n_continued"] == 0
    assert kinds_of(table(rows).slice(0, 1))["n_continued"] == 1
