"""Open the Spark session: the cluster's where there is one, else a local one with settings that suit the work."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from ftq_spark.errors import FtqError, UserError
from ftq_spark.places.redaction import redacted
from ftq_spark.spark import causes, java, launch, local, shipping

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What suits every session, each set where the user has not set it; older versions and managed clusters refuse some.
RUNTIME = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "5000",  # measuring has a fixed cost per batch
    "spark.sql.session.timeZone": "UTC",
    # One file per partition value and task, without the sort that a single writer needs.
    "spark.sql.maxConcurrentOutputFileWriters": "16",
    "spark.sql.execution.pyspark.udf.faulthandler.enabled": "true",
    # A worker that neither reads nor writes for so long hangs: it is killed, and its task tried again (Spark 4.1).
    "spark.sql.execution.pyspark.udf.idleTimeoutSeconds": "1800",
    "spark.sql.execution.pyspark.udf.killOnIdleTimeout": "true",
    # A little data may be much work: tasks are joined only until every core has one.
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "true",
    "spark.sql.adaptive.coalescePartitions.minPartitionSize": "128k",
    # Java's lower case, as Spark 3.5 has it: the tables for that of ICU take every JVM more than a second to build.
    "spark.sql.icu.caseMappings.enabled": "false",
}
# What else is kept of a session in the manifest.
_DESCRIBED = (
    "spark.driver.memory", "spark.sql.shuffle.partitions", "spark.sql.ansi.enabled", "spark.sql.codegen.factoryMode",
)  # fmt: skip
_BEFORE_4 = {"spark.sql.execution.arrow.maxRecordsPerBatch": "1000"}  # no bound on the bytes of a batch there
_CONNECT_PORT, _CONNECT_SECONDS = 15002, 20.0
_PROXIES = ("grpc_proxy", "https_proxy", "http_proxy")  # of gRPC
TASKS_PER_SLOT = 3  # so that a slot that ends early finds more to do


class Wanted(NamedTuple):
    """What a command asks of its session."""

    master: str | None = None
    remote: str | None = None  # sc://…, else what SPARK_REMOTE names
    n_bytes: int | None = None  # of the input, for a local session (null: any)
    keep_classes: bool = False  # leave them to later sessions (:mod:`ftq_spark.spark.java`)


def check_installed() -> None:
    """UserError where pyspark is missing: to be asked before a module that needs it is imported."""
    if find_spec("pyspark") is None:
        raise UserError("pyspark is not installed: pip install 'ftq-spark[local]'")


def open_session(
    master: str | None = None,
    n_bytes: int | None = None,
    keep_classes: bool = False,
    session: SparkSession | None = None,
    remote: str | None = None,
) -> SparkSession:
    """`session`, else the active one, else Spark Connect, else the submitted one, else one of `master`.

    Args:
        master: of a session that is started here: ``local[2]``, ``spark://…``; ``local[*]`` by default.
        n_bytes: of the input, which a local session is made to suit (null: any).
        keep_classes: leave the classes that it loads to later sessions (:mod:`ftq_spark.spark.java`).
        remote: a Connect server, ``sc://…``; by default what SPARK_REMOTE names.

    Raises:
        UserError: pyspark or a fitting Java is missing, or `master` or `remote` cannot act.
    """
    check_installed()
    from pyspark.sql import SparkSession  # noqa: PLC0415  (commands that need no Spark start without it)

    wanted = Wanted(master, remote or os.environ.get("SPARK_REMOTE"), n_bytes, keep_classes)
    if wanted.master and wanted.remote:
        raise UserError(f"--master {master}: a Connect server is named too (--remote, SPARK_REMOTE); give one of them")
    if session is None and not wanted.remote:
        session = SparkSession.getActiveSession()
        _check_master(session, wanted.master)
    if session is None:
        with _own_interrupts():
            session = _start(SparkSession.builder.appName("ftq"), wanted)
    for key, value in (RUNTIME if session.version >= "4" else {**RUNTIME, **_BEFORE_4}).items():
        try:
            if session.conf.get(key, None) is None:
                session.conf.set(key, value)
        except Exception:
            continue
    return session


@contextmanager
def _own_interrupts() -> Iterator[None]:
    """Keep the handler of Ctrl-C: Spark's own calls Spark in the middle of a call, and fails."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _check_master(session: SparkSession | None, master: str | None) -> None:
    if master is None:
        return
    if session is None and _submitted():
        raise UserError(f"--master {master} cannot act: this process was submitted; give it to spark-submit")
    found = described(session)["master"] if session is not None else master
    if master != found and not (found.startswith("local") and master.startswith("local")):
        raise UserError(f"--master {master} cannot act: the active session belongs to {found}")


