"""Run the command line in a test, and read what it wrote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from ftq_spark.cli.app import invoke
from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset


def run(out: Path, *inputs: object, settings: str = "default", flags: Sequence[str] = (), **overrides: object) -> Run:
    """`ftq run` with `overrides` as dotted keys, dots written as double underscores, and more `flags`."""
    options = [f"--set={key.replace('__', '.')}={json.dumps(value)}" for key, value in overrides.items()]
    code = invoke(
        ["run", *map(str, inputs), "--out", str(out), "--settings", settings, "--to", "publish", *options, *flags]
    )
    assert code == 0, f"ftq run ended with exit code {code}"
    return Run.open(out)


def read(run: Run, table: str, *columns: str) -> pa.Table:
    return dataset(run, table).to_table(columns=list(columns) or None)


def rows(run: Run, table: str, *columns: str) -> list[dict[str, Any]]:
    return read(run, table, *columns).to_pylist()
