"""What was found, for people: one line a finding, then the sums and how to mend what was rejected."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats import MENDS
from ftq_spark.runs.found import Skipped, said


def render(found: dict[str, Any]) -> str:
    """`path:line: code: message` for each reject, `path:line: code: warning: message` for each warning, and the sums.

    The last lines say how the rejects of each code are mended. A finding's line is the one in the file where it is a
    file of text, else the number of the row.
    """
    lines = [_line(item) for item in found["findings"]]
    levels = [item["level"] for item in found["findings"]]
    for level, total, word in (("error", "codes", "rejected rows"), ("warning", "warnings", "warnings")):
        more = sum(found[total].values()) - levels.count(level)
        if more > 0:
            lines.append(f"… and {more:,} more {word}")
    if found["skipped"]:
        lines.append(said([Skipped(**item) for item in found["skipped"]]))
    lines.append(f"{found['read']:,} rows read, {found['rejected']:,} rejected, {found['warned']:,} with warnings")
    for title, counts in (("rejected", "codes"), ("warnings", "warnings"), ("formats", "formats")):
        if found[counts]:
            lines.append(f"{title}: " + ", ".join(f"{name} {count:,}" for name, count in found[counts].items()))
    lines += [f"mend {code}: {MENDS[code]}" for code in found["codes"]]
    tokens = found["tokens"]
    lines.append(f"tokens: {tokens['total']:,}, {tokens['trainable']:,} to train on ({tokens['counted_by']})")
    if tokens["max_tokens"] is not None:
        lines.append(f"cut at {tokens['max_tokens']:,}: {tokens['lost']:,} lost ({tokens['lost_fraction']:.1%})")
    return "\n".join(lines)


def _line(item: dict[str, Any]) -> str:
    level = "warning: " if item["level"] == "warning" else ""
    return f"{item['path']}:{item['line'] or item['row']}: {item['code']}: {level}{item['message']}"
