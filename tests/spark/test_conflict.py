"""Contradictory examples on Spark: candidates, scores, groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyspark.sql import functions as F

from ftq_spark import schema
from ftq_spark.kernels.conflict.pairs import score_pairs
from ftq_spark.transforms import conflict

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

EXAMPLES = (
    "example_id string, source string, row long, question string, response string, context_hash string, "
    "dataset string, orders string"
)
MATCHES = "left_id string, right_id string, similarity double"
SAFE = ("Is metformin safe in pregnancy?", "Metformin is generally considered safe in pregnancy.")
AVOID = ("Can metformin be used in pregnant patients?", "Metformin should be avoided in pregnancy.")
SAFE_TOO = ("Can pregnant women take metformin?", "Metformin can be used during pregnancy.")


def examples_of(spark: SparkSession, rows: list[tuple[str, ...]]) -> DataFrame:
    """Rows of (question, response[, context]); ids run against the order of the rows."""
    found = [
        (f"id{999 - n}", "a.jsonl", n + 1, question, response, *(context or ("",)), "a", None)
        for n, (question, response, *context) in enumerate(rows)
    ]
    return spark.createDataFrame(found, EXAMPLES)


def matches_of(spark: SparkSession, pairs: list[tuple[int, int, float]]) -> DataFrame:
    return spark.createDataFrame([(f"id{999 - a}", f"id{999 - b}", s) for a, b, s in pairs], MATCHES)


def collected(frame: DataFrame) -> list[dict[str, Any]]:
    return sorted((row.asDict(recursive=True) for row in frame.collect()), key=lambda r: (r["left_id"], r["right_id"]))


# One corpus for most tests, so that Spark runs few jobs: each scenario has its own rows and questions.
MEDICAL = [SAFE, AVOID, SAFE_TOO]  # 0-2
SAME = [("Is it open?", "Yes, it is."), ("  is it\nOPEN ", "No, it is closed."), ("", "Yes."), ("", "No.")]  # 3-6
CONTEXTS = [
    ("Is ibuprofen safe for infants?", "Yes, it is.", "You are a doctor."),
    ("May infants take ibuprofen?", "No, it is not safe.", "You are a vet."),
    ("May infants take ibuprofen?", "No, never.", "You are a doctor."),
]  # 7-9
FAR = [("Is lead toxic?", "Yes, very."), ("Is lead in any way poisonous?", "No, not at all.")]  # 10-11
ANSWERS = ["Yes, it is.", "No, it is not.", "Yes.", "It depends on the day."]
OFTEN = [("Is it raining in Spain?", ANSWERS[n % 4]) for n in range(16)]  # 12-27
LISTED = [(f"Which gas do plants take in?\n{options}", "B") for options in ("A) Oxygen\nB) Neon", "A) Neon\nB) Oxygen")]
CORPUS = [*MEDICAL, *SAME, *CONTEXTS, *FAR, *OFTEN, *LISTED]  # 28-29
SIMILAR = [
    (1, 0, 0.91),
    (0, 2, 0.9),
    (2, 1, 0.85),
    (0, 1, 0.91),
    (7, 8, 0.9),
    (7, 9, 0.9),
    (10, 11, 0.7),
    (28, 29, 0.99),
]
MAX_BLOCK = 5


def candidates(examples: DataFrame, matches: DataFrame, max_block: int, max_pairs: int = 20) -> DataFrame:
    """What the stage conflict scores, large blocks among it."""
    block_pairs = conflict.pairs_of_blocks(conflict.blocks(examples, max_block), examples)
    return conflict.candidates(conflict.similar_pairs(examples, matches, 0.8, max_pairs), block_pairs)


def conflicts(examples: DataFrame, matches: DataFrame) -> DataFrame:
    """Candidates, scored, as groups: what the stages conflict and group do one after the other."""
    scored = conflict.score(candidates(examples, matches, MAX_BLOCK), examples, 0.5)
    return conflict.with_groups(scored)


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> list[dict[str, Any]]:
    frame = conflicts(examples_of(spark, CORPUS), matches_of(spark, SIMILAR))
    return collected(frame)


def among(found: list[dict[str, Any]], rows: range) -> list[dict[str, Any]]:
    """The conflicts of one scenario, as places of its rows."""
    places = {f"id{999 - n}": n for n in rows}
    return [
        {**row, "left": places[row["left_id"]], "right": places[row["right_id"]]}
        for row in found
        if row["left_id"] in places
    ]


def test_similar_questions_with_opposite_answers(found: list[dict[str, Any]]) -> None:
    rows = sorted(among(found, range(3)), key=lambda row: row["left"])
    assert [(r["left"], r["right"], r["prompt_similarity"]) for r in rows] == [(0, 1, 0.91), (1, 2, 0.85)]
    assert {r["conflict_group"] for r in rows} == {"id999"}
    expected = score_pairs(*([text] for text in (*SAFE, *AVOID)))
    assert rows[0]["score"] == expected.score[0]
    assert rows[0]["kind"] == expected.kind[0] == "polarity"
    assert rows[0]["evidence"] == expected.evidence[0]


def test_the_same_question_needs_no_match(found: list[dict[str, Any]]) -> None:
    rows = among(found, range(3, 7))
    assert [(r["left"], r["right"], r["prompt_similarity"]) for r in rows] == [(3, 4, 1.0)]


def test_one_letter_takes_other_options_of_reordered_lists(found: list[dict[str, Any]]) -> None:
    (row,) = among(found, range(28, 30))
    assert (row["left"], row["right"], row["kind"]) == (28, 29, "final_answer")


def test_another_context_is_another_question(found: list[dict[str, Any]]) -> None:
    assert [(r["left"], r["right"]) for r in among(found, range(7, 10))] == [(7, 9)]


def test_a_question_asked_often_is_settled_by_signatures(found: list[dict[str, Any]]) -> None:
    rows = among(found, range(12, 28))
    assert {r["left"] for r in rows} | {r["right"] for r in rows} == {n for n in range(12, 28) if (n - 12) % 4 != 3}
    assert len({r["conflict_group"] for r in rows}) == 1
    assert len(rows) == 11  # one less than the members that take a side


def test_results_do_not_depend_on_partitioning(spark: SparkSession, found: list[dict[str, Any]]) -> None:
    shuffled = examples_of(spark, CORPUS).orderBy(F.xxhash64("example_id")).repartition(5)
    again = conflicts(shuffled, matches_of(spark, SIMILAR).repartition(3))
    assert collected(again) == found


def test_what_is_cut_is_counted_by_name(spark: SparkSession) -> None:
    examples = examples_of(spark, CORPUS)
    counted = {
        **dict.fromkeys(conflict.cut_similar(), conflict.similar_pairs(examples, matches_of(spark, SIMILAR), 0.8)),
        **dict.fromkeys(conflict.cut_blocks(), conflict.blocks(examples, MAX_BLOCK)),
    }
    counts = conflict.cut_similar() | conflict.cut_blocks()
    found = {name: counted[name].agg(counts[name].alias("n")).collect()[0]["n"] for name in counts}
    assert found == {
        "other_context": 1,
        "too_many_neighbours": 0,
        "n_large": 16,
        "settled_by_signature": 16 * 15 // 2 - 15,
    }


def test_neighbours_are_bounded(spark: SparkSession) -> None:
    rows = [(f"Is drug number {n} safe?", "Yes.") for n in range(6)]
    pairs = [(a, b, 0.8 + 0.01 * (a + b)) for a in range(6) for b in range(a + 1, 6)]
    examples, matches = examples_of(spark, rows), matches_of(spark, pairs)
    found = candidates(examples, matches, conflict.MAX_BLOCK, max_pairs=1)
    kept = {(r["left_id"], r["right_id"]) for r in collected(found)}
    assert kept == {(f"id{999 - a}", "id994") for a in range(5)}  # everyone's nearest is the last


def test_candidates_of_one_question_grow_with_its_answers(spark: SparkSession) -> None:
    rows = [("Is it raining in Spain?", f"{ANSWERS[n % 4]} Station {n} says so.") for n in range(600)]
    examples = examples_of(spark, rows)
    assert candidates(examples, matches_of(spark, []), conflict.MAX_BLOCK).count() <= 2 * len(rows)


def test_only_answers_that_are_to_be_given_contradict(spark: SparkSession) -> None:
    def talk(weight: float | None = None, label: bool | None = None) -> list[tuple[Any, ...]]:
        fields = schema.MESSAGES.value_type.names
        said = {"role": "assistant", "content": "Yes.", "weight": weight, "label": label}
        return [tuple(turn.get(name) for name in fields) for turn in ({"role": "user", "content": "Is it?"}, said)]

    rows = [
        ("plain", talk(), None), ("good", talk(), True), ("bad", talk(), False),
        ("masked", talk(weight=0.0), None), ("weighed", talk(weight=1.0), None), ("bad turn", talk(label=False), None),
    ]  # fmt: skip
    ddl = f"example_id string, messages {schema.ddl_type(schema.MESSAGES)}, label boolean"
    found = conflict.learnt(spark.createDataFrame(rows, ddl)).collect()
    assert [row["example_id"] for row in found] == ["plain", "good", "weighed"]


def test_question_units_read_the_last_turn_in_its_context(spark: SparkSession) -> None:
    def turn(role: str, content: str) -> tuple[Any, ...]:
        return (role, content, *[None] * (schema.MESSAGES.value_type.num_fields - 2))

    talk = [
        turn("system", "Be brief."),
        turn("user", "Is aspirin safe for adults?"),
        turn("assistant", "Yes."),
        turn("user", "And in children?"),
        turn("assistant", "No."),
    ]
    alone = [turn("user", "Is aspirin safe for adults?"), turn("assistant", "Yes.")]
    told = "You sort mail. Classify the letter. Reply with the label only."
    sorting = [turn("system", told), turn("user", "Is it me?"), turn("assistant", "private")]
    answering = [turn("system", "Identify the intent and answer."), *sorting[1:]]
    told_by_a_tool = [
        [turn("user", "How warm is it in Ems?"), turn("assistant", ""), turn("tool", given), turn("assistant", said)]
        for given, said in (("3", "3 degrees."), ("21", "21 degrees."), ("21", "12 degrees."))
    ]
    examples = spark.createDataFrame(
        [
            ("a", "s", 1, talk, "one", "d"),
            ("b", "s", 2, alone, "other", "d"),
            ("c", "s", 3, sorting, "label", "d"),
            ("d", "s", 4, answering, "bot", "d"),
            *((f"tool {i}", "s", 5 + i, turns, "tools", "d") for i, turns in enumerate(told_by_a_tool)),
        ],
        f"example_id string, source string, row long, messages {schema.ddl_type(schema.MESSAGES)}, "
        "context_hash string, dataset string",
    )
    units = {row["example_id"]: row for row in conflict.question_units(examples).collect()}
    assert units["a"]["question"] == "Is aspirin safe for adults?\nAnd in children?"
    assert (units["a"]["response"], units["a"]["context_hash"]) == ("No.", "one")
    assert units["b"]["question"] == "Is aspirin safe for adults?"
    orders = {name: unit["orders"] for name, unit in units.items()}
    assert {name: orders[name] for name in "abcd"} == {"a": None, "b": None, "c": "Classify the letter", "d": None}
    given = [units[f"tool {i}"]["context_hash"] for i in range(3)]  # of other results there is no contradiction
    assert given[0] != given[1] == given[2] and "tools" not in given


@pytest.mark.parametrize(
    ("last", "hangs"),
    [
        ("发行时间呢？", True),
        ("¿Y cuándo salió?", True),
        ("Where was she born?", True),
        ("How much is it?", True),
        ("What does it eat?", True),
        ("When was it finished?", True),
        ("How long does it take to learn to swim?", False),
        ("When did the war end?", False),
        ("Why do birds sing at dawn?", False),
        (f"{'长' * 70}？", False),
    ],
)
def test_a_last_question_that_hangs_on_earlier_turns_is_read_with_them(
    spark: SparkSession, last: str, hangs: bool
) -> None:
    said = [("user", "Do you know Jane Roe?"), ("assistant", "Yes."), ("user", "A singer."), ("assistant", "Indeed.")]
    said += [("user", last), ("assistant", "In 2007.")]
    rest = [None] * (schema.MESSAGES.value_type.num_fields - 2)
    dialogue, alone = [(*turn, *rest) for turn in said], [(*turn, *rest) for turn in said[-2:]]
    examples = spark.createDataFrame(
        [("a", "s", 1, dialogue, "c", "d"), ("b", "s", 2, alone, "c", "d")],
        f"example_id string, source string, row long, messages {schema.ddl_type(schema.MESSAGES)}, "
        "context_hash string, dataset string",
    )
    units = {row["example_id"]: row["question"] for row in conflict.question_units(examples).collect()}
    assert units == {"a": f"Do you know Jane Roe?\nA singer.\n{last}" if hangs else last, "b": last}


def test_labels_that_a_system_prompt_orders_contradict(spark: SparkSession) -> None:
    rows = [("a", "Where is it?", "lost", "Classify the letter"), ("b", "Where is it?", "late", "Classify the letter")]
    rows += [("c", "Is it me?", "lost", None), ("d", "Is it me?", "late", None)]
    examples = spark.createDataFrame(
        [
            (name, "s", n, question, answer, orders or "", "d", orders)
            for n, (name, question, answer, orders) in enumerate(rows)
        ],
        EXAMPLES,
    )
    found = conflicts(examples, matches_of(spark, [])).collect()
    assert [(row["left_id"], row["right_id"]) for row in found] == [("a", "b")]
