"""`ftq validate`: lines like a compiler's, warnings about what a trainer would drop, and SARIF."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ftq_spark.cli.app import invoke
from ftq_spark.errors import InputError
from ftq_spark.formats import CODES
from ftq_spark.settings import Ingest
from ftq_spark.validation import Counting, render, sarif, token_counting, validate
from ftq_spark.validation.lengths import estimate
from ftq_spark.validation.starter import starter
from ftq_spark.validation.warnings import WARNINGS


def turn(role: str, content: str, **fields: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **fields}


ASKED, ANSWERED = turn("user", "How are you?"), turn("assistant", "I am well, and glad that you ask.")


def called(name: str, arguments: str = "{}", id_: str = "c1") -> dict[str, Any]:
    call = {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}
    return turn("assistant", "", tool_calls=[call])


def written(folder: Path, *rows: Any, name: str = "train.jsonl") -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def codes(path: Path, **options: Any) -> list[tuple[int, str]]:
    found = validate([str(path)], 100, Counting(**options))
    return [(item["row"], item["code"]) for item in found["findings"]]


def chat(*turns: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"messages": list(turns), **fields}


GOOD = chat(turn("system", "Be kind."), ASKED, ANSWERED)
TOOLS = [{"type": "function", "function": {"name": "add", "parameters": {"required": ["a"]}}}]
RESULT = turn("tool", "3", tool_call_id="c1")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (GOOD, []),
        (chat(ASKED, called("add"), RESULT, ANSWERED), []),
        (chat(ASKED, called("add", '{"a": 1}'), RESULT, ANSWERED, tools=TOOLS), []),
        (chat(ASKED, ANSWERED, ASKED), ["ends_with_user"]),
        (chat(turn("system", "Say hello."), ANSWERED), ["no_user"]),
        (chat(ASKED, ASKED, ANSWERED), ["role_order"]),
        (chat(ASKED, turn("system", "Be kind."), ANSWERED), ["role_order"]),
        (chat(ASKED, turn("assistant", "Well.<|im_end|>")), ["template_leak"]),
        (chat(turn("user", "[INST] Hi [/INST]"), ANSWERED), ["template_leak"]),
        (chat(ASKED, turn("tool", "3"), ANSWERED), ["tool_link"]),
        (chat(ASKED, called("add", id_="c2"), RESULT, ANSWERED), ["tool_link"]),
        (chat(ASKED, called("mul"), RESULT, ANSWERED, tools=TOOLS), ["tool_link", "tool_unknown"]),
        (chat(ASKED, called("add"), RESULT, ANSWERED, tools=TOOLS), ["tool_link", "tool_schema"]),
        (chat(ASKED, called("add", '{"a": null}'), RESULT, ANSWERED, tools=TOOLS), ["tool_link", "tool_schema"]),
        (chat(ASKED, called("go", '{"town": "Oslo"}'), RESULT, ANSWERED), ["tool_ungrounded"]),
        (chat(ASKED, called("go"), RESULT, called("go"), RESULT, ANSWERED), ["tool_loop"]),
        (chat(ASKED, called("go"), {**RESULT, "content": "Error 500"}, turn("assistant", "All done.")), ["tool_claim"]),
        (chat(ASKED, ANSWERED, tools=[{"name": "go", "parameters": {"type": "dict"}}]), ["tool_definition"]),
        ({**GOOD, "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}, ["mixed_schema"]),
        ({**GOOD, "conversations": []}, []),
        (chat(ASKED, {**ANSWERED, "weight": 0}), ["bad_weight"]),  # all weights 0: such a row is rejected
    ],
)
def test_each_code(tmp_path: Path, row: Any, expected: list[str]) -> None:
    assert [code for _, code in codes(written(tmp_path, row))] == expected


def test_a_broken_link_is_named(tmp_path: Path) -> None:
    found = validate(
        [str(written(tmp_path, chat(ASKED, RESULT, ANSWERED), chat(ASKED, ANSWERED, tools=[{"odd": 1}])))], 100
    )
    assert [item["message"] for item in found["findings"] if item["code"] == "tool_link"] == [
        "turn 2: a tool result before any call"
    ]


def test_mixed_schemas_are_told_once_at_the_first_row(tmp_path: Path) -> None:
    alpaca = {"instruction": "Add 1 and 2.", "output": "3"}
    path = written(tmp_path, GOOD, alpaca, GOOD, alpaca, GOOD)
    found = validate([str(path)], 100)
    assert [(item["row"], item["message"]) for item in found["findings"]] == [
        (2, "the first of 2 rows of the file in schema alpaca; 3 of the dataset are in openai")
    ]
    assert found["warned"] == 1
    assert found["warnings"] == {"mixed_schema": 1}


def test_the_cut_leaves_nothing_or_a_part(tmp_path: Path) -> None:
    # estimated: 4 tokens of markers a turn, "aaaa…" 10 tokens, "bbbb…" 5 tokens: the answer is tokens 18 to 23
    row = chat(turn("user", "a" * 40), turn("assistant", "b" * 20))
    path = written(tmp_path, row)
    assert codes(path, max_tokens=23) == []
    assert codes(path, max_tokens=22) == [(1, "over_length")]
    assert codes(path, max_tokens=19) == [(1, "over_length")]
    assert codes(path, max_tokens=18) == [(1, "no_training_signal")]
    tokens = validate([str(path)], 100, Counting(20))["tokens"]
    assert (tokens["total"], tokens["trainable"], tokens["lost"], tokens["lost_fraction"]) == (23, 5, 3, 0.6)


def test_a_turn_of_weight_0_teaches_nothing(tmp_path: Path) -> None:
    early = turn("assistant", "b" * 20, weight=0)
    row = chat(turn("user", "a" * 4), early, turn("user", "a" * 400), turn("assistant", "b" * 20, weight=1))
    assert codes(written(tmp_path, row), max_tokens=60) == [(1, "no_training_signal")]


def test_the_estimate_counts_bytes() -> None:
    assert estimate(pa.array(["", None, "abcd", "abcde", "你好"])).tolist() == [0, 0, 1, 2, 2]


def test_a_tokenizer_counts(tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    words.save(str(tmp_path / "tokenizer.json"))
    for given in (tmp_path, tmp_path / "tokenizer.json"):
        counting = token_counting(None, str(given))
        assert counting.count_tokens(pa.array(["one two three", None])).tolist() == [3, 0]
    found = validate([str(written(tmp_path, chat(ASKED, ANSWERED)))], 10, token_counting(None, str(tmp_path)))
    assert found["tokens"]["trainable"] == 10  # I am well , and glad that you ask .
    (tmp_path / "broken.json").write_text("{}")
    for missing in ("nowhere.json", "broken.json"):
        with pytest.raises(InputError, match=missing):
            token_counting(None, str(tmp_path / missing))


def test_lines_read_like_a_compilers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    written(tmp_path / "data", GOOD, "{", chat(ASKED, ANSWERED, ASKED), "[]")
    lines = render(validate(["data"], 100)).splitlines()
    assert lines[0].startswith("data/train.jsonl:2: malformed_json: ")
    assert lines[1].startswith("data/train.jsonl:3: ends_with_user: warning: ends with a turn of the user")
    assert lines[2] == "data/train.jsonl:4: not_an_object: expected a JSON object, found array"
    assert lines[3] == "4 rows read, 2 rejected, 1 with warnings"
    assert lines[4] == "rejected: malformed_json 1, not_an_object 1"


def test_what_is_wrong_with_a_whole_file_names_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "own.csv").write_text("foo,bar\n1,2\n")
    lines = render(validate(["."], 10)).splitlines()
    assert [line[: line.index(": ", line.index(": ") + 1)] for line in lines[:2]] == [
        "empty.jsonl: empty_file", "own.csv: unknown_format",
    ]  # fmt: skip


def test_rejects_have_their_own_room(tmp_path: Path) -> None:
    warned = chat(ASKED, ANSWERED, ASKED)
    found = validate([str(written(tmp_path, warned, warned, warned, "{", "{"))], 1)
    assert [(item["row"], item["level"]) for item in found["findings"]] == [(1, "warning"), (4, "error")]
    assert (found["rejected"], found["warned"]) == (2, 3)
    lines = render(found).splitlines()
    assert [line.rpartition("/")[2] for line in lines if " more" in line] == [
        "train.jsonl: ends_with_user: and 2 more in the same words",
        "train.jsonl: malformed_json: and 1 more in the same words",
    ]
    found = validate([str(written(tmp_path, warned, chat(ASKED, RESULT, ANSWERED), "{", "[]", "5"))], 1)
    assert {"… and 2 more rejected rows", "… and 1 more warning"} <= set(render(found).splitlines())


def test_one_file_does_not_speak_for_all(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text("[]\n" * 30 + '{"x": 1}\n')
    told = Counter((item["source"], item["code"]) for item in validate([str(tmp_path)], 10)["findings"])
    assert told == {
        ("a.jsonl", "not_an_object"): 5, ("a.jsonl", "unknown_format"): 1,
        ("b.jsonl", "not_an_object"): 3, ("b.jsonl", "unknown_format"): 1,
    }  # fmt: skip
    found = validate([str(tmp_path / "a.jsonl")], 10)["findings"]
    assert [item["row"] for item in found] == [*range(1, 10), 31]  # what is said once has its say


def test_the_same_words_are_printed_thrice_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_text("[]\n" * 5 + '{"x": 1}\n')
    (tmp_path / "b.jsonl").write_text("[]\n" * 4)
    lines = [line for line in render(validate(["."], 10)).splitlines() if ".jsonl" in line or "more" in line]
    assert [line[: line.index(": not_an") if ": not_an" in line else 9] for line in lines] == [
        *(f"a.jsonl:{row}" for row in (1, 2, 3)), "a.jsonl", "a.jsonl:6", *(f"b.jsonl:{row}" for row in (1, 2, 3)),
        "b.jsonl",
    ]  # fmt: skip
    assert lines[3] == "a.jsonl: not_an_object: and 2 more in the same words"


def test_codes_are_distinct() -> None:
    assert not set(CODES) & set(WARNINGS)


def test_sarif(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the SARIF 2.1.0 schema requires of each object, and what code scanning needs to place a result."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path, GOOD, "{", chat(ASKED, ANSWERED, ASKED), name="with space.jsonl")
    written(tmp_path, json.dumps([GOOD, 7]), name="array.json")
    (tmp_path / "empty.csv").write_text("")
    log = sarif(validate(["."], 100))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "ftq"
    assert {rule["id"] for rule in rules} == {*CODES, *WARNINGS}
    assert len(rules) == len({rule["id"] for rule in rules})
    places = {}
    for result in run["results"]:
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == rules[result["ruleIndex"]]["defaultConfiguration"]["level"]
        (location,) = result["locations"]
        places[result["ruleId"]] = location
    assert places["malformed_json"]["physicalLocation"] == {
        "artifactLocation": {"uri": "with%20space.jsonl"},
        "region": {"startLine": 2},
    }
    assert places["ends_with_user"]["physicalLocation"]["region"] == {"startLine": 3}
    # an element of an array stands on a line of another number, and a whole file on none
    assert places["not_an_object"] == {
        "physicalLocation": {"artifactLocation": {"uri": "array.json"}, "region": {"startLine": 1}},
        "logicalLocations": [{"name": "row 2"}],
    }
    assert "region" not in places["empty_file"]["physicalLocation"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, warned = written(tmp_path, GOOD), written(tmp_path, chat(ASKED, ANSWERED, ASKED), name="warned.jsonl")
    bad = written(tmp_path, "{", name="bad.jsonl")
    assert [invoke(["validate", str(path)]) for path in (good, warned, bad)] == [0, 0, 1]
    assert invoke(["validate", str(warned), "--strict"]) == 1
    capsys.readouterr()
    assert invoke(["validate", str(bad), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["codes"] == {"malformed_json": 1}
    assert invoke(["validate", str(good), "--format", "sarif"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []
    assert invoke(["validate", str(good), "--tokenizer", str(tmp_path / "none")]) == 2
    assert "expected a tokenizer.json" in capsys.readouterr().err
    assert invoke(["validate", str(good), "--max-tokens", "0"]) == 2


def test_an_input_without_examples(tmp_path: Path) -> None:
    found = validate([str(written(tmp_path, "{"))], 100, Counting(10))
    assert found["tokens"]["per_example"] is None
    assert np.isclose(found["tokens"]["lost_fraction"], 0)


def test_a_column_that_stands_twice_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("question,question,answer\nq1,x,a1\nq2,y,a2\n")
    found = validate([str(tmp_path / "a.csv")], 10)
    assert found["warnings"]["doubled_column"] == 1
    (said,) = [item for item in found["findings"] if item["code"] == "doubled_column"]
    assert (said["row"], said["line"]) == (1, 2)
    assert "`question` stands twice: the second is kept as `question.1`" in said["message"]


def test_columns_that_a_file_beside_the_data_declares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """LLaMA-Factory's dataset_info.json: the flags are printed, and they read the file."""
    rows = {
        "desk.json": [{"thema": "Say it.", "mehr": "", "gesagt": "It."}],
        "talk.json": [{"d": [{"x": "K", "y": "Is it?"}, {"x": "B", "y": "It is."}]}],
        "plain.json": [{"instruction": "Say it.", "output": "It."}],
    }
    columns = {"prompt": "thema", "query": "mehr", "response": "gesagt"}
    tags = {"role_tag": "x", "content_tag": "y", "user_tag": "K", "assistant_tag": "B"}
    talk = {"file_name": "talk.json", "formatting": "sharegpt", "columns": {"messages": "d"}, "tags": tags}
    info = {
        "desk": {"file_name": "desk.json", "columns": columns}, "talk": talk, "hub": {"hf_hub_url": "a/b"},
        "plain": {"file_name": "plain.json", "columns": {"prompt": "instruction"}}, "gone": {"file_name": "gone.json"},
    }  # fmt: skip
    for name, held in {**rows, "dataset_info.json": info}.items():
        (tmp_path / name).write_text(json.dumps(held))
    assert invoke(["validate", str(tmp_path)]) == 1
    told = dict(re.findall(r"says how (\S+) is read: (.*)", capsys.readouterr().out))
    assert told.keys() == {"desk.json", "talk.json"}
    for name, flags in told.items():
        assert invoke(["validate", str(tmp_path / name), *shlex.split(flags)]) == 0
    (tmp_path / "dataset_info.json").write_text("[")
    assert validate([str(tmp_path)], 9)["declared"] == []


