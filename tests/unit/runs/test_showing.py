"""The top level of a run: links, and what stands there where a file system has none."""

from __future__ import annotations

import errno
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import fsspec
import pytest

from ftq_spark.runs import showing, storage


def finished(run: Path, attempt: str, **files: str) -> str:
    folder = run / "tables" / "publish" / attempt / "clean"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.jsonl").write_text(text)
    (folder / "_SUCCESS").touch()
    return f"tables/publish/{attempt}/clean"


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def no_links(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


def test_a_link_is_swapped_in_one_step(tmp_path: Path) -> None:
    for attempt in ("old", "new"):
        finished(tmp_path, attempt, a=attempt)
    for attempt in ("old", "new", "new"):
        showing.show(str(tmp_path), "clean", f"tables/publish/{attempt}/clean")
        assert (tmp_path / "clean" / "a.jsonl").read_text() == attempt
    assert (tmp_path / "clean").readlink() == Path("tables/publish/new/clean")
    assert not (tmp_path / showing.POINTER).exists()


def test_a_reader_sees_the_old_or_the_new_one_at_every_moment(tmp_path: Path) -> None:
    for attempt in ("old", "new"):
        finished(tmp_path, attempt, a=attempt * 1000)
    showing.show(str(tmp_path), "clean", "tables/publish/old/clean")
    seen: list[str] = []
    over = threading.Event()

    def poll() -> None:
        while len(seen) < 100 or not over.is_set():
            seen.append((tmp_path / "clean" / "a.jsonl").read_text())

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(poll)
        for number in range(200):
            showing.show(str(tmp_path), "clean", f"tables/publish/{('old', 'new')[number % 2]}/clean")
        over.set()
        reader.result()
    assert set(seen) <= {"old" * 1000, "new" * 1000}


def test_without_links_a_pointer_names_the_directory_and_the_files_stand_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "symlink", no_links)
    old = finished(tmp_path, "old", a="old", gone="x")
    new = finished(tmp_path, "new", a="new", b="more")
    showing.show(str(tmp_path), "clean", old)
    assert files(tmp_path / "clean") == {"a.jsonl": "old", "gone.jsonl": "x"}
    showing.show(str(tmp_path), "clean", new)
    assert files(tmp_path / "clean") == {"a.jsonl": "new", "b.jsonl": "more"}
    assert json.loads((tmp_path / showing.POINTER).read_text()) == {"clean": new}
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".new", ".old", ".tmp")]


def test_without_links_nothing_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "symlink", no_links)
    shown = finished(tmp_path, "a", a="text")
    showing.show(str(tmp_path), "clean", shown)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    showing.show(str(tmp_path), "clean", shown)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    (tmp_path / "clean" / "a.jsonl").unlink()
    showing.show(str(tmp_path), "clean", shown)
    assert files(tmp_path / "clean") == {"a.jsonl": "text"}


def test_a_link_becomes_a_copy_where_links_are_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = finished(tmp_path, "old", a="old"), finished(tmp_path, "new", a="new")
    showing.show(str(tmp_path), "clean", old)
    monkeypatch.setattr(os, "symlink", no_links)
    showing.show(str(tmp_path), "clean", new)
    assert files(tmp_path / "clean") == {"a.jsonl": "new"}
    assert (tmp_path / old / "a.jsonl").read_text() == "old"


def test_other_faults_of_a_disk_are_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "symlink", full)
    with pytest.raises(OSError, match="No space left"):
        showing.show(str(tmp_path), "clean", finished(tmp_path, "a", a="x"))


def test_a_store_of_objects() -> None:
    store = fsspec.filesystem("memory")
    root = "memory://run-of-showing"
    for attempt, texts in (("old", {"a": "1", "gone": "2"}), ("new", {"a": "3"})):
        for name, text in texts.items():
            store.pipe(f"/run-of-showing/tables/publish/{attempt}/clean/{name}.jsonl", text.encode())
    for attempt in ("old", "new"):
        showing.show(root, "clean", f"tables/publish/{attempt}/clean")
    assert storage.list_files(f"{root}/clean") == [("a.jsonl", 1)]
    assert storage.read_text(f"{root}/clean/a.jsonl") == "3"
    written = store.created("/run-of-showing/clean/a.jsonl")
    showing.show(root, "clean", "tables/publish/new/clean")
    assert store.created("/run-of-showing/clean/a.jsonl") == written
