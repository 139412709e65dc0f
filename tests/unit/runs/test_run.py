"""The run directory: commit marks, fresh attempts, links, and what a broken manifest says."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ftq_spark.errors import FtqError, InputError, RunError
from ftq_spark.runs import attempts, storage
from ftq_spark.runs.run import Run, check_out, count_rows, fingerprint
from ftq_spark.runs.tables import dataset, optional


def write(run: Run, directory: str, n: int) -> None:
    path = Path(run.path, directory)
    path.mkdir(parents=True)
    pq.write_table(pa.table({"x": list(range(n))}), path / "part-0.parquet")
    (path / "_SUCCESS").touch()


def test_committed_tables_are_found_again_and_stale_ones_are_not(tmp_path: Path) -> None:
    run = Run.create(str(tmp_path / "run"))
    mark = fingerprint({"stage": "score", "version": 1})
    directory = run.attempt("score", mark)
    write(run, directory, 3)
    assert not run.is_current("score", mark)
    run.commit("score", mark, directory, {"signals": directory}, {"n_rows": 3})
    again = Run.open(run.path)
    assert again.is_current("score", mark)
    assert not again.is_current("score", fingerprint({"stage": "score", "version": 2}))
    assert count_rows(again.directory("signals")) == 3
    assert again.attempt("score", mark) != directory


@pytest.mark.parametrize("place", ["file/run", "/proc/run", "/dev/null/run"])
def test_a_place_that_cannot_be_written_is_said_beforehand(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    out = str(tmp_path / place)  # an absolute place stays as it is
    with pytest.raises(RunError, match=f"--out {out}: cannot be written .*; give a place that you can write"):
        check_out(out)
    check_out(str(tmp_path / "new" / "run"))
    assert list((tmp_path / "new" / "run").iterdir()) == []


def test_too_small_a_disk_is_said_beforehand(tmp_path: Path) -> None:
    check_out(str(tmp_path), 1)
    with pytest.raises(RunError, match=r"[\d,]+ MB are free there, and what .* takes about 1,000,000,000,000 MB; free"):
        check_out(str(tmp_path), 10**18)


@pytest.mark.parametrize("damage", ["delete", "truncate"])
def test_a_stage_with_damaged_files_is_not_current(tmp_path: Path, damage: str) -> None:
    run = Run.create(str(tmp_path / "run"))
    directory = run.attempt("score", "m" * 32)
    write(run, directory, 3)
    run.commit("score", "m" * 32, directory, {"signals": directory}, {})
    file = Path(run.path, directory, "part-0.parquet")
    file.unlink() if damage == "delete" else file.write_bytes(file.read_bytes()[:-1])
    assert not run.is_current("score", "m" * 32)


def test_a_file_taken_away_between_write_and_commit_is_not_committed(tmp_path: Path) -> None:
    run = Run.create(str(tmp_path / "run"))
    directory = run.attempt("score", "m" * 32)
    write(run, directory, 3)
    run.wrote(directory, 3)
    Path(run.path, directory, "part-0.parquet").unlink()
    with pytest.raises(FtqError, match=r"1 of 1 files that stage score wrote .* part-0\.parquet") as raised:
        run.commit("score", "m" * 32, directory, {"signals": directory}, {})
    assert raised.value.exit_code == 3
    assert run.manifest["stages"] == {}
    assert not (tmp_path / "run" / "manifest.json").exists()


def test_credentials_are_not_stored(tmp_path: Path) -> None:
    run = Run.create(str(tmp_path / "run"))
    run.manifest["inputs"] = [{"uri": "s3://KEY:SECRET@bucket/a.jsonl?region=eu&session_token=TOKEN&x=1"}]
    run.save()
    text = (tmp_path / "run" / "manifest.json").read_text()
    assert not {"KEY", "SECRET", "TOKEN"} & set(text.replace("@", " ").replace(":", " ").replace("=", " ").split())
    assert json.loads(text)["inputs"][0]["uri"] == "s3://***@bucket/a.jsonl?region=eu&session_token=***&x=1"


def test_foreign_directories_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match=r"no manifest\.json"):
        Run.create(str(tmp_path))
    with pytest.raises(RunError, match="found a file"):
        Run.create(str(tmp_path / "notes.txt"))
    with pytest.raises(RunError, match="not a run directory"):
        Run.open(str(tmp_path / "absent"))
    manifest = tmp_path / "manifest.json"
    manifest.write_text("{")
    with pytest.raises(RunError, match="not valid JSON"):
        Run.open(tmp_path)
    manifest.write_text(json.dumps({"manifest_version": 99}))
    with pytest.raises(RunError, match="expected manifest_version 1, got 99"):
        Run.open(tmp_path)
    with pytest.raises(RunError, match="no table 'pairs'"):
        Run.create(str(tmp_path / "new")).directory("pairs")


def test_storage_names_what_it_cannot_open() -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        storage.locate("nosuchscheme://bucket/file")
    assert storage.locate("file:///a/b")[1] == "/a/b"
    assert storage.spark_path("s3a://b/k") == "s3a://b/k"
    assert storage.spark_path("/Volumes/c/s/v") == "/Volumes/c/s/v"
    assert storage.spark_path("dbfs:/Volumes/c/s/v") == "/Volumes/c/s/v"
    assert storage.locate("dbfs:/Volumes/c/s/v")[1] == "/Volumes/c/s/v"
    assert storage.spark_path("/a b/c") == "file:///a b/c"


def test_hidden_files_are_not_listed(tmp_path: Path) -> None:
    for name in ("a.jsonl", "_SUCCESS", ".a.crc", "_temporary/b.jsonl", "sub/c.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    assert storage.list_files(str(tmp_path)) == [("a.jsonl", 7), ("sub/c.jsonl", 11)]


def test_partition_folders_keep_the_types_of_their_columns(tmp_path: Path) -> None:
    folder = tmp_path / "scored" / "dataset=2024" / "topic=3"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"example_id": ["a"]}), folder / "part-0.parquet")
    run = Run(str(tmp_path), {"tables": {"scored": "scored"}, "stages": {}})
    assert dataset(run, "scored").to_table().to_pylist() == [{"example_id": "a", "dataset": "2024", "topic": 3}]
    assert optional(run, "conflicts") is None


def test_parts_of_an_unfinished_stage_are_kept_until_it_is_committed(tmp_path: Path) -> None:
    run = Run.create(str(tmp_path / "run"))
    first, second = (f"tables/embed/attempt/part-{number}" for number in (0, 1))
    for directory in (first, second):
        write(run, directory, 3)
        run.keep("embed", directory, 3)
    again = Run.open(run.path)
    assert again.kept("embed") == [storage.join(run.path, first), storage.join(run.path, second)]
    assert again.kept("score") == []
    assert attempts.collect(again)["removed"] == []
    Path(run.path, second, "part-0.parquet").unlink()
    assert again.kept("embed") == [storage.join(run.path, first)]
    write(again, "tables/embed/whole", 6)
    again.commit("embed", "m" * 32, "tables/embed/whole", {"embeddings": "tables/embed/whole"}, {})
    assert Run.open(run.path).kept("embed") == []
    assert attempts.collect(again)["removed"] == ["tables/embed/attempt"]


def test_what_nobody_needs_is_deleted_when_its_stage_is_committed(tmp_path: Path) -> None:
    run = Run.create(str(tmp_path / "run"))
    for name in ("parts", "all", "parts-2"):
        write(run, f"tables/embed/a/{name}", 3)
        run.wrote(f"tables/embed/a/{name}", 3)
    run.discard("tables/embed/a/parts")
    assert Path(run.path, "tables/embed/a/parts/part-0.parquet").is_file()
    run.commit("embed", "m" * 32, "tables/embed/a", {"embeddings": "tables/embed/a/all"}, {})
    assert not Path(run.path, "tables/embed/a/parts").exists()
    assert [name for name, _ in run.manifest["stages"]["embed"]["files"]] == [
        "all/part-0.parquet",
        "parts-2/part-0.parquet",
    ]
    assert Run.open(run.path).is_current("embed", "m" * 32)


def test_tables_that_nothing_makes_any_more_are_forgotten(tmp_path: Path) -> None:
    run = Run.create(str(tmp_path / "run"))
    run.commit("match", "a" * 32, "tables/match/a-0", {"pairs": "tables/match/a-0", "again": "tables/match/a-0/x"}, {})
    run.commit("gone", "b" * 32, "tables/gone/b-0", {"ghosts": "tables/gone/b-0", "moved": "tables/gone/b-0/m"}, {})
    run.commit("ask", "c" * 32, "tables/ask/c-0", {"moved": "tables/ask/c-0"}, {})  # another stage writes it now
    run.commit("match", "d" * 32, "tables/match/d-0", {"pairs": "tables/match/d-0"}, {})  # without `again`
    assert run.manifest["tables"] == {
        "pairs": "tables/match/d-0",
        "ghosts": "tables/gone/b-0",
        "moved": "tables/ask/c-0",
    }
    run.keep_stages(["ask", "match", "report"])
    assert run.manifest["tables"] == {"pairs": "tables/match/d-0", "moved": "tables/ask/c-0"}
    assert sorted(run.manifest["stages"]) == ["ask", "match"]


def test_a_run_of_which_every_row_was_rejected_says_so(tmp_path: Path) -> None:
    run = Run.create(str(tmp_path / "run"))
    run.commit("ingest", "a" * 32, "tables/ingest/a-0", {"rejects": "tables/ingest/a-0"}, {"n_rows": 0})
    with pytest.raises(RunError, match="no table 'scored'; every row of its input was rejected: `ftq validate`"):
        run.directory("scored")
    run.commit("ingest", "b" * 32, "tables/ingest/b-0", {"rejects": "tables/ingest/b-0"}, {"n_rows": 3})
    with pytest.raises(RunError, match="no table 'scored'; this run was not finished"):
        run.directory("scored")
