"""The table of datasets, and the program that fetches them, from a folder that stands for the network."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import fetch_data
import pytest
from fetch_data import Source, fetch

TEXT = b'{"prompt": "What is ozone?", "response": "Oxygen with three atoms."}\n'


@pytest.fixture
def served(tmp_path: Path) -> str:
    file = tmp_path / "web" / "some one" / "c0ffee" / "data" / "rows.jsonl"
    file.parent.mkdir(parents=True)
    file.write_bytes(TEXT)
    return (tmp_path / "web").as_uri()


def source(sha256: str, made_from: str = "") -> Source:
    return Source("set/rows.jsonl.gz", "some%20one", "data/rows.jsonl", "c0ffee", sha256, "MIT", made_from)


def test_a_file_is_fetched_checked_packed_and_kept(tmp_path: Path, served: str) -> None:
    wanted = source(hashlib.sha256(TEXT).hexdigest())
    assert fetch(wanted, tmp_path, served) == f"fetched, {len(TEXT)} bytes (MIT)"
    assert gzip.decompress((tmp_path / "set/rows.jsonl.gz").read_bytes()) == TEXT
    assert fetch(wanted, tmp_path, "file:///nowhere") == "is there"


def test_another_file_is_refused(tmp_path: Path, served: str) -> None:
    with pytest.raises(ValueError, match=r"expected sha256 0+, got"):
        fetch(source("0" * 64), tmp_path, served)
    assert not (tmp_path / "set").exists()


def test_what_was_made_from_several_is_named(tmp_path: Path) -> None:
    assert fetch(source("", "two files"), tmp_path).startswith("not fetched: made from some%20one/data/rows.jsonl")


def test_every_line_of_the_table_is_whole() -> None:
    found = fetch_data.sources()
    assert len({entry.file for entry in found}) == len(found) > 60
    for entry in found:
        assert entry.licence and entry.repository.count("/") in (1, 2), entry.file
        assert re.fullmatch("[0-9a-f]{64}", entry.sha256) or entry.made_from, entry.file


def test_what_is_at_hand_is_what_the_table_says(real_data: Path) -> None:
    checked = [entry for entry in fetch_data.sources() if entry.sha256 and (real_data / entry.file).is_file()]
    for entry in checked:
        assert entry.sha256 in fetch_data.checksums((real_data / entry.file).read_bytes()), entry.file
    assert checked
