"""The page of guarantees: the tests that it names exist, and what comes to the driver is in its table."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "concepts" / "guarantees.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "ftq_spark"
# What brings rows of a DataFrame to the driver.
TO_DRIVER = {"collect", "toPandas", "toArrow", "toLocalIterator", "first", "take", "tail"}


def named() -> list[str]:
    return sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", PAGE)))


@pytest.mark.parametrize("test", named())
def test_what_holds_a_promise_exists(test: str) -> None:
    file, _, name = test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_nightly_is_said_of_long_tests_alone() -> None:
    for file in {test.partition("::")[0] for test in named()}:
        text = (ROOT / file).read_text(encoding="utf-8")
        for name in re.findall(rf"`{re.escape(file)}::(\w+)`", PAGE):
            before = text[: text.index(f"def {name}(")].rpartition("\n\n\n")[2]
            module = re.search(r"^pytestmark = .*?(?=\n\n)", text, re.MULTILINE | re.DOTALL)
            is_long = "@pytest.mark.long" in before or "mark.long" in (module.group() if module else "")
            assert is_long == (f"{name}` (nightly)" in PAGE), name


def calls(path: Path) -> int:
    """Calls without arguments but a number that run a query and return its rows."""
    found = 0
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TO_DRIVER:
            owner = ast.unparse(node.func.value)
            found += not node.args and not owner.startswith(("F.", "attempts")) and owner not in ("F", "gc")
    return found


def test_what_comes_to_the_driver_is_in_the_table() -> None:
    stated = {file: int(n) for file, n in re.findall(r"^\| `([\w/]+\.py)` \| (\d+) \|", PAGE, re.MULTILINE)}
    with_spark = [path for path in PACKAGE.rglob("*.py") if "pyspark" in path.read_text(encoding="utf-8")]
    with_spark += (PACKAGE / "stages").glob("*.py")
    with_spark += (PACKAGE / "report").glob("*.py")
    found = {str(path.relative_to(PACKAGE)): calls(path) for path in with_spark}
    found = {file: n for file, n in found.items() if n}
    assert found == stated, "say in docs/concepts/guarantees.md what comes to the driver, and why it is little"
