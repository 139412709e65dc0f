"""The turns of a conversation, from the roles in their order."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.exchanges.dialogue import parsed
from ftq_spark.kernels.text.ngrams import token_owners
from ftq_spark.kernels.text.tokens import hashes, tokenize
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal

_SYSTEM, _DEVELOPER, _USER, _ASSISTANT, _TOOL = hashes(tokenize(["system", "developer", "user", "assistant", "tool"]))

RECORDED = ("swe_agent", "atif")  # formats of what agents did
# In sequence, each a call and its result: work to be learnt step by step, not a question without its answer.
MANY_STEPS = 3
_CALLS_OVER = re.compile(expression("turns", "calls_over", r"^{}$"))
_PARTS_WORDS = re.compile(r"[\W_]+")
# The last words of a user who is simulated: the dialogue is over, and nobody waits for an answer.
_OVER = any_of((
    expression("turns", "over", r"(?:#{2,}|[\[<{]+[|/]?)\s*{}\s*(?:#{2,}|\|?[\]>}]+)[\s.!]*$"),
    expression("turns", "over_bare", r"(?:^|\s){}[\s.!]*$").removeprefix("(?i)"),
))  # fmt: skip


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
    version=4,
    range=(0, 1),
    reads=("roles", "format", "conversation", "tool_dialogue"),
    summary=(
        "1 where the last turn is not the assistant's: a trainer learns nothing from what follows the last answer. 0.5 "
        "for what an agent did, a trajectory or steps of calls that end with a result, a call that hands over or ends, "
        "and behind an answer for the word with which a simulated user ends (###STOP###): nothing is missing there."
    ),
    source="cleanllm: trailing_user_turn; trajectories of SWE-agent and mini-swe-agent; tau-bench, AutoGen, CAMEL",
)
def ends_with_user(batch: Batch) -> NDArray[np.float64]:
    offsets, roles = batch.tokens("roles").token_offsets, batch.hashes("roles")
    filled = np.diff(offsets) > 0
    ends = np.zeros(batch.n)
    last = roles[offsets[1:][filled] - 1]
    ends[filled] = last != _ASSISTANT
    is_whole = np.isin(np.array(batch.strings("format"), dtype=object), RECORDED) if ends.any() else ends > 0
    is_whole[filled] |= (last == _TOOL) & (_steps(batch)[filled] >= MANY_STEPS)
    by_tool = np.zeros(batch.n, dtype=bool)
    by_tool[filled] = last == _TOOL
    for i in np.flatnonzero(by_tool & ~is_whole):
        is_whole[i] = _ends_with_a_call_that_ends(batch.strings("tool_dialogue")[i])
    by_user = np.zeros(batch.n, dtype=bool)
    by_user[filled] = last == _USER
    is_whole |= batch.matches_among("conversation", _OVER, by_user & (_count(batch, _ASSISTANT) > 0))
    return np.where(is_whole, ends / 2, ends)


def _ends_with_a_call_that_ends(dialogue: str) -> bool:
    """Whether the last call of a text of the column `tool_dialogue` hands over to a person, or ends the dialogue."""
    found = parsed(dialogue) if dialogue else None
    turns = found.get("messages") if isinstance(found, dict) else None
    called = [turn["tool_calls"] for turn in turns or () if isinstance(turn, dict) and turn.get("tool_calls")]
    calls = parsed(called[-1]) if called and isinstance(called[-1], str) else None
    last = calls[-1] if isinstance(calls, list) and calls else None
    function = last.get("function") if isinstance(last, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    return isinstance(name, str) and _CALLS_OVER.match(_PARTS_WORDS.sub("", name)) is not None


def _steps(batch: Batch) -> NDArray[np.float64]:
    """(n,) turns of the assistant behind the last turn of the user."""
    tokens = batch.tokens("roles").token_offsets
    owners, roles = token_owners(tokens), batch.hashes("roles")
    asked = np.full(batch.n, -1)
    is_user = roles == _USER
    np.maximum.at(asked, owners[is_user], np.flatnonzero(is_user))
    counted = (roles == _ASSISTANT) & (np.arange(len(roles)) > asked[owners])
    return np.bincount(owners[counted], minlength=batch.n).astype(np.float64)


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
