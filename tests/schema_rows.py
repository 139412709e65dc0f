"""Rows of usual schemas and of one's own, and the turns that are read of a row."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats import conversation
from ftq_spark.schema import MESSAGE

QA = [("user", "q"), ("assistant", "a")]
SQA = [("system", "s"), *QA]
TWO = [("user", "q0"), ("assistant", "a0"), *QA]
OPENAI = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
SHAREGPT = [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]
# Turns under names of one's own, and what says how they are read.
SPOKEN = [
    {"who": "frame", "said": "Be brief."},
    {"who": "pupil", "said": "Name a river."},
    {"who": "mentor", "said": "The Po."},
]
TAGS = {"role": "who", "content": "said", "system_tag": "frame", "user_tag": "pupil", "assistant_tag": "mentor"}


def turns(row: dict[str, Any], side: str = "messages") -> list[tuple[str, str]]:
    found = getattr(conversation(row), side)
    assert all(list(turn) == [field.name for field in MESSAGE] for turn in found)
    return [(turn["role"], turn["content"]) for turn in found]
