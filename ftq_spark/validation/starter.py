"""`ftq init`: a settings file for data at hand, from a bounded sample of them."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import COLUMN_HINTS
from ftq_spark.formats.detect import conversation
from ftq_spark.formats.faults import Fault, as_options
from ftq_spark.formats.lines import RawRow
from ftq_spark.formats.nearest import columns_of_turns, says, shared_suggestion
from ftq_spark.formats.unread import N_ROWS, Unread, named
from ftq_spark.kernels.text.languages import LANGUAGES, UNKNOWN, identify
from ftq_spark.kernels.text.tokens import hashes, tokenize
from ftq_spark.runs import storage
from ftq_spark.runs.shards import Shard, find_shards, raw_rows

ROWS_PER_FILE, MAX_FILES = 300, 40
# Rows that a mapping may read: no schema fits, or turns stand under names of their own.
_UNFIT = ("unknown_format", "missing_messages", "bad_message", "unknown_role")


class _Seen(NamedTuple):
    """What the sample of one dataset or file holds."""

    formats: Counter[str]
    codes: Counter[str]
    answers: list[str]
    unfit: list[Mapping[str, Any]]  # rows that no schema fits
    n_sampled: int
    unread: list[dict[str, Any]]  # columns that no example holds: the fields of a Column


def starter(inputs: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """A settings file for `inputs` as YAML with comments, and what was seen: files, datasets and languages.

    Raises:
        InputError: an input matches nothing that can be read.
    """
    shards = find_shards(inputs)
    sampled = {shard: _sample(shard) for shard in shards[:MAX_FILES]}
    languages = _languages([text for seen in sampled.values() for text in seen.answers])
    datasets = list(dict.fromkeys(shard.dataset for shard in shards))
    wanted = {shard: found for shard, seen in sampled.items() if (found := suggested_columns(seen.unfit))}
    mappings: dict[str, dict[str, str]] = {}
    for shard, found in wanted.items():
        mappings.setdefault(shard.dataset, found)
    lines = [
        f"# Settings for {' '.join(inputs)}: what differs from the profile. `ftq settings` shows all that there are.",
        f"# Seen in the first {ROWS_PER_FILE} rows of each of {len(sampled)} of {len(shards)} files:",
        *(f"#   {shard.source}: {_summed(seen)}" for shard, seen in sampled.items()),
        *(
            f"# Columns of {shard.source} that are not read: {named(seen.unread)}."
            for shard, seen in sampled.items()
            if seen.unread
        ),
        f"# Languages of the answers: {_shares(languages)}.",
        "extends: default",
        *_column_lines(sampled, wanted, mappings),
        *_advice(datasets, languages),
    ]
    about = {
        "files": [
            {
                "source": shard.source,
                "sampled": seen.n_sampled,
                "formats": dict(seen.formats),
                "codes": dict(seen.codes),
                "unread": seen.unread,
            }
            for shard, seen in sampled.items()
        ],
        "n_files": len(shards),
        "datasets": datasets,
        "languages": dict(languages.most_common()),
        "columns": mappings,
    }
    return "\n".join(" ".join(line.splitlines()) for line in lines) + "\n", about


def _sample(shard: Shard) -> _Seen:
    seen = _Seen(Counter(), Counter(), [], [], 0, [])
    n, unread = 0, Unread()
    for row in islice(raw_rows(shard), ROWS_PER_FILE):
        n += 1
        try:
            if row.fault is not None:
                raise row.fault
            fields = strict.parse_object(row.raw)
            found = conversation(fields)
        except Fault as fault:
            seen.codes[fault.code] += 1
            if fault.code in _UNFIT:
                seen.unfit.extend(_unfit(row))
        else:
            seen.formats[found.format] += 1
            if unread.n_rows < N_ROWS:
                unread.look(fields, [*found.messages, *(found.rejected or ())], found.tools, found.format)
            seen.answers.extend(turn["content"] for turn in found.messages[-1:] if turn["role"] == "assistant")
    return seen._replace(n_sampled=n, unread=[column._asdict() for column in unread.columns()])


def _unfit(row: RawRow) -> Iterator[Mapping[str, Any]]:
    """The fields of a row that no schema fits; of a document by splits its rows; of a table its header."""
    try:
        found = strict.parse_object(row.raw)
        lists = [value for value in found.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        if len(lists) == len(found) > 0 and not any(map(columns_of_turns, lists)):
            yield from (item for rows in lists for item in rows[:ROWS_PER_FILE] if isinstance(item, dict))
        else:
            yield found
    except Fault:
        text = row.raw.decode("utf-8", "replace")
        header = next(csv.reader(io.StringIO(text), delimiter=max(",\t;|", key=text.count)), [])
        yield dict.fromkeys((name.strip() for name in header), "")


def suggested_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The columns that may hold a schema's fields, as `ingest.columns` takes them: by their names, else by their texts.

    Where no name says it, prompt and response are the two columns of the longest texts, the response being the longer
    one. Empty where there is no such pair.
    """
    if not rows:
        return {}
    if named_so := shared_suggestion(rows):
        return named_so
    texts: dict[str, list[str]] = {}
    for row in rows:
        for name, value in row.items():
            if isinstance(value, str):
                texts.setdefault(name, []).append(value)
    found: dict[str, str] = {}
    for role, hints in COLUMN_HINTS.items():
        named = [name for hint in hints for name in texts if says(name, hint) and name not in found.values()]
        if named:
            found[role] = named[0]
    free = sorted((name for name in texts if name not in found.values()), key=lambda name: -_mean_length(texts[name]))
    free = [name for name in free if len(set(texts[name])) > len(texts[name]) / 2 and _mean_length(texts[name]) >= 10]
    for role in ("response", "prompt"):
        if role not in found and free:
            found[role] = free.pop(0)
    return {role: found[role] for role in COLUMN_HINTS} if len(found) == len(COLUMN_HINTS) else {}


