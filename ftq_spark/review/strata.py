"""Strata of a draw: what the values of several columns have in common, named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.errors import SettingsError
from ftq_spark.kernels.review import sampling


def coded(
    columns: Sequence[tuple[str, pa.ChunkedArray]], n: int, topics: Mapping[str, str]
) -> tuple[sampling.Indices, list[str]]:
    """Stratum codes (n,) and names, sorted by name, so that they do not depend on the rows' order.

    `topics` gives each topic's number with its words, by which people know it.
    """
    codes, labels = np.zeros(n, dtype=np.int64), [""]
    for name, column in columns:
        if pa.types.is_nested(column.type):
            raise SettingsError(f"column '{name}' is a {column.type}: strata need a plain value for each example")
        encoded = pc.fill_null(_levels(column), "(none)").combine_chunks().dictionary_encode()
        values = encoded.dictionary.to_pylist()
        if name == "topic":
            values = [topics.get(value, value) for value in values]
        both, codes = np.unique(codes * len(values) + encoded.indices.to_numpy(), return_inverse=True)
        labels = [
            " / ".join(filter(None, [labels[pair // len(values)], f"{name}={values[pair % len(values)]}"]))
            for pair in both.tolist()
        ]
    order = sorted(range(len(labels)), key=labels.__getitem__)
    place = np.empty(len(labels), dtype=np.int64)
    place[order] = np.arange(len(labels))
    return place[codes], [labels[index] or "all" for index in order]


def split(
    codes: sampling.Indices, labels: Sequence[str], flags: NDArray[np.bool_], names: tuple[str, str]
) -> tuple[sampling.Indices, list[str], list[bool]]:
    """Each stratum as two, of those without and with a flag: codes, names, and the flag of each that is there.

    `names` are put behind the name of a stratum; an empty one leaves it as it is.
    """
    present, codes = np.unique(codes * 2 + flags, return_inverse=True)
    pairs = [(labels[pair // 2], bool(pair % 2)) for pair in present.tolist()]
    found = [" / ".join(filter(None, (label, names[flag]))) for label, flag in pairs]
    return codes, found, [flag for _, flag in pairs]


def _levels(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as text; measures are cut at their quartiles."""
    if not pa.types.is_floating(column.type):
        return column.cast(pa.string())
    values = column.to_numpy()
    cuts = np.unique(np.nanquantile(values, [0.25, 0.5, 0.75])) if np.isfinite(values).any() else np.empty(0)
    quartiles = np.char.add("quartile ", (np.searchsorted(cuts, values, side="left") + 1).astype(str))
    return pa.chunked_array([pa.array(quartiles, mask=np.isnan(values))])
