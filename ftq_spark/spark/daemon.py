"""The process that forks the Python workers of a local Spark: what costs them time to import, it has imported before.

Named by ``spark.python.daemon.module``. Otherwise each worker, forked from a bare PySpark, imports for itself.

Spark puts archives first on the path of its workers: PySpark's sources, and a JAR of its own classes. Python compiles
what it imports from an archive each time, and a worker reads the directories of all archives anew before each task,
which takes longer than most tasks of a small run. Where PySpark is installed, its workers import that.

A worker lives as long as the run, and most of it waits for others. What the C library keeps of a finished task, and
Arrow's pool, is as much again as what the worker needs: it is given back when a task has left much of it.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
import re
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_ARCHIVE = re.compile(r"/(pyspark\.zip|py4j-[^/]*-src\.zip|spark-core_[^/]*\.jar)(/|$)")

_given = sys.path[:]
sys.path[:] = [place for place in _given if not _ARCHIVE.search(place)]
if find_spec("pyspark") and find_spec("py4j"):
    for place in [*filter(_ARCHIVE.search, sys.path_importer_cache)]:
        del sys.path_importer_cache[place]
else:
    sys.path[:] = _given

import pandas  # noqa: E402, F401
import pyarrow as pa  # noqa: E402
from pyspark import daemon  # noqa: E402

import ftq_spark.formats  # noqa: E402
import ftq_spark.kernels.conflict.pairs  # noqa: E402
import ftq_spark.kernels.duplicate.verdict  # noqa: E402
import ftq_spark.kernels.near.lsh  # noqa: E402
import ftq_spark.kernels.near.minhash  # noqa: E402
import ftq_spark.signals  # noqa: E402, F401

_MUCH = 32 << 20  # bytes that tasks may leave: giving back takes some milliseconds, and as long to get them again
_PAGES = Path("/proc/self/statm")

_serve = daemon.worker
_kept = [0]  # pages of this worker after it last gave back


def serve(*connection: Any) -> Any:
    """Do a task, as PySpark's daemon would, and give back what it leaves where that is much."""
    done = _serve(*connection)  # type: ignore[no-untyped-call]
    with suppress(OSError, AttributeError, IndexError):  # other systems have no /proc, other libraries no malloc_trim
        if (_pages() - _kept[0]) * mmap.PAGESIZE > _MUCH:
            pa.default_memory_pool().release_unused()
            ctypes.CDLL(None).malloc_trim(0)
            _kept[0] = _pages()
    return done


def _pages() -> int:
    return int(_PAGES.read_text().split()[1])


if __name__ == "__main__":
    # Nothing imported is garbage: a worker that does not look through it copies none of its pages, some 20 MB.
    gc.collect()
    gc.freeze()
    _kept[0] = _pages()
    daemon.worker = serve
    daemon.manager()  # type: ignore[no-untyped-call]
