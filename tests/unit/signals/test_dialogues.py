"""Answers of dialogues measured from columns: what is no dialogue has none, however the rest is cut into portions."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from ftq_spark import signals
from ftq_spark.kernels.exchanges.flat import TURNS
from ftq_spark.signals import dialogues

ASKED = signals.Asked(("placeholder",), ("n_tool_schema",), ("placeholder",))
WHY = "Rivers carry salt into it, and only water leaves it again."


def talk(*answers: str) -> list[dict[str, Any]]:
    turns = [
        (role, text) for answer in answers for role, text in (("user", "Why is the sea salt?"), ("assistant", answer))
    ]
    return [{"role": role, "text": text, "weight": None} for role, text in turns]


def measured() -> list[list[tuple[int, float | None, list[str], bool]] | None]:
    doubted = talk(WHY, "I apologize, I was wrong about that.")
    doubted[2]["text"] = "Are you sure?"
    turns = pa.array([None, talk("N/A", WHY), None, doubted, talk(WHY, WHY)], TURNS)
    beside = {name: pa.array([""] * len(turns)) for name in signals.BESIDE}
    columns = {**beside, "in_prompt": pa.array([False, True, False, False, False]), "turns": turns}
    found = signals.measure_dialogues(columns, ASKED, signals.Parameters())
    assert found.type == pa.list_(pa.struct(list(ASKED.columns)))
    names = ("turn", "sig_placeholder", "inconstant", "in_prompt")
    return [row and [tuple(answer[name] for name in names) for answer in row] for row in found.to_pylist()]


@pytest.mark.parametrize("at_once", [1, 12 << 20])
def test_each_dialogue_has_its_answers_and_the_rest_has_none(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(dialogues, "_BYTES_AT_ONCE", at_once)
    assert measured() == [
        None,
        [(1, 1.0, [], True), (3, None, [], False)],
        None,
        [(1, None, [], False), (3, None, ["answer_withdrawn"], False)],
        [(1, None, [], False), (3, None, [], False)],
    ]
