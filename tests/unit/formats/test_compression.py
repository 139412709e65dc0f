"""Compressed files: whole, cut, damaged, or not what their names say."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_rows import COMPRESS, A, brief, read

from ftq_spark.formats.compression import BlockStream

MIB = 1 << 20


# ── compression ──────────────────────────────────────────────────────────────────────────────────────────────────────

N_MANY = 10_000
MANY = b"".join(b'{"prompt":"%d","completion":"%d"}\n' % (i, i * i) for i in range(N_MANY))


@pytest.mark.parametrize("suffix", COMPRESS)
def test_compressed_files(suffix: str) -> None:
    compress = COMPRESS[suffix]
    plain = read(MANY, "x.jsonl")
    assert read(compress(MANY), f"x.jsonl{suffix}") == plain
    half = len(MANY) // 2
    assert read(compress(MANY[:half]) + compress(MANY[half:]), f"x.jsonl{suffix}") == plain
    assert brief(read(compress(b'[{"a":1}]'), f"x.json{suffix}")) == [(1, {"a": 1})]
    assert brief(read(compress(b"prompt\na\n"), f"x.csv{suffix}")) == [(1, {"prompt": "a"})]


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv"])
@pytest.mark.parametrize("fraction", [0.05, 0.5, 0.999])
def test_of_a_truncated_file_the_complete_rows_are_kept(suffix: str, name: str, fraction: float) -> None:
    text = {
        "x.jsonl": MANY,
        "x.json": b"[" + b",".join(MANY.split()) + b"]",
        "x.csv": b"prompt,completion\n" + b"".join(b'%d,"%d\n"\n' % (i, i * i) for i in range(N_MANY)),
    }[name]
    compressed = COMPRESS[suffix](text)
    whole = read(text, name)
    *kept, last = read(compressed[: int(len(compressed) * fraction)], name + suffix)
    assert kept == whole[: len(kept)]
    assert last.fault is not None
    assert last.fault.code == "truncated_file"
    assert last.number == (len(kept) + 1 if kept else 0)
    if suffix == ".gz":
        assert abs(len(kept) - fraction * len(whole)) < 0.1 * len(whole)


def test_a_wrong_checksum_keeps_the_rows() -> None:
    data = bytearray(gzip.compress(MANY))
    data[-8] ^= 0xFF
    *kept, last = read(bytes(data), "x.jsonl.gz")
    assert len(kept) == N_MANY
    assert last.fault is not None
    assert last.fault.code == "corrupt_file"


@pytest.mark.parametrize("suffix", COMPRESS)
def test_names_that_lie_about_compression(suffix: str) -> None:
    assert brief(read(A, f"x.jsonl{suffix}")) == [(0, "corrupt_file")]
    assert brief(read(COMPRESS[suffix](A), "x.jsonl")) == [(0, "corrupt_file")]
    assert (
        brief(read(COMPRESS[suffix](A + b"\n") + b"garbage of some length", f"x.jsonl{suffix}"))[-1][1]
        == "corrupt_file"
    )


def test_a_bomb_is_read_in_bounded_pieces() -> None:
    bomb = gzip.compress(b"0" * (30 * MIB))
    tracemalloc.start()
    found = read(bomb, "x.jsonl.gz", max_row_bytes=MIB)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(row.number, row.fault and row.fault.code) for row in found] == [(1, "too_large")]
    assert peak < 12 * MIB


@given(st.lists(st.binary(max_size=9)), st.lists(st.integers(1, 12)), st.booleans())
def test_a_stream_of_blocks_gives_each_byte_once(blocks: list[bytes], sizes: list[int], into: bool) -> None:
    stream = BlockStream(iter(blocks))
    found = []
    for size in sizes:
        if into:
            buffer = bytearray(size)
            found.append(bytes(buffer[: stream.readinto(buffer)]))
        else:
            found.append(stream.read(size))
        assert len(found[-1]) <= size
    assert b"".join([*found, stream.read()]) == b"".join(blocks)
    assert stream.read(1) == b""
