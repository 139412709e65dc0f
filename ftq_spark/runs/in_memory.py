"""Data that is given as objects, written below the run as shards, so that every row has a file and a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import orjson

from ftq_spark.errors import InputError
from ftq_spark.runs import storage

FOLDER = "inputs"
EXPECTED = (
    "expected paths or URIs, a list of dicts, a pandas or Spark DataFrame, a datasets.Dataset, or a mapping of names "
    "to these"
)


def inputs_of(data: Any, directory: str, name: str = "data") -> list[str]:
    """`data` as what names input files; what is not on disk yet is written below `directory`, where it stays.

    Args:
        data: a path or URI, or several; a list of dicts; a pandas or Spark DataFrame; a ``datasets.Dataset``; or a
            mapping of dataset names to any of these.
        directory: local path or URI.
        name: of the dataset, where `data` has none.

    Returns:
        Inputs as :func:`ftq_spark.runs.shards.find_shards` takes them: paths, or ``name=path``.

    Raises:
        InputError: `data` is none of these, or holds nothing.
    """
    if isinstance(data, str | PurePath):
        return [str(data)]
    if isinstance(data, Mapping) and data:
        return [_named(key, item) for key, value in data.items() for item in inputs_of(value, directory, str(key))]
    if isinstance(data, Sequence) and data and all(isinstance(item, str | PurePath) for item in data):
        return [str(item) for item in data]
    return [f"{name}={_write(data, storage.join(directory, name))}"]


def _named(name: str, item: str) -> str:
    return item if item.startswith(f"{name}=") else f"{name}={item}"


def _write(data: Any, stem: str) -> str:
    """Write the rows of `data` to a file or folder `stem` and a suffix; its path."""
    if hasattr(data, "sparkSession"):  # a Spark DataFrame: of the classic or the Connect kind
        return _write_spark(data, stem + ".parquet")
    if hasattr(data, "to_parquet") and hasattr(data, "features"):  # datasets.Dataset
        storage.make_directory(stem.rpartition("/")[0])
        filesystem, inner = storage.locate(stem + ".parquet")
        with filesystem.open_output_stream(inner) as stream:
            data.to_parquet(stream)
        return stem + ".parquet"
    if hasattr(data, "to_dict") and hasattr(data, "columns"):  # pandas
        return _write_lines(data.to_dict("records"), stem + ".jsonl")
    if isinstance(data, Iterable) and not isinstance(data, bytes):
        return _write_lines(data, stem + ".jsonl")
    raise InputError(f"{type(data).__name__} is no data: {EXPECTED}")


def _write_lines(rows: Iterable[Any], path: str) -> str:
    storage.make_directory(path.rpartition("/")[0])
    filesystem, inner = storage.locate(path)
    n_rows = 0
    with filesystem.open_output_stream(inner) as stream:
        for n_rows, row in enumerate(rows, start=1):
            if not isinstance(row, Mapping):
                raise InputError(f"row {n_rows} of the data is {type(row).__name__}: expected a dict; {EXPECTED}")
            options = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE
            stream.write(orjson.dumps(row, default=str, option=options))
    if not n_rows:
        raise InputError(f"the data hold no rows: {EXPECTED}")
    return path


def _write_spark(frame: Any, path: str) -> str:
    """One file a partition, named by its place alone: the same rows in the same partitions are the same input."""
    storage.delete(path)
    frame.write.parquet(storage.spark_path(path))
    parts = [name for name, _ in storage.list_files(path)]
    for number, name in enumerate(parts):
        storage.move(storage.join(path, name), storage.join(path, f"part-{number:05d}.parquet"))
    return path
