"""Columns of label files by the names that others use, or by what they hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftq_spark.errors import InputError
from ftq_spark.review.labels import read_labels

EXPECTED = [("1", "ann", "ok"), ("1", "bob", "bad"), ("2", "ann", "bad"), ("2", "bob", "ok")]
LONG = [
    "sample,rater,rating",
    "unit,coder,code",
    "Task ID,Worker,Grade",
    "hitid,workerid,answer.quality",
    "id,reviewer,class",
    "text,username,judgement",
]


def votes(path: Path, content: str) -> list[tuple[str, str, str]]:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return sorted((vote.item_id, vote.annotator, vote.label) for vote in read_labels([path]).votes)


@pytest.mark.parametrize("header", LONG)
def test_a_row_for_each_label(tmp_path: Path, header: str) -> None:
    rows = "".join(",".join(vote) + "\n" for vote in EXPECTED)
    assert votes(tmp_path / "l.csv", f"{header}\n{rows}") == EXPECTED
    assert votes(tmp_path / "l.csv", f"{header}\n{rows}".replace(",", ";")) == EXPECTED


def test_what_was_taken_for_what_is_said(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("sample,rater,rating\n1,ann,ok\n", encoding="utf-8")
    said = " ".join(read_labels([path]).summary()["problems"])
    assert "'sample' is read as item_id" in said and "'rater' is read as annotator" in said
    assert "the answers to 'rating' are the labels" in said


def test_our_names_go_before_those_of_others(tmp_path: Path) -> None:
    content = "id,item_id,annotator,user,label,score\n9,1,ann,u,ok,3\n"
    assert votes(tmp_path / "l.csv", content) == [("1", "ann", "ok")]


def test_of_several_questions_one_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"of rating, grade, name the one that counts so: --column rating=label"):
        votes(tmp_path / "l.csv", "item,rater,rating,grade\n1,ann,4,3\n")


WIDE = [
    "item,ann,bob\n1,ok,bad\n2,bad,ok\n",
    "id,text,ann,bob\n1,Why is the sea salty at all?,ok,bad\n2,How is tea made?,bad,ok\n",
    "item,ann,bob,gold,note\n1,ok,bad,ok,\n2,bad,ok,ok,unclear\n",
]


@pytest.mark.parametrize("content", WIDE)
def test_a_column_for_each_annotator(tmp_path: Path, content: str) -> None:
    assert votes(tmp_path / "w.csv", content) == EXPECTED


def test_items_of_such_a_table_need_no_name(tmp_path: Path) -> None:
    content = "prompt,response,ann,bob\nWhy?,Because it is so.,ok,bad\nWhy?,Nobody knows it.,bad,ok\n"
    expected = [(f"w.csv {int(item) + 1}", *rest) for item, *rest in EXPECTED]
    assert votes(tmp_path / "w.csv", content) == expected


def test_other_columns_of_few_values_make_it_no_such_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column label or verdict"):
        votes(tmp_path / "w.csv", "item,urgent,heard,expected\n1,a,en,de\n2,a,de,en\n3,b,en,en\n")


def test_mechanical_turk(tmp_path: Path) -> None:
    head = "HITId,WorkerId,AssignmentStatus,Input.text,Answer.quality.ok,Answer.quality.bad\n"
    rows = "".join(
        f"{item},{who},Approved,a text,{str(label == 'ok').lower()},{str(label == 'bad').lower()}\n"
        for item, who, label in EXPECTED
    )
    rejected = "1,eve,Rejected,a text,true,false\n"
    assert votes(tmp_path / "batch.csv", head + rows + rejected) == EXPECTED
    with pytest.raises(InputError, match=r"of answer.style, answer.tone, name the one"):
        votes(tmp_path / "batch.csv", "HITId,WorkerId,Answer.style,Answer.tone\n1,ann,3,4\n")


def test_potato_has_a_folder_of_each_annotator(tmp_path: Path) -> None:
    found = []
    for who in ("ann", "bob"):
        lines = [
            json.dumps({"id": item, "displayed_text": "t", "label_annotations": {"quality": {label: label}}})
            for item, name, label in EXPECTED
            if name == who
        ]
        found += votes(tmp_path / who / "annotated_instances.jsonl", "\n".join(lines))
    assert sorted(found) == EXPECTED


def test_an_accepted_option_is_the_label_without_the_options_too(tmp_path: Path) -> None:
    tasks = [
        {"_input_hash": int(item), "accept": [label], "answer": "accept", "_annotator_id": who}
        for item, who, label in EXPECTED
    ]
    assert votes(tmp_path / "p.jsonl", "\n".join(map(json.dumps, tasks))) == EXPECTED


@pytest.mark.parametrize("lists", [(["ann", "bob"], ["ok", "bad"], ["bad", "ok"]), ("ann,bob", "ok,bad", "bad, ok")])
def test_lists_of_people_and_of_their_labels(tmp_path: Path, lists: tuple[object, object, object]) -> None:
    who, first, second = lists
    by_item = {"1": {"annotators": who, "annotations": first}, "2": {"annotators": who, "annotations": second}}
    assert votes(tmp_path / "l.json", json.dumps(by_item)) == EXPECTED
    rows = [{"id": item, **told} for item, told in by_item.items()]
    assert votes(tmp_path / "l.jsonl", "\n".join(map(json.dumps, rows))) == EXPECTED
    with pytest.raises(InputError, match="no column label or verdict"):  # several labels of one, perhaps
        votes(tmp_path / "l.jsonl", json.dumps({"id": 1, "labels": ["ok", "bad"]}))


@pytest.mark.parametrize("field", ["annotations", "labels", "ratings"])
def test_labels_of_several_people_in_one_row(tmp_path: Path, field: str) -> None:
    by_item: dict[str, dict[str, str]] = {}
    for item, who, label in EXPECTED:
        by_item.setdefault(item, {})[who] = label
    named = [{"id": item, "text": "t", field: given} for item, given in by_item.items()]
    assert votes(tmp_path / "l.jsonl", "\n".join(map(json.dumps, named))) == EXPECTED
    objects = [
        {
            "id": item,
            "text": "t",
            field: [{"id": 7, "annotator_id": who, "value": label} for who, label in given.items()],
        }
        for item, given in by_item.items()
    ]
    assert votes(tmp_path / "l.jsonl", "\n".join(map(json.dumps, objects))) == EXPECTED


def test_files_of_each_annotator_are_named_after_them(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("ann.csv", "bob.csv", "cy/labels.csv", "di/labels.csv")}
    for path in files.values():
        path.parent.mkdir(exist_ok=True)
        path.write_text("text,label\nWhy?,ok\n", encoding="utf-8")
    found = read_labels(list(files.values()), annotator_needed=True)
    assert [vote.annotator for vote in found.votes] == ["ann", "bob", "cy", "di"]
    assert "no column annotator: 'cy' labelled all of it" in [problem.message for problem in found.problems]
    with pytest.raises(InputError, match="no column annotator"):
        read_labels([files["ann.csv"]], annotator_needed=True)


def test_an_object_that_names_its_annotators(tmp_path: Path) -> None:
    content = {"ann": {"1": "ok", "2": "bad", "3": "ok"}, "bob": {"1": "bad", "2": "ok"}}
    assert votes(tmp_path / "l.json", json.dumps(content)) == sorted([*EXPECTED, ("3", "ann", "ok")])


def test_an_object_that_names_its_items(tmp_path: Path) -> None:
    content = {"1": {"ann": "ok", "bob": "bad"}, "2": {"ann": "bad", "bob": "ok"}}
    assert votes(tmp_path / "l.json", json.dumps(content, indent=1)) == EXPECTED
