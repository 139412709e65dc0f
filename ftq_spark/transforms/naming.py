"""Names of answers inside the transforms: the last one carries its example's id, an earlier one its turn behind that.

Tables hold the example_id, and in a column of its own the turn: null for the last answer, of which the example speaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column

_MARK = "#"


def name(example_id: Column, turn: Column) -> Column:
    """The name of the answer at the 0-based place `turn` among the messages; of the last one where that is null."""
    return F.concat_ws(_MARK, example_id, turn.cast("string"))


def example_of(name: Column) -> Column:
    """The example_id in a :func:`name`."""
    return F.substring_index(name, _MARK, 1)


def turn_of(name: Column) -> Column:
    """The turn in a :func:`name`."""
    return F.when(is_earlier(name), F.substring_index(name, _MARK, -1).cast("bigint"))


def is_earlier(name: Column) -> Column:
    """Whether a :func:`name` is of an answer before the last one."""
    return name.contains(_MARK)


def split(names: pa.Array) -> tuple[pa.Array, pa.Array]:
    """:func:`example_of` and :func:`turn_of` of (n,) names."""
    parts = pc.split_pattern(names, _MARK).to_pylist()
    turns = [int(part[1]) if len(part) > 1 else None for part in parts]
    return pa.array([part[0] for part in parts], pa.string()), pa.array(turns, pa.int64())
