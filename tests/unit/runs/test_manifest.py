"""A manifest is facts: checked before anything is read by its word, and nothing that it names is run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftq_spark.cli.app import invoke
from ftq_spark.errors import RunError
from ftq_spark.runs.manifest import without_secrets
from ftq_spark.runs.run import Run
from ftq_spark.settings import Settings

Change = Callable[[dict[str, Any]], None]


def a_manifest() -> dict[str, Any]:
    stage = {
        "fingerprint": "f" * 32,
        "directory": "tables/publish/a-0",
        "tables": {"scored": "tables/publish/a-0/scored"},
    }
    return {
        "manifest_version": 1,
        "run_id": "r",
        "settings": Settings().model_dump(mode="json"),
        "stages": {"publish": {**stage, "files": [["scored/part-0.parquet", 9]], "n_rows": 1}},
        "tables": {"scored": "tables/publish/a-0/scored"},
        "inputs": [{"dataset": "d", "source": "s", "uri": "/s", "n_bytes": 1, "checksum": "c"}],
    }


def write(folder: Path, change: Change) -> str:
    manifest = a_manifest()
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return str(folder)


def setting(section: str, key: str, value: Any) -> Change:
    return lambda manifest: manifest["settings"][section].update({key: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda m: m["tables"].update(scored="../../etc"),
            r"tables\.scored: expected a path below the run, got '\.\./\.\./etc'",
        ),
        (lambda m: m["tables"].update(scored="/etc"), "expected a path below the run"),
        (lambda m: m["tables"].update(scored="s3://bucket/k"), "expected a path below the run"),
        (lambda m: m["tables"].update(scored="a\\..\\b"), "expected a path below the run"),
        (lambda m: m["stages"]["publish"].update(directory=""), "expected a path below the run"),
        (lambda m: m["stages"]["publish"].update(files=[["../x", 1]]), r"stages\.publish\.files"),
        (lambda m: m.update(stages=[]), r"stages: Input should be"),
        (lambda m: m.pop("tables"), r"tables: Field required"),
        (lambda m: m["inputs"][0].update(n_bytes=-1), r"inputs\.0\.n_bytes"),
        (lambda m: m["inputs"][0].update(more=1), r"inputs\.0\.more"),
    ],
)
def test_a_hostile_or_broken_manifest_is_one_clear_error(tmp_path: Path, change: Change, message: str) -> None:
    with pytest.raises(RunError, match=message):
        Run.open(write(tmp_path, change))


@pytest.mark.parametrize("command", ["report", "explain", "review draw", "sizing"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(manifest_version=2), "expected manifest_version 1, got 2"),
        (setting("score", "no_such_key", 1), "settings.score.no_such_key: Extra inputs are not permitted"),
        (lambda m: m["tables"].update(scored="../../etc"), "expected a path below the run"),
    ],
    ids=["version", "unknown key", "outside"],
)
def test_every_reader_of_a_run_says_so_and_exits_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, change: Change, message: str
) -> None:
    run = write(tmp_path, change)
    arguments = {"explain": ["a"], "review draw": ["--out", str(tmp_path / "out")], "sizing": ["--goal", "style"]}
    assert invoke([*command.split(), run, *arguments.get(command, [])]) == 2
    error = capsys.readouterr().err
    if command in ("report", "review draw") or "settings" not in message:  # the others do not read settings
        assert message in " ".join(error.split())
    assert "Traceback" not in error
    assert not (tmp_path / "out").exists()


def test_files_that_stored_settings_name_are_not_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap.py"
    trap.write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')", encoding="utf-8")
    run = Run.open(write(tmp_path, setting("score", "signals", [str(trap), "/no/such/file.py"])))
    assert run.settings.score.signals == (str(trap), "/no/such/file.py")
    assert not (tmp_path / "sprung").exists()


def test_secrets_in_settings_are_not_kept() -> None:
    key = "sk-proj-" + "a1B2c3D4" * 4
    given = {"conflict": {"judge": {"base_url": f"http://me:{key}@host/v1?api_key=abcdef", "model": key, "top_n": 3}}}
    judge = without_secrets(given)["conflict"]["judge"]
    assert judge == {"base_url": "http://***@host/v1?api_key=***", "model": "***", "top_n": 3}
    assert without_secrets("the key is sk-test-9f8e7d6c5b4a3f2e1d0c") == "the key is ***"  # example or not
    plain = Settings().model_dump(mode="json")
    assert without_secrets(plain) == plain
