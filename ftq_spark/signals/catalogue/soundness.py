"""The absence of plain defects as one measure, so that one of them is enough to bring the quality down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue.absence import empty_answer, placeholder
from ftq_spark.signals.catalogue.ending import truncated_end
from ftq_spark.signals.catalogue.refusal import declining
from ftq_spark.signals.catalogue.repetition import looping
from ftq_spark.signals.registry import signal

# Refrains, tables and code repeat themselves: only beyond this share of the words is it a defect, full at twice that.
USUAL_REPETITION = 0.2
# Below these a cut or a placeholder is a guess: what is no more than a note counts against nobody.
SURELY_CUT = 0.7
SURELY_A_PLACEHOLDER = 0.8


@signal(
    "soundness",
    version=7,
    range=(0, 1),
    reads=("response", "thought", "prompt", "question", "attached", "context", "rejected"),
    summary="1 − the worst of refusal, whatever it says, empty_answer, sure placeholder, truncated_end and looping.",
)
def soundness(batch: Batch) -> NDArray[np.float64]:
    loops = np.clip(batch.value(looping) / USUAL_REPETITION - 1.0, 0.0, 1.0)
    others = [batch.value(measure) for measure in (declining, empty_answer)]
    for measure, sure in ((placeholder, SURELY_A_PLACEHOLDER), (truncated_end, SURELY_CUT)):
        value = batch.value(measure)
        others.append(np.where(value >= sure, value, 0.0))
    found: NDArray[np.float64] = 1.0 - np.maximum.reduce([loops, *others])
    return found
