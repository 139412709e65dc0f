"""An S3 server on this machine: inputs, runs, leases and attempts in a store without links, renames or directories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from leases import all_at_once, check_one
from s3_server import serving

import ftq_spark as ftq
from ftq_spark.errors import InputError, RunError, SettingsError
from ftq_spark.models.files import resolve_model
from ftq_spark.review.labels import read_labels
from ftq_spark.runs import attempts, lease, storage, top_level
from ftq_spark.runs.run import Run
from ftq_spark.runs.shards import find_shards
from ftq_spark.settings import Dedup, Score

ROWS = [{"prompt": f"What is {n} + 1?", "response": str(n + 1)} for n in range(3)]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with serving("lab") as environment:
        for key, value in environment.items():
            monkeypatch.setenv(key, value)
        yield "s3://lab"


def put(path: str, text: str) -> None:
    storage.write_text(path, text)


def test_a_store_holds_inputs_and_runs(bucket: str) -> None:
    put(f"{bucket}/data/a.jsonl", "".join(json.dumps(row) + "\n" for row in ROWS))
    put(f"{bucket}/data/b.jsonl", "not JSON\n")
    assert [(s.source, s.n_bytes > 0) for s in find_shards([f"{bucket}/data"])] == [
        ("a.jsonl", True),
        ("b.jsonl", True),
    ]
    assert [s.source for s in find_shards([f"{bucket}/data/a*.jsonl"])] == ["a.jsonl"]
    found = ftq.validate(f"{bucket}/data")
    assert (found["read"], found["rejected"]) == (4, 1)
    first = find_shards([f"{bucket}/data"])
    put(f"{bucket}/data/b.jsonl", "other JSON\n")
    changed = find_shards([f"{bucket}/data"])
    assert [a.checksum == b.checksum for a, b in zip(first, changed, strict=True)] == [True, False]

    run = Run.create(f"{bucket}/runs/a")
    directory = run.attempt("publish", "m" * 32)
    put(storage.join(run.path, directory, "clean", "a.jsonl"), "{}\n")
    run.wrote(directory, 1)
    run.commit("publish", "m" * 32, directory, {"scored": directory}, {"n_rows": 1})
    top_level.show(run.path, {"clean": f"{directory}/clean"}, lambda pairs: [storage.copy(*pair) for pair in pairs])
    assert storage.read_text(f"{run.path}/clean/a.jsonl") == "{}\n"
    assert json.loads(storage.read_text(f"{run.path}/current.json")) == {"clean": f"{directory}/clean"}
    put(storage.join(run.path, run.attempt("publish", "m" * 32), "dead.parquet"), "")
    again = Run.open("s3a://lab/runs/a")
    assert again.is_current("publish", "m" * 32)
    with lease.hold(run.path), pytest.raises(RunError, match="another run works there"), lease.hold(run.path):
        pass
    assert attempts.collect(again)["removed"] == [run.attempt("publish", "m" * 32).replace("-2", "-1")]
    assert again.is_current("publish", "m" * 32)


@pytest.mark.parametrize("heeds", [True, False])
def test_of_runs_that_begin_at_once_one_goes_on(bucket: str, monkeypatch: pytest.MonkeyPatch, heeds: bool) -> None:
    made = storage.put_new(f"{bucket}/new/{heeds}", "a")
    assert (made, storage.put_new(f"{bucket}/new/{heeds}", "b")) == (True, False)
    assert storage.read_text(f"{bucket}/new/{heeds}") == "a"
    if not heeds:
        monkeypatch.setattr(storage, "_put_new_object", lambda *_: None)
    check_one(all_at_once(f"{bucket}/runs/{heeds}"))


def test_options_in_a_uri_are_refused(bucket: str) -> None:
    with pytest.raises(InputError, match=r"AWS_ENDPOINT_URL"):
        find_shards([f"{bucket}/data?endpoint_override=http%3A%2F%2F127.0.0.1&secret_key=abc"])


def test_what_settings_and_commands_name_may_lie_there(
    bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    put(f"{bucket}/p/ids.txt", "0" * 32)
    assert Dedup(protected=f"{bucket}/p/ids.txt").protected_names() == ["0" * 32]
    put(f"{bucket}/p/ids.txt", "1" * 32 + "\n" + "2" * 32)  # another content is fetched again
    assert Dedup(protected=f"{bucket}/p/ids.txt").protected_names() == ["1" * 32, "2" * 32]
    with pytest.raises(SettingsError, match=r"dedup\.protected: s3://lab/p/none\.txt .*nothing is there"):
        Dedup(protected=f"{bucket}/p/none.txt").protected_names()
    put(f"{bucket}/p/signals.py", "TEXT = 1")
    assert Score(signals=[f"{bucket}/p/signals.py"]).sources() == [("TEXT = 1", f"{bucket}/p/signals.py")]
    put(f"{bucket}/p/ann.csv", "item_id,label\n1,good\n")
    votes = read_labels([f"{bucket}/p/ann.csv"]).votes
    assert [(vote.item_id, vote.annotator, vote.label) for vote in votes] == [("1", "ann", "good")]
    source = resolve_model("all-MiniLM-L6-v2")
    for name in ("modules.json", "config.json", "1_Pooling/config.json"):
        put(f"{bucket}/models/mine/{name}", (source / name).read_text(encoding="utf-8"))
    put(f"{bucket}/models/mine/model.safetensors", "weights")
    found = resolve_model(f"{bucket}/models/mine")
    assert found.name == "mine"
    assert (found / "1_Pooling" / "config.json").read_bytes() == (source / "1_Pooling" / "config.json").read_bytes()
    changed = (found / "model.safetensors").stat().st_ino
    assert (resolve_model(f"{bucket}/models/mine") / "model.safetensors").stat().st_ino == changed  # fetched once
