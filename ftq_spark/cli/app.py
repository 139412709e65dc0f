"""The command line: parse, load settings, open a session, call.

Results go to stdout, progress and errors to stderr. Exit codes: 0 done; 1 done and a gate failed; 2 the user must
change something; 3 the program or the cluster failed.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from enum import Enum
from typing import Annotated, Any, NoReturn

import typer

from ftq_spark import __version__
from ftq_spark.cli import cluster, decide, examples, exits, export, review, watch
from ftq_spark.cli.cluster import MasterOption, RemoteOption
from ftq_spark.cli.console import (
    ColumnOption,
    Inputs,
    JsonOption,
    Log,
    RunArgument,
    SetOption,
    SettingsOption,
    err,
    say_pace,
    say_skipped,
    show,
    with_columns,
)
from ftq_spark.errors import UserError

app = typer.Typer(
    name="ftq",
    help="Audit, clean and score chat fine-tuning datasets.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


class ValidationFormat(str, Enum):
    """What `ftq validate` prints."""

    text = "text"
    json = "json"
    sarif = "sarif"


@app.command()
def run(
    inputs: Inputs,
    out_: Annotated[str, typer.Option("--out", metavar="RUN", help="The run directory to write, or to go on with.")],
    settings: SettingsOption = "default",
    set_: SetOption = [],
    column: ColumnOption = [],
    from_: Annotated[
        str | None, typer.Option("--from", metavar="STAGE", help="Run this stage and all after it, changed or not.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="STAGE", help="Stop after this stage.")] = None,
    against: Annotated[
        list[str],
        typer.Option("--against", metavar="RUN", help="Compare with what a former run kept as well."),
    ] = [],
    fail_on: Annotated[
        list[str],
        typer.Option("--fail-on", metavar="GATE", help="Exit 1 when true: conflicts, rejected, or such as 'drop>0.2'."),
    ] = [],
    master: MasterOption = None,
    remote: RemoteOption = None,
    table: Annotated[
        str | None,
        typer.Option("--table", metavar="CATALOG.SCHEMA.NAME", help="Append the scored examples to this table, too."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing of the progress.")] = False,
    log: Annotated[Log | None, typer.Option("--log", help="Write progress as lines: text or json.")] = None,
    json_file: Annotated[
        str | None, typer.Option("--json-file", metavar="FILE", help="Write the result as JSON to FILE, a path or URI.")
    ] = None,
    as_json: JsonOption = False,
    watch_: Annotated[
        bool, typer.Option("--watch", help="Run again when INPUT or the settings file changes, until Ctrl-C.")
    ] = False,
) -> None:
    """Audit INPUT: score every example, find duplicates and conflicts, decide, and write RUN."""
    from ftq_spark.spark import launch

    def once() -> int:
        from ftq_spark import api
        from ftq_spark.cli import fail_on as gates
        from ftq_spark.cli import progress

        parsed = [gates.parse(text) for text in fail_on]
        chosen = api.load_settings(settings, with_columns(set_, column))
        say_skipped(inputs)
        # spark-submit merges what is said into standard output, where the JSON stands alone unless --log is given.
        is_quiet = quiet or (as_json and log is None and "PYSPARK_GATEWAY_PORT" in os.environ)
        with progress.watch(err, is_quiet, log) as watcher:
            done = api.audit(
                inputs, out_, chosen, against=against, master=master, remote=remote, table=table, first=from_, last=to,
                progress=watcher,
            )  # fmt: skip
        summary = done.summary if to is None else done.manifest
        shown = gates.brief(summary, out_, parsed) if to is None else {"stopped_after": to, "paths": {"run": out_}}
        show(shown, as_json, lambda _: str(done) if to is None else f"stopped after {to}", json_file)
        failed = [gate for gate in parsed if gates.failed(gate, summary)] if to is None else []
        for gate in failed:
            err.print(f"gate failed: {gate.text} ({gates.value(gate, summary):g})", markup=False)
        return 1 if failed else 0

    if watch_:
        watch.check(inputs)
    with launch.ahead([] if remote or against else inputs, out_, master):
        raise typer.Exit(watch.rerun(once, inputs, settings, quiet=quiet) if watch_ else once())


@app.command()
def plan(
    inputs: Inputs,
    settings: SettingsOption = "default",
    set_: SetOption = [],
    column: ColumnOption = [],
    master: MasterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a run over INPUT would do, from a sample: rows, candidate pairs, largest blocks, embedding time."""
    from ftq_spark import api

    say_skipped(inputs)
    found = api.plan(inputs, api.load_settings(settings, with_columns(set_, column)), master=master)
    from ftq_spark import planning  # which needs pyspark: that it is missing has been said by now

    show(found, as_json, planning.render)


