"""What went wrong, from what Spark says: the last cause, where it happened, and what to do.

Spark wraps a cause in pages of stack, and its first line names a method of py4j. The causes below are those that people
meet on clusters, each with what they can do; all others keep the last cause and are failures of the program.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ftq_spark import errors
from ftq_spark.errors import FtqError, UserError

_ON_WORKER = re.compile(r"^ftq_spark\.errors\.(\w+): (.*)$", re.MULTILINE)
_CAUSED_BY = re.compile(r"^\s*Caused by: (.+)$", re.MULTILINE)
_TASK = re.compile(r"\(TID \d+\) \((\S+?)(?: executor (\S+))?\)")
_PYTHON_ERROR = re.compile(
    r"^(?:pyspark\.errors\.[\w.]*\.)?((?:\w+\.)*\w*(?:Error|Exception|Interrupt)\b.*)$", re.MULTILINE
)
_LONGEST = 400


class Known(NamedTuple):
    """A cause that the user can remove."""

    pattern: str
    what: str  # may name groups of the pattern
    to_do: str


KNOWN = (
    Known(
        r"No module named '([\w.]+)'",
        "the executors' Python has no module {1}",
        "ship it: --py-files dist/ftq_spark.zip for this package, --archives environment.tar.gz#environment for all "
        "others (scripts/package makes both); for a local session of your own, set PYSPARK_PYTHON to the Python of "
        "this program before it starts",
    ),
    Known(
        r"PYTHON_VERSION_MISMATCH|Python in worker has different version",
        "driver and executors run different versions of Python",
        "point PYSPARK_PYTHON (spark.pyspark.python) to the same version as the driver's",
    ),
    Known(
        r"Cannot run program \"([^\"]+)\"",
        "an executor has no program {1}",
        "set PYSPARK_PYTHON (spark.pyspark.python) to a Python of every node, or ship one with --archives",
    ),
    Known(
        r"ClassNotFoundException: Class (org\.apache\.hadoop\.fs\.s3a\.\w+)",
        "this Spark has no S3A file system ({1})",
        "start it with --packages org.apache.hadoop:hadoop-aws:VERSION, of the Hadoop that Spark was built with",
    ),
    Known(
        r"No FileSystem for scheme:? \"?(\w+)\"?",
        "Spark knows no file system {1}://",
        "add its Hadoop package; for s3:// set --conf spark.hadoop.fs.s3.impl=org.apache.hadoop.fs.s3a.S3AFileSystem",
    ),
    Known(
        r"(?i)NoAuthWithAWSException|Unable to load (?:AWS )?credentials|NoCredentialsError|DefaultCredentialsError",
        "no credentials for the store were found",
        "give the cluster's role, or the environment of driver and executors, access to it; put no keys into URIs",
    ),
    Known(
        r"\[((?:TABLE_OR_VIEW|SCHEMA|CATALOG)_NOT_FOUND)\]",
        "the session's catalog has no such place ({1})",
        "look at the name, catalog.schema.table, and make its schema first",
    ),
    Known(
        r"(?i)AccessDenied|Access Denied|status code:? 403|AuthorizationPermissionMismatch|PERMISSION_DENIED",
        "the store refuses access",
        "grant the role that runs the job the right to list, read and (for --out) write there",
    ),
    Known(
        r"(?i)Read-only file system|AccessControlException|Permission denied|Mkdirs failed to create (\S+)",
        "a place cannot be written",
        "give an --out, and a spark.local.dir, that the user who runs the executors can write",
    ),
    Known(
        r"No space left on device|Disk quota exceeded",
        "a disk is full",
        "free it, or point spark.local.dir (shuffle data) or --out to a larger one; finished stages are kept",
    ),
    Known(
        r"(?i)exceeding (?:physical |virtual )?memory limits|exit(?:ed with)? code:? 137|Exit status: 137|OOMKilled",
        "an executor was killed for its memory",
        "raise spark.executor.memoryOverhead (Python and the model live there), or lower spark.executor.cores",
    ),
    Known(
        r"java\.lang\.OutOfMemoryError|spark\.driver\.maxResultSize",
        "a Java process ran out of memory",
        "raise spark.executor.memory, or spark.driver.memory where the driver is named; or --set execution.tasks=MORE",
    ),
    Known(
        r"Python worker exited unexpectedly|PYTHON_WORKER_EXITED|terminated due to idle timeout",
        "a Python worker was killed, most often for its memory, or for half an hour without a batch",
        "raise spark.executor.memoryOverhead, or lower spark.executor.cores",
    ),
    Known(
        r"All masters are unresponsive|Could not parse Master URL: '?([^'\s]+)|Invalid master URL|Failed to connect to",
        "the cluster's master does not answer",
        "look at --master, at the network between here and there, and whether it is of the same version of Spark",
    ),
    Known(
        r"java\.net\.BindException: ([^\n:]+)|Service '\w+' failed after \d+ retries",
        "a port or an address cannot be taken ({1})",
        "free it, or look at spark.driver.port, spark.ui.port, spark.driver.bindAddress and SPARK_LOCAL_IP",
    ),
    Known(
        r"UnsupportedClassVersionError",
        "this Java is too old for this Spark",
        "use Java 17 or 21 on the driver and on every node",
    ),
    Known(
        r"(?s)StatusCode\.UNAVAILABLE|failed to connect to all addresses|SparkConnectGrpcException.*UNAVAILABLE",
        "the Spark Connect server does not answer",
        "look at --remote (sc://HOST:15002/;token=…) and whether the server runs",
    ),
)  # fmt: skip


def explained(error: BaseException, doing: str = "") -> FtqError:
    """`error` as one of ours, with one line for a person; `doing` names the stage."""
    if isinstance(error, FtqError):
        return error
    text = _text(error)
    if found := _ON_WORKER.findall(text):  # a user's error that was raised on a worker
        kind = getattr(errors, found[-1][0], FtqError)
        return FtqError(found[-1][1]) if not isinstance(kind, type) else kind(found[-1][1])
    where = _where(text)
    prefix = ": ".join(part for part in (doing, where) if part)
    for cause in KNOWN:
        if match := re.search(cause.pattern, text):
            groups = {"{1}": (match.group(1) or "").strip() if match.groups() else ""}
            what = cause.what.replace("{1}", groups["{1}"])
            message = f"{what}; {cause.to_do} ({last_cause(text)})"
            return UserError(f"{prefix}: {message}" if prefix else message)
    return FtqError(
        f"{prefix}: {last_cause(text)}" if prefix else f"failed: {type(error).__name__}: {last_cause(text)}"
    )


def last_cause(text: str) -> str:
    """The innermost cause in one line: a Python error raised in a worker, else Java's last `Caused by`."""
    python = [
        line for line in _PYTHON_ERROR.findall(text) if "Py4JJavaError" not in line and "PythonException" not in line
    ]
    caused = [line for line in _CAUSED_BY.findall(text) if "PythonException" not in line]
    lines = [
        line.strip() for line in text.splitlines() if line.strip() and "An error occurred while calling" not in line
    ]
    chosen = (
        python[-1]
        if python and "Traceback (most recent call last)" in text
        else (caused or lines or ["no message"])[-1 if caused else 0]
    )
    chosen = re.sub(r"^(?:[a-z_]+\w*\.){2,}(?=\w)", "", chosen.strip().lstrip(": "))
    return chosen[:_LONGEST] + ("…" if len(chosen) > _LONGEST else "")


def _text(error: BaseException) -> str:
    """Everything that is said of an error and of those behind it."""
    said, seen = [], set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        said.append(str(current))
        current = current.__cause__
    return "\n".join(said)


def _where(text: str) -> str:
    tasks = _TASK.findall(text)
    if not tasks:
        return ""
    host, executor = tasks[-1]
    return f"on {host}, executor {executor}" if executor and executor != "driver" else ""
