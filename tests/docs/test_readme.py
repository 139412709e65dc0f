"""What the README shows runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from runs import run

from ftq_spark import signals
from ftq_spark.profiles import load

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    shown = [line for block in blocks("bash") for line in block.splitlines()]
    shown += re.findall(r"^\| `(ftq [^`]*)`", README, re.MULTILINE)
    return sorted({line.split("#")[0].strip() for line in shown if line.startswith("ftq ")})


@pytest.mark.parametrize("command", commands())
def test_commands_and_flags_exist(command: str) -> None:
    words = command.split()
    name = words[1:3] if words[1] == "review" else words[1:2]
    printed = subprocess.run(
        [sys.executable, "-m", "ftq_spark.cli.app", *name, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "300", "PATH": ""},
    ).stdout
    for flag in re.findall(r"--[a-z-]+", command):
        assert flag in printed


def test_scripts_exist() -> None:
    for name in set(re.findall(r"\./(scripts/\w+)", README)):
        assert (ROOT / name).is_file()


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
