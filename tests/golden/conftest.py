"""The shipped sample, audited once for the tests of one module."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from audited import SAMPLE, Audit, place
from pyspark.sql import SparkSession
from runs import rows

from ftq_spark.cli.app import invoke
from ftq_spark.runs.run import Run


@pytest.fixture(scope="module")
def audit(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    out = tmp_path_factory.mktemp("sample") / "run"
    assert invoke(["run", str(SAMPLE / "shards"), "--out", str(out)]) == 0
    run = Run.open(out)
    planted = defaultdict(list)
    for line in (SAMPLE / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        planted[item["label"]].append(item)
    return Audit(
        run,
        json.loads((out / "summary.json").read_text(encoding="utf-8")),
        (out / "report.html").read_text(encoding="utf-8"),
        {place(row): row for row in rows(run, "scored")},
        {place(row): row["code"] for row in rows(run, "rejects")},
        planted,
    )