@app.command()
def validate(
    inputs: Inputs,
    format_: Annotated[
        ValidationFormat, typer.Option("--format", help="text: one line a finding; json; sarif: for code scanning.")
    ] = ValidationFormat.text,
    as_json: JsonOption = False,
    limit: Annotated[
        int, typer.Option("--limit", help="Rejects to print, and warnings to print; all are counted.", min=0)
    ] = 100,
    max_tokens: Annotated[
        int | None, typer.Option("--max-tokens", help="Where the trainer cuts: warn of what would be lost.", min=1)
    ] = None,
    tokenizer: Annotated[
        str | None,
        typer.Option("--tokenizer", metavar="FILE", help="The model's tokenizer.json; else tokens are estimated."),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option("--template", metavar="DIR|NAME", help="The model: render each row by its own chat template."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")] = False,
    settings: SettingsOption = "default",
    set_: SetOption = [],
    column: ColumnOption = [],
) -> None:
    """Check the format of INPUT alone: what could not be read, and what a trainer would silently drop.

    Exit 1 when any row is rejected.
    """
    from ftq_spark import api, validation

    chosen = api.load_settings(settings, with_columns(set_, column))
    began = time.monotonic()
    found = api.validate(
        inputs, limit=limit, max_tokens=max_tokens, tokenizer=tokenizer, settings=chosen, template=template
    )
    say_pace(found["read"], time.monotonic() - began)
    wanted = ValidationFormat.json if as_json else format_
    result = validation.sarif(found) if wanted is ValidationFormat.sarif else found
    show(result, wanted is not ValidationFormat.text, validation.render)
    raise typer.Exit(1 if found["rejected"] or (strict and found["warned"]) else 0)


@app.command()
def lint(
    settings: SettingsOption = "default",
    set_: SetOption = [],
    anchors: Annotated[
        list[str],
        typer.Option("--anchors", metavar="FILE", help="JSONL with prompt, better, worse; else those of the package."),
    ] = [],
    fit: Annotated[
        list[str], typer.Option("--fit", metavar="LABELS", help="Fit the weights to these review labels instead.")
    ] = [],
    run_: Annotated[str | None, typer.Option("--run", metavar="RUN", help="The run that --fit is about.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a scoring profile against pairs of answers of which the better is known. Exit 1 when a pair is wrong.

    With --fit, print weights that fit what reviewers of a run said, as settings.
    """
    from ftq_spark import lint as linting
    from ftq_spark.profiles import load

    profile = load(settings, set_).score
    if fit:
        if run_ is None:
            raise UserError("--fit needs --run: the run whose examples were reviewed")
        show(linting.fit(run_, fit, profile), as_json, linting.render_fit)
        return
    pairs = [pair for path in anchors for pair in linting.read_anchors(path)] or linting.shipped_anchors()
    found = linting.check(pairs, profile)
    show(found, as_json, linting.render)
    raise typer.Exit(1 if found["wrong"] else 0)


@app.command()
def formats(as_json: JsonOption = False) -> None:
    """List the schemas of rows that are read: name, what a row needs, and an example row."""
    from ftq_spark.formats.schemas import schemas

    show([entry._asdict() for entry in schemas()], as_json, lambda found: "\n\n".join(map(_schema_text, found)))


def _schema_text(entry: dict[str, Any]) -> str:
    return f"{entry['name']}\n  {entry['needs']}\n  {json.dumps(entry['example'], ensure_ascii=False)}"


@app.command("signals")
def signals_(as_json: JsonOption = False) -> None:
    """List the signals: name, version, range, what each reads, and what it measures."""
    from ftq_spark import signals

    rows = [{key: value for key, value in entry._asdict().items() if key != "measure"} for entry in signals.catalogue()]
    show(rows, as_json, lambda found: "\n".join(_signal_line(row) for row in found))


def _signal_line(row: dict[str, Any]) -> str:
    reads = ", ".join(row["reads"])
    return f"{row['name']:<30} v{row['version']}  {_range(row['range']):<8} {reads:<20} {row['summary']}"


def _range(bounds: tuple[float, float]) -> str:
    low, high = (f"{bound:g}" if abs(bound) != float("inf") else "∞" for bound in bounds)
    return f"[{low}, {high}]"


@app.command()
def report(run_: RunArgument, as_json: JsonOption = False) -> None:
    """Make report.html and summary.json again, with the review results that have come in."""
    from ftq_spark import api
    from ftq_spark.cli import progress

    with progress.watch(err) as watcher:
        done = api.rebuild_report(run_, watcher)
    show(done.summary, as_json, lambda _: str(done))


@app.command()
def explain(
    run_: RunArgument,
    example_id: Annotated[str, typer.Argument(metavar="EXAMPLE_ID", help="Or its first digits, or file:row.")],
    as_json: JsonOption = False,
) -> None:
    """Everything known about one example: signals, reasons, what it repeats, and what it contradicts."""
    from ftq_spark import explain as explaining
    from ftq_spark.runs.run import Run

    known = explaining.explain(Run.open(run_), example_id)
    show(known, as_json, explaining.render)


@app.command()
def compare(
    run_a: Annotated[str, typer.Argument(metavar="RUN_A")],
    run_b: Annotated[str, typer.Argument(metavar="RUN_B")],
    fail_on: Annotated[list[str], typer.Option("--fail-on", metavar="GATE", help="Exit 1 when true: drift.")] = [],
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write it as a page too.")] = None,
    junit: Annotated[str | None, typer.Option("--junit", metavar="FILE", help="Write it as JUnit XML too.")] = None,
    as_json: JsonOption = False,
) -> None:
    """What changed from RUN_A to RUN_B: rows by outcome, verdicts by content, what drifted, and settings."""
    from ftq_spark import compare as comparing
    from ftq_spark.runs import storage
    from ftq_spark.runs.run import Run

    if unknown := [gate for gate in fail_on if gate != "drift"]:
        raise UserError(f"--fail-on {unknown[0]}: expected drift")
    found = comparing.compare(Run.open(run_a), Run.open(run_b))
    if html:
        storage.write_text(html, comparing.page(found, (run_a, run_b)))
    if junit:
        storage.write_text(junit, comparing.junit(found, f"{run_a} {run_b}"))
    show(found, as_json, comparing.render)
    raise typer.Exit(1 if fail_on and found["drift"]["found"] else 0)


app.command("doctor")(cluster.doctor)
app.command("gc")(cluster.gc)
app.add_typer(review.review, name="review")
app.command("agreement")(review.agreement)
app.command("serve")(decide.serve)
app.command("sizing")(review.sizing)
app.command("export")(export.export)
app.command("settings")(export.settings)
app.command("init")(export.init)
examples.attach(app)


@app.callback(invoke_without_command=True)
def _options(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    if version:
        sys.stdout.write(f"ftq {__version__}\n")
        raise typer.Exit()


def main() -> NoReturn:
    """Run the command line and exit with the contract's codes."""
    sys.exit(invoke(sys.argv[1:]))


def job(arguments: list[str] | None = None) -> None:
    """Run one command (by default sys.argv's) for a scheduler, and return.

    Raises:
        SystemExit: the exit code is not 0; managed clusters take any SystemExit for a failure, so success raises none.
    """
    if code := invoke(sys.argv[1:] if arguments is None else arguments):
        sys.exit(code)


def invoke(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    # The tests pass with pandas 3; spark-submit puts what Python warns of into the output, where JSON is awaited.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    return exits.code_of(lambda: app(arguments, standalone_mode=False), arguments)
