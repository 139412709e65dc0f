"""The forms that label files come in, each read into rows of text by column name."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ftq_spark.errors import InputError, UserError
from ftq_spark.review.cells import unprotect
from ftq_spark.review.label_names import KNOWN
from ftq_spark.review.tool_labels import POTATO_FILE, TURK, flattened, tool_of, turked
from ftq_spark.review.vendor_labels import TOLOKA, is_toloka, toloka

_CSV_SUFFIXES = (".csv", ".tsv", ".txt")
_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
_XLSX_SUFFIXES = (".xlsx", ".xlsm")
_ROWS = ("data", "rows", "records", "results")  # under which a JSON document holds them
_TITLES = 10  # lines that may stand above the header of a sheet
# A cell may hold a whole conversation.
csv.field_size_limit(2**31 - 1)


@dataclass
class RawLabels:
    """One label file: rows of text with the line or row that they stand in, and what was odd about the file."""

    columns: list[str]
    rows: list[tuple[int, dict[str, str]]]
    encoding: str
    problems: list[tuple[str, int, str]] = field(default_factory=list)  # code, line, message
    tool: str = ""  # the annotation tool that exported the file


def read_raw(path: Path, own_names: Collection[str] = ()) -> RawLabels:
    """Rows of a CSV, JSON lines, JSON or XLSX label file, or of an annotation tool's export.

    Args:
        own_names: an annotator's own column names, by which header and delimiter are recognised too.

    Raises:
        InputError: the file is missing, of an unknown kind, or cannot be read as what its name says.
    """
    if path.is_dir():
        raise InputError(f"label file {path} is a directory: name the files in it, each with --labels")
    if not path.is_file():
        raise InputError(f"label file {path} does not exist")
    suffix, known = path.suffix.casefold(), {*KNOWN, *own_names}
    if suffix in _CSV_SUFFIXES:
        return _read_csv(path, known)
    if suffix in _JSON_SUFFIXES:
        return _read_json(path)
    if suffix in _XLSX_SUFFIXES:
        return _read_xlsx(path, known)
    hint = "; a review page saves its own label file (key S): give that one" if suffix in (".html", ".htm") else ""
    raise InputError(
        f"label file {path} has an unknown kind '{suffix}': expected .csv, .tsv, .jsonl, .json or .xlsx{hint}"
    )


def normal_name(column: object) -> str:
    """A column's name without case, blanks and byte order marks: 'Error type' is 'error_type'."""
    return "_".join(str(column or "").strip("\ufeff \t\r\n").casefold().replace("-", " ").split())


def _decoded(path: Path) -> tuple[str, str, int]:
    """Text, encoding, and how many bytes were not of it and read as Windows-1252."""
    content = path.read_bytes()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16"), "utf-16", 0
        except UnicodeDecodeError as error:
            raise InputError(f"{path} begins as UTF-16 but is not: {error.reason} at byte {error.start}") from error
    encoding = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return content.decode(encoding), encoding, 0
    except UnicodeDecodeError:
        pass
    n_foreign = 0

    def as_windows(error: UnicodeError) -> tuple[str, int]:
        nonlocal n_foreign
        assert isinstance(error, UnicodeDecodeError)
        wrong = error.object[error.start : error.end]
        n_foreign += len(wrong)
        return wrong.decode("cp1252", errors="replace"), error.end

    codecs.register_error("ftq_windows_1252", as_windows)
    text = content.decode(encoding, errors="ftq_windows_1252")
    return text, "cp1252" if _is_windows_1252(content) else "utf-8 and cp1252", n_foreign


def _is_windows_1252(content: bytes) -> bool:
    """Whether no character beyond ASCII is UTF-8."""
    return not any(ord(char) > 127 for char in content.decode("utf-8", errors="ignore"))


def _encoding_problem(encoding: str, n_foreign: int) -> list[tuple[str, int, str]]:
    if not n_foreign:
        return []
    return [("encoding", 0, f"{n_foreign} bytes are not UTF-8 and were read as Windows-1252 ({encoding})")]


def _read_csv(path: Path, known: set[str]) -> RawLabels:
    text, encoding, n_foreign = _decoded(path)
    if text[:4].casefold() == "sep=":  # Excel's own note on the delimiter
        text = text.partition("\n")[2]
    text = text.replace("\x00", "␀")
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=lambda mark: _n_known(first.split(mark), known))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    problems = _encoding_problem(encoding, n_foreign)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        columns = [normal_name(name) for name in next(reader, [])]
        for cells in reader:
            if len(cells) > len(columns):
                problems.append(("too_many_cells", reader.line_num, f"{len(cells)} cells under {len(columns)} columns"))
            row = {name: unprotect(cell) for name, cell in zip(columns, cells, strict=False)}
            if any(row.values()):
                rows.append((reader.line_num, row))
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: not readable as CSV: {error}") from error
    tool = TOLOKA if is_toloka(columns) else tool_of(columns)
    if tool in (TURK, TOLOKA):
        read = turked if tool == TURK else toloka
        rows = [(line, told) for line, row in rows for told in read(row)]
        columns = list(dict.fromkeys(name for _, row in rows for name in row)) or columns
    return RawLabels(columns, rows, encoding, problems, tool)


