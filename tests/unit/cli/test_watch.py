"""`ftq run --watch`: what counts as a change, when it is whole, and how it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftq_spark.cli import exits, watch
from ftq_spark.errors import SettingsError, UserError

ROW = '{"prompt": "A", "completion": "a"}\n'


def looks(*inputs: Path, settings: Path | str = "default") -> dict[str, int]:
    found = watch.looks([str(path) for path in inputs], str(settings))
    return {Path(path).name: size for path, (size, _) in found.items()}


def test_it_looks_at_data_and_settings_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "run" / "clean").mkdir(parents=True)
    for name in ("a.jsonl", "b.jsonl", "notes.txt", "run/clean/a.jsonl"):
        (data / name).write_text(ROW)
    (data / "run" / "manifest.json").write_text('{"manifest_version": 1, "stages": {}}')
    (settings := tmp_path / "s.yaml").write_text("")
    n = len(ROW)
    assert looks(data) == {"a.jsonl": n, "b.jsonl": n}
    assert looks(data / "*.jsonl", settings=settings) == {"a.jsonl": n, "b.jsonl": n, "s.yaml": 0}
    assert looks(Path(f"named={data}/a.jsonl"), tmp_path / "gone") == {"a.jsonl": n}


def test_the_same_size_at_another_time_is_a_change(tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl").write_text(ROW)
    before = watch.looks([str(file)], "default")
    os.utime(file, ns=(1, 1))
    assert watch.looks([str(file)], "default") != before


def test_a_change_is_awaited_until_it_is_whole() -> None:
    seen = iter([{}, {}, {"a": (1, 1)}, {"a": (5, 2)}, {"a": (9, 3)}, {"a": (9, 3)}])
    n_slept = []
    watch.wait({}, lambda: next(seen), n_slept.append)
    assert list(seen) == [] and len(n_slept) == 5


def test_what_was_written_while_it_ran_is_a_change() -> None:
    watch.wait({"a": (1, 1)}, lambda: {"a": (2, 2)}, lambda seconds: None)


def test_errors_are_said_and_the_next_change_awaited(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    outcomes: Iterator[int | Exception] = iter([0, SettingsError("score: unknown key 'min'"), 1])
    waits = iter([None, None, exits.Interrupted(2)])

    def run() -> int:
        if isinstance(outcome := next(outcomes), Exception):
            raise outcome
        print("result")
        return outcome

    def wait(*_: object) -> None:
        if (interrupt := next(waits)) is not None:
            raise interrupt

    monkeypatch.setattr(watch, "wait", wait)
    (file := tmp_path / "a.jsonl").write_text(ROW)
    assert watch.rerun(run, [str(file)], "default") == 1
    said = capsys.readouterr()
    assert said.out == "result\nresult\n"
    line = "watching 1 file: a change runs again, Ctrl-C ends"
    assert said.err.splitlines() == [line, "ftq: score: unknown key 'min'", line, line]


def test_an_interrupt_of_a_run_is_one(tmp_path: Path) -> None:
    def run() -> int:
        raise exits.Interrupted(2)

    with pytest.raises(exits.Interrupted):
        watch.rerun(run, [str(tmp_path)], "default")


def test_an_error_that_an_interrupt_led_to_is_no_reason_to_wait(tmp_path: Path) -> None:
    def run() -> int:
        try:
            raise exits.Interrupted(2)
        except exits.Interrupted as interrupt:
            raise RuntimeError("Spark did not start") from interrupt

    with pytest.raises(RuntimeError, match="did not start"):
        watch.rerun(run, [str(tmp_path)], "default")


@pytest.mark.parametrize("item", ["s3://bucket/a.jsonl", "x=table:main.a.b", "x=hf://datasets/a/b"])
def test_what_lies_elsewhere_is_not_watched(item: str) -> None:
    with pytest.raises(UserError, match="--watch looks at files of this machine, got"):
        watch.check([item])
