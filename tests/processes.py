"""Processes that tests of clusters start: a Python that lacks this project, free ports, and waiting for a condition."""

from __future__ import annotations

import os
import site
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

WAIT_SECONDS = 180


def bare_python(folder: Path) -> str:
    """A Python with what is installed here, but for this project."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    target = next((folder / "lib").glob("python*")) / "site-packages"
    for entry in Path(site.getsitepackages()[0]).iterdir():
        if not entry.name.startswith(("ftq", "_ftq", "_editable", "__editable")) and not (target / entry.name).exists():
            (target / entry.name).symlink_to(entry)
    return str(folder / "bin" / "python")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def without_project() -> dict[str, str]:
    """This process's environment without what would bring the project, or another Spark, to a child."""
    left_out = ("PYTHONPATH", "SPARK_REMOTE", "PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET")
    return {key: value for key, value in os.environ.items() if key not in left_out}


def spark_home() -> Path:
    import pyspark

    return Path(pyspark.__file__).parent


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, which writes to `log` and is ended with all its children."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            command, env=environment, stdout=file, stderr=subprocess.STDOUT, start_new_session=True, cwd=log.parent
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_until(condition: Callable[[], bool], log: Path, what: str) -> None:
    """Wait for a condition; where it does not come, the test fails and shows the end of `log`."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.2)
    pytest.fail(f"{what}: {log.read_text(errors='replace')[-2000:] if log.is_file() else 'nothing was said'}")
