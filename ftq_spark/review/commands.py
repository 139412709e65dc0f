"""What the command line calls: each function returns the JSON document of its command."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from ftq_spark.errors import InputError, RunError, SettingsError, suggestion
from ftq_spark.kernels.review.error_gate import GateSettings
from ftq_spark.review import ledger, score, served_labels, sheets
from ftq_spark.review.corrections import record_corrections
from ftq_spark.review.draw import DrawSettings, draw
from ftq_spark.review.items import VERDICTS, review_items
from ftq_spark.review.labels import read_labels
from ftq_spark.review.page import write_page
from ftq_spark.review.sessions import prepared
from ftq_spark.runs import storage
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import count_levels, dataset, strata_of

# A page or workbook of more items is slow to open; CSV and the import files have no such limit.
MAX_PAGE_ITEMS = 5_000
FORMATS = ("html", "csv", "xlsx", "label_studio", "argilla", "prodigy", "doccano")
USUAL_FORMATS = FORMATS[:5]  # what is written where none is named
_TOOLS = {
    "label_studio": sheets.write_label_studio,
    "argilla": sheets.write_argilla,
    "prodigy": sheets.write_prodigy,
    "doccano": sheets.write_doccano,
}


@of_any_version
def draw_command(
    run: object,
    out: Path | str,
    settings: DrawSettings | None = None,
    formats: Sequence[str] = USUAL_FORMATS,
    labelled: Sequence[Path | str] = (),
) -> dict[str, Any]:
    """Draw examples, write their label sheets to ``out``, and remember the draw in the run.

    Sheets that are already there are left alone: a reviewer may have begun to fill them. `labelled` are the label files
    of a calibration session: what was said before stands beside each item.

    Returns:
        ``draw_id``, ``kind``, ``n``, ``population``, ``n_doubled``, ``strata``, ``example_ids``, ``files``, ``notes``.
    """
    settings = settings or DrawSettings()
    for name in formats:
        if name not in FORMATS:
            raise SettingsError(f"unknown sheet format '{name}'{suggestion(name, FORMATS)}")
    opened = Run.open(run)
    taken = ledger.taken_ids(opened, settings.kind) if settings.separate else frozenset()
    record = draw(opened, settings, taken)
    ids = [item["example_id"] for item in record["items"]]
    if labelled:
        record |= prepared(read_labels(labelled).votes, ids, opened.settings.review.min_kappa)
    given = record.get("given", {})
    content = {item["item_id"]: {**item, "given": given.get(item["item_id"], [])} for item in review_items(opened, ids)}
    folder = _sheet_folder(out)
    draw_path = folder / f"{record['draw_id']}.draw.json"
    draw_path.write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2))
    files, kept, notes = [draw_path], 0, _draw_notes(settings, record)
    for annotator in record["annotators"]:
        mine = [content[item["example_id"]] for item in record["items"] if annotator in item["annotators"]]
        stem = record["draw_id"] if len(record["annotators"]) == 1 else f"{record['draw_id']}-{_file_name(annotator)}"
        for name in formats:
            if name in ("html", "xlsx") and len(mine) > MAX_PAGE_ITEMS:
                continue
            written, was_there = _write_sheet(folder, stem, name, mine, (annotator, record["draw_id"]))
            files += written
            kept += was_there
    ledger.save_draw(opened, record)
    if record["n"] > MAX_PAGE_ITEMS and {"html", "xlsx"} & set(formats):
        notes.append(f"pages and workbooks hold at most {MAX_PAGE_ITEMS:,} items: larger sheets are CSV and JSON lines")
    if kept:
        notes.append(f"sheets of this draw that were already there were left as they are: {kept}")
    return {
        **{name: record[name] for name in ("draw_id", "kind", "seed", "n", "population", "allocation", "annotators")},
        **{name: record[name] for name in ("n_doubled", "looks", "strata")},
        "example_ids": ids,
        "files": [str(path) for path in files],
        "notes": notes,
    }


def _sheet_folder(out: Path | str) -> Path:
    """Where the sheets go, made if it is not there.

    Raises:
        RunError: it is not on this machine, or cannot be written to.
    """
    if storage.is_uri(str(out)):
        raise RunError(f"--out {out}: sheets are written to this machine: expected a local directory")
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise RunError(f"--out {out}: cannot be written to: {error.strerror or error}") from error


def _write_sheet(
    folder: Path, stem: str, name: str, items: list[dict[str, Any]], names: tuple[str, str]
) -> tuple[list[Path], bool]:
    """Write one format; its files, and whether it was there before."""
    annotator, draw_id = names
    if name in _TOOLS:
        return _TOOLS[name](folder, stem, items, annotator), False
    path = folder / f"{stem}.{name}"
    if path.exists():
        return [path], True
    if name == "html":
        write_page(path, items, annotator, draw_id)
    else:
        (sheets.write_csv if name == "csv" else sheets.write_xlsx)(path, items, annotator)
    return [path], False


def _file_name(annotator: str) -> str:
    return re.sub(r"[^\w-]+", "_", annotator) or "annotator"


def _draw_notes(settings: DrawSettings, record: dict[str, Any]) -> list[str]:
    notes = []
    if settings.n is not None and record["n"] < settings.n:
        notes.append(f"{settings.n} were asked for, {record['n']} are all that fit")
    if settings.kind == "gate":
        notes.append(f"population: examples with verdict {', '.join(settings.verdicts) or 'of any kind'}")
    if settings.kind == "calibration":
        notes.append("borderline cases, chosen for their difficulty: discuss them, read no error rate off them")
    share = settings.double_fraction * record["n"]
    if record["n_doubled"] > share + 1:
        notes.append(
            f"{record['n_doubled']} items have two labels, not the {share:.0f} of {settings.double_fraction:.0%}: "
            f"kappa of fewer than {settings.min_doubled} items says little"
        )
    return notes


@of_any_version
def score_command(
    run: object,
    label_files: Sequence[Path | str] = (),
    settings: GateSettings | None = None,
    draw_id: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Read verdicts back, estimate the error rate, decide the gate, and keep what was found for the next run.

    The draw is the one named, else the smallest recorded gate (then specialist, then calibration) draw that holds
    most of the labelled items. Without any the labelled examples themselves are taken as a random draw, and a note
    says so.

    Without `label_files` the labels are those that were given over localhost (`ftq serve`).

    Returns:
        The keys of :func:`ftq_spark.review.score.score_draw` with ``draw_id``, ``annotators``, ``n_unknown``,
        ``n_not_in_draw``, ``looks``, ``findings_file`` and the label files' ``files``, ``problem_counts`` and
        ``problems``.
    """
    opened = Run.open(run)
    labels = read_labels(label_files or served_labels.kept_files(opened, draw_id), allowed=VERDICTS, columns=columns)
    judged = score.settle(labels.votes)
    mentioned = sorted({vote.item_id for vote in labels.votes} | labels.blank)
    record, notes = _draw_of(opened, mentioned, draw_id)
    known, unknown = _outside_of(opened, record, mentioned)
    report = score.score_draw(record, judged, settings or GateSettings())
    outside = sorted(known & set(judged))
    if unknown:
        notes.append(
            f"labelled items that are not in the run and do not count: {len(unknown)}"
            f" ({', '.join(i[:40] for i in unknown[:3])})"
        )
    if outside:
        notes.append(f"labelled examples that are not of draw {record['draw_id']} and do not count: {len(outside)}")
    looks = _looks(opened, record, report, notes)
    n_corrected, uncorrected = record_corrections(opened, labels.votes)
    notes += uncorrected
    findings = score.findings(record, judged)
    path = ledger.write_findings(opened, record["draw_id"], findings)
    result = {
        **report,
        "notes": [*report["notes"], *notes],
        "draw_id": record["draw_id"],
        "kind": record["kind"],
        "where": record["where"],
        "allocation": record["allocation"],
        "annotators": sorted({vote.annotator for vote in labels.votes}),
        "n_unknown": len(unknown),
        "n_not_in_draw": len(outside),
        "n_double_votes": sum(problem.code in ("repeated_vote", "contradictory_votes") for problem in labels.problems),
        "looks": looks,
        "n_findings": len(findings),
        "n_corrected": n_corrected,
        "findings_file": path,
        **labels.summary(),
    }
    ledger.save_result(opened, "score", result)
    return result


