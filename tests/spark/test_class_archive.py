"""What a local Spark begins with: the classes that the one before it left, and the process that forks its workers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ftq_spark.spark import java

_SESSION = """
import sys
import time
from contextlib import suppress
from pathlib import Path
import psutil
from ftq_spark.spark.session import open_session

print(open_session("local[1]", 0, keep_classes=True).range(3).count())
(java,) = Path("/proc/thread-self/children").read_text().split()
print(sys.argv[1] in Path(f"/proc/{java}/maps").read_text())
begin, found = time.monotonic(), False
while not found and time.monotonic() - begin < 60:
    time.sleep(0.1)
    with suppress(psutil.Error):
        # The script that became Java may leave it a child that ended, and that has no command any more.
        alive = [child for child in psutil.Process(int(java)).children() if child.status() != psutil.STATUS_ZOMBIE]
        found = any("ftq_spark.spark.daemon" in child.cmdline() for child in alive)
print(found)  # though no query has asked for Python
"""


def _run(cache: Path) -> list[str]:
    run = subprocess.run([sys.executable, "-c", _SESSION, str(cache)], capture_output=True, text=True, check=True)
    return run.stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="what a process maps is read from /proc")
def test_a_session_starts_from_what_the_one_before_it_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTQ_SPARK_CACHE", str(tmp_path))
    assert _run(tmp_path) == ["3", "False", "True"]
    begin = time.monotonic()
    while not java.options(java.archive(java.find())):
        assert time.monotonic() - begin < 120, "no archive was written"
        time.sleep(0.5)
    assert _run(tmp_path) == ["3", "True", "True"]


_AHEAD = """
import sys
import psutil
from ftq_spark.spark import launch

with launch.ahead([sys.argv[1]], sys.argv[2]):
    launch._await()
    (launched,) = launch._launched
    from ftq_spark.spark.session import open_session

    session = open_session(n_bytes=int(sys.argv[3]), keep_classes=True)
    print(session.range(3).count(), session.conf.get("spark.sql.codegen.factoryMode"))
    javas = [child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    print(len(javas), javas == [launched.process.pid])
print(session.range(4).count())
"""


@pytest.mark.skipif(os.name != "posix", reason="none is launched ahead elsewhere")
@pytest.mark.parametrize(
    ("n_bytes", "expected"),
    [(12, ["3", "NO_CODEGEN", "1", "True", "4"]), (java.TINY_INPUT_BYTES, ["3", "FALLBACK", "1", "False", "4"])],
)
def test_a_session_takes_the_java_that_was_launched_for_it(tmp_path: Path, n_bytes: int, expected: list[str]) -> None:
    (tmp_path / "rows.jsonl").write_text('{"a": "b"}\n')
    program = [sys.executable, "-c", _AHEAD, str(tmp_path), str(tmp_path / "out"), str(n_bytes)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYSPARK_GATEWAY", "SPARK_"))}
    run = subprocess.run(program, capture_output=True, text=True, env=environment, check=True)
    assert run.stdout.split() == expected
