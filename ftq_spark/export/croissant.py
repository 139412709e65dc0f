"""Croissant metadata (MLCommons, version 1.0) of an export: what its files and columns are, for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ftq_spark.export.columns import JSON, Type

ENCODINGS = {"parquet": "application/x-parquet", "jsonl": "application/jsonlines"}
_CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
_TERMS = (
    "citeAs", "column", "conformsTo", "data", "dataType", "equivalentProperty", "examples", "extract", "field",
    "fileObject", "fileProperty", "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator",
    "source", "subField", "transform",
)  # fmt: skip
_OWN = {
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    **{term: _OWN.get(term, f"cr:{term}") for term in _TERMS},
}
_RESERVED = {"where", "parent"}
_SCALARS = {"string": "sc:Text", "bool": "sc:Boolean", "int64": "sc:Integer", "float64": "sc:Float", JSON: "sc:Text"}


def metadata(about: Mapping[str, Any], columns: Mapping[str, Type]) -> dict[str, Any]:
    """The document as JSON-LD.

    Args:
        about: name, description, date (ISO 8601), version, splits (names), file_format, and license, a list that may be
            empty.
    """
    encoding = ENCODINGS[about["file_format"]]
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": about["name"],
        "description": about["description"],
        "conformsTo": _CONFORMS_TO,
        "datePublished": about["date"],
        "version": about["version"],
        "distribution": [
            {
                "@type": "cr:FileSet",
                "@id": f"files-{split}",
                "name": f"files-{split}",
                "description": f"The shards of the split {split}.",
                "encodingFormat": encoding,
                "includes": f"data/{split}-*.{about['file_format']}",
            }
            for split in about["splits"]
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": split,
                "name": split,
                "description": f"The rows of the split {split}.",
                "field": _fields(split, (), columns),
            }
            for split in about["splits"]
        ],
    }
    if about["license"]:
        found["license"] = about["license"]
    return found


def _fields(split: str, above: tuple[str, ...], types: Mapping[str, Type]) -> list[dict[str, Any]]:
    """The fields of a row or of a struct, but for those that readers do not reach: see :func:`_field`."""
    found = (_field(split, (*above, name), type_) for name, type_ in types.items() if name)
    return [field for field in found if field is not None]


def _field(split: str, path: tuple[str, ...], type_: Type) -> dict[str, Any] | None:
    """A field of a record set; a struct has sub-fields, a list is repeated.

    Readers follow a path through a column that is a list, and through no list inside: null for objects in such.
    """
    made: dict[str, Any] = {"@type": "cr:Field", "@id": "/".join([split, *map(_id, path)]), "name": path[-1]}
    n_lists = 0
    while isinstance(type_, list):
        made["repeated"] = True
        type_, n_lists = type_[0], n_lists + 1
    if isinstance(type_, dict) and type_:
        is_followed = n_lists == 0 or (n_lists == 1 and len(path) == 1)
        inner = _fields(split, path, type_) if is_followed else []
        return {**made, "subField": inner} if inner else None
    source: dict[str, Any] = {"fileSet": {"@id": f"files-{split}"}, "extract": {"column": path[0]}}
    if path[1:]:
        source["transform"] = {"jsonPath": ".".join(map(_step, path[1:]))}
    return {**made, "dataType": _SCALARS[type_ if isinstance(type_, str) else "string"], "source": source}


def _id(name: str) -> str:
    """A name as part of an identifier, which holds no white space and no slash of its own."""
    return re.sub(r"[\s/~]", lambda found: f"~{ord(found[0]):x}~", name)


def _step(name: str) -> str:
    """A name as a step of a JSON path: in quotes, unless it is a word that the language does not use itself."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) and name not in _RESERVED:
        return name
    return "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"
