"""Dialogues → what each of their answers is measured to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import functions as F

from ftq_spark import schema, signals
from ftq_spark.kernels.exchanges.flat import Exchanges, lay_flat

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_AT_ONCE = 512  # dialogues that are measured together
_BESIDE = {  # of the example, beside its turns; never null
    "context": schema.VIEWS["context"],
    "attached": "coalesce(attached, '')",
    "media": "coalesce(media, '')",
    "rejected": schema.REJECTED,
}
# Rows whose last answer alone is learnt; what comes before it is the prompt.
_PROMPTED = ("prompt_completion", "nemotron", "cohere", "stepwise", "kto")
_ANSWERS = "filter(messages, m -> m.role = 'assistant' and coalesce(m.weight, 1) != 0)"
_TURNS = (
    "transform(messages, m -> struct(m.role as role, coalesce(nullif(m.content, ''), m.tool_calls, '') as text, "
    "m.weight as weight))"
)


class Measuring(NamedTuple):
    """What is measured of each answer."""

    names: tuple[str, ...]  # signals
    parameters: signals.Parameters
    sources: tuple[tuple[str, str], ...] = ()  # files of users' own signals, as (text, name)
    plugins: tuple[str, ...] = ()


def turn_signals(examples: DataFrame, measuring: Measuring) -> DataFrame:
    """DataFrame[schema.TURN_SIGNALS], with a double column sig_<name> for each signal; lazy.

    The rows of examples with more than one answer that is trained on; the others cost no more than being looked at.
    """
    in_prompt = F.expr("rejected is not null or label is not null") | F.col("format").isin(*_PROMPTED)
    beside = [F.expr(view).alias(name) for name, view in _BESIDE.items()]
    several = examples.where(F.size(F.expr(_ANSWERS)) > 1)
    dialogues = several.select("example_id", F.expr(_TURNS).alias("turns"), in_prompt.alias("in_prompt"), *beside)
    columns = schema.ddl(schema.TURN_SIGNALS) + "".join(f", sig_{name} double" for name in measuring.names)
    return dialogues.mapInArrow(partial(_measure, measuring=measuring), columns)


def _measure(batches: Iterable[pa.RecordBatch], measuring: Measuring) -> Iterator[pa.RecordBatch]:
    for text, origin in measuring.sources:
        signals.load_source(text, origin)
    for plugin in measuring.plugins:
        signals.load_entry_point(plugin)
    for batch in batches:
        for start in range(0, batch.num_rows, _AT_ONCE):
            yield _measured(batch.slice(start, _AT_ONCE), measuring)


def _measured(dialogues: pa.RecordBatch, measuring: Measuring) -> pa.RecordBatch:
    flat = lay_flat(
        [(turn["role"], turn["text"], turn["weight"]) for turn in turns] for turns in dialogues["turns"].to_pylist()
    )
    owner = np.array(flat.owner, dtype=np.int64)
    is_last = np.append(owner[1:] != owner[:-1], True)
    values = signals.measure(_columns(dialogues, flat, owner), measuring.names, measuring.parameters)
    taken = pa.array(owner)
    rows = {
        "example_id": dialogues["example_id"].take(taken),
        "turn": pa.array(flat.turn, pa.int64()),
        "question": pa.array(flat.question, pa.string()),
        "response": pa.array(flat.response, pa.string()),
        "replies_to": pa.array(flat.replies_to, pa.string()),
        "is_last": pa.array(is_last),
        "in_prompt": pc.and_(dialogues["in_prompt"].take(taken), pa.array(~is_last)),
        "repeats": pa.array(flat.repeats, pa.bool_()),
        **{f"sig_{name}": pa.array(value, from_pandas=True) for name, value in values.items()},
    }
    return pa.RecordBatch.from_pydict(rows)


def _columns(dialogues: pa.RecordBatch, flat: Exchanges, owner: NDArray[np.int64]) -> dict[str, pa.Array]:
    """What the signals read of each answer; the conversation is the answer alone: it must be the one found at fault."""
    texts = {"prompt": flat.prompt, "question": flat.question, "response": flat.response}
    columns = {name: pa.array(found, pa.string()) for name, found in texts.items()}
    columns["conversation"] = columns["response"]
    return columns | {name: dialogues[name].take(pa.array(owner)) for name in _BESIDE}
