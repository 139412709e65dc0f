"""What each answer of a dialogue is measured to be, from columns of dialogues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark import schema
from ftq_spark.kernels.exchanges.constancy import inconstant
from ftq_spark.kernels.exchanges.flat import lay_flat, prompts
from ftq_spark.kernels.ragged import run_begins
from ftq_spark.signals.answers import Answers, measure_answers
from ftq_spark.signals.batch import Parameters
from ftq_spark.signals.catalogue.tools import of_answers

_BYTES_AT_ONCE = 12 << 20  # of dialogues that are measured together: measuring has a fixed cost
_BYTES_OF_A_TURN = 64  # beside its text: many turns of no words are no small batch either

# What dialogues have beside `turns`; all but the second are texts that are never null.
BESIDE = ("in_prompt", "context", "attached", "media", "rejected", "tool_dialogue")


class Asked(NamedTuple):
    """What is measured of each answer."""

    names: tuple[str, ...] = ()  # signals
    calls: tuple[str, ...] = ()  # signals of what is wrong with calls
    screened: tuple[str, ...] = ()  # those of `names` that are asked only where they may be over 0

    @property
    def columns(self) -> pa.Schema:
        """Of an answer: :data:`ftq_spark.schema.ANSWERS` and a number sig_<name> for each signal."""
        return pa.schema([*schema.ANSWERS, *((f"sig_{name}", pa.float64()) for name in (*self.names, *self.calls))])


def measure_dialogues(columns: Mapping[str, pa.Array], asked: Asked, parameters: Parameters) -> pa.ListArray:
    """(n,) lists of the answers of dialogues, each a struct of `asked.columns`; null where `turns` is.

    `columns` has `turns` (of type :data:`ftq_spark.kernels.exchanges.flat.TURNS`, null for what is no dialogue) and
    :data:`BESIDE`.
    """
    chosen = columns["turns"].is_valid()
    places = np.flatnonzero(chosen.to_numpy(zero_copy_only=False))
    found: list[pa.StructArray] = []
    counts = np.zeros(len(chosen), dtype=np.int64)
    if len(places):
        whole = pa.RecordBatch.from_pydict({name: columns[name] for name in ("turns", *BESIDE)})
        dialogues = whole if len(places) == len(whole) else whole.filter(chosen)
        for start, length in _portions(dialogues["turns"]):
            owner, answers = _measured(dialogues.slice(start, length), asked, parameters)
            counts[places[start : start + length]] = np.bincount(owner, minlength=length)
            found.append(answers)
    offsets = np.concatenate((np.zeros(1, dtype=np.int32), np.cumsum(counts, dtype=np.int32)))
    values = pa.concat_arrays([*found, pa.array([], pa.struct(list(asked.columns)))])
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=pc.invert(chosen))


def _portions(dialogues: pa.Array) -> Iterator[tuple[int, int]]:
    """(start, length) of the dialogues that are measured together: each run is of _BYTES_AT_ONCE, or one dialogue."""
    sizes = pc.binary_length(pc.struct_field(dialogues.flatten(), "text")).to_numpy(zero_copy_only=False)
    bounds = np.concatenate((np.zeros(1), np.cumsum(pc.list_value_length(dialogues).to_numpy(zero_copy_only=False))))
    ends = np.concatenate((np.zeros(1), np.cumsum(sizes + _BYTES_OF_A_TURN)))[bounds.astype(np.int64)][1:]
    begins = run_begins(ends // _BYTES_AT_ONCE)
    yield from zip(begins.tolist(), np.diff(begins, append=len(ends)).tolist(), strict=True)


def _measured(
    dialogues: pa.RecordBatch, asked: Asked, parameters: Parameters
) -> tuple[NDArray[np.int64], pa.StructArray]:
    """(m,) the dialogue of each answer, and the answers."""
    flat = lay_flat(dialogues["turns"])

    def gather(name: str, places: NDArray[np.int64]) -> pa.Array:
        owner = flat.owner[places]
        if name == "prompt":
            return prompts(dialogues["turns"], owner, flat.turn[places])
        return dialogues[name].take(pa.array(owner))

    answers = Answers({"question": flat.question, "response": flat.response, "thought": flat.thought}, gather)
    values = measure_answers(answers, asked.names, asked.screened, parameters)
    if asked.calls:
        values |= of_answers(dialogues["tool_dialogue"].to_pylist(), flat.owner, flat.turn, asked.calls)
    in_prompt = dialogues["in_prompt"].take(pa.array(flat.owner))
    found = {
        "turn": pa.array(flat.turn),
        "question": flat.question,
        "response": flat.response,
        "replies_to": flat.replies_to,
        "is_last": pa.array(flat.is_last),
        "in_prompt": pc.and_(in_prompt, pa.array(~flat.is_last)),
        "repeats": pa.array(flat.repeats),
        "inconstant": inconstant(dialogues["turns"], flat),
        **{f"sig_{name}": pa.array(values[name], from_pandas=True) for name in (*asked.names, *asked.calls)},
    }
    fields = list(asked.columns)
    return flat.owner, pa.StructArray.from_arrays(
        [found[field.name].cast(field.type) for field in fields], fields=fields
    )
