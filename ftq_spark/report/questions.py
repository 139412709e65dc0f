"""Questions that are asked more than once, for the summary: the audit trail of how consistent the answers are."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.kernels.questions import STATES
from ftq_spark.report.tables import firsts, foremost, is_in

if TYPE_CHECKING:
    import pyarrow.dataset as ds

N_QUESTIONS = 10  # of each state that are listed
N_ANSWERS = 4  # of each that are shown


def questions(questions: ds.Dataset | None, askings: ds.Dataset | None, n_examples: int) -> dict[str, Any] | None:
    """How many questions are in each state, and those of each state that most examples ask; None without the tables.

    ``n_once`` examples ask what no other asks. The states sum to ``n``.
    """
    if questions is None or askings is None:
        return None
    states = {state: {"n": 0, "n_rows": 0} for state in STATES}
    for batch in questions.to_batches(columns=["state", "n_rows"]):
        for row in pa.table(batch).group_by("state").aggregate([([], "count_all"), ("n_rows", "sum")]).to_pylist():
            states[row["state"]]["n"] += row["count_all"]
            states[row["state"]]["n_rows"] += row["n_rows_sum"]
    n, n_rows = (sum(state[name] for state in states.values()) for name in ("n", "n_rows"))
    listed = _listed(questions, askings, _most_asked(questions)) if n else []
    return {"n": n, "n_rows": n_rows, "n_once": n_examples - n_rows, "states": states, "listed": listed}


def _most_asked(questions: ds.Dataset) -> list[str]:
    """The questions of each state that most examples ask, the state that comes first in STATES first."""
    order = [("n_rows", "descending"), ("n_answers", "descending"), ("question_id", "ascending")]
    columns, chosen = [name for name, _ in order], []
    for state in STATES:
        of_state = questions.to_batches(columns=columns, filter=pc.field("state") == state)
        found = foremost(of_state, order, N_QUESTIONS)
        rows = [] if found is None else found.to_pylist()
        chosen += [row["question_id"] for row in sorted(rows, key=_by_size)]
    return chosen


def _by_size(row: dict[str, Any]) -> tuple[int, str]:
    return -row["n_rows"], row["question_id"]


def _listed(questions: ds.Dataset, askings: ds.Dataset, chosen: list[str]) -> list[dict[str, Any]]:
    """The questions `chosen`, in this order, each with its first answers: n examples that give it, and one of them."""
    wanted = is_in("question_id", pa.array(chosen))
    about = {row["question_id"]: row for row in questions.to_table(filter=wanted).to_pylist()}
    columns = ["question_id", "answer", "canonical", "wording", "example_id"]
    shown = askings.to_batches(columns=columns, filter=wanted & (pc.field("answer") <= N_ANSWERS))
    order = [("canonical", "descending"), ("wording", "ascending"), ("example_id", "ascending")]
    rows = firsts(shown, ("question_id", "answer"), order).to_pylist()
    answers = {name: list(found) for name, found in groupby(rows, itemgetter("question_id"))}
    names = ("question_id", "canonical", "n_rows", "n_wordings", "n_answers", "state")
    return [
        {
            **{name: about[question][name] for name in names},
            "answers": [{name: row[name] for name in ("answer", "n", "example_id")} for row in answers[question]],
        }
        for question in chosen
        if question in answers
    ]


def shown_ids(section: dict[str, Any] | None) -> list[str]:
    """The examples of the answers that are shown."""
    return [answer["example_id"] for entry in (section or {}).get("listed", []) for answer in entry["answers"]]
