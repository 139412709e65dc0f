"""Which Java a local Spark runs on, and with what options."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ftq_spark.errors import UserError
from ftq_spark.spark import java
from ftq_spark.spark.java import SMALL_INPUT_BYTES, Java

HOTSPOT = Java("/usr/bin/java", 'openjdk version "17.0.15"\nOpenJDK 64-Bit Server VM (build 17.0.15+6)')


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "a folder" / "of classes"
    monkeypatch.setenv("FTQ_SPARK_CACHE", str(folder))
    return folder


@pytest.mark.parametrize(("n_bytes", "is_small"), [(0, True), (SMALL_INPUT_BYTES, False), (None, False)])
def test_a_small_input_is_not_worth_an_optimising_compiler(n_bytes: int | None, is_small: bool) -> None:
    assert ("-XX:TieredStopAtLevel=1" in java.options(None, n_bytes)) is is_small
    assert ("-XX:MetaspaceSize=256m" in java.options(None, n_bytes)) is is_small


@pytest.mark.parametrize(("n_bytes", "is_tiny"), [(None, False), (1000, True), (java.TINY_INPUT_BYTES, False)])
def test_little_is_compiled_where_there_is_little_to_do(n_bytes: int | None, is_tiny: bool) -> None:
    assert ("-XX:CompileThresholdScaling=4" in java.options(None, n_bytes)) is is_tiny


def test_classes_are_kept_only_where_a_folder_is_named(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = java.archive(HOTSPOT)
    assert kept is not None
    assert kept.parent == cache
    assert java.options(kept) == ""
    assert not cache.exists()  # what only reads makes no folder
    monkeypatch.delenv("FTQ_SPARK_CACHE")
    assert java.archive(HOTSPOT) is None


def test_each_java_has_an_archive_of_its_own(cache: Path) -> None:
    other = Java(HOTSPOT.path, HOTSPOT.printed.replace("17.0.15", "17.0.16"))
    assert java.archive(HOTSPOT) == java.archive(HOTSPOT) != java.archive(other)


def test_other_virtual_machines_keep_none(cache: Path) -> None:
    assert java.archive(Java("/usr/bin/java", 'openjdk version "17.0.15"\nEclipse OpenJ9 VM (build 0.51)')) is None


def test_a_folder_that_cannot_be_made_is_done_without(cache: Path) -> None:
    cache.parent.write_text("a file, not a folder")
    assert java.options(java.archive(HOTSPOT), keep=True) == ""


def test_a_folder_that_cannot_be_written_is_read(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = java.archive(HOTSPOT)
    assert kept is not None
    cache.mkdir(parents=True)
    monkeypatch.setattr("os.access", lambda *_: False)
    assert java.options(kept, keep=True) == ""
    kept.write_bytes((0xF00BABA8).to_bytes(4, sys.byteorder) + bytes(64))
    assert f'"-XX:SharedArchiveFile={kept}"' in java.options(kept, keep=True)


def test_an_archive_is_written_until_it_is_whole_and_then_started_from(cache: Path) -> None:
    kept = java.archive(HOTSPOT)
    assert kept is not None
    for unfinished in (None, b"", bytes(64)):  # the first time the folder is made
        if unfinished is not None:
            kept.write_bytes(unfinished)
        assert java.options(kept) == ""
        assert f'"-XX:ArchiveClassesAtExit={kept}"' in java.options(kept, keep=True)
    kept.write_bytes((0xF00BABA8).to_bytes(4, sys.byteorder) + bytes(64))
    for keep in (False, True):
        assert f'"-XX:SharedArchiveFile={kept}"' in java.options(kept, keep=keep)
        assert "ArchiveClassesAtExit" not in java.options(kept, keep=keep)


@pytest.mark.parametrize(
    ("version", "what"), [(None, "no Java found"), ("11.0.2", "version 11"), ("1.8.0_402", "version 8")]
)
def test_a_java_that_does_not_fit_is_named(
    version: str | None, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binary = tmp_path / "bin" / "java"
    if version:
        binary.parent.mkdir()
        binary.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        binary.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UserError, match=what):
        java.find()
