"""From signals to one number and to rules: the defaults, as data.

    quality = Σ |w|·g / Σ |w|      g = c where w > 0, 1 − c where w < 0;  c = curve(s), or s where there is no curve

s is the value of a signal. A curve says what a value counts: straight lines between points, level beyond the first and
the last. A signal that does not apply to an example (NaN) counts what its curve says of absence, and where that says
nothing its term is left out of both sums. The parts |w|·g / Σ |w| add up to the quality.

The default weights and curves are fitted to answers of which others know the better ones; they stand in quality.json
with the sources, and scripts/evaluation/fit_quality.py writes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Rule(NamedTuple):
    """One finding: the signal is at or over `at_least`, or at or under `at_most`."""

    reason: str
    signal: str
    verdict: str  # drop, review, note: a note is shown and counted, and decides nothing
    at_least: float | None = None
    at_most: float | None = None
    earlier: str | None = None  # what it is for an answer before the last one of a dialogue; None: the same


class Curve(NamedTuple):
    """What the values of a signal count: (value, in [0, 1]) by ascending value, and what absence counts."""

    points: tuple[tuple[float, float], ...]
    absent: float | None = None


_FITTED: dict[str, Any] = json.loads(resources.files("ftq_spark.signals").joinpath("quality.json").read_bytes())
QUALITY_WEIGHTS: dict[str, float] = _FITTED["weights"]
QUALITY_CURVES: dict[str, Curve] = {
    name: Curve(tuple((x, y) for x, y in curve["points"]), curve["absent"]) for name, curve in _FITTED["curves"].items()
}
MIN_QUALITY: float = _FITTED["min_quality"]

DEFAULT_RULES: tuple[Rule, ...] = (
    Rule("empty_answer", "empty_answer", "drop", at_least=1.0),
    Rule("empty_answer", "empty_answer", "note", at_least=0.8),  # an ellipsis: silence
    Rule("refusal", "refusal", "review", at_least=0.9, earlier="note"),
    Rule("refusal", "refusal", "note", at_least=0.4),
    Rule("refusal", "safe_refusal", "note", at_least=0.5),
    Rule("non_answer", "non_answer", "review", at_least=0.8, earlier="note"),
    Rule("non_answer", "non_answer", "note", at_least=0.5),
    Rule("looping", "looping", "drop", at_least=0.5),
    Rule("looping", "looping", "note", at_least=0.4),
    Rule("placeholder", "placeholder", "drop", at_least=0.8),
    Rule("placeholder", "placeholder", "review", at_least=0.7),
    Rule("placeholder", "placeholder", "note", at_least=0.5),
    Rule("gibberish", "gibberish", "note", at_least=0.1),
    Rule("repeated_paragraph", "repeated_paragraph", "review", at_least=1, earlier="note"),
    Rule("form_missed", "form_missed", "note", at_least=1),
    Rule("system_form_missed", "system_form_missed", "note", at_least=1),
    Rule("wrong_sum", "n_wrong_sums", "review", at_least=1),
    Rule("broken_code", "n_broken_code", "review", at_least=1),
    Rule("broken_table", "n_broken_tables", "review", at_least=1),
    Rule("impossible_date", "n_impossible_dates", "note", at_least=1),
    Rule("item_missing", "n_missing_items", "note", at_least=1),
    Rule("dangling_reference", "dangling_reference", "note", at_least=1),
    Rule("prompt_echo", "prompt_echo", "note", at_least=0.95),
    Rule("stray_opening", "stray_opening", "note", at_least=1),
    Rule("unseen_source", "unseen_source", "note", at_least=1),
    Rule("broken_escapes", "n_broken_escapes", "note", at_least=1),
    Rule("truncated", "truncated_end", "review", at_least=0.9),
    Rule("truncated", "truncated_end", "note", at_least=0.6),
    Rule("template_leak", "n_template_tokens", "review", at_least=1),
    Rule("template_leak", "n_template_tokens", "note", at_least=0.5),
    Rule("merged_instruction", "n_merged_instructions", "review", at_least=1),
    Rule("other_speaker", "other_speaker", "review", at_least=1),
    Rule("identity_leak", "identity_leak", "review", at_least=1),
    Rule("identity_leak", "identity_leak", "review", at_least=0.5, earlier="note"),
    Rule("identity_leak", "identity_leak", "note", at_least=0.25),
    Rule("cut_off_leak", "cut_off_leak", "review", at_least=1),
    Rule("prompt_leak", "prompt_leak", "review", at_least=1),
    Rule("secret", "n_secrets", "review", at_least=1),
    Rule("personal_data", "n_pii", "note", at_least=1),
    Rule("mojibake", "n_mojibake", "review", at_least=1),
    Rule("control_characters", "n_control_chars", "review", at_least=1),
    Rule("web_residue", "n_page_residue", "review", at_least=1),
    Rule("web_residue", "n_html_residue", "note", at_least=1),
    Rule("missing_context", "missing_context", "review", at_least=1),
    Rule("missing_context", "missing_context", "note", at_least=0.5),
    Rule("language_mismatch", "language_mismatch", "note", at_least=1),
    Rule("ends_with_user", "ends_with_user", "review", at_least=1),
    Rule("ends_with_user", "ends_with_user", "note", at_least=0.5),
    Rule("identical_preference", "preference_identical", "drop", at_least=1),
    Rule("tool_schema", "n_tool_schema", "note", at_least=1),
    Rule("tool_unknown", "n_tool_unknown", "note", at_least=1),
    Rule("tool_link", "n_tool_links", "note", at_least=1),
    Rule("tool_ungrounded", "n_tool_ungrounded", "note", at_least=1),
    Rule("tool_claim", "n_tool_claims", "note", at_least=1),
    Rule("tool_loop", "n_tool_loops", "note", at_least=1),
    Rule("similar_preference", "preference_overlap", "note", at_least=0.9),
)


# How good an answer is. One that people have labelled as bad may be so, which is what it teaches: a rule that reads one
# of these is a note there. What is broken, secret or empty is so whatever the label.
OF_MERIT = frozenset({
    *QUALITY_WEIGHTS, "cut_off_leak", "dangling_reference", "form_missed", "gibberish", "identity_leak",
    "language_mismatch", "looping", "n_broken_code", "n_broken_tables", "n_html_residue", "n_impossible_dates",
    "n_merged_instructions", "n_page_residue", "n_missing_items", "n_wrong_sums", "non_answer", "other_speaker",
    "placeholder", "prompt_echo", "prompt_leak", "refusal", "repeated_paragraph", "soundness",
    "stray_opening", "substance", "system_form_missed", "truncated_end", "unseen_source",
})  # fmt: skip


class Bound(Protocol):
    """What a rule says of a signal; the rules of settings are such."""

    @property
    def signal(self) -> str:
        """The name of the signal."""

    @property
    def at_least(self) -> float | None:
        """The value from which it holds; None where it has an upper bound."""

    @property
    def at_most(self) -> float | None:
        """The value up to which it holds; None where it has a lower bound."""


def holds(rule: Bound, values: Mapping[str, NDArray[np.float64]]) -> NDArray[np.bool_]:
    """(n,) the examples that a rule gives its reason to; never those to which its signal does not apply."""
    value = values[rule.signal]
    return value >= rule.at_least if rule.at_least is not None else value <= np.float64(rule.at_most or 0.0)


class Bent(Protocol):
    """A curve; those of settings are such."""

    @property
    def points(self) -> Sequence[tuple[float, float]]:
        """(value, what it counts), by ascending value."""

    @property
    def absent(self) -> float | None:
        """What counts where the signal does not apply; None: its term is left out."""


class Terms(NamedTuple):
    """The terms of the quality of n examples, by signal: what each counts (n,), NaN where left out, and its weight."""

    good: dict[str, Floats]
    weights: dict[str, float]

    def total(self) -> Floats:
        """(n,) the sum of the weights whose terms are not left out."""
        total = np.zeros(len(next(iter(self.good.values()), ())))
        for name, good in self.good.items():
            total = total + np.where(np.isnan(good), 0.0, self.weights[name])
        return total


def counted(values: Mapping[str, Floats], curves: Mapping[str, Bent]) -> dict[str, Floats]:
    """What the values of each signal count by its curve; the values themselves where it has none."""
    found = {}
    for name, given in values.items():
        value = np.asarray(given, dtype=np.float64)
        if (curve := curves.get(name)) is not None:
            at, counts = np.array(curve.points, dtype=np.float64).T
            absent = np.nan if curve.absent is None else curve.absent
            value = np.where(np.isnan(value), absent, np.interp(value, at, counts))
        found[name] = value
    return found


def terms(values: Mapping[str, Floats], weights: Mapping[str, float], curves: Mapping[str, Bent]) -> Terms:
    """What each weighted signal of n examples counts for them, in [0, 1]; weights without their sign."""
    found = counted({name: values[name] for name in weights}, curves)
    good = {name: value if weights[name] > 0 else 1.0 - value for name, value in found.items()}
    return Terms(good, {name: abs(weight) for name, weight in weights.items()})


def quality(
    values: Mapping[str, Floats],
    weights: Mapping[str, float] = QUALITY_WEIGHTS,
    curves: Mapping[str, Bent] = QUALITY_CURVES,
) -> Floats:
    """(n,) quality of n examples from the values of their signals; 1 where none applies, and so none speaks against."""
    found = terms(values, weights, curves)
    total, share = np.zeros(len(found.total())), found.total()
    for name, good in found.good.items():
        total = total + np.where(np.isnan(good), 0.0, good * found.weights[name])
    return np.where(share > 0, total / np.where(share > 0, share, 1.0), 1.0)
