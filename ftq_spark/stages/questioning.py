"""The stage that gathers examples by what they ask."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.questions import STATES
from ftq_spark.stages.context import Context, Stage, Written
from ftq_spark.transforms import conflict, questions
from ftq_spark.transforms.cluster import ONE_TASK_PAIRS
from ftq_spark.transforms.components import Parts, Store, Stored

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def run_question(context: Context, directory: str) -> Written:
    """Questions that are asked more than once in this run, with the state of their answers, and who asks them.

    From the pairs and conflicts that were measured: nothing is compared again. An example that alone asks its question
    is in neither table.
    """
    tables = {name: f"{directory}/{name}" for name in ("questions", "askings")}
    done = context.run.manifest["stages"]
    n_pairs = done["match"]["n_rows"] + done["group"]["n_rows"]
    if not n_pairs:
        context.write_empty(schema.ASKINGS, tables["askings"])
        n_rows = context.write_empty(schema.QUESTIONS, tables["questions"])
        return Written(tables, n_rows, {"states": dict.fromkeys(STATES, 0)})
    asked = conflict.question_units(context.table("examples"))
    edges = questions.asked_together(context.table("pairs"), context.table("conflicts"))
    parts = None
    if n_pairs > ONE_TASK_PAIRS:
        parts = Parts(max(context.n_partitions, n_pairs // ONE_TASK_PAIRS), rounds(context, directory))
    context.write(questions.askings(edges, asked, context.table("signals"), parts), tables["askings"])
    found = questions.questions(context.read(tables["askings"]), asked)
    by_state = {state: F.count_if(F.col("state") == state) for state in STATES}
    counts = context.write_counted(found, tables["questions"], by_state)
    return Written(tables, counts["n"], {"states": {state: counts[state] for state in STATES}})


QUESTION = Stage(
    "question",
    version=3,
    reads=("examples", "signals", "pairs", "conflicts"),
    writes=("questions", "askings"),
    depends=lambda _: None,
    build=run_question,
)


def rounds(context: Context, directory: str) -> Store:
    """Writes each round of an iteration into a directory of its own below `directory`."""
    numbers = itertools.count()

    def write(frame: DataFrame) -> Stored:
        where = f"{directory}/rounds/{next(numbers)}"
        n_rows = context.write(frame, where)
        written = context.read(where)
        mark = written.agg(F.bit_xor(F.xxhash64(*written.columns))).first()
        return Stored(written, n_rows, (n_rows, mark[0] if mark is not None else None))

    return write
