"""Columns that a `dataset_info.json` of LLaMA-Factory declares for the files beside it, as mappings of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ftq_spark.runs import storage
from ftq_spark.runs.input_files import Skipped
from ftq_spark.runs.shards import Shard

_INFO = "dataset_info.json"
# Its names of columns and tags: ours.
_ALPACA = {"prompt": "instruction", "query": "input", "response": "output"}
_COLUMNS = {
    "kto_tag": "label",
    **{name: name for name in ("messages", "system", "tools", "history", "chosen", "rejected")},
    **{name: name for name in ("images", "videos", "audios")},
}
_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    **{f"{name}_tag": f"{name}_tag" for name in ("user", "assistant", "observation", "function", "system")},
}


class Declared(NamedTuple):
    """How one file is read, by the word of a file beside it."""

    path: str  # of the file that declares it
    source: str
    columns: dict[str, str]  # field of a schema: the column


def declared(skipped: Sequence[Skipped], shards: Sequence[Shard]) -> list[Declared]:
    """What the `dataset_info.json` files among those that were left out say of the files that were read."""
    by_place = {shard.uri: shard for shard in shards}
    found = []
    for path, _ in skipped:
        folder, _, name = path.rpartition("/")
        if name != _INFO:
            continue
        for file_name, entry in _entries(path):
            shard = by_place.get(f"{folder}/{file_name}")
            if shard is not None and (columns := _columns(entry)):
                found.append(Declared(storage.shown(path), shard.source, columns))
    return found


def _entries(path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        held = json.loads(storage.read_text(path))
    except (ValueError, OSError):
        return
    for entry in held.values() if isinstance(held, dict) else ():
        if isinstance(entry, dict) and isinstance(entry.get("file_name"), str):
            yield entry["file_name"], entry


def _columns(entry: Mapping[str, Any]) -> dict[str, str]:
    """The mapping of one dataset, without fields that have their usual name."""
    names = _COLUMNS | ({} if entry.get("formatting") == "sharegpt" else _ALPACA)
    return {
        ours: given[theirs]
        for part, table in (("columns", names), ("tags", _TAGS))
        if isinstance(given := entry.get(part), dict)
        for theirs, ours in table.items()
        if isinstance(given.get(theirs), str) and given[theirs] != ours
    }
