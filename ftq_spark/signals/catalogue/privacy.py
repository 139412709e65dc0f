"""Personal identifiers and secrets that a model would learn by heart."""

from __future__ import annotations

from itertools import compress

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text.expressions import compiled
from ftq_spark.kernels.text.identifiers import PERSONAL, SECRETS, Kind, any_of, find
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal, suspects


def _count(batch: Batch, kinds: tuple[Kind, ...]) -> NDArray[np.float64]:
    counts = np.zeros(batch.n)
    candidates = np.flatnonzero(batch.matches("conversation", any_of(kinds)))
    if not len(candidates):
        return counts
    some = batch.at(candidates, ("conversation",))
    # Of which kinds a text may hold one, RE2 tells ten times as fast; of what is not ASCII it takes no digit for one.
    held = np.array([some.matches("conversation", kind.pattern) for kind in kinds])
    for position, text, of_kinds in zip(candidates, some.array("conversation").to_pylist(), held.T, strict=True):
        if not text.isascii():
            found = find(text, kinds)
        elif kinds is PERSONAL:  # which name no white space, of which RE2 and Python do not think alike
            found = find(text, tuple(compress(kinds, of_kinds)), compiled)
        else:
            found = find(text, tuple(compress(kinds, of_kinds)))
        counts[position] = len(found)
    return counts


@suspects("n_pii", "n_secrets")
def _may_identify(batch: Batch) -> NDArray[np.bool_]:
    return batch.matches("conversation", any_of((*PERSONAL, *SECRETS)))


@signal(
    "n_pii",
    version=3,
    range=(0, np.inf),
    reads=("conversation",),
    summary="Mail, phone, card, IBAN, national id and US social security numbers, IP addresses; no dummies.",
    source="dolma; cleanllm",
)
def n_pii(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, PERSONAL)


@signal(
    "n_secrets",
    version=4,
    range=(0, np.inf),
    reads=("conversation",),
    summary="Private keys, cloud and API keys, access tokens, passwords in addresses; no examples, no local hosts.",
    source="cleanllm; detect-secrets (the formats)",
)
def n_secrets(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, SECRETS)
