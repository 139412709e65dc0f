"""From signals to one number and to rules: the defaults, as data.

    quality = Σ |w|·g / Σ |w|      g = s where w > 0, 1 − s where w < 0; terms whose signal is NaN are left out of both

Every signal named here has the range [0, 1]. A weight says how much a signal speaks for (or, negative, against) an
example; that it does not apply says nothing.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """One reason for a verdict other than keep: the signal is at or over `at_least`, or at or under `at_most`."""

    reason: str
    signal: str
    verdict: str  # drop, review
    at_least: float | None = None
    at_most: float | None = None


QUALITY_WEIGHTS: dict[str, float] = {
    "soundness": 0.50,
    "answer_length": 0.15,
    "information": 0.20,
    "structure": 0.05,
    "vagueness": -0.10,
}

MIN_QUALITY = 0.5

DEFAULT_RULES: tuple[Rule, ...] = (
    Rule("empty_answer", "empty_answer", "drop", at_least=1.0),
    Rule("refusal", "refusal", "drop", at_least=0.5),
    Rule("looping", "looping", "drop", at_least=0.5),
    Rule("placeholder", "placeholder", "drop", at_least=0.5),
    Rule("prompt_echo", "prompt_echo", "drop", at_least=0.9),
    Rule("truncated", "truncated_end", "review", at_least=0.8),
    Rule("vague", "vagueness", "review", at_least=0.7),
)
