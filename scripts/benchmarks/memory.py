"""The peak memory of a run: Spark's JVM, its Python workers and the driver together."""

from __future__ import annotations

import subprocess
import time

import psutil


def peak_bytes(process: subprocess.Popen, every: float = 1.0) -> int:
    """Highest sum of the proportional memory (shared pages once) of a process and all below it, until it ends."""
    root, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        total = 0
        for one in [root, *root.children(recursive=True)]:
            try:
                total += one.memory_full_info().pss
            except (psutil.Error, AttributeError):
                continue
        peak = max(peak, total)
        time.sleep(every)
    return peak
