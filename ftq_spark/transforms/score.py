"""Examples → signals, in one vectorised pass: a pandas UDF over one struct of flat text views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import functions as F

from ftq_spark import schema, signals

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Every column that a signal may read, as SQL over the columns of `examples`; none is ever null.
COLUMNS = {
    **{
        name: schema.VIEWS[name] for name in ("prompt", "response", "conversation", "question", "first_user", "context")
    },
    "roles": "array_join(transform(messages, m -> m.role), ' ')",
    "rejected": "coalesce(array_join(transform(rejected, m -> coalesce(m.content, '')), '\n\n'), '')",
    "format": "format",
}


def score(examples: DataFrame, names: Sequence[str], parameters: signals.Parameters) -> DataFrame:
    """example_id and one double column `sig_<name>` per signal; null where a signal does not apply."""
    needed = [column for column in COLUMNS if any(column in signals.REGISTRY[name].reads for name in names)]
    columns = ", ".join(f"sig_{name} double" for name in names)

    @F.pandas_udf(columns)  # type: ignore[call-overload]
    def measure(texts: pd.DataFrame) -> pd.DataFrame:
        batch = {name: pa.array(texts[name], pa.string()) for name in texts.columns}
        values = signals.measure(batch, names, parameters)
        return pd.DataFrame({f"sig_{name}": _nullable(value) for name, value in values.items()})

    views = F.struct(*[F.expr(COLUMNS[name]).alias(name) for name in needed])
    return examples.select("example_id", measure(views).alias("signals")).select("example_id", "signals.*")


def _nullable(values: np.ndarray) -> pd.Series:
    return pd.Series(values, dtype="float64").astype(object).where(~np.isnan(values), None)
