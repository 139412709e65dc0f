"""What a run remembers of its review, under ``RUN/review_labels``: draws, looks at the gate, and errors found.

    draws/<draw_id>.json    one drawn set: its items, strata and assignment
    looks.json              every size at which the gate was judged
    score.json              result of the last ftq review score
    agreement.json          result of the last ftq agreement that named the run
    findings.jsonl          one line for each example that is not simply right

``findings.jsonl`` is the way back into the data: the next run drops what people found wrong and sends its near matches
to review. Fields: ``example_id``, ``content_hash`` (null where the run has none), ``verdict`` (``drop`` for an error,
``review`` where people are unsure or do not agree), ``error_type``, ``note``, ``annotators``, ``draw_id``, ``run_id``.
The hash names the content, so that a later run finds it in any shard.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from ftq_spark.errors import RunError
from ftq_spark.review.tables import LABELS_FOLDER, ReviewedRun, content_hashes

FINDINGS_FILE = "findings.jsonl"
# Other kinds of draw that each kind keeps clear of. Calibration items are chosen for their risk, so the random
# draws must not leave them out: that would bias the rate.
SEPARATE_FROM = {"gate": ("specialist",), "specialist": ("gate",), "calibration": ("gate", "specialist")}


def recorded_draws(run: ReviewedRun) -> list[dict[str, Any]]:
    """Every recorded draw, in order of its id."""
    folder = run.labels_folder / "draws"
    return [_read_json(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []


def taken_ids(run: ReviewedRun, kind: str) -> frozenset[str]:
    """Examples that a draw of this kind keeps clear of."""
    others = SEPARATE_FROM[kind]
    return frozenset(
        item["example_id"] for record in recorded_draws(run) if record["kind"] in others for item in record["items"]
    )


def save_draw(run: ReviewedRun, record: Mapping[str, Any]) -> Path:
    """Keep a draw; the same draw again writes the same file."""
    path = run.labels_folder / "draws" / f"{record['draw_id']}.json"
    write_bytes(path, orjson.dumps(record, option=orjson.OPT_INDENT_2))
    return path


def recorded_looks(run: ReviewedRun) -> list[dict[str, Any]]:
    """Looks at the gate so far, smallest first."""
    path = run.labels_folder / "looks.json"
    return list(_read_json(path)["looks"]) if path.is_file() else []


def record_look(run: ReviewedRun, look: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Keep a look at the gate; a look at the same draw family and size replaces the former one.

    Args:
        look: ``family`` (draws that contain each other), ``n``, ``kind``, ``errors``, ``low``, ``high``
            and ``gate``.
    """
    place = (look["family"], look["n"])
    looks = [known for known in recorded_looks(run) if (known["family"], known["n"]) != place]
    looks = sorted([*looks, dict(look)], key=lambda known: (known["family"], known["n"]))
    write_bytes(run.labels_folder / "looks.json", orjson.dumps({"looks": looks}, option=orjson.OPT_INDENT_2))
    return looks


def save_result(run: ReviewedRun, name: str, result: Mapping[str, Any]) -> None:
    """Keep the result of a command, ``score`` or ``agreement``, for the run's report."""
    write_bytes(run.labels_folder / f"{name}.json", orjson.dumps(result, option=orjson.OPT_INDENT_2))


def saved_result(run: ReviewedRun, name: str) -> dict[str, Any] | None:
    """What :func:`save_result` kept; None where nothing was."""
    path = run.labels_folder / f"{name}.json"
    return dict(_read_json(path)) if path.is_file() else None


def write_findings(run: ReviewedRun, draw_id: str, findings: Iterable[Mapping[str, Any]]) -> Path:
    """Keep what was found in one draw; it takes the place of what was found in it before."""
    path = run.labels_folder / FINDINGS_FILE
    others = [finding for finding in read_findings(run.path) if finding.get("draw_id") != draw_id]
    new = list(findings)
    hashes = content_hashes(run, [finding["example_id"] for finding in new])
    merged = [*others, *({**finding, "content_hash": hashes.get(finding["example_id"])} for finding in new)]
    lines = [
        orjson.dumps({"run_id": run.run_id, **finding}, option=orjson.OPT_APPEND_NEWLINE)
        for finding in sorted(merged, key=lambda finding: (finding["example_id"], finding.get("draw_id") or ""))
    ]
    write_bytes(path, b"".join(lines))
    return path


def read_findings(path: Path | str) -> list[dict[str, Any]]:
    """Findings of a run, or of a findings file.

    Args:
        path: a run directory (empty where nothing was found yet) or a ``findings.jsonl``.

    Raises:
        RunError: a line is not a finding.
    """
    file = Path(path)
    if file.is_dir():
        file = file / LABELS_FOLDER / FINDINGS_FILE
        if not file.is_file():
            return []
    findings = []
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        try:
            finding = orjson.loads(line)
            if finding["verdict"] not in ("review", "drop") or not isinstance(finding["example_id"], str):
                raise KeyError("verdict")
        except (ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"{file}, line {number}: no finding (expected example_id and a verdict review or drop)"
            ) from error
        findings.append(finding)
    return findings


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        RunError: the place cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        partial.write_bytes(content)
        os.replace(partial, path)  # noqa: PTH105  (says what it does: an atomic replacement)
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is not readable: {error}") from error
