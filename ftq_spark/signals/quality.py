"""From signals to one number and to rules: the defaults, as data.

    quality = Σ |w|·g / Σ |w|      g = s where w > 0, 1 − s where w < 0; terms whose signal is NaN are left out of both

Every signal named here has the range [0, 1]. A weight says how much a signal speaks for (or, negative, against) an
example; that it does not apply says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Rule(NamedTuple):
    """One finding: the signal is at or over `at_least`, or at or under `at_most`."""

    reason: str
    signal: str
    verdict: str  # drop, review, note: a note is shown and counted, and decides nothing
    at_least: float | None = None
    at_most: float | None = None


QUALITY_WEIGHTS: dict[str, float] = {
    "soundness": 0.40,
    "substance": 0.20,
    "information": 0.15,
    "structure": 0.10,
    "lexical_diversity": 0.10,
    "vagueness": -0.05,
}

MIN_QUALITY = 0.6

DEFAULT_RULES: tuple[Rule, ...] = (
    Rule("empty_answer", "empty_answer", "drop", at_least=1.0),
    Rule("refusal", "refusal", "review", at_least=0.5),
    Rule("refusal", "safe_refusal", "note", at_least=0.5),
    Rule("non_answer", "non_answer", "drop", at_least=1.0),
    Rule("looping", "looping", "drop", at_least=0.5),
    Rule("placeholder", "placeholder", "drop", at_least=0.8),
    Rule("prompt_echo", "prompt_echo", "note", at_least=0.95),
    Rule("truncated", "truncated_end", "review", at_least=0.7),
    Rule("truncated", "truncated_end", "note", at_least=0.6),
    Rule("vague", "substance", "note", at_most=0.2),
    Rule("template_leak", "n_template_tokens", "review", at_least=1),
    Rule("merged_instruction", "n_merged_instructions", "review", at_least=1),
    Rule("other_speaker", "other_speaker", "review", at_least=1),
    Rule("identity_leak", "identity_leak", "review", at_least=1),
    Rule("cut_off_leak", "cut_off_leak", "review", at_least=1),
    Rule("secret", "n_secrets", "review", at_least=1),
    Rule("personal_data", "n_pii", "note", at_least=1),
    Rule("mojibake", "n_mojibake", "review", at_least=1),
    Rule("control_characters", "n_control_chars", "review", at_least=1),
    Rule("missing_context", "missing_context", "review", at_least=1),
    Rule("language_mismatch", "language_mismatch", "review", at_least=1),
    Rule("ends_with_user", "ends_with_user", "review", at_least=1),
    Rule("identical_preference", "preference_identical", "drop", at_least=1),
    Rule("tool_schema", "n_tool_schema", "note", at_least=1),
    Rule("tool_unknown", "n_tool_unknown", "note", at_least=1),
    Rule("tool_ungrounded", "n_tool_ungrounded", "note", at_least=1),
    Rule("tool_claim", "n_tool_claims", "note", at_least=1),
    Rule("tool_loop", "n_tool_loops", "note", at_least=1),
    Rule("similar_preference", "preference_overlap", "note", at_least=0.9),
)


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


def quality(
    values: Mapping[str, NDArray[np.float64]], weights: Mapping[str, float] | None = None
) -> NDArray[np.float64]:
    """(n,) quality of n examples from the values of their signals; NaN where no weighted signal applies."""
    weights = QUALITY_WEIGHTS if weights is None else weights
    signals = np.stack([np.asarray(values[name], dtype=np.float64) for name in weights])
    signed = np.array(list(weights.values()))[:, None]
    terms = np.where(signed > 0, signals, 1.0 - signals) * np.abs(signed)
    applied = np.where(np.isnan(signals), 0.0, np.abs(signed)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: NDArray[np.float64] = np.nansum(terms, axis=0) / applied
        return found
