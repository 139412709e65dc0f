"""What stands at a run's top level: a view of finished directories, by whatever the run's storage can do.

Where there are links, a link is swapped: a reader sees the old result or the new one. Elsewhere ``current.json`` names
the directories, which is swapped as a whole, and the files are copied beside it for those who look there; so a reader
that must not see a change half done reads what ``current.json`` names. Who copies is the caller's affair: on a cluster
its tasks do.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import json
import os
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pyarrow.fs as pafs

from ftq_spark.errors import FtqError
from ftq_spark.runs import storage

POINTER = "current.json"
_COPIED = ".copied.json"  # as POINTER, of what has been copied to its end
_NO_LINKS = {errno.ENOSYS, errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL, errno.EIO}

Copy = Callable[[Sequence[tuple[str, str]]], None]  # files of one store: from where, to where


class _Due(NamedTuple):
    """A directory that is to be copied."""

    source: str
    place: str  # where the copies are laid
    path: str  # where they are looked for
    files: list[tuple[str, int]]


def show(run: str, directories: Mapping[str, str], copy: Copy) -> None:
    """Make each name at the top of `run` show its finished directory, which is relative to the run too.

    Raises:
        FtqError: `copy` has left something else than what it was to copy.
    """
    unlinked = {name: directory for name, directory in directories.items() if not _linked(run, name, directory)}
    copied = _named(run, _COPIED) if unlinked else {}
    looked_at = [_due(run, name, directory, copied.get(name)) for name, directory in unlinked.items()]
    due = [one for one in looked_at if one is not None]
    if not due:
        return
    _write(run, POINTER, shown(run) | unlinked)  # a reader of the pointer need not wait for the copies
    copy([(storage.join(d.source, name), storage.join(d.place, name)) for d in due for name, _ in d.files])
    for one in due:
        _put_in_place(one)
    _write(run, _COPIED, copied | unlinked)


def shown(run: str) -> dict[str, str]:
    """What ``current.json`` names: directory by what it is shown as; empty where links do that."""
    return _named(run, POINTER)


def _named(run: str, file: str) -> dict[str, str]:
    path = storage.join(run, file)
    return dict(json.loads(storage.read_text(path))) if storage.exists(path) else {}


def _write(run: str, file: str, named: Mapping[str, str]) -> None:
    storage.write_text(storage.join(run, file), json.dumps(named, indent=1, sort_keys=True))


def _linked(run: str, name: str, directory: str) -> bool:
    filesystem, inner = storage.locate(storage.join(run, name))
    return isinstance(filesystem, pafs.LocalFileSystem) and _link(
        storage.locate(storage.join(run, directory))[1], inner
    )


def _due(run: str, name: str, directory: str, copied: str | None) -> _Due | None:
    """What is to be copied so that `name` shows `directory`; None where it does: `copied` was, to its end."""
    path, source = storage.join(run, name), storage.join(run, directory)
    files = storage.list_files(source)
    if copied == directory and storage.list_files(path) == files:
        return None
    filesystem, inner = storage.locate(path)
    is_local = isinstance(filesystem, pafs.LocalFileSystem)
    for left in glob.glob(f"{glob.escape(inner)}.*.new") if is_local else ():  # of a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    return _Due(source, f"{path}.{uuid.uuid1()}.new" if is_local else path, path, files)


def _link(target: str, link: str) -> bool:
    """Swap a link in one step; False where the file system has none, or a directory stands there."""
    if os.path.isdir(link) and not os.path.islink(link):
        return False
    temporary = f"{link}.{uuid.uuid1()}.tmp"
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        os.symlink(os.path.relpath(target, os.path.dirname(link)), temporary)
        os.replace(temporary, link)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return False
    return True


def _put_in_place(due: _Due) -> None:
    """Let `path` hold what was copied to `place`, and nothing else.

    A local directory takes the place of the old one, which is two renames long; elsewhere what is too much is deleted.
    """
    is_local = due.place != due.path
    if is_local:
        storage.make_directory(due.place)
    else:
        left = {name for name, _ in storage.list_files(due.path)}.difference(name for name, _ in due.files)
        storage.in_pool(lambda name: storage.delete_file(storage.join(due.path, name)), sorted(left))
    found = storage.list_files(due.place)
    if found != due.files:
        wrong = sorted(set(due.files).symmetric_difference(found))[0][0]
        raise FtqError(f"{due.path}: not what was to be copied from {due.source}: {wrong} differs; run it again")
    if is_local:
        _swap(storage.locate(due.place)[1], storage.locate(due.path)[1])


def _swap(new: str, path: str) -> None:
    old = f"{path}.{uuid.uuid1()}.old"
    if os.path.lexists(path):
        os.rename(path, old)
    os.rename(new, path)
    if os.path.islink(old):
        os.unlink(old)
    else:
        shutil.rmtree(old, ignore_errors=True)
