"""Datasets of the Hugging Face Hub are inputs like any other; what it does not give is the user's to know."""

from __future__ import annotations

from pathlib import Path

import pyarrow.fs as pafs
import pytest

from ftq_spark.cli.app import invoke
from ftq_spark.runs import storage
from ftq_spark.runs.shards import find_shards, read_span, whole

ROW = '{"prompt": "q", "completion": "a"}\n'


def test_a_dataset_of_the_hub_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Hub's file system stands in a folder here: paths on it are those behind hf://."""
    held = tmp_path / "datasets" / "acme" / "chats@main" / "data"
    held.mkdir(parents=True)
    (held / "train.jsonl").write_text(ROW)
    (held.parent / "README.md").write_text("# A card")

    def locate(uri: str) -> tuple[pafs.FileSystem, str]:
        return pafs.SubTreeFileSystem(str(tmp_path), pafs.LocalFileSystem()), uri.removeprefix("hf://")

    monkeypatch.setattr(storage, "locate", locate)
    (shard,) = find_shards(["hf://datasets/acme/chats@main"])
    assert (shard.source, shard.n_bytes) == ("data/train.jsonl", len(ROW))
    assert [row for batch in read_span(whole(shard), 1 << 20) for row in batch["accepted"].to_pylist()] == [True]


def test_what_the_hub_does_not_give(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(path: str) -> bool:
        raise ConnectionError(f"no route to {path}")

    monkeypatch.setattr(storage, "exists", refuse)
    assert invoke(["validate", "hf://datasets/acme/private"]) == 2
    said = capsys.readouterr().err
    assert "hf://datasets/acme/private: the Hub does not give it (ConnectionError: no route" in said
    assert "HF_TOKEN" in said
    assert "Traceback" not in said
