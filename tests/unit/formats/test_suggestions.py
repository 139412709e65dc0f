"""What a reject suggests for columns, turns and answers under names of their own."""

from __future__ import annotations

import io
import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from schema_rows import SPOKEN, TAGS

from ftq_spark.cli.app import invoke
from ftq_spark.formats import Fault, conversation
from ftq_spark.formats.mapping import mapped
from ftq_spark.formats.nearest import suggestion
from ftq_spark.formats.raw_batch import one_by_one
from ftq_spark.formats.tables import csv_rows
from ftq_spark.runs.shards import find_shards, read_span, whole
from ftq_spark.validation.starter import starter

SUGGESTED = [
    ({"user_query": "q", "bot_reply": "a"}, ["prompt=user_query", "response=bot_reply"]),
    ({"Kundenfrage": "q", "agentReply": "a"}, ["prompt=Kundenfrage", "response=agentReply"]),
    ({"ticket": 7, "frage": "q", "Lösung": "a"}, ["prompt=frage", "response=Lösung"]),
    ({"Pregunta del cliente": "q", "Respuesta": "a"}, ["prompt=Pregunta del cliente", "response=Respuesta"]),
    ({"用户问题": "q", "客服回答": "a"}, ["prompt=用户问题", "response=客服回答"]),
    ({"input": [{"role": "user", "content": "q"}], "ideal": "a"}, ["messages=input", "response=ideal"]),
    (
        {"gespraech": [{"wer": "Kunde", "was": "Wo ist es?"}, {"wer": "Berater", "was": "Hier."}]},
        ["messages=gespraech", "role=wer", "content=was", "user_tag=Kunde", "assistant_tag=Berater"],
    ),
    (
        {"segments": [{"speaker": "rider", "said": "q"}, {"speaker": "mechanic", "said": "a"}]},
        ["messages=segments", "role=speaker", "content=said", "user_tag=rider", "assistant_tag=mechanic"],
    ),
    ({"request": {"user": "q"}, "result": {"answer": "a"}}, ["prompt=request.user", "response=result.answer"]),
    ({"log": [{"speaker": "user", "msg": "q"}]}, ["messages=log", "role=speaker", "content=msg"]),
    ({"x": "q", "y": "a"}, []),
    (
        {"questionID": "7", "questionTitle": "t", "questionText": "q", "answerUrl": "u", "answerText": "a"},
        ["prompt=questionText", "response=answerText"],
    ),
    ({"question_id": "7", "answer_id": "8"}, []),
    (
        {
            "issues": [
                {"kind": "heating", "detail": "radiator_cold_in_the_hall"},
                {"kind": "plumbing", "detail": "tap_in_kitchen_drips_slowly"},
            ]
        },
        [],
    ),
    ({"Description": "d", "Patient": "q", "Doctor": "a"}, ["prompt=Patient", "response=Doctor"]),
    ({"text": "q", "code": "a"}, ["prompt=text", "response=code"]),
    ({"question_body": "q", "starter_code": "a"}, []),
    ({"context": "q", "reply": "a"}, ["prompt=context", "response=reply"]),
    ({"input": "q", "win": "a", "lose": "b"}, ["prompt=input", "chosen=win", "rejected=lose"]),
    (
        {"problem": "q", "problem_type": "t", "expected_answer": "5", "written_solution": "a"},
        ["prompt=problem", "response=written_solution"],
    ),
    (
        {"scene": "Ada: Is it far?\nBob: No.\nAda: Good.\nBob: Come.", "id": "1"},
        ["text=scene", "user_tag=Ada", "assistant_tag=Bob"],
    ),
    ({"facts": "Length: 3 m\nWidth: 2 m\nHeight: 1 m\nWeight: 4 kg"}, []),
    ({"quiz": "q", "source": "q", "target": "a"}, ["prompt=source", "response=target"]),
    ({"data": ["q", "a"], "id": "1"}, ["messages=data"]),
    ({"data": ["q", "a", "b"], "id": "1"}, []),
    ({"question_body": "q", "answer1_body": "a", "answer2_body": "b"}, []),
    ({"input": "[|Human|] q [|AI|] a [|Human|] "}, ["text=input"]),
    ({"ask": "\n\nHuman: q\n\nAssistant: ", "ranked": [{"answer": "a", "rank": 1}], "turns": 1}, []),
    (
        {
            "instruction": "q",
            "replies": [
                {"model": "llama", "response": "Yes, it is so."},
                {"model": "bard", "response": "No, it is not."},
            ],
        },
        [],
    ),
    (
        {"my_system": "s", "my_input": "q", "my_output": "a"},
        ["prompt=my_input", "response=my_output", "system=my_system"],
    ),
    ({"prompt_sha": "1f", "solution_sha": "2e", "task": "t"}, []),
    # what is said of a text is not the text
    ({"question": "q", "response_model": "m", "response_C": "a", "response_D": "b"}, []),
    ({"instruction": "q", "response_source": "vicuna"}, []),
    ({"system_prompt": "s", "prompt_template": "t", "output_format": "o"}, []),
    ({"description": "q", "source": "wiki", "answer_text": "a"}, []),
    ({"title": "t", "code": "03"}, []),
    (
        {"Question ": "q", "Correct Reply": "a", "Incorrect Answer 1": "1", "Incorrect Answer 2": "b"},
        ["prompt=Question ", "response=Correct Reply"],
    ),
    ({"question_text": "q", "wrong_answer": "b", "nr": "7"}, []),
    ({"prompt": "q", "response 1": "a", "response 2": "5"}, []),
    ({"question_text": "q", "answer_of_it": "5"}, ["prompt=question_text", "response=answer_of_it"]),
    # the parts of one turn, a check, an answer in lines: no turns
    ({"type": "assistant", "message": {"role": "assistant", "content": [{"type": "text", "text": "a"}]}}, []),
    ({"vars": {"x": "q"}, "assert": [{"type": "equals", "value": "5"}]}, []),
    ({"prompt": "q", "response 1": "a", "response 2": "Ada: Is it far?\nBob: No.\nAda: Good.\nBob: Come."}, []),
    ({"prompt": "q", "response 1": "a", "response 2": "Question: q\nAnswer: a\nQuestion: r\nAnswer: b"}, []),
]


