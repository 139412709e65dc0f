"""Findings as SARIF 2.1.0, which code-scanning services and editors show beside the lines.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ftq_spark import __version__
from ftq_spark.formats import CODES, FIXES
from ftq_spark.runs import storage
from ftq_spark.validation.warnings import WARNINGS

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RULES = [*((code, text, "error") for code, text in CODES.items()), *((c, t, "warning") for c, t in WARNINGS.items())]
_INDEX = {code: i for i, (code, _, _) in enumerate(_RULES)}


def sarif(found: dict[str, Any]) -> dict[str, Any]:
    """One SARIF log with one run. A region is given where a row is a line; else a logical location names the row."""
    rules = [
        {
            "id": code,
            "shortDescription": {"text": text},
            **({"help": {"text": FIXES[code]}} if code in FIXES else {}),
            "defaultConfiguration": {"level": level},
        }
        for code, text, level in _RULES
    ]
    driver = {"name": "ftq", "version": __version__, "rules": rules}
    results = [_result(item) for item in found["findings"]]
    counts = {key: found[key] for key in ("read", "rejected", "codes", "warned", "warnings", "formats", "tokens")}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results, "properties": counts}],
    }


def _result(item: dict[str, Any]) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(item["path"])}}
    location: dict[str, Any] = {"physicalLocation": physical}
    if item["line"] is not None:
        physical["region"] = {"startLine": item["line"]}
    if item["row"] and item["line"] != item["row"]:
        location["logicalLocations"] = [{"name": f"row {item['row']}"}]
    return {
        "ruleId": item["code"],
        "ruleIndex": _INDEX[item["code"]],
        "level": item["level"],
        "message": {"text": item["message"]},
        "locations": [location],
    }


def _uri(path: str) -> str:
    """A URI reference: relative for a path below the working directory."""
    if storage.is_uri(path):
        return path
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix())
