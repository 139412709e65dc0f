"""From items to the bytes of shards, each in its schema, and from labels to the truth file."""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import zlib
from typing import Any

from .truth import Item

SHARDS = {
    "medical": ["medical-000.jsonl", "medical-001.jsonl", "medical-000.jsonl", "medical-001.jsonl", "damaged.jsonl"],
    "legal": ["legal.json"],
    "code": ["code.jsonl.gz"],
    "general": ["general.csv", "completions.jsonl"],
}
SHARDS["any"] = sorted({shard for shards in SHARDS.values() for shard in shards})


def place(items: list[Item]) -> dict[str, list[Item]]:
    """The items of each shard, in an order that depends on their keys alone."""
    shards: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: (zlib.crc32(item.key.encode()), item.key)):
        if not item.shard:
            choices = SHARDS[item.domain]
            item.shard = choices[zlib.crc32(b"shard" + item.key.encode()) % len(choices)]
        shards.setdefault(item.shard, []).append(item)
    return dict(sorted(shards.items()))


def truth_lines(shards: dict[str, list[Item]]) -> bytes:
    """One JSON line for each label, keyed by source and 1-based row; references become places as well."""
    places = {
        item.key: {"source": shard, "row": row} for shard, items in shards.items() for row, item in enumerate(items, 1)
    }
    lines = []
    for items in shards.values():
        for item in items:
            for label in item.labels:
                line: dict[str, Any] = {**places[item.key], **label}
                if "of" in line:
                    line["of"] = places[line["of"]]
                if "with" in line:
                    line["with"] = [places[key] for key in line["with"]]
                lines.append(_dump(line))
    return _joined(lines)


def encode(shard: str, items: list[Item]) -> bytes:
    """The bytes of one shard; the schema goes by its name."""
    if shard.endswith(".csv"):
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([("question", "answer"), *(item.turns[0] for item in items)])
        return text.getvalue().encode()
    schema = _SCHEMAS[re.split(r"[-.]", shard)[0]]
    rows = [item.raw if item.raw is not None else _dump(schema(item)) for item in items]
    if shard.endswith(".json"):
        return b"[\n" + b",\n".join(rows) + b"\n]\n"
    return gzip_stored(_joined(rows)) if shard.endswith(".gz") else _joined(rows)


def gzip_stored(data: bytes) -> bytes:
    """A gzip file of stored blocks: its bytes depend on no version of zlib."""
    parts = [b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"]
    for start in range(0, len(data), 65535):
        block = data[start : start + 65535]
        last = start + 65535 >= len(data)
        parts += [struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF), block]
    return b"".join(parts) + struct.pack("<II", zlib.crc32(data), len(data))


def _dump(row: Any) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


def _joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _messages(item: Item) -> dict[str, Any]:
    if "messages" in item.extra:
        return item.extra
    roles = ("user", "assistant")
    messages = [{"role": role, "content": text} for turn in item.turns for role, text in zip(roles, turn, strict=True)]
    return {"messages": messages}


def _alpaca(item: Item) -> dict[str, str]:
    return {"instruction": item.turns[0][0], "input": "", "output": item.turns[0][1]}


def _sharegpt(item: Item) -> dict[str, Any]:
    question, answer = item.turns[0]
    return {
        "id": f"code-{zlib.crc32(item.key.encode()):08x}",
        "conversations": [{"from": "human", "value": question}, {"from": "gpt", "value": answer}],
    }


def _completion(item: Item) -> dict[str, str]:
    return {"prompt": item.turns[0][0], "completion": item.turns[0][1]}


def _preference(item: Item) -> dict[str, str]:
    question, answer = item.turns[0]
    return {"prompt": question, "chosen": answer, "rejected": item.extra["rejected"]}


_SCHEMAS = {
    "medical": _messages,
    "damaged": _messages,
    "support": _messages,
    "legal": _alpaca,
    "code": _sharegpt,
    "completions": _completion,
    "preferences": _preference,
}
