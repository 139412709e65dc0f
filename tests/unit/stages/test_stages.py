"""The list of stages: what each declares, and that it keeps to it."""

from __future__ import annotations

from typing import Any

import pytest

from ftq_spark.errors import FtqError
from ftq_spark.settings import Settings

stages = pytest.importorskip("ftq_spark.stages", exc_type=ImportError)


def test_a_stage_opens_what_it_declares_alone() -> None:
    nothing: Any = None
    with pytest.raises(FtqError, match=r"table 'pairs' was opened by a stage that declares examples"):
        stages.Context(nothing, nothing, Settings(), [], reads=("examples",)).table("pairs")


def test_every_table_that_a_stage_reads_is_written_before_it() -> None:
    known: set[str] = set()
    for stage in stages.STAGES:
        assert set(stage.reads) <= known, stage.name
        assert not set(stage.writes) & known, stage.name
        known |= set(stage.writes)
