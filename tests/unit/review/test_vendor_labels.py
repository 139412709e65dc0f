"""Label files of services and of crowds, and what spreadsheets and data frames do to labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftq_spark.errors import InputError
from ftq_spark.review.labels import read_labels

EXPECTED = [("1", "ann", "ok"), ("1", "bob", "bad"), ("2", "ann", "bad"), ("2", "bob", "ok")]


def votes(path: Path, content: str) -> list[tuple[str, str, str]]:
    path.write_text(content, encoding="utf-8")
    return sorted((vote.item_id, vote.annotator, vote.label) for vote in read_labels([path]).votes)


def of_item(item: str) -> list[tuple[str, str]]:
    return [(who, label) for place, who, label in EXPECTED if place == item]


HEADERS = [
    "task,performer,label",
    "instance_id,user_id,rating",
    "commentId,workerId,label",
    "_unit_id,_worker_id,label",
    "document,User,Label",
    "post id,Annotator Name,code",
    "exampleId,coder name,Label",
    "qid,annotator,label",
    "docid,annotator,label",
    "ticket_id,agent_id,label",  # an id that nobody foresaw
]


@pytest.mark.parametrize("header", HEADERS)
def test_items_and_people_by_other_names(tmp_path: Path, header: str) -> None:
    header = header.replace("agent_id", "annotator")
    assert votes(tmp_path / "l.csv", header + "\n" + "".join(",".join(vote) + "\n" for vote in EXPECTED)) == EXPECTED


def test_an_id_of_each_row_is_not_the_items(tmp_path: Path) -> None:
    rows = "".join(f"{n},b7,{item},{who},{label}\n" for n, (item, who, label) in enumerate(EXPECTED))
    assert votes(tmp_path / "l.csv", "id,batch_id,traceId,annotator,label\n" + rows) == EXPECTED


def test_the_one_column_of_a_few_values_is_the_label(tmp_path: Path) -> None:
    head = "_unit_id,_golden,_worker_id,_country,is_it_good,text\n"
    many = [(f"{n}", who, "yes" if n % 2 else "no") for n in range(1, 5) for who in ("ann", "bob")]
    rows = "".join(f"{item},false,{who},USA,{label},Why is {item} odd?\n" for item, who, label in many)
    assert votes(tmp_path / "l.csv", head + rows) == many
    with pytest.raises(InputError, match="of polite, age, name the one that counts so: --column polite=label"):
        votes(tmp_path / "l.csv", "item,rater,polite,age\n" + "".join(f"{i},{w},{a},{len(w)}{a}\n" for i, w, a in many))


def test_toloka(tmp_path: Path) -> None:
    head = "INPUT:text\tOUTPUT:result\tGOLDEN:result\tASSIGNMENT:task_id\tASSIGNMENT:worker_id\tASSIGNMENT:status\n"
    rows = "".join(f"a text\t{label}\t\t{item}\t{who}\tAPPROVED\n" for item, who, label in EXPECTED)
    assert votes(tmp_path / "a.tsv", head + rows + "a text\tok\t\t1\teve\tREJECTED\n") == EXPECTED


def kili(item: str) -> dict[str, Any]:
    given = [
        {"author": {"email": who}, "labelType": "DEFAULT", "jsonResponse": {"JOB_0": {"categories": [{"name": label}]}}}
        for who, label in of_item(item)
    ]
    return {"id": f"c{item}", "externalId": item, "labels": given}


def labelbox(item: str) -> dict[str, Any]:
    given = [
        {
            "label_details": {"created_by": who},
            "annotations": {"classifications": [{"name": "Good?", "radio_answer": {"name": label, "value": label}}]},
        }
        for who, label in of_item(item)
    ]
    return {"data_row": {"id": "d" + item, "external_id": item}, "projects": {"p": {"labels": given}}}


def sagemaker(item: str) -> dict[str, Any]:
    given = [{"workerId": who, "answerContent": {"crowd-classifier": {"label": label}}} for who, label in of_item(item)]
    return {"datasetObjectId": item, "answers": given}


def test_items_are_numbered_from_nought(tmp_path: Path) -> None:
    rows = [{**sagemaker(item), "datasetObjectId": int(item) - 1} for item in ("1", "2")]
    expected = [(str(int(item) - 1), who, label) for item, who, label in EXPECTED]
    assert votes(tmp_path / "l.json", json.dumps(rows)) == expected


@pytest.mark.parametrize("exported", [kili, labelbox, sagemaker])
def test_services(tmp_path: Path, exported: Any) -> None:
    rows = [exported(item) for item in ("1", "2")]
    assert votes(tmp_path / "l.ndjson", "\n".join(map(json.dumps, rows))) == EXPECTED
    assert votes(tmp_path / "l.json", json.dumps(rows)) == EXPECTED


def test_a_column_for_each_item(tmp_path: Path) -> None:
    assert votes(tmp_path / "l.csv", "annotator,1,2\nann,ok,bad\nbob,bad,ok\n") == EXPECTED
    with pytest.raises(InputError):  # two questions, not two items: each of the people speaks several times
        votes(tmp_path / "l.csv", "annotator,style,tone\nann,ok,bad\nann,bad,ok\nbob,bad,ok\n")


def test_remarks_are_nobodys_labels(tmp_path: Path) -> None:
    content = "item,ann,bob,Comments,remarks\n1,ok,bad,see page 3,\n2,bad,ok,,a remark\n"
    assert votes(tmp_path / "l.csv", content) == EXPECTED


def test_what_is_one_in_all_rows_or_compares_is_nobodys_label(tmp_path: Path) -> None:
    content = "id,source,split,ann,bob,match\n1,web,train,ok,bad,False\n2,web,train,bad,ok,False\n"
    assert votes(tmp_path / "l.csv", content) == EXPECTED


def test_rows_under_a_name(tmp_path: Path) -> None:
    rows = [{"item_id": item, "annotator": who, "label": label} for item, who, label in EXPECTED]
    assert votes(tmp_path / "l.json", json.dumps({"project": "p", "data": rows})) == EXPECTED


def test_whole_numbers_are_the_same_with_and_without_a_point(tmp_path: Path) -> None:
    one, two = tmp_path / "ann.csv", tmp_path / "bob.csv"
    one.write_text("item_id,label\n1,1\n2,0\n3,1\n", encoding="utf-8")
    two.write_text("item_id,label\n1.0,1.0\n2.0,0.0\n3.0,nan\n", encoding="utf-8")  # pandas, where one was missing
    found = read_labels([one, two]).votes
    assert sorted((v.item_id, v.annotator, v.label) for v in found) == [
        ("1", "ann", "1"), ("1", "bob", "1"), ("2", "ann", "0"), ("2", "bob", "0"), ("3", "ann", "1"),
    ]  # fmt: skip


def test_sheets_of_a_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for line in (["Label", "Meaning"], ["ok", "it is right"], ["bad", "it is wrong"]):  # no table of labels
        book.active.append(line)
    for who in ("ann", "bob"):
        sheet = book.create_sheet(who)
        sheet.append(["Labels of " + who])
        sheet.append([])
        sheet.append(["item_id", "label"])
        for item, name, label in EXPECTED:
            if name == who:
                sheet.append([item, label])
    book.save(tmp_path / "l.xlsx")
    found = read_labels([tmp_path / "l.xlsx"], annotator_needed=True)
    assert sorted((v.item_id, v.annotator, v.label) for v in found.votes) == EXPECTED
    assert "the sheet 'Sheet' has other columns and was not read" in [problem.message for problem in found.problems]
