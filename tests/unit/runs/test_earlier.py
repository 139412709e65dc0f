"""Runs of another version: what cannot be read of them is said in words, and what can is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from report_summary import a_summary
from review_run import example, write_run

from ftq_spark.cli.app import invoke
from ftq_spark.errors import RunError, SettingsError
from ftq_spark.report.page import render
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.run import Run, versions
from ftq_spark.settings import Settings


def made(folder: Path, theirs: dict[str, str]) -> Run:
    path = write_run(folder / "run", [example(n) for n in range(3)], [])
    file = path / "manifest.json"
    manifest = json.loads(file.read_text()) | {"versions": theirs, "finished_at": "2026-11-02T10:00:00+00:00"}
    manifest["settings"] = Settings().model_dump(mode="json")
    file.write_text(json.dumps(manifest))
    return Run.open(path)


@of_any_version
def count(run: Run | str | Path, fail: Callable[[], Any]) -> int:
    fail()
    return 3


def lacking() -> Any:
    return {}["n_read"]


@pytest.mark.parametrize("theirs", [{}, {"ftq_spark": "0.1.0"}, versions() | {"code": "0" * 12}])
@pytest.mark.parametrize("named", [lambda run: run, lambda run: run.path, lambda run: Path(run.path)])
def test_what_another_version_lacks_is_said(
    tmp_path: Path, theirs: dict[str, str], named: Callable[[Run], Any]
) -> None:
    run = made(tmp_path, theirs)
    with pytest.raises(RunError) as caught:
        count(named(run), lacking)
    assert str(caught.value) == (
        f"{run.path}: made on 2026-11-02 by another version of ftq_spark, and this one cannot read of it what it needs "
        f"(KeyError: 'n_read'); `ftq run` with the same inputs and --out {run.path} makes anew what has changed, and "
        "keeps the rest"
    )
    assert isinstance(caught.value.__cause__, KeyError)


def test_what_is_read_or_is_no_matter_of_versions_is_as_it_is(tmp_path: Path) -> None:
    def mistaken() -> None:
        raise SettingsError("no such goal")

    assert count(made(tmp_path / "old", {}), lambda: None) == 3
    with pytest.raises(SettingsError, match="no such goal"):
        count(made(tmp_path / "other", {}), mistaken)
    with pytest.raises(KeyError):
        count(made(tmp_path / "new", versions()), lacking)


def test_a_state_of_the_code_has_a_name_of_its_own() -> None:
    code = versions()["code"]
    assert len(code) == 12 and set(code) <= set("0123456789abcdef")


def test_a_result_is_shown_where_the_page_of_another_version_cannot_be_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = made(tmp_path, {"ftq_spark": "0.1.0"})
    summary = a_summary()
    page = render(summary)
    del summary["headline"]  # as a version that had no such thing wrote it
    Path(run.path, "summary.json").write_text(json.dumps(summary))
    Path(run.path, "report.html").write_text(page)
    before = Path(run.path, "summary.json").read_bytes()
    assert invoke(["sizing", run.path, "--goal", "style"]) == 0
    said = capsys.readouterr()
    assert "Style / format adaptation" in said.out
    assert said.err.startswith(f"ftq: report.html stays as it was: {run.path}: made on 2026-11-02 by another version")
    assert Path(run.path, "summary.json").read_bytes() == before
    assert Path(run.path, "report.html").read_text() == page
