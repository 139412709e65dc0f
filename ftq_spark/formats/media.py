"""Pictures, sounds and films: which ones an example is about, in parts of its turns and in columns of its row.

A medium is named by its kind and reference, such as ``image:img/0.jpg``; long references (bytes, data URLs) by their
SHA-256. What it shows is not looked at: two copies of one picture under two names are two media.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import Any

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import MEDIA_COLUMNS, MEDIA_MARKERS, PART_TYPES
from ftq_spark.formats.faults import Fault

_LONGEST = 200  # characters of a reference that is kept as it is
_KINDS = {"file": "file", "document": "file", "image": "image", "audio": "audio", "video": "video"}
# What stands beside a reference and refers to nothing.
_BESIDE = frozenset({"type", "detail", "format", "media_type", "mimeType", "mime_type", "cache_control", "filename"})
_REFERENCES = ("url", "path", "file_id", "fileUri", "file_uri")  # whatever else stands beside: sizes, lengths, rates


def media_of_row(row: dict[str, Any]) -> list[str] | None:
    """The media in the columns of a row (or the fields of a turn), in the row's order; null where it has no such."""
    if MEDIA_COLUMNS.keys().isdisjoint(row):
        return None
    found = []
    for name, value in row.items():
        kind = MEDIA_COLUMNS.get(name)
        if kind is not None:
            found += [f"{kind}:{reference}" for reference in _references(value)]
    return found or None


def media_of_parts(parts: str) -> list[str]:
    """The media among content parts (JSON array); a part that only marks a place for one of a column is none."""
    return [f"{kind}:{found}" for kind, found in _parts(parts) if found is not None]


def places(content: str, parts: str | None) -> dict[str, int]:
    """How many media of a column a turn asks for, by kind: markers in its text, and parts without a reference."""
    asked = dict.fromkeys(MEDIA_MARKERS, 0)
    for kind, found in _parts(parts) if parts else ():
        if found is None and kind in asked:
            asked[kind] += 1
    for kind, marker in MEDIA_MARKERS.items():
        asked[kind] += content.count(marker)
    return asked


def _parts(parts: str) -> list[tuple[str, str | None]]:
    """Kind and reference of each part that is a medium."""
    found = []
    for part in strict.loads(parts.encode()):
        type_ = part.get("type")
        named = type_ if isinstance(type_, str) else next((name for name in part if part[name] is not None), "")
        if type_ is not None and PART_TYPES.get(named) != "media":
            continue
        kind = next((kind for word, kind in _KINDS.items() if word in named.lower()), None)
        if kind is None and type_ is None and named in ("text", "thought"):
            continue
        found.append((kind or "file", reference({key: value for key, value in part.items() if key != "text"})))
    return found


def _references(value: Any) -> list[str]:
    if isinstance(value, str) and value.lstrip()[:1] == "[":  # a table's cell
        with contextlib.suppress(Fault):
            value = strict.loads(value.encode())
    values = value if isinstance(value, list) else [value]
    return [found for item in values if (found := reference(item)) is not None]


def reference(value: Any) -> str | None:
    """What names one medium: a path, URL or id, or the digest of its bytes; null where nothing does.

    Objects are opened as long as they hold one thing: ``{"url": …}``, ``{"source": {"type": "base64", "data": …}}``;
    of Hugging Face's ``{bytes, path}`` the bytes count where there are any.
    """
    while isinstance(value, dict):
        if value.get("bytes"):
            value = value["bytes"]
            break
        held = {key: item for key, item in value.items() if key not in _BESIDE and item is not None}
        named = next((held[key] for key in _REFERENCES if isinstance(held.get(key), str)), None)
        if named is None and len(held) != 1:
            value = held
            break
        value = named or next(iter(held.values()))
    if value is None or value in ("", [], {}) or (isinstance(value, str) and value.isspace()):
        return None
    text = value if isinstance(value, str) else strict.canonical(value).decode()
    if len(text) <= _LONGEST and not text.startswith("data:"):
        return text
    return "sha256:" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
