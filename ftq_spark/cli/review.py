"""The commands of the human side: drawing and scoring reviews, agreement, sizing, guidelines; without Spark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ftq_spark.cli.console import JsonOption, LabelColumns, RunArgument, confinement, err, pairs, show
from ftq_spark.cli.decide import decide
from ftq_spark.errors import RunError, SettingsError

if TYPE_CHECKING:
    from ftq_spark.settings import Settings

review = typer.Typer(help="Draw examples for experts, and judge the data by what they find.", no_args_is_help=True)

Labels = Annotated[
    list[str], typer.Option("--labels", metavar="FILE", help="CSV, JSONL or XLSX, a path or URI; may be repeated.")
]
KeptLabels = Annotated[
    list[Path],
    typer.Option("--labels", metavar="FILE", help="May be repeated; else what was labelled in `ftq serve`."),
]


@review.command("draw")
def draw(
    run: RunArgument,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Where the sheets go.")],
    n: Annotated[int | None, typer.Option("--n", min=1, help="Examples; 150 for the gate by default.")] = None,
    kind: Annotated[str, typer.Option("--kind", help="gate, specialist or calibration.")] = "gate",
    seed: Annotated[int | None, typer.Option("--seed", help="Another seed, another draw.")] = None,
    where: Annotated[
        list[str], typer.Option("--where", metavar="COLUMN=VALUE", help="Confine the draw to a domain.")
    ] = [],
    stratify: Annotated[
        list[str], typer.Option("--stratify", metavar="COLUMN", help="Draw from each value of it.")
    ] = [],
    annotators: Annotated[list[str], typer.Option("--annotator", metavar="NAME", help="May be repeated.")] = [],
    oversample: Annotated[
        float, typer.Option("--oversample", min=1, help="Draw risky examples so many times as often.")
    ] = 1.0,
    error_rates: Annotated[
        Path | None,
        typer.Option("--error-rates", metavar="FILE", help="A former score as JSON: draw more where errors were."),
    ] = None,
    looks: Annotated[list[int], typer.Option("--look", help="A size at which the gate will be judged.")] = [],
    disputed: Annotated[
        list[Path], typer.Option("--disputed", metavar="FILE", help="Label files whose disagreements to calibrate on.")
    ] = [],
    formats: Annotated[
        list[str],
        typer.Option("--format", help="html, csv, xlsx, label_studio, argilla (all by default), prodigy, doccano."),
    ] = [],
    as_json: JsonOption = False,
) -> None:
    """Draw examples for review: sheets for people, and a page to work in by keyboard."""
    from ftq_spark.review import agreement_commands, commands, render
    from ftq_spark.review.draw import DrawSettings
    from ftq_spark.review.error_rates import read_error_rates

    chosen = _settings(run)
    wanted: dict[str, Any] = {
        "kind": kind,
        "n": n if n is not None or kind != "gate" else chosen.review.n,
        "seed": chosen.review.seed if seed is None else seed,
        "where": confinement(where),
        "strata": tuple(stratify) or None,
        "fraction": chosen.review.specialist_fraction,
        "oversample": oversample,
        "error_rates": read_error_rates(error_rates) if error_rates else {},
        "looks": tuple(looks),
        "double_fraction": chosen.review.double_label_fraction,
        "min_doubled": chosen.review.min_double_labels,
        "min_quality": chosen.score.min_quality,
        "conflict_threshold": chosen.conflict.score_threshold,
        "disputed": agreement_commands.disputed_items(disputed) if disputed else (),
        **({"annotators": tuple(annotators)} if annotators else {}),
    }
    settings = DrawSettings(**wanted)
    result = commands.draw_command(run, out, settings, tuple(formats) or commands.USUAL_FORMATS, disputed)
    show(result, as_json, render.render_draw)


@review.command("score")
def score(
    run: RunArgument,
    labels: KeptLabels = [],
    mode: Annotated[str | None, typer.Option("--mode", help="strict, or article: the point estimate decides.")] = None,
    max_error_rate: Annotated[
        float | None,
        typer.Option("--max-error-rate", min=0, max=1, help="The gate. By default that of the run's settings."),
    ] = None,
    draw_id: Annotated[
        str | None, typer.Option("--draw", metavar="ID", help="The draw that the labels belong to.")
    ] = None,
    columns: LabelColumns = [],
    as_json: JsonOption = False,
) -> None:
    """Error rate with its interval, and the gate: pass, fail or inconclusive. Exit 1 when it fails."""
    from ftq_spark.kernels.review.error_gate import GateSettings
    from ftq_spark.review import commands, render
    from ftq_spark.review.sizing import sizing_table
    from ftq_spark.runs.run import Run

    if mode not in (None, "strict", "article"):
        raise SettingsError(f"--mode {mode}: expected strict or article")
    chosen = _settings(run).review
    limit = chosen.max_error_rate if max_error_rate is None else max_error_rate
    settings = GateSettings(max_error_rate=limit, mode=mode or chosen.mode)  # type: ignore[arg-type]
    result = commands.score_command(run, labels, settings, draw_id, dict(pairs("--column", columns)))
    _remember(run, {"review": result, "sizing": sizing_table(Run.open(run))})
    show(result, as_json, render.render_score)
    raise typer.Exit(1 if result["gate"] == "fail" else 0)


review.command("decide")(decide)


@review.command("conflicts")
def conflicts(
    run: RunArgument,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write a sheet of pairs to judge.")] = None,
    labels: Annotated[
        list[str], typer.Option("--labels", metavar="FILE", help="Learn from the sheets that came back.")
    ] = [],
    n: Annotated[int, typer.Option("--n", min=1, help="Pairs on the sheet.")] = 200,
    as_json: JsonOption = False,
) -> None:
    """Pairs that may contradict: a sheet to judge (conflict, compatible, unsure), or what the verdicts teach."""
    from ftq_spark.review import render
    from ftq_spark.review.conflicts import draw_conflicts, learn_from_conflicts

    if (out is None) == (not labels):
        raise SettingsError("ftq review conflicts: expected either --out DIR or --labels FILE")
    if out is not None:
        show(draw_conflicts(run, out, n), as_json, render.render_pairs)
    else:
        show(learn_from_conflicts(run, labels), as_json, render.render_learnt)


@review.command("agreed")
def agreed(
    run: RunArgument,
    guidelines: Annotated[
        Path | None,
        typer.Option("--guidelines", metavar="FILE", help="Append the rules to its borderline cases."),
    ] = None,
    labels: KeptLabels = [],
    draw_id: Annotated[str | None, typer.Option("--draw", metavar="ID", help="The calibration session.")] = None,
    columns: LabelColumns = [],
    as_json: JsonOption = False,
) -> None:
    """Keep what a calibration session agreed on: verdicts, and the notes as rules for the guidelines."""
    from ftq_spark.review import agreement_commands, render

    result = agreement_commands.agreed_command(run, labels, guidelines, draw_id, dict(pairs("--column", columns)))
    show(result, as_json, render.render_agreed)


@review.command("guidelines")
def guidelines(
    file: Annotated[Path | None, typer.Argument(help="Check this file; without one a template is printed.")] = None,
    run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="Hold the stated bounds against its kept answers, too.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """A template for annotator guidelines, or what is missing in yours. Exit 1 when something is."""
    from ftq_spark.review import agreement_commands, render
    from ftq_spark.review.guidelines import guideline_template

    if file is None:
        typer.echo(guideline_template())
        return
    found = agreement_commands.guidelines_command(file, run)
    show(found, as_json, lambda result: render.render_lint(result["problems"], result["settings"]))
    raise typer.Exit(0 if found["complete"] else 1)


def agreement(
    labels: KeptLabels = [],
    min_kappa: Annotated[
        float | None,
        typer.Option(
            "--min-kappa", min=-1, max=1, help="Below: the guidelines are ambiguous. By default that of --run."
        ),
    ] = None,
    scale: Annotated[list[str], typer.Option("--scale", help="The labels in order, for ordinal coefficients.")] = [],
    columns: LabelColumns = [],
    run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="Keep the result for this run's report.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Agreement of annotators who labelled the same items, and a verdict on the guidelines."""
    from ftq_spark.review import agreement_commands, render
    from ftq_spark.settings import Review

    settings = Review() if run is None else _settings(run).review
    if not labels and run is None:
        raise SettingsError("ftq agreement: expected --labels FILE, or --run RUN for what was labelled in `ftq serve`")
    wanted = settings.min_kappa if min_kappa is None else min_kappa
    result = agreement_commands.agreement_command(labels, wanted, scale, dict(pairs("--column", columns)), run)
    if run is not None:
        _remember(run, {"agreement": result})
    show(result, as_json, render.render_agreement)


