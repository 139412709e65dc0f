"""How a command ends: codes, one line for an error, three for an interrupt."""

from __future__ import annotations

import logging
import os
import signal
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
import typer

from ftq_spark.cli import exits
from ftq_spark.cli.app import app, invoke
from ftq_spark.errors import FtqError, RunError


def raising(error: BaseException) -> Callable[[], NoReturn]:
    def command() -> NoReturn:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (typer.Exit(1), 1, ""),
        (RunError("no run at s3://key:secret@b/k"), 2, "ftq: no run at s3://***@b/k"),
        (FtqError("lost"), 3, "ftq: lost\nset FTQ_TRACEBACK=1 for the whole traceback"),
        (ValueError("An error occurred while calling o60.parquet.\n: x.y.Z: why"), 3, "Z: why"),
        (OSError(28, "No space left on device"), 2, "ftq: a disk is full; free it"),
    ],
)
def test_errors(capsys: pytest.CaptureFixture[str], error: BaseException, code: int, said: str) -> None:
    assert exits.code_of(raising(error), ["run"]) == code
    printed = capsys.readouterr().err
    assert said in printed and "Traceback" not in printed and "o60" not in printed


def sending(number: signal.Signals) -> Callable[[], int]:
    """A command inside typer, which has its own idea of an interrupt, that is sent a signal."""
    app = typer.Typer()

    @app.command()
    def wait() -> None:
        os.kill(os.getpid(), number)
        signal.pause()

    return lambda: app([], standalone_mode=False)


@pytest.mark.parametrize(
    ("command", "by", "code"),
    [
        (raising(KeyboardInterrupt()), "Ctrl-C", 130),
        (raising(typer.Abort()), "Ctrl-C", 130),
        (sending(signal.SIGINT), "Ctrl-C", 130),
        (sending(signal.SIGTERM), "SIGTERM", 143),
    ],
)
def test_interrupts_say_what_is_kept_and_how_to_go_on(
    capsys: pytest.CaptureFixture[str], command: Callable[[], Any], by: str, code: int
) -> None:
    former = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert exits.code_of(command, ["run", "my data.jsonl", "--out", "runs/a"]) == code
    assert capsys.readouterr().err.splitlines() == [
        f"ftq: interrupted by {by}",
        "finished stages are kept in runs/a",
        "go on with the same command: ftq run 'my data.jsonl' --out runs/a",
    ]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == former


def test_a_wrong_value_is_said_without_the_words_of_a_library(capsys: pytest.CaptureFixture[str]) -> None:
    assert exits.code_of(lambda: app(["export", "x", "--format", "mesages"], standalone_mode=False), []) == 2
    said = capsys.readouterr().err
    assert "'mesages' is not one of 'messages'" in said
    assert "Value error" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "x", "--backend", "onnx"], "--backend; a setting is given as --set dedup.semantic.backend=VALUE\n"),
        (["agreement", "--backend", "onnx"], "No such option: --backend; such as: ftq agreement --labels"),
    ],
)  # fmt: skip
def test_an_option_that_is_a_setting_says_so(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert exits.code_of(lambda: app(arguments, standalone_mode=False), arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "agreement r.csv",
            "(r.csv); what may stand before it: --labels FILE, --run RUN; such as: ftq agreement --labels",
        ),
        ("review score out/a l.csv", "what may stand before it: --labels FILE; such as: ftq review score out/data"),
        ("settings mine.yaml", "what may stand before it: --settings FILE|PROFILE"),
        ("serve out/a 8080", "what may stand before it: --port PORT"),
        ("doctor local[2]", "what may stand before it: --master URL"),
        ("formats a.jsonl", "(a.jsonl); such as: ftq formats\n"),
        ("run a.jsonl", "Missing option '--out'. Such as: ftq run data/ --out out/data\n"),
        ("compare out/a", "Missing argument 'RUN_B'. Such as: ftq compare out/before out/after\n"),
        ("a.jsonl", "No such command 'a.jsonl'. A path stands after a command, such as: ftq run data/ --out"),
        ("review out/a", "No such command 'out/a'. A path stands after a command, such as: ftq review draw"),
        ("run x -o out", "No such option: -o; such as: ftq run data/ --out out/data\n"),
        ("run x --output out", "No such option: --output (Possible options: --out)\n"),  # a section is no setting
        ("validat", "No such command 'validat'. Did you mean 'validate'?\n"),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_with_one_that_can(
    capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    assert invoke(line.split()) == 2
    assert said in capsys.readouterr().err


def test_what_spark_thinks_of_a_newer_pandas_is_not_in_the_output() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert invoke(["--version"]) == 0
        warnings.warn(
            "PySpark does not yet fully support pandas >= 3.0.0. Some features …", FutureWarning, stacklevel=1
        )
        warnings.warn("another", FutureWarning, stacklevel=1)
    assert [str(warning.message) for warning in told] == ["another"]


def test_what_the_bridge_to_java_logs_of_its_end_is_not_said(caplog: pytest.LogCaptureFixture) -> None:
    def ended() -> NoReturn:
        logging.getLogger().error("Exception while sending command.")
        logging.getLogger().error("something else")
        raise exits.Interrupted(signal.SIGTERM)

    assert exits.code_of(ended, ["run"]) == 143
    assert [record.getMessage() for record in caplog.records] == ["something else"]


@pytest.mark.parametrize(("raised", "code"), [(exits.Interrupted(signal.SIGTERM), 143), (KeyboardInterrupt(), 130)])
def test_an_error_that_an_interrupt_led_to_is_an_interrupt(raised: BaseException, code: int) -> None:
    """As where Ctrl-C comes while Spark starts: what is cleaned up then fails, and says that."""

    def command() -> None:
        try:
            raise raised
        except BaseException:
            raise RuntimeError("Spark did not start") from None

    assert exits.code_of(command, ["run", "a.jsonl", "--out", "out/a"]) == code
