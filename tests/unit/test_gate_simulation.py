"""The gate's simulation, run as people run it."""

from __future__ import annotations

import sys

import gate_simulation
import pytest

from ftq_spark.kernels.review.error_gate import GateSettings, operating_characteristic


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 200])
def test_shares_match_theory(n: int) -> None:
    for chance in operating_characteristic(n, gate_simulation.TRUE_RATES, GateSettings()):
        shares = gate_simulation.gate_shares(n, chance.rate, 20_000, GateSettings())
        expected = {"pass": chance.passed, "fail": chance.failed, "inconclusive": chance.inconclusive}
        assert shares == pytest.approx(expected, abs=0.015)


@pytest.mark.slow
def test_coverage() -> None:
    held = gate_simulation.mean_coverage(150, 20_000)
    assert held["wilson"] == pytest.approx(0.95, abs=0.01)
    assert held["exact"] >= 0.945
    assert gate_simulation.weighted_coverage(10_000) >= 0.945


@pytest.mark.slow
def test_script_reports_agreement(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["gate_simulation.py", "--draws", "5000"])
    assert gate_simulation.main() == 0
    assert "agrees with theory" in capsys.readouterr().out
