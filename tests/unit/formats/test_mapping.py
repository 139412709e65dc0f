"""Columns under their owner's names are read as the fields of a schema, and a row that none fits says how."""

from __future__ import annotations

import io
import json
import shlex
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from schema_rows import SPOKEN, TAGS

from ftq_spark import profiles
from ftq_spark.cli.app import invoke
from ftq_spark.errors import SettingsError
from ftq_spark.formats import Fault, conversation
from ftq_spark.formats.editing import edited
from ftq_spark.formats.mapping import mapped
from ftq_spark.formats.masks import masked
from ftq_spark.formats.nearest import shared_suggestion
from ftq_spark.formats.raw_batch import one_by_one
from ftq_spark.formats.tables import csv_rows
from ftq_spark.settings import Ingest
from ftq_spark.validation import validate

ROW = {"user_query": "q", "bot": {"reply": "a", "all": [{"text": "b"}]}, "note": "n"}
TURNS = [{"who": "user", "said": "q"}, {"who": "assistant", "said": "a"}]


@pytest.mark.parametrize(
    ("row", "columns", "expected"),
    [
        (ROW, {"prompt": "user_query", "response": "bot.reply"}, ["q", "a"]),
        (ROW, {"prompt": "user_query", "completion": "bot.all.0.text"}, ["q", "b"]),
        ({"a.b": "q", "c": "a"}, {"prompt": "a.b", "completion": "c"}, ["q", "a"]),
        ({"log": {"turns": TURNS}}, {"messages": "log.turns", "role": "who", "content": "said"}, ["q", "a"]),
        ({"messages": TURNS}, {"role": "who", "content": "said"}, ["q", "a"]),
        ({"messages": json.dumps(TURNS)}, {"role": "who", "content": "said"}, ["q", "a"]),
        ({"prompt": "junk", "q": "q", "a": "a"}, {"prompt": "q", "completion": "a"}, ["q", "a"]),
        ({"prompt": "a", "completion": "q"}, {"prompt": "completion", "completion": "prompt"}, ["q", "a"]),
        ({"prompt": "q", "completion": "a"}, {"prompt": "absent", "response": "no.where.1"}, ["q", "a"]),
        (
            {"attributes": {"input.value": "q", "out": {"first.0": ["x", {"y.z": "a"}]}}},
            {"prompt": "attributes.input.value", "response": "attributes.out.first.0.1.y.z"},
            ["q", "a"],
        ),
    ],
)
def test_a_mapping(row: dict[str, Any], columns: dict[str, str], expected: list[str]) -> None:
    before = json.dumps(row)
    assert [turn["content"] for turn in conversation(mapped(row, columns)).messages] == expected
    assert json.dumps(row) == before


@pytest.mark.parametrize("field", ["messages", "conversations", "dialogue"])
@pytest.mark.parametrize("as_text", [False, True])
def test_roles_of_ones_own(field: str, as_text: bool) -> None:
    row = {field: json.dumps(SPOKEN) if as_text else SPOKEN}
    found = conversation(mapped(row, TAGS))
    assert [(turn["role"], turn["content"]) for turn in found.messages] == [
        ("system", "Be brief."), ("user", "Name a river."), ("assistant", "The Po."),
    ]  # fmt: skip
    with pytest.raises(Fault) as raised:
        conversation(mapped(row, {"role": "who", "content": "said", "system_tag": "frame"}))
    assert raised.value.code == "unknown_role"
    assert "perhaps: --column user_tag=pupil --column assistant_tag=mentor" in raised.value.message


def test_tags_say_what_a_known_role_is_too() -> None:
    turns = [{"from": "system", "value": "Is it far?"}, {"from": "gpt", "value": "No."}]
    found = conversation(mapped({"conversations": turns}, {"user_tag": "system"}))
    assert [turn["role"] for turn in found.messages] == ["user", "assistant"]
    sides = {"chosen": SPOKEN, "rejected": [*SPOKEN[:-1], {"who": "mentor", "said": "The Alps."}]}
    assert [turn["content"] for turn in conversation(mapped(sides, TAGS)).rejected or []] == ["The Alps."]
    asked = {"instruction": "[1, 2]", "output": "3", "input": "system"}
    assert mapped(asked, {"user_tag": "system"}) == asked


def test_answers_of_ones_own_role_are_masked_and_edited() -> None:
    row = json.dumps(
        {"messages": [*SPOKEN, {"who": "pupil", "said": "And a lake?"}, {"who": "mentor", "said": "Garda."}]}
    )
    marked = masked(row, [2], TAGS)
    assert marked is not None
    assert [turn.get("weight") for turn in json.loads(marked)["messages"]] == [None, None, 0, None, None]
    assert json.loads(edited(row, "Como.", TAGS).original)["messages"][-1] == {"who": "mentor", "said": "Como."}


