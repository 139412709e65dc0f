"""The absence of plain defects as one measure, so that one of them is enough to bring the quality down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.signals.absence import empty_answer, placeholder
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.ending import truncated_end
from ftq_spark.signals.refusal import refusal
from ftq_spark.signals.registry import signal
from ftq_spark.signals.repetition import looping

DEFECTS = (refusal, empty_answer, placeholder, truncated_end, looping)


@signal(
    "soundness",
    version=1,
    range=(0, 1),
    reads=("response", "prompt"),
    summary="1 − the worst of refusal, empty_answer, placeholder, truncated_end and looping.",
)
def soundness(batch: Batch) -> NDArray[np.float64]:
    return 1.0 - np.maximum.reduce([batch.value(measure) for measure in DEFECTS])
