"""Every row of the inputs, read once: what is rejected, and what deserves a warning."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.formats.containers import container_of
from ftq_spark.formats.unread import Unread
from ftq_spark.models.template import ChatTemplate
from ftq_spark.runs import storage
from ftq_spark.runs.shards import Shard, find_shards, read_span, skipped, whole
from ftq_spark.settings import Ingest
from ftq_spark.validation import warnings
from ftq_spark.validation.contents import Labels
from ftq_spark.validation.declared import declared
from ftq_spark.validation.displaced import Displaced
from ftq_spark.validation.lengths import Counting, Lengths, cut_warnings, measure, summary
from ftq_spark.validation.mapped import Mapped
from ftq_spark.validation.notice import Notice
from ftq_spark.validation.preferences import Preferences
from ftq_spark.validation.swapped import Swapped
from ftq_spark.validation.template import Templated
from ftq_spark.validation.tools import of_calls

# level, path, source, row, line (null where a row is no line), code, message; n_same: of the file in the same words
Finding = dict[str, Any]

FIRST = 3  # findings of a file in the same words that are listed before others


def validate(
    inputs: Sequence[str],
    limit: int,
    counting: Counting | None = None,
    ingest: Ingest | None = None,
    template: ChatTemplate | None = None,
) -> dict[str, Any]:
    """What `ftq validate` says of the inputs, as plain JSON values.

    read, rejected, codes and formats (rows by code and format); warned (rows with a warning) and warnings (by code);
    tokens (:func:`~ftq_spark.validation.lengths.summary`); preferences (by dataset, the figures of its pairs and
    labels: :meth:`~ftq_spark.validation.preferences.Preferences.summary`); findings: the first `limit` rejects and the
    first `limit` warnings, by source and row (of a file three in the same words, and more of them only where room is
    left, so that all have their say); unread: columns whose text no example holds (path, source and the fields of a
    :class:`~ftq_spark.formats.unread.Column`); skipped: files that were not read, and why; declared: mappings
    that a dataset_info.json among them gives for files with rejects; absent: columns that `ingest.columns` names and
    that no row has (:meth:`~ftq_spark.validation.mapped.Mapped.absent`). With a `template` its findings are warnings,
    and tokens are its own.
    """
    counting = counting or Counting()
    if template is not None:
        counting = counting._replace(name=f"chat template of {template.name}")
    tally = _Tally(limit, counting, ingest or Ingest(), None if template is None else Templated(template))
    shards, left = find_shards(inputs), skipped(inputs)
    for shard in shards:
        tally.read(shard)
    tally.close()
    told = {item["source"] for item in tally.findings if item["level"] == "error"}
    return {
        "skipped": [{"path": storage.shown(path), "why": why} for path, why in left],
        "declared": [item._asdict() for item in declared(left, shards) if item.source in told],
        "read": tally.n_read,
        "rejected": sum(tally.codes.values()),
        "codes": dict(tally.codes.most_common()),
        "formats": dict(tally.formats.most_common()),
        "unread": tally.unread,
        "absent": tally.mapped.absent(),
        "warned": tally.n_warned,
        "warnings": dict(tally.warnings.most_common()),
        "tokens": summary(tally.lengths, tally.counting),
        "preferences": tally.preferences,
        "findings": sorted(tally.findings, key=lambda item: (item["source"], item["row"])),
    }


class _Tally:
    """What was found so far; findings over the limit are counted and forgotten."""

    def __init__(self, limit: int, counting: Counting, ingest: Ingest, templated: Templated | None) -> None:
        self.templated = templated
        self.ingest = ingest
        self.counting = counting
        self.codes: Counter[str] = Counter()
        self.formats: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.n_read = 0
        self.lengths: list[Lengths] = []
        self.unread: list[dict[str, Any]] = []
        self.mapped = Mapped()
        self._shards: dict[str, Shard] = {}
        self._schemas: dict[str, warnings.Schemas] = defaultdict(warnings.Schemas)  # by dataset
        self._labels: dict[str, Labels] = defaultdict(Labels)
        self._preferences: dict[str, Preferences] = defaultdict(Preferences)
        self._swapped: dict[str, Swapped] = defaultdict(Swapped)
        self._warned_rows: dict[str, set[int]] = defaultdict(set)  # by file
        self._lines: dict[tuple[str, int], int] = {}  # of the rows that a finding about the dataset may name
        self._limit = limit
        # Findings by level: those that are the first of their file in their words, and others.
        self._first: dict[str, list[Finding]] = {"error": [], "warning": []}
        self._later: dict[str, list[Finding]] = {"error": [], "warning": []}
        self._n_same: Counter[tuple[str, str]] = Counter()  # by file and words, of which one is listed

    def read(self, shard: Shard) -> None:
        """Take up one input file."""
        self._shards[shard.source] = shard
        columns = self.ingest.columns_of(shard.dataset)
        displaced, unread = Displaced(), Unread()
        for batch in read_span(whole(shard), self.ingest.max_line_bytes, columns, self.ingest.trees == "all"):
            accepted = batch.filter(batch.column("accepted"))
            refused = batch.filter(pc.invert(batch.column("accepted")))
            self.n_read += batch.num_rows
            self.formats.update(_counts(accepted, "format"))
            self.codes.update(_counts(refused, "code"))
            lines = _lines(batch)
            self._find("error", shard, _notices(refused), lines)
            lengths, seen = self._lengths(accepted)
            self.lengths.append(lengths)
            self._schemas[shard.dataset].add(shard.source, accepted)
            self._labels[shard.dataset].add(shard.source, accepted)
            self._preferences[shard.dataset].add(shard.source, accepted)
            self._swapped[shard.dataset].add(shard.source, accepted, lines)
            displaced.add(accepted, lines)
            unread.add(accepted)
            self.mapped.add(accepted, columns)
            cut = cut_warnings(accepted, lengths, self.counting)
            self._warn(shard, [*warnings.of_rows(accepted), *of_calls(accepted), *seen, *cut], lines)
            for of_dataset in (self._schemas[shard.dataset], self._labels[shard.dataset]):
                firsts = of_dataset.firsts(shard.source) & lines.keys()
                self._lines |= {(shard.source, row): lines[row] for row in firsts}
        for notice, line in displaced.notices():
            self._warn(shard, [notice], {} if line is None else {notice.row: line})
        where = {"path": storage.shown(shard.uri), "source": shard.source}
        self.unread += [{**where, **column._asdict()} for column in unread.columns()]

    def close(self) -> None:
        """Say what only all files together tell."""
        for dataset, schemas in self._schemas.items():
            for source, notice in [
                *schemas.notices(),
                *self._labels[dataset].notices(),
                *self._preferences[dataset].notices(),
            ]:
                lines = {row: line for (file, row), line in self._lines.items() if file == source}
                self._warn(self._shards[source], [notice], lines)
        for swapped in self._swapped.values():
            for source, notice, line in swapped.notices():
                self._warn(self._shards[source], [notice], {} if line is None else {notice.row: line})

    def _lengths(self, examples: pa.RecordBatch) -> tuple[Lengths, list[Notice]]:
        """Tokens by the model's own template, and what it does to the rows; without one, by the counting alone."""
        if self.templated is None:
            return measure(examples, self.counting), []
        return self.templated.read(examples, self.counting.max_tokens)

    @property
    def findings(self) -> list[Finding]:
        """Of each level as many as the limit allows, the first of their words before others."""
        chosen = [item for level, first in self._first.items() for item in [*first, *self._later[level]][: self._limit]]
        return [{**item, "n_same": self._n_same[item["source"], item["message"]]} for item in chosen]

    @property
    def preferences(self) -> dict[str, Any]:
        """Figures of the datasets that hold preferences."""
        found = {name: preferences.summary() for name, preferences in self._preferences.items()}
        return {name: figures for name, figures in found.items() if figures is not None}

    @property
    def n_warned(self) -> int:
        """Rows with a warning."""
        return sum(map(len, self._warned_rows.values()))

    def _warn(self, shard: Shard, notices: list[Notice], lines: dict[int, int]) -> None:
        self.warnings.update(notice.code for notice in notices)
        self._warned_rows[shard.source].update(notice.row for notice in notices)
        self._find("warning", shard, sorted(notices), lines)

    def _find(self, level: str, shard: Shard, notices: list[Notice], lines: dict[int, int]) -> None:
        container = container_of(shard.uri)
        by_line = container is not None and container.kind in ("jsonl", "json")  # elements of documents know theirs
        for notice in notices:
            words = shard.source, notice.message
            n_before = self._n_same.get(words, 0)
            kept = self._first[level] if n_before < FIRST else self._later[level]
            if not n_before and len(kept) >= self._limit:  # nothing in these words is listed
                continue
            self._n_same[words] += 1
            if len(kept) < self._limit:
                line = lines.get(notice.row, notice.row if by_line and notice.row else None)
                where = {"level": level, "path": storage.shown(shard.uri), "source": shard.source, "line": line}
                kept.append({**where, **notice._asdict()})


def _lines(batch: pa.RecordBatch) -> dict[int, int]:
    """On which line each row begins, where that is not its number."""
    lines = batch.column("line")
    if lines.null_count == len(lines):
        return {}
    rows = zip(batch.column("row").to_pylist(), lines.to_pylist(), strict=True)
    return {row: line for row, line in rows if line is not None}


def _notices(refused: pa.RecordBatch) -> list[Notice]:
    return [Notice(**found) for found in refused.select(["row", "code", "message"]).to_pylist()]


def _counts(batch: pa.RecordBatch, column: str) -> dict[str, int]:
    return {item["values"]: item["counts"] for item in pc.value_counts(batch.column(column)).to_pylist()}
