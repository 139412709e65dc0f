"""Dialogues that are the beginning of a longer one: whoever learns the longer one learns them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

REASON = "prefix_duplicate"

# Of each turn all that is trained on: no weight is a weight of 1.
_TURNS = (
    "transform(messages, m -> md5(to_json(struct(m.role, m.content, m.name, m.tool_calls, m.tool_call_id, m.reasoning, "
    "m.parts, coalesce(m.weight, 1D) as weight, m.label, m.unfinished))))"
)
_BEGINNING = "sha2(concat_ws(' ', context_hash, array_join(slice(turns, 1, {n}), ' ')), 256)"


def prefixes(examples: DataFrame, judged: DataFrame) -> DataFrame:
    """example_id of the examples whose turns begin a longer dialogue in the same context, each once.

    The longer one must stand: of what a rule drops (`judged`) no beginning is taken for learnt. Labelled examples and
    preferences are left out: what is trained on is more than their turns.
    """
    plain = examples.where("label is null and coalesce(size(rejected), 0) <= 0")
    dialogues = plain.select("example_id", "context_hash", F.expr("size(messages) as n"), "messages").where("n > 0")
    turns = dialogues.select("example_id", "context_hash", "n", F.expr(_TURNS).alias("turns"), F.col("messages.role"))
    # A beginning ends with an answer: so many turns of each dialogue that is longer.
    ends = F.expr("filter(sequence(1, n - 1), i -> role[i - 1] = 'assistant')")
    standing = judged.where("not dropped").select("example_id")
    longer = turns.where("n > 1").join(standing, "example_id", "left_semi").withColumn("end", F.explode(ends))
    begun = longer.select(F.expr(_BEGINNING.format(n="end")).alias("beginning")).distinct()
    whole = turns.select("example_id", F.expr(_BEGINNING.format(n="n")).alias("beginning"))
    return whole.join(begun, "beginning", "left_semi").select("example_id")


def apply(judged: DataFrame, prefixes: DataFrame, policy: str) -> DataFrame:
    """`judged` (transforms/judge.py) with :data:`REASON`; `policy` is drop, review (doubtful) or keep (a note)."""
    joined = judged.join(prefixes.withColumn("begins", F.lit(REASON)), "example_id", "left")
    told = "notes" if policy == "keep" else "reasons"
    begins = F.col("begins").isNotNull()
    return joined.withColumns(
        {
            told: F.array_compact(F.concat(told, F.array("begins"))),
            "dropped": F.col("dropped") | (begins & F.lit(policy == "drop")),
            "doubtful": F.col("doubtful") | (begins & F.lit(policy == "review")),
        }
    ).drop("begins")
