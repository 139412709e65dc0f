"""The article's scoring code, transcribed, as the oracle of the three signals."""

from __future__ import annotations

from types import SimpleNamespace

import pyarrow as pa

from ftq_spark.signals import Parameters, measure

NAMES = ("length_score", "has_structure", "passes_filters")


def score_example(example: dict, min_length: int = 50, max_length: int = 800) -> SimpleNamespace:
    """The article's function, transcribed; "•" is the U+2022 that its mojibake stands for."""
    messages = example.get("messages", [])
    assistant_messages = [m for m in messages if m["role"] == "assistant"]
    if not assistant_messages:
        return SimpleNamespace(length_score=0.0, has_structure=False, passes_filters=False)
    response = assistant_messages[-1]["content"]
    length = len(response.split())
    if length < min_length:
        length_score = length / min_length
    elif length > max_length:
        length_score = max_length / length
    else:
        length_score = 1.0
    has_structure = any(marker in response for marker in [":", "-", "1.", "•"])
    bad_phrases = ["I don't know", "I cannot provide", "As an AI"]
    passes_filters = not any(phrase.lower() in response.lower() for phrase in bad_phrases)
    return SimpleNamespace(length_score=length_score, has_structure=has_structure, passes_filters=passes_filters)


def assert_same(responses: list[str], min_length: int = 50, max_length: int = 800) -> None:
    columns = {"response": pa.array(responses, pa.string()), "roles": pa.array(["user assistant"] * len(responses))}
    values = measure(columns, NAMES, Parameters(min_length, max_length))
    for i, response in enumerate(responses):
        messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": response}]
        expected = score_example({"messages": messages}, min_length, max_length)
        got = tuple(float(values[name][i]) for name in NAMES)
        assert got == tuple(float(getattr(expected, name)) for name in NAMES), response[:80]
