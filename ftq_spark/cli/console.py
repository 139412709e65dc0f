"""What all commands share: the consoles, common options, and how a result is shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import typer
from rich.console import Console

from ftq_spark.errors import SettingsError, UserError


class Log(str, Enum):
    """How progress is written."""

    text = "text"
    json = "json"


err = Console(stderr=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...", help="Files, directories, globs, URIs, or table:NAME; name=path names a dataset."
    ),
]
LabelColumns = Annotated[
    list[str],
    typer.Option("--column", metavar="THEIRS=OURS", help="A column by a name of the file's own: Rating=label."),
]
SettingsOption = Annotated[
    str, typer.Option("--settings", metavar="FILE|PROFILE", help="A YAML file, or a profile: default, article.")
]
SetOption = Annotated[
    list[str],
    typer.Option("--set", metavar="KEY=VALUE", help="Override one setting, such as dedup.near.threshold=0.9."),
]
ColumnOption = Annotated[
    list[str],
    typer.Option(
        "--column",
        metavar="FIELD=COLUMN",
        help="Read a field of a schema from your column: prompt=user_query, response=bot.reply, role=speaker; "
        "user_tag=pupil says what your turns call the user (assistant_tag, system_tag, observation_tag, function_tag); "
        "assistant_tag=Bob with user_tag=* makes everyone else the user.",
    ),
]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A directory that `ftq run --out` wrote.")]


def show(result: Any, as_json: bool, render: Callable[[Any], str], file: str | None = None) -> None:
    """Print `result` on stdout, as JSON or as `render` puts it for people; as JSON to a `file` (path or URI), too."""
    as_text = json.dumps(result, sort_keys=True, ensure_ascii=False) if as_json or file else ""
    if file:
        from ftq_spark.runs import storage

        storage.write_text(file, as_text + "\n")
    sys.stdout.write((as_text if as_json else render(result)) + "\n")


def with_columns(overrides: list[str], columns: list[str]) -> list[str]:
    """The overrides of settings, and those that --column asks for."""
    found = []
    for text in columns:
        field, equals, column = text.partition("=")
        if not (field and equals and column):
            raise UserError(f"--column {text!r}: expected field=column, such as prompt=user_query")
        found.append(f"ingest.columns.{field}={json.dumps(column)}")
    return [*overrides, *found]


def say_skipped(inputs: list[str]) -> None:
    """Say on stderr, in one line, which files below the inputs are not read, and why."""
    from ftq_spark.runs import input_files, shards

    if line := input_files.said(shards.skipped(inputs)):
        err.print(line, markup=False, highlight=False, soft_wrap=True)


def say_pace(n_rows: int, seconds: float) -> None:
    """Say on stderr, if that is a terminal, how many rows were looked at a second."""
    if err.is_terminal and seconds > 0:
        err.print(f"{n_rows:,} rows in {seconds:.1f} s: {n_rows / seconds:,.0f} rows/s", highlight=False)


def pairs(flag: str, items: list[str]) -> list[tuple[str, str]]:
    """Name and value of each ``NAME=VALUE`` that was given with `flag`."""
    found = [item.partition("=") for item in items]
    for item, (name, equals, value) in zip(items, found, strict=True):
        if not (name and equals and value):
            raise SettingsError(f"{flag} {item!r}: expected NAME=VALUE")
    return [(name, value) for name, _, value in found]


def confinement(where: list[str]) -> dict[str, list[str]]:
    """The values of each column that ``--where COLUMN=VALUE`` confines to."""
    confined: dict[str, list[str]] = {}
    for column, value in pairs("--where", where):
        confined.setdefault(column, []).append(value)
    return confined
