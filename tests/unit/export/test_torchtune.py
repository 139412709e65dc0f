"""What torchtune's own transforms make of an export; skipped where it is not installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from export_run import write_run

from ftq_spark.export import Wanted, export

datasets = pytest.importorskip("datasets")
torchtune = pytest.importorskip(
    "torchtune.data", reason="torchtune, with its torchao, is not installed", exc_type=ImportError
)

ROWS: list[dict[str, Any]] = [
    {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Why?\n\n  Tell me: {so} "},
            {"role": "assistant", "content": "So."},
            {"role": "user", "content": "And?"},
            {"role": "assistant", "content": " Für 3 €.\n"},
        ]
    },
    {"messages": [{"role": "user", "content": "How?"}, {"role": "assistant", "content": "Thus."}]},
]
SPOKEN = [[(turn["role"], turn["content"]) for turn in row["messages"]] for row in ROWS]


def loaded(tmp_path: Path, rows: list[dict[str, Any]], format_: str) -> list[dict[str, Any]]:
    export(write_run(tmp_path / "run", rows), str(tmp_path / "out"), Wanted(format_, {"train": 1.0}))
    return list(datasets.load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache")))


def turns(messages: list[Any]) -> list[tuple[str, str]]:
    torchtune.validate_messages(messages)
    assert [message.masked for message in messages] == [message.role != "assistant" for message in messages]
    return [(message.role, message.text_content) for message in messages]


@pytest.mark.parametrize(("format_", "reader"), [("messages", "OpenAIToMessages"), ("sharegpt", "ShareGPTToMessages")])
def test_dialogues(tmp_path: Path, format_: str, reader: str) -> None:
    read = getattr(torchtune, reader)()
    assert [turns(read(row)["messages"]) for row in loaded(tmp_path, ROWS, format_)] == SPOKEN


def test_alpaca(tmp_path: Path) -> None:
    (row,) = loaded(tmp_path, ROWS[1:], "alpaca")
    columns = {"input": "instruction", "output": "output"}
    assert turns(torchtune.InputOutputToMessages(column_map=columns)(row)["messages"]) == SPOKEN[1]
    # Its own reader of this format lays its template around the instruction.
    (_, asked), answer = turns(torchtune.AlpacaToMessages(train_on_input=False)(row)["messages"])
    assert "### Instruction:\nHow?\n\n" in asked
    assert answer == SPOKEN[1][1]


def test_preferences(tmp_path: Path) -> None:
    (row,) = loaded(tmp_path, [{"prompt": "Why?", "chosen": "So.", "rejected": "No idea."}], "dpo")
    # It reads whole dialogues on both sides: the prompt is put before them, as its documents tell users to.
    whole = {side: [*row["prompt"], *row[side]] for side in ("chosen", "rejected")}
    found = torchtune.ChosenRejectedToMessages()(whole)
    assert turns(found["chosen"]) == [("user", "Why?"), ("assistant", "So.")]
    assert turns(found["rejected"]) == [("user", "Why?"), ("assistant", "No idea.")]
