"""One way to reach files: local paths, and every URI that pyarrow or an installed fsspec plugin can open."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import pyarrow.fs as pafs

from ftq_spark.errors import InputError
from ftq_spark.runs.redaction import redacted

_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]+):/")
_ALIASES = {"s3a": "s3", "s3n": "s3"}  # Hadoop's names for what pyarrow calls s3
_VOLUME = re.compile(r"^dbfs:/+(?=Volumes/)")  # Python and Spark take it for two places; the bare path is one
_AT_ONCE = 16  # requests to a store

Item = TypeVar("Item")
Found = TypeVar("Found")


def is_uri(path: str) -> bool:
    """Whether `path` names a file system of its own."""
    return _SCHEME.match(path) is not None


def locate(path: str) -> tuple[pafs.FileSystem, str]:
    """The file system of `path` and the path on it. Raises InputError for a scheme that nothing here can open."""
    path = _VOLUME.sub("/", path)
    match = _SCHEME.match(path)
    if match is None:
        return pafs.LocalFileSystem(), os.path.abspath(path)  # noqa: PTH100  (keeps links as they are)
    scheme = match.group(1).lower()
    if scheme == "file":
        return pafs.LocalFileSystem(), re.sub(r"^file:/+", "/", path)
    if scheme == "dbfs":
        if not os.path.isdir("/dbfs"):  # noqa: PTH112
            raise InputError(
                f"{path}: no /dbfs is mounted here; expected a path on a Volume: /Volumes/CATALOG/SCHEMA/…"
            )
        return pafs.LocalFileSystem(), re.sub(r"^dbfs:/+", "/dbfs/", path)
    uri = _ALIASES.get(scheme, scheme) + path[match.end(1) :]
    try:
        found: tuple[pafs.FileSystem, str] = pafs.FileSystem.from_uri(uri)
        return found
    except (ValueError, OSError, ImportError) as error:
        return _fsspec(path, error)


def _fsspec(path: str, cause: Exception) -> tuple[pafs.FileSystem, str]:
    try:
        import fsspec  # noqa: PLC0415  (optional)

        filesystem, inner = fsspec.core.url_to_fs(path)
    except (ImportError, ValueError) as error:
        hint = "; hdfs needs libhdfs: set HADOOP_HOME and CLASSPATH" if path.startswith("hdfs:") else ""
        raise InputError(
            redacted(
                f"{path}: cannot be opened ({cause}); expected a local path or a URI of s3, gs, hdfs, abfs, or of an "
                f"installed fsspec plugin ({error}){hint}"
            )
        ) from error
    return pafs.PyFileSystem(pafs.FSSpecHandler(filesystem)), inner


def in_pool(work: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
    """`work` of each item, in their order, several at once: a store answers each request after a while."""
    listed = list(items)
    if len(listed) < 2:
        return [work(item) for item in listed]
    with ThreadPoolExecutor(min(_AT_ONCE, len(listed))) as pool:
        return list(pool.map(work, listed))


def spark_path(path: str) -> str:
    """`path` as Spark must be told it: without a scheme Spark would look on the cluster's default file system."""
    path = _VOLUME.sub("/", path)
    if is_uri(path) or path.startswith("/Volumes/"):
        return path
    return "file://" + os.path.abspath(path)  # noqa: PTH100


def absolute(path: str) -> str:
    """`path` as it can be found from any working directory."""
    return path.rstrip("/") if is_uri(path) else os.path.abspath(path)  # noqa: PTH100


def join(path: str, *parts: str) -> str:
    """`path` with `parts` below it."""
    return "/".join([path.rstrip("/"), *parts])


def shown(path: str) -> str:
    """The file as an editor opens it: from here where it lies below, else in full."""
    if is_uri(path):
        return path
    local, here = Path(path), Path.cwd()
    return str(local.relative_to(here)) if local.is_relative_to(here) else path


def open_stream(path: str) -> BinaryIO:
    """A readable, seekable binary stream."""
    filesystem, inner = locate(path)
    return cast(BinaryIO, filesystem.open_input_file(inner))


def exists(path: str) -> bool:
    """Whether a file or a directory is there."""
    filesystem, inner = locate(path)
    return bool(filesystem.get_file_info(inner).type != pafs.FileType.NotFound)


def is_directory(path: str) -> bool:
    """Whether a directory is there."""
    filesystem, inner = locate(path)
    return bool(filesystem.get_file_info(inner).type == pafs.FileType.Directory)


def list_files(path: str, hidden: bool = False) -> list[tuple[str, int]]:
    """Every file below `path`, as (path relative to it, size in bytes), sorted; without `hidden` no `.`, `_` ones."""
    filesystem, inner = locate(path)
    found = filesystem.get_file_info(pafs.FileSelector(inner, recursive=True, allow_not_found=True))
    prefix = inner.rstrip("/") + "/"
    files = [(info.path.removeprefix(prefix), info.size) for info in found if info.type == pafs.FileType.File]
    return sorted(file for file in files if hidden or not any(part[0] in "._" for part in file[0].split("/")))


def read_text(path: str) -> str:
    """The UTF-8 text of a small file."""
    with open_stream(path) as stream:
        return stream.read().decode("utf-8")


def write_text(path: str, text: str) -> None:
    """Write a small file so that a reader sees the old or the new one, never a part."""
    filesystem, inner = locate(path)
    filesystem.create_dir(os.path.dirname(inner), recursive=True)  # noqa: PTH120
    if not isinstance(filesystem, pafs.LocalFileSystem):  # object stores put whole objects
        with filesystem.open_output_stream(inner) as stream:
            stream.write(text.encode("utf-8"))
        return
    temporary = f"{inner}.{os.getpid()}.tmp"
    with open(temporary, "wb") as file:  # noqa: PTH123
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, inner)  # noqa: PTH105


def make_directory(path: str) -> None:
    """Make a directory and those above it; nothing happens where it is there."""
    filesystem, inner = locate(path)
    filesystem.create_dir(inner, recursive=True)


def move(source: str, target: str) -> None:
    """Move a file or a directory within one store."""
    filesystem, inner = locate(source)
    filesystem.create_dir(os.path.dirname(locate(target)[1]), recursive=True)  # noqa: PTH120
    filesystem.move(inner, locate(target)[1])


def delete_file(path: str) -> None:
    """Delete a file. FileNotFoundError where there is none."""
    filesystem, inner = locate(path)
    filesystem.delete_file(inner)


def delete(path: str) -> None:
    """Delete a directory tree; nothing happens where there is none."""
    filesystem, inner = locate(path)
    with contextlib.suppress(FileNotFoundError):
        filesystem.delete_dir(inner)
