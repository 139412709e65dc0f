"""What the page's browser shows: a bounded, representative part of the run's tables, compressed, read without Spark.

The payload is gzip in base64 over JSON lines: a head, then one line an example, then a foot that says how many were
put in. Lines are added in an order of which every beginning is representative, until the budget is spent.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.formats import FIXES
from ftq_spark.kernels.text.languages import LANGUAGES
from ftq_spark.report import display
from ftq_spark.report.advice import KINDS
from ftq_spark.report.bounds import bounds
from ftq_spark.report.distributions import tells
from ftq_spark.report.precision import measured
from ftq_spark.report.write import plain
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset, optional, topic_terms
from ftq_spark.schema import VERDICT_VALUES
from ftq_spark.settings import Score
from ftq_spark.signals import terms

if TYPE_CHECKING:
    import pyarrow.dataset as ds

Row = dict[str, Any]
_TURN = ("role", "content", "name", "tool_calls", "reasoning", "parts")
_COLUMNS = (
    "example_id", "dataset", "source", "row", "format", "messages", "tools", "rejected", "label", "verdict", "reasons",
    "notes", "quality", "decided_by", "reviewer", "duplicate_of", "duplicate_kind", "duplicate_similarity",
    "conflicts_with", "format_deviation", "topic", "question_id", "question_state",
    "edited_at", "found_response",
)  # fmt: skip
_KEYS = ("example_id", "verdict", "reasons")  # what the order of the page is made of
_BATCH_ROWS = 4_096


class Budget(NamedTuple):
    """How much the page holds, whatever the size of the run."""

    n_examples: int = 20_000
    n_bytes: int = 10_500_000  # of base64
    turn_chars: int = 6_000
    n_turns: int = 40
    n_conflicts: int = 500
    n_rejects: int = 500
    raw_chars: int = 600


class Lines(NamedTuple):
    """Examples as the page has them."""

    keys: pa.Table  # their _KEYS
    by_id: dict[str, bytes]


def payload(run: Run, summary: Mapping[str, Any], budget: Budget | None = None, lines: Lines | None = None) -> str:
    """The compressed data of the page, as base64 text; `lines` are those of all examples, where they are at hand."""
    budget = budget or Budget()
    head = _head(run, summary, budget)
    first = [side for pair in head["conflicts"] for side in (pair["left_id"], pair["right_id"])]
    keys = lines.keys if lines else dataset(run, "scored").to_table(columns=list(_KEYS))
    chosen, n_all = _chosen(keys, first + _named(summary), budget.n_examples), keys.num_rows
    by_id = (lines or lines_of(run, chosen, budget)).by_id
    packed = zlib.compressobj(6, wbits=31)
    signals = [name[4:] for name in _signals(dataset(run, "scored"))]
    parts = [packed.compress(_line({**head, "n_all": n_all, "signals": signals}))]
    n_bytes, n_shown = len(parts[0]), 0
    for example_id in chosen:
        if example_id not in by_id:  # one side of a conflict may stand in a former run
            continue
        parts.append(packed.compress(by_id[example_id]))
        n_bytes, n_shown = n_bytes + len(parts[-1]), n_shown + 1
        if n_bytes * 4 // 3 > budget.n_bytes:
            break
    parts += [packed.compress(_line({"n_shown": n_shown})), packed.flush()]
    return base64.b64encode(b"".join(parts)).decode("ascii")


def lines_of(run: Run, ids: list[str] | None = None, budget: Budget | None = None) -> Lines:
    """The line of each example of `ids`; None: of all, which a budget of `n_examples` must hold.

    The table is read once, and of its rows these lines alone stay in memory.
    """
    budget = budget or Budget()
    clusters, scored = _clusters(run, ids), dataset(run, "scored")
    signals = _signals(scored)
    columns = [name for name in (*_COLUMNS, *signals) if name in scored.schema.names]
    found, keys = {}, []
    # Nothing is read ahead: by default four files are, each whole, with all that is measured.
    ahead = {"batch_size": _BATCH_ROWS, "batch_readahead": 0, "fragment_readahead": 1}
    for batch in scored.scanner(columns=columns, filter=_among(ids), **ahead).to_batches():
        keys.append(batch.select(_KEYS))
        for row, parts in zip(batch.to_pylist(), _quality_parts(batch, run.settings.score), strict=True):
            found[row["example_id"]] = _line(_row(row, signals, clusters, budget) | ({"q": parts} if parts else {}))
    return Lines(pa.Table.from_batches(keys, pa.schema([scored.schema.field(name) for name in _KEYS])), found)


def _among(ids: list[str] | None) -> pc.Expression | None:
    return None if ids is None else pc.field("example_id").isin(pa.array(ids, pa.string()))


def _signals(scored: ds.Dataset) -> list[str]:
    return [name for name in scored.schema.names if name.startswith("sig_")]


def _named(summary: Mapping[str, Any]) -> list[str]:
    """Ids of the examples that the report itself shows or names: each is a link into the page."""
    questions, form, same = (summary.get(name) or {} for name in ("questions", "consistency", "concentration"))
    rows = [answer for entry in questions.get("listed", []) for answer in entry["answers"]]
    rows += [*form.get("deviations", []), *same.get("openings", [])]
    return [row["example_id"] for row in rows] + list(summary["excerpts"])


def _line(value: Any) -> bytes:
    written = orjson.dumps(plain(value, n_digits=5), option=orjson.OPT_APPEND_NEWLINE)
    return bytes(memoryview(written))  # a copy: orjson's own bytes keep the room in which they grew, ten times theirs


def _head(run: Run, summary: Mapping[str, Any], budget: Budget) -> Row:
    conflicts, rejects = optional(run, "conflicts"), dataset(run, "rejects") if run.has("rejects") else None
    pairs = conflicts.to_table().sort_by([("score", "descending"), ("left_id", "ascending")]) if conflicts else None
    shown = pairs.slice(0, budget.n_conflicts).to_pylist() if pairs is not None else []
    stances = _stances(run, {pair["conflict_group"] for pair in shown})
    return {
        "run_id": run.run_id,
        "topics": topic_terms(run),
        "about": {name: entry.get("about", "") for name, entry in summary["signals"].items()},
        "telling": [name for name, entry in summary["signals"].items() if tells(entry)],
        "languages": LANGUAGES,
        "bounds": bounds(run),
        "measured": measured(run.settings.score.rules),
        "fixes": FIXES,
        "kinds": KINDS,
        "rules": [rule.model_dump() for rule in run.settings.score.rules],
        "conflicts": [{**pair, "evidence": pair["evidence"] or []} for pair in shown],
        "n_conflicts": pairs.num_rows if pairs is not None else 0,
        "stances": stances,
        "n_rejects": summary["rows"]["rejected"],
        "rejects": _rejects(rejects, budget) if rejects is not None else [],
    }


def _stances(run: Run, groups: set[str]) -> dict[str, list[Row]]:
    """Of each group its stances, the majority first: {n, signature}."""
    found: dict[str, list[Row]] = {}
    stances = optional(run, "stances")
    if stances is None or not groups:
        return found
    wanted = pc.field("conflict_group").isin(pa.array(sorted(groups)))
    columns = ["conflict_group", "stance", "stance_size", "signature"]
    table = stances.to_table(columns=columns, filter=wanted)
    sizes = table.group_by(columns[:3]).aggregate([("signature", "max")]).sort_by("stance")
    for row in sizes.to_pylist():
        said = row["signature_max"] and display.stance(row["signature_max"])
        found.setdefault(row["conflict_group"], []).append({"n": row["stance_size"], "says": said})
    return found


def _rejects(rejects: Any, budget: Budget) -> list[Row]:
    rows = rejects.head(budget.n_rejects).to_pylist()
    for row in rows:
        row["raw"] = display.cut(row["raw"] or "", budget.raw_chars)
    return sorted(rows, key=lambda row: (row["code"], row["source"], row["row"]))


def _chosen(keys: pa.Table, first: list[str], limit: int) -> list[str]:
    """Ids in the order in which they are shown.

    `first` come first; then, in turn, one of each stratum: verdict and rarest reason. Within a stratum the order is
    that of the ids, which are digests: any beginning is a random part.
    """
    n, ids = keys.num_rows, keys["example_id"].combine_chunks()
    order = np.asarray(pc.sort_indices(ids))
    strata = _strata(keys)[order]
    by_stratum = np.argsort(strata, kind="stable")
    sizes = np.bincount(strata, minlength=1)
    starts = np.repeat(np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    rank = np.arange(n) - starts
    if n <= limit:
        rank = np.arange(n)  # all of them: nothing need come before anything
    drawn = order[by_stratum[np.lexsort((strata[by_stratum], rank))[:limit]]]
    return list(dict.fromkeys([*first, *ids.take(pa.array(drawn)).to_pylist()]))[:limit]


def _strata(keys: pa.Table) -> NDArray[np.int64]:
    """A number for the verdict and the rarest reason of each example, whatever the order of the rows."""
    reasons = keys["reasons"].combine_chunks()
    codes = pc.dictionary_encode(pc.list_flatten(reasons))
    numbers = codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    counts, names = np.bincount(numbers, minlength=1), codes.dictionary.to_pylist()
    rarity = np.zeros(len(counts), dtype=np.int64)
    rarity[sorted(range(len(names)), key=lambda at: (-counts[at], names[at]))] = np.arange(len(names))
    rarest = np.zeros(keys.num_rows, dtype=np.int64)
    np.maximum.at(rarest, pc.list_parent_indices(reasons).to_numpy(zero_copy_only=False), rarity[numbers] + 1)
    verdicts = pa.array(VERDICT_VALUES, pa.string())
    verdict = pc.index_in(keys["verdict"].combine_chunks().cast(pa.string()), value_set=verdicts)
    strata: NDArray[np.int64] = rarest * len(verdicts) + verdict.to_numpy(zero_copy_only=False)
    return strata


def _quality_parts(batch: pa.RecordBatch, score: Score) -> list[list[list[Any]]]:
    """[signal, part, most] of the quality of each row: the parts add up to it; the greatest loss first."""
    weights = {name: weight for name, weight in score.weights.items() if weight}
    if not weights or any(f"sig_{name}" not in batch.schema.names for name in weights):
        return [[] for _ in range(batch.num_rows)]
    columns = {name: pc.fill_null(batch[f"sig_{name}"], np.nan) for name in weights}
    values = {name: column.to_numpy(zero_copy_only=False) for name, column in columns.items()}
    found = terms(values, weights, score.curves)
    total = found.total()
    shares = {
        name: (good * found.weights[name] / total, found.weights[name] / total) for name, good in found.good.items()
    }
    rows = []
    for i in range(batch.num_rows):
        parts = [
            (name, float(part[i]), float(most[i])) for name, (part, most) in shares.items() if not np.isnan(part[i])
        ]
        rows.append([list(part) for part in sorted(parts, key=lambda part: (part[1] - part[2], part[0]))])
    return rows


def _clusters(run: Run, ids: list[str] | None) -> dict[str, str]:
    clusters = optional(run, "clusters")
    if clusters is None:
        return {}
    table = clusters.to_table(columns=["example_id", "cluster_id"], filter=_among(ids))
    return dict(zip(table["example_id"].to_pylist(), table["cluster_id"].to_pylist(), strict=True))


def _row(row: Row, signals: list[str], clusters: Mapping[str, str], budget: Budget) -> Row:
    example_id = row["example_id"]
    shown = {name: row[name] for name in _COLUMNS if row.get(name) not in (None, [], "")}
    shown["messages"] = _turns(row.get("messages"), budget)
    if row.get("rejected"):
        shown["rejected"] = _turns(row["rejected"], budget)
    if row.get("tools"):
        shown["tools"] = display.cut(row["tools"], budget.turn_chars)
    if len(row.get("messages") or []) > budget.n_turns:
        shown["n_turns"] = len(row["messages"])
    if example_id in clusters:
        shown["cluster"] = clusters[example_id]
    shown["s"] = [row[name] for name in signals]
    return shown


def _turns(messages: list[Row] | None, budget: Budget) -> list[Row]:
    return [
        {name: display.cut(turn[name], budget.turn_chars) for name in _TURN if turn.get(name)}
        | ({"cut": True} if len(turn.get("content") or "") > budget.turn_chars else {})
        for turn in (messages or [])[: budget.n_turns]
    ]
