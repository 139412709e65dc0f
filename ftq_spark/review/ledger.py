"""What a run remembers of its review, under ``RUN/review_labels``: draws, looks at the gate, and errors found.

    draws/<draw_id>.json    one drawn set: its items, strata and assignment
    looks.json              every size at which the gate was judged
    score.json              result of the last ftq review score
    agreement.json          result of the last ftq agreement that named the run
    sizing.json             how ftq sizing was last asked
    findings.jsonl          one line for each example that is not simply right

``findings.jsonl`` is the way back into the data: the next run drops what people found wrong and sends its near matches
to review. Fields: ``example_id``, ``content_hash`` (null where the run has none), ``verdict`` (``drop`` for an error,
``review`` where people are unsure or do not agree), ``error_type``, ``note``, ``annotators``, ``draw_id``, ``run_id``.
The hash names the content, so that a later run finds it in any shard.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from ftq_spark.errors import RunError
from ftq_spark.runs import storage
from ftq_spark.runs.run import LABELS_FOLDER, Run
from ftq_spark.runs.tables import content_hashes

FINDINGS_FILE = "findings.jsonl"
# Other kinds of draw that each kind keeps clear of. Calibration items are chosen for their risk, so the random
# draws must not leave them out: that would bias the rate.
SEPARATE_FROM = {"gate": ("specialist",), "specialist": ("gate",), "calibration": ("gate", "specialist")}


def recorded_draws(run: Run) -> list[dict[str, Any]]:
    """Every recorded draw, in order of its id."""
    folder = storage.join(run.labels_folder, "draws")
    names = [name for name, _ in storage.list_files(folder) if name.endswith(".json")]
    return [_read_json(storage.join(folder, name)) for name in names]


def taken_ids(run: Run, kind: str) -> frozenset[str]:
    """Examples that a draw of this kind keeps clear of."""
    others = SEPARATE_FROM[kind]
    return frozenset(
        item["example_id"] for record in recorded_draws(run) if record["kind"] in others for item in record["items"]
    )


def save_draw(run: Run, record: Mapping[str, Any]) -> None:
    """Keep a draw; the same draw again writes the same file."""
    _write_json(storage.join(run.labels_folder, "draws", f"{record['draw_id']}.json"), record)


def recorded_looks(run: Run) -> list[dict[str, Any]]:
    """Looks at the gate so far, smallest first."""
    path = storage.join(run.labels_folder, "looks.json")
    return list(_read_json(path)["looks"]) if storage.exists(path) else []


def record_look(run: Run, look: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Keep a look at the gate; a look at the same draw family and size replaces the former one.

    Args:
        look: ``family`` (draws that contain each other), ``n``, ``kind``, ``errors``, ``low``, ``high``
            and ``gate``.
    """
    place = (look["family"], look["n"])
    looks = [known for known in recorded_looks(run) if (known["family"], known["n"]) != place]
    looks = sorted([*looks, dict(look)], key=lambda known: (known["family"], known["n"]))
    _write_json(storage.join(run.labels_folder, "looks.json"), {"looks": looks})
    return looks


def save_result(run: Run, name: str, result: Mapping[str, Any]) -> None:
    """Keep the result of a command, ``score``, ``agreement`` or ``sizing``, for the run's report."""
    _write_json(storage.join(run.labels_folder, f"{name}.json"), result)


def saved_result(run: Run, name: str) -> dict[str, Any] | None:
    """What :func:`save_result` kept; None where nothing was."""
    path = storage.join(run.labels_folder, f"{name}.json")
    return dict(_read_json(path)) if storage.exists(path) else None


def write_findings(run: Run, draw_id: str, findings: Iterable[Mapping[str, Any]]) -> str:
    """Keep what was found in one draw; it takes the place of what was found in it before."""
    path = storage.join(run.labels_folder, FINDINGS_FILE)
    others = [finding for finding in read_findings(run.path) if finding.get("draw_id") != draw_id]
    new = list(findings)
    hashes = content_hashes(run, [finding["example_id"] for finding in new])
    merged = [*others, *({**finding, "content_hash": hashes.get(finding["example_id"])} for finding in new)]
    merged.sort(key=lambda finding: (finding["example_id"], finding.get("draw_id") or ""))
    write_rows(path, [{"run_id": run.run_id, **finding} for finding in merged])
    return path


def read_findings(path: object) -> list[dict[str, Any]]:
    """Findings of a run, or of a findings file.

    Args:
        path: a run directory (empty where nothing was found yet) or a ``findings.jsonl``.

    Raises:
        RunError: a line is not a finding.
    """
    file = str(path)
    if not file.endswith(".jsonl"):
        file = storage.join(file, LABELS_FOLDER, FINDINGS_FILE)
        if not storage.exists(file):
            return []
    findings = []
    for number, line in lines_of(file):
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


def lines_of(file: str) -> list[tuple[int, str]]:
    """The lines of a JSON Lines file that are not blank, each with its number. OSError where it cannot be read."""
    # Not splitlines(): U+2028 and its like stand inside JSON strings.
    lines = storage.read_text(file).removeprefix("\ufeff").split("\n")
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def read_rows(file: str) -> list[dict[str, Any]]:
    """What :func:`write_rows` wrote; empty where there is no such file."""
    return [orjson.loads(line) for _, line in lines_of(file)] if storage.exists(file) else []


def write_rows(file: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON Lines, whole or not at all. Raises RunError where the place cannot be written to."""
    _write(file, b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))


def _write_json(path: str, content: Mapping[str, Any]) -> None:
    _write(path, orjson.dumps(content, option=orjson.OPT_INDENT_2))


def _write(path: str, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        RunError: the place cannot be written to.
    """
    try:
        storage.write_text(path, content.decode("utf-8"))
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error


def _read_json(path: str) -> Any:
    try:
        return json.loads(storage.read_text(path))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is not readable: {error}") from error
