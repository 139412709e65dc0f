"""An equal request of a finished run is known without Spark; anything that can change the result is another one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftq_spark.profiles import load
from ftq_spark.runs import top_level
from ftq_spark.runs.request import PUBLISHED, is_answered, request
from ftq_spark.runs.run import LABELS_FOLDER, Run
from ftq_spark.runs.shards import find_shards


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.jsonl"
    file.write_text('{"prompt": "Who wrote Faust?", "response": "Goethe."}\n', encoding="utf-8")
    return file


def asked(run: Run, data: Path, *overrides: str) -> str:
    return request(run, load("default", overrides), find_shards([str(data)]), ())


def test_the_same_request_is_the_same(tmp_path: Path, data: Path) -> None:
    run = Run.create(str(tmp_path / "run"))
    assert asked(run, data) == asked(run, data)


def test_a_model_that_was_trained_on_is_another_request(tmp_path: Path, data: Path) -> None:
    run, folder = Run.create(str(tmp_path / "run")), tmp_path / "reward"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    named = f"score.raters={{reward: {{model: {folder}}}}}"
    before = asked(run, data, named)
    assert asked(run, data, named) == before
    (folder / "model.safetensors").write_bytes(b"other weights")
    assert asked(run, data, named) != before


def test_what_can_change_the_result_is_another_request(tmp_path: Path, data: Path) -> None:
    run = Run.create(str(tmp_path / "run"))
    benchmark, ids = tmp_path / "bench.jsonl", tmp_path / "ids.txt"
    benchmark.write_text('{"question": "Who wrote Faust?"}\n', encoding="utf-8")
    ids.write_text("0" * 32, encoding="utf-8")
    named = ("contamination.benchmarks={b: " + str(benchmark) + "}", f"dedup.protected={ids}")
    seen = [asked(run, data), asked(run, data, "score.min_quality=0.1"), asked(run, data, *named)]
    benchmark.write_text('{"question": "Who wrote Egmont?"}\n', encoding="utf-8")
    seen.append(asked(run, data, *named))
    ids.write_text("1" * 32, encoding="utf-8")
    seen.append(asked(run, data, *named))
    data.write_text('{"prompt": "Who wrote Egmont?", "response": "Goethe."}\n', encoding="utf-8")
    seen.append(asked(run, data))
    labels = Path(run.path, LABELS_FOLDER)
    labels.mkdir(parents=True)
    (labels / "findings.jsonl").write_text("{}", encoding="utf-8")
    seen.append(asked(run, data))
    (labels / "findings.jsonl").write_text("[]", encoding="utf-8")
    seen.append(asked(run, data))
    assert len(set(seen)) == len(seen)


def test_a_run_answers_while_it_is_whole(tmp_path: Path) -> None:
    run = Run.create(str(tmp_path / "run"))
    table = Path(run.path, "tables/publish/a")
    table.mkdir(parents=True)
    (table / "part-0.parquet").write_bytes(b"four")
    run.commit("publish", "m", "tables/publish/a", {"scored": "tables/publish/a"}, {"n_rows": 1})
    for name in PUBLISHED:
        Path(run.path, name).touch()
    assert not is_answered(run, "r")
    run.manifest["request"] = "r"
    assert is_answered(run, "r")
    assert not is_answered(run, "another")
    Path(run.path, "dropped").unlink()
    assert not is_answered(run, "r")
    Path(run.path, top_level.POINTER).write_text('{"dropped": "tables/publish/a/dropped"}')  # empty: no folder
    assert is_answered(run, "r")
    Path(run.path, "report.html").unlink()
    assert not is_answered(run, "r")
    Path(run.path, "report.html").touch()
    (table / "part-0.parquet").unlink()
    assert not is_answered(run, "r")
    assert json.loads(json.dumps(run.manifest)) == run.manifest
