"""What people decided of single examples: ``RUN/review_labels/decisions.jsonl``, which the next run obeys.

One line for each content: ``example_id``, ``content_hash``, ``verdict`` (``keep`` or ``drop``), ``reviewer``,
``note``, ``time``, ``run_id``, and ``response`` where the person has corrected the answer. A later decision on the same
content takes the place of the former one; ``undecided`` takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.errors import InputError, RunError
from ftq_spark.formats.editing import Uneditable, edited
from ftq_spark.review.ledger import lines_of, write_rows
from ftq_spark.runs import storage
from ftq_spark.runs.run import LABELS_FOLDER, Run
from ftq_spark.runs.tables import confined_to, content_hashes, dataset, place_of

DECISIONS_FILE = "decisions.jsonl"
DECIDED = ("keep", "drop")
UNDECIDED = "undecided"
MAX_NOTE_CHARS = 2_000
MAX_NAME_CHARS = 100
MAX_ANSWER_CHARS = 200_000


def read_decisions(run: str) -> list[dict[str, Any]]:
    """The decisions kept in the run at `run`, by content; empty where there are none.

    Raises:
        RunError: a line is no decision.
    """
    file = storage.join(run, LABELS_FOLDER, DECISIONS_FILE)
    if not storage.exists(file):
        return []
    return [_checked(line, f"{file}, line {number}") for number, line in lines_of(file)]


def parse_decisions(files: Sequence[str]) -> list[dict[str, Any]]:
    """Decisions from files that the report saved: JSON lines with example_id, verdict, reviewer, note, time.

    Raises:
        InputError: a file cannot be read, or a line of it is no decision.
    """
    found = []
    for file in files:
        try:
            lines = lines_of(file)
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"decisions {file} cannot be read: {error}") from error
        for number, line in lines:
            try:
                found.append(_checked(line, f"{file}, line {number}", (*DECIDED, UNDECIDED)))
            except RunError as error:
                raise InputError(str(error)) from error
    return found


def whole_id(run: Run, named: str) -> str:
    """The id of the one example that is meant by the first digits of its id, or by its place as ``file:row``.

    Raises:
        InputError: none is, or more than one.
    """
    place = place_of(named)
    wanted = pc.starts_with(pc.field("example_id"), named.lower()) if place is None else place
    found = dataset(run, "scored").to_table(columns=["example_id"], filter=wanted)["example_id"].to_pylist()
    if len(found) != 1:
        what = "stand at" if place is not None else "have an id that begins with"
        raise InputError(f"{run.path}: {len(found)} examples {what} {named!r}; expected exactly one")
    return str(found[0])


def waiting(run: Run, where: Mapping[str, Sequence[str]]) -> list[str]:
    """Ids of the examples that wait for review and that nobody has decided, with one of the values in each column.

    Args:
        where: values by column of ``scored``; ``reason`` means that the example waits for that reason alone, and
            ``verdict`` looks at others than those in review.

    Raises:
        SettingsError: there is no such column.
        InputError: nothing waits there.
    """
    scored = dataset(run, "scored")
    confined = {name: values for name, values in where.items() if name != "reason"}
    wanted = confined_to(scored, {"verdict": ["review"], **confined})
    table = scored.to_table(columns=["example_id", "content_hash", "reasons"], filter=wanted)
    if "reason" in where:
        table = table.filter(pc.equal(pc.list_value_length(table["reasons"]), 1))
        table = table.filter(pc.is_in(pc.list_flatten(table["reasons"]), pa.array(list(where["reason"]), pa.string())))
    decided = pa.array([entry["content_hash"] for entry in read_decisions(run.path)], pa.string())
    table = table.filter(pc.invert(pc.is_in(table["content_hash"], decided)))
    found: list[str] = table["example_id"].to_pylist()
    if not found:
        described = ", ".join(f"{name}={value}" for name, values in where.items() for value in values)
        raise InputError(f"{run.path}: nothing waits for review with {described} that is not decided")
    return found


def record_decisions(run: Run, decisions: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Keep `decisions` (example_id, verdict; optionally reviewer, note, time, response), later ones over former ones.

    Returns:
        ``n_recorded``, ``n_kept``, ``n_dropped`` and ``n_edited`` (of all that stand now), ``unknown`` (ids that the
        run does not hold, which are left out), ``file``.

    Raises:
        InputError: the run holds none of the examples, or a row cannot take its corrected answer.
    """
    new = list(decisions)
    check_answers(run, new)
    hashes = content_hashes(run, [entry["example_id"] for entry in new])
    unknown = sorted({entry["example_id"] for entry in new} - hashes.keys())
    if new and not hashes:
        raise InputError(f"none of the {len(new)} examples is one of {run.path} (first: {unknown[0][:40]!r})")
    kept = {entry["content_hash"]: entry for entry in read_decisions(run.path)}
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    for entry in new:
        if (content := hashes.get(entry["example_id"])) is None:
            continue
        kept.pop(content, None)
        if entry["verdict"] != UNDECIDED:
            kept[content] = {
                "example_id": entry["example_id"],
                "content_hash": content,
                "verdict": entry["verdict"],
                "reviewer": str(entry.get("reviewer") or "reviewer")[:MAX_NAME_CHARS],
                "note": str(entry.get("note") or "")[:MAX_NOTE_CHARS],
                "time": str(entry.get("time") or now),
                "run_id": run.run_id,
                **({"response": entry["response"]} if entry.get("response") is not None else {}),
            }
    file = storage.join(run.labels_folder, DECISIONS_FILE)
    write_rows(file, [kept[name] for name in sorted(kept)])
    verdicts = [entry["verdict"] for entry in kept.values()]
    return {
        "n_recorded": len(new) - sum(entry["example_id"] in set(unknown) for entry in new),
        "n_kept": verdicts.count("keep"),
        "n_dropped": verdicts.count("drop"),
        "n_edited": sum("response" in entry for entry in kept.values()),
        "unknown": unknown,
        "file": file,
    }


