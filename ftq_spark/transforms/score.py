"""Examples → signals, in one vectorised pass: a pandas UDF over one struct of flat text views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
from pyspark.sql import functions as F
from pyspark.sql.pandas.functions import pandas_udf

from ftq_spark import schema, signals

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MAX_ERROR_CHARS = 300

# Every column that a signal may read, as SQL over the columns of `examples`; none is ever null.
COLUMNS = {
    **{
        name: schema.VIEWS[name] for name in ("prompt", "response", "conversation", "question", "first_user", "context")
    },
    "rejected": schema.REJECTED,
    "roles": "array_join(transform(messages, m -> m.role), ' ')",
    "format": "format",
    "attached": "coalesce(attached, '')",
    "media": "coalesce(media, '')",
    "tool_dialogue": schema.TOOL_DIALOGUE,
}


def score(
    examples: DataFrame,
    names: Sequence[str],
    parameters: signals.Parameters,
    sources: Sequence[tuple[str, str]] = (),
    plugins: Sequence[str] = (),
) -> DataFrame:
    """example_id, content_hash, one double column `sig_<name>` per signal, and signal_errors (array<string>).

    A signal is null where it does not apply to an example, and where it raised: `signal_errors` then says which and
    why. `sources` are files of users' own signals as (text, name): the text travels to the workers, not the file.
    `plugins` name entry points of packages, which must be installed on the workers as well.
    """
    read = {"format", *(column for name in names for column in signals.REGISTRY[name].reads)}
    needed = [column for column in COLUMNS if column in read]
    columns = ", ".join(f"sig_{name} double" for name in names) + ", signal_errors array<string>"

    @pandas_udf(columns)  # type: ignore[call-overload,untyped-decorator]
    def measure(texts: pd.DataFrame) -> pd.DataFrame:
        for text, origin in sources:
            signals.load_source(text, origin)
        for plugin in plugins:
            signals.load_entry_point(plugin)
        batch = {name: pa.array(texts[name], pa.string()) for name in texts.columns}
        errors: list[list[str]] = [[] for _ in range(len(texts))]

        def note(name: str, position: int, error: Exception) -> None:
            errors[position].append(f"{name}: {type(error).__name__}: {error}"[:_MAX_ERROR_CHARS])

        values = signals.measure(batch, names, parameters, note)
        return pd.DataFrame({**{f"sig_{name}": value for name, value in values.items()}, "signal_errors": errors})

    views = F.struct(*[F.expr(COLUMNS[name]).alias(name) for name in needed])
    ids = ("example_id", "content_hash")
    return examples.select(*ids, measure(views).alias("signals")).select(*ids, "signals.*")


def errors(scored: DataFrame) -> DataFrame:
    """signal_error, n, first_id: what signals raised, the most frequent first; no rows where none did."""
    raised = scored.where(F.size("signal_errors") > 0)
    return (
        raised.select("example_id", F.explode("signal_errors").alias("signal_error"))
        .groupBy("signal_error")
        .agg(F.count("*").alias("n"), F.min("example_id").alias("first_id"))
        .orderBy(F.desc("n"), "signal_error")
    )
