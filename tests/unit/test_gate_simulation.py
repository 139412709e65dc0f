"""The gate's simulation, run as people run it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from ftq_spark.kernels.gates import GateSettings, operating_characteristic

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "gate_simulation.py"


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gate_simulation", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 200])
def test_shares_match_theory(simulation: ModuleType, n: int) -> None:
    for chance in operating_characteristic(n, simulation.TRUE_RATES, GateSettings()):
        shares = simulation.gate_shares(n, chance.rate, 20_000, GateSettings())
        expected = {"pass": chance.passed, "fail": chance.failed, "inconclusive": chance.inconclusive}
        assert shares == pytest.approx(expected, abs=0.015)


@pytest.mark.slow
def test_coverage(simulation: ModuleType) -> None:
    held = simulation.mean_coverage(150, 20_000)
    assert held["wilson"] == pytest.approx(0.95, abs=0.01)
    assert held["exact"] >= 0.945
    assert simulation.weighted_coverage(10_000) >= 0.945


@pytest.mark.slow
def test_script_reports_agreement(
    simulation: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["gate_simulation.py", "--draws", "5000"])
    assert simulation.main() == 0
    assert "agrees with theory" in capsys.readouterr().out
