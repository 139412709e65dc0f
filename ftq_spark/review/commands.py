"""What the command line calls: each function returns the JSON document of its command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from ftq_spark.errors import SettingsError
from ftq_spark.review import ledger, sheets
from ftq_spark.review.draw import DrawSettings, draw
from ftq_spark.review.items import review_items
from ftq_spark.review.names import suggestion
from ftq_spark.review.page import write_page
from ftq_spark.review.tables import open_run

FORMATS = ("html", "csv", "xlsx", "label_studio", "argilla")


def draw_command(
    run: Path | str, out: Path | str, settings: DrawSettings | None = None, formats: Sequence[str] = FORMATS
) -> dict[str, Any]:
    """Draw examples, write their label sheets to ``out``, and remember the draw in the run.

    Sheets that are already there are left alone: a reviewer may have begun to fill them.

    Returns:
        ``draw_id``, ``kind``, ``n``, ``population``, ``n_doubled``, ``strata``, ``example_ids``, ``files``, ``notes``.
    """
    settings = settings or DrawSettings()
    for name in formats:
        if name not in FORMATS:
            raise SettingsError(f"unknown sheet format '{name}'{suggestion(name, FORMATS)}")
    opened = open_run(run)
    taken = ledger.taken_ids(opened, settings.kind) if settings.separate else frozenset()
    record = draw(opened, settings, taken)
    ids = [item["example_id"] for item in record["items"]]
    content = {item["item_id"]: item for item in review_items(opened, ids)}
    folder = Path(out)
    draw_path = folder / f"{record['draw_id']}.draw.json"
    ledger.write_bytes(draw_path, orjson.dumps(record, option=orjson.OPT_INDENT_2))
    files, kept = [draw_path], 0
    for annotator in record["annotators"]:
        mine = [content[item["example_id"]] for item in record["items"] if annotator in item["annotators"]]
        stem = record["draw_id"] if len(record["annotators"]) == 1 else f"{record['draw_id']}-{_file_name(annotator)}"
        for name in formats:
            written, was_there = _write_sheet(folder, stem, name, mine, (annotator, record["draw_id"]))
            files += written
            kept += was_there
    ledger.save_draw(opened, record)
    notes = _draw_notes(settings, record)
    if kept:
        notes.append(f"{kept} sheets of this draw were already there and were left as they are")
    return {
        **{name: record[name] for name in ("draw_id", "kind", "seed", "n", "population", "allocation", "annotators")},
        **{name: record[name] for name in ("n_doubled", "looks", "strata")},
        "example_ids": ids,
        "files": [str(path) for path in files],
        "notes": notes,
    }


def _write_sheet(
    folder: Path, stem: str, name: str, items: list[dict[str, Any]], names: tuple[str, str]
) -> tuple[list[Path], bool]:
    """Write one format; its files, and whether it was there before."""
    annotator, draw_id = names
    if name in ("label_studio", "argilla"):
        write = sheets.write_label_studio if name == "label_studio" else sheets.write_argilla
        return write(folder, stem, items, annotator), False
    path = folder / f"{stem}.{name}"
    if path.exists():
        return [path], True
    if name == "html":
        write_page(path, items, annotator, draw_id)
    else:
        (sheets.write_csv if name == "csv" else sheets.write_xlsx)(path, items, annotator)
    return [path], False


def _file_name(annotator: str) -> str:
    return re.sub(r"[^\w-]+", "_", annotator) or "annotator"


def _draw_notes(settings: DrawSettings, record: dict[str, Any]) -> list[str]:
    notes = []
    if settings.n is not None and record["n"] < settings.n:
        notes.append(f"{settings.n} were asked for, {record['n']} are all that fit")
    if settings.kind == "gate":
        notes.append(f"population: examples with verdict {', '.join(settings.verdicts) or 'of any kind'}")
    if settings.kind == "calibration":
        notes.append(
            "borderline cases, chosen for their difficulty: discuss them, read no error rate off them"
        )
    share = settings.double_fraction * record["n"]
    if record["n_doubled"] > share + 1:
        notes.append(
            f"{record['n_doubled']} items have two labels, not the {share:.0f} of {settings.double_fraction:.0%}: "
            f"kappa of fewer than {settings.min_doubled} items says little"
        )
    return notes
