"""Rules of the house that a linter does not know."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "ftq_spark"
FILES = sorted(PACKAGE.rglob("*.py"))
PAGES = sorted(path for kind in ("js", "css", "jinja", "j2", "html") for path in PACKAGE.rglob(f"*.{kind}"))
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


@pytest.mark.parametrize("path", [*FILES, *PAGES], ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


def test_what_needs_no_spark_works_without_pyspark(tmp_path: Path) -> None:
    """Opening, explaining, reviewing and validating, in an interpreter that has no pyspark."""
    program = """
import sys
sys.modules["pyspark"] = None
import ftq_spark as ftq
from ftq_spark.cli.app import invoke
from ftq_spark import compare, explain, lint, review, validation
from ftq_spark.models import encoder, files, judge, nli
assert ftq.validate([{"prompt": "Which gas do plants take up?", "response": "Carbon dioxide."}])["rejected"] == 0
assert invoke(["validate", sys.argv[1]]) == 0
for command in (["run", sys.argv[1], "--out", sys.argv[2]], ["plan", sys.argv[1]], ["doctor"]):
    assert invoke(command) == 2
"""
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"prompt": "Which gas do plants take up?", "response": "Carbon dioxide."}\n', encoding="utf-8")
    arguments = [sys.executable, "-c", program, str(rows), str(tmp_path / "run")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("pyspark is not installed: pip install 'ftq-spark[local]'") == 3
