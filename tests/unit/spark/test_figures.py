"""What is read of Spark's interface, from a server that answers as Spark 4.1 does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ftq_spark.spark import figures

TAG = "ftq-0011-score"
JOBS = [
    {"jobId": 0, "stageIds": [0, 1], "numTasks": 6, "numCompletedTasks": 6, "jobTags": [f"spark-session-1-{TAG}"]},
    {"jobId": 1, "stageIds": [2], "numTasks": 4, "numCompletedTasks": 1, "jobTags": [f"spark-session-1-{TAG}"]},
    {"jobId": 2, "stageIds": [3], "numTasks": 9, "numCompletedTasks": 9, "jobTags": ["spark-session-1-ftq-0011-embed"]},
    {"jobId": 3, "stageIds": [4], "numTasks": 9, "numCompletedTasks": 9},
]
SUMS = {"inputBytes": 10, "outputBytes": 20, "shuffleWriteBytes": 30, "diskBytesSpilled": 40}
STAGES = [
    {"stageId": n, "attemptId": 0, "numTasks": 4, "numCompleteTasks": 4, "executorRunTime": 1500, **SUMS}
    for n in (0, 1, 3, 4)
]
ANSWERS = {
    "/jobs": JOBS,
    "/jobs?status=running": JOBS[1:2],
    "/stages?status=complete": STAGES,
    "/stages/0/0/taskSummary?quantiles=0.5,1.0": {"executorRunTime": [100.0, 250.0]},
    "/stages/1/0/taskSummary?quantiles=0.5,1.0": {"executorRunTime": [0.0, 9.0]},
}


@pytest.fixture
def port() -> Iterator[int]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = ANSWERS.get(self.path.removeprefix("/api/v1/applications/app-1"))
            self.send_response(200 if found is not None else 404)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


class Conf(dict[str, str]):
    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key, default)


class Session:
    def __init__(self, **conf: str) -> None:
        self.conf = Conf({key.replace("__", "."): value for key, value in conf.items()})


def found(port: int, application: str = "app-1", **conf: str) -> str | None:
    known = {"spark__app__id": application, "spark__driver__host": "127.0.0.1", "spark__ui__port": str(port)}
    return figures.address(Session(**known, **conf))  # type: ignore[arg-type]


def test_the_interface_of_this_application_is_found(port: int) -> None:
    assert found(port) == f"http://127.0.0.1:{port}/api/v1/applications/app-1"
    assert found(port, "app-2") is None
    assert found(port, spark__ui__enabled="false") is None
    assert found(port, "") is None


def test_tasks_bytes_and_skew_of_the_jobs_with_a_tag(port: int) -> None:
    base = found(port)
    assert base is not None
    assert figures.tasks(base, TAG) == (7, 10)
    assert figures.figures(base, TAG) == {
        "n_jobs": 2, "n_tasks": 8, "task_seconds": 3.0, "input_bytes": 20, "output_bytes": 40, "shuffle_bytes": 60,
        "spilled_bytes": 80, "skew": 2.5,
    }  # fmt: skip
    assert figures.figures(base, "another") is None
    assert figures.tasks(base + "/none", TAG) is None
