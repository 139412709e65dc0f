"""What many texts begin or end with is part of the context, and the rest is what is embedded."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from ftq_spark.settings import Semantic
from ftq_spark.transforms import ends, units

_MESSAGES = (
    "example_id string, source string, row bigint, "
    "messages array<struct<role:string,content:string,tool_calls:string>>, context_hash string"
)
RULES = "You answer letters to a garden centre. Be brief. Say so where a plant is poisonous. Promise no dates."
LIST = "Letters are kept for a year and read by people who train others.\nSign with your first name alone."
OWN = [
    *(f"May I plant {plant} in May?" for plant in ("roses", "figs", "leeks")),
    "Promise no dates. May I plant roses in May?",
    *(f"How deep do {plant} grow?\n" for plant in ("oaks", "elms", "figs")),
    *(f"Is {plant} poisonous?\n" for plant in ("yew", "ivy", "box")),
    LIST,
    *(f"Tell us this: is {plant} fast?" for plant in ("yew", "ivy", "box")),
    "May I plant roses in May?",
    "Rare words begin this text, which is long enough to be looked at by itself, and no other begins like it. Why?",
    "",
]
SETTINGS = Semantic(common_texts=3, common_chars=60)
PROMPTS = [
    *(f"{RULES}\n\nMay I plant {plant} in May?" for plant in ("roses", "figs", "leeks")),
    f"{RULES} May I plant roses in May?",  # the words go on in the same line: only up to the last full stop
    *(f"How deep do {plant} grow?\n{LIST}" for plant in ("oaks", "elms", "figs")),
    *(f"{RULES}\n\nIs {plant} poisonous?\n{LIST}" for plant in ("yew", "ivy", "box")),
    f"{RULES}\n\n{LIST}",  # nothing of its own: one of the two stays
    *(f"{RULES}\n\nTell us this: is {plant} fast?" for plant in ("yew", "ivy", "box")),  # a crowd of few
    "May I plant roses in May?",
    "Rare words begin this text, which is long enough to be looked at by itself, and no other begins like it. Why?",
    "",
]


def examples(spark: SparkSession) -> DataFrame:
    rows = [(f"e{i}", "f", i, [("user", text, None), ("assistant", "A.", None)], "") for i, text in enumerate(PROMPTS)]
    return spark.createDataFrame([*rows, ("copy", "f", 99, rows[0][3], "")], _MESSAGES)


def found(frame: DataFrame) -> DataFrame:
    return ends.ends(ends.likely(units.whole_texts(frame, ["prompt"]), SETTINGS), SETTINGS)


def test_what_is_left_is_what_no_crowd_shares(spark: SparkSession) -> None:
    frame = examples(spark)
    cut = found(frame).collect()
    assert sorted(map(tuple, cut)) == sorted(map(tuple, found(frame.repartition(5)).collect()))

    texts = frame.select("example_id", units.text_of("prompt").alias("text"))
    own = {row["example_id"]: row["text"] for row in units.own_texts(texts, found(frame)).collect()}
    assert [own[f"e{i}"] for i in range(len(PROMPTS))] == OWN


def test_the_shared_part_is_context(spark: SparkSession) -> None:
    frame = examples(spark)
    rows = units.members(frame, "prompt", SETTINGS, found(frame)).collect()
    unit = {row["example_id"]: row["unit"] for row in rows}
    text = {row["example_id"]: row["text_hash"] for row in rows}
    assert unit["e0"] == unit["copy"]
    assert text["e0"] == text["e14"], "the same words are embedded once"
    assert unit["e0"] != unit["e14"], "but are asked under other rules"
    context = {row["example_id"]: row["context"] for row in rows}
    assert context["e0"] == context["e1"] == context["e2"]
    embedded = units.distinct_texts(frame, ["prompt"], False, found(frame)).collect()
    assert {row["text_hash"] for row in embedded} == set(text.values())


def test_texts_that_nobody_shares_do_not_leave_spark(spark: SparkSession) -> None:
    texts = units.whole_texts(examples(spark).where("row between 14 and 16"), ["prompt"])
    assert ends.likely(texts, SETTINGS).count() == 0
