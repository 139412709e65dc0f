"""Label sheets out: CSV, XLSX, and import files for Label Studio, Argilla, Prodigy and Doccano."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from ftq_spark.errors import UserError
from ftq_spark.review.cells import protect, split_cell, without_nul, xml_text
from ftq_spark.review.items import ERROR_TYPES, VERDICTS, conversation_text, evidence_text

ANSWER_COLUMNS = ("item_id", "example_id", "annotator", "verdict", "error_type", "note", "corrected")
TEXT_COLUMNS = ("prompt", "response", "conversation", "reasons", "evidence", "dataset", "source", "row")
_COLUMN_WIDTHS = {"item_id": 12, "example_id": 12, "verdict": 11, "error_type": 14, "note": 36, "corrected": 60,
                  "prompt": 60, "response": 80, "conversation": 40, "evidence": 40}  # fmt: skip


def sheet_row(item: dict[str, Any], annotator: str) -> dict[str, str]:
    """One item as text by column; the answer is left empty."""
    return {
        "item_id": item["item_id"],
        "example_id": item["item_id"],
        "annotator": annotator,
        "verdict": "",
        "error_type": "",
        "note": "",
        "corrected": "",
        "prompt": item["prompt"],
        "response": item["response"],
        "conversation": conversation_text(item),
        "reasons": ", ".join(item["reasons"]),
        "evidence": evidence_text(item),
        "dataset": item["dataset"],
        "source": item["source"],
        "row": "" if item["row"] is None else str(item["row"]),
    }


def write_csv(path: Path, items: Sequence[dict[str, Any]], annotator: str) -> None:
    """UTF-8 with a byte order mark, which Excel needs, every cell quoted and protected."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([*ANSWER_COLUMNS, *TEXT_COLUMNS])
        for item in items:
            row = sheet_row(item, annotator)
            writer.writerow([without_nul(protect(row[name])) for name in (*ANSWER_COLUMNS, *TEXT_COLUMNS)])


def write_xlsx(path: Path, items: Sequence[dict[str, Any]], annotator: str) -> None:
    """A workbook with lists of verdicts and error types to choose from; long texts go on in further columns.

    Raises:
        UserError: openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook  # noqa: PLC0415  (an optional dependency)
        from openpyxl.styles import Alignment, Font  # noqa: PLC0415
        from openpyxl.utils import get_column_letter  # noqa: PLC0415
        from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415
    except ImportError as error:
        raise UserError(
            "Excel sheets need openpyxl, which is not installed: pip install 'ftq-spark[review]'"
        ) from error
    rows = [_with_pieces(sheet_row(item, annotator)) for item in items]
    columns = [*ANSWER_COLUMNS]
    for name in TEXT_COLUMNS:
        n_pieces = max((len(row[name]) for row in rows), default=1)
        columns += [name, *(f"{name} ({piece})" for piece in range(2, n_pieces + 1))]
    book = Workbook()
    sheet = book.active
    sheet.title = "review"
    sheet.append(columns)
    for row in rows:
        sheet.append([None] * len(columns))
        for place, name in enumerate(columns, start=1):
            base, piece = (name.split(" (")[0], int(name.split(" (")[1][:-1]) - 1) if " (" in name else (name, 0)
            cell = sheet.cell(sheet.max_row, place)
            # The type is set after the value: a text is a text even where it begins like a formula.
            cell.value = row[base][piece] if piece < len(row[base]) else ""
            cell.data_type, cell.quotePrefix = "s", True
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for place, name in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _COLUMN_WIDTHS.get(name.split(" (")[0], 18)
        sheet.cell(1, place).font = Font(bold=True)
    for name, choices in (("verdict", VERDICTS), ("error_type", tuple(ERROR_TYPES))):
        choice = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        letter = get_column_letter(columns.index(name) + 1)
        choice.add(f"{letter}2:{letter}{len(rows) + 1}")
        sheet.add_data_validation(choice)
    sheet.freeze_panes = f"{get_column_letter(len(ANSWER_COLUMNS) + 1)}2"
    book.save(path)


def _with_pieces(row: dict[str, str]) -> dict[str, list[str]]:
    return {name: [protect(piece) for piece in split_cell(xml_text(text))] for name, text in row.items()}


def write_label_studio(folder: Path, stem: str, items: Sequence[dict[str, Any]], annotator: str) -> list[Path]:
    """Tasks as JSON lines and as one array (which its upload dialogue reads), and the labelling configuration."""
    shown = ("item_id", "example_id", "annotator", *TEXT_COLUMNS)
    rows = [(item, sheet_row(item, annotator)) for item in items]
    tasks = [{"data": {**{name: row[name] for name in shown}, "dialogue": _dialogue(item)}} for item, row in rows]
    choices = {name: "".join(f'<Choice value="{word}"/>' for word in words) for name, words in _QUESTIONS.items()}
    config = _LABEL_STUDIO_CONFIG.format(**choices)
    config_path = folder / f"{stem}.label_studio.xml"
    config_path.write_text(config, encoding="utf-8")
    return [*_write_both(folder / f"{stem}.label_studio", tasks), config_path]


def write_argilla(folder: Path, stem: str, items: Sequence[dict[str, Any]], annotator: str) -> list[Path]:
    """Records in Argilla's own export shape, as JSON lines and as the array that ``records.from_json`` reads."""
    records = []
    for item in items:
        row = sheet_row(item, annotator)
        records.append(
            {
                "id": item["item_id"],
                "fields": {name: row[name] for name in ("prompt", "response", "conversation", "evidence")},
                "metadata": {name: row[name] for name in ("example_id", "annotator", "dataset", "source", "reasons")},
                "suggestions": {},
                "responses": {},
                "vectors": {},
            }
        )
    return _write_both(folder / f"{stem}.argilla", records)


