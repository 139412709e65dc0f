"""The report's page in a browser, of runs made for it."""

from __future__ import annotations

import base64
import gzip
import json
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from browser import Browser
from review_run import write_run

from ftq_spark.runs.run import Run
from ftq_spark.schema import REJECTS
from ftq_spark.settings import Settings


def opened(
    folder: Path,
    examples: list[dict[str, Any]],
    conflicts: list[dict[str, Any]] | None = None,
    settings: dict[str, Any] | None = None,
) -> Run:
    """A run with the default settings but for those of `score`."""
    path = write_run(folder, examples, conflicts or [])
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    manifest["settings"] = Settings(score=settings or {}).model_dump(mode="json")
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Run.open(path)


def unpacked(data: str) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    first, *rows, last = [json.loads(line) for line in gzip.decompress(base64.b64decode(data)).splitlines()]
    return first, rows, last


FORMED = "## Doses\n\n| drug | dose |\n|---|---:|\n| aspirin | 75 mg |\n\n```python\nprint('<b>')\n```\nhid\u200bden"
SUMMARY: dict[str, Any] = {"signals": {}, "rows": {"rejected": 0}, "excerpts": {}}


def with_rejects(folder: Path, rejects: list[tuple[str, int, str, str]]) -> Run:
    """The run in `folder` with rejected rows: source, row, message, raw."""
    (folder / "rejects").mkdir()
    rows = [
        {"dataset": "own", "source": source, "row": row, "code": "unknown_format", "message": message, "raw": raw}
        for source, row, message, raw in rejects
    ]
    pq.write_table(pa.Table.from_pylist(rows, REJECTS), folder / "rejects" / "part-0.parquet")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["tables"]["rejects"] = "rejects"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return Run.open(folder)


def go(browser: Browser, address: str, anew: bool = False) -> None:
    """Follow an address within the open page, or open it `anew`."""
    file, _, place = address.partition("#")
    if anew or not browser.run("return location.href").startswith(file):
        browser.open(address)
    else:
        browser.run("history.replaceState(null, '', '#'); location.hash = arguments[0]", place)
    until = time.monotonic() + 30
    followed = "return document.documentElement.dataset.ready && document.documentElement.dataset.at === location.hash"
    while not browser.run(followed):
        assert time.monotonic() < until, browser.messages()
        time.sleep(0.02)
