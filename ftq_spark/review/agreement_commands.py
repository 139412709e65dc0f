"""What the command line calls about people's agreement: double labels, calibration sessions, guidelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ftq_spark.errors import InputError
from ftq_spark.review import ledger, served_labels
from ftq_spark.review.agreement import agreement_report
from ftq_spark.review.guidelines import length_bounds, lint_guidelines
from ftq_spark.review.items import VERDICTS
from ftq_spark.review.labels import Labels, read_labels
from ftq_spark.review.sessions import before_and_after, record_session
from ftq_spark.review.stated_bounds import broken_by_data, word_bounds
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.run import Run


@of_any_version
def agreed_command(
    run: object,
    label_files: Sequence[Path | str] = (),
    guidelines: Path | None = None,
    draw_id: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Keep what a calibration session agreed on, and append it to the guidelines.

    The session is the draw named, else the calibration draw that holds most of the labelled items.

    Returns:
        The keys of :func:`ftq_spark.review.sessions.record_session`.

    Raises:
        InputError: nothing was agreed in it, or a file cannot be read.
    """
    opened = Run.open(run)
    files = label_files or served_labels.kept_files(opened, draw_id)
    votes = read_labels(files, allowed=VERDICTS, columns=columns).votes
    items = {vote.item_id for vote in votes}
    records = [served_labels.draw_named(opened, draw_id)] if draw_id else ledger.recorded_draws(opened)
    held = [
        (len(items & {item["example_id"] for item in record["items"]}), place, record)
        for place, record in enumerate(records)
        if record["kind"] == "calibration"
    ]
    if not any(n for n, _, _ in held):
        raise InputError(
            f"{opened.path}: these labels are of no calibration session; `ftq review draw --kind calibration`"
        )
    return record_session(opened, max(held, key=lambda entry: entry[:2])[2], votes, guidelines)


@of_any_version
def agreement_command(
    label_files: Sequence[Path | str],
    min_kappa: float = 0.6,
    scale: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    run: object = None,
) -> dict[str, Any]:
    """Agreement of double labels; keys of :func:`ftq_spark.review.agreement.agreement_report` and the files' problems.

    Args:
        run: keeps the result for this run's report; its calibration sessions are compared with it, and its labels are
            read where no file is named.

    Raises:
        InputError: a file is unreadable or has no annotator column, or nothing is labelled.
    """
    opened = None if run is None else Run.open(run)
    files = label_files or (served_labels.kept_files(opened) if opened else ())
    labels: Labels = read_labels(files, columns=columns, annotator_needed=True)
    if not labels.votes:
        raise InputError(f"no label in {', '.join(str(path) for path in label_files)}")
    result = {**agreement_report(labels.votes, min_kappa, scale), **labels.summary()}
    if opened is not None:
        result["sessions"] = before_and_after(opened, result)
        ledger.save_result(opened, "agreement", result)
    return result


def disputed_items(label_files: Sequence[Path | str]) -> tuple[str, ...]:
    """Items that people gave different labels, for ``DrawSettings.disputed`` of a calibration draw."""
    labels: dict[str, set[str]] = {}
    for vote in read_labels(label_files).votes:
        labels.setdefault(vote.item_id, set()).add(vote.label)
    return tuple(sorted(item for item, given in labels.items() if len(given) > 1))


@of_any_version
def guidelines_command(file: Path | str, run: object = None) -> dict[str, Any]:
    """What annotation guidelines lack: ``file``, ``complete``, ``problems``, and ``settings`` that say their bounds.

    With a `run` its kept answers are held against the bounds, too.

    Raises:
        InputError: the file is missing or not text.
    """
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"guidelines {file} cannot be read as UTF-8 text: {error}") from error
    bounds = length_bounds(text)
    problems = lint_guidelines(text)
    if run is not None:
        problems += broken_by_data(Run.open(run), bounds)
    ends = zip(("min_words", "max_words"), word_bounds(bounds), strict=True)
    settings = [f"score.format.{name}={value}" for name, value in ends if value is not None]
    return {"file": str(file), "complete": not problems, "problems": problems, "settings": settings}
