"""What one Python process says of itself. Nothing of this package is imported: it travels to executors as code."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from importlib import import_module, util
from typing import Any, NamedTuple

PACKAGES = ("pyarrow", "pandas", "numpy", "pyspark", "datasketch")
# Looked for, not imported: they take seconds.
OPTIONAL = ("sentence_transformers", "torch", "onnxruntime", "onnxscript")


class Asked(NamedTuple):
    """What a process is asked; all of it plain values."""

    nonce: str
    shared: str | None = None  # a folder that holds the file `driver` with the nonce
    shards: tuple[tuple[str, int], ...] = ()  # local paths and their bytes
    uris: tuple[str, ...] = ()
    model: str | None = None
    pause: float = 0.0  # seconds a task stays, so that no slot answers for another


def answer(asked: Asked, task: int) -> dict[str, Any]:
    """What this process is and sees."""
    said: dict[str, Any] = {
        "host": socket.gethostname(),
        "executable": sys.executable,
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
        "package": _version("ftq_spark"),
        "cores": os.cpu_count(),
        "memory": _memory(),
        "disk_free": shutil.disk_usage((os.environ.get("SPARK_LOCAL_DIRS") or ".").split(",")[0]).free,
    }
    said["versions"] |= {name: "found" if util.find_spec(name) else None for name in OPTIONAL}
    left = f"{said['host']}-{os.getpid()}-{task}"
    said["sees_out"] = asked.shared and _shakes(asked.shared, asked.nonce, left)
    said["left"] = left
    said["unseen"] = [path for path, size in asked.shards if _size(path) != size]
    said["model"] = None
    if said["package"]:
        said["unseen"] += [fault for uri in asked.uris if (fault := _unopened(uri))]
        said["model"] = _model(asked.model) if asked.model else None
    return said


class Probe:
    """A user-defined function of a row: it answers on the first row of each task."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def __call__(self, _: int) -> str | None:
        """What this process is, as JSON; None where it has been asked."""
        from pyspark import TaskContext  # noqa: PLC0415

        context = TaskContext.get()
        key = (self._asked.nonce, context.taskAttemptId() if context else 0)
        done = sys.__dict__.setdefault("_ftq_asked", set())  # a worker serves several tasks
        if key in done:
            return None
        done.add(key)
        time.sleep(self._asked.pause)
        return json.dumps(answer(self._asked, key[1]))


def gpu(batches: Iterable[Any]) -> Iterator[Any]:
    """A row ``said``: the GPU that this task was given, and what torch is built for here, as JSON."""
    import pyarrow as pa  # noqa: PLC0415
    from pyspark import TaskContext  # noqa: PLC0415

    for _ in batches:
        pass
    context = TaskContext.get()
    given = context.resources().get("gpu") if context else None
    torch, cuda = torch_build()
    said = {"host": socket.gethostname(), "torch": torch, "cuda": cuda, "address": given and ",".join(given.addresses)}
    yield pa.RecordBatch.from_arrays([pa.array([json.dumps(said)])], names=["said"])


def torch_build() -> tuple[str | None, str | None]:
    """Version of torch, and of the CUDA (or HIP) that it is built for, as its files say: to import it takes seconds."""
    spec = util.find_spec("torch")
    if spec is None or not spec.origin:
        return None, None
    try:
        with open(os.path.join(os.path.dirname(spec.origin), "version.py"), encoding="utf-8") as file:
            said = dict(re.findall(r"^(\w+)(?::[^=]*)? = '([^']*)'", file.read(), re.MULTILINE))
    except OSError:
        return None, None
    return said.get("__version__"), said.get("cuda") or said.get("hip")


def _version(name: str) -> str | None:
    try:
        return str(import_module(name).__version__)
    except Exception:
        return None


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return None


def _shakes(folder: str, nonce: str, left: str) -> bool:
    try:
        with open(f"{folder}/driver", encoding="utf-8") as file:
            seen = file.read() == nonce
        with open(f"{folder}/{left}", "w", encoding="utf-8") as file:
            file.write(nonce)
    except OSError:
        return False
    return seen


def _size(path: str) -> int | None:
    try:
        return os.path.getsize(path)
    except OSError:
        return None


def _unopened(uri: str) -> str | None:
    try:
        import_module("ftq_spark.runs.storage").open_stream(uri).close()
    except Exception as error:
        return f"{uri} ({str(error)[:200]})"
    return None


def _model(name: str) -> str | None:
    try:
        return str(import_module("ftq_spark.models.files").resolve_model(name))
    except Exception:
        return None
