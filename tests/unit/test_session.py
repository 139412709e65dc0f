"""The configuration of a local session."""

from __future__ import annotations

import pytest

from ftq_spark.session import SMALL_INPUT_BYTES, SMALL_INPUT_JAVA, local_options

JAVA = "spark.driver.defaultJavaOptions"


@pytest.mark.parametrize(("n_bytes", "java"), [(0, SMALL_INPUT_JAVA), (SMALL_INPUT_BYTES, None), (None, None)])
def test_a_small_input_is_not_worth_an_optimising_compiler(n_bytes: int | None, java: str | None) -> None:
    assert local_options(n_bytes).get(JAVA) == java


def test_the_memory_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    gigabytes = {"SC_PAGE_SIZE": 1, "SC_PHYS_PAGES": 24 << 30}
    monkeypatch.setattr("os.sysconf", gigabytes.get)
    assert local_options()["spark.driver.memory"] == "8g"
    gigabytes["SC_PHYS_PAGES"] = 1 << 30
    assert local_options()["spark.driver.memory"] == "2g"