def test_the_printed_tags_read_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, flags = tmp_path / "x.jsonl", ["--column", "role=who", "--column", "content=said"]
    path.write_text(json.dumps({"messages": SPOKEN[1:]}) + "\n")
    assert invoke(["validate", str(path), *flags]) == 1
    flags += shlex.split(capsys.readouterr().out.split("perhaps: ")[1].splitlines()[0])
    assert invoke(["validate", str(path), *flags]) == 0


def test_a_label_of_ones_own() -> None:
    row = {"prompt": "q", "completion": "a", "liked": 0}
    assert conversation(mapped(row, {"label": "liked"})).label is False


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.json"])
def test_tables(tmp_path: Path, name: str) -> None:
    rows = [{"frage": "q", "antwort": "a"}] * 2
    path = tmp_path / name
    if name == "x.parquet":
        sink = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), sink)
        path.write_bytes(sink.getvalue())
    else:
        path.write_text("frage;antwort\nq;a\nq;a\n" if name == "x.csv" else json.dumps(rows))
    columns = {"prompt": "frage", "completion": "antwort"}
    found = validate([f"shop={path}"], 9, ingest=Ingest(columns={"shop": columns}))
    assert found["formats"] == {"prompt_completion": 2}
    assert validate([f"other={path}"], 9, ingest=Ingest(columns={"shop": columns}))["formats"] == {}


def test_of_a_dataset() -> None:
    wanted = Ingest(columns={"prompt": "q", "a": {"prompt": "x", "response": "y"}})
    assert wanted.columns_of("a") == {"prompt": "x", "response": "y"}
    assert wanted.columns_of("b") == {"prompt": "q"}


def test_fields_that_no_schema_has_are_refused() -> None:
    for text in ("ingest.columns.promt=x", "ingest.columns.a.promt=x"):
        with pytest.raises(SettingsError, match="did you mean 'prompt'"):
            profiles.load("default", [text])
    assert invoke(["validate", "nowhere.jsonl", "--column", "prompt"]) == 2


SCENE = {"scene": "Ada: Is it far?\nBob: No: not at all.\nNote: it rains.\nAda: Good.", "id": 1}


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (
            {"user_tag": "Ada", "assistant_tag": "Bob"},
            [("user", "Is it far?"), ("assistant", "No: not at all.\nNote: it rains."), ("user", "Good.")],
        ),
        (
            {"user_tag": "*", "assistant_tag": "Bob"},
            [("user", "Is it far?"), ("assistant", "No: not at all."), ("user", "it rains."), ("user", "Good.")],
        ),
    ],
)
def test_a_scene_in_one_text(tags: dict[str, str], said: list[tuple[str, str]]) -> None:
    columns = {"text": "scene", **tags}
    found = conversation(mapped(SCENE, columns))
    assert [(turn["role"], turn["content"]) for turn in found.messages] == said
    corrected = edited(json.dumps(SCENE), "Two miles.", columns)
    assert "Bob: Two miles." in json.loads(corrected.original)["scene"]


def test_scenes_share_the_name_of_who_is_in_all_of_them() -> None:
    scenes = [{"scene": f"{name}: Is it far?\nBob: No.\n{name}: Good.\nBob: Come."} for name in ("Ada", "Cy", "Di")]
    assert shared_suggestion(scenes) == {"text": "scene", "user_tag": "*", "assistant_tag": "Bob"}


def test_a_text_that_begins_with_no_speaker_is_no_scene() -> None:
    row = {"text": "Once upon a time.\nAda: Is it far?"}
    assert mapped(row, {"user_tag": "Ada", "assistant_tag": "Bob"}) == row


def test_a_quote_that_is_not_doubled_is_no_other_text() -> None:
    """Read leniently, `"He said "yes" to it"` would be `He said yes" to it"`."""
    lines = b'question,answer\nIs it?,"He said "yes" to it"\nOk?,Fine\nSo?,"He said ""yes"""\nA,5" wide\n'
    broken, *others = one_by_one(csv_rows(io.BytesIO(lines), ",", 1 << 20))
    assert broken.fault is not None
    assert (broken.number, broken.line, broken.fault.code) == (1, 2, "malformed_csv")
    assert "a quote inside a cell is doubled" in broken.fault.message
    assert [row.parsed["answer"] for row in others if row.parsed] == ["Fine", 'He said "yes"', '5" wide']