def sizing(
    run: RunArgument,
    goal: Annotated[str, typer.Option("--goal", help="style, domain, task, knowledge or alignment.")],
    generated: Annotated[
        bool, typer.Option("--generated", help="The data were generated, not written by people.")
    ] = False,
    topic: Annotated[
        str | None, typer.Option("--topic", metavar="COLUMN", help="Column of scored/ that holds topics.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether the kept data are enough for a goal, and which topics lack examples."""
    from ftq_spark.review import render
    from ftq_spark.review.sizing import sizing_command, sizing_table
    from ftq_spark.runs.run import Run

    result = sizing_command(run, goal, generated, topic)
    _remember(run, {"sizing": sizing_table(Run.open(run))})
    show(result, as_json, render.render_sizing)


def _remember(run: str, sections: dict[str, Any]) -> None:
    """Put results into the run's report; that of another version stays as it is, and that is said."""
    from ftq_spark.report.remember import remember
    from ftq_spark.runs.run import Run

    try:
        remember(Run.open(run), sections)
    except RunError as error:
        err.print(f"ftq: report.html stays as it was: {error}", markup=False, highlight=False, soft_wrap=True)


def _settings(run: str) -> Settings:
    """The settings that the run was made with."""
    from ftq_spark.runs.run import Run

    return Run.open(run).settings
