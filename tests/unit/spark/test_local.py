"""How a local Spark is configured for much and for little."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ftq_spark.spark import java, local


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, int]:
    """A machine of 24 GB and two cores on which nobody has set the memory of Spark."""
    for name in ("SPARK_DRIVER_MEMORY", "SPARK_CONF_DIR", "PYSPARK_SUBMIT_ARGS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    gigabytes = {"SC_PAGE_SIZE": 1, "SC_PHYS_PAGES": 24 << 30}
    monkeypatch.setattr("os.sysconf", gigabytes.get)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    return gigabytes


@pytest.mark.parametrize(
    ("machine_gigabytes", "n_bytes", "expected"),
    [
        (24, None, "8192m"),  # a third of the machine
        (24, 0, "2048m"),
        (24, 100 << 20, "2048m"),
        (24, 512 << 20, "2048m"),
        (24, 2 << 30, "3584m"),
        (24, 10 << 30, "8192m"),
        (96, 10 << 30, "11776m"),
        (96, 20 << 30, "16384m"),
        (1, 10 << 30, "2048m"),
    ],
)
def test_the_memory_is_what_the_input_needs(
    machine: dict[str, int], machine_gigabytes: int, n_bytes: int | None, expected: str
) -> None:
    machine["SC_PHYS_PAGES"] = machine_gigabytes << 30
    assert local.options(n_bytes)["spark.driver.memory"] == expected


def test_a_page_and_the_head_of_its_array_fill_regions_of_the_heap(machine: dict[str, int]) -> None:
    page = local.options(None)["spark.buffer.pageSize"]
    assert page.endswith("b")
    assert int(page[:-1]) + 16 == 4 << 20


@pytest.mark.parametrize(("n_bytes", "is_small"), [(None, False), (1000, True), (java.TINY_INPUT_BYTES, False)])
def test_code_is_generated_where_it_pays(n_bytes: int | None, is_small: bool) -> None:
    assert (local.options(n_bytes).get("spark.sql.codegen.factoryMode") == "NO_CODEGEN") is is_small


def test_the_memory_that_the_user_has_set_stays(
    machine: dict[str, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    defaults = tmp_path / "conf" / "spark-defaults.conf"
    defaults.parent.mkdir()
    defaults.write_text("# spark.driver.memory 1g\nspark.ui.enabled false\n", encoding="utf-8")
    assert local.options(0)["spark.driver.memory"] == "2048m"
    defaults.write_text("spark.ui.enabled false\nspark.driver.memory 5g\n", encoding="utf-8")
    assert "spark.driver.memory" not in local.options(0)
    defaults.unlink()
    elsewhere = {"SPARK_DRIVER_MEMORY": "5g", "PYSPARK_SUBMIT_ARGS": "--driver-memory 5g pyspark-shell"}
    for name, value in elsewhere.items():
        with monkeypatch.context() as patched:
            patched.setenv(name, value)
            assert "spark.driver.memory" not in local.options(0)
    assert "spark.driver.memory" in local.options(0)


def test_what_most_classes_come_from_is_looked_into_first(
    machine: dict[str, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "spark.driver.extraClassPath" not in local.options(0)  # no Spark here
    jars = tmp_path / "jars"
    jars.mkdir()
    for name in ("zookeeper-3.jar", "spark-core_2.13-4.1.jar", "spark-catalyst_2.13-4.1.jar"):
        (jars / name).touch()
    expected = f"{jars / 'spark-catalyst_2.13-4.1.jar'}{os.pathsep}{jars / 'spark-core_2.13-4.1.jar'}"
    assert local.options(0)["spark.driver.extraClassPath"] == expected
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--driver-class-path mine.jar pyspark-shell")
    assert "spark.driver.extraClassPath" not in local.options(0)
    monkeypatch.delenv("PYSPARK_SUBMIT_ARGS")
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "spark-defaults.conf").write_text("spark.driver.extraClassPath mine.jar\n", encoding="utf-8")
    assert "spark.driver.extraClassPath" not in local.options(0)


def test_each_class_path_has_an_archive_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FTQ_SPARK_CACHE", str(tmp_path / "cache"))
    hotspot = java.Java("/usr/bin/java", "OpenJDK 64-Bit Server VM")
    former = java.archive(hotspot)
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars" / "spark-core_2.13-4.1.jar").touch()
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    assert java.archive(hotspot) != former


def test_workers_are_forked_from_what_is_imported() -> None:
    pytest.importorskip("pyspark")
    daemon = local.options(0)["spark.python.daemon.module"]
    code = f"import {daemon}, sys; print(sorted({{'torch', 'scipy.stats', 'pandas'}} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # Spark reads its port from standard output: nothing else may be printed there, and nothing large is imported.
    assert found.stdout == "['pandas']\n"
