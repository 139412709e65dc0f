"""A real cluster on this machine: a master and two workers whose Python lacks the project, and one that is blind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from digests import differences
from processes import bare_python, free_port, spark_home, without_project

from ftq_spark.runs.run import Run
from ftq_spark.spark import shipping
from ftq_spark.stages import STAGES

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "sample" / "shards" / "preferences.jsonl"
CHEAP = ["--set=dedup.semantic.enabled=false", "--set=conflict.enabled=false"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="127.0.0.2 and unshare are Linux's")


class Cluster(NamedTuple):
    url: str
    python: str
    environment: dict[str, str]


@contextmanager
def cluster(folder: Path, blind: Path | None = None) -> Iterator[Cluster]:
    """A master and two workers; the second sees an empty directory in the place of `blind`."""
    home = spark_home()
    python = bare_python(folder / "python")
    environment = without_project() | {"SPARK_HOME": str(home), "PYSPARK_PYTHON": python}
    port, web = free_port(), free_port()
    java_class, processes = str(home / "bin" / "spark-class"), []
    deploy = "org.apache.spark.deploy"
    log = (folder / "cluster.log").open("wb")

    def start(address: str, *command: str) -> None:
        processes.append(
            subprocess.Popen(
                [*command], env={**environment, "SPARK_LOCAL_IP": address}, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, cwd=folder,
            )
        )  # fmt: skip

    try:
        master = [java_class, f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port)]
        start("127.0.0.1", *master, "--webui-port", str(web))
        for number in (1, 2):
            worker = [
                java_class,
                f"{deploy}.worker.Worker",
                "--host",
                f"127.0.0.{number}",
                "--cores",
                "1",
                "--memory",
                "1g",
            ]
            worker += ["--work-dir", str(folder / f"work{number}"), "--webui-port", "0", f"spark://127.0.0.1:{port}"]
            if number == 2 and blind is not None:
                script = f'mount -t tmpfs tmpfs "{blind}" && exec "$@"'
                worker = ["unshare", "-m", "sh", "-c", script, "sh", *worker]
            start(f"127.0.0.{number}", *worker)
        wait_for_workers(web, folder / "cluster.log")
        yield Cluster(f"spark://127.0.0.1:{port}", python, environment)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=60)
        log.close()


def wait_for_workers(web: int, log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{web}/json/", timeout=5) as answer:
                if json.load(answer)["aliveworkers"] == 2:
                    return
        except OSError:
            pass
        time.sleep(1)
    pytest.fail(f"no cluster: {log.read_text(errors='replace')[-2000:]}")


def command(where: Cluster, out: Path, *flags: str) -> tuple[list[str], dict[str, str]]:
    """What submits a run, and its environment."""
    options = ["--master", where.url, "--py-files", shipping.archive(), "--conf", "spark.executor.memory=600m"]
    options += ["--conf", "spark.driver.host=127.0.0.1", "--conf", f"spark.ui.port={free_port()}"]
    # The driver waits for both workers, which may come one after the other.
    options += ["--conf", "spark.cores.max=2", "--conf", "spark.scheduler.minRegisteredResourcesRatio=1.0"]
    options += ["--conf", "spark.scheduler.maxRegisteredResourcesWaitingTime=180s"]
    driver = {**where.environment, "PYSPARK_DRIVER_PYTHON": where.python}
    script = str(Path(where.environment["SPARK_HOME"]) / "bin" / "spark-submit")
    arguments = [script, *options, str(ROOT / "jobs" / "pipeline.py"), str(SAMPLE), "--out", str(out), *CHEAP, *flags]
    return arguments, driver


def submit(where: Cluster, out: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    arguments, driver = command(where, out, *flags)
    # Spark merges the driver's two streams into standard output.
    return subprocess.run(arguments, env=driver, capture_output=True, text=True, timeout=900, check=False)


def executors(work: Path) -> list[psutil.Process]:
    """The Java processes of executors that a worker has started."""
    running = [(process, " ".join(process.info["cmdline"] or ())) for process in psutil.process_iter(["cmdline"])]
    java = [process for process, line in running if "CoarseGrainedExecutorBackend" in line and "java" in line]
    return [process for process in java if str(work) in process_folder(process)]


def process_folder(process: psutil.Process) -> str:
    try:
        return process.cwd()
    except psutil.Error:
        return ""


def local_run(out: Path) -> Run:
    arguments = [sys.executable, "-m", "ftq_spark", "run", str(SAMPLE), "--out", str(out), *CHEAP]
    subprocess.run(arguments, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=900)
    return Run.open(str(out))


def test_executors_that_are_killed_in_three_stages_change_nothing(tmp_path: Path) -> None:
    hit = []
    with cluster(tmp_path) as found:
        arguments, driver = command(found, tmp_path / "run", "--log", "json")
        with subprocess.Popen(arguments, env=driver, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                event = json.loads(line) if line.startswith('{"at"') else {}
                if event.get("event") == "start" and event["stage"] in ("ingest", "score", "match"):
                    victims = executors(tmp_path)
                    for victim in victims[:1]:
                        victim.kill()
                        hit.append(event["stage"])
    assert process.returncode == 0
    assert hit == ["ingest", "score", "match"]
    assert differences(Run.open(str(tmp_path / "run")), local_run(tmp_path / "local")) == []


def test_a_cluster_that_has_not_the_project(tmp_path: Path) -> None:
    with cluster(tmp_path) as found:
        done = submit(found, tmp_path / "run", "--log", "json", "--json-file", str(tmp_path / "summary.json"))
    assert done.returncode == 0, done.stdout[-3000:]
    assert json.loads((tmp_path / "summary.json").read_text())["rows"]["read"] == 62
    told = Run.open(str(tmp_path / "run")).manifest["stages"]["score"]["spark"]
    assert told["n_tasks"] >= 1 and told["output_bytes"] > 0, told  # of the jobs with this stage's tag
    assert sum(node["slots"] for node in Run.open(str(tmp_path / "run")).manifest["nodes"]) == 2
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"at"')]
    assert {event["number"] for event in events if event["event"] == "done"} == set(range(1, len(STAGES) + 1))
    assert differences(Run.open(str(tmp_path / "run")), local_run(tmp_path / "local")) == []


@pytest.mark.skipif(not shutil.which("unshare") or os.geteuid() != 0, reason="a mount of its own needs root")
def test_a_worker_that_sees_another_out_ends_the_run_before_its_first_stage(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with cluster(tmp_path, blind=out) as found:
        done = submit(found, out / "run")
    assert done.returncode == 2, done.stdout[-3000:]
    assert f"--out {out}/run is not shared: " in done.stdout
    assert "Traceback" not in done.stdout
    assert json.loads((out / "run" / "manifest.json").read_text())["stages"] == {}
