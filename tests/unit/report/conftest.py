"""A page to work in, shared by the tests of one module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, chromium
from report_summary import a_summary
from review_run import HOSTILE, conflict, example
from workbench import FORMED, opened, with_rejects

from ftq_spark.report.page import render
from ftq_spark.report.payload import payload


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str, Path]]:
    folder = tmp_path_factory.mktemp("workbench")
    rows = [example(n, prompt=f"Is {text} safe?", response=text) for n, text in enumerate(HOSTILE)]
    rows += [example(n, verdict="drop", reasons=["low_quality"], quality=0.1) for n in range(20, 24)]
    rows += [example(n, prompt="Is warfarin an anticoagulant?", response=said, verdict="review", reasons=["conflict"])
             for n, said in ((30, "It is safe."), (31, "It is not safe."))]  # fmt: skip
    rows += [example(35, response=FORMED)]
    said = ["What is alpha?", "Alpha is one.", "And beta?", "Beta is two."]
    roles = ["user", "assistant"] * 2
    rows += [example(36, messages=[{"role": role, "content": text} for role, text in zip(roles, said, strict=True)])]
    rows += [example(n) for n in range(40, 200)]
    states = {30: "conflict", 31: "conflict"}
    rows = [{**row, "sig_non_answer": at % 10 / 10, "question_state": states.get(row["row"] - 1)}
            for at, row in enumerate(rows)]  # fmt: skip
    opened(folder / "run", rows, [conflict(30, 31)], {"low_quality_verdict": "drop", "min_quality": 0.6})
    run = with_rejects(folder / "run", [("own.jsonl", row, "expected `prompt`", HOSTILE[0]) for row in range(1, 17)]
                       + [("other.jsonl", 5, HOSTILE[1], "{")])  # fmt: skip
    summary = a_summary()
    file = folder / "report.html"
    file.write_text(render(summary, payload(run, summary)), encoding="utf-8")
    with chromium(folder) as browser:
        yield browser, file.as_uri(), folder
