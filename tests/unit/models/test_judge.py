"""A judge over HTTP: both orders, verbatim quotes, the cache, the budget, and everything that can go wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ftq_spark.models.judge import MAX_ERRORS_IN_A_ROW, Judgement, Side, judge_pairs
from ftq_spark.settings import Judge

SAFE = Side("Is it safe?", "Yes, it is safe in pregnancy.")
AVOID = Side("Is it safe?", "It must be avoided. It harms the child.")
Reply = Callable[[dict[str, Any]], Any]  # from {question_1, answer_1, …} to the message, or a status


class Server(ThreadingHTTPServer):
    reply: Reply
    requests: list[dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
        found = self.server.reply(json.loads(body["messages"][1]["content"]))
        status = found if isinstance(found, int) else 200
        text = found if isinstance(found, str) else json.dumps(found)
        content = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server(("127.0.0.1", 0), Handler)
    found.requests = []
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


def settings(server: Server, **values: Any) -> Judge:
    return Judge(base_url=f"http://127.0.0.1:{server.server_port}/v1/", model="m", **values)


def contradict(shown: dict[str, Any]) -> dict[str, str]:
    return {"verdict": "contradict", "quote_1": shown["answer_1"][:6], "quote_2": shown["answer_2"][:6]}


def test_both_orders_and_quotes(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "secret")
    server.reply = contradict
    cache: dict[str, list[str]] = {}
    judged, counts = judge_pairs([(SAFE, AVOID)], settings(server, api_key_env="MY_KEY"), cache)
    assert judged == [Judgement("contradict", "Yes, i", "It mus")]
    assert counts == {"calls": 2, "contradict": 1}
    assert [request["path"] for request in server.requests] == ["/v1/chat/completions"] * 2
    assert {request["key"] for request in server.requests} == {"Bearer secret"}
    assert {request["model"] for request in server.requests} == {"m"}
    assert "secret" not in json.dumps(cache)

    again, counts = judge_pairs([(AVOID, SAFE)], settings(server), cache)  # the same content in the other order
    assert again == [Judgement("contradict", "It mus", "Yes, i")]
    assert counts == {"cached": 2, "contradict": 1}
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("reply", "verdict", "counted"),
    [
        (lambda shown: {"verdict": "compatible"}, "compatible", {}),
        (lambda shown: 'Sure:\n```json\n{"verdict": "different_context"}\n```', "compatible", {}),
        (lambda shown: {"verdict": "cannot_tell"}, "undecided", {}),
        (lambda shown: {**contradict(shown), "quote_2": "it must be avoided"}, "undecided", {"quotes_not_verbatim": 2}),
        (lambda shown: {"verdict": "contradict"}, "undecided", {"quotes_not_verbatim": 2}),
        (lambda shown: {**contradict(shown), "quote_1": " "}, "undecided", {"quotes_not_verbatim": 2}),
        (lambda shown: {"verdict": "guilty"}, "undecided", {"malformed": 2}),
        (lambda shown: "no idea {", "undecided", {"malformed": 2}),
        (lambda shown: 500, "undecided", {"errors": 2}),
        (
            lambda shown: contradict(shown) if shown["answer_1"] == SAFE.answer else {"verdict": "compatible"},
            "undecided",
            {"orders_disagree": 1},
        ),
    ],
)
def test_what_does_not_count(server: Server, reply: Reply, verdict: str, counted: dict[str, int]) -> None:
    server.reply = reply
    judged, counts = judge_pairs([(SAFE, AVOID)], settings(server), {})
    assert judged[0].verdict == verdict
    assert counts == {"calls": 2, verdict: 1, **counted}


def test_the_budget_is_kept(server: Server) -> None:
    server.reply = contradict
    pairs = [(SAFE, AVOID), (Side("Is it blue?", "Yes, it is."), Side("Is it blue?", "No, it is not."))]
    judged, counts = judge_pairs(pairs, settings(server, max_calls=3), {})
    assert [found.verdict for found in judged] == ["contradict", "undecided"]
    assert counts == {"calls": 3, "not_asked": 1, "contradict": 1, "undecided": 1}
    assert len(server.requests) == 3


def test_a_judge_that_is_down_is_not_asked_for_ever() -> None:
    pairs = [(Side(f"Is it {n}?", "Yes."), Side(f"Is it {n}?", "No.")) for n in range(20)]
    down = Judge(base_url="http://127.0.0.1:9", model="m", timeout_seconds=2)
    judged, counts = judge_pairs(pairs, down, {})
    assert {found.verdict for found in judged} == {"undecided"}
    assert counts == {
        "calls": MAX_ERRORS_IN_A_ROW,
        "errors": MAX_ERRORS_IN_A_ROW,
        "not_asked": 40 - MAX_ERRORS_IN_A_ROW,
        "undecided": 20,
    }