def _n_known(cells: list[str], known: set[str]) -> tuple[int, int]:
    """How many cells of a header are known columns; then, how many there are."""
    return len({normal_name(cell.strip('" ')) for cell in cells} & known), len(cells)


def _read_json(path: Path) -> RawLabels:
    text, encoding, n_foreign = _decoded(path)
    problems = _encoding_problem(encoding, n_foreign)
    objects: list[tuple[int, Any]] = []
    try:
        whole = json.loads(text) if text.lstrip().startswith("[") else _by_item(text)
    except ValueError as error:
        raise InputError(f"{path} is not readable as a JSON array: {error}") from error
    if whole is not None:
        objects = list(enumerate(whole, start=1))
    else:
        # Not splitlines(): U+2028 and its like stand inside JSON strings.
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                try:
                    objects.append((number, json.loads(line)))
                except ValueError:
                    problems.append(("unreadable_line", number, "the line is not JSON"))
    rows: list[tuple[int, dict[str, str]]] = []
    tools: list[str] = []
    for number, value in objects:
        if isinstance(value, Mapping):
            stem = path.parent.name if path.stem == POTATO_FILE else path.stem
            tool, flats = flattened(value, stem)
            tools.append(tool)
            rows += [(number, {normal_name(name): _text(item) for name, item in flat.items()}) for flat in flats]
    problems += [
        ("unreadable_line", number, "not a JSON object") for number, v in objects if not isinstance(v, Mapping)
    ]
    columns = list(dict.fromkeys(name for _, row in rows for name in row))
    return RawLabels(columns, rows, encoding, problems, max(tools, default=""))


def _by_item(text: str) -> list[Any] | None:
    """What one object holds of each item under its name, as objects that name it; None for any other text."""
    try:
        whole = json.loads(text)
    except ValueError:
        return None
    if not isinstance(whole, dict):
        return None
    if rows := [value for name in _ROWS if isinstance(value := whole.get(name), list)]:
        return list(rows[0])
    if not whole or not all(isinstance(value, dict) for value in whole.values()):
        return None
    inner = dict.fromkeys(name for value in whole.values() for name in value)
    if len(inner) > len(whole) and not any(
        isinstance(label, dict) for value in whole.values() for label in value.values()
    ):
        # what each annotator says of the items: there are more of these
        return [{"item_id": item, **{who: said.get(item) for who, said in whole.items()}} for item in inner]
    return [{"item_id": name, **value} for name, value in whole.items()]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read_xlsx(path: Path, known: set[str]) -> RawLabels:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415  (an optional dependency)
    except ImportError as error:
        raise UserError(
            "Excel sheets need openpyxl, which is not installed: pip install 'ftq-spark[review]'"
        ) from error
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # zip, XML and openpyxl errors of every kind
        raise InputError(f"{path} is not readable as an Excel workbook: {error}") from error
    try:
        sheets = [(sheet.title, *_sheet(sheet.iter_rows(values_only=True), known)) for sheet in book.worksheets]
    finally:
        book.close()
    columns = max((names for _, names, _ in sheets), key=lambda names: len(set(names) & known), default=[])
    told = [(title, number, row) for title, names, held in sheets if names == columns for number, row in held]
    other = [title for title, names, held in sheets if held and set(names) & known and names != columns]
    rows = [(number, row) for _, number, row in told]
    titles = [title for title, _, _ in told]
    if not set(columns) & known:
        raise InputError(
            f"no sheet of {path} has a column of a label file; expected item_id, annotator and label or verdict"
        )
    columns = [name for name in columns if name]
    if len(set(titles)) > 1 and "annotator" not in columns:  # a sheet for each
        rows = [(number, {**row, "sheet": title}) for (number, row), title in zip(rows, titles, strict=True)]
        columns.append("sheet")
    problems = [("sheet_unread", 0, f"the sheet '{title}' has other columns and was not read") for title in other]
    return RawLabels(columns, rows, "xlsx", problems)


def _sheet(lines: Iterator[tuple[Any, ...]], known: set[str]) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The header of a sheet and its rows; titles may stand above it."""
    columns: list[str] = []
    rows: list[tuple[int, dict[str, str]]] = []
    for number, cells in enumerate(lines, start=1):
        if not set(columns) & known:
            if number > _TITLES:
                break
            columns = [normal_name(name) for name in cells]
            continue
        row = {name: unprotect(_text(_plain(cell))) for name, cell in zip(columns, cells, strict=False) if name}
        if any(row.values()):
            rows.append((number, row))
    return columns, rows


def _plain(cell: Any) -> Any:
    return cell.isoformat() if hasattr(cell, "isoformat") else cell
