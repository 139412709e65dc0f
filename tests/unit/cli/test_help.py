"""The help: an example of every command, which parses, and -h for --help."""

from __future__ import annotations

import shlex

import pytest
import typer

from ftq_spark.cli.app import app, invoke
from ftq_spark.cli.examples import EXAMPLES, PANELS, commands

NAMES = [name for name, _ in commands(app)]


def test_every_command_has_an_example() -> None:
    assert set(NAMES) == set(EXAMPLES)


def test_the_help_lists_each_command_under_one_heading_in_the_order_of_use(capsys: pytest.CaptureFixture[str]) -> None:
    listed = [name for names in PANELS.values() for name in names]
    assert sorted(listed) == sorted({name.split()[0] for name in NAMES})
    assert invoke(["--help"]) == 0
    shown = capsys.readouterr().out
    places = [shown.index(f" {panel} ") for panel in PANELS]
    assert places == sorted(places)
    assert shown.index(" validate ") < shown.index(" run ") < shown.index(" plan ")


@pytest.mark.parametrize("line", [line for lines in EXAMPLES.values() for line in lines])
def test_examples_parse(line: str) -> None:
    name, *arguments = shlex.split(line.partition(" > ")[0])
    assert name == "ftq"
    command = typer.main.get_command(app)
    while arguments and arguments[0] in getattr(command, "commands", {}):
        command = command.commands[arguments.pop(0)]
    command.make_context("ftq", arguments)  # raises for an option or an argument that there is not


@pytest.mark.parametrize("name", NAMES)
def test_short_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke([*name.split(), "-h"]) == 0
    shown = capsys.readouterr().out
    assert "Example" in shown
    assert f"ftq {name}" in " ".join(shown.split())
