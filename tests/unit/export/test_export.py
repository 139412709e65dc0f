"""Rows of every schema → a run → each format that can hold them → `datasets.load_dataset`: the same conversations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest
import yaml
from export_rows import (
    ALL,
    CALL,
    CALLED,
    HOSTILE,
    LABELLED,
    MEDIA,
    PLAIN,
    PREFERRED,
    TOOLS,
    chat,
)
from export_run import write_run

from ftq_spark.cli.app import invoke
from ftq_spark.errors import InputError, RunError, SettingsError, UserError
from ftq_spark.export import FORMATS, Wanted, export, parse_splits
from ftq_spark.export import card as cards
from ftq_spark.formats import conversation
from ftq_spark.formats.identity import content_hash

datasets = pytest.importorskip("datasets")


def present(value: Any) -> Any:
    """Without what is null: what a table pads its structs with."""
    if isinstance(value, Mapping):
        return {name: present(item) for name, item in value.items() if item is not None}
    return [present(item) for item in value] if isinstance(value, list) else value


def loaded(folder: Path) -> list[dict[str, Any]]:
    found = datasets.load_dataset(str(folder), cache_dir=str(folder.parent / "cache"))
    return [present(row) for name in sorted(found) for row in found[name]]


def exported(tmp_path: Path, rows: Mapping[str, Mapping[str, Any]], format_: str, **wanted: Any) -> dict[str, Any]:
    run = write_run(tmp_path / "run", list(rows.values()))
    return export(run, str(tmp_path / "out"), Wanted(format_, wanted.pop("shares", {"train": 1.0}), **wanted))


def plain(row: Mapping[str, Any], *, supervised: bool = True, masks: bool = True, ids: bool = True) -> str:
    """The hash of a row's conversation without what a format has no field for."""
    found = conversation(dict(row))
    found = found._replace(rejected=None, label=None) if supervised else found
    turns = [turn if masks else {**turn, "weight": None} for turn in found.messages]
    return content_hash(found._replace(messages=turns))


@pytest.mark.parametrize("file_format", ["parquet", "jsonl"])
def test_messages_hold_everything_but_media_and_undesirable_answers(tmp_path: Path, file_format: str) -> None:
    done = exported(tmp_path, ALL, "messages", file_format=file_format)
    assert done["unfit"] == {"media": 2, "undesirable": 1}
    assert done["left_out"] == {"dispreferred_side": 3, "label": 1}
    rows = loaded(tmp_path / "out")
    expected = [plain(row) for name, row in ALL.items() if name not in (*MEDIA, "bad")]
    assert [content_hash(conversation(row)) for row in rows] == expected
    called = next(row for row in rows if "tools" in row)
    assert called["messages"][1]["tool_calls"] == [CALL]  # arguments as the JSON text that they were
    assert json.loads(called["tools"]) == TOOLS
    assert [turn.get("weight") for turn in rows[4]["messages"]] == [None, 0, None, None]
    assert rows[1]["messages"][0]["content"] == HOSTILE


def test_sharegpt(tmp_path: Path) -> None:
    done = exported(tmp_path, ALL, "sharegpt")
    assert done["unfit"] == {"media": 2, "undesirable": 1}
    rows = loaded(tmp_path / "out")
    kept = [name for name in ALL if name not in (*MEDIA, "bad")]
    assert {
        name: content_hash(conversation(row)) for name, row in zip(kept, rows, strict=True) if name != "thought"
    } == {name: plain(ALL[name]) for name in kept if name != "thought"}
    thought = rows[kept.index("thought")]["conversations"][1]["value"]
    assert thought == "<think>\nNot even, not by 3 or 5.\n</think>\n\nYes."
    call = rows[kept.index("called")]["conversations"][1]
    assert call["from"] == "function_call"
    assert json.loads(call["value"]) == {"name": "weather", "arguments": {"city": "Ems", "days": 2}}


def test_turns_that_readers_of_sharegpt_would_drop(tmp_path: Path) -> None:
    twice = [{**CALL, "id": "a"}, {**CALL, "id": "b"}]
    results = [{"role": "tool", "tool_call_id": id_, "content": id_} for id_ in ("a", "b")]
    asked, said = {"role": "user", "content": "Rain?"}, {"role": "assistant", "content": "No."}
    rows = {
        "good": chat("Hi.", "Hello."),
        "parallel": {"messages": [asked, {"role": "assistant", "content": None, "tool_calls": twice}, *results, said]},
        "crossed": {"messages": [asked, {**said, "content": None, "tool_calls": twice}, *reversed(results), said]},
        "both": {"messages": [asked, {**said, "tool_calls": [CALL]}, {**results[0], "tool_call_id": "c1"}, said]},
        "trailing": {"messages": [asked, said, asked]},
        "named": {"messages": [{**asked, "name": "Ann"}, said]},
    }
    done = exported(tmp_path, rows, "sharegpt")
    assert done["unfit"] == {"not_alternating": 2, "unordered_results": 1, "text_beside_call": 1, "names": 1}


