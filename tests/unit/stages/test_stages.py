"""The list of stages: what each declares, and that it keeps to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftq_spark.errors import FtqError
from ftq_spark.runs.run import Run
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


def test_a_stage_waits_for_what_its_settings_ask_for_alone(tmp_path: Path) -> None:
    nothing: Any = None
    run = Run.create(str(tmp_path / "run"))
    for stage in stages.STAGES:
        assert set(stage.spared(stages.Context(nothing, run, Settings(), []))) <= set(stage.reads), stage.name
    judge = next(stage for stage in stages.STAGES if stage.name == "judge")

    def opened(**settings: Any) -> set[str]:
        return set(judge.opens(stages.Context(nothing, run, Settings.model_validate(settings), [])))

    assert opened() == {"examples", "signals", "within"}
    assert "stances" in opened(conflict={"policy": "drop_all"})
    assert "stances" in opened(dedup={"prefix_duplicate": "drop"})
    assert "stances" not in opened(dedup={"prefix_duplicate": "drop", "answers": "any"})
    assert "contamination" in opened(contamination={"benchmarks": {"mine": "items.jsonl"}})
