"""Questions that are asked more than once, for the summary: the audit trail of how consistent the answers are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftq_spark.kernels.questions import STATES
from ftq_spark.transforms import questions as aggregates

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

N_QUESTIONS = 10  # of each state that are listed
N_ANSWERS = 4  # of each that are shown


def questions(questions: DataFrame | None, askings: DataFrame | None, n_examples: int) -> dict[str, Any] | None:
    """How many questions are in each state, and those of each state that most examples ask; None without the tables.

    ``n_once`` examples ask what no other asks. The states sum to ``n``.
    """
    if questions is None or askings is None:
        return None
    counted = {row["state"]: row for row in aggregates.state_counts(questions).collect()}
    states = {
        state: {"n": counted[state]["n"], "n_rows": counted[state]["n_rows"]}
        if state in counted
        else {"n": 0, "n_rows": 0}
        for state in STATES
    }
    n, n_rows = (sum(state[name] for state in states.values()) for name in ("n", "n_rows"))
    rows = aggregates.most_asked(questions, askings, N_QUESTIONS, N_ANSWERS).collect() if n else []
    rows.sort(key=lambda row: (STATES.index(row["state"]), -row["n_rows"], row["question_id"], row["answer"]))
    listed: dict[str, dict[str, Any]] = {}
    for row in sorted(
        rows, key=lambda row: (STATES.index(row["state"]), -row["n_rows"], row["question_id"], row["answer"])
    ):
        names = ("question_id", "canonical", "n_rows", "n_wordings", "n_answers", "state")
        entry = listed.setdefault(row["question_id"], {**{name: row[name] for name in names}, "answers": []})
        entry["answers"].append({name: row[name] for name in ("answer", "n", "example_id")})
    return {"n": n, "n_rows": n_rows, "n_once": n_examples - n_rows, "states": states, "listed": list(listed.values())}


def shown_ids(section: dict[str, Any] | None) -> list[str]:
    """The examples of the answers that are shown."""
    return [answer["example_id"] for entry in (section or {}).get("listed", []) for answer in entry["answers"]]
