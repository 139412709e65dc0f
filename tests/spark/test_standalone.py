"""A real cluster on this machine: a master and two workers whose Python lacks the project, and one that is blind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import daemons
import psutil
import pytest
from daemons import Worker, free_port
from digests import differences
from processes import bare_python, without_project

from ftq_spark.runs.run import Run
from ftq_spark.spark import shipping
from ftq_spark.stages import STAGES

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "sample" / "shards" / "preferences.jsonl"
CHEAP = ["--set=dedup.semantic.enabled=false", "--set=conflict.enabled=false"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="127.0.0.2 and unshare are Linux's")


class Cluster(NamedTuple):
    url: str
    folder: Path
    python: str
    environment: dict[str, str]


@contextmanager
def cluster(folder: Path, *workers: Worker) -> Iterator[Cluster]:
    """A master and workers whose Python lacks the project."""
    python = bare_python(folder / "python")
    environment = without_project() | {"SPARK_HOME": str(daemons.HOME), "PYSPARK_PYTHON": python}
    with daemons.cluster(folder, workers, environment) as url:
        yield Cluster(url, folder, python, environment)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers, each with a GPU that none of them has."""
    workers = (Worker(f"127.0.0.{number + 1}", cores=2, gpus=(str(number),)) for number in range(2))
    with cluster(tmp_path_factory.mktemp("cluster"), *workers) as found:
        yield found


def submitted(where: Cluster, job: str, *words: str, **settings: str) -> tuple[list[str], dict[str, str]]:
    """What submits a job with settings of Spark's, and its environment."""
    settings = {
        "executor.memory": "600m",
        "driver.host": "127.0.0.1",
        "ui.port": str(free_port()),
        "cores.max": "2",
        # The driver waits for both workers, which may come one after the other.
        "scheduler.minRegisteredResourcesRatio": "1.0",
        "scheduler.maxRegisteredResourcesWaitingTime": "180s",
        **settings,
    }
    options = [part for key, value in settings.items() for part in ("--conf", f"spark.{key}={value}")]
    script = [str(daemons.HOME / "bin" / "spark-submit"), "--master", where.url, "--py-files", shipping.archive()]
    driver = {**where.environment, "PYSPARK_DRIVER_PYTHON": where.python}
    return [*script, *options, str(ROOT / "jobs" / f"{job}.py"), *words], driver


def command(where: Cluster, out: Path, *flags: str) -> tuple[list[str], dict[str, str]]:
    """What submits a run, and its environment."""
    return submitted(where, "pipeline", str(SAMPLE), "--out", str(out), *CHEAP, *flags)


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


class Task(NamedTuple):
    """A task that has ended, as Spark's own log has it."""

    stage: int
    tags: str  # of its job
    gpus: float  # that it asked for
    executor: str
    launched: int  # milliseconds
    ended: int


def tasks_of(events: list[dict[str, Any]]) -> Iterator[Task]:
    profiles, stages = {0: 0.0}, {}
    for event in events:
        match event["Event"]:
            case "SparkListenerResourceProfileAdded":
                asked = event["Task Resource Requests"].get("gpu", {"Amount": 0.0})
                profiles[event["Resource Profile Id"]] = asked["Amount"]
            case "SparkListenerStageSubmitted":
                about = event["Stage Info"]
                tags = event["Properties"].get("spark.job.tags", "")
                stages[about["Stage ID"]] = (tags, profiles[about["Resource Profile Id"]])
            case "SparkListenerTaskEnd":
                info, began = event["Task Info"], event["Task Info"]["Launch Time"]
                # The driver marks the end a little after it has given the place to another task.
                ended = began + event["Task Metrics"]["Executor Run Time"]
                yield Task(event["Stage ID"], *stages[event["Stage ID"]], info["Executor ID"], began, ended)


def most_at_once(tasks: list[Task]) -> int:
    """The most tasks that one executor ran at a time."""
    most = 0
    for one in tasks:
        beside = [other for other in tasks if other.executor == one.executor]
        most = max(most, sum(other.launched <= one.launched < other.ended for other in beside))
    return most


def test_executors_that_are_killed_in_three_stages_change_nothing(shared: Cluster, tmp_path: Path) -> None:
    hit = []
    arguments, driver = command(shared, tmp_path / "run", "--log", "json")
    with subprocess.Popen(arguments, env=driver, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line) if line.startswith('{"at"') else {}
            if event.get("event") == "start" and event["stage"] in ("ingest", "score", "match"):
                victims = executors(shared.folder)
                for victim in victims[:1]:
                    victim.kill()
                    hit.append(event["stage"])
    assert process.returncode == 0
    assert hit == ["ingest", "score", "match"]
    assert differences(Run.open(str(tmp_path / "run")), local_run(tmp_path / "local")) == []


def test_a_cluster_that_has_not_the_project(shared: Cluster, tmp_path: Path) -> None:
    done = submit(shared, tmp_path / "run", "--log", "json", "--json-file", str(tmp_path / "summary.json"))
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
    with cluster(tmp_path, Worker("127.0.0.1"), Worker("127.0.0.2", blind=out)) as found:
        done = submit(found, out / "run")
    assert done.returncode == 2, done.stdout[-3000:]
    assert f"--out {out}/run is not shared: " in done.stdout
    assert "Traceback" not in done.stdout
    assert json.loads((out / "run" / "manifest.json").read_text())["stages"] == {}


def test_only_the_tasks_that_embed_ask_for_a_gpu(shared: Cluster, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(
        "".join(json.dumps({"prompt": f"Name fact {n}.", "response": f"It is {n}."}) + "\n" for n in range(600))
    )
    words = [str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "run"), "--to", "embed", "--log", "json"]
    words += ["--set=execution.tasks_per_gpu=1", "--set=conflict.enabled=false"]
    settings = {"cores.max": "4", "executor.resource.gpu.amount": "1", "eventLog.enabled": "true"}
    settings |= {"eventLog.dir": tmp_path.as_uri(), "eventLog.rolling.enabled": "false", "eventLog.compress": "false"}
    arguments, driver = submitted(shared, "pipeline", *words, **settings)
    done = subprocess.run(arguments, env=driver, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    manifest = Run.open(str(tmp_path / "run")).manifest
    host = manifest["nodes"][0]["host"]
    said = f"embedding asks for GPUs, 1 task each: {host} 0, {host} 1"
    assert manifest["stages"]["embed"]["gpus"] == said
    notes = [json.loads(line) for line in done.stdout.splitlines() if '"event": "note"' in line]
    assert [(note["stage"], note["note"]) for note in notes] == [("embed", said)]
    # All other tasks run on every core: so many answered at a time.
    assert sum(node["slots"] for node in manifest["nodes"]) == 4
    (log,) = tmp_path.glob("app-*")
    events = [json.loads(line) for line in log.read_text().splitlines()]
    tasks = list(tasks_of(events))
    with_gpu = [task for task in tasks if task.gpus]
    assert with_gpu and all(f"ftq-{manifest['run_id']}-embed" in task.tags for task in with_gpu)
    written = [task for task in with_gpu if task.stage == with_gpu[-1].stage]
    assert len(written) == 3  # more than there are GPUs
    assert most_at_once(with_gpu) == 1
    assert most_at_once([task for task in tasks if not task.gpus]) == 2
