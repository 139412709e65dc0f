"""The top level of a run: links, and what stands there where a file system has none."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import fsspec
import pytest

from ftq_spark.errors import FtqError
from ftq_spark.runs import storage, top_level


def finished(run: Path, attempt: str, **files: str) -> str:
    folder = run / "tables" / "publish" / attempt / "clean"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.jsonl").write_text(text)
    (folder / "_SUCCESS").touch()
    return f"tables/publish/{attempt}/clean"


def copied(pairs: Sequence[tuple[str, str]]) -> None:
    for source, target in pairs:
        storage.copy(source, target)


def show(run: str, directory: str) -> None:
    top_level.show(run, {"clean": directory}, copied)


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def no_links(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


def test_a_link_is_swapped_in_one_step(tmp_path: Path) -> None:
    for attempt in ("old", "new"):
        finished(tmp_path, attempt, a=attempt)
    for attempt in ("old", "new", "new"):
        show(str(tmp_path), f"tables/publish/{attempt}/clean")
        assert (tmp_path / "clean" / "a.jsonl").read_text() == attempt
    assert (tmp_path / "clean").readlink() == Path("tables/publish/new/clean")
    assert not (tmp_path / top_level.POINTER).exists()


def test_a_reader_sees_the_old_or_the_new_one_at_every_moment(tmp_path: Path) -> None:
    for attempt in ("old", "new"):
        finished(tmp_path, attempt, a=attempt * 1000)
    show(str(tmp_path), "tables/publish/old/clean")
    seen: list[str] = []
    over = threading.Event()

    def poll() -> None:
        while len(seen) < 100 or not over.is_set():
            seen.append((tmp_path / "clean" / "a.jsonl").read_text())

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(poll)
        for number in range(200):
            show(str(tmp_path), f"tables/publish/{('old', 'new')[number % 2]}/clean")
        over.set()
        reader.result()
    assert set(seen) <= {"old" * 1000, "new" * 1000}


def test_without_links_a_pointer_names_the_directory_and_the_files_stand_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "symlink", no_links)
    old = finished(tmp_path, "old", a="old", gone="x")
    new = finished(tmp_path, "new", a="new", b="more")
    show(str(tmp_path), old)
    assert files(tmp_path / "clean") == {"a.jsonl": "old", "gone.jsonl": "x"}
    show(str(tmp_path), new)
    assert files(tmp_path / "clean") == {"a.jsonl": "new", "b.jsonl": "more"}
    assert json.loads((tmp_path / top_level.POINTER).read_text()) == {"clean": new}
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".new", ".old", ".tmp")]


def test_without_links_nothing_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "symlink", no_links)
    shown = finished(tmp_path, "a", a="text")
    show(str(tmp_path), shown)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    show(str(tmp_path), shown)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    (tmp_path / "clean" / "a.jsonl").unlink()
    show(str(tmp_path), shown)
    assert files(tmp_path / "clean") == {"a.jsonl": "text"}


def test_a_copy_that_was_killed_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "symlink", no_links)
    old, new = finished(tmp_path, "old", a="old", b="old"), finished(tmp_path, "new", a="new", b="new")
    show(str(tmp_path), old)

    def killed(pairs: Sequence[tuple[str, str]]) -> None:
        copied(pairs[:1])
        raise KeyboardInterrupt

    for store, root in (("local", str(tmp_path)), ("memory", "memory://run-of-kills")):
        if store == "memory":
            for attempt in ("old", "new"):
                for name in ("a", "b"):
                    storage.write_text(f"{root}/tables/publish/{attempt}/clean/{name}.jsonl", attempt)
            show(root, old)
        with pytest.raises(KeyboardInterrupt):
            top_level.show(root, {"clean": new}, killed)
        assert top_level.shown(root) == {"clean": new}  # whole, where the pointer leads
        show(root, new)
        assert {storage.read_text(f"{root}/clean/{name}.jsonl") for name in ("a", "b")} == {"new"}
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".new", ".old", ".tmp")]


def test_copies_that_are_not_what_was_to_be_copied_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "symlink", no_links)
    directory = finished(tmp_path, "a", a="text", b="text")
    with pytest.raises(FtqError, match=r"clean: not what was to be copied .*: b\.jsonl differs"):
        top_level.show(str(tmp_path), {"clean": directory}, lambda pairs: copied(pairs[:1]))
    show(str(tmp_path), directory)
    assert files(tmp_path / "clean") == {"a.jsonl": "text", "b.jsonl": "text"}


def test_a_link_becomes_a_copy_where_links_are_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = finished(tmp_path, "old", a="old"), finished(tmp_path, "new", a="new")
    show(str(tmp_path), old)
    monkeypatch.setattr(os, "symlink", no_links)
    show(str(tmp_path), new)
    assert files(tmp_path / "clean") == {"a.jsonl": "new"}
    assert (tmp_path / old / "a.jsonl").read_text() == "old"


def test_other_faults_of_a_disk_are_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "symlink", full)
    with pytest.raises(OSError, match="No space left"):
        show(str(tmp_path), finished(tmp_path, "a", a="x"))


def test_a_store_of_objects() -> None:
    store = fsspec.filesystem("memory")
    root = "memory://run-of-showing"
    for attempt, texts in (("old", {"a": "1", "gone": "2"}), ("new", {"a": "3"})):
        for name, text in texts.items():
            store.pipe(f"/run-of-showing/tables/publish/{attempt}/clean/{name}.jsonl", text.encode())
    for attempt in ("old", "new"):
        show(root, f"tables/publish/{attempt}/clean")
    assert storage.list_files(f"{root}/clean") == [("a.jsonl", 1)]
    assert storage.read_text(f"{root}/clean/a.jsonl") == "3"
    written = store.created("/run-of-showing/clean/a.jsonl")
    show(root, "tables/publish/new/clean")
    assert store.created("/run-of-showing/clean/a.jsonl") == written
