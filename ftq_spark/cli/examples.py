"""The help of the command line: commands under headings in the order of their use, and an example for each."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from rich.markup import escape

# Heading → its commands, as the help lists them.
PANELS: dict[str, tuple[str, ...]] = {
    "Audit": ("validate", "run", "plan"),
    "Look and decide": ("serve", "explain", "compare", "report", "review", "agreement", "sizing"),
    "Train": ("export",),
    "Set up and look up": ("init", "settings", "formats", "signals", "lint", "doctor", "gc"),
}
# The command's name, and the lines that one would type.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "run": (
        "ftq run data/ --out out/data",
        "ftq run medical=a.jsonl legal=b.parquet --out out/both --set score.min_quality=0.5 --fail-on 'rejected>0.01'",
    ),
    "plan": ("ftq plan data/",),
    "validate": ("ftq validate data/ --max-tokens 4096", "ftq validate data/ --format sarif > ftq.sarif"),
    "lint": ("ftq lint --settings mine.yaml --anchors pairs.jsonl", "ftq lint --run out/data --fit labels.csv"),
    "formats": ("ftq formats",),
    "signals": ("ftq signals",),
    "report": ("ftq report out/data",),
    "explain": ("ftq explain out/data 3fa2", "ftq explain out/data train.jsonl:17"),
    "compare": (
        "ftq compare out/before out/after",
        "ftq compare out/before out/after --html changes.html --junit drift.xml --fail-on drift",
    ),
    "export": (
        "ftq export out/data --format messages --to out/chat --split train=0.95,test=0.05",
        "ftq export out/data --format dpo --to out/pairs --file-format jsonl",
    ),
    "settings": ("ftq settings --settings mine.yaml --set dedup.near.threshold=0.9",),
    "init": ("ftq init data/ --out mine.yaml",),
    "doctor": ("ftq doctor --master spark://HOST:7077 --out /shared/out/data",),
    "gc": ("ftq gc out/data --dry-run",),
    "agreement": (
        "ftq agreement --labels ann.csv --labels bob.csv",
        "ftq agreement --labels ratings.json --column stars=label",
    ),
    "sizing": ("ftq sizing out/data --goal domain",),
    "review draw": (
        "ftq review draw out/data --out review --n 150",
        "ftq review draw out/data --out review --format label_studio",
    ),
    "review score": ("ftq review score out/data --labels review/labels.csv",),
    "serve": ("ftq serve out/data",),
    "review decide": (
        "ftq review decide out/data --decisions decisions-6917f13a.jsonl",
        "ftq review decide out/data --labels label-studio-export.json",
        "ftq review decide out/data --keep ID --drop ID --reviewer Ana",
    ),
    "review conflicts": (
        "ftq review conflicts out/data --out pairs",
        "ftq review conflicts out/data --labels pairs/conflicts.csv",
    ),
    "review agreed": (
        "ftq review agreed out/data --guidelines guidelines.md",
        "ftq review agreed out/data --labels session.jsonl --guidelines guidelines.md",
    ),
    "review guidelines": ("ftq review guidelines > guidelines.md", "ftq review guidelines guidelines.md"),
}


def attach(app: typer.Typer) -> None:
    """Put the commands under their headings, and the examples under the help of their commands."""
    order = {name: (place, panel) for place, (panel, name) in enumerate(_places())}
    app.registered_commands.sort(key=lambda command: order[_name(command)])
    for command in app.registered_commands:
        command.rich_help_panel = order[_name(command)][1]
    for group in app.registered_groups:
        group.rich_help_panel = order[str(group.name)][1]
    for name, command in commands(app):
        lines = EXAMPLES.get(name, ())
        title = "Example:" if len(lines) == 1 else "Examples:"
        if lines:
            command.epilog = "\n\n".join([title, *map(escape, lines)])


def _places() -> Iterator[tuple[str, str]]:
    return ((panel, name) for panel, names in PANELS.items() for name in names)


def _name(command: typer.models.CommandInfo) -> str:
    assert command.callback is not None
    return command.name or command.callback.__name__


def commands(app: typer.Typer, prefix: str = "") -> Iterator[tuple[str, typer.models.CommandInfo]]:
    """Every command, by its name as it is typed."""
    for command in app.registered_commands:
        yield prefix + _name(command), command
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, f"{prefix}{group.name} ")
