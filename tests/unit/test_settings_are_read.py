"""Every setting does something: its name is read outside of the settings themselves, or by the check of another one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ftq_spark.profiles import known_keys
from ftq_spark.settings import Settings

PACKAGE = Path(__file__).resolve().parents[2] / "ftq_spark"


def attributes_read() -> set[str]:
    files = [path for path in PACKAGE.rglob("*.py") if path.name not in ("settings.py", "profiles.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    found = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    settings = ast.parse((PACKAGE / "settings.py").read_text(encoding="utf-8"))
    methods = [node for node in ast.walk(settings) if isinstance(node, ast.FunctionDef) and node.name in found]
    in_methods = {node.attr for method in methods for node in ast.walk(method) if isinstance(node, ast.Attribute)}
    return found | in_methods | looked_up(settings)


def looked_up(settings: ast.Module) -> set[str]:
    """Settings that pydantic's check of another one looks up: `info.data.get("name", …)`."""
    calls = [node for node in ast.walk(settings) if isinstance(node, ast.Call)]
    return {ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func) == "info.data.get"}


READ = attributes_read()


@pytest.mark.parametrize("key", known_keys())
def test_a_setting_is_read(key: str) -> None:
    assert key.rsplit(".", 1)[-1] in READ


def test_what_nothing_reads_would_be_found() -> None:
    assert "no_such_setting" not in READ
    assert len(known_keys()) > len(Settings.model_fields)
