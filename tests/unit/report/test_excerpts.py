"""The examples that a summary shows: their texts cut, by characters and not by bytes."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.dataset as ds

from ftq_spark.report.excerpts import excerpts
from ftq_spark.report.tables import Limits

BESIDE = {"dataset": "d", "source": "d/a.jsonl", "verdict": "keep", "quality": 0.5, "reasons": ["odd"]}
OF_NONE = {"duplicate_of": None, "duplicate_kind": None}
SCORED = (
    pa.Table.from_pylist(
        [
            {"example_id": name, "row": row, "prompt": prompt, "response": "short", "more": 1, **BESIDE}
            for row, (name, prompt) in enumerate([("a", "naïve 😀 text"), ("b", ""), ("c", None)], start=1)
        ]
    )
    .append_column("duplicate_of", pa.nulls(3, pa.string()))
    .append_column("duplicate_kind", pa.nulls(3, pa.string()))
)


def test_texts_are_cut_by_characters_and_their_whole_length_is_told() -> None:
    found = excerpts(ds.dataset(SCORED), ["c", "a", "nobody"], Limits(prompt_chars=7, response_chars=9))
    answer = {"response": "short", "response_chars": 5, **BESIDE, **OF_NONE}
    assert found == {
        "c": {"example_id": "c", "row": 3, "prompt": None, "prompt_chars": None, **answer},
        "a": {"example_id": "a", "row": 1, "prompt": "naïve 😀", "prompt_chars": 12, **answer},
    }
    assert list(found) == ["c", "a"]


def test_nothing_is_read_where_nothing_is_named() -> None:
    assert excerpts(ds.dataset(SCORED), [], Limits()) == {} == excerpts(None, ["a"], Limits())
