"""Where files are: local paths, and every URI that pyarrow or an installed fsspec plugin can open."""

from __future__ import annotations

import os
import re

import pyarrow.fs as pafs

from ftq_spark.errors import InputError
from ftq_spark.places.redaction import redacted

_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]+):/")
_ALIASES = {"s3a": "s3", "s3n": "s3"}  # Hadoop's names for what pyarrow calls s3
VOLUME = re.compile(r"^dbfs:/+(?=Volumes/)")  # Python and Spark take it for two places; the bare path is one
_OPTIONS = re.compile(r"\?\w+=")


def is_uri(path: str) -> bool:
    """Whether `path` names a file system of its own."""
    return _SCHEME.match(path) is not None


def is_hidden(path: str) -> bool:
    """Whether a name in a relative path begins with `.` or `_`, which by Hadoop's custom is no data."""
    return any(name.startswith((".", "_")) for name in path.split("/"))


def locate(path: str) -> tuple[pafs.FileSystem, str]:
    """The file system of `path` and the path on it. Raises InputError for a scheme that nothing here can open."""
    path = VOLUME.sub("/", path)
    match = _SCHEME.match(path)
    if match is None:
        return pafs.LocalFileSystem(), os.path.abspath(path)
    scheme = match.group(1).lower()
    if scheme == "file":
        return pafs.LocalFileSystem(), re.sub(r"^file:/+", "/", path)
    if scheme == "dbfs":
        if not os.path.isdir("/dbfs"):
            raise InputError(
                f"{path}: no /dbfs is mounted here; expected a path on a Volume: /Volumes/CATALOG/SCHEMA/…"
            )
        return pafs.LocalFileSystem(), re.sub(r"^dbfs:/+", "/dbfs/", path)
    check_options(path)
    uri = _ALIASES.get(scheme, scheme) + path[match.end(1) :]
    if uri.startswith("s3:"):
        uri += _endpoint()
    try:
        found: tuple[pafs.FileSystem, str] = pafs.FileSystem.from_uri(uri)
        return found
    except (ValueError, OSError, ImportError) as error:
        return _fsspec(path, error)


def check_options(path: str) -> None:
    """InputError for a URI with options: no file below it could be named."""
    if is_uri(path) and _OPTIONS.search(path):
        to_do = "give them by the environment, such as AWS_ENDPOINT_URL and AWS_REGION"
        raise InputError(redacted(f"{path}: options in a URI are not passed on; {to_do}"))


def _endpoint() -> str:
    """The address of an S3 of one's own (AWS_ENDPOINT_URL), as the options by which pyarrow is told it."""
    address = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    scheme, _, host = address.rpartition("://")
    return f"?endpoint_override={host.rstrip('/')}&scheme={scheme or 'https'}" if host else ""


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