@pytest.mark.parametrize(("row", "expected"), SUGGESTED)
def test_what_is_suggested(row: dict[str, Any], expected: list[str]) -> None:
    assert suggestion(row) == expected
    with pytest.raises(Fault) as raised:
        conversation(row)
    assert raised.value.code == "unknown_format"
    is_lone = raised.value.message.startswith("`")  # a question, or a text without markers
    assert ("`ftq formats`" in raised.value.message) == (not expected and not is_lone)
    assert ("perhaps: --column" in raised.value.message) == bool(expected)


@pytest.mark.parametrize(
    "row",
    [
        {"User Query": "q", "bot": {"reply": "a"}},
        {"kundenfrage": "q", "loesung": "a"},
        {"input": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}], "ideal": "a"},
        {"dialog": [{"wer": "Kunde", "was": "Wo ist es?"}, {"wer": "Berater", "was": "Hier."}]},
        {"messages": [{"wer": "Kunde", "was": "Wo ist es?"}, {"wer": "Berater", "was": "Hier."}]},
        {"data": ["q", "a"]},
        {"input": "[|Human|] q [|AI|] a [|Human|] "},
        {"Patient": "q", "Doctor": "a"},
        {"scene": "Ada: Is it far?\nBob: No.\nAda: Good.\nBob: Come."},
        {"dialogue": "张三：你好吗？\n李四：很好。\n张三：好。\n李四：嗯。"},
        {"text": "Ada: Is it far?\nBob: No.\nAda: Good.\nBob: Come."},
        {"input": "q", "win": "a", "lose": "b"},
        {"segments": [{"speaker": "rider", "utterance": "q"}, {"speaker": "mechanic", "utterance": "a"}]},
        {"prompt": "q", "text": "a", "_task_hash": 1, "answer": "accept"},
        {"conversations": [{"from": "prompter", "value": "q"}, {"from": "replier", "value": "a"}]},
    ],
)
def test_the_printed_flag_reads_the_file(
    row: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps({**row, "id": i}) + "\n" for i in range(3)))
    assert invoke(["validate", str(path)]) == 1
    flags = shlex.split(capsys.readouterr().out.split("perhaps: ")[1].splitlines()[0])
    assert invoke(["validate", str(path), *flags, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rejected"] == 0
    mine = tmp_path / "mine.yaml"
    mine.write_text(starter([str(path)])[0])
    assert invoke(["validate", str(path), "--settings", str(mine)]) == 0


def test_a_starter_tells_which_files_want_another_mapping(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"frage": "q", "antwort": "a"}) + "\n")
    (tmp_path / "b.jsonl").write_text(json.dumps({"kundenfrage": "q", "loesung": "a"}) + "\n")
    text, about = starter([str(tmp_path)])
    assert about["columns"] == {tmp_path.name: {"prompt": "frage", "response": "antwort"}}
    wants = "# It wants --column prompt=kundenfrage --column response=loesung: give it as a dataset of its own, NAME="
    assert [line.startswith(wants) for line in text.splitlines() if "It wants" in line] == [True]


