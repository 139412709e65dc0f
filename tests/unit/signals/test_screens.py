"""What is told of all texts at once leaves out none in which a closer look finds something."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.text.expressions import compiled
from ftq_spark.signals.catalogue import non_answer
from ftq_spark.signals.features.phrases import BESIDE_WORDS, expression, opening


@pytest.mark.parametrize("whole", [non_answer._COURTESIES, non_answer._ELSEWHERE, non_answer._ASKS_FOR_GIVEN])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_says_nothing_opens_so(whole: str, data: st.DataObject) -> None:
    answer = data.draw(st.from_regex(re.compile(whole.replace(BESIDE_WORDS, r"\W")))).encode("utf-8", "replace")
    assert not compiled(whole).search(answer) or compiled(non_answer._OPENS_SO).search(answer)


def test_an_opening_ends_where_anything_may_follow() -> None:
    text = b"Something went wrong. Then it rained all day"
    assert compiled(opening("non_answer", "failures")).search(text)
    assert not compiled(expression("non_answer", "failures")).search(text)
