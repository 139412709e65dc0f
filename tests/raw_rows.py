"""Rows of a file as its container gives them."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from ftq_spark.formats.containers import RawRow, container_of, rows

A, B, C = b'{"prompt":"a"}', b'{"prompt":"b"}', b'{"prompt":"c"}'
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: pa.Codec("zstd").compress(data, asbytes=True),
}


def read(data: bytes, name: str, **options: Any) -> list[RawRow]:
    container = container_of(name)
    assert container is not None
    return list(rows(io.BytesIO(data), container, **options))


def good(found: list[RawRow]) -> list[tuple[int, bytes]]:
    assert all(row.fault is None for row in found), found
    return [(row.number, row.raw) for row in found]


def brief(found: list[RawRow]) -> list[tuple[int, Any]]:
    """Per row its number, and its parsed JSON or its code."""
    return [(row.number, json.loads(row.raw) if row.fault is None else row.fault.code) for row in found]
