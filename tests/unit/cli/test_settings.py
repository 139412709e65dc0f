"""`ftq settings` shows what is in force, and `ftq init` writes a file that loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ftq_spark.cli.app import invoke
from ftq_spark.profiles import as_yaml, load
from ftq_spark.validation.starter import suggested_columns

GOOD = {
    "messages": [{"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "It is on the table."}]
}


def test_settings_are_yaml_that_gives_them_again(tmp_path: Path) -> None:
    for chosen in (load(), load("article"), load("default", ["dedup.near.threshold=0.9", "conflict.policy=drop_all"])):
        path = tmp_path / "all.yaml"
        path.write_text(as_yaml(chosen), encoding="utf-8")
        assert load(path) == chosen


def test_what_differs_from_the_default_says_from_what(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["settings"]) == 0
    assert "# default" not in capsys.readouterr().out
    assert invoke(["settings", "--set", "dedup.near.threshold=0.9", "--set", "output.compression=gzip"]) == 0
    marked = [line.strip() for line in capsys.readouterr().out.splitlines() if "# default" in line]
    assert marked == ["threshold: 0.9  # default: 0.8", "compression: gzip  # default: none"]
    assert invoke(["settings", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == load().model_dump(mode="json")
    assert invoke(["settings", "--set", "dedup.near.treshold=0.9"]) == 2


def test_a_settings_file_for_data_at_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.jsonl").write_text("\n".join([json.dumps(GOOD)] * 3 + ["not json"]), encoding="utf-8")
    rows = [{"userQuery": f"Where is {i}?", "bot_reply": f"It is at place {i}, as ever.", "n": i} for i in range(5)]
    (data / "b.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (data / "c.csv").write_text("Kundenfrage;Ticket\nWo?;7\n", encoding="utf-8")
    (data / "d.jsonl").write_text(json.dumps({"no\nextends: article": 1}), encoding="utf-8")
    out = tmp_path / "mine.yaml"
    assert invoke(["init", str(data), "--out", str(out), "--json"]) == 0
    seen: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [entry["formats"] for entry in seen["files"]] == [{"openai": 3}, {}, {}, {}]
    assert seen["columns"] == {"data": {"prompt": "userQuery", "response": "bot_reply"}}
    assert seen["languages"]["en"] == 3
    text = out.read_text(encoding="utf-8")
    assert "c.csv; its columns: Kundenfrage, Ticket" in text
    mapping = {"columns": {"prompt": "userQuery", "response": "bot_reply"}}
    assert yaml.safe_load(text) == {"extends": "default", "ingest": mapping}
    assert load(out) == load({"ingest": mapping})
    assert invoke(["init", str(data), "--out", str(out)]) == 2
    assert "there is such a file already" in capsys.readouterr().err
    # What is suggested reads them.
    assert (
        invoke(["validate", str(data / "b.jsonl"), "--column", "prompt=userQuery", "--column", "response=bot_reply"])
        == 0
    )
    capsys.readouterr()
    assert invoke(["init", f"one={data / 'b.jsonl'}", f"two={data / 'a.jsonl'}"]) == 0
    written = yaml.safe_load(capsys.readouterr().out)
    assert written["ingest"]["columns"] == {"one": {"prompt": "userQuery", "response": "bot_reply"}}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"q": "Why is the sky blue, then?", "a": "Because of how air scatters light of short waves.", "id": "7"},
            ("q", "a"),
        ),
        ({"User Query": "Why?", "ModelAnswer": "So."}, ("User Query", "ModelAnswer")),
        ({"title": "A letter", "body": "Dear all, " * 10, "answer": "Thank you."}, ("title", "answer")),
        ({"id": "7", "n": 3}, None),
    ],
)
def test_columns_are_suggested_by_name_then_by_content(row: dict[str, Any], expected: tuple[str, str] | None) -> None:
    found = suggested_columns([row])
    assert found == ({} if expected is None else dict(zip(("prompt", "response"), expected, strict=True)))