def test_settings_are_those_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, chat(ASKED, turn("assistant", "Well. " * 200)))
    assert invoke(["validate", str(path), "--set", "ingest.max_line_bytes=1024"]) == 1
    assert "too_large" in capsys.readouterr().out
    mine = tmp_path / "mine.yaml"
    mine.write_text("ingest: {max_line_bytes: 1024}\n")
    assert invoke(["validate", str(path), "--settings", str(mine)]) == 1


def test_a_mapping_that_names_no_column_of_the_data_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"prompt": "A title", "full_prompt": "Which river?", "response": "Po."})
    )
    (tmp_path / "b.jsonl").write_text(json.dumps({"prompt": "Which sea?", "response": "The Black Sea.", "meta": {}}))
    paths = [f"a={tmp_path / 'a.jsonl'}", f"b={tmp_path / 'b.jsonl'}"]

    def said(**columns: str) -> list[str]:
        found = validate(paths, 10, ingest=Ingest(columns=columns))
        assert (found["read"], found["rejected"], found["warned"]) == (2, 0, 0)
        return [line for line in render(found).splitlines() if "has the column" in line]

    assert said(prompt="fullprompt") == [
        "prompt=fullprompt: none of 2 rows looked at has the column 'fullprompt'; did you mean 'full_prompt'?"
    ]
    assert said(prompt="full_prompt") == []  # one of the datasets has it
    assert said(system="meta.system") == []  # a path, of which the rows have the beginning
    assert said(content="said", user_tag="pupil") == []  # of turns


def test_columns_that_are_not_read_are_one_line_for_a_file(tmp_path: Path) -> None:
    row = {"question": "Which river?", "answer": "The Po.", "page": "A long page about rivers that nobody has read."}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    (tmp_path / "b.jsonl").write_text(json.dumps({"question": "Which river?", "answer": "The Po."}))
    found = validate([str(tmp_path)], 10)
    assert [(item["source"], item["name"], item["n_rows"]) for item in found["unread"]] == [("a.jsonl", "page", 1)]
    assert found["warned"] == 0  # a trainer that is told which columns to read loses nothing
    (line,) = [line for line in render(found).splitlines() if "columns not read" in line]
    assert line == f"{tmp_path / 'a.jsonl'}: columns not read: 'page' (71% of the text)"
    text, about = starter([str(tmp_path)])
    assert "# Columns of a.jsonl that are not read: 'page' (71% of the text)." in text.splitlines()
    assert [len(file["unread"]) for file in about["files"]] == [1, 0]
