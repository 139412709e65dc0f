"""`ftq run --watch`: run again when an input or the settings file changes, on the Spark that is up already."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ftq_spark.cli import exits
from ftq_spark.cli.console import err
from ftq_spark.errors import InputError, UserError

_LOOK_SECONDS = 0.5

Looks = dict[str, tuple[int, int]]


def check(inputs: Sequence[str]) -> None:
    """UserError for an input that is not on this machine: to look at it twice a second would cost too much."""
    from ftq_spark.runs.shards import holds_table

    for item in inputs:
        if "://" in item or holds_table(item):
            raise UserError(f"--watch looks at files of this machine, got {item}: leave --watch out")


def rerun(run: Callable[[], int], inputs: Sequence[str], settings: str, *, quiet: bool = False) -> int:
    """Call `run` now and after each change of `inputs` or of the file `settings`, until Ctrl-C; the last one's code.

    What a run raises is said, and the next change waited for: a file is often saved before it is right. An interrupt
    ends the waiting with the last code, and is raised as ever while a run works.
    """
    from ftq_spark.report.display import counted

    while True:
        before = looks(inputs, settings)
        try:
            code = run()
        except Exception as error:
            if exits.interrupt_behind(error) is not None:
                raise
            code = exits.ended(error)
        sys.stdout.flush()  # which is read while this waits
        try:
            if not quiet:
                err.print(f"watching {counted(len(before), 'file')}: a change runs again, Ctrl-C ends", highlight=False)
            wait(before, lambda: looks(inputs, settings), time.sleep)
        except (exits.Interrupted, KeyboardInterrupt):
            return code


def wait(before: Looks, look: Callable[[], Looks], sleep: Callable[[float], object]) -> None:
    """Return when `look` differs from `before` and then twice says the same: a file is written in pieces."""
    while (now := look()) == before:
        sleep(_LOOK_SECONDS)
    last = before
    while now != last:
        sleep(_LOOK_SECONDS)
        last, now = now, look()


def looks(inputs: Sequence[str], settings: str) -> Looks:
    """Size and time of change (ns) of each file that `inputs` name and of the settings file; none of what is gone."""
    from ftq_spark.runs import input_files
    from ftq_spark.runs.shards import name_and_path

    paths = [settings]
    for item in inputs:
        try:
            paths += [file.uri for file in input_files.files_of(name_and_path(item)[1])[0]]
        except InputError:  # taken away: the run says it
            continue
    found = {}
    for path in paths:
        try:
            status = Path(path).stat()
        except OSError:  # a profile's name, or taken away in this moment
            continue
        found[path] = status.st_size, status.st_mtime_ns
    return found
