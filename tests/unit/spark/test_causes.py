"""What Spark says of a failure, as one line with a host, a cause and what to do."""

from __future__ import annotations

import pytest

from ftq_spark.errors import FtqError, ModelError, UserError
from ftq_spark.spark.causes import explained, last_cause

JAVA = """An error occurred while calling o60.parquet.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times, most recent \
failure: Lost task 0.3 in stage 3.0 (TID 12) (10.0.0.7 executor 2): {cause}
\tat org.apache.spark.scheduler.DAGScheduler.failJobAndIndependentStages(DAGScheduler.scala:2856)
Caused by: {cause}
\tat java.base/java.lang.Thread.run(Thread.java:840)
"""
PYTHON = """An error occurred while calling o60.parquet.
: org.apache.spark.SparkException: Job aborted: Lost task 1.3 in stage 0.0 (TID 7) (worker-3 executor 4): \
org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "/opt/spark/python/pyspark/worker.py", line 1200, in main
    func, profiler, deserializer, serializer = read_udfs(pickleSer, infile, eval_type)
{error}

\tat org.apache.spark.api.python.BasePythonRunner$ReaderIterator.handlePythonException(PythonRunner.scala:572)
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            PYTHON.format(error="ModuleNotFoundError: No module named 'ftq_spark'"),
            "stage score: on worker-3, executor 4: the executors' Python has no module ftq_spark; ship it: --py-files",
        ),
        (
            JAVA.format(cause="java.lang.RuntimeException: java.lang.ClassNotFoundException: Class "
                        "org.apache.hadoop.fs.s3a.S3AFileSystem not found"),
            "has no S3A file system (org.apache.hadoop.fs.s3a.S3AFileSystem); start it with --packages",
        ),
        (
            JAVA.format(cause='org.apache.hadoop.fs.UnsupportedFileSystemException: No FileSystem for scheme "s3"'),
            "Spark knows no file system s3://",
        ),
        (JAVA.format(cause="java.io.IOException: No space left on device"), "on 10.0.0.7, executor 2: a disk is full"),
        (JAVA.format(cause="java.io.IOException: Mkdirs failed to create file:/out/x"), "a place cannot be written"),
        (JAVA.format(cause="java.nio.file.AccessDeniedException: s3a://b/k"), "the store refuses access"),
        (
            JAVA.format(cause='java.io.IOException: Cannot run program "python3.99": error=2, No such file'),
            "an executor has no program python3.99",
        ),
        (
            JAVA.format(cause="ExecutorLostFailure (executor 2 exited caused by one of the running tasks) Reason: "
                        "Container from a bad node. Exit status: 137."),
            "killed for its memory; raise spark.executor.memoryOverhead",
        ),
        (
            "Caused by: java.net.BindException: Address already in use: Service 'sparkDriver' failed after 16 retries",
            "a port or an address cannot be taken (Address already in use); free it",
        ),
        ("<_InactiveRpcError status = StatusCode.UNAVAILABLE>", "the Spark Connect server does not answer"),
    ],
)  # fmt: skip
def test_causes_that_the_user_can_remove_are_exit_code_2(text: str, expected: str) -> None:
    found = explained(RuntimeError(text), "stage score")
    assert isinstance(found, UserError)
    message = str(found)
    assert expected in message
    assert "\n" not in message and "o60" not in message and "py4j" not in message.lower()


def test_all_else_is_the_last_cause_and_exit_code_3() -> None:
    found = explained(
        RuntimeError(JAVA.format(cause="java.lang.IllegalStateException: unread block data")), "stage match"
    )
    assert (type(found), found.exit_code) == (FtqError, 3)
    assert str(found) == "stage match: on 10.0.0.7, executor 2: IllegalStateException: unread block data"
    assert str(explained(KeyError("x"))) == "failed: KeyError: 'x'"
    assert last_cause("") == "no message"


def test_an_error_of_ours_keeps_its_kind_on_the_way_from_a_worker() -> None:
    error = "ftq_spark.errors.ModelError: embedding model 'x' is not on this machine"
    found = explained(RuntimeError(PYTHON.format(error=error)), "stage embed")
    assert (type(found), str(found)) == (ModelError, "embedding model 'x' is not on this machine")
    mine = UserError("as it is")
    assert explained(mine, "stage") is mine