def _outside_of(run: Run, record: Mapping[str, Any], mentioned: Sequence[str]) -> tuple[set[str], list[str]]:
    """Labelled items that are not of the draw: those that the run holds, and those that it does not.

    Raises:
        InputError: the run holds none of the labelled items.
    """
    drawn = {item["example_id"] for item in record["items"]}
    known = set(strata_of(run, [item for item in mentioned if item not in drawn]))
    unknown = [item for item in mentioned if item not in drawn and item not in known]
    if mentioned and len(unknown) == len(mentioned):
        raise InputError(
            f"none of the {len(mentioned)} labelled items is an example of {run.path}"
            f" (first: {unknown[0][:40]}): are they labels of another run?"
        )
    return known, unknown


def _draw_of(run: Run, items: Sequence[str], draw_id: str | None) -> tuple[dict[str, Any], list[str]]:
    if draw_id is not None:
        return served_labels.draw_named(run, draw_id), []
    draws, wanted = ledger.recorded_draws(run), set(items)
    for kind in ("gate", "specialist", "calibration"):
        holding = [
            (-len(wanted & {item["example_id"] for item in record["items"]}), record["n"], record["draw_id"], record)
            for record in draws
            if record["kind"] == kind
        ]
        best = min(holding, key=lambda row: row[:3], default=None)
        if best is not None and best[0] < 0:
            return best[3], []
    note = "no recorded draw holds these items: they are taken as a random draw, which only a drawn sheet makes sure"
    return _adopted_draw(run, items), [note]


