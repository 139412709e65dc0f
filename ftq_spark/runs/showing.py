"""What stands at a run's top level: a view of finished directories, by whatever the run's storage can do.

Where there are links, a link is swapped: a reader sees the old result or the new one. Elsewhere ``current.json`` names
the directories, which is swapped as a whole, and the files are copied beside it for those who look there; so a reader
that must not see a change half done reads what ``current.json`` names.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import uuid

import pyarrow.fs as pafs

from ftq_spark.runs import storage

POINTER = "current.json"
_NO_LINKS = {errno.ENOSYS, errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL, errno.EIO}


def show(run: str, name: str, directory: str) -> None:
    """Make `name` at the top of `run` show the finished `directory`, which is relative to the run too."""
    path, target = storage.join(run, name), storage.join(run, directory)
    filesystem, inner = storage.locate(path)
    local = isinstance(filesystem, pafs.LocalFileSystem)
    if local and _link(storage.locate(target)[1], inner):
        return
    former = shown(run)
    new = storage.list_files(target)
    if former.get(name) == directory and storage.list_files(path) == new:
        return
    pointer = json.dumps({**former, name: directory}, indent=1, sort_keys=True)
    storage.write_text(storage.join(run, POINTER), pointer)
    if local:
        _replace(storage.locate(target)[1], inner)
    else:
        _copy(path, target, [file for file, _ in new])


def shown(run: str) -> dict[str, str]:
    """What ``current.json`` names: directory by what it is shown as; empty where links do that."""
    pointer = storage.join(run, POINTER)
    return dict(json.loads(storage.read_text(pointer))) if storage.exists(pointer) else {}


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


def _replace(target: str, path: str) -> None:
    """Copy a local directory and put it in the place of the old one: the change is two renames long."""
    new, old = f"{path}.{uuid.uuid1()}.new", f"{path}.{uuid.uuid1()}.old"
    shutil.copytree(target, new, ignore=shutil.ignore_patterns("_*", ".*"), copy_function=shutil.copyfile)
    if os.path.lexists(path):
        os.rename(path, old)
    os.rename(new, path)
    if os.path.islink(old):
        os.unlink(old)
    else:
        shutil.rmtree(old, ignore_errors=True)


def _copy(path: str, target: str, names: list[str]) -> None:
    filesystem, inner = storage.locate(path)
    source = storage.locate(target)[1]
    old = {name for name, _ in storage.list_files(path)}
    for folder in sorted({os.path.dirname(f"{inner}/{name}") for name in names}):
        filesystem.create_dir(folder, recursive=True)
    storage.in_pool(lambda name: filesystem.copy_file(f"{source}/{name}", f"{inner}/{name}"), names)
    storage.in_pool(lambda name: filesystem.delete_file(f"{inner}/{name}"), sorted(old.difference(names)))
