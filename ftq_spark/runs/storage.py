"""One way to read, list, write and move files, wherever they are (:mod:`ftq_spark.places.uris`)."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import BinaryIO, TypeVar, cast

import pyarrow.fs as pafs

from ftq_spark.places.uris import VOLUME, check_options, is_hidden, is_uri, locate

__all__ = [
    "absolute", "check_options", "copy", "delete", "delete_file", "exists", "in_pool", "is_directory", "is_uri", "join",
    "list_files", "locate", "make_directory", "move", "open_stream", "output", "put_new", "read_text", "shown", "size",
    "spark_path", "write_text",
]  # fmt: skip


_AT_ONCE = 16  # requests to a store
_COPIED_BYTES = 4 << 20  # at a time

Item = TypeVar("Item")
Found = TypeVar("Found")


def in_pool(work: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
    """`work` of each item, in their order, several at once: a store answers each request after a while."""
    listed = list(items)
    if len(listed) < 2:
        return [work(item) for item in listed]
    with ThreadPoolExecutor(min(_AT_ONCE, len(listed))) as pool:
        return list(pool.map(work, listed))


def spark_path(path: str) -> str:
    """`path` as Spark must be told it: without a scheme Spark would look on the cluster's default file system."""
    path = VOLUME.sub("/", path)
    if is_uri(path) or path.startswith("/Volumes/"):
        return path
    return "file://" + os.path.abspath(path)


def absolute(path: str) -> str:
    """`path` as it can be found from any working directory."""
    return path.rstrip("/") if is_uri(path) else os.path.abspath(path)


def join(path: str, *parts: str) -> str:
    """`path` with `parts` below it."""
    return "/".join([path.rstrip("/"), *parts])


def shown(path: str) -> str:
    """The file as an editor opens it: from here where that is no longer, else in full."""
    if is_uri(path):
        return path
    from_here = os.path.relpath(path)
    return from_here if len(from_here) <= len(path) else path


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
    return sorted(file for file in files if hidden or not is_hidden(file[0]))


def read_text(path: str) -> str:
    """The UTF-8 text of a small file."""
    with open_stream(path) as stream:
        return stream.read().decode("utf-8")


@contextlib.contextmanager
def output(path: str, *, is_synced: bool = False) -> Iterator[BinaryIO]:
    """A stream to a file that stands at `path`, whole, when the block has ended; no part of it when it fails.

    `is_synced`: it is on the disk by then, so that no loss of power leaves it empty.
    """
    filesystem, inner = locate(path)
    folder = os.path.dirname(inner)
    filesystem.create_dir(folder, recursive=True)
    is_local = isinstance(filesystem, pafs.LocalFileSystem)  # object stores show a file when it is closed
    place = f"{folder}/.{uuid.uuid1()}.tmp" if is_local else inner
    sink = filesystem.open_output_stream(place, compression=None, buffer_size=_COPIED_BYTES)
    try:
        yield cast(BinaryIO, sink)
        sink.close()
        if is_local and is_synced:
            _sync(place)
        if is_local:
            os.replace(place, inner)
    except BaseException:
        with contextlib.suppress(Exception):
            sink.close()
            filesystem.delete_file(place)
        raise


def size(path: str) -> int:
    """Bytes of a file. FileNotFoundError where there is none."""
    filesystem, inner = locate(path)
    info = filesystem.get_file_info(inner)
    if info.type != pafs.FileType.File:
        raise FileNotFoundError(path)
    return int(info.size)


def copy(source: str, target: str) -> None:
    """Copy a file within one store, by the store itself where it can."""
    filesystem, inner = locate(source)
    if not isinstance(filesystem, pafs.LocalFileSystem):
        try:
            filesystem.create_dir(os.path.dirname(locate(target)[1]), recursive=True)
            filesystem.copy_file(inner, locate(target)[1])
            return
        except OSError:  # no store copies files of every size: S3 none above 5 GB
            pass
    with open_stream(source) as stream, output(target) as sink:
        shutil.copyfileobj(stream, sink, _COPIED_BYTES)


def write_text(path: str, text: str) -> None:
    """Write a small file so that a reader sees the old or the new one, never a part."""
    with output(path, is_synced=True) as sink:
        sink.write(text.encode("utf-8"))


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_new(path: str, text: str) -> bool | None:
    """Write a small file where there is none, in one step: of several writers exactly one is told True.

    Returns:
        False where a file is there. None where the store cannot tell: it can on local file systems, and on S3
        (``If-None-Match: *``) where boto3 is installed and the store heeds the condition.
    """
    filesystem, inner = locate(path)
    if isinstance(filesystem, pafs.S3FileSystem):
        return _put_new_object(filesystem.region, inner, text)
    if not isinstance(filesystem, pafs.LocalFileSystem):
        return None
    os.makedirs(os.path.dirname(inner), exist_ok=True)
    try:
        with open(inner, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True


def _put_new_object(region: str, path: str, text: str) -> bool | None:
    try:
        import boto3  # noqa: PLC0415  (optional: pyarrow puts without a condition)
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    except ImportError:
        return None
    bucket, _, key = path.partition("/")
    asked = {"Bucket": bucket, "Key": key, "Body": text.encode("utf-8"), "IfNoneMatch": "*"}
    was_put = False
    try:
        client = boto3.client("s3", region_name=region)
        client.put_object(**asked)
        was_put = True
        client.put_object(**asked)
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return was_put if status == HTTPStatus.PRECONDITION_FAILED else None
    except BotoCoreError:  # other credentials than pyarrow finds, or a client that is too old for the condition
        return None
    return None  # a store that puts a second time does not heed the condition


def make_directory(path: str) -> None:
    """Make a directory and those above it; nothing happens where it is there."""
    filesystem, inner = locate(path)
    filesystem.create_dir(inner, recursive=True)


def move(source: str, target: str) -> None:
    """Move a file or a directory within one store."""
    filesystem, inner = locate(source)
    filesystem.create_dir(os.path.dirname(locate(target)[1]), recursive=True)
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
