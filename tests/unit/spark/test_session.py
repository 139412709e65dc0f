"""Which session is opened, what is set on it, and how work is cut."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from ftq_spark.errors import UserError
from ftq_spark.spark import session

_ASKED = object()
_BUILT_IN = {"spark.sql.shuffle.partitions": "200"}


class Conf(dict[str, str]):
    """A session's settings, which holds what it is asked for against the type of Spark's own keys, as Spark does."""

    def get(self, key: str, default: Any = _ASKED) -> Any:
        if key not in self and key in _BUILT_IN and isinstance(default, str) and not default.isdigit():
            raise RuntimeError("INVALID_CONF_VALUE.TYPE_MISMATCH")
        if default is not _ASKED:
            return super().get(key, default)
        return self[key] if key in self else _BUILT_IN[key]

    def set(self, key: str, value: str) -> None:
        if key == "spark.sql.session.timeZone" and self.get("frozen"):
            raise RuntimeError("CANNOT_MODIFY_CONFIG")
        self[key] = value


class Session:
    def __init__(self, version: str = "4.1.4", **conf: str) -> None:
        self.conf = Conf({key.replace("__", "."): value for key, value in conf.items()})
        self.version = version


@pytest.fixture
def pyspark() -> None:
    pytest.importorskip("pyspark.sql", exc_type=ImportError)


def opened(given: Session) -> dict[str, str]:
    session.open_session(session=given)  # type: ignore[arg-type]
    return dict(given.conf)


@pytest.mark.usefixtures("pyspark")
def test_only_what_is_unset_is_set() -> None:
    mine = {"spark.sql.session.timeZone": "Asia/Tokyo", "spark.sql.execution.arrow.maxRecordsPerBatch": "77"}
    found = opened(Session(**mine))
    assert {key: found[key] for key in mine} == mine
    assert (
        found["spark.sql.maxConcurrentOutputFileWriters"] == session.RUNTIME["spark.sql.maxConcurrentOutputFileWriters"]
    )
    assert opened(Session("3.5.6"))["spark.sql.execution.arrow.maxRecordsPerBatch"] == "1000"
    refused = opened(Session(frozen="yes"))
    assert "spark.sql.session.timeZone" not in refused
    assert refused["spark.sql.maxConcurrentOutputFileWriters"] == "16"


@pytest.mark.parametrize(("given", "expected"), [("12", 12), ("auto", 12), ("", 12)])
def test_shuffles_of_any_kind_have_tasks(monkeypatch: pytest.MonkeyPatch, given: str, expected: int) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    assert session.n_tasks(Session(spark__sql__shuffle__partitions=given)) == expected  # type: ignore[arg-type]


def test_a_session_that_says_nothing_of_shuffles_has_as_many_tasks_as_spark_gives_them() -> None:
    assert session.n_tasks(Session()) == 200  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("master", "spread"),
    [
        ("local[2]", False),
        ("local", False),
        ("local-cluster[2,1,1024]", True),
        ("spark://h:7077", True),
        ("yarn", True),
    ],
)
def test_where_tasks_may_run(master: str, spread: bool) -> None:
    assert session.is_spread(Session(spark__master=master)) is spread  # type: ignore[arg-type]


@pytest.mark.usefixtures("pyspark")
def test_a_master_that_cannot_act_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="a Connect server is named too"):
        session.open_session("local[2]", remote="sc://host")
    monkeypatch.setattr("pyspark.sql.SparkSession.getActiveSession", lambda: None)
    monkeypatch.setenv("DATABRICKS_RUNTIME_VERSION", "18")
    with pytest.raises(UserError, match="give it to spark-submit"):
        session.open_session("local[2]")
    other = Session(spark__master="spark://other:7077")
    monkeypatch.setattr("pyspark.sql.SparkSession.getActiveSession", lambda: other)
    with pytest.raises(UserError, match="the active session belongs to spark://other:7077"):
        session.open_session("yarn")


@pytest.mark.usefixtures("pyspark")
def test_a_connect_server_that_does_not_run_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in session._PROXIES:
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        remote = f"sc://127.0.0.1:{taken.getsockname()[1]}/;token=abc"
        with pytest.raises(UserError, match=r"no Spark Connect server answers at 127\.0\.0\.1:\d+ .*refused") as raised:
            session.open_session(remote=remote)
    assert "abc" not in str(raised.value)


@pytest.mark.usefixtures("pyspark")
def test_a_master_that_no_cluster_has_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyspark.sql.SparkSession.getActiveSession", lambda: None)
    for name in ("SPARK_REMOTE", "HADOOP_CONF_DIR", "YARN_CONF_DIR"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserError, match=r"--master lokal: expected local\[N\], spark://HOST:PORT, yarn or k8s://"):
        session.open_session("lokal")
    with pytest.raises(UserError, match="point HADOOP_CONF_DIR or YARN_CONF_DIR to"):
        session.open_session("yarn")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        master = f"spark://127.0.0.1:{taken.getsockname()[1]}"
        for several in (master, f"{master},127.0.0.1:none"):
            with pytest.raises(UserError, match=r"no Spark master answers \(.*refused\); expected spark://HOST:7077"):
                session.open_session(several)


class Tagged:
    """A session whose tags belong to a thread, as Spark's do."""

    def __init__(self) -> None:
        self._own = threading.local()
        self._own.tags = {"ftq-run-report"}

    def getTags(self) -> set[str]:  # noqa: N802  (Spark names it)
        return getattr(self._own, "tags", set())

    def addTag(self, tag: str) -> None:  # noqa: N802
        self._own.tags = {*self.getTags(), tag}


def test_queries_side_by_side_carry_the_tags_of_who_asks() -> None:
    asked = Tagged()
    both = threading.Barrier(2, timeout=30)  # neither ends before the other has begun

    def work() -> set[str]:
        both.wait()
        return asked.getTags()

    found = session.at_once(asked, {"one": work, "other": work})  # type: ignore[arg-type]
    assert found == {"one": {"ftq-run-report"}, "other": {"ftq-run-report"}}


def test_what_a_query_raises_is_raised() -> None:
    def fails() -> None:
        raise UserError("no such column")

    with pytest.raises(UserError, match="no such column"):
        session.at_once(Tagged(), {"fine": dict, "wrong": fails})  # type: ignore[arg-type]


def test_a_first_task_of_python_never_stands_in_the_way() -> None:
    class Broken:
        def range(self, *_: int) -> None:
            raise RuntimeError("Python worker failed to connect back")

    session._begin_python(Broken())  # type: ignore[arg-type]
