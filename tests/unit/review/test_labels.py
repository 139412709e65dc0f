"""Label files in: every form, and everything that can be wrong with one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftq_spark.errors import InputError
from ftq_spark.review.labels import read_labels

VERDICTS = ("correct", "error", "unsure")


def _file(folder: Path, content: str | bytes, name: str = "labels.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "item_id,annotator,verdict,note\ni1,Zoë,error,naïve “quoted” 👍\n"
    content = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    labels = read_labels([_file(tmp_path, content)], allowed=VERDICTS)
    assert (labels.votes[0].annotator, labels.votes[0].note) == ("Zoë", "naïve “quoted” 👍")
    assert not labels.problems


def test_windows_1252_is_read_said_and_counted(tmp_path: Path) -> None:
    content = "item_id;annotator;verdict;note\ni1;Zoë;error;“naïve”\n".encode("cp1252")
    labels = read_labels([_file(tmp_path, content)], allowed=VERDICTS)
    assert (labels.votes[0].annotator, labels.votes[0].note) == ("Zoë", "“naïve”")
    assert labels.files[0]["encoding"] == "cp1252"
    assert labels.problems[0].message.startswith("4 bytes")


def test_two_encodings_in_one_file(tmp_path: Path) -> None:
    content = "item_id,annotator,verdict\ni1,Zoë,error\n".encode() + "i2,Zoë,correct\n".encode("cp1252")
    labels = read_labels([_file(tmp_path, content)], allowed=VERDICTS)
    assert {vote.annotator for vote in labels.votes} == {"Zoë"}
    assert labels.files[0]["encoding"] == "utf-8 and cp1252"
    assert labels.summary()["problem_counts"] == {"encoding": 1}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("item_ident,annotator,verdict", "item_id or example_id.*did you mean 'item_id' by 'item_ident'"),
        ("item_id,annotator,verdikt", "did you mean 'verdict' by 'verdikt'"),
        ("item_id,annotator,Urteil", "label or verdict; found: item_id, annotator, urteil.*urteil=verdict"),
        ("", "is empty|has no column"),
    ],
)
def test_wrong_columns(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_labels([_file(tmp_path, header + "\nx,y,z\n" if header else "")])


def test_own_columns_can_be_mapped_and_are_listed(tmp_path: Path) -> None:
    path = _file(tmp_path, "Beispiel;Wer;Urteil;Schweregrad\ni1;Ana;error;hoch\n")
    labels = read_labels([path], VERDICTS, {"Beispiel": "item_id", "Wer": "annotator", "Urteil": "verdict"})
    assert labels.votes[0][:3] == ("i1", "Ana", "error")
    assert labels.files[0]["extra_columns"] == ["schweregrad"]
    with pytest.raises(InputError, match="did you mean 'verdict'"):
        read_labels([path], VERDICTS, {"Urteil": "verdikt"})


def test_annotator_column(tmp_path: Path) -> None:
    path = _file(tmp_path, "item_id,verdict\ni1,error\n", "ana.csv")
    assert read_labels([path], VERDICTS).votes[0].annotator == "ana"
    with pytest.raises(InputError, match="no column annotator"):
        read_labels([path], VERDICTS, annotator_needed=True)


def test_rows_that_do_not_count_are_counted(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "item_id,example_id,annotator,label,verdict\n"
        "i1,i1,Ana,,error\n"
        "i2,,Ana,Correct ,\n"
        "i3,,Ana,,\n"  # blank
        "i4,,Ana,,eror\n"  # no verdict
        "i5,i6,Ana,,error\n"  # two ids
        "i7,,Ana,error,correct\n"  # two labels
        ",,Ana,,error\n"  # no id
        "i1,,Ana,,error\n"  # the same again
        "i8,,Ana,,error\n"
        "i8,,Ana,,correct\n"  # another verdict
        "i9,,Ana,,error,left over\n",
    )
    labels = read_labels([path], VERDICTS)
    assert [(vote.item_id, vote.label) for vote in labels.votes] == [
        ("i1", "error"),
        ("i2", "correct"),
        ("i9", "error"),
    ]
    assert labels.blank == {"i3"}
    assert labels.summary()["problem_counts"] == {
        "contradictory_votes": 1,
        "ids_differ": 1,
        "labels_differ": 1,
        "no_item": 1,
        "repeated_vote": 1,
        "too_many_cells": 1,
        "unknown_label": 1,
    }
    assert "did you mean 'error'" in " ".join(labels.summary()["problems"])


def test_json_lines_and_arrays(tmp_path: Path) -> None:
    rows = [{"item_id": "i1", "annotator": "Ana", "label": 3}, {"item_id": "i2", "annotator": "Ana", "label": 2.0}]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\nnot json\n[1]\n"
    lines = read_labels([_file(tmp_path, text, "a.jsonl")])
    array = read_labels([_file(tmp_path, json.dumps(rows), "a.json")])
    assert [vote.label for vote in lines.votes] == [vote.label for vote in array.votes] == ["3", "2"]
    assert lines.summary()["problem_counts"] == {"unreadable_line": 2}
    with pytest.raises(InputError, match="JSON array"):
        read_labels([_file(tmp_path, "[{", "b.json")])


def test_line_separators_inside_json_do_not_split_it(tmp_path: Path) -> None:
    row = {"item_id": "i1", "annotator": "Ana", "label": "x", "note": "a\u2028b\x85c"}
    assert (
        read_labels([_file(tmp_path, json.dumps(row, ensure_ascii=False), "a.jsonl")]).votes[0].note == "a\u2028b\x85c"
    )


def test_label_studio_export(tmp_path: Path) -> None:
    task = {
        "id": 7,
        "data": {"item_id": "i1", "example_id": "i1", "annotator": "Ana", "prompt": "?"},
        "annotations": [
            {
                "completed_by": {"email": "bo@example.org"},
                "created_at": "2025-01-01T00:00:00Z",
                "result": [
                    {"from_name": "verdict", "type": "choices", "value": {"choices": ["error"]}},
                    {"from_name": "error_type", "type": "choices", "value": {"choices": ["factual"]}},
                    {"from_name": "note", "type": "textarea", "value": {"text": ["wrong", "twice"]}},
                ],
            },
            {"was_cancelled": True, "completed_by": 2, "result": []},
        ],
    }
    labels = read_labels([_file(tmp_path, json.dumps([task]), "export.json")], VERDICTS)
    assert [tuple(vote) for vote in labels.votes] == [
        ("i1", "bo@example.org", "error", "factual", "wrong\ntwice", "2025-01-01T00:00:00Z", "")
    ]


def test_argilla_export(tmp_path: Path) -> None:
    record = {
        "id": "i1",
        "fields": {"prompt": "?"},
        "metadata": {"annotator": "Ana"},
        "responses": {
            "verdict": [{"value": "error", "user_id": "u1"}, {"value": "correct", "user_id": "u2"}],
            "note": [{"value": "why", "user_id": "u1"}],
        },
    }
    labels = read_labels([_file(tmp_path, json.dumps([record]), "export.json")], VERDICTS)
    assert [(vote.annotator, vote.label, vote.note) for vote in labels.votes] == [
        ("u1", "error", "why"),
        ("u2", "correct", ""),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("page.html", b"<html>", "saves its own label file"),
        ("labels.xlsx", b"not a workbook", "Excel workbook"),
        ("labels.csv", b"\xff\xfea", "UTF-16"),
    ],
)
def test_unreadable_files(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_labels([_file(tmp_path, content, name)])


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a directory: name the files in it"):
        read_labels([tmp_path])
    with pytest.raises(InputError, match="does not exist"):
        read_labels([tmp_path / "none.csv"])
    with pytest.raises(InputError, match="no label file"):
        read_labels([])
