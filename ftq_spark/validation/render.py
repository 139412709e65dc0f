"""What was found, for people: one line a finding, then the sums and how to fix what was rejected."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ftq_spark.formats import FIXES
from ftq_spark.formats.faults import as_options
from ftq_spark.formats.unread import named
from ftq_spark.runs.input_files import Skipped, said
from ftq_spark.validation.check import FIRST


def render(found: dict[str, Any]) -> str:
    """`path:line: code: message` for each reject, `path:line: code: warning: message` for each warning, and the sums.

    What a file has more than three times in the same words is said thrice, and counted. The last lines say how the
    rejects of each code are fixed. A finding's line is the one in the file where it is a file of text, else the number
    of the row.
    """
    lines, n_told = _told(found["findings"])
    for level, total, word in (("error", "codes", "rejected row"), ("warning", "warnings", "warning")):
        more = sum(found[total].values()) - n_told[level]
        if more > 0:
            lines.append(f"… and {more:,} more {word}{'s' if more > 1 else ''}")
    if found["skipped"]:
        lines.append(said([Skipped(**item) for item in found["skipped"]]))
    lines += _unread(found["unread"])
    lines += [_absent(item) for item in found["absent"]]
    lines += [
        f"{item['path']} says how {item['source']} is read: {as_options(_flags(item))}" for item in found["declared"]
    ]
    n_read = f"{found['read']:,} row{'' if found['read'] == 1 else 's'} read"
    lines.append(f"{n_read}, {found['rejected']:,} rejected, {found['warned']:,} with warnings")
    for title, counts in (("rejected", "codes"), ("warnings", "warnings"), ("formats", "formats")):
        if found[counts]:
            lines.append(f"{title}: " + ", ".join(f"{name} {count:,}" for name, count in found[counts].items()))
    lines += [f"fix {code}: {FIXES[code]}" for code in found["codes"]]
    tokens = found["tokens"]
    lines.append(f"tokens: {tokens['total']:,}, {tokens['trainable']:,} to train on ({tokens['counted_by']})")
    if tokens["max_tokens"] is not None:
        lines.append(f"cut at {tokens['max_tokens']:,}: {tokens['lost']:,} lost ({tokens['lost_fraction']:.1%})")
    return "\n".join(lines)


def _absent(item: dict[str, Any]) -> str:
    """A line for a column that a mapping names and that no row has."""
    meant = f"; did you mean {item['nearest']!r}?" if item["nearest"] else ""
    n = item["n_rows"]
    said = f"none of {n:,} rows looked at has the column" if n > 1 else "the one row has no column"
    return f"{item['field']}={item['column']}: {said} {item['column']!r}{meant}"


def _unread(columns: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each file with columns that are not read."""
    files = itertools.groupby(columns, key=lambda column: column["path"])
    return [f"{path}: columns not read: {named(found)}" for path, found in files]


def _told(findings: Sequence[dict[str, Any]]) -> tuple[list[str], Counter[str]]:
    """The lines of the findings, and how many of each level they speak of."""
    lines: dict[str, None] = {}  # each once: rows may stand on one line
    n_told: Counter[str] = Counter()
    n_left = Counter(_words(item) for item in findings)
    n_printed: Counter[tuple[str, str]] = Counter()
    for item in findings:
        words, line = _words(item), _line(item)
        n_left[words] -= 1
        if n_printed[words] < FIRST and line not in lines:
            lines[line] = None
            n_printed[words] += 1
        if not n_left[words]:  # the last of them
            n_told[item["level"]] += item["n_same"]
            if more := item["n_same"] - n_printed[words]:
                lines[f"{item['path']}: {item['code']}: and {more:,} more in the same words"] = None
    return list(lines), n_told


def _flags(item: dict[str, Any]) -> list[str]:
    return [f"{field}={column}" for field, column in item["columns"].items()]


def _words(item: dict[str, Any]) -> tuple[str, str]:
    return item["source"], item["message"]


def _line(item: dict[str, Any]) -> str:
    level = "warning: " if item["level"] == "warning" else ""
    number = item["line"] or item["row"]  # none of a finding about the whole file
    return f"{item['path']}{f':{number}' if number else ''}: {item['code']}: {level}{item['message']}"
