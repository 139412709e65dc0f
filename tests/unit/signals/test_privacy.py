"""Personal identifiers and secrets: what RE2 leaves out is nothing that would be found."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ftq_spark.kernels.text.identifiers import PERSONAL, SECRETS, any_of, find
from ftq_spark.signals import measure
from ftq_spark.signals.batch import Batch, Parameters

ONES = (
    "anna.b@firma.de", "DE89 3704 0044 0532 0130 01", "(415) 867-5309", "219-09-1234", "93.184.216.34",
    "4012 8888 8888 1881", "529.982.247-25", "AKIA2E0A8F3B244C9986", "sk-proj-q8R2vT6yLpW3nZ9kJ4mX0sDf",
    "http://bob:s3cr3tpw9@host.de", "api_key = 'a8f5f167f44f4964e6c998de'",
)  # fmt: skip
PIECES = (*ONES, "٤١٥-867-5309", "４１５ 867 5309", "é", "\u212a", " ", "\n", ",", "x", "call ", "12345678Z")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@given(st.lists(TEXTS, min_size=1, max_size=8))
@example(["x" + ONES[2], "call ٤١٥-867-5309 " + ONES[0]])
@settings(max_examples=200)
def test_what_is_counted_is_what_a_look_for_every_kind_finds(texts: list[str]) -> None:
    column = pa.array(texts, pa.large_string())
    found = measure({"conversation": column}, ["n_pii", "n_secrets"])
    for name, kinds in (("n_pii", PERSONAL), ("n_secrets", SECRETS)):
        candidates = Batch({"conversation": column}, Parameters()).matches("conversation", any_of(kinds))
        expected = [len(find(text, kinds)) if is_one else 0 for text, is_one in zip(texts, candidates, strict=True)]
        assert found[name].tolist() == expected


def test_each_kind_is_counted() -> None:
    found = measure({"conversation": pa.array([*ONES, "none"], pa.large_string())}, ["n_pii", "n_secrets"])
    assert (found["n_pii"] + found["n_secrets"] > 0).tolist() == [True] * len(ONES) + [False]
