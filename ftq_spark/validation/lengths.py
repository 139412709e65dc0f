"""Tokens that a trainer would see, and what is left of the answers after a cut at a maximum length.

Without a tokenizer the count is an estimate, good for orders of magnitude: a token for every four bytes of UTF-8, the
rule of thumb for byte-pair vocabularies and English. Each turn adds four tokens for its markers, as in ChatML; they
stand before its text, and nothing is learnt from them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.models.tokenizer import load_tokenizer
from ftq_spark.validation.notice import Notice

BYTES_PER_TOKEN = 4
TOKENS_PER_TURN = 4
Ints = NDArray[np.int64]


def estimate(texts: pa.Array) -> Ints:
    """(n,) estimated tokens of each text."""
    n_bytes = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    found: Ints = -(-n_bytes // BYTES_PER_TOKEN)
    return found


class Counting(NamedTuple):
    """How tokens are counted, and where a trainer cuts."""

    max_tokens: int | None = None
    count_tokens: Callable[[pa.Array], Ints] = estimate
    name: str = f"estimate: {BYTES_PER_TOKEN} bytes a token"


def token_counting(max_tokens: int | None, tokenizer: str | None) -> Counting:
    """Counting with a tokenizer.json (or a folder that holds one), or by estimate where `tokenizer` is None.

    Raises InputError where the file is missing or no tokenizer, UserError where the library is not installed.
    """
    if tokenizer is None:
        return Counting(max_tokens)
    path = Path(tokenizer)
    loaded = load_tokenizer(path, f"--tokenizer {tokenizer}")

    def count(texts: pa.Array) -> Ints:
        filled = ["" if text is None else text for text in texts.to_pylist()]
        return np.array([len(found.ids) for found in loaded.encode_batch(filled, add_special_tokens=False)], np.int64)

    return Counting(max_tokens, count, str(path))


class Lengths(NamedTuple):
    """(n,) tokens of each example: all, those that are trained on, and of these the ones that the cut leaves."""

    total: Ints
    trainable: Ints
    left: Ints


def measure(examples: pa.RecordBatch, counting: Counting) -> Lengths:
    """Token counts of a batch of schema.INGESTED that holds examples only.

    Trained on are the assistant's texts, reasoning and calls, but for turns of weight 0; the cut takes the end. Tool
    definitions stand before the first turn.
    """
    messages = examples.column("messages")
    ends = np.cumsum(pc.list_value_length(messages).to_numpy(zero_copy_only=False)).astype(np.int64)
    turns = messages.flatten()
    said = sum(
        (counting.count_tokens(pc.struct_field(turns, field)) for field in ("content", "reasoning", "tool_calls")),
        start=np.zeros(len(turns), np.int64),
    )
    n_tokens = said + TOKENS_PER_TURN
    by_assistant = pc.equal(pc.struct_field(turns, "role"), "assistant").to_numpy(zero_copy_only=False)
    weights = pc.fill_null(pc.struct_field(turns, "weight"), 1.0).to_numpy(zero_copy_only=False)
    learnt = by_assistant & (weights != 0)
    of_tools = counting.count_tokens(examples.column("tools"))
    owner = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    through = np.cumsum(n_tokens)
    before_example = np.concatenate((np.zeros(1, np.int64), through))[np.concatenate(([0], ends[:-1]))[: len(ends)]]
    starts = through - said - before_example[owner] + of_tools[owner]
    left = said if counting.max_tokens is None else np.clip(counting.max_tokens - starts, 0, said)

    def of_examples(values: Ints) -> Ints:
        return np.bincount(owner, weights=values, minlength=len(ends)).astype(np.int64)

    return Lengths(of_examples(n_tokens) + of_tools, of_examples(said * learnt), of_examples(left * learnt))


def cut_warnings(examples: pa.RecordBatch, lengths: Lengths, counting: Counting) -> list[Notice]:
    """Warnings about the examples that lose something to the cut."""
    rows = examples.column("row").to_pylist()
    notices = []
    for i in np.flatnonzero(lengths.left < lengths.trainable).tolist():
        total, trainable, left = (int(values[i]) for values in lengths)
        if left:
            lost = f"{trainable - left:,} of {trainable:,} to train on are lost"
            text = f"{total:,} tokens, cut at {counting.max_tokens:,}: {lost}"
            notices.append(Notice(rows[i], "over_length", text))
        else:
            text = f"{total:,} tokens, cut at {counting.max_tokens:,}: nothing to train on is left"
            notices.append(Notice(rows[i], "no_training_signal", text))
    return notices


def summary(batches: Sequence[Lengths], counting: Counting) -> dict[str, Any]:
    """Tokens of all examples: total, trainable, lost to the cut, and per example (min, max, mean, p5, p50, p95)."""
    joined = Lengths(*(np.concatenate([b[i] for b in batches] or [np.zeros(0, np.int64)]) for i in range(3)))
    n_total, n_trainable, n_left = (int(values.sum()) for values in joined)
    return {
        "counted_by": counting.name,
        "max_tokens": counting.max_tokens,
        "total": n_total,
        "trainable": n_trainable,
        "lost": n_trainable - n_left,
        "lost_fraction": (n_trainable - n_left) / n_trainable if n_trainable else 0.0,
        "per_example": _spread(joined.total),
        "trainable_per_example": _spread(joined.trainable),
    }


def _spread(values: Ints) -> dict[str, float] | None:
    if not len(values):
        return None
    points = {f"p{point}": float(np.percentile(values, point)) for point in (5, 50, 95)}
    return {"min": int(values.min()), "max": int(values.max()), "mean": float(values.mean()), **points}