def check_answers(run: Run, decisions: Sequence[Mapping[str, Any]]) -> None:
    """See that the rows can take the corrected answers (``response``) of `decisions`.

    Raises:
        InputError: an answer is no text, too long, or of an example that is not kept; or the row has no place for it.
    """
    wanted = {entry["example_id"]: entry for entry in decisions if entry.get("response") is not None}
    for example_id, entry in wanted.items():
        answer = entry["response"]
        if not isinstance(answer, str) or len(answer) > MAX_ANSWER_CHARS or entry["verdict"] != "keep":
            expected = f"expected a corrected answer of at most {MAX_ANSWER_CHARS:,} characters, and the verdict keep"
            raise InputError(f"{example_id[:40]}: {expected}")
    if not wanted:
        return
    if not run.has("examples"):
        raise InputError(f"{run.path} does not hold its input rows: no answer can be corrected")
    is_wanted = pc.field("example_id").isin(list(wanted))
    table = dataset(run, "examples").to_table(columns=["example_id", "dataset", "original"], filter=is_wanted)
    for row in table.to_pylist():
        try:
            edited(
                row["original"], wanted[row["example_id"]]["response"], run.settings.ingest.columns_of(row["dataset"])
            )
        except Uneditable as problem:
            raise InputError(f"{row['example_id']}: the answer cannot be corrected here: {problem}") from None


def _checked(line: str, where: str, verdicts: Sequence[str] = DECIDED) -> dict[str, Any]:
    try:
        entry = orjson.loads(line)
        answer = entry.get("response")
        if entry["verdict"] in verdicts and isinstance(entry["example_id"], str) and isinstance(answer, str | None):
            return dict(entry)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise RunError(f"{where}: no decision (expected example_id and a verdict {' or '.join(verdicts)})")
