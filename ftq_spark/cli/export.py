"""The commands that hand data on and that say what would be done: export, settings, init; without Spark."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from ftq_spark.cli.console import Inputs, JsonOption, RunArgument, SetOption, SettingsOption, show
from ftq_spark.errors import SettingsError


class ExportFormat(str, Enum):
    """What `ftq export` writes."""

    messages = "messages"
    sharegpt = "sharegpt"
    alpaca = "alpaca"
    prompt_completion = "prompt_completion"
    dpo = "dpo"
    kto = "kto"
    as_found = "as_found"


class FileFormat(str, Enum):
    """What its shards are."""

    parquet = "parquet"
    jsonl = "jsonl"


class Verdict(str, Enum):
    """What was decided of an example."""

    keep = "keep"
    review = "review"
    drop = "drop"


def export(
    run: RunArgument,
    format_: Annotated[ExportFormat, typer.Option("--format", help="The schema of every row.")],
    to: Annotated[str, typer.Option("--to", metavar="DIR", help="A new directory.")],
    split: Annotated[
        str | None,
        typer.Option("--split", metavar="NAME=SHARE,…", help="Such as train=0.95,test=0.05; else all train."),
    ] = None,
    rows_per_shard: Annotated[int, typer.Option("--shard-rows", min=1, help="Rows of one file.")] = 50_000,
    file_format: Annotated[FileFormat, typer.Option("--file-format", help="What the shards are.")] = FileFormat.parquet,
    verdict: Annotated[
        list[Verdict] | None, typer.Option("--verdict", help="keep, unless others are named; may be repeated.")
    ] = None,
    push: Annotated[
        str | None,
        typer.Option("--push", metavar="REPOSITORY", help="Put it on the Hugging Face Hub too, as OWNER/NAME."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the kept examples as `datasets.load_dataset` and trainers read them: shards, splits, a dataset card.

    No question stands in two splits. What the format cannot hold is counted and said; exit 2 when it can hold nothing.
    """
    from ftq_spark import export as exporting
    from ftq_spark.runs.run import Run

    wanted = exporting.Wanted(
        format_.value,
        exporting.parse_splits(split),
        tuple(item.value for item in verdict or [Verdict.keep]),
        file_format.value,
        rows_per_shard,
        push,
    )
    show(exporting.export(Run.open(run), to, wanted), as_json, _render_export)


def _render_export(done: dict[str, Any]) -> str:
    from ftq_spark.export.rows import LEFT_OUT, REASONS
    from ftq_spark.report.display import counted

    splits = ", ".join(f"{name} {n:,}" for name, n in done["splits"].items())
    n_files = counted(len(done["files"]), "file")
    lines = [f"{counted(done['n'], 'row')} as {done['format']} in {done['to']}: {splits}; {n_files}"]
    lines += [f"not there, {counted(n, 'row')}: {REASONS[code]} ({code})" for code, n in done["unfit"].items()]
    lines += [f"left out of {counted(n, 'row')}: {LEFT_OUT[code]} ({code})" for code, n in done["left_out"].items()]
    if (masked := done["masked"])["rows"]:
        lines.append(
            f"out of training: {counted(masked['turns'], 'answer')} of {counted(masked['rows'], 'dialogue')} (weight 0)"
        )
    if done["file_format"] == "jsonl":
        lines += [
            f"column {name} has values of several kinds, of which `datasets` reads text that looks like JSON as JSON; "
            "--file-format parquet keeps it"
            for name in done["mixed"]
        ]
    lines += [f"split {name} has no rows: too few questions for its share" for name in done["empty_splits"]]
    return "\n".join([*lines, done["url"] or f'load it with datasets.load_dataset("{done["to"]}")'])


def settings(
    settings: SettingsOption = "default",
    set_: SetOption = [],
    as_json: JsonOption = False,
) -> None:
    """Print every setting as YAML, and of each that differs from the default profile what the default is."""
    from ftq_spark.profiles import as_yaml, load

    chosen = load(settings, set_)
    show(chosen.model_dump(mode="json") if as_json else as_yaml(chosen).rstrip("\n"), as_json, str)


def init(
    inputs: Inputs,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there; else it is printed.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a settings file for INPUT, from a sample: its schemas, languages, and columns where no schema fits."""
    from ftq_spark.validation.starter import starter

    text, about = starter(inputs)
    if out is not None:
        if out.exists():
            raise SettingsError(f"--out {out}: there is such a file already")
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"--out {out}: cannot be written: {error}") from error
    done = f"{out} written; ftq run {' '.join(inputs)} --settings {out} --out RUN"
    show(
        {**about, "settings": text, "out": str(out) if out else None}, as_json, lambda _: done if out else text.rstrip()
    )
