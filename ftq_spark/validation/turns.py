"""Single turns of each conversation of a batch, as columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def last(sides: pa.ListArray) -> pa.Array:
    """The last turn of each side."""
    return _from_the_end(sides, 1)


def before_last(messages: pa.ListArray) -> pa.Array:
    """The turn before the last answer, "" where there is none."""
    return pc.fill_null(_from_the_end(messages, 2), "")


def _from_the_end(sides: pa.ListArray, place: int) -> pa.Array:
    """The turn at a place counted from the end, from 1; null where there are fewer."""
    content = pc.struct_field(sides.flatten(), "content")
    lengths = pc.fill_null(pc.list_value_length(sides), 0).to_numpy(zero_copy_only=False)
    wanted = np.cumsum(lengths) - place
    return content.take(pa.array(wanted, pa.int64(), mask=lengths < place))
