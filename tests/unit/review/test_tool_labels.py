"""What annotation tools write: every form of answer read, and our own import files back again with their labels."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from review_run import example, example_id, write_run

from ftq_spark.cli.app import invoke
from ftq_spark.errors import InputError
from ftq_spark.review import sheets
from ftq_spark.review.agreement_commands import agreement_command
from ftq_spark.review.commands import draw_command
from ftq_spark.review.corrections import decisions_of
from ftq_spark.review.decisions import read_decisions
from ftq_spark.review.draw import DrawSettings
from ftq_spark.review.items import VERDICTS
from ftq_spark.review.labels import read_labels

Task = dict[str, Any]


def file(folder: Path, content: object, name: str = "export.json") -> Path:
    path = folder / name
    lines = name.endswith(".jsonl") and isinstance(content, list)
    path.write_text("\n".join(map(json.dumps, content)) if lines else json.dumps(content), encoding="utf-8")
    return path


def votes(folder: Path, content: object, name: str = "export.json", **columns: str) -> list[tuple[str, str, str]]:
    found = read_labels([file(folder, content, name)], columns=columns, annotator_needed=True)
    return [(vote.item_id, vote.annotator, vote.label) for vote in found.votes]


def studio(kind: str, *values: Task, name: str = "grade") -> Task:
    annotations = [
        {"completed_by": user, "result": [{"from_name": name, "to_name": "text", "type": kind, "value": value}]}
        for user, value in enumerate(values, 1)
    ]
    return {"id": 31, "data": {"text": "?"}, "annotations": annotations}


@pytest.mark.parametrize(
    ("kind", "value", "label"),
    [
        ("choices", {"choices": ["good"]}, "good"),
        ("choices", {"choices": ["long", "bad"]}, "bad\nlong"),
        ("rating", {"rating": 4}, "4"),
        ("number", {"number": 2.5}, "2.5"),
        ("number", {"number": 0}, "0"),
        ("taxonomy", {"taxonomy": [["style", "tone"]]}, "style / tone"),
        ("taxonomy", {"taxonomy": [["style", "tone"], ["fact"]]}, "fact\nstyle / tone"),
        ("pairwise", {"selected": "left"}, "left"),
        ("textarea", {"text": ["fine"]}, "fine"),
    ],
)
def test_label_studio_controls(tmp_path: Path, kind: str, value: Task, label: str) -> None:
    assert votes(tmp_path, [studio(kind, value, value)]) == [("31", "1", label), ("31", "2", label)]


def test_one_question_is_the_label_and_of_several_one_must_be_named(tmp_path: Path) -> None:
    task = studio("rating", {"rating": 4})
    found = read_labels([file(tmp_path, [task])])
    assert "the answers to 'grade' are the labels" in " ".join(found.summary()["problems"])
    task["annotations"][0]["result"].append({"from_name": "tone", "type": "rating", "value": {"rating": 2}})
    with pytest.raises(InputError, match=r"of grade, tone, name the one that counts so: --column grade=label"):
        votes(tmp_path, [task])
    assert votes(tmp_path, [task], tone="label") == [("31", "1", "2")]


def flat(item: int, annotator: int, **answers: object) -> Task:
    meta = {"created_at": "2026-01-01T00:00:00Z", "lead_time": 3.5}
    return {
        "text": "the same",
        "id": item,
        "annotator": annotator,
        "annotation_id": item * 10 + annotator,
        **answers,
        **meta,
    }


def test_label_studio_flat_exports(tmp_path: Path) -> None:
    rows = [flat(1, 1, stars=4), flat(1, 2, stars=5), flat(2, 1, stars=3), flat(2, 2, stars=3)]
    expected = [("1", "1", "4"), ("1", "2", "5"), ("2", "1", "3"), ("2", "2", "3")]
    assert votes(tmp_path, rows) == expected
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    (tmp_path / "export.csv").write_text("\n".join(lines), encoding="utf-8")
    found = read_labels([tmp_path / "export.csv"], annotator_needed=True).votes
    assert [(vote.item_id, vote.annotator, vote.label) for vote in found] == expected
    with pytest.raises(InputError, match="no question was answered in it"):
        votes(tmp_path, [flat(1, 1), flat(1, 2)])


def test_argilla_of_both_versions(tmp_path: Path) -> None:
    given = [("u1", 4), ("u2", 5)]
    second = {"id": "i1", "fields": {"prompt": "?"}, "responses": {"stars": [
        *({"value": value, "user_id": user, "status": "submitted"} for user, value in given),
        {"value": 1, "user_id": "u3", "status": "discarded"},
    ]}}  # fmt: skip
    first = {"id": "i1", "fields": {"prompt": "?"}, "responses": [
        *({"values": {"stars": {"value": value}}, "user_id": user, "status": "submitted"} for user, value in given),
        {"values": None, "user_id": "u3", "status": "discarded"},
    ]}  # fmt: skip
    table = {
        "id": "i1", "prompt": "?", "stars.responses": [4, 5, 1], "stars.responses.users": ["u1", "u2", "u3"],
        "stars.responses.status": ["submitted", "submitted", "draft"],
    }  # fmt: skip
    for record in (second, first, table):
        assert votes(tmp_path, [record]) == [("i1", "u1", "4"), ("i1", "u2", "5")]


def test_prodigy_without_options(tmp_path: Path) -> None:
    tasks = [
        {"text": "?", "_input_hash": number, "_task_hash": 9, "answer": decision, "_annotator_id": "ann"}
        for number, decision in ((1, "accept"), (2, "reject"), (3, "ignore"))
    ]
    found = read_labels([file(tmp_path, tasks, "db.jsonl")])
    assert [(vote.item_id, vote.label) for vote in found.votes] == [("1", "accept"), ("2", "reject")]
    assert found.blank == {"3"}


def test_doccano_before_and_after_files_of_each_annotator(tmp_path: Path) -> None:
    rows = [{"id": 1, "text": "?", "label": ["good"], "Comments": ["why"]}, {"id": 2, "text": "?", "label": []}]
    assert votes(tmp_path, rows, "ann.jsonl") == [("1", "ann", "good")]
    old = {
        "id": 1,
        "text": "?",
        "meta": {"item_id": "i1"},
        "annotations": [{"label": 3, "user": 7}, {"label": 4, "user": 8}],
    }
    assert votes(tmp_path, [old], "all.jsonl") == [("i1", "7", "3"), ("i1", "8", "4")]


ITEMS = [
    {
        "item_id": f"{number:032x}", "dataset": "d", "source": "s", "row": number, "prompt": f"Question {number}?",
        "response": "Answer <b>é</b> 👍", "conversation": [{"role": "user", "content": "Question?"}], "rejected": [],
        "reasons": ["vague"], "quality": 0.5, "duplicate_of": None, "evidence": [],
    }
    for number in range(4)
]  # fmt: skip


def label_studio(task: Task, verdict: str) -> Task:
    result = [{"from_name": "verdict", "to_name": "response", "type": "choices", "value": {"choices": [verdict]}}]
    return {"id": 1, "data": task["data"], "annotations": [{"completed_by": {"email": "ann"}, "result": result}]}


def argilla(record: Task, verdict: str) -> Task:
    return {**record, "responses": {"verdict": [{"value": verdict, "user_id": "ann", "status": "submitted"}]}}


def prodigy(task: Task, verdict: str) -> Task:
    given = {"accept": [verdict], "answer": "accept", "_annotator_id": "ann", "_timestamp": 1_700_000_000}
    return {**task, "_input_hash": -7, "_task_hash": 8, "_view_id": "choice", **given}


def doccano(row: Task, verdict: str) -> Task:
    return {**row, "id": 5, "label": [verdict], "Comments": []}


@pytest.mark.parametrize(
    ("write", "labelled"),
    [
        (sheets.write_label_studio, label_studio),
        (sheets.write_argilla, argilla),
        (sheets.write_prodigy, prodigy),
        (sheets.write_doccano, doccano),
    ],
)
def test_import_files_come_back_with_their_labels(
    tmp_path: Path, write: Callable[..., list[Path]], labelled: Callable[[Task, str], Task]
) -> None:
    lines = next(path for path in write(tmp_path, "ann", ITEMS, "ann") if path.suffix == ".jsonl")
    tasks = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    given = [VERDICTS[number % 3] for number in range(len(tasks))]
    exported = [labelled(task, verdict) for task, verdict in zip(tasks, given, strict=True)]
    found = read_labels([file(tmp_path, exported, "out.jsonl")], VERDICTS, annotator_needed=True)
    expected = [(item["item_id"], "ann", verdict) for item, verdict in zip(ITEMS, given, strict=True)]
    assert [(vote.item_id, vote.annotator, vote.label) for vote in found.votes] == expected


@pytest.mark.parametrize(
    ("name", "labelled"),
    [("label_studio", label_studio), ("argilla", argilla), ("prodigy", prodigy), ("doccano", doccano)],
)
def test_both_verdicts_come_back_from_each_tool_and_decide(
    tmp_path: Path, name: str, labelled: Callable[[Task, str], Task]
) -> None:
    run = write_run(tmp_path / "run", [example(0), example(1, verdict="drop", reasons=["vague"]), example(2)])
    drawn = draw_command(run, tmp_path / "out", DrawSettings(n=3, verdicts=()), formats=(name,))
    lines = Path(next(path for path in drawn["files"] if path.endswith(".jsonl")))
    tasks = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    wanted = {example_id(0): "error", example_id(1): "correct", example_id(2): "unsure"}
    exported = [labelled(task, wanted[_item_of(task)]) for task in tasks]
    path = file(tmp_path, exported, "out.jsonl")
    assert invoke(["review", "decide", str(run), "--labels", str(path)]) == 0
    found = {entry["example_id"]: (entry["verdict"], entry["reviewer"]) for entry in read_decisions(str(run))}
    person = drawn["annotators"][0] if name == "doccano" else "ann"
    assert found == {example_id(0): ("drop", person), example_id(1): ("keep", person)}


def _item_of(task: Task) -> str:
    holder = task.get("data") or task.get("metadata") or task
    return str(holder["example_id"])


def test_people_who_differ_decide_nothing(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("item_id,annotator,label\n1,ann,keep\n2,bob,drop\n1,bob,error\n", encoding="utf-8")
    with pytest.raises(InputError, match="ann and bob differ on 1"):
        decisions_of([path])
    path.write_text("item_id,annotator,label\n1,ann,unsure\n", encoding="utf-8")
    with pytest.raises(InputError, match="keeps or drops"):
        decisions_of([path])


def test_a_column_of_labels_for_each_annotator(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("item_id,ann,bob\n1,ok,ok\n2,ok,error\n3,error,error\n4,ok,\n", encoding="utf-8")
    report = agreement_command([path])
    assert (report["n_annotators"], report["n_items"], report["n_double_labelled"]) == (2, 4, 3)
    path.write_text("item_id,prompt,answer\n1,Why?,Because.\n2,How?,So.\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column label or verdict"):
        read_labels([path])


def test_labels_that_differ_in_case_are_one(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("item_id,annotator,label\n1,ann,ok\n1,bob,OK \n2,ann,ok\n2,bob,error\n", encoding="utf-8")
    found = read_labels([path])
    assert [vote.label for vote in found.votes] == ["ok", "ok", "ok", "error"]
    assert found.summary()["problem_counts"] == {"spelling": 1}
