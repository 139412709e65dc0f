"""Several that want one run's lease at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from ftq_spark.errors import RunError
from ftq_spark.runs import lease


def all_at_once(run: str, n: int = 6) -> list[str | None]:
    """What `n` takers of the run's lease are told that begin at the same moment; None for one who goes on."""
    together = threading.Barrier(n)

    def take(_: int) -> str | None:
        mine = lease.Lease(run)
        together.wait()
        try:
            mine.take()
        except RunError as error:
            return str(error)
        return None

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(take, range(n)))


def check_one(told: list[str | None]) -> None:
    refused = [line for line in told if line is not None]
    assert len(refused) == len(told) - 1
    assert all("another run works there (process" in line and "\n" not in line for line in refused)
