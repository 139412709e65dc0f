"""Two runs in one directory: the second is told who holds it, and a holder that is gone is passed over."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from leases import all_at_once, check_one

from ftq_spark.errors import RunError
from ftq_spark.runs import attempts, lease
from ftq_spark.runs.run import Run


def held_by(run: Path, **changes: object) -> None:
    (run / lease.FILE).unlink(missing_ok=True)
    with lease.hold(str(run)):
        known = json.loads((run / lease.FILE).read_text())
    (run / lease.FILE).write_text(json.dumps(known | changes))


def test_of_many_that_begin_at_once_one_goes_on(tmp_path: Path) -> None:
    for number in range(20):
        check_one(all_at_once(str(tmp_path / str(number))))


def test_of_many_that_take_a_dead_ones_place_one_goes_on(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    held_by(tmp_path, pid=child.pid, beat=time.time())
    check_one(all_at_once(str(tmp_path)))


class Objects(MemoryFileSystem):  # type: ignore[misc]
    """A store whose objects are read whole, as they are at that moment: all who open memory:// share one position."""

    protocol = "objects"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.replace("objects://", "memory://")))

    def _open(self, path: str, mode: str = "rb", **options: object) -> object:
        return io.BytesIO(self.cat_file(path)) if mode == "rb" else super()._open(path, mode, **options)


def test_a_store_without_conditions_decides_by_a_second_look() -> None:
    fsspec.register_implementation("objects", Objects, clobber=True)
    for number in range(5):
        check_one(all_at_once(f"objects://run-of-leases/{number}"))
    fsspec.filesystem("objects").rm("/run-of-leases", recursive=True)


def test_two_processes_that_begin_at_once(tmp_path: Path) -> None:
    program = """
import sys, time
from ftq_spark.errors import RunError
from ftq_spark.runs import lease
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
try:
    with lease.hold(sys.argv[1]):
        sys.stdout.write("mine\\n"); sys.stdout.flush(); sys.stdin.readline()
except RunError as error:
    print(error)
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    two = [subprocess.Popen(command, **pipes) for _ in range(2)]
    assert [one.stdout.readline() for one in two] == ["ready\n"] * 2
    for one in two:
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [one.stdout.readline() for one in two]
    for one in two:
        one.communicate("go\n", timeout=60)
    assert [line == "mine\n" for line in told].count(True) == 1
    assert sum("another run works there" in line for line in told) == 1


def test_the_second_run_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with (
        lease.hold(str(tmp_path)),
        pytest.raises(RunError, match=rf"another run works there \(process {os.getpid()} on \S+, since 20"),
        lease.hold(str(tmp_path)),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
    with lease.hold(str(tmp_path)):
        pass


def test_a_dead_process_of_this_machine_holds_nothing(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    held_by(tmp_path, pid=child.pid, beat=time.time())
    with lease.hold(str(tmp_path)):
        assert json.loads((tmp_path / lease.FILE).read_text())["pid"] == os.getpid()


def test_another_machine_holds_it_while_its_heart_beats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.01)
    held_by(tmp_path, host="elsewhere", beat=time.time())
    with pytest.raises(RunError, match="on elsewhere"), lease.hold(str(tmp_path)):
        pass
    held_by(tmp_path, host="elsewhere", beat=time.time() - 2 * lease.STALE_SECONDS)
    with lease.hold(str(tmp_path)):
        pass


def test_a_heart_that_beats_on_after_a_look_is_no_dead_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held_by(tmp_path, host="elsewhere", beat=5.0)  # its clock is far behind
    known = json.loads((tmp_path / lease.FILE).read_text())

    def beats(_: float) -> None:
        (tmp_path / lease.FILE).write_text(json.dumps(known | {"beat": 15.0}))

    monkeypatch.setattr(time, "sleep", beats)
    with pytest.raises(RunError, match="on elsewhere"), lease.hold(str(tmp_path)):
        pass


def test_a_run_that_was_taken_over_commits_nothing_more(tmp_path: Path) -> None:
    with lease.hold(str(tmp_path)) as mine:
        known = json.loads((tmp_path / lease.FILE).read_text())
        (tmp_path / lease.FILE).write_text(json.dumps(known | {"owner": "other", "host": "elsewhere"}))
        with pytest.raises(RunError, match="nothing more was committed by this one"):
            mine.check()
    assert json.loads((tmp_path / lease.FILE).read_text())["owner"] == "other"


def test_the_heart_beats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.01)
    with lease.hold(str(tmp_path)):
        first = json.loads((tmp_path / lease.FILE).read_text())["beat"]
        deadline = time.monotonic() + 60
        while json.loads((tmp_path / lease.FILE).read_text())["beat"] == first:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_gc_deletes_what_no_result_needs(tmp_path: Path) -> None:
    run = Run.create(str(tmp_path))
    for attempt in ("tables/score/dead-0", "tables/score/live-0", "tables/embed/old-0"):
        (tmp_path / attempt / "_temporary").mkdir(parents=True)
        (tmp_path / attempt / "part-0.parquet").write_bytes(b"12345")
        (tmp_path / attempt / "_temporary" / "part-1").write_bytes(b"67")
    run.manifest["tables"]["embeddings"] = "tables/embed/old-0/new"
    run.commit("score", "m" * 32, "tables/score/live-0", {"signals": "tables/score/live-0"}, {})
    assert attempts.collect(run, dry_run=True) == {"removed": ["tables/score/dead-0"], "n_bytes": 7, "kept": 2}
    assert (tmp_path / "tables/score/dead-0").exists()
    assert attempts.collect(run)["removed"] == ["tables/score/dead-0"]
    assert sorted(path.name for path in (tmp_path / "tables" / "score").iterdir()) == ["live-0"]
    assert Run.open(str(tmp_path)).is_current("score", "m" * 32)
