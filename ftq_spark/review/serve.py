"""``ftq serve``: the report and the review pages over localhost, where what people say is saved to the run at once.

Bound to 127.0.0.1. The address holds a token that is made anew at each start; without it nothing is answered. Requests
that name another host (DNS rebinding) or come from another page are refused.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, unquote

import orjson

from ftq_spark.errors import FtqError, RunError
from ftq_spark.review import page, served_labels
from ftq_spark.review.decisions import DECIDED, UNDECIDED, record_decisions
from ftq_spark.review.items import review_items
from ftq_spark.runs import storage
from ftq_spark.runs.run import UNFINISHED, Run

HOST = "127.0.0.1"
MAX_BODY = 1 << 20
_NDJSON = "application/x-ndjson"
# The page as a file may ask nothing of any network; here it may speak to where it came from, and no further.
_NAV = b'<nav aria-label="Sections"><ul>\n'
_CLOSED, _OPEN = b"connect-src 'none'", b"connect-src 'self'"


class Server(ThreadingHTTPServer):
    """A server of one run; `address` is what to open."""

    daemon_threads = True

    def __init__(self, run: Run, port: int = 0) -> None:
        self.run = run
        self.token = secrets.token_urlsafe(24)
        self.writing = threading.Lock()
        report = storage.join(run.path, "report.html")
        if not storage.exists(report):
            raise RunError(f"{run.path}: no report.html: {UNFINISHED}")
        page = storage.read_text(report).encode().replace(_CLOSED, _OPEN, 1)
        self.page = page.replace(_NAV, _NAV + b'<li><a href="review/">Label the draws</a></li>\n', 1)
        super().__init__((HOST, port), _Handler)

    @property
    def address(self) -> str:
        """Where the page is: this machine's own address with the token that it asks for."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "ftq"
    sys_version = ""

    def do_GET(self) -> None:
        if self._refused():
            return
        parts = [unquote(part) for part in self.path.split("/")[2:]]
        try:
            found = self._found(parts)
        except FtqError as error:
            self._answer(HTTPStatus.NOT_FOUND, f"{error}\n".encode())
            return
        if found is None:
            self._answer(HTTPStatus.NOT_FOUND, b"not here\n")
        else:
            self._answer(HTTPStatus.OK, *found)

    def _found(self, parts: Sequence[str]) -> tuple[bytes, str] | None:
        """What stands at a path below the token, and its type: the report, the draws, a draw's page, or labels."""
        run, html = self.server.run, "text/html; charset=utf-8"
        match parts:
            case [""]:
                return self.server.page, html
            case ["review", ""]:
                return page.draw_list(served_labels.progress(run)).encode(), html
            case ["review", draw_id, ""]:
                return self._labelling(draw_id, ""), html
            case ["review", draw_id, "as", annotator]:
                return self._labelling(draw_id, annotator), html
            case ["review", draw_id, "labels", annotator]:
                lines = served_labels.labels_of(run, served_labels.draw_named(run, draw_id)["draw_id"], annotator)
                return b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines), _NDJSON
        return None

    def _labelling(self, draw_id: str, annotator: str) -> bytes:
        run, record = self.server.run, served_labels.draw_named(self.server.run, draw_id)
        items = review_items(run, served_labels.assigned(record, annotator))
        for item in items:
            item["given"] = record.get("given", {}).get(item["item_id"], [])
        answers = {label["item_id"]: label for label in served_labels.labels_of(run, draw_id, annotator)}
        served = page.Served(f"/{self.server.token}/review/{quote(draw_id)}/labels/", answers)
        return page.page(items, annotator, draw_id, served).encode()

    def do_POST(self) -> None:
        if self._refused():
            return
        length = self.headers.get("Content-Length", "")
        here = f"http://{self.headers.get('Host')}"
        parts = [unquote(part) for part in self.path.split("/")[2:]]
        is_label = len(parts) == 4 and (parts[0], parts[2]) == ("review", "labels")
        if not (is_label or parts == ["decisions"]) or self.headers.get("Origin", here) != here:
            self._answer(HTTPStatus.FORBIDDEN, b"not from this page\n")
        elif self.headers.get("Content-Type") != _NDJSON:  # what a form of another page cannot send
            self._answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, b"expected application/x-ndjson\n")
        elif not length.isdigit() or int(length) > MAX_BODY:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"expected at most 1 MiB\n")
        else:
            self._keep(self.rfile.read(int(length)), parts)

    def _keep(self, body: bytes, parts: Sequence[str]) -> None:
        """Decisions of the report, or one person's labels of a draw."""
        lines = [line for line in body.splitlines() if line.strip()]
        found: dict[str, Any]
        try:
            with self.server.writing:
                if parts == ["decisions"]:
                    found = record_decisions(self.server.run, [_decision(line) for line in lines])
                else:
                    labels = [_object(line) for line in lines]
                    found = {"n_done": served_labels.save_labels(self.server.run, parts[1], parts[3], labels)}
        except (ValueError, FtqError) as error:
            self._answer(HTTPStatus.BAD_REQUEST, f"{error}\n".encode())
            return
        self._answer(HTTPStatus.OK, orjson.dumps(found), "application/json")

    def _refused(self) -> bool:
        allowed = {f"{name}:{self.server.server_port}" for name in (HOST, "localhost")}
        given = self.path.split("/")[1] if self.path.startswith("/") else ""
        known = secrets.compare_digest(given.encode(), self.server.token.encode())
        if known and self.headers.get("Host") in allowed:
            return False
        self._answer(HTTPStatus.FORBIDDEN, b"open the whole address that ftq serve printed\n")
        return True

    def _answer(self, status: HTTPStatus, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is logged: the address holds the token."""


def _object(line: bytes) -> dict[str, Any]:
    entry = orjson.loads(line)
    if not isinstance(entry, dict):
        raise ValueError("expected lines of JSON objects")
    return entry


def _decision(line: bytes) -> dict[str, Any]:
    entry = _object(line)
    if entry.get("verdict") not in (*DECIDED, UNDECIDED):
        raise ValueError("expected lines with example_id and a verdict keep, drop or undecided")
    if not isinstance(entry.get("example_id"), str):
        raise ValueError("expected an example_id")
    return entry
