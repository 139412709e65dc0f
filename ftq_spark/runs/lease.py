"""Who works in a run directory: a small file with a heartbeat, so that two runs do not mix their results in one."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from typing import Any

from ftq_spark.errors import RunError
from ftq_spark.runs import storage

FILE = ".lease.json"  # hidden: a directory that holds nothing else is new
BEAT_SECONDS = 10.0
STALE_SECONDS = 60.0
SETTLE_SECONDS = 1.0  # between reading a lease and writing one no process takes longer


class Lease:
    """Held by one process; `check` before each commit."""

    def __init__(self, run: str) -> None:
        self._file = storage.join(run, FILE)
        self._run = run
        self._mine: dict[str, Any] = {
            "owner": uuid.uuid1().hex,
            "host": socket.gethostname(),
            "namespace": _namespace(),
            "pid": os.getpid(),
            "since": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "beat": 0.0,
        }
        self._over = threading.Event()

    def take(self) -> None:
        """RunError where another process holds the run."""
        held = self._read()
        if held == {}:  # just being written
            time.sleep(SETTLE_SECONDS)
            held = self._read()
        if held is not None and not _is_stale(held, self._read):
            raise RunError(_taken(self._run, held))
        self._mine["beat"] = time.time()
        text = json.dumps(self._mine)
        if held is None:
            made = storage.put_new(self._file, text)
            if made or (made is False and self._is_mine()):  # an answer of a store may be lost, and asked for again
                return
            if made is False:
                raise RunError(_taken(self._run, self._read() or {}))
        # Others may be doing the same: of several that write, the last one's lease stands when all look again.
        storage.write_text(self._file, text)
        time.sleep(SETTLE_SECONDS)
        self.check()

    def check(self) -> None:
        """RunError where another process has taken the run over."""
        held = self._read()
        if held is not None and held.get("owner") != self._mine["owner"]:
            raise RunError(f"{_taken(self._run, held)}; nothing more was committed by this one")

    def beat(self) -> None:
        """Renew the heartbeat until :meth:`release`."""
        while not self._over.wait(BEAT_SECONDS):
            with suppress(Exception):  # a store that does not answer now may later; check decides
                held = self._read()
                if held is None or held.get("owner") == self._mine["owner"]:
                    self._mine["beat"] = time.time()
                    storage.write_text(self._file, json.dumps(self._mine))

    def release(self) -> None:
        """End the heartbeat, and leave the run to others."""
        self._over.set()
        with suppress(Exception):
            if self._is_mine():
                storage.delete_file(self._file)

    def _is_mine(self) -> bool:
        return bool((self._read() or {}).get("owner") == self._mine["owner"])

    def _read(self) -> dict[str, Any] | None:
        try:
            held = json.loads(storage.read_text(self._file))
        except FileNotFoundError:
            return None
        except ValueError:
            return {}
        return held if isinstance(held, dict) else {}


@contextmanager
def hold(run: str) -> Iterator[Lease]:
    """Hold the run at `run`.

    Raises:
        RunError: another process holds it; the message says which.
    """
    lease = Lease(run)
    lease.take()
    beating = threading.Thread(target=lease.beat, name="ftq-lease", daemon=True)
    beating.start()
    try:
        yield lease
    finally:
        lease.release()
        beating.join(timeout=5)


def _taken(run: str, held: dict[str, Any]) -> str:
    who = f"process {held.get('pid', '?')} on {held.get('host', '?')}, since {held.get('since', '?')}"
    return f"--out {run}: another run works there ({who}); wait for it, end it, or give another --out"


def _namespace() -> str:
    """In which world a process id means anything."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def _is_stale(held: dict[str, Any], read: Any) -> bool:
    """Whether the holder is gone: its process on this machine is, or its heartbeat stands still."""
    if held.get("host") == socket.gethostname() and held.get("namespace") == _namespace():
        try:
            os.kill(int(held["pid"]), 0)
        except ProcessLookupError:
            return True
        except (PermissionError, KeyError, ValueError, TypeError):
            pass
    beat = held.get("beat")
    if isinstance(beat, int | float) and 0 <= time.time() - beat < STALE_SECONDS:
        return False
    time.sleep(2 * BEAT_SECONDS)  # clocks of two machines may differ: watch it
    return bool((read() or {}).get("beat") == beat)
