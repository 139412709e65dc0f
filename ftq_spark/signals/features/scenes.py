"""Scenes: last turns in which whoever speaks is named, as in a play. "Question:" and "Customer:" name nobody."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import any_of, expression

_NAMED = r"^\W*\p{L}[\p{L} .'’·]{0,23}[:：]\s"
_LABELLED = any_of(expression("speakers", part, r"^\W*{}\s*[:：]") for part in ("", "of_a_prompt"))


def in_a_scene(batch: Batch) -> NDArray[np.bool_]:
    """(n,) last turns of the user that open with the name of somebody who speaks."""
    return batch.matches("question", _NAMED) & ~batch.matches("question", _LABELLED)
