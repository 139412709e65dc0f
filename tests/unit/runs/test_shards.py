"""Which files an input names, and what is no plain file although it looks like one."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ftq_spark.errors import InputError
from ftq_spark.runs.shards import Shard, find_shards, opened, read_span, text_bytes, total_bytes, whole

LINE = b'{"prompt": "What is the boiling point of water?", "response": "100 degrees Celsius at sea level."}\n'


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("_delta_log/00000000000000000000.json", "Delta"),
        ("metadata/00000-1f.metadata.json", "Iceberg"),
        (".hoodie/hoodie.properties", "Hudi"),
    ],
)
def test_tables_of_a_lakehouse_are_not_read_as_plain_files(tmp_path: Path, mark: str, kind: str) -> None:
    table = tmp_path / "data" / "sales"
    (table / mark).parent.mkdir(parents=True)
    (table / mark).write_text("{}")
    (table / "part-0.jsonl").write_bytes(LINE)
    (table / "part-0.parquet").write_bytes(b"PAR1")
    for given in (str(table), str(tmp_path / "data"), f"mine={table}"):
        with pytest.raises(InputError, match=f"a {kind} table: its files hold rows that were deleted"):
            find_shards([given])
    if kind != "Iceberg":  # its data lie in a folder of their own
        with pytest.raises(InputError, match=f"a {kind} table"):
            find_shards([str(table / "*.parquet")])


def test_a_folder_named_metadata_is_none(tmp_path: Path) -> None:
    (tmp_path / "metadata").mkdir()
    (tmp_path / "metadata" / "notes.json").write_bytes(LINE)
    assert [shard.source for shard in find_shards([str(tmp_path)])] == ["metadata/notes.json"]


def test_another_file_than_the_one_that_was_listed_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE * 3)
    (shard,) = find_shards([str(path)])
    assert sum(batch.num_rows for batch in read_span(whole(shard), 1 << 20)) == 3
    with opened(shard) as stream:
        assert stream.read() == LINE * 3
    path.write_bytes(LINE * 2)
    with pytest.raises(
        InputError, match=f"expected {len(LINE) * 3} bytes.*{socket.gethostname()} sees {len(LINE) * 2}"
    ):
        list(read_span(whole(shard), 1 << 20))
    path.unlink()
    with pytest.raises(InputError, match="no such file"):
        list(read_span(whole(shard), 1 << 20))


def test_packed_files_hold_more_text_than_bytes() -> None:
    names = ("a.jsonl", "b.jsonl.gz", "c.parquet")
    given = [Shard("d", name, f"/data/{name}", 100, "") for name in names]
    assert (total_bytes(given), text_bytes(given)) == (300, 900)


KEPT = """
import sys
from pathlib import Path
from ftq_spark.runs.shards import find_shards

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

find_shards([sys.argv[1] + "/part-0.jsonl"])
before = held()
find_shards([sys.argv[1]])
print(held() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_checksums_of_many_files_leave_no_memory_behind(tmp_path: Path) -> None:
    """What the driver takes while it looks for its inputs it keeps as long as the run lasts."""
    for number in range(16):
        with (tmp_path / f"part-{number}.jsonl").open("wb") as file:
            file.truncate(17 << 20)
    done = subprocess.run([sys.executable, "-c", KEPT, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 64 << 20


def test_a_table_of_a_catalog_is_no_file() -> None:
    with pytest.raises(InputError, match=r"^table:main.chat: tables of a catalog are read through a session of Spark"):
        find_shards(["table:main.chat"])
