"""Every error that a user can meet, and the name that was meant.

    FtqError               exit code 3: the program or the cluster failed
    └─ UserError           exit code 2: the user must change something
       ├─ InputError       an input is missing, unreadable, or holds nothing usable
       ├─ SettingsError    a setting is unknown, of the wrong type, or out of range
       ├─ ModelError       an embedding model is missing or must not be loaded
       └─ RunError         a run directory is missing, incomplete, or of another version

Constructors take one string, so that an error survives the way from a Spark worker to the driver.
A row that cannot become an example is not an error but a reject: see :mod:`ftq_spark.formats`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class FtqError(Exception):
    """Something failed that the user could not have prevented."""

    exit_code = 3


class UserError(FtqError):
    """The user must change something; the message says what, where, what was expected and what was found."""

    exit_code = 2


class InputError(UserError):
    """An input is missing, unreadable, or holds nothing usable."""


class SettingsError(UserError):
    """A setting is unknown, of the wrong type, or out of range."""


class ModelError(UserError):
    """An embedding model is missing, or its files are not safe to load."""


class RunError(UserError):
    """A run directory is missing, incomplete, or written by another version."""


def closest(name: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known name most like this one, whatever the case; None where no ratio of difflib reaches `likeness`."""
    folded = {known_name.casefold(): known_name for known_name in sorted(known)}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=likeness)
    return folded[close[0]] if close else None


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """``; did you mean 'x'?`` where a known name is close, else `otherwise`, or the known names."""
    names = sorted(known)
    close = closest(name, names)
    if close:
        return f"; did you mean {close!r}?"
    return f"; {otherwise or 'known: ' + ', '.join(names)}" if otherwise or names else ""
