"""Processes of Spark on this machine, for tests and benchmarks: a standalone cluster, free ports, waiting."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pyspark

HOME = Path(pyspark.__file__).parent
WAIT_SECONDS = 180
_DEPLOY = "org.apache.spark.deploy"


class Worker(NamedTuple):
    """What a worker of a cluster has to give."""

    host: str = "127.0.0.1"
    cores: int = 1
    memory: str = "1g"
    gpus: tuple[str, ...] = ()  # addresses, of GPUs that need not exist
    blind: Path | None = None  # a directory in whose place it sees an empty one; this takes root


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def started(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, which writes to `log` and is ended when the block is left."""
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
    """Wait for a condition. TimeoutError, with the end of `log`, where it does not come."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.2)
    raise TimeoutError(f"{what}: {log.read_text(errors='replace')[-2000:] if log.is_file() else 'nothing was said'}")


@contextmanager
def cluster(folder: Path, workers: Sequence[Worker], environment: Mapping[str, str]) -> Iterator[str]:
    """The address of a master that has its workers, each of which works in `folder`/workN; the log is cluster.log."""
    port, web, log = free_port(), free_port(), folder / "cluster.log"
    master = f"spark://127.0.0.1:{port}"
    with ExitStack() as stack:

        def start(host: str, command: list[str], options: str = "") -> None:
            own = {"SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": host, "SPARK_WORKER_OPTS": options}
            stack.enter_context(started(command, {**environment, **own}, log))

        said = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(web)]
        start("127.0.0.1", [str(HOME / "bin" / "spark-class"), f"{_DEPLOY}.master.Master", *said])
        for number, worker in enumerate(workers):
            place = folder / f"work{number}"
            start(worker.host, _command(worker, place, master), _gpu_options(worker, place))
        wait_until(lambda: _n_alive(web) == len(workers), log, "the workers did not come")
        yield master


def _command(worker: Worker, place: Path, master: str) -> list[str]:
    command = [str(HOME / "bin" / "spark-class"), f"{_DEPLOY}.worker.Worker", "--host", worker.host]
    command += ["--cores", str(worker.cores), "--memory", worker.memory, "--work-dir", str(place), "--webui-port", "0"]
    if worker.blind is not None:
        script = f'mount -t tmpfs tmpfs "{worker.blind}" && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", script, "sh", *command]
    return [*command, master]


def _gpu_options(worker: Worker, place: Path) -> str:
    """Options of a worker's Java by which it finds GPUs."""
    if not worker.gpus:
        return ""
    script = place.with_suffix(".gpus")
    found = json.dumps({"name": "gpu", "addresses": worker.gpus})
    script.write_text(f"#!/bin/sh\necho '{found}'\n", encoding="utf-8")
    script.chmod(0o755)
    gpu = "-Dspark.worker.resource.gpu"
    return f"{gpu}.amount={len(worker.gpus)} {gpu}.discoveryScript={script}"


def _n_alive(web: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{web}/json/", timeout=5) as answer:
            return int(json.load(answer)["aliveworkers"])
    except OSError:
        return 0
