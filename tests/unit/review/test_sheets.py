"""Round trips of hostile text through every sheet format; nothing executes, nothing is lost."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_run import HOSTILE, conflict, example, example_id, write_run

from ftq_spark.review.cells import protect, split_cell, unprotect
from ftq_spark.review.commands import draw_command
from ftq_spark.review.draw import DrawSettings
from ftq_spark.review.items import conversation_text, review_items
from ftq_spark.review.labels import read_labels
from ftq_spark.runs.run import Run

RISKY = tuple("=+-@\t\r\n")


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sheets")
    examples = [example(i, prompt=text, response=text) for i, text in enumerate(HOSTILE)]
    run = write_run(folder / "run", examples, [conflict(0, 2)])
    files = draw_command(run, folder / "out", DrawSettings(n=len(HOSTILE)))["files"]
    return {path.split(".", 1)[1]: Path(path) for path in files}


def _by_id(rows: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {row["item_id"]: row for row in rows}


@given(st.text(max_size=40))
def test_protection_is_undone_exactly(text: str) -> None:
    assert unprotect(protect(text)) == text
    assert not protect(text).startswith(RISKY)
    assert "".join(split_cell(text * 2000)) == text * 2000


def test_csv_keeps_everything_and_no_cell_is_a_formula(sheets: dict[str, Path]) -> None:
    with sheets["csv"].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(not cell.startswith(RISKY) for row in rows for cell in row.values())
    for number, text in enumerate(HOSTILE):
        row = _by_id(rows)[example_id(number)]
        assert unprotect(row["prompt"]).replace("␀", "\x00") == unprotect(row["response"]).replace("␀", "\x00") == text


def test_xlsx_keeps_everything_and_no_cell_is_a_formula(sheets: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(sheets["xlsx"]).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert all(cell.data_type != "f" and not str(cell.value or "").startswith(RISKY) for cell in cells)
    header, *rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    by_id = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    for number, text in enumerate(HOSTILE):
        row = by_id[example_id(number)]
        pieces = [unprotect(row[name]) for name in header if re.fullmatch(r"response( \(\d+\))?", name)]
        # XML turns every line end into \n; control characters come as their visible pictures.
        expected = text.replace("\r\n", "\n").replace("\r", "\n")
        expected = re.sub("[\x00-\x08\x0b-\x1f]", lambda match: chr(0x2400 + ord(match[0])), expected)
        assert "".join(pieces) == expected, number


@pytest.mark.parametrize("kind", ["label_studio", "argilla"])
def test_import_files_keep_everything(sheets: dict[str, Path], kind: str) -> None:
    lines = [json.loads(line) for line in sheets[f"{kind}.jsonl"].read_bytes().splitlines()]
    assert lines == json.loads(sheets[f"{kind}.json"].read_bytes())
    for row in lines:
        fields = row["data"] if kind == "label_studio" else row["fields"]
        item = row["data"]["item_id"] if kind == "label_studio" else row["id"]
        number = next(i for i in range(len(HOSTILE)) if example_id(i) == item)
        assert fields["prompt"] == fields["response"] == HOSTILE[number]


def test_label_studio_configuration_names_the_fields(sheets: dict[str, Path]) -> None:
    config = sheets["label_studio.xml"].read_text()
    task = json.loads(sheets["label_studio.jsonl"].read_bytes().splitlines()[0])
    assert set(re.findall(r'value="\$(\w+)"', config)) <= set(task["data"])


def test_filled_csv_and_xlsx_come_back(sheets: dict[str, Path], tmp_path: Path) -> None:
    note = '=cmd|"x", line\nbreak ; <b>שלום</b> 👍'
    with sheets["csv"].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update(verdict="error", error_type="factual", note=note)
    filled = tmp_path / "filled.csv"
    with filled.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    book = openpyxl.load_workbook(sheets["xlsx"])
    columns = {cell.value: cell.column for cell in book.active[1]}
    for line in range(2, book.active.max_row + 1):
        for name, value in (("verdict", "Error "), ("error_type", "factual"), ("note", note)):
            cell = book.active.cell(line, columns[name])
            cell.value, cell.data_type = value, "s"
    book.save(tmp_path / "filled.xlsx")
    for path in (filled, tmp_path / "filled.xlsx"):
        labels = read_labels([path], allowed=("correct", "error", "unsure"))
        assert {vote.item_id for vote in labels.votes} == {example_id(i) for i in range(len(HOSTILE))}
        assert {(vote.label, vote.error_type, vote.note) for vote in labels.votes} == {("error", "factual", note)}
        assert not labels.problems


def test_empty_sheets_are_blank_not_votes(sheets: dict[str, Path]) -> None:
    for kind in ("csv", "xlsx"):
        labels = read_labels([sheets[kind]], allowed=("correct",))
        assert labels.votes == []
        assert len(labels.blank) == len(HOSTILE)


def test_the_rejected_answer_of_a_pair_is_shown(tmp_path: Path) -> None:
    rejected = [{"role": "assistant", "content": "Nonsense."}]
    item = review_items_of(tmp_path, example(1, rejected=rejected))
    assert item["rejected"] == rejected
    assert conversation_text(item).endswith("[rejected assistant]\nNonsense.")
    assert conversation_text({**item, "rejected": []}) == ""


def review_items_of(folder: Path, row: dict[str, object]) -> dict[str, object]:
    run = Run.open(write_run(folder / "run", [row]))
    return review_items(run, [str(row["example_id"])])[0]
