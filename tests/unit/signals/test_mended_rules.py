"""Kinds of answers that rules once took for defects, and what they are still right about."""

from __future__ import annotations

import pyarrow as pa
import pytest
from rule_verdicts import found

from ftq_spark.signals import measure

LIST = "1. Oats keep well. 2. Rye bread keeps for a week. 3. Lentils cook in twenty minutes. 4. Eggs boil in eight."


@pytest.mark.parametrize(
    "answer",
    [
        f"As an AI language model, I cannot provide personal opinions but can offer what cooks say. {LIST}",
        f"While I'm unable to name one best breakfast, many people like simple ones. {LIST}",
        f"I cannot give live prices, but as of last spring these were cheap. {LIST}",
    ],
)
def test_an_answer_that_comes_to_the_matter_is_no_refusal(answer: str) -> None:
    assert "refusal" not in found("Name four good breakfasts.", answer)


def test_one_that_only_declines_still_is() -> None:
    assert found("Name four good breakfasts.", "I'm sorry, but I can't provide breakfasts.")["refusal"] == "review"


def test_a_whole_answer_beside_no_output_is_not_dropped() -> None:
    whole = f"<nooutput> It may be done like this. {LIST}"
    assert found("Design a way to sort plates.", whole)["placeholder"] == "note"
    assert found("Design a plate.", "<nooutput>")["placeholder"] == "drop"


def test_to_die_is_no_german_article() -> None:
    answer = "It was a long winter up there. Nobody in the valley wanted to be the last of the old miners to die"
    assert found("Tell me of the winter.", answer).get("truncated") in (None, "note")


def test_a_cut_that_is_a_guess_lowers_nothing() -> None:
    answer = (
        "Rinse the rice twice. Let it soak for half an hour, then boil it in fresh water until it is soft all through"
    )
    columns = {"response": pa.array([answer])}
    assert 0 < measure(columns, ["truncated_end"])["truncated_end"][0] < 0.7
    assert measure(columns, ["soundness"])["soundness"][0] == 1