def test_a_transcript_in_a_column_of_another_name_is_suggested_as_text() -> None:
    assert suggestion({"id": "1", "code": "###Instruction: Add 1.\n###Output: x + 1"}) == ["text=code"]
    assert suggestion({"id": "1", "code": "<|im_start|>assistant\nhi"}) == []


def test_a_document_by_splits_is_mapped_as_its_starter_suggests(tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    rows_ = [{"user_query": f"What is {n}?", "bot_reply": f"It is the number {n}, no more."} for n in range(3)]
    path.write_text(json.dumps({"train": rows_[:2], "test": rows_[2:]}))
    text, about = starter([str(path)])
    assert about["columns"] == {"all": {"prompt": "user_query", "response": "bot_reply"}}
    assert "user_query" in text
    columns = about["columns"]["all"]
    (shard,) = find_shards([str(path)])
    found = [row for batch in read_span(whole(shard), 1 << 20, columns) for row in batch.to_pylist()]
    assert [(row["accepted"], json.loads(row["original"])["split"]) for row in found] == [
        (True, "train"), (True, "train"), (True, "test"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "flag"),
    [
        ({"prompt": "q", "completions": ["a", "b"]}, "response=completions.0"),
        ({"instruction": "q", "completions": [{"model": "m", "response": "a"}, {"response": "b"}]},
         "response=completions.0.response"),
        ({"prompt": "q", "answers": [{"answer": "a", "rank": 1}, {"answer": "b", "rank": 2}]},
         "response=answers.0.answer"),
        ({"problem": "q", "generations": ["a", "b", "c"]}, "solution=generations.0"),
    ],
)  # fmt: skip
def test_one_of_several_answers_is_read_by_its_path(row: dict[str, Any], flag: str) -> None:
    with pytest.raises(Fault, match=rf"several answers: --column {flag} reads the first") as raised:
        conversation(row)
    field, _, path = flag.partition("=")
    assert conversation(mapped(row, {field: path})).messages[-1]["content"] == "a"
    if "rejected=PATH" in raised.value.message:
        both = conversation(mapped(row, {"chosen": path, "rejected": path.replace("0", "1")}))
        assert [turn["content"] for turn in [*both.messages, *(both.rejected or [])]] == ["q", "a", "b"]


@pytest.mark.parametrize(("asked", "answer"), [("prompt", "response"), ("problem", "solution"), ("article", "summary")])
def test_the_name_of_an_answer_is_one_that_is_read(asked: str, answer: str) -> None:
    row = {asked: "q", "noted": "a"}
    with pytest.raises(Fault, match=rf"--column {answer}=NAME"):
        conversation(row)
    assert [turn["content"] for turn in conversation(mapped(row, {answer: "noted"})).messages] == ["q", "a"]


def test_an_answer_beside_turns_without_one_is_named() -> None:
    row = {"messages": [{"role": "user", "content": "q"}], "reasoning": "t", "answer": "a", "model": "m"}
    with pytest.raises(Fault, match=r"no turn of the assistant .*; perhaps: --column response=answer\b"):
        conversation(row)
    assert conversation(mapped(row, {"response": "answer"})).messages[-1]["content"] == "a"


def test_what_is_missing_is_said() -> None:
    assert suggestion({"prompt": "q", "canonical_solution": "a", "test": "t"}) == ["response=canonical_solution"]
    with pytest.raises(Fault, match=r"`prompt` has no answer beside it.* alone; .*--column response=NAME"):
        conversation({"id": "1", "prompt": "q"})
    with pytest.raises(Fault, match=r"`prompt` has no answer beside it.* alone[^;]*$"):
        conversation({"n": 1, "prompt": "q"})
    with pytest.raises(Fault, match="in columns of their own"):
        conversation({"text": "q"})
    for header, said in (
        ("1,Is it?,It is.\n", "no header but a row"),
        ('"How far is it?","Two miles, by the river."\n', "no header but a row"),
        ("Frage;Antwort;\udcdcbersicht\n", "not UTF-8 in the header"),
        ("id,sentence 1\n", "no such column"),
        ("Frage;Antwort\n", "perhaps: --column prompt=Frage --column response=Antwort"),
        ("dialogue_id,turn_id,role,content\n", "all turns of one `dialogue_id` as one row"),
    ):
        (row,) = one_by_one(csv_rows(io.BytesIO(header.encode("utf-8", "surrogateescape")), ",", 1 << 20))
        assert row.fault is not None
        assert said in row.fault.message


LOGGED = {
    "won": True,
    "log": {
        "seen": [[SPOKEN[1]], [{**turn, "name": None} for turn in SPOKEN]],
        "functions_seen": [{"name": "look", "parameters": {"type": "object", "properties": {}}}],
    },
}


@pytest.mark.parametrize(
    "row",
    [
        {"conv_id": "1", "utterance_idx": "2", "context": "sad", "prompt": "p", "utterance": "u"},
        {"conv_id": "1", "turn": 2, "speaker": "bot", "text": "u"},
        {"conv_id": "1", "role": "user", "content": "u"},
    ],
)
def test_one_turn_a_row_is_told_to_be_gathered(row: dict[str, Any]) -> None:
    with pytest.raises(Fault, match="all turns of one `conv_id` as one row") as raised:
        conversation(row)
    assert "--column" not in raised.value.message


def test_an_exchange_with_the_number_of_its_dialogue_is_an_exchange() -> None:
    row = {"conversation_id": "1", "turn_id": 2, "user_query": "q", "bot_reply": "a"}
    assert suggestion(row) == ["prompt=user_query", "response=bot_reply"]
    with pytest.raises(Fault, match="perhaps: --column prompt=user_query"):
        conversation(row)


def test_turns_in_lists_of_lists_are_suggested_with_their_tools_and_read(tmp_path: Path) -> None:
    flags = suggestion(LOGGED)
    assert flags[:3] == ["messages=log.seen.-1", "role=who", "content=said"]
    assert flags[3:] == ["assistant_tag=mentor", "user_tag=*", "tools=log.functions_seen"]
    path = tmp_path / "x.json"
    path.write_text(json.dumps(LOGGED, indent=1))  # one object, no example by itself
    columns = dict(flag.split("=", 1) for flag in flags) | {name: TAGS[name] for name in TAGS if "_tag" in name}
    (shard,) = find_shards([str(path)])
    (found,) = [row for batch in read_span(whole(shard), 1 << 20, columns) for row in batch.to_pylist()]
    assert [turn["content"] for turn in found["messages"]] == [turn["said"] for turn in SPOKEN]
    assert json.loads(found["tools"])[0]["function"]["name"] == "look"


def test_exchanges_under_other_names_are_suggested_and_keep_their_system_text() -> None:
    row = {
        "messages": [{"my_system": "Be brief.", "my_input": "q", "my_output": "a"}, {"my_input": "r", "my_output": "b"}]
    }
    with pytest.raises(Fault) as raised:
        conversation(row)
    flags = shlex.split(raised.value.message.split("perhaps: ")[1].replace("--column ", ""))
    found = conversation(mapped(row, dict(flag.split("=", 1) for flag in flags)))
    assert [(turn["role"], turn["content"]) for turn in found.messages] == [
        ("system", "Be brief."), ("user", "q"), ("assistant", "a"), ("user", "r"), ("assistant", "b"),
    ]  # fmt: skip
    asked = {"conversation": [{"question": "q", "answer": "a"}, {"question": "r", "answer": "b"}]}
    assert [turn["content"] for turn in conversation(asked).messages] == ["q", "a", "r", "b"]


def test_numbers_are_to_be_quoted() -> None:
    for row in ({"problem": "1 + 1", "answer": 2}, {"instruction": "1 + 1", "output": 2.0}):
        with pytest.raises(Fault, match="found number; write it in quotes"):
            conversation(row)
