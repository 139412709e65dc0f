"""A run as an earlier version of the program left it: read, refused in words, or gone on with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftq_spark.cli.app import invoke
from ftq_spark.runs.run import Run

pytestmark = pytest.mark.usefixtures("spark")
CHEAP = ["--set", "dedup.semantic.enabled=false", "--set", "conflict.enabled=false"]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("former") / "rows.jsonl"
    lines = [json.dumps({"prompt": f"What is {n} plus 1?", "response": f"It is {n + 1}."}) for n in range(20)]
    file.write_text("\n".join(lines))
    return file


def former(rows: Path, out: Path) -> Run:
    """A finished run, without what manifests have said since, and with a stage that there is no longer."""
    assert invoke(["run", str(rows), "--out", str(out), "--quiet", *CHEAP]) == 0
    manifest = json.loads((out / "manifest.json").read_text())
    del manifest["versions"]["code"], manifest["request"]
    del manifest["stages"]["ingest"]["n_read"], manifest["stages"]["report"]["began_at"]
    for stage in manifest["stages"].values():
        del stage["version"]
    manifest["stages"]["ingest"]["fingerprint"] = "0" * 32  # of a version before
    manifest["stages"]["haunt"] = manifest["stages"]["topic"] | {"tables": {"ghosts": "tables/haunt"}}
    manifest["tables"]["ghosts"] = "tables/haunt"
    (out / "manifest.json").write_text(json.dumps(manifest))
    return Run.open(out)


def test_the_report_is_refused_in_words_and_the_run_gone_on_with(
    rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    run = former(rows, out)
    page = (out / "report.html").read_bytes()
    capsys.readouterr()
    assert invoke(["report", run.path]) == 2
    assert "by another version of ftq_spark, and this one cannot read of it what it needs" in capsys.readouterr().err
    assert (out / "report.html").read_bytes() == page
    assert invoke(["run", str(rows), "--out", run.path, *CHEAP]) == 0
    again = Run.open(out)
    assert "ghosts" not in again.manifest["tables"] and "haunt" not in again.manifest["stages"]
    assert again.is_of_this_version and again.manifest["stages"]["ingest"]["n_read"] == 20
    assert invoke(["report", run.path]) == 0


def test_what_is_new_is_not_compared_with_it(rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = former(rows, tmp_path / "run")
    capsys.readouterr()
    assert invoke(["run", str(rows), "--out", str(tmp_path / "new"), "--against", run.path, *CHEAP]) == 2
    said = capsys.readouterr().err
    assert f"--against {run.path}: its stage ingest was made by another version of ftq_spark" in said
    assert not (tmp_path / "new" / "manifest.json").exists()