def _mean_length(texts: Sequence[str]) -> float:
    return sum(map(len, texts)) / max(1, len(texts))


def _languages(texts: Sequence[str]) -> Counter[str]:
    if not texts:
        return Counter()
    tokens = tokenize(pa.array(texts, pa.large_string()))
    codes = identify(tokens, hashes(tokens))
    places, counts = np.unique(codes, return_counts=True)
    return Counter(
        {"unknown" if code == UNKNOWN else LANGUAGES[code]: n
         for code, n in zip(places.tolist(), counts.tolist(), strict=True)}
    )  # fmt: skip


def _summed(seen: _Seen) -> str:
    parts = [f"{name} {n}" for name, n in seen.formats.most_common()]
    if seen.codes:
        codes = ", ".join(f"{code} {n}" for code, n in seen.codes.most_common())
        parts.append(f"rejected {sum(seen.codes.values())} ({codes})")
    return ", ".join(parts) or "no rows"


def _shares(languages: Counter[str]) -> str:
    total = sum(languages.values())
    return ", ".join(f"{name} {n / total:.0%}" for name, n in languages.most_common(6)) or "none seen"


def _column_lines(
    sampled: Mapping[Shard, _Seen],
    wanted: Mapping[Shard, Mapping[str, str]],
    mappings: Mapping[str, Mapping[str, str]],
) -> Iterator[str]:
    """The mapping of columns of each dataset, and what it is for; a file that wants another one is told."""
    for shard, seen in sampled.items():
        if not seen.unfit:
            continue
        columns = ", ".join(seen.unfit[0])
        yield f"# No schema fits {shard.source}; its columns: {columns[:300]}."
        if shard not in wanted:
            yield "# None of them looks like a question or an answer: `ftq validate` says what a schema needs."
        elif wanted[shard] != mappings[shard.dataset]:
            flags = as_options(f"{field}={column}" for field, column in wanted[shard].items())
            yield f"# It wants {flags}: give it as a dataset of its own, NAME={storage.shown(shard.uri)}."
    if mappings:
        yield "# What these columns seem to hold; look at a few rows before you believe it."
        several = len({shard.dataset for shard in sampled}) > 1
        found = mappings if several else next(iter(mappings.values()))
        yield f"ingest: {json.dumps({'columns': found}, ensure_ascii=False)}"


def _advice(datasets: Sequence[str], languages: Counter[str]) -> Iterator[str]:
    known = sum(n for name, n in languages.items() if name != "unknown")
    if known and languages["en"] < 0.9 * known:
        yield "# all-MiniLM-L6-v2 was trained on English: for other languages name the folder of a multilingual model."
        yield "# dedup: {semantic: {model: FOLDER}}"
    if len(datasets) > 1:
        yield "# Whose example stays where two datasets repeat each other, the first named first:"
        yield f"# dedup: {{priority: [{', '.join(datasets)}]}}"
    yield "# Evaluation sets that no example may hold, such as:"
    yield "# contamination: {benchmarks: {mine: eval/test.jsonl}}"