def test_alpaca_counts_what_it_cannot_hold(tmp_path: Path) -> None:
    done = exported(tmp_path, ALL, "alpaca")
    assert done["unfit"] == {"several_turns": 4, "media": 2, "undesirable": 1, "tools": 1}
    assert done["n"] + sum(done["unfit"].values()) == len(ALL)
    rows = loaded(tmp_path / "out")
    assert "You are a clerk." in [row.get("system") for row in rows]
    assert {"instruction": "Translate.\n\nHaus", "input": "", "output": "house"} in rows
    assert [row["output"] for row in rows if row["instruction"] == HOSTILE] == [HOSTILE + " again"]


def test_prompt_and_completion(tmp_path: Path) -> None:
    done = exported(tmp_path, PLAIN, "prompt_completion")
    assert not done["unfit"]
    assert done["left_out"] == {"earlier_answers": 3}  # several, called, swift; what was masked is not learnt anyway
    rows = loaded(tmp_path / "out")
    assert all(len(row["completion"]) == 1 for row in rows)
    assert [content_hash(conversation(row)) for row in rows] == [plain(row, masks=False) for row in PLAIN.values()]


def test_preferences(tmp_path: Path) -> None:
    done = exported(tmp_path, ALL, "dpo")
    assert done["unfit"] == {"no_preference": len(ALL) - len(PREFERRED)}
    rows = loaded(tmp_path / "out")
    assert [content_hash(conversation(row)) for row in rows] == [
        plain(row, supervised=False) for row in PREFERRED.values()
    ]
    assert [turn["content"] for turn in rows[1]["prompt"]] == ["Hi.", "Hello.", "Best tea?"]
    assert rows[2]["rejected"] == [{"role": "assistant", "content": "Stay."}]


def test_a_prompt_that_could_end_in_two_places_is_not_guessed(tmp_path: Path) -> None:
    shared = CALLED["messages"][:3]
    sides = {name: [*shared, {"role": "assistant", "content": name}] for name in ("chosen", "rejected")}
    done = exported(tmp_path, {**PREFERRED, "called": sides}, "dpo")
    assert done["unfit"] == {"unclear_prompt": 1}


def test_labels(tmp_path: Path) -> None:
    exported(tmp_path, ALL, "kto")
    rows = loaded(tmp_path / "out")
    assert [row["label"] for row in rows] == [True, False]
    assert [content_hash(conversation(row)) for row in rows] == [
        plain(row, supervised=False) for row in LABELLED.values()
    ]


def test_no_picture_weight_or_open_thought_is_lost_without_a_word(tmp_path: Path) -> None:
    shown = {"images": ["a.png"]}
    half = {"messages": [*chat("One?")["messages"], {"role": "assistant", "content": "1.", "loss_weight": 0.5}]}
    rows = {
        "dpo": {**PREFERRED["dpo"], **shown},
        "kto": {**LABELLED["good"], "image": "a.png"},
        "half": {**half, "label": True},
        "unweighted": {
            "prompt": "Go?",
            "chosen": [{"role": "assistant", "content": "Go.", "weight": 1}],
            "rejected": [{"role": "assistant", "content": "Stay.", "train": 0.5}],
        },
        "named": {"messages": [{**chat("Hi.")["messages"][0], "name": "Ann"}, {"role": "assistant", "content": "Hi."}]},
        "open": chat("Is 9 prime?", "<think>It is 3 times 3"),
        **{name: row for name, row in ALL.items() if name in ("dpo_turns", "bad", "openai")},
    }
    run = write_run(tmp_path / "run", list(rows.values()))
    found = {}
    for format_ in ("messages", "sharegpt", "alpaca", "dpo", "kto"):
        done = export(run, str(tmp_path / format_), Wanted(format_, {"train": 1.0}))
        found[format_] = {code: n for code, n in done["unfit"].items() if code in ("media", "weights", "names")}
        assert done["n"] + sum(done["unfit"].values()) == len(rows)
    assert found == {
        "messages": {"media": 2},
        "sharegpt": {"media": 2, "names": 1},
        "alpaca": {"media": 2, "names": 1, "weights": 1},
        "dpo": {"media": 1, "weights": 1},
        "kto": {"media": 1, "weights": 1},
    }
    assert "<think>\nIt is 3 times 3" in [row["output"] for row in loaded(tmp_path / "alpaca")]


