"""What signals share of a batch."""

from __future__ import annotations

import pyarrow as pa

from ftq_spark.signals.batch import Batch


def test_what_a_caller_does_to_a_mask_is_its_own_affair() -> None:
    batch = Batch({"response": pa.array(["an oak", "a pine"], pa.large_string())})
    for ask in (lambda: batch.matches("response", "oak"), lambda: batch.holds("response", "oak")):
        mask = ask()
        mask &= False
        assert ask().tolist() == [True, False]
