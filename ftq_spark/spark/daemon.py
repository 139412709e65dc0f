"""The process that forks the Python workers of a local Spark: what costs them time to import, it has imported before.

Named by ``spark.python.daemon.module``. Otherwise each worker, forked from a bare PySpark, imports for itself.

Spark puts archives first on the path of its workers: PySpark's sources, and a JAR of its own classes. Python compiles
what it imports from an archive each time, and a worker reads the directories of all archives anew before each task,
which takes longer than most tasks of a small run. Where PySpark is installed, its workers import that.
"""

from __future__ import annotations

import gc
import re
import sys
from importlib.util import find_spec

_ARCHIVE = re.compile(r"/(pyspark\.zip|py4j-[^/]*-src\.zip|spark-core_[^/]*\.jar)(/|$)")

_given = sys.path[:]
sys.path[:] = [place for place in _given if not _ARCHIVE.search(place)]
if find_spec("pyspark") and find_spec("py4j"):
    for place in [*filter(_ARCHIVE.search, sys.path_importer_cache)]:
        del sys.path_importer_cache[place]
else:
    sys.path[:] = _given

import pandas  # noqa: E402, F401
from pyspark.daemon import manager  # noqa: E402

import ftq_spark.formats  # noqa: E402
import ftq_spark.kernels.conflict.pairs  # noqa: E402
import ftq_spark.kernels.duplicate.verdict  # noqa: E402
import ftq_spark.kernels.near.lsh  # noqa: E402
import ftq_spark.kernels.near.minhash  # noqa: E402
import ftq_spark.signals  # noqa: E402, F401

if __name__ == "__main__":
    # Nothing imported is garbage: a worker that does not look through it copies none of its pages, some 20 MB.
    gc.collect()
    gc.freeze()
    manager()  # type: ignore[no-untyped-call]