def write_prodigy(folder: Path, stem: str, items: Sequence[dict[str, Any]], annotator: str) -> list[Path]:
    """Tasks for Prodigy's interface ``choice``, as JSON lines; its ``db-out`` writes them back with the answers."""
    options = [{"id": word, "text": word} for word in VERDICTS]
    tasks = []
    for item in items:
        row = sheet_row(item, annotator)
        meta = {name: row[name] for name in ("annotator", "dataset", "source", "reasons")}
        ids = {name: row[name] for name in ("item_id", "example_id")}
        tasks.append({"text": _as_text(row), "options": options, **ids, "meta": meta})
    return [_write_lines(folder / f"{stem}.prodigy.jsonl", tasks)]


def write_doccano(folder: Path, stem: str, items: Sequence[dict[str, Any]], annotator: str) -> list[Path]:
    """Texts for a Doccano project of kind text classification, as JSON lines; what is beside them comes back too."""
    rows = [sheet_row(item, annotator) for item in items]
    shown = ("item_id", "example_id", "annotator", "dataset", "source", "reasons")
    texts = [{"text": _as_text(row), "label": [], **{name: row[name] for name in shown}} for row in rows]
    return [_write_lines(folder / f"{stem}.doccano.jsonl", texts)]


def _dialogue(item: dict[str, Any]) -> list[dict[str, str]]:
    """Every turn, for a view that tells the speakers apart."""
    turns = item["conversation"] or [
        {"role": role, "content": item[name]} for role, name in (("user", "prompt"), ("assistant", "response"))
    ]
    return [{"role": str(turn["role"]), "content": str(turn["content"] or "")} for turn in turns]


def _as_text(row: dict[str, str]) -> str:
    """Question, answer and evidence as one text, for tools that show only one."""
    parts = (("Question", row["prompt"]), ("Answer", row["response"]), ("Why it was noticed", row["evidence"]))
    return "\n\n".join(f"{title}\n{text}" for title, text in parts if text)


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))
    return path


def _write_both(stem: Path, rows: list[dict[str, Any]]) -> list[Path]:
    array = stem.with_name(stem.name + ".json")
    array.write_bytes(orjson.dumps(rows))
    return [_write_lines(stem.with_name(stem.name + ".jsonl"), rows), array]


_QUESTIONS = {"verdicts": VERDICTS, "error_types": tuple(ERROR_TYPES)}
_LABEL_STUDIO_CONFIG = """<View>
  <Header value="Question"/>
  <Text name="prompt" value="$prompt"/>
  <Header value="Answer"/>
  <Text name="response" value="$response"/>
  <Header value="The whole conversation"/>
  <Paragraphs name="dialogue" value="$dialogue" layout="dialogue" nameKey="role" textKey="content"/>
  <Header value="Why it was noticed"/>
  <Text name="reasons" value="$reasons"/>
  <Text name="evidence" value="$evidence"/>
  <Choices name="verdict" toName="response" choice="single" required="true">{verdicts}</Choices>
  <Choices name="error_type" toName="response" choice="single">{error_types}</Choices>
  <TextArea name="note" toName="response" rows="3" maxSubmissions="1"/>
  <Header value="The corrected answer, where it can be put right"/>
  <TextArea name="corrected" toName="response" rows="5" maxSubmissions="1"/>
</View>
"""
