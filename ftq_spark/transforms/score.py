"""Examples → signals, and those of every answer of a dialogue, in one vectorised pass over Arrow batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema, signals
from ftq_spark.kernels.exchanges.flat import UNFINISHED
from ftq_spark.spark.columns import spark_columns
from ftq_spark.spark.meter import counted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MAX_ERROR_CHARS = 300
_IDS = ("example_id", "content_hash")

# Every column that a signal may read, as SQL over the columns of `examples`; none is ever null.
COLUMNS = {
    **{
        name: schema.VIEWS[name] for name in ("prompt", "response", "conversation", "question", "first_user", "context")
    },
    "thought": f"if(coalesce({schema.LAST_ANSWER}.unfinished, false), '{UNFINISHED}', '')",
    "rejected": schema.REJECTED,
    "roles": "array_join(transform(messages, m -> m.role), ' ')",
    "label": f"coalesce(cast(coalesce(label, {schema.LAST_ANSWER}.label) as string), '')",
    "format": "format",
    "attached": "coalesce(attached, '')",
    "media": "coalesce(media, '')",
    "tool_dialogue": schema.TOOL_DIALOGUE,
}
# Rows whose last answer alone is learnt; what comes before it is the prompt.
_PROMPTED = "('prompt_completion', 'nemotron', 'cohere', 'stepwise', 'kto')"
IN_PROMPT = f"(rejected is not null or label is not null or format in {_PROMPTED})"
_ANSWERS = "filter(messages, m -> m.role = 'assistant' and coalesce(m.weight, 1) != 0)"
_TURNS = (  # null where no more than one answer is trained on: the example's own signals say all of it
    f"if(size({_ANSWERS}) > 1, transform(messages, m -> struct(m.role as role, "
    "coalesce(nullif(m.content, ''), m.tool_calls, '') as text, m.weight as weight, m.unfinished as unfinished)), null)"
)


class Measuring(NamedTuple):
    """What is measured."""

    names: tuple[str, ...]  # signals of an example
    parameters: signals.Parameters = signals.Parameters()
    each: signals.Asked = signals.Asked()  # of every answer of a dialogue
    sources: tuple[tuple[str, str], ...] = ()  # files of users' own signals, as (text, name): not the file travels
    plugins: tuple[str, ...] = ()  # entry points of packages, which must be installed on the workers as well


def score(examples: DataFrame, measuring: Measuring) -> DataFrame:
    """example_id, content_hash, one double column `sig_<name>` per signal, signal_errors (array<string>) and `answers`.

    A signal is null where it does not apply to an example, and where it raised: `signal_errors` then says which and
    why. `answers` (array of schema.ANSWERS with `sig_<name>`) is null where no more than one is trained on.
    """
    read = {"format", *(column for name in measuring.names for column in signals.REGISTRY[name].reads)}
    read |= set(signals.BESIDE)
    views = [F.expr(sql).alias(name) for name, sql in COLUMNS.items() if name in read]
    measured = pa.schema(
        [
            *((name, pa.string()) for name in _IDS),
            *((f"sig_{name}", pa.float64()) for name in measuring.names),
            ("signal_errors", pa.list_(pa.string())),
            ("answers", pa.list_(pa.struct(list(measuring.each.columns)))),
        ]
    )
    return examples.select(
        *_IDS, F.expr(_TURNS).alias("turns"), F.expr(IN_PROMPT).alias("in_prompt"), *views
    ).mapInArrow(partial(_measure, measuring=measuring), spark_columns(measured))


def _measure(batches: Iterable[pa.RecordBatch], measuring: Measuring) -> Iterator[pa.RecordBatch]:
    for text, origin in measuring.sources:
        signals.load_source(text, origin)
    for plugin in measuring.plugins:
        signals.load_entry_point(plugin)
    for batch in counted(batches):
        yield _measured(batch, measuring)


def _measured(batch: pa.RecordBatch, measuring: Measuring) -> pa.RecordBatch:
    errors: list[list[str]] = [[] for _ in range(len(batch))]

    def note(name: str, position: int, error: Exception) -> None:
        errors[position].append(f"{name}: {type(error).__name__}: {error}"[:_MAX_ERROR_CHARS])

    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    texts = {name: column for name, column in columns.items() if name in COLUMNS}
    values = signals.measure(texts, measuring.names, measuring.parameters, note)
    found = {
        **{name: columns[name] for name in _IDS},
        # Spark takes columns by their places: in the order that the types are stated.
        **{f"sig_{name}": pa.array(values[name], from_pandas=True) for name in measuring.names},
        "signal_errors": pa.array(errors, pa.list_(pa.string())),
        "answers": signals.measure_dialogues(columns, measuring.each, measuring.parameters),
    }
    return pa.RecordBatch.from_pydict(found)


def errors(scored: DataFrame) -> DataFrame:
    """signal_error, n, first_id: what signals raised, the most frequent first; no rows where none did."""
    raised = scored.where(F.size("signal_errors") > 0)
    return (
        raised.select("example_id", F.explode("signal_errors").alias("signal_error"))
        .groupBy("signal_error")
        .agg(F.count("*").alias("n"), F.min("example_id").alias("first_id"))
        .orderBy(F.desc("n"), "signal_error")
    )
