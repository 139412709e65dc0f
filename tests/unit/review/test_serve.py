"""The report over localhost: decisions are saved at once; strangers, other hosts and other pages are refused."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from review_run import example, example_id, write_run

from ftq_spark.errors import RunError
from ftq_spark.review.decisions import read_decisions
from ftq_spark.review.serve import Server
from ftq_spark.runs.run import Run

TYPE = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    path = write_run(tmp_path / "run", [example(number) for number in range(5)])
    (path / "report.html").write_text("<meta content=\"connect-src 'none'\">the page", encoding="utf-8")
    with Server(Run.open(path)) as found:
        threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        found.shutdown()


def ask(
    server: Server, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_what_is_decided_is_in_the_run_at_once(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert ask(server, "GET", f"/{server.token}/") == (200, "<meta content=\"connect-src 'self'\">the page")
    body = json.dumps({"example_id": example_id(3), "verdict": "drop", "reviewer": "Ana", "note": "wrong"})
    status, answer = ask(server, "POST", f"/{server.token}/decisions", body, TYPE)
    assert (status, json.loads(answer)["n_dropped"]) == (200, 1)
    (kept,) = read_decisions(server.run.path)
    assert (kept["example_id"], kept["verdict"], kept["reviewer"]) == (example_id(3), "drop", "Ana")
    undone = json.dumps({"example_id": example_id(3), "verdict": "undecided"})
    assert ask(server, "POST", f"/{server.token}/decisions", undone, TYPE)[0] == 200
    assert read_decisions(server.run.path) == []


def test_strangers_are_refused(server: Server) -> None:
    here, body = f"/{server.token}/decisions", json.dumps({"example_id": example_id(1), "verdict": "drop"})
    refused = {
        "no token": ("GET", "/", None, {}),
        "another token": ("GET", "/abc/", None, {}),
        "another file": ("GET", f"/{server.token}/../manifest.json", None, {}),
        "another host": ("GET", f"/{server.token}/", None, {"Host": "evil.example"}),
        "another page": ("POST", here, body, {**TYPE, "Origin": "https://evil.example"}),
        "a form": ("POST", here, body, {"Content-Type": "text/plain"}),
        "too long": ("POST", here, None, {**TYPE, "Content-Length": str(1 << 30)}),
        "no decision": ("POST", here, '{"example_id": 1}', TYPE),
        "no JSON": ("POST", here, "drop all", TYPE),
        "no example": ("POST", here, json.dumps({"example_id": "f" * 32, "verdict": "keep"}), TYPE),
    }
    statuses = {name: ask(server, *request)[0] for name, request in refused.items()}
    assert statuses == {
        "no token": 403, "another token": 403, "another file": 404, "another host": 403, "another page": 403,
        "a form": 415, "too long": 413, "no decision": 400, "no JSON": 400, "no example": 400,
    }  # fmt: skip
    assert read_decisions(server.run.path) == []


def test_ctrl_c_ends_it_well_and_says_what_comes_next(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [example(1)])
    (run / "report.html").write_text("<html></html>")
    command = [sys.executable, "-m", "ftq_spark", "serve", str(run), "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        assert serving.stdout.readline().startswith("http://127.0.0.1:")
        serving.send_signal(signal.SIGINT)
        said, complaints = serving.communicate(timeout=60)
    assert (serving.returncode, complaints) == (0, "")
    assert "`ftq run` with the same inputs and --out publishes it" in said


def test_a_run_without_a_report_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no report\.html"):
        Server(Run.open(write_run(tmp_path / "run", [example(1)])))