def _start(builder: SparkSession.Builder, wanted: Wanted) -> SparkSession:
    if wanted.remote:
        _check_remote(wanted.remote)
        try:
            session = builder.remote(wanted.remote).getOrCreate()
        except ImportError as error:
            raise UserError(f"Spark Connect needs more packages: pip install 'pyspark[connect]' ({error})") from error
        except Exception as error:
            raise causes.explained(error, f"--remote {redacted(wanted.remote)}") from error
        shipping.ship(session)
        return session
    if _submitted():
        return builder.getOrCreate()
    if wanted.master and not wanted.master.startswith("local"):
        _check_cluster(wanted.master)
        return _start_cluster(builder.master(wanted.master))
    return _start_local(builder, wanted.master, wanted.n_bytes, wanted.keep_classes)


def _check_remote(remote: str) -> None:
    """UserError where no server listens: Spark's client would try for ten minutes, without a word."""
    match = re.match(r"sc://(?:\[([^\]]+)\]|([^:/;]+))(?::(\d+))?", remote)
    if match is None or any(os.environ.get(name) for name in _PROXIES):
        return  # local[…] of Spark's own, or a server that is reached by another way
    host, port = match.group(1) or match.group(2), match.group(3) or str(_CONNECT_PORT)
    if why := _unreached(host, port):
        raise UserError(
            f"--remote {redacted(remote)}: no Spark Connect server answers at {host}:{port} ({why}); expected "
            f"sc://HOST:{_CONNECT_PORT}, of a server that runs and that this machine may reach"
        )


def _check_cluster(master: str) -> None:
    """UserError where no cluster can be meant, or no master listens: Spark would try for a minute, or print a stack."""
    if master.startswith("spark://"):
        places = [place.rpartition(":") for place in master.removeprefix("spark://").split(",")]
        said = [_unreached(host.strip("[]"), port) for host, _, port in places]
        if all(said):
            raise UserError(f"--master {master}: no Spark master answers ({said[0]}); expected spark://HOST:7077")
    elif master == "yarn":
        if not (os.environ.get("HADOOP_CONF_DIR") or os.environ.get("YARN_CONF_DIR")):
            raise UserError("--master yarn: point HADOOP_CONF_DIR or YARN_CONF_DIR to the cluster's configuration")
    elif not master.startswith("k8s://"):
        raise UserError(f"--master {master}: expected local[N], spark://HOST:PORT, yarn or k8s://…")


def _unreached(host: str, port: str) -> str | None:
    """Why nothing answers at a port; None where something does."""
    try:
        socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:
        return str(error)
    return None


def _start_cluster(builder: SparkSession.Builder) -> SparkSession:
    """A driver in this process, executors of a cluster: they get this package, and keep their own settings."""
    java.find()
    builder = builder.config("spark.submit.pyFiles", shipping.archive()).config("spark.log.level", "ERROR")
    try:
        return builder.getOrCreate()
    except Exception as error:
        raise causes.explained(error, "Spark did not start") from error


def _submitted() -> bool:
    return "PYSPARK_GATEWAY_PORT" in os.environ or "DATABRICKS_RUNTIME_VERSION" in os.environ


def is_spread(session: SparkSession) -> bool:
    """Whether its tasks may run on other machines than this process."""
    if type(session).__module__.startswith("pyspark.sql.connect"):
        return True
    master = described(session)["master"]
    return not master.startswith("local") or master.startswith("local-cluster")


