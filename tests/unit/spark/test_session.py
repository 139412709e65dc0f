"""The configuration of a local session."""

from __future__ import annotations

import pytest

from ftq_spark.spark.session import local_options


def test_the_memory_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    gigabytes = {"SC_PAGE_SIZE": 1, "SC_PHYS_PAGES": 24 << 30}
    monkeypatch.setattr("os.sysconf", gigabytes.get)
    assert local_options()["spark.driver.memory"] == "8g"
    gigabytes["SC_PHYS_PAGES"] = 1 << 30
    assert local_options()["spark.driver.memory"] == "2g"