def test_rows_as_found(tmp_path: Path) -> None:
    done = exported(tmp_path, ALL, "as_found")  # content is text here, and a list of parts there
    assert done["mixed"] == ["messages", "chosen", "rejected"]
    assert loaded(tmp_path / "out") == present(list(ALL.values()))


def test_lines_as_found(tmp_path: Path) -> None:
    exported(tmp_path, PLAIN, "as_found", file_format="jsonl")
    lines = (tmp_path / "out" / "data" / "train-00000-of-00001.jsonl").read_bytes()
    assert lines == b"".join(orjson.dumps(row) + b"\n" for row in PLAIN.values())
    assert loaded(tmp_path / "out") == present(list(PLAIN.values()))


@pytest.mark.parametrize("format_", ["dpo", "kto"])
def test_a_format_that_can_hold_nothing_ends_the_export(tmp_path: Path, format_: str) -> None:
    with pytest.raises(InputError, match=rf"--format {format_}: it can hold none of 14 examples \(no .*: 14\)"):
        exported(tmp_path, PLAIN, format_)


def test_the_same_question_never_stands_in_two_splits(tmp_path: Path) -> None:
    rows = [chat(f"Question {i // 3}?" + " " * (i % 3), f"Answer {i}.") for i in range(300)]
    rows += [chat("Hello?", "Yes?"), chat("Hello?", "Yes?", "Are you there?", "I am.")]
    rows += [chat("Where?", "In Ems."), chat("To where?", "Rome.")]
    run = write_run(tmp_path / "run", rows, pairs=[(302, 303)])
    done = export(run, str(tmp_path / "out"), Wanted("messages", parse_splits("train=0.5,validation=0.3,test=0.2")))
    found = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    split_of = {row["messages"][-1]["content"]: split for split in found for row in found[split]}
    assert len(split_of) == len(rows)
    assert all(len({split_of[f"Answer {3 * i + j}."] for j in range(3)}) == 1 for i in range(100))
    assert split_of["Yes?"] == split_of["I am."]
    assert split_of["In Ems."] == split_of["Rome."]
    shares = {split: n / len(rows) for split, n in done["splits"].items()}
    assert shares == pytest.approx({"train": 0.5, "validation": 0.3, "test": 0.2}, abs=0.1)


def test_rows_keep_their_split_and_order_whatever_the_files(tmp_path: Path) -> None:
    rows = [chat(f"Question {i}?", f"Answer {i}.") for i in range(200)]
    shares = parse_splits("train=0.8,test=0.2")
    found = []
    for name, given, n_files in (("one", rows, 1), ("many", rows, 7), ("more", [*rows, chat("New?", "Yes.")], 2)):
        run = write_run(tmp_path / name / "run", given, n_files=n_files)
        export(run, str(tmp_path / name / "out"), Wanted("messages", shares, rows_per_shard=30))
        files = sorted((tmp_path / name / "out" / "data").iterdir())
        found.append(
            {
                (path.name.split("-")[0], row["messages"][0]["content"]): None
                for path in files
                for row in pq.read_table(path).to_pylist()
            }
        )
    assert list(found[0]) == list(found[1])
    assert set(found[0]) <= set(found[2])


def test_shards_are_of_one_size(tmp_path: Path) -> None:
    rows = [chat(f"Question {i}?", f"Answer {i}.") for i in range(70)]
    run = write_run(tmp_path / "run", rows)
    done = export(run, str(tmp_path / "out"), Wanted("messages", {"train": 1.0}, rows_per_shard=30))
    assert [(file["path"], file["n_rows"]) for file in done["files"]] == [
        ("data/train-00000-of-00003.parquet", 30),
        ("data/train-00001-of-00003.parquet", 30),
        ("data/train-00002-of-00003.parquet", 10),
    ]


def test_only_the_verdicts_that_are_wanted(tmp_path: Path) -> None:
    rows = [chat(f"Question {i}?", f"Answer {i}.") for i in range(6)]
    run = write_run(tmp_path / "run", rows, verdicts=["keep", "drop", "review"] * 2)
    assert export(run, str(tmp_path / "kept"), Wanted("messages", {"train": 1.0}))["n"] == 2
    both = export(run, str(tmp_path / "both"), Wanted("messages", {"train": 1.0}, verdicts=("keep", "review")))
    assert both["n"] == 4


