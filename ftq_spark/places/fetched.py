"""What lies at a URI, as a local file or folder: for libraries that read no other."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pyarrow.fs as pafs

from ftq_spark.errors import InputError
from ftq_spark.places.redaction import redacted
from ftq_spark.places.uris import is_uri, locate


def fetched(path: str) -> Path:
    """A local file or folder as it is; one at a URI copied to this machine, once for all of its processes.

    The copy is kept in the temporary folder (TMPDIR) under a name made of the URI and of sizes and times of what lies
    there, so that something new is fetched again.

    Raises:
        InputError: nothing is there, or the scheme cannot be opened.
    """
    if not is_uri(path):
        return Path(path)
    filesystem, inner = locate(path)
    try:
        found = filesystem.get_file_info(pafs.FileSelector(inner, recursive=True))
    except OSError:
        found = []
    files = sorted((info for info in found or [filesystem.get_file_info(inner)] if info.is_file), key=lambda i: i.path)
    if not files:
        raise InputError(redacted(f"{path}: nothing is there"))
    mark = hashlib.sha256(repr([path, *((info.path, info.size, info.mtime_ns) for info in files)]).encode())
    place = Path(tempfile.gettempdir(), f"ftq-fetched-{os.getuid()}", mark.hexdigest()[:32])
    target = place / inner.rstrip("/").rpartition("/")[2]
    if not target.exists():
        _fetch(filesystem, inner, files, place, target)
    return target


def _fetch(filesystem: pafs.FileSystem, inner: str, files: list[pafs.FileInfo], place: Path, target: Path) -> None:
    """Copy `files` beside `place` and rename them there in one step: of several processes one is the first."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = place.with_name(f"{place.name}.{uuid.uuid1().hex}")
    for info in files:
        below = info.path.removeprefix(inner.rstrip("/")).lstrip("/")
        copy = beside / target.name / below if below else beside / target.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        with filesystem.open_input_stream(info.path, compression=None) as source, copy.open("wb") as file:
            shutil.copyfileobj(source, file, 8 << 20)
    try:
        beside.rename(place)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        if not target.exists():
            raise
