"""What the README and the pages of docs show runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from runs import run

import ftq_spark as ftq
from ftq_spark import signals
from ftq_spark.profiles import load

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}


def blocks(language: str) -> list[str]:
    shown = re.compile(rf"^```{language}\n(.*?)^```", re.DOTALL | re.MULTILINE)
    return [block for text in TEXTS.values() for block in shown.findall(text)]


def commands() -> list[str]:
    shown = [line for block in blocks("bash") for line in block.splitlines()]
    return sorted({line.split("#")[0].strip() for line in shown if line.startswith("ftq ")})


@pytest.mark.parametrize("command", commands())
def test_commands_and_flags_exist(command: str) -> None:
    words = command.split()
    name = words[1:3] if words[1] == "review" else words[1:2]
    printed = subprocess.run(
        [sys.executable, "-m", "ftq_spark", *name, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "300", "PATH": ""},
    ).stdout
    for flag in re.findall(r"--[a-z-]+", command):
        assert flag in printed


def test_scripts_exist() -> None:
    for name in {name for text in TEXTS.values() for name in re.findall(r"\./(scripts/\w+)", text)}:
        assert (ROOT / name).is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", TEXTS[page]):
        assert link.startswith("https://") or (page.parent / link).exists(), link


def test_the_architecture_page_names_the_layers_that_hold() -> None:
    project = pytest.importorskip("tomllib").loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    stated = re.search(r"^__main__ > .*$", TEXTS[ROOT / "docs" / "architecture.md"], re.MULTILINE)
    assert stated is not None and stated.group().split(" > ") == contracts[0]["layers"]


def figures_of_the_readme() -> list[tuple[str, str]]:
    """What the table of figures says was measured, and the program that measured it."""
    table = TEXTS[ROOT / "README.md"].partition("| Question | Data | Result | Program |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert rows
    return [(row[2], row[3].strip("`")) for row in rows]


@pytest.mark.parametrize(("measured", "program"), figures_of_the_readme())
def test_figures_of_the_readme_are_recorded(measured: str, program: str) -> None:
    recorded = [
        section
        for name in ("benchmarks", "evaluation")
        for section in (ROOT / "scripts" / name / "RESULTS.md").read_text(encoding="utf-8").split("\n## ")
        if section.startswith(program + "\n")
    ]
    assert len(recorded) == 1
    printed = " ".join(recorded[0].split())
    for said in re.findall(r"\w+ \d+ of \d+", measured):
        assert said in re.sub(r"(drop|review|note) ", "", printed)
    for figure in re.findall(r"\d+\.\d+|[\d,]+ wrong", measured):
        assert figure.removesuffix(" wrong") in printed.split()


def test_front_door_of_the_readme_exists() -> None:
    shown = next(block for block in blocks("python") if "ftq.audit" in block)
    for name in re.findall(r"ftq\.(\w+)\(", shown):
        assert name in ftq.__all__
    for name in re.findall(r"run\.(\w+)", shown):
        assert hasattr(ftq.Run, name)


def test_settings_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = next(block for block in blocks("python") if block.startswith("# mine.py"))
    (tmp_path / "mine.py").write_text(own)
    (tmp_path / "golden_ids.txt").write_text("0123456789abcdef" * 2)
    try:
        for number, text in enumerate(blocks("yaml")):
            path = tmp_path / f"{number}.yaml"
            path.write_text(text)
            load(path)
        assert "n_exclamations" in signals.REGISTRY
    finally:
        signals.REGISTRY.pop("n_exclamations", None)


def test_python_reads_a_run(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shards = ROOT / "tests" / "sample" / "shards"
    run(Path("out/sample"), shards / "general.csv", dedup__semantic__enabled=False, conflict__enabled=False)
    example = next(block for block in blocks("python") if "ds.dataset" in block)
    exec(example, {})
    printed = capsys.readouterr().out
    assert "keep" in printed
    assert "duplicate_of" in printed