def test_the_card_and_croissant_pass_their_own_validators(tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    exported(tmp_path, ALL, "messages", shares={"train": 0.7, "test": 0.3})
    card = hub.DatasetCard.load(tmp_path / "out" / "README.md")
    assert card.data.license == ["cc-by-4.0", "mit"]
    assert card.data.size_categories == ["n<1K"]
    assert {split["split"] for split in card.data.configs[0]["data_files"]} == {"train", "test"}
    features = datasets.Features._from_yaml_list(card.data.dataset_info["features"])
    assert set(features) == {"messages", "tools"}
    assert "images, sounds or other media" in card.text
    assert "24 rows were read" in card.text  # and 3 of them rejected


def test_the_card_says_what_was_found_of_evaluation_sets(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [chat("Why?", "Because.")])
    figures = {"n_items": 1319, "n_unreadable": 4, "n_too_short": 10, "n_too_common": 5, "n_compared": 1300}
    rates = {"n_items_found": 26, "n_examples": 40, "item_rate": 0.02, "example_rate": 0.01}
    run.manifest["stages"]["decontaminate"] = {"benchmarks": {"gsm8k": {**figures, **rates}}}
    export(run, str(tmp_path / "out"), Wanted("messages", {"train": 1.0}))
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "| gsm8k | 26 | 1,300 | 1,319 |" in text
    assert "Least quality: 0.55 (below: note)." in text


@pytest.mark.parametrize("format_", ["messages", "as_found"])
def test_croissant(tmp_path: Path, format_: str) -> None:
    croissant = pytest.importorskip("mlcroissant")
    exported(tmp_path, PLAIN, format_, shares={"train": 0.5, "test": 0.5})
    found = croissant.Dataset(jsonld=str(tmp_path / "out" / "croissant.json"))
    assert not found.metadata.ctx.issues.errors
    assert {record.name for record in found.metadata.record_sets} == {"train", "test"}


def test_a_card_takes_text_of_the_data_for_text(tmp_path: Path) -> None:
    row = {**chat("Why?", "Because."), "license": "| x |\n\n# <script>alert(1)</script>\n---\nlicense: mit"}
    exported(tmp_path, {"row": row}, "messages")
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(text.split("---\n")[1])
    assert front["license"] == "other"
    assert "\n# <script>" not in text
    assert "<script>" not in text.replace("\\<script\\>", "")


@pytest.mark.parametrize("name", ["CC-BY-SA 4.0", "cc-by-sa-4.0", "CC BY-SA 4.0"])
def test_licences_are_known_by_any_spelling(name: str) -> None:
    assert cards.licence_ids({name: 1}) == ["cc-by-sa-4.0"]


@pytest.mark.parametrize(
    "text", ["train", "train=2", "train=0.5,test=0.4", "a b=1", "train=0.5,train=0.5", "train=nan"]
)
def test_splits_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="--split"):
        parse_splits(text)


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match="expected a new or an empty directory"):
        exported(tmp_path, PLAIN, "messages")


def test_push_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pytest.importorskip("huggingface_hub")
    monkeypatch.setattr(hub, "get_token", lambda: None)
    with pytest.raises(UserError, match="needs a token"):
        exported(tmp_path, PLAIN, "messages", push="someone/something")
    assert not (tmp_path / "out").exists()


def test_the_command_line_knows_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ftq_spark.cli.export import ExportFormat

    assert [item.value for item in ExportFormat] == list(FORMATS)
    write_run(tmp_path / "run", list(PLAIN.values()))
    code = invoke(["export", str(tmp_path / "run"), "--format", "alpaca", "--to", str(tmp_path / "out"), "--json"])
    assert code == 0
    assert json.loads(capsys.readouterr().out)["unfit"] == {"several_turns": 3, "tools": 1}
    assert invoke(["export", str(tmp_path / "run"), "--format", "dpo", "--to", str(tmp_path / "out2")]) == 2


CONVERTERS: list[tuple[str, Callable[..., Any]]] = [(name, f) for name, f in FORMATS.items() if f is not None]


@pytest.mark.parametrize(("name", "convert"), CONVERTERS)
def test_every_format_says_what_it_is_in_one_line(name: str, convert: Callable[..., Any]) -> None:
    assert len(str(convert.__doc__).split("\n")[0]) < 120
