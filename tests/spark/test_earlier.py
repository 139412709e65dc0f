"""Earlier answers of dialogues that contradict answers of other examples, from rows of a file to verdicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from runs import rows, run

from ftq_spark import explain, schema
from ftq_spark.formats.ingest import batches
from ftq_spark.formats.lines import RawRow
from ftq_spark.transforms import conflict, earlier, naming

ASKED = "Is raw kidney bean flour safe to eat?"
YES, NO = "Yes, it is perfectly safe to eat raw.", "No, it is toxic unless the beans were boiled first."
MAX_BLOCK = 5


def talk(*said: str, **more: Any) -> dict[str, Any]:
    """A dialogue of questions and answers in turns."""
    roles = ("user", "assistant")
    return {"messages": [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)], **more}


def chat(number: int) -> tuple[str, str]:
    return f"Tell me joke number {number}.", f"Here is the joke with the number {number}."


ROWS = {
    "second": talk(*chat(1), ASKED, YES, *chat(2)),
    "third": talk(*chat(3), *chat(4), f" {ASKED.lower()}", NO, *chat(5)),
    "one turn": talk(ASKED.replace("?", ""), NO),
    "agrees": talk(ASKED, YES, *chat(6)),
    "last": talk(*chat(7), ASKED, NO),
    # What is no answer that anybody learns, or no other one.
    "masked": talk(*chat(8), ASKED, NO, *chat(9)),
    "in a prompt": {f"{side}": talk(ASKED, NO, *chat(n))["messages"] for n, side in ((10, "chosen"), (11, "rejected"))},
    "other context": {"messages": [{"role": "system", "content": "Lie."}, *talk(ASKED, NO, *chat(12))["messages"]]},
    # What leans on the dialogue.
    "pool here": talk(*chat(13), "Does the hotel have a heated pool?", "Yes, it has one.", *chat(14)),
    "pool there": talk(*chat(15), "Does the hotel have a heated pool?", "No, it has none.", *chat(16)),
    "please": talk(*chat(17), "yes please", "Yes, it is booked.", *chat(18)),
    "please not": talk(*chat(19), "yes please", "No, it is not booked.", *chat(20)),
    # Twice in one dialogue is a matter of its own.
    "itself": talk("Do bats lay eggs?", "Yes, they do.", *chat(21), "Do bats lay eggs?", "No.", *chat(22)),
}  # fmt: skip
ROWS["masked"]["messages"][3]["weight"] = 0
ROWS["copy"] = ROWS["second"]  # a duplicate, of which none is dropped while the question is open
SIDES = {"yes": {("second", 3), ("agrees", 1), ("copy", 3)}, "no": {("third", 5), ("one turn", None), ("last", None)}}


@pytest.fixture(scope="module")
def examples(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> DataFrame:
    raw = [RawRow(number, json.dumps(row).encode(), None) for number, row in enumerate(ROWS.values(), 1)]
    tables = list(batches(raw, dataset="own", source="own.jsonl"))
    assert all(all(table.column("accepted").to_pylist()) for table in tables)
    path = tmp_path_factory.mktemp("earlier") / "examples.parquet"
    pq.write_table(pa.Table.from_batches(tables).select(schema.EXAMPLES.names), path)
    return spark.read.parquet(str(path))


def found(examples: DataFrame, max_block: int = conflict.MAX_BLOCK) -> list[dict[str, Any]]:
    """What the stage conflict adds for earlier answers."""
    last = conflict.question_units(conflict.learnt(examples))
    again = earlier.asked_again(examples, last)
    pairs = earlier.pairs(conflict.blocks(again, max_block), again)
    scored = conflict.score(pairs, last.unionByName(earlier.texts(again)), 0.5)
    assert scored.columns == schema.CONTRADICTIONS.names
    return sorted((row.asDict(recursive=True) for row in scored.collect()), key=str)


def sides(contradictions: list[dict[str, Any]]) -> set[frozenset[tuple[str, int | None]]]:
    names = dict(enumerate(ROWS, 1))
    return {
        frozenset((names[row[f"{side}_place"]["row"]], row[f"{side}_turn"]) for side in ("left", "right"))
        for row in contradictions
    }


def test_answers_to_one_question_contradict_wherever_they_stand(examples: DataFrame) -> None:
    wanted = {frozenset((yes, no)) for yes in SIDES["yes"] for no in SIDES["no"]}
    rows = found(examples)
    assert sides(rows) == wanted  # of every other row nothing
    for row in rows:
        assert {row["left_id"], row["right_id"]}.isdisjoint({None})
        assert "#" not in row["left_id"] + row["right_id"]
        assert row["left_place"]["row"] < row["right_place"]["row"]
        assert row["evidence"]


def test_the_order_and_the_parts_of_the_table_change_nothing(examples: DataFrame) -> None:
    shuffled = examples.orderBy(F.xxhash64("example_id")).repartition(5)
    assert found(shuffled, MAX_BLOCK) == found(examples, MAX_BLOCK)


def test_a_question_asked_often_makes_no_square(spark: SparkSession) -> None:
    answers = [YES if n % 3 else NO for n in range(60)]
    asked = spark.createDataFrame(
        [(f"id{n}#3", "s", n, ASKED, f"{answer} {n}", "c", "d", None, "b") for n, answer in enumerate(answers)],
        "example_id string, source string, row long, question string, response string, context_hash string, "
        "dataset string, orders string, block string",
    )
    pairs = earlier.pairs(conflict.blocks(asked, MAX_BLOCK), asked).collect()
    assert {side for pair in pairs for side in (pair["left_id"], pair["right_id"])} == {f"id{n}#3" for n in range(60)}
    assert len(pairs) < 2 * len(answers)


def test_of_two_examples_the_surest_pair_is_left(spark: SparkSession) -> None:
    columns = "left_id string, right_id string, score double, kind string, left_turn long, right_turn long"
    last = ("a", "b", 0.9, "number", None, None)
    pairs = [("a", "b", 0.9, "number", 1, None), last, ("a", "b", 0.6, "number", 3, 3), ("a", "c", 0.5, "choice", 1, 1)]
    pairs += [("a", "d", 0.9, "refusal", 1, 1), ("b", "d", 0.9, "refusal", None, None)]
    left = earlier.surest(spark.createDataFrame(pairs, columns)).collect()
    assert sorted(map(tuple, left)) == [last, pairs[3], pairs[5]]


def test_names_of_answers(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("a", 3), ("b", None)], "example_id string, turn long")
    name = naming.name(F.col("example_id"), F.col("turn"))
    parts = frame.select(name.alias("name"), naming.example_of(name), naming.turn_of(name), naming.is_earlier(name))
    rows = sorted(map(tuple, parts.collect()))
    assert rows == [("a#3", "a", 3, True), ("b", "b", None, False)]
    ids, turns = naming.split(pa.array([row[0] for row in rows]))
    assert (ids.to_pylist(), turns.to_pylist()) == (["a", "b"], [3, None])


# ── A whole run ──────────────────────────────────────────────────────────────────────────────────────────────────────

ALONE = {"dedup__near__enabled": False, "dedup__semantic__enabled": False, "score__rules": [], "score__min_quality": 0}


@pytest.mark.long
def test_a_run_names_the_turns_and_drops_neither_side(spark: SparkSession, tmp_path: Path) -> None:
    data = tmp_path / "talks.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in ROWS.values()))
    done = run(tmp_path / "run", data, **ALONE, conflict__policy="drop_minority")
    names = dict(enumerate(ROWS, 1))
    scored = {names[row["row"]]: row for row in rows(done, "scored")}
    in_conflict = {name for side in SIDES.values() for name, _ in side}
    assert {name for name, row in scored.items() if "conflict" in row["reasons"]} == in_conflict
    assert {scored[name]["verdict"] for name in in_conflict} == {"review"}
    pairs = rows(done, "conflicts")
    ids = {row["example_id"]: name for name, row in scored.items()}
    turns = {(ids[row[f"{side}_id"]], row[f"{side}_turn"]) for row in pairs for side in ("left", "right")}
    assert turns == SIDES["yes"] | SIDES["no"]
    members = rows(done, "stances", "example_id", "turn", "stance_size", "conflict_group")
    assert {(ids[row["example_id"]], row["turn"], row["stance_size"]) for row in members} == {
        (name, turn, 3) for side in SIDES.values() for name, turn in side
    }
    assert len({row["conflict_group"] for row in members}) == 1
    shown = explain.render(explain.explain(done, scored["second"]["example_id"]))
    assert "turn 4 against turn 6 there" in shown
    assert "turn 4 against the last answer there" in shown
    assert done.manifest["stages"]["conflict"]["n_earlier"] == 4
