"""Inputs of the kinds that hurt people, read and validated: a folder of cases beside the real datasets."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ftq_spark.formats.containers import container_of, rows
from ftq_spark.formats.ingest import batches
from ftq_spark.runs.shards import find_shards, skipped
from ftq_spark.validation import validate


@pytest.fixture(scope="module")
def cases(real_data: Path) -> Path:
    folder = real_data.parent / "cases"
    if not folder.is_dir():
        pytest.skip(f"no cases at {folder}")
    return folder


def ingested(path: Path) -> list[dict[str, Any]]:
    container = container_of(path.name)
    assert container is not None
    with path.open("rb") as stream:
        return [row for b in batches(rows(stream, container), dataset="d", source=path.name) for row in b.to_pylist()]


def codes(path: Path) -> list[tuple[int, str]]:
    return [(item["row"], item["code"]) for item in validate([str(path)], 200)["findings"]]


@pytest.mark.parametrize("name", ["columns", "exact", "in", "parts"])
def test_other_media_are_another_example(cases: Path, name: str) -> None:
    found = ingested(cases / "image-str-or-list" / f"{name}.jsonl")
    assert all(row["accepted"] for row in found)
    assert len({row["content_hash"] for row in found}) == len(found)
    shown = [row for row in found if row["media"]]
    assert len({row["context_hash"] for row in shown}) == len(shown)


def test_markers_and_media_are_counted(cases: Path) -> None:
    found = codes(cases / "image-str-or-list" / "in.jsonl")
    assert [row for row, code in found if code == "media_count"] == [4, 5]
    for name in ("columns", "exact", "parts"):
        assert "media_count" not in dict(map(reversed, codes(cases / "image-str-or-list" / f"{name}.jsonl")))


def test_labels(cases: Path) -> None:
    found = ingested(cases / "kto-labels" / "in.jsonl")
    assert [row["label"] for row in found] == [True, False, True, False, True, False, False, False, False, False]
    assert "one_class" in [code for _, code in codes(cases / "kto-labels" / "one_class.jsonl")]


@pytest.mark.parametrize("name", ["dpo", "kto"])
def test_opposed_labels_are_other_contents(cases: Path, name: str) -> None:
    found = ingested(cases / "opposed-labels" / f"{name}.jsonl")
    assert len({row["content_hash"] for row in found}) == len(found)


def test_thoughts(cases: Path) -> None:
    found = ingested(cases / "thinking" / "in.jsonl")
    hashes = [row["content_hash"] for row in found]
    assert hashes[1] == hashes[2]
    assert len(set(hashes[4:7])) == 1
    assert len(set(hashes[7:10])) == 1
    answers = [row["messages"][-1] for row in found]
    assert [turn["content"] for turn in answers[3:7]] == [""] * 4
    assert answers[3]["unfinished"]
    for row in ingested(cases / "thinking" / "inline.jsonl"):
        assert "think>" not in row["messages"][-1]["content"]


def test_null_padding(cases: Path) -> None:
    folder = cases / "null-padded"
    contents = [[row["content_hash"] for row in ingested(path)] for path in sorted(folder.iterdir())]
    longest = max(contents, key=len)
    assert all(found == longest[: len(found)] for found in contents)
    assert "null_padding" not in dict(map(reversed, codes(folder / "clean.jsonl")))
    for name in ("padded.parquet", "padded_keys.jsonl"):
        assert "null_padding" in [code for _, code in codes(folder / name)]


def test_links_of_tools(cases: Path) -> None:
    folder = cases / "foundry-two-assistants"
    linked = {row for row, code in codes(folder / "in.jsonl") if code == "tool_link"}
    assert linked == {1, 3, 4}
    linked = {row for row, code in codes(folder / "siblings.jsonl") if code == "tool_link"}
    assert {1, 2, 3, 6, 9} <= linked
    assert 10 not in linked
    assert [row for row, code in codes(cases / "function-call" / "in.jsonl") if code == "tool_link"] == []


def test_tools_of_other_vendors(cases: Path) -> None:
    found = ingested(cases / "gemini-tools" / "in.jsonl")
    assert all('"function":{' in row["tools"] for row in found[:2])
    assert [row["messages"][0]["role"] for row in found] == ["system", "user", "system"]
    assert [turn["name"] for turn in found[1]["messages"] if turn["role"] == "tool"] == ["run_sql"]
    for name in ("in.jsonl", "anthropic.jsonl", "bedrock.jsonl"):
        assert "tool_link" in [code for _, code in codes(cases / "gemini-tools" / name)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("bom_inside.jsonl", 2), ("commas.jsonl", 3), ("pretty.jsonl", 2), ("glued.jsonl", 0), ("unquoted.jsonl", 0)],
)
def test_glued_files(cases: Path, name: str, expected: int) -> None:
    found = ingested(cases / "glued" / name)
    assert sum(row["accepted"] for row in found) == expected
    if not expected:
        assert all(re.search("one object a line|double quotes|delimiter", row["message"]) for row in found)


def test_documents_by_split_and_column(cases: Path) -> None:
    for path in sorted((cases / "split-keys").iterdir()):
        found = ingested(path)
        assert len(found) >= 2, path.name
        assert all(row["accepted"] for row in found), path.name


def test_saved_datasets(cases: Path) -> None:
    folder = cases / "save-to-disk"
    found = validate([str(folder)], 50)
    assert (found["rejected"], found["formats"]["openai"]) == (0, 5)
    assert Counter(item["why"] for item in found["skipped"])["metadata of the dataset"] == 5


def test_other_endings(cases: Path) -> None:
    folder = cases / "other-endings"
    assert [shard.source for shard in find_shards([str(folder)])] == [
        "sub/train.jsonl.zip", "train.jsonl", "train.jsonl.xz", "train.zip",
    ]  # fmt: skip
    assert [Path(item.path).name for item in skipped([str(folder)])] == ["train.txt"]


def test_no_parquet_type_ends_a_run(cases: Path) -> None:
    found = {path.name: ingested(path) for path in sorted((cases / "parquet-types").iterdir())}
    assert "9999-12-31" in found["int96.parquet"][0]["original"]
    refused = {name for name, rows_ in found.items() if not any(row["accepted"] for row in rows_)}
    assert refused == {"empty.parquet", "list_of_lists.parquet"}
    assert '"prompt.1":"x"' in found["dup_columns.parquet"][0]["original"]


def test_csv(cases: Path) -> None:
    found = {path.name: ingested(path) for path in sorted((cases / "csv").iterdir())}
    for name in ("repr.csv", "repr2.csv"):
        assert all("Python" in row["message"] for row in found[name])
    assert [row["label"] for row in found["label.csv"]] == [True, False, False]
    whole = {name for name, rows_ in found.items() if all(row["accepted"] for row in rows_)}
    assert whole == {
        "bom_crlf.csv", "excel_sep.csv", "json.csv", "label.csv", "na.csv", "query.csv", "semicolon_comma.csv",
        "unnamed.csv",
    }  # fmt: skip


def test_a_folder_that_links_to_itself(cases: Path, tmp_path: Path) -> None:
    shutil.copy(cases / "glued" / "bom_inside.jsonl", tmp_path / "a.jsonl")
    (tmp_path / "again").symlink_to(tmp_path)
    assert len(find_shards([str(tmp_path)])) == 1
