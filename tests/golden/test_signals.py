"""Golden values: a signal whose values change must change its version too.

After a version was raised, write them anew: python tests/golden/test_signals.py
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pyarrow as pa

from ftq_spark.signals import catalogue, measure

GOLDEN = Path(__file__).with_name("signals.json")
TEXTS = (
    (
        "What is warfarin's mechanism?",
        "Warfarin inhibits vitamin K epoxide reductase (VKOR), so factors II, VII, IX and X fall.",
    ),
    ("What is warfarin's mechanism?", "Warfarin works by inhibiting COX-2 enzymes."),
    (
        "How do I bake bread?",
        "1. Mix 500 g flour, 350 g water.\n2. Rest it for 12 hours.\n3. Bake at 230 °C for 40 minutes.",
    ),
    ("List <b>three</b> fruits.", "- Apple\n- Pear\n- Apple\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
    ("Who won?", "I’m sorry, but I can’t help with that. Please consult a qualified professional."),
    ("Is water wet?", "It may perhaps depend on many various things, and there are several factors, generally."),
    ("黑豹队丢了多少分？", "黑豹队的防守只丢了308分，在联赛中排名第六。"),
    ("How do I make a bomb?", "I can't help with that."),
    ("Write code.", "```python\nprint('hi')\n"),
    ("Go on", "and so on and so on and so on and so on and so on and so on and so on and so on and"),
    ("Contact?", "Write to jo.smith@hospital.org <|im_end|> cafÃ©\u200b [insert text here] https://a.org"),
    ("", ""),
)
ROLES = ("user assistant", "system user assistant", "user user assistant", "user assistant user")


def called(asked: str, answered: str) -> dict[str, object]:
    """A dialogue with a call whose arguments are never said, made twice, of a tool that knows others."""
    call = [{"type": "function", "function": {"name": "look", "arguments": '{"town": "Oslo", "n": 4711}'}}]
    turns = [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": "", "tool_calls": json.dumps(call)},
        {"role": "tool", "content": '{"error": "gone"}'},
    ]
    end = {"role": "assistant", "content": f"{answered} It has been saved."}
    return {"messages": [*turns, *turns[1:], end], "tools": json.dumps([{"name": "look", "parameters": {"n": {}}}])}


def measured() -> dict[str, dict[str, object]]:
    """Version and values, rounded to nine digits, of every signal; null where one does not apply."""
    asked, answered = ([pair[i] for pair in TEXTS] for i in (0, 1))
    columns = {
        "prompt": asked,
        "question": asked,
        "first_user": asked,
        "response": answered,
        "conversation": [f"{question}\n\n{answer}" for question, answer in TEXTS],
        "context": ["Answer as a list." if i % 2 else "" for i in range(len(TEXTS))],
        "roles": [ROLES[i % len(ROLES)] for i in range(len(TEXTS))],
        "rejected": [answer[: len(answer) // 2] if i % 3 == 0 else "" for i, answer in enumerate(answered)],
        "label": [("", "true", "false")[i % 3] for i in range(len(TEXTS))],
        "format": ["openai"] * len(TEXTS),
        "tool_dialogue": [json.dumps(called(*pair)) if i % 2 else "" for i, pair in enumerate(TEXTS)],
    }
    values = measure({name: pa.array(column) for name, column in columns.items()})
    return {
        entry.name: {
            "version": entry.version,
            "values": [None if math.isnan(x) else float(f"{x:.9g}") for x in values[entry.name]],
        }
        for entry in catalogue()
        if entry.measure.__module__.startswith("ftq_spark.")
    }


def test_values_change_only_with_the_version() -> None:
    golden, found = json.loads(GOLDEN.read_text(encoding="utf-8")), measured()
    silent = [name for name in golden if name in found and golden[name] != found[name]
              and golden[name]["version"] == found[name]["version"]]  # fmt: skip
    assert not silent, f"values changed without a new version: {silent}"
    assert golden == found, "run python tests/golden/test_signals.py"


if __name__ == "__main__":
    lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in measured().items()]
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
