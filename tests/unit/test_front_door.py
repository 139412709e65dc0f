"""What `import ftq_spark` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import fsspec
import pytest

import ftq_spark as ftq
from ftq_spark.api import load_settings
from ftq_spark.errors import SettingsError


def python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True).stdout


def test_every_public_name_is_there_and_sorted() -> None:
    assert ftq.__all__ == sorted(ftq.__all__)
    for name in ftq.__all__:
        assert getattr(ftq, name) is not None
    assert set(ftq.__all__) <= set(dir(ftq))


def test_importing_costs_nothing_until_a_name_is_used() -> None:
    program = "import sys, ftq_spark; print(sorted({'numpy', 'pyarrow', 'pydantic', 'pyspark'} & set(sys.modules)))"
    assert python("-c", program) == "[]\n"


def test_pandas_is_left_for_when_java_starts() -> None:
    # Any value that becomes one of Arrow's imports it, a quarter of a second before a run can start Java.
    program = "import sys, ftq_spark.api, ftq_spark.spark.session; print('pandas' in sys.modules)"
    assert python("-c", program) == "False\n"


def test_plan_is_the_verb_whatever_was_imported_before() -> None:
    program = "import ftq_spark.planning, ftq_spark.pipeline, ftq_spark as ftq; print(callable(ftq.plan))"
    assert python("-c", program) == "True\n"


def test_python_m_ftq_spark_is_the_command_line() -> None:
    assert python("-m", "ftq_spark", "--version") == f"ftq {ftq.__version__}\n"


def test_settings_from_a_store() -> None:
    store = fsspec.filesystem("memory")
    store.pipe("/settings/mine.yaml", b"dedup: {near: {threshold: 0.9}}\n")
    assert load_settings("memory://settings/mine.yaml").dedup.near.threshold == 0.9
    assert load_settings("memory://settings/mine.yaml", ["dedup.near.threshold=0.7"]).dedup.near.threshold == 0.7
    store.pipe("/settings/list.yaml", b"[1]\n")
    with pytest.raises(SettingsError, match=r"memory://settings/list\.yaml: expected a mapping of settings, got list"):
        load_settings("memory://settings/list.yaml")
    with pytest.raises(SettingsError, match=r"memory://settings/none\.yaml' cannot be read"):
        load_settings("memory://settings/none.yaml")
