"""Croissant metadata (MLCommons, version 1.0) of an export: what its files and columns are, for programs."""

from __future__ import annotations

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
                "field": [_field(split, name, name, type_) for name, type_ in columns.items()],
            }
            for split in about["splits"]
        ],
    }
    if about["license"]:
        found["license"] = about["license"]
    return found


def _field(split: str, path: str, column: str, type_: Type) -> dict[str, Any]:
    """A field of a record set; a struct has sub-fields, a list is repeated."""
    name = path.rpartition("/")[2]
    made: dict[str, Any] = {"@type": "cr:Field", "@id": f"{split}/{path}", "name": name}
    while isinstance(type_, list):
        made["repeated"] = True
        type_ = type_[0]
    if isinstance(type_, dict) and type_:
        return {**made, "subField": [_field(split, f"{path}/{key}", column, inner) for key, inner in type_.items()]}
    source: dict[str, Any] = {"fileSet": {"@id": f"files-{split}"}, "extract": {"column": column}}
    if path != column:
        source["transform"] = {"jsonPath": path.removeprefix(f"{column}/").replace("/", ".")}
    return {**made, "dataType": _SCALARS[type_ if isinstance(type_, str) else "string"], "source": source}
