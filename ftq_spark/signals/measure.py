"""Measuring a batch: every named signal once, and one that fails costs one value, not the run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch, Parameters
from ftq_spark.signals.registry import REGISTRY, Signal

logger = logging.getLogger(__name__)

_PROMPT_ONLY = "prompt_only"  # the format of rows that have no answer by design: nothing of one applies
_OF_ANSWERS = ("ends_with_user", "no_assistant")

OnError = Callable[[str, int, Exception], None]  # signal, position in the batch, what it raised


def log_error(name: str, position: int, error: Exception) -> None:
    """The default of `on_error`: name the signal and the example, never its text."""
    logger.warning("signal %s failed on example %d of the batch: %s: %s", name, position, type(error).__name__, error)


def measure(
    columns: Mapping[str, pa.Array],
    names: Sequence[str] | None = None,
    parameters: Parameters | None = None,
    on_error: OnError = log_error,
) -> dict[str, NDArray[np.float64]]:
    """Values of the named signals (all, when None) for n examples given as Arrow string columns without nulls.

    Returns name → (n,) float64; NaN where the signal does not apply (one that reads the answer: to a prompt alone), or
    where it raised: `on_error` then hears of the signal, the example's position and the exception. Raises ``KeyError``
    for a signal that nobody registered.
    """
    batch = Batch(columns, parameters or Parameters())
    wanted = [REGISTRY[name] for name in (REGISTRY if names is None else names)]
    values = measure_batch(batch, wanted, on_error)
    if "format" in columns and (alone := np.array(batch.strings("format"), dtype=object) == _PROMPT_ONLY).any():
        for entry in wanted:
            if "response" in entry.reads or entry.name in _OF_ANSWERS:
                values[entry.name] = np.where(alone, np.nan, values[entry.name])
    return values


def measure_batch(
    batch: Batch, wanted: Sequence[Signal], on_error: OnError = log_error
) -> dict[str, NDArray[np.float64]]:
    """The values of signals, as :func:`measure` gives them, whatever the format of the examples."""
    return {entry.name: _measure_one(entry, batch, on_error) for entry in wanted}


def _measure_one(entry: Signal, batch: Batch, on_error: OnError) -> NDArray[np.float64]:
    try:
        return _checked(entry, batch)
    except Exception as error:  # a user's signal may raise anything
        if batch.n == 1:
            on_error(entry.name, 0, error)
            return np.full(1, np.nan)
    values = np.full(batch.n, np.nan)
    for position in range(batch.n):  # find the examples at fault
        try:
            values[position] = _checked(entry, batch.slice(position))[0]
        except Exception as error:
            on_error(entry.name, position, error)
    return values


def _checked(entry: Signal, batch: Batch) -> NDArray[np.float64]:
    values = batch.value(entry.measure)
    if values.shape != (batch.n,):
        raise ValueError(f"returned shape {values.shape}, expected ({batch.n},)")
    return values


def catalogue() -> list[Signal]:
    """Every registered signal, in the order of registration."""
    return list(REGISTRY.values())
