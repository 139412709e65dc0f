"""Rules of the house that a linter does not know."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from ftq_spark.errors import FtqError
from ftq_spark.settings import Settings
from ftq_spark.stages import STAGES, Context

PACKAGE = Path(__file__).resolve().parents[2] / "ftq_spark"
FILES = sorted(PACKAGE.rglob("*.py"))
# What Spark Connect and serverless clusters do not have, or what makes a result depend on the run.
FORBIDDEN = {"rdd", "sparkContext", "_jvm", "_jsc", "persist", "checkpoint", "localCheckpoint", "applyInPandas"}
FORBIDDEN |= {"monotonically_increasing_id", "spark_partition_id", "rand", "randn", "uuid4"}


def attributes(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_portable_and_repeatable_spark(path: Path) -> None:
    assert not attributes(path) & FORBIDDEN
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"hash", "eval"}  # Python's hash differs from process to process


@pytest.mark.parametrize("path", sorted((PACKAGE / "transforms").glob("*.py")), ids=lambda path: path.stem)
def test_transforms_are_lazy(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        # F.count("*") and F.first(…) are columns; a DataFrame's are jobs.
        on_functions = isinstance(node.func.value, ast.Name) and node.func.value.id in ("F", "functions", "pc", "np")
        if node.func.attr in {"collect", "toPandas", "toLocalIterator"} or (
            node.func.attr == "count" and not node.args and not on_functions
        ):
            pytest.fail(f"{path.name}:{node.lineno}: a transform runs a job: {node.func.attr}()")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


def test_a_stage_opens_what_it_declares_alone() -> None:
    nothing: Any = None
    with pytest.raises(FtqError, match=r"table 'pairs' was opened by a stage that declares examples"):
        Context(nothing, nothing, Settings(), [], reads=("examples",)).table("pairs")


def test_every_table_that_a_stage_reads_is_written_before_it() -> None:
    known: set[str] = set()
    for stage in STAGES:
        assert set(stage.reads) <= known, stage.name
        assert not set(stage.writes) & known, stage.name
        known |= set(stage.writes)
