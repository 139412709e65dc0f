"""The order of a model's work: what is longest first, in batches under a budget of padded tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftq_spark.errors import ModelError

TOKEN_BUDGETS = {"cpu": 1_024, "cuda": 65_536}


def run_by_length(
    lengths: NDArray[np.int64],
    token_budget: int,
    run: Callable[[NDArray[np.int64]], Any],
    where: str,
    done: Callable[[int], None] = lambda n: None,
) -> int:
    """Call `run` with the places of each batch until each of n texts was in one; the budget that is left.

    A batch neither pads short texts to the length of a long one nor outgrows the cache of a processor. Where one does
    not fit into memory the budget is halved, down to one text at a time.

    Args:
        lengths: (n,) tokens of each text.
        token_budget: padded tokens of one batch, at most; one text may have more.
        run: takes (m,) places; raises MemoryError where the batch does not fit.
        where: what the message of an error begins with.
        done: is told of each batch how many texts it held.

    Raises:
        ModelError: not even one text fits into memory.
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        width = max(1, int(lengths[order[start]]))
        batch = order[start : start + max(1, token_budget // width)]
        try:
            run(batch)
        except MemoryError as error:
            if len(batch) == 1:
                raise ModelError(
                    f"{where}: one text of {width} tokens does not fit into memory; expected room for at least one "
                    f"text: free the device, or compute on the CPU ({error})"
                ) from error
            token_budget = max(1, len(batch) * width // 2)
            continue
        start += len(batch)
        done(len(batch))
    return token_budget


@contextmanager
def device_memory() -> Iterator[None]:
    """What torch raises where a GPU's memory is full, as MemoryError, with the cache of the GPU given back."""
    import torch  # noqa: PLC0415  (an optional dependency)

    try:
        yield
    except torch.OutOfMemoryError as error:
        torch.cuda.empty_cache()
        raise MemoryError(str(error)) from error