def described(session: SparkSession) -> dict[str, Any]:
    """What the session is, for the manifest: Spark's version, its master, and the settings that are in effect."""
    found = {}
    for key in ("spark.master", "spark.app.id", *_DESCRIBED, *RUNTIME):
        try:
            found[key] = session.conf.get(key) or ""
        except Exception:
            found[key] = ""
    connect = type(session).__module__.startswith("pyspark.sql.connect")
    return {
        "kind": "connect" if connect else "classic",
        "version": session.version,
        "master": found.pop("spark.master") or "",
        "application": found.pop("spark.app.id") or "",
        "settings": found,
    }


@contextmanager
def tagged(session: SparkSession, tag: str) -> Iterator[None]:
    """Jobs inside carry `tag` where this Spark has tags (4.0, or Connect), and are ended when it is left early.

    Raises what is raised inside.
    """
    try:
        session.addTag(tag)
    except Exception:  # PySpark 3.5 has none
        yield
        return
    try:
        yield
    except BaseException:
        interrupt(session, tag)
        raise
    finally:
        with suppress(Exception):
            session.removeTag(tag)


def at_once(session: SparkSession, works: Mapping[str, Callable[[], Any]], n_threads: int = 4) -> dict[str, Any]:
    """What each work returns, by name; their jobs run side by side under the tags of this thread.

    Small queries leave the cores idle while the next one is planned. What the first failing one raises is raised.
    """
    tags: set[str] = set()
    with suppress(Exception):  # PySpark 3.5 has none
        tags = session.getTags()

    def tagged_work(work: Callable[[], Any]) -> Any:
        for tag in tags:
            session.addTag(tag)
        return work()

    with ThreadPoolExecutor(n_threads, "ftq-query") as pool:
        return dict(zip(works, pool.map(tagged_work, works.values()), strict=True))


def interrupt(session: SparkSession, tag: str) -> None:
    """End the jobs that carry `tag`, where this Spark has tags."""
    with suppress(Exception):
        session.interruptTag(tag)


def n_tasks(session: SparkSession) -> int:
    """How many tasks a costly pass is cut into where the cluster was not asked: as a shuffle, or three for a core.

    One for each core at least: shuffles of a tiny input are not cut.
    """
    try:
        return max(int(session.conf.get("spark.sql.shuffle.partitions") or ""), os.cpu_count() or 2)
    except Exception:  # `auto` on Databricks; serverless tells nothing
        return max(8, TASKS_PER_SLOT * (os.cpu_count() or 2))


def n_tasks_of(n_slots: int) -> int:
    """The same for a cluster of `n_slots`."""
    return TASKS_PER_SLOT * n_slots


def _start_local(
    builder: SparkSession.Builder, master: str | None, n_bytes: int | None, keep_classes: bool
) -> SparkSession:
    """Start a local Spark whose log goes to the file that FTQ_SPARK_LOG names, and nowhere without it."""
    configuration = local.configuration(master, n_bytes, keep_classes)
    for key, value in configuration.items():
        builder = builder.config(key, value)
    with launch.offered(configuration), local.log() as log:
        sys.stderr.flush()
        terminal = os.dup(2)
        os.dup2(log.fileno(), 2)  # the JVM and the Python workers inherit it
        try:
            session = builder.getOrCreate()
        except Exception as error:
            known = causes.explained(error, "Spark did not start")
            if isinstance(known, UserError):
                raise known from error
            raise FtqError(f"{known}; set FTQ_SPARK_LOG=FILE to see its log") from error
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
    threading.Thread(target=_begin_python, args=(session,), name="ftq-first-task", daemon=True).start()
    return session


def _begin_python(session: SparkSession) -> None:
    """A task of nothing: what forks the workers imports for a second, best while the first query is planned."""
    with suppress(Exception):
        numbers = session.range(0, 1, 1, 1)
        numbers.mapInArrow(lambda batches: batches, numbers.schema).collect()
