"""How a command ends: the contract's exit codes, one line for an error, three for an interrupt."""

from __future__ import annotations

import logging
import os
import shlex
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import typer

from ftq_spark.cli import hints
from ftq_spark.cli.console import err
from ftq_spark.errors import UserError
from ftq_spark.places.redaction import redacted
from ftq_spark.spark import causes

# The class that all of the parser's complaints share; typer does not export it.
_USAGE_ERROR: Any = typer.BadParameter.__base__
_BY = {signal.SIGINT: ("Ctrl-C", 130), signal.SIGTERM: ("SIGTERM", 143)}


class Interrupted(BaseException):
    """SIGINT or SIGTERM: a person, a scheduler or a container ends this process.

    No KeyboardInterrupt, which typer would turn into an exit code of its own before it comes here.
    """


def code_of(command: Callable[[], Any], arguments: Sequence[str]) -> int:
    """Run a command; its exit code. What it raises is said on stderr."""
    try:
        with _terminable():
            result = command()
        return result if isinstance(result, int) else 0
    except (typer.Abort, KeyboardInterrupt):
        return _interrupted("Ctrl-C", 130, arguments)
    except Interrupted as interrupt:
        return _interrupted(*_BY[interrupt.args[0]], arguments)
    except Exception as error:
        number = None if isinstance(error, typer.Exit) else interrupt_behind(error)
        if number is not None:
            return _interrupted(*_BY[number], arguments)
        return ended(error)


def interrupt_behind(error: BaseException) -> signal.Signals | None:
    """The signal that led to an error: where it comes while Spark starts, what is cleaned up then fails."""
    behind = error.__cause__ or error.__context__
    if isinstance(behind, Interrupted):
        return signal.Signals(behind.args[0])
    if isinstance(behind, KeyboardInterrupt):
        return signal.SIGINT
    return interrupt_behind(behind) if behind is not None else None


def ended(raised: Exception) -> int:
    """Say on stderr what a command raised; its exit code."""
    if isinstance(raised, typer.Exit):
        return raised.exit_code
    if isinstance(raised, _USAGE_ERROR):  # a wrong flag or a missing argument
        raised.message = raised.message.removeprefix("Value error, ")  # of the library that typer checks values with
        raised.message += hints.hint(raised)
        raised.show(file=sys.stderr)
        return 2
    known = causes.explained(raised)
    err.print(f"ftq: {redacted(str(known))}", markup=False, highlight=False, soft_wrap=True)
    if os.environ.get("FTQ_TRACEBACK"):
        traceback.print_exception(raised)
    elif not isinstance(known, UserError):
        err.print("set FTQ_TRACEBACK=1 for the whole traceback", markup=False)
    return known.exit_code


def _interrupted(by: str, code: int, arguments: Sequence[str]) -> int:
    out = next((after for flag, after in pairwise(arguments) if flag == "--out"), None)
    kept = f"finished stages are kept in {out}" if out and "run" in arguments[:1] else "nothing was left half done"
    for line in (f"ftq: interrupted by {by}", kept, f"go on with the same command: ftq {shlex.join(arguments)}"):
        err.print(redacted(line), markup=False, highlight=False, soft_wrap=True)
    return code


@contextmanager
def _terminable() -> Iterator[None]:
    """Make both signals one exception, and keep quiet what Spark's bridge logs of it, while a command runs."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, _: Any) -> None:
        raise Interrupted(signal.Signals(number))

    former = {number: signal.signal(number, interrupt) for number in _BY}
    root = logging.getLogger()
    root.addFilter(_is_not_of_the_bridge)
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        root.removeFilter(_is_not_of_the_bridge)
        for number, handler in former.items():
            signal.signal(number, handler)


def _is_not_of_the_bridge(record: logging.LogRecord) -> bool:
    """Not what Spark's bridge logs with a traceback where a signal has ended the command or Java: an error follows."""
    return "while sending command" not in record.getMessage()
