"""Which files an input names, and what is said of the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftq_spark.errors import InputError
from ftq_spark.runs.input_files import Skipped, said
from ftq_spark.runs.shards import find_shards, skipped

ROW = '{"prompt": "A", "completion": "a"}\n'


def made(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(ROW)
    return folder


def sources(*inputs: Path) -> list[str]:
    return [shard.source for shard in find_shards([str(path) for path in inputs])]


def left(*inputs: str | Path) -> dict[str, str]:
    return {Path(item.path).name: item.why for item in skipped([str(path) for path in inputs])}


def test_what_is_no_data_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path, "a.jsonl", "b.jsonl.xz", "c.txt", "README.md", "LICENSE", ".hidden.txt")
    assert sources(folder) == ["a.jsonl", "b.jsonl.xz"]
    assert left(folder) == {
        "c.txt": "no kind of file that is read: .txt",
        "README.md": "no kind of file that is read: .md",
        "LICENSE": "no suffix that says what it is",
    }


def test_hidden_data_is_named(tmp_path: Path) -> None:
    hidden = ("_b.jsonl", "sub/.c.csv", "_SUCCESS", ".DS_Store", ".git/d.jsonl", "_temporary/0/e.jsonl")
    folder = made(tmp_path, "a.jsonl", *hidden)
    assert sources(folder) == ["a.jsonl"]
    assert left(folder) == dict.fromkeys(("_b.jsonl", ".c.csv"), "hidden: a name that begins with _ or .")
    assert sources(folder / "_b.jsonl") == ["_b.jsonl"]  # named by the user
    assert sources(folder / "*.jsonl") == ["_b.jsonl", "a.jsonl"]
    assert left(f"file://{folder}") == left(folder)


def test_metadata_of_saved_datasets(tmp_path: Path) -> None:
    names = (
        "dataset_dict.json",
        "train/dataset_info.json",
        "train/d-0.arrow",
        "train/cache-1.arrow",
        "dataset_infos.json",
        "configuration.json",
        "croissant.json",
    )
    folder = made(tmp_path, *names)
    state = {"_data_files": [{"filename": "d-0.arrow"}], "_fingerprint": "x"}
    (folder / "train/state.json").write_text(json.dumps(state))
    (folder / "state.json").write_text(ROW)  # a file of data that happens to be named so
    assert sources(folder) == ["state.json", "train/d-0.arrow"]
    assert left(folder)["cache-1.arrow"] == "not among the data files in state.json"
    for name in ("dataset_info.json", "configuration.json", "croissant.json"):
        assert left(folder)[name] == "metadata of the dataset"
    assert sources(folder / "dataset_infos.json") == ["dataset_infos.json"]  # named by the user


def test_parts_of_a_whole_that_are_not_there(tmp_path: Path) -> None:
    whole = [f"data/test-0000{i}-of-00002.jsonl" for i in range(2)]
    folder = made(tmp_path, *whole, "data/train-00000-of-00003.jsonl", "data/train-00002-of-00003.jsonl")
    assert len(sources(folder)) == 4
    assert left(folder) == {"train-00001-of-00003.jsonl": "not there: 2 of 3 parts are"}
    assert left(folder / "data/train-00000-of-00003.jsonl") == {}  # one that the user named


def test_a_checkpoint_beside_the_data_is_no_data(tmp_path: Path) -> None:
    folder = made(tmp_path, "a.json", "model/config.json", "model/tokenizer.json", "model/trainer_state.json")
    assert sources(folder) == ["a.json"]
    assert set(left(folder).values()) == {"metadata of a model"}
    assert sources(folder / "model/config.json") == ["config.json"]  # named by the user


def test_links_that_lead_back_are_followed_once(tmp_path: Path) -> None:
    folder = made(tmp_path / "data", "sub/a.jsonl", "b.jsonl")
    (folder / "sub" / "again").symlink_to(folder)
    (folder / "twin").symlink_to(folder / "sub")
    made(tmp_path / "other", "c.jsonl")
    (folder / "other").symlink_to(tmp_path / "other")
    assert sources(folder) == ["b.jsonl", "other/c.jsonl", "sub/a.jsonl"]


def test_one_line_says_it() -> None:
    assert said([]) == ""
    many = [Skipped(f"/nowhere/{i}.txt", "no data") for i in range(7)]
    assert said([*many, Skipped("/nowhere/x", "odd")]) == (
        "not read: "
        "/nowhere/0.txt, /nowhere/1.txt, /nowhere/2.txt, /nowhere/3.txt, /nowhere/4.txt and 2 more (no data); "
        "/nowhere/x (odd)"
    )


def test_an_input_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no readable file.*found 1 \.txt"):
        find_shards([str(made(tmp_path, "a.txt"))])
    with pytest.raises(InputError, match="no files found"):
        find_shards([str(tmp_path / "*.jsonl")])


@pytest.mark.parametrize(
    ("name", "fix"),
    [("a.xlsx", "save each sheet as CSV in UTF-8"), ("B.SQLITE", "export its table as Parquet or CSV")],
)
def test_a_file_of_another_kind_is_told_how_it_is_read(name: str, fix: str, tmp_path: Path) -> None:
    folder = made(tmp_path, name, "a.jsonl")
    assert left(folder)[name].endswith(f"; {fix}")
    with pytest.raises(InputError, match=rf"found 1 \.\w+ \({fix}\)$"):
        find_shards([str(folder / name)])


def test_runs_among_the_data_are_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path, "a.jsonl", "out/b/clean/a.jsonl", "out/b/scored/p.jsonl", "other/manifest.json")
    (folder / "out" / "b" / "manifest.json").write_text('{"manifest_version": 1, "stages": {}}')
    monkeypatch.chdir(folder)
    read = ["a.jsonl", "other/manifest.json"]
    assert sources(folder) == sources(Path(f"file://{folder}")) == read
    assert left(folder) == {"b": "a run; out/b/clean holds what it kept"}
    assert sources(folder / "*") == ["a.jsonl", "other/manifest.json"]
    assert sources(folder / "out" / "b" / "clean") == ["a.jsonl"]
    with pytest.raises(InputError, match="out/b: a run, not a dataset; expected out/b/clean for the examples"):
        find_shards(["out/b"])
