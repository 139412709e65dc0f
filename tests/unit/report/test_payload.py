"""How much the lines of the page's browser hold while they wait for their turn."""

from __future__ import annotations

import tracemalloc

from ftq_spark.report import payload


def test_a_line_holds_no_more_than_it_says() -> None:
    row = {"messages": [{"role": "user", "content": "word " * 400}], "s": [0.5] * 50}
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    lines = [payload._line(row) for _ in range(200)]
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert held < 1.5 * sum(map(len, lines))  # in the room in which orjson writes them: seven times
