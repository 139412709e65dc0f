"""What comes in after a run: results of reviews, put into its summary and its page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ftq_spark.report import page, payload, write
from ftq_spark.runs import storage
from ftq_spark.runs.earlier import of_any_version
from ftq_spark.runs.run import Run


@of_any_version
def remember(run: Run, sections: Mapping[str, Any]) -> None:
    """Put `sections` into summary.json and report.html, where the run has them; both or neither.

    Raises:
        RunError: another version made the summary, and this one cannot make a page of it.
    """
    where = storage.join(run.path, "summary.json")
    if not storage.exists(where):
        return
    summary = {**json.loads(storage.read_text(where)), **sections}
    html = page.render(summary, payload.payload(run, summary))
    storage.write_text(where, write.to_json(summary).decode())
    storage.write_text(storage.join(run.path, "report.html"), html)