def _adopted_draw(run: Run, items: Sequence[str]) -> dict[str, Any]:
    """A record of items that nobody drew: one simple draw, reported by dataset and verdict."""
    strata = strata_of(run, items)
    sizes = count_levels(dataset(run, "scored"))
    verdicts = sorted({verdict for _, verdict in strata.values()})
    sizes = {pair: size for pair, size in sizes.items() if pair[1] in verdicts}
    names = {pair: f"dataset={pair[0]} / verdict={pair[1]}" for pair in sizes}
    drawn = [names[pair] for pair in strata.values()]
    return {
        "draw_id": "labelled",
        "kind": "gate",
        "seed": None,
        "verdicts": verdicts,
        "where": {},
        "n": len(strata),
        "population": sum(sizes.values()),
        "allocation": "proportional",
        "looks": [],
        "strata": [
            {"stratum": name, "group": "all", "population": sizes[pair], "n": drawn.count(name), "weight": None}
            for pair, name in sorted(names.items())
        ],
        "items": [{"example_id": key, "stratum": names[pair], "annotators": []} for key, pair in strata.items()],
    }


def _looks(run: Run, record: dict[str, Any], report: dict[str, Any], notes: list[str]) -> list[dict[str, Any]]:
    """Remember this look at the gate; looks that nobody declared raise the chance of a false pass, and it is said."""
    family = score.draw_family(record)
    look = {"family": family, "n": report["n"], "errors": report["errors"], "gate": report["gate"]}
    look |= {"kind": record["kind"], "confined": bool(record["where"]), "low": report["low"], "high": report["high"]}
    looks = [known for known in ledger.record_look(run, look) if known["family"] == family]
    if len(looks) > 1 and not record["looks"]:
        bound = min(1.0, len(looks) * (1 - report["one_sided"]["confidence"]))
        notes.append(
            f"the gate was judged at {len(looks)} sizes that were not declared in advance: a wrong pass may have a"
            f" chance of up to {bound:.0%}; declare the looks when drawing"
        )
    return looks
