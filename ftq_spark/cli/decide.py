"""The commands by which people decide of single examples: decide, serve; without Spark."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from ftq_spark.cli.console import JsonOption, LabelColumns, RunArgument, confinement, pairs, show
from ftq_spark.cli.exits import Interrupted
from ftq_spark.errors import SettingsError


def decide(
    run: RunArgument,
    files: Annotated[
        list[str], typer.Option("--decisions", metavar="FILE", help="What report.html saved; may be repeated.")
    ] = [],
    labels: Annotated[
        list[Path],
        typer.Option("--labels", metavar="FILE", help="Label files: keep or correct keeps, drop or error drops."),
    ] = [],
    columns: LabelColumns = [],
    keep: Annotated[
        list[str],
        typer.Option("--keep", metavar="ID", help="Keep this example (its id, first digits of it, or file:row)."),
    ] = [],
    drop: Annotated[list[str], typer.Option("--drop", metavar="ID", help="Drop this example (likewise).")] = [],
    answers: Annotated[
        list[str],
        typer.Option(
            "--answer", metavar="ID=FILE", help="Keep this example (likewise) with the corrected answer in FILE."
        ),
    ] = [],
    rest: Annotated[
        str, typer.Option("--rest", metavar="keep|drop", help="Decide all that still waits for review under --where.")
    ] = "",
    where: Annotated[
        list[str],
        typer.Option("--where", metavar="COLUMN=VALUE", help="Of --rest: reason=vague (that alone), dataset=support."),
    ] = [],
    reviewer: Annotated[str, typer.Option("--reviewer", metavar="NAME", help="Who decides.")] = "reviewer",
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Keep or drop examples by a person's word: the next `ftq run` publishes it and measures nothing again."""
    from ftq_spark.review import render
    from ftq_spark.review.corrections import decisions_of
    from ftq_spark.review.decisions import parse_decisions, record_decisions, waiting, whole_id
    from ftq_spark.runs.run import Run

    if not (files or labels or keep or drop or answers or rest):
        ways = "--decisions FILE, --labels FILE, --keep ID, --drop ID, --answer ID=FILE or --rest keep --where …"
        raise SettingsError(f"ftq review decide: expected {ways}")
    if bool(rest) != bool(where) or rest not in ("", "keep", "drop"):
        raise SettingsError("ftq review decide: expected --rest keep or --rest drop together with --where COLUMN=VALUE")
    named = [(name, "keep") for name in keep] + [(name, "drop") for name in drop]
    opened = Run.open(run)
    said = [
        {"example_id": whole_id(opened, name), "verdict": verdict, "reviewer": reviewer, "note": note}
        for name, verdict in named
    ] + [
        {"example_id": whole_id(opened, name), "verdict": "keep", "reviewer": reviewer, "note": note, "response": text}
        for name, text in _answers(answers)
    ]
    if rest:
        left = waiting(opened, confinement(where))
        said += [{"example_id": name, "verdict": rest, "reviewer": reviewer, "note": note} for name in left]
    from_labels = decisions_of(labels, dict(pairs("--column", columns))) if labels else []
    show(record_decisions(opened, [*parse_decisions(files), *from_labels, *said]), as_json, render.render_decisions)


def serve(
    run: RunArgument,
    port: Annotated[int, typer.Option("--port", metavar="PORT", min=0, max=65_535, help="0 for any that is free.")] = 0,
    browse: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
) -> None:
    """Show the report on this machine alone, and save what is decided in it to RUN at once. Ctrl-C ends it."""
    from ftq_spark.review.serve import Server
    from ftq_spark.runs.run import Run

    try:
        server = Server(Run.open(run), port)
    except OSError as error:
        raise SettingsError(f"--port {port}: {error.strerror or error}") from error
    try:
        with server:
            typer.echo(server.address)
            typer.echo(f"{server.address}review/   (label the draws of `ftq review draw`)")
            if browse:
                typer.launch(server.address)
            server.serve_forever()
    except Interrupted as interrupt:
        if interrupt.args[0] is not signal.SIGINT:
            raise
    typer.echo(f"what was decided is in {run}; `ftq run` with the same inputs and --out publishes it")


def _answers(given: list[str]) -> list[tuple[str, str]]:
    """Id and text of each ``ID=FILE``."""
    found = []
    for name, file in pairs("--answer", given):
        try:
            found.append((name, Path(file).read_text(encoding="utf-8").removesuffix("\n")))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"--answer {file}: cannot be read as UTF-8 text: {error}") from error
    return found
