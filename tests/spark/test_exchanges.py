"""Dialogues answer by answer: measured, judged, and masked or settled as the settings say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from ftq_spark import schema, signals
from ftq_spark.formats.ingest import batches
from ftq_spark.formats.lines import RawRow
from ftq_spark.settings import Score
from ftq_spark.spark.columns import spark_columns
from ftq_spark.transforms import judge, mask, publish, score

RULES = tuple(
    rule.model_copy(update={"verdict": "review"}) if rule.reason == "tool_schema" else rule for rule in Score().rules
)
SOUND = "It bends each colour by another angle, since glass slows blue light more than red light."
FAULTY = "[insert answer here]"
DECLINED = "I'm sorry, I can't make that reservation for you."
QUESTIONS = ("How does a prism work?", "And why is the sky blue?")


def talk(*answers: str, **more: Any) -> dict[str, Any]:
    turns = [
        turn
        for question, answer in zip(QUESTIONS, answers, strict=True)
        for turn in ({"role": "user", "content": question}, {"role": "assistant", "content": answer})
    ]
    return {"messages": turns, **more}


ROWS = {
    "sound": talk(SOUND, "Its light is scattered, and the blue part of it most of all."),
    "faulty": talk(FAULTY, SOUND),
    "empty at last": talk(SOUND, "..."),
    "preferred": {"chosen": talk(FAULTY, SOUND)["messages"], "rejected": talk(FAULTY, "Who knows.")["messages"]},
    "history": {"instruction": QUESTIONS[1], "history": [[QUESTIONS[0], "N/A"]], "output": SOUND},
    "mail": talk(f"{SOUND} Write to jane.roe@corp-mail.com for more.", SOUND),
    "twice": talk(SOUND, f"{SOUND} "),
    "declined": talk(DECLINED, SOUND),
    "one turn": {"prompt": QUESTIONS[0], "completion": FAULTY},
    "out already": talk(FAULTY, SOUND),
    "taken back": {
        "messages": [
            *talk(SOUND, SOUND)["messages"][:2],
            {"role": "user", "content": "Are you sure?"},
            {"role": "assistant", "content": "I apologize, I was wrong: it bends none of them."},
        ]
    },
}
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]  # fmt: skip
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"town": "Ems"}'}}
ROWS["called"] = {
    "messages": [
        {"role": "user", "content": "Does it rain in Ems?"},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "dry"},
        {"role": "assistant", "content": "No, it is dry in Ems."},
    ],
    "tools": TOOLS,
}
ROWS["out already"]["messages"][1]["weight"] = 0
ROWS["thinking at first"] = talk("<think>Red light is the slower, and so", SOUND)
ROWS["thinking at last"] = talk(SOUND, "<think>Its light is scattered, and")


@pytest.fixture(scope="module")
def examples(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> DataFrame:
    raw = [RawRow(number, json.dumps(row).encode(), None) for number, row in enumerate(ROWS.values(), 1)]
    (found,) = batches(raw, dataset="own", source="own.jsonl")
    rows = [{name: row[name] for name in schema.EXAMPLES.names} for row in found.to_pylist()]
    assert all(row["example_id"] for row in rows)
    names = dict(enumerate(ROWS, 1))
    rows = [{**row, "example_id": names[row["row"]]} for row in rows]
    frame = spark.createDataFrame([tuple(row.values()) for row in rows], spark_columns(schema.EXAMPLES))
    path = str(tmp_path_factory.mktemp("exchanges") / "examples")
    frame.write.parquet(path)
    return spark.read.parquet(path)


@pytest.fixture(scope="module")
def measured(examples: DataFrame, tmp_path_factory: pytest.TempPathFactory) -> DataFrame:
    names = [rule.signal for rule in RULES]
    of_each, calls = tuple(signals.of_each_answer(names)), tuple(signals.of_each_call(names))
    wanted = score.Measuring(("n_words", *calls), each=signals.Asked(of_each, calls, tuple(signals.screened(RULES))))
    path = str(tmp_path_factory.mktemp("exchanges") / "measured")
    score.score(examples, wanted).write.parquet(path)
    return examples.sparkSession.read.parquet(path)


@pytest.fixture(scope="module")
def exchanges(measured: DataFrame, tmp_path_factory: pytest.TempPathFactory) -> DataFrame:
    found = judge.exchanges(measured, RULES)
    path = str(tmp_path_factory.mktemp("exchanges") / "found")
    found.write.parquet(path)
    return measured.sparkSession.read.parquet(path)


def test_one_row_for_each_answer_of_a_dialogue(exchanges: DataFrame) -> None:
    assert exchanges.columns == schema.EXCHANGES.names
    rows = {(row["example_id"], row["turn"]): row for row in exchanges.collect()}
    assert {name for name, _ in rows} == {
        "sound",
        "faulty",
        "empty at last",
        "preferred",
        "history",
        "mail",
        "thinking at first",
        "thinking at last",
        "twice",
        "declined",
        "called",
        "taken back",
    }
    assert len(rows) == 24
    assert (rows["taken back", 3]["findings"], rows["taken back", 3]["doubts"]) == (["answer_withdrawn"], [])
    first = rows["faulty", 1]
    assert (first["question"], first["response"], first["replies_to"]) == (QUESTIONS[0], FAULTY, "user")
    assert (first["is_last"], first["in_prompt"]) == (False, False)
    assert (first["findings"], first["doubts"]) == (["placeholder"], ["placeholder"])
    assert rows["faulty", 3]["is_last"] and not rows["faulty", 3]["findings"]
    assert rows["empty at last", 3]["findings"] == ["empty_answer"]
    assert rows["thinking at first", 1]["findings"] == rows["thinking at first", 1]["doubts"] == ["truncated"]
    assert rows["thinking at last", 3]["findings"] == ["truncated"]
    assert rows["preferred", 1]["in_prompt"]
    assert (rows["twice", 3]["findings"], rows["twice", 3]["doubts"]) == (["repeated_answer"], [])
    assert (rows["declined", 1]["findings"], rows["declined", 1]["doubts"]) == (
        ["refusal"],
        [],
    )  # it may report an outcome
    assert rows["called", 1]["findings"] == rows["called", 1]["doubts"] == ["tool_schema"]
    assert rows["called", 3]["findings"] == []
    assert (rows["mail", 1]["findings"], rows["mail", 1]["doubts"]) == (["personal_data"], [])


def judged(examples: DataFrame) -> DataFrame:
    rows = [(name, 0.9, [], [], False, False, False, None, None) for name in ROWS]
    return examples.sparkSession.createDataFrame(rows, spark_columns(schema.JUDGED))


@pytest.mark.parametrize("mode", ["mask", "review", "drop"])
def test_a_faulty_answer_is_masked_or_settles_its_dialogue(
    examples: DataFrame, exchanges: DataFrame, mode: str
) -> None:
    found = mask.turn_findings(exchanges, examples, {}, mode == "mask")
    assert found.schema.simpleString() == (
        examples.sparkSession.createDataFrame([], spark_columns(schema.TURN_FINDINGS)).schema.simpleString()
    )
    after = mask.apply(judged(examples), found, mode)
    assert after.columns == schema.JUDGED.names
    rows = {row["example_id"]: row for row in after.collect()}
    marked = {row["example_id"]: row for row in found.collect()}
    for name in ("sound", "empty at last", "one turn", "out already"):  # the last answer is judged with the signals
        assert not (rows[name]["reasons"] or rows[name]["notes"] or rows[name]["dropped"] or rows[name]["doubtful"])
    assert rows["preferred"]["notes"] == ["placeholder"] and not rows["preferred"]["doubtful"]
    assert rows["declined"]["notes"] == ["refusal"] and not rows["declined"]["doubtful"]
    assert rows["mail"]["notes"] == ["personal_data"]
    assert marked["thinking at first"]["masked_turns"] == ([1] if mode == "mask" else None)
    assert marked["called"]["masked_turns"] == ([1] if mode == "mask" else None)
    assert rows["called"]["reasons"] == ([] if mode == "mask" else ["tool_schema"])
    assert rows["taken back"]["notes"] == ["answer_withdrawn"] and not rows["taken back"]["doubtful"]
    assert rows["twice"]["notes"] == ["repeated_answer"] and not rows["twice"]["doubtful"]
    assert [tuple(item) for item in marked["faulty"]["turn_findings"]] == [(1, "placeholder")]
    unmaskable = rows["history"]
    assert unmaskable["reasons"] == ["placeholder"]
    assert (unmaskable["dropped"], unmaskable["doubtful"]) == (mode == "drop", mode != "drop")
    faulty = rows["faulty"]
    if mode == "mask":
        assert (faulty["reasons"], sorted(faulty["notes"])) == ([], ["masked_turns", "placeholder"])
        assert not (faulty["dropped"] or faulty["doubtful"])
        assert marked["faulty"]["masked_turns"] == [1]
        assert json.loads(marked["faulty"]["masked"])["messages"][1]["weight"] == 0
    else:
        assert (faulty["reasons"], faulty["notes"]) == (["placeholder"], [])
        assert (faulty["dropped"], faulty["doubtful"]) == (mode == "drop", mode == "review")
        assert all(row["masked"] is None for row in marked.values())


def test_clean_has_the_marks_and_a_first_row_that_states_them(
    examples: DataFrame, exchanges: DataFrame, spark: SparkSession
) -> None:
    edits = spark.createDataFrame([], spark_columns(schema.EDITS))
    marked = publish.with_masks(
        publish.corrected(examples, edits), mask.turn_findings(exchanges, examples, {}, masks=True)
    )
    rejects = spark.createDataFrame([], spark_columns(schema.REJECTS))
    out = {**ROWS["faulty"]["messages"][1], "weight": 0}
    for who, expected in (("rule", out), ("reviewer", ROWS["faulty"]["messages"][1])):  # a person lifts the mask
        verdicts = spark.createDataFrame(
            [(name, "keep", [], None, [], who, None) for name in ROWS],
            "example_id string, verdict string, reasons array<string>, duplicate_of string, "
            "conflicts_with array<string>, decided_by string, reviewer string",
        )
        first = publish.first_kept(marked, verdicts, 500_000).collect()
        assert len(first) == (1 if who == "rule" else 0)  # nothing is masked where a person keeps all
        for row in first:
            assert (row["source"], row["row"], row["dataset"]) == ("own.jsonl", 1, "own")
            assert json.loads(row["text"]) == ROWS["sound"]
        replaced = publish.with_first(marked, [("own.jsonl", 3, "the first")])
        rows = publish.rows(replaced, verdicts, rejects, {"own.jsonl": "own"}, 500_000).collect()
        assert {row["folder"] for row in rows} == {"clean"}
        texts = {row["row"]: row["value"] for row in rows}
        assert json.loads(texts[2])["messages"][1] == expected
        assert texts[3] == "the first"
        assert json.loads(texts[10]) == ROWS["out already"]


def test_one_answer_has_no_answers_beside_its_signals(measured: DataFrame) -> None:
    rows = {row["example_id"]: row for row in measured.collect()}
    assert rows["one turn"]["sig_n_words"] > 0
    assert {name for name, row in rows.items() if row["answers"] is None} == {"one turn", "out already"}
    assert [answer["turn"] for answer in rows["faulty"]["answers"]] == [1, 3]


def test_a_fault_in_an_earlier_call_is_its_answers(measured: DataFrame) -> None:
    found = judge.without_earlier(measured, ["n_tool_schema", "n_tool_loops"])
    assert found.columns == measured.columns
    names = ["example_id", "sig_n_tool_schema", "sig_n_tool_loops"]
    before, after = ({row[0]: tuple(row[1:]) for row in frame.select(*names).collect()} for frame in (measured, found))
    assert before["called"] == (1.0, 0.0) and after["called"] == (0.0, 0.0)
    assert {name: row for name, row in after.items() if name != "called"} == {
        name: row for name, row in before.items() if name != "called"
    }
