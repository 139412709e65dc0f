"""The turns of a conversation, from the roles in their order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text.ngrams import token_owners
from ftq_spark.kernels.text.tokens import hashes, tokenize
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

_SYSTEM, _DEVELOPER, _USER, _ASSISTANT, _TOOL = hashes(tokenize(["system", "developer", "user", "assistant", "tool"]))


@signal(
    "n_turns",
    version=1,
    range=(0, np.inf),
    reads=("roles",),
    summary="Turns of the conversation, system prompt and all.",
)
def n_turns(batch: Batch) -> NDArray[np.float64]:
    return batch.n_tokens("roles").astype(np.float64)


def _count(batch: Batch, role: np.uint64) -> NDArray[np.float64]:
    found = token_owners(batch.tokens("roles").token_offsets)[batch.hashes("roles") == role]
    return np.bincount(found, minlength=batch.n).astype(np.float64)


@signal("n_user_turns", version=1, range=(0, np.inf), reads=("roles",), summary="User turns.", source="oumi")
def n_user_turns(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, _USER)


@signal("n_tool_turns", version=1, range=(0, np.inf), reads=("roles",), summary="Tool results.", source="oumi")
def n_tool_turns(batch: Batch) -> NDArray[np.float64]:
    return _count(batch, _TOOL)


@signal(
    "no_user",
    version=1,
    range=(0, 1),
    reads=("roles",),
    summary="1 where no user speaks.",
    source="OpenAI cookbook; oumi",
)
def no_user(batch: Batch) -> NDArray[np.float64]:
    found: NDArray[np.float64] = (_count(batch, _USER) == 0).astype(np.float64)
    return found


@signal(
    "no_assistant",
    version=1,
    range=(0, 1),
    reads=("roles",),
    summary="1 where there is nothing to learn: no assistant turn.",
)
def no_assistant(batch: Batch) -> NDArray[np.float64]:
    found: NDArray[np.float64] = (_count(batch, _ASSISTANT) == 0).astype(np.float64)
    return found


@signal(
    "no_system",
    version=1,
    range=(0, 1),
    reads=("roles",),
    summary="1 where there is no system or developer turn.",
    source="OpenAI cookbook",
)
def no_system(batch: Batch) -> NDArray[np.float64]:
    found: NDArray[np.float64] = (_count(batch, _SYSTEM) + _count(batch, _DEVELOPER) == 0).astype(np.float64)
    return found


@signal(
    "ends_with_user",
    version=1,
    range=(0, 1),
    reads=("roles",),
    summary="1 where the last turn is not the assistant's: a trainer learns nothing from what follows the last answer.",
    source="cleanllm: trailing_user_turn",
)
def ends_with_user(batch: Batch) -> NDArray[np.float64]:
    offsets = batch.tokens("roles").token_offsets
    filled = np.diff(offsets) > 0
    ends = np.zeros(batch.n)
    ends[filled] = batch.hashes("roles")[offsets[1:][filled] - 1] != _ASSISTANT
    return ends


@signal(
    "n_role_order_errors",
    version=2,
    range=(0, np.inf),
    reads=("roles",),
    summary="Turns that follow one of the same role (tool results apart), and system turns after the beginning.",
    source="Together; LLaMA-Factory; oumi",
)
def n_role_order_errors(batch: Batch) -> NDArray[np.float64]:
    roles, owners = batch.hashes("roles"), token_owners(batch.tokens("roles").token_offsets)
    together = owners[1:] == owners[:-1]
    before, after = roles[:-1], roles[1:]
    opening = (before == _SYSTEM) | (before == _DEVELOPER)
    late = ((after == _SYSTEM) | (after == _DEVELOPER)) & ~opening
    repeated = (before == after) & (after != _TOOL)
    return np.bincount(owners[1:][together & (late | repeated)], minlength=batch.n).astype(np.float64)
