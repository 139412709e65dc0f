"""Dialogues → what each of their answers is measured to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import functions as F

from ftq_spark import schema, signals
from ftq_spark.kernels.exchanges.flat import lay_flat, prompts

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_BYTES_AT_ONCE = 8 << 20  # of dialogues that are measured together: measuring has a fixed cost
_BYTES_OF_A_TURN = 64  # beside its text: many turns of no words are no small batch either
_BESIDE = {  # of the example, beside its turns; never null
    "context": schema.VIEWS["context"],
    "attached": "coalesce(attached, '')",
    "media": "coalesce(media, '')",
    "rejected": schema.REJECTED,
    "tool_dialogue": schema.TOOL_DIALOGUE,
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
    calls: tuple[str, ...] = ()  # signals of what is wrong with calls
    screened: tuple[str, ...] = ()  # those of them that are asked only where they may be over 0
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
    columns = schema.ddl(schema.TURN_SIGNALS) + "".join(
        f", sig_{name} double" for name in (*measuring.names, *measuring.calls)
    )
    return dialogues.mapInArrow(partial(_measure, measuring=measuring), columns)


def _measure(batches: Iterable[pa.RecordBatch], measuring: Measuring) -> Iterator[pa.RecordBatch]:
    for text, origin in measuring.sources:
        signals.load_source(text, origin)
    for plugin in measuring.plugins:
        signals.load_entry_point(plugin)
    for batch in batches:
        for start, length in _portions(batch["turns"]):
            yield _measured(batch.slice(start, length), measuring)


def _portions(dialogues: pa.Array) -> Iterator[tuple[int, int]]:
    """(start, length) of the dialogues that are measured together: each run is of _BYTES_AT_ONCE, or one dialogue."""
    sizes = pc.binary_length(pc.struct_field(dialogues.flatten(), "text")).to_numpy(zero_copy_only=False)
    bounds = np.concatenate((np.zeros(1), np.cumsum(pc.list_value_length(dialogues).to_numpy(zero_copy_only=False))))
    ends = np.concatenate((np.zeros(1), np.cumsum(sizes + _BYTES_OF_A_TURN)))[bounds.astype(np.int64)][1:]
    for _, run in groupby(range(len(ends)), lambda place: int(ends[place]) // _BYTES_AT_ONCE):
        places = list(run)
        yield places[0], len(places)


def _measured(dialogues: pa.RecordBatch, measuring: Measuring) -> pa.RecordBatch:
    flat = lay_flat(dialogues["turns"])

    def gather(name: str, places: NDArray[np.int64]) -> pa.Array:
        owner = flat.owner[places]
        if name == "prompt":
            return prompts(dialogues["turns"], owner, flat.turn[places])
        return dialogues[name].take(pa.array(owner))

    answers = signals.Answers({"question": flat.question, "response": flat.response}, gather)
    values = signals.measure_answers(answers, measuring.names, measuring.screened, measuring.parameters)
    if measuring.calls:
        said = dialogues["tool_dialogue"].to_pylist()
        values |= signals.calls_of_answers(said, flat.owner, flat.turn, measuring.calls)
    taken = pa.array(flat.owner)
    rows = {
        "example_id": dialogues["example_id"].take(taken),
        "turn": pa.array(flat.turn),
        "question": flat.question,
        "response": flat.response,
        "replies_to": flat.replies_to,
        "is_last": pa.array(flat.is_last),
        "in_prompt": pc.and_(dialogues["in_prompt"].take(taken), pa.array(~flat.is_last)),
        "repeats": pa.array(flat.repeats),
        # Spark takes columns by their places: in the order that the types are stated.
        **{f"sig_{name}": pa.array(values[name], from_pandas=True) for name in (*measuring.names, *measuring.calls)},
    }
    return pa.RecordBatch.from_pydict(rows)
