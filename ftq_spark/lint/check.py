"""Anchor pairs under a scoring profile: which are ranked wrong, and which signals pull them there.

The pull of a signal on a pair is its part in the difference of the two qualities:

    pull_i = |w_i|·(g_i − m)/A of the better answer − the same of the worse one,    m = mean of the two qualities

with g_i and A, the sum of the weights that apply, as in :func:`ftq_spark.signals.quality`. The pulls add up to the
difference; a signal that does not apply to an answer pulls it nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ftq_spark import signals
from ftq_spark.lint.anchors import Anchor
from ftq_spark.settings import Score

Floats = NDArray[np.float64]
TIED = 1e-9
_STANDING = {"drop": 0, "review": 1, "keep": 2}


def columns_of(anchors: Sequence[Anchor]) -> dict[str, pa.Array]:
    """2n examples as the columns of a batch: the better answers, then the worse ones."""
    asked = [anchor.prompt for anchor in anchors] * 2
    answers = [anchor.better for anchor in anchors] + [anchor.worse for anchor in anchors]
    system = [anchor.system for anchor in anchors] * 2
    texts = {
        **dict.fromkeys(("prompt", "question", "first_user"), asked),
        "response": answers,
        "context": system,
        "conversation": ["\n\n".join(filter(None, turns)) for turns in zip(system, asked, answers, strict=True)],
        "format": ["openai"] * len(answers),
        "roles": ["system user assistant" if text else "user assistant" for text in system],
    }
    return {name: pa.array(values, pa.string()) for name, values in texts.items()}


def check(anchors: Sequence[Anchor], profile: Score) -> dict[str, Any]:
    """n, wrong, and pairs in their order: name, ranked (right, tied or wrong), both sides, and pulls.

    A pair is right where the better answer has the higher quality and no worse verdict. Verdicts are those of the rules
    and of min_quality; duplicates and conflicts are unknown here. `pulls` lists the signals of the profile that pull
    the pair the wrong way, the strongest first, as {signal, pull, better, worse}. Models that rate are not asked.
    """
    n, profile = len(anchors), _without_models(profile)
    names = list(dict.fromkeys([*profile.weights, *(rule.signal for rule in profile.rules)]))
    parameters = signals.Parameters(profile.min_length, profile.max_length)
    values = signals.measure(columns_of(anchors), names, parameters)
    quality = signals.quality(values, profile.weights, profile.curves)
    reasons, verdicts = _verdicts(values, quality, profile)
    middle = (quality[:n] + quality[n:]) / 2
    shares = _shares(values, profile, np.tile(middle, 2))
    pairs = []
    for i, anchor in enumerate(anchors):
        difference = float(quality[i] - quality[n + i])
        standing = _STANDING[verdicts[i]] - _STANDING[verdicts[n + i]]
        ranked = "tied" if abs(difference) <= TIED and not standing else "right"
        ranked = "wrong" if difference < -TIED or standing < 0 else ranked
        sides = {
            side: {"quality": float(quality[at]), "verdict": verdicts[at], "reasons": reasons[at]}
            for side, at in (("better", i), ("worse", n + i))
        }
        pulls: list[dict[str, Any]] = [
            {
                "signal": name,
                "pull": float(share[i] - share[n + i]),
                **{side: _number(values[name][at]) for side, at in (("better", i), ("worse", n + i))},
            }
            for name, share in shares.items()
        ]
        against = sorted((pull for pull in pulls if pull["pull"] < -TIED), key=lambda pull: pull["pull"])
        pairs.append({"name": anchor.name, "ranked": ranked, "difference": difference, **sides, "pulls": against})
    return {"n": n, "wrong": sum(pair["ranked"] != "right" for pair in pairs), "pairs": pairs}


def _without_models(profile: Score) -> Score:
    """What of a profile can be said without loading a model."""
    rules = tuple(rule for rule in profile.rules if rule.signal not in profile.raters)
    weights = {name: weight for name, weight in profile.weights.items() if name not in profile.raters}
    return profile.model_copy(update={"rules": rules, "weights": weights})


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _shares(values: dict[str, Floats], profile: Score, middle: Floats) -> dict[str, Floats]:
    """What each signal adds to quality − middle."""
    found = signals.terms(values, profile.weights, profile.curves)
    total = found.total() if profile.weights else middle
    with np.errstate(invalid="ignore", divide="ignore"):
        return {name: np.nan_to_num(found.weights[name] * (good - middle) / total) for name, good in found.good.items()}


def _verdicts(values: dict[str, Floats], quality: Floats, profile: Score) -> tuple[list[list[str]], list[str]]:
    hits: list[tuple[str, str, NDArray[np.bool_]]] = [
        (rule.reason, rule.verdict, signals.holds(rule, values)) for rule in profile.rules
    ]
    hits.append(("low_quality", profile.low_quality_verdict, quality < profile.min_quality))
    hits = [found for found in hits if found[1] != "note"]
    reasons = [[reason for reason, _, hit in hits if hit[i]] for i in range(len(quality))]
    found = [{verdict for _, verdict, hit in hits if hit[i]} for i in range(len(quality))]
    return reasons, [min(verdicts or {"keep"}, key=lambda verdict: _STANDING[verdict]) for verdicts in found]


def render(found: dict[str, Any]) -> str:
    """`found` as a person reads it: only pairs that are not ranked right are shown."""
    lines = []
    for pair in found["pairs"]:
        if pair["ranked"] == "right":
            continue
        sides = [
            f"{side} {pair[side]['quality']:.3f} {pair[side]['verdict']}"
            + (f" ({', '.join(pair[side]['reasons'])})" if pair[side]["reasons"] else "")
            for side in ("better", "worse")
        ]
        lines.append(f"{pair['name']}: {pair['ranked']}: {', '.join(sides)}")
        for pull in pair["pulls"]:
            lines.append(
                f"    {pull['signal']:<24} {pull['pull']:+.3f}   better {_shown(pull['better'])},"
                f" worse {_shown(pull['worse'])}"
            )
    lines.append(f"{found['n']} pairs, {found['n'] - found['wrong']} ranked right, {found['wrong']} not")
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "does not apply" if value is None else f"{value:.3f}"
