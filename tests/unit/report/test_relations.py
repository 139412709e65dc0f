"""What the report says of clusters, conflicts, stances, questions and formats."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark import schema
from ftq_spark.kernels.questions import STATES
from ftq_spark.report.consistency import consistency
from ftq_spark.report.counted import Counted
from ftq_spark.report.questions import N_ANSWERS, N_QUESTIONS, questions
from ftq_spark.report.relations import (
    cluster_sizes,
    conflict_kinds,
    group_outcomes,
    largest_clusters,
    top_conflicts,
)
from ftq_spark.report.tables import firsts

Rows = list[dict[str, Any]]
SCORED = pa.schema([schema.VERDICTS.field(name) for name in ("example_id", "verdict", "reasons")])


def cut(rows: Rows, columns: pa.Schema, n_rows: int = 3) -> ds.Dataset:
    """A table in many small parts, as many tasks leave it."""
    parts = [pa.Table.from_pylist(rows[at : at + n_rows], schema=columns) for at in range(0, len(rows), n_rows)]
    return ds.dataset(pa.concat_tables([columns.empty_table(), *parts]))


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 2), st.integers(0, 9)), max_size=30),
    st.integers(1, 8),
)
def test_the_first_of_each_group_and_how_many_there_are(rows: list[tuple[Any, int, int]], n_rows: int) -> None:
    table = pa.table(
        {name: pa.array(values, type_) for (name, type_), values in zip(
            (("k", pa.string()), ("l", pa.int64()), ("v", pa.int64())), zip(*rows, strict=True) if rows else ((),) * 3,
            strict=True)}
    )  # fmt: skip
    held = defaultdict(list)
    for key, other, value in rows:
        held[key, other].append(value)
    for way, best in (("ascending", min), ("descending", max)):
        found = firsts(table.to_batches(max_chunksize=n_rows), ["k", "l"], [("v", way)]).to_pylist()
        assert {(row["k"], row["l"]): (row["v"], row["n"]) for row in found} == {
            key: (best(values), len(values)) for key, values in held.items()
        }


def test_clusters() -> None:
    def member(name: str, size: int, kind: str | None = None, similarity: float | None = None) -> dict[str, Any]:
        values = (name, name[0], size, f"{name[0]}0" if kind else None, kind, similarity, kind == "exact")
        return dict(zip(schema.CLUSTERS.names, values, strict=True))

    members = [member("a0", 4), member("a1", 4, "near", 0.8), member("b1", 2, "exact", 1.0), member("c0", 1),
               member("a3", 4, "exact", 1.0), member("a2", 4, "near", 0.95), member("b0", 2)]  # fmt: skip
    clusters = cut(members, schema.CLUSTERS, 2)
    assert cluster_sizes(clusters) == ([(2, 2), (4, 4)], 2)
    (largest,) = largest_clusters(clusters, 1)
    assert {**largest, "members": []} == {"cluster_id": "a", "size": 4, "n_kept": 1, "kept": "a0", "members": []}
    said = [(row["kind"], row["n_of_kind"], row["similarity"], row["example_id"]) for row in largest["members"]]
    assert said == [("exact", 1, 1.0, "a3"), ("near", 2, 0.8, "a1"), ("near", 2, 0.95, "a2")]
    assert [row["cluster_id"] for row in largest_clusters(clusters, 5)] == ["a", "b"]
    assert largest_clusters(cut([member("c0", 1)], schema.CLUSTERS), 5) == []


def a_pair(left: str, right: str, score: float, group: str | None, kind: str = "polarity") -> dict[str, Any]:
    evidence = [{"left_text": "safe " * 200, "right_text": None, "kind": "modality"}] * 9
    return {"left_id": left, "right_id": right, "prompt_similarity": 0.9, "score": score, "kind": kind,
            "evidence": evidence if group else None, "conflict_group": group}  # fmt: skip


def test_conflicts_are_listed_one_per_question() -> None:
    pairs = [a_pair("a", "b", 0.7, "g"), a_pair("b", "c", 0.9, "g"), a_pair("a", "c", 0.9, "g", "number"),
             a_pair("c", "d", 0.6, None)]  # fmt: skip
    conflicts = pa.Table.from_pylist(pairs, schema=schema.CONFLICTS)
    assert conflict_kinds(conflicts) == [
        {"kind": "polarity", "n": 3, "n_groups": 1, "highest": 0.9},
        {"kind": "number", "n": 1, "n_groups": 1, "highest": 0.9},
    ]
    first, second = top_conflicts(conflicts, 5, span_chars=40)
    assert (first["left_id"], first["right_id"], first["kind"]) == ("a", "c", "number")
    assert (first["score"], first["n_pairs"], first["conflict_group"]) == (0.9, 3, "g")
    assert len(first["evidence"]) == 6
    assert first["evidence"][0] == {"left_text": ("safe " * 8), "right_text": None, "kind": "modality"}
    assert (second["score"], second["n_pairs"], second["conflict_group"], second["evidence"]) == (0.6, 1, "cd", None)
    assert top_conflicts(conflicts, 1, 40) == [first]
    assert conflict_kinds(schema.CONFLICTS.empty_table()) == []


def test_what_became_of_the_members_of_a_group() -> None:
    def member(name: str, group: str, stance: int, against: bool = False) -> dict[str, Any]:
        about = {"group_size": 3, "n_stances": 2, "severity": 0.5, "exact": group == "g"}
        return {"example_id": name, "conflict_group": group, "stance": stance, "against": against, **about}

    stances = [member("a", "g", 1), member("b", "g", 2), member("c", "g", 2), member("f", "h", 1, against=True),
               member("d", "h", 1), member("gone", "h", 2)]  # fmt: skip
    verdicts = [("c", "drop", []), ("x", "drop", ["conflict"]), ("a", "review", ["conflict"]), ("d", "keep", []),
                ("b", "review", ["vague", "conflict"]), ("f", "drop", ["conflict"])]  # fmt: skip
    scored = [dict(zip(SCORED.names, row, strict=True)) for row in verdicts]
    found = group_outcomes(cut(stances, schema.STANCES, 2), cut(scored, SCORED, 2)).sort_by("conflict_group")
    names = ("conflict_group", "n_fix", "n_dropped", "n_flagged", "exact")
    assert [tuple(row[name] for name in names) for row in found.to_pylist()] == [
        ("g", 2, 1, 2, True),
        ("h", 0, 0, 0, False),
    ]


def test_questions_that_most_examples_ask() -> None:
    asked: Rows = []
    answers: Rows = []
    for number in range(N_QUESTIONS + 3):
        name, n_rows = f"q{number:02}", 4 + number % 5
        asked.append({"question_id": name, "canonical": f"{name}?", "n_rows": n_rows, "n_wordings": 1,
                      "n_answers": n_rows, "state": STATES[number % 2]})  # fmt: skip
        for place in range(n_rows):
            answers.append({"question_id": name, "example_id": f"{name}-{9 - place}", "wording": 2 - place % 2,
                            "answer": 1 + place, "canonical": place == 0, "state": STATES[number % 2]})  # fmt: skip
        answers.append({**answers[-n_rows], "example_id": f"{name}-0", "canonical": False})
    found = questions(cut(asked, schema.QUESTIONS), cut(answers, schema.ASKINGS), 100)
    assert found is not None
    assert found["n"] == len(asked)
    assert found["n_once"] == 100 - sum(row["n_rows"] for row in asked)
    assert {state: row["n"] for state, row in found["states"].items() if row["n"]} == {STATES[0]: 7, STATES[1]: 6}
    wanted = sorted(asked, key=lambda row: (STATES.index(row["state"]), -row["n_rows"], row["question_id"]))
    assert [row["question_id"] for row in found["listed"]] == [row["question_id"] for row in wanted]
    first = found["listed"][0]
    assert (first["question_id"], first["n_rows"], first["canonical"]) == ("q04", 8, "q04?")
    assert len(first["answers"]) == N_ANSWERS
    assert first["answers"][0] == {"answer": 1, "n": 2, "example_id": "q04-9"}  # of the commonest wording, not q04-0
    assert first["answers"][1] == {"answer": 2, "n": 1, "example_id": "q04-8"}
    nothing = questions(cut([], schema.QUESTIONS), cut([], schema.ASKINGS), 3)
    assert nothing is not None
    assert (nothing["n"], nothing["n_once"], nothing["listed"]) == (0, 3, [])


def test_formats_weigh_by_their_answers() -> None:
    rows = [
        {"dataset": name, "context": "c", "facet": facet, "n": n, "value": 1.0, "share": 0.5, "consistency": figure}
        for name, n, figure in (("small", 10, 1.0), ("large", 30, 0.5), ("other", 30, 0.5))
        for facet in ("layout", "length")
    ]
    found = consistency(cut(rows, schema.FORMATS), Counted(pa.table({"facet": pa.array([], pa.string())})), 2)
    assert found is not None
    assert found["layout_consistency"] == found["consistency"] == (10 + 15 + 15) / 70
    assert (found["language_consistency"], found["n_groups"]) == (None, 3)
    assert [row["dataset"] for row in found["groups"]] == ["large", "other"]
    assert found["groups"][0]["length"] == "2 to 3 words"
