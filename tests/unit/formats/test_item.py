"""What the rows of evaluation sets ask."""

from __future__ import annotations

from typing import Any

import pytest

from ftq_spark.formats.item import asked

TURNS = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"question": "Why?", "answer": "Because."}, "Why?"),
        ({"instruction": "Add.", "input": "1, 2", "output": "3"}, "Add.\n\n1, 2"),
        ({"messages": [*TURNS, {"role": "assistant", "content": "So."}, TURNS[1]]}, "Why?\n\nWhy?"),
        ({"messages": TURNS}, "Why?"),
        ({"prompt": TURNS}, "Why?"),
        ({"prompt": ["Why?", "And then?"]}, "Why?\n\nAnd then?"),
        ({"task_id": 1, "prompt": "def f():", "canonical_solution": "..."}, "def f():"),
        ({"Question": " Why? ", "choices": ["a", "b"], "answer": 1}, "Why?"),
        ({"prompt": None, "problem": "", "text": "Write a poem."}, "Write a poem."),
        ({"prompt": "  ", "id": 3}, None),
        ({"prompt": 7}, None),
        ({"unknown": "Why?"}, None),
        ({}, None),
    ],
)
def test_asked(row: dict[str, Any], expected: str | None) -> None:
    assert asked(row) == expected
