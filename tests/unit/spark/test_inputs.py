"""What every worker is sent of the inputs."""

from __future__ import annotations

import hashlib

from ftq_spark.runs.shards import Shard, Span
from ftq_spark.spark import inputs


def spans_of(n: int) -> list[Span]:
    shards = [
        Shard("chat", f"{number:08d}.jsonl", f"s3://bucket/data/chat/{number:08d}.jsonl", 10_000 + number % 77,
              hashlib.sha256(str(number).encode()).hexdigest())
        for number in range(n)
    ]  # fmt: skip
    return [Span(shard, 0, shard.n_bytes, 1) for shard in shards]


def test_what_a_task_reads_is_sent_in_few_bytes_a_file() -> None:
    spans = spans_of(10_000)
    groups = inputs._groups(spans, 4 << 20)
    assert [span for group in groups for span in group] == spans
    assert all(sum(span.end - span.start for span in group) <= 4 << 20 for group in groups)
    packed = [inputs._packed(group) for group in groups]
    assert [span for part in packed for span in inputs._unpacked(part)] == spans
    assert sum(map(len, packed)) < 64 * len(spans)
