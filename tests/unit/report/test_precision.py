"""The measured precision of rules that the report shows: the packaged figures are those of the hits that were read."""

from __future__ import annotations

import rule_precision

from ftq_spark.kernels.review.intervals import wilson
from ftq_spark.report.precision import measured
from ftq_spark.settings import Rule, Settings


def test_the_packaged_figures_are_those_of_the_hits() -> None:
    assert rule_precision.PACKAGED.read_text(encoding="utf-8") == rule_precision.packaged()


def test_figures_stand_for_the_bounds_at_which_the_hits_were_read() -> None:
    found = measured(Settings().score.rules)
    hits = rule_precision.hits()
    assert set(found) == set(hits) & {rule.reason for rule in Settings().score.rules}
    votes = [vote for dataset in hits["refusal"].values() for vote in dataset]
    low, high = wilson(sum(votes), len(votes))
    assert found["refusal"] == {
        "n": len(votes), "right": sum(votes), "n_datasets": len(hits["refusal"]), "low": low, "high": high,
        "as_read": True,
    }  # fmt: skip
    moved = [Rule(reason="looping", signal="looping", at_least=0.9), Rule(reason="own", signal="looping", at_least=0.5)]
    assert measured(moved).keys() == {"looping"}
    assert not measured(moved)["looping"]["as_read"]
