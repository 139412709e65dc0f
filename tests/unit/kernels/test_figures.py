"""Cells of a report against pandas, and parts against the whole."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ftq_spark.kernels.distributions import count_values
from ftq_spark.kernels.figures import CELLS, KEYS, NO_CONTEXT, Wanted, bounded, cells, merged

REASONS = ("low_quality", "refusal", "odd.code `x`")
BOUNDS = {"quality": (0.5, None), "sig_n_words": (None, 90.0), "sig_ratio": (None, None), "sig_never": (None, None)}
WANTED = Wanted(BOUNDS, n_near=5, n_common=3)
COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("example_id", "dataset", "source", "format", "verdict", "duplicate_kind")),
        *((name, pa.bool_()) for name in ("repeats", "conflict")),
        *((name, pa.list_(pa.string())) for name in ("reasons", "notes")),
        *((name, pa.string()) for name in ("topic", "deviation", "opening", "context")),
        ("n_masked", pa.int64()),
        *((name, pa.float64()) for name in ("band", "words", *BOUNDS)),
    ]
)


def digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def some_examples(n: int = 300) -> list[dict[str, Any]]:
    """Examples of three datasets, with every kind of verdict, reason, null and odd number."""
    rng = np.random.default_rng(7)
    examples = []
    for position in range(n):
        kind = rng.choice(["exact", "near", None], p=[0.2, 0.1, 0.7])
        reasons = [code for code in REASONS if rng.random() < 0.25]
        band = None if position == 9 else float(rng.integers(0, 18))
        examples.append(
            {
                "example_id": digest(position),
                "dataset": str(rng.choice(["clinic", "ward", "law"], p=[0.5, 0.3, 0.2])),
                "source": f"part-{rng.integers(0, 3)}.jsonl",
                "format": str(rng.choice(["openai", "alpaca"])),
                "verdict": "drop" if kind or len(reasons) > 1 else "review" if reasons else "keep",
                "duplicate_kind": kind,
                "repeats": kind is not None,
                "conflict": bool(rng.random() < 0.1),
                "reasons": None if position == 5 else reasons,
                "notes": None if position == 6 else ["vague", "vague"] if position % 3 else [],
                "topic": [None, "0", "1"][int(rng.integers(0, 3))],
                "deviation": ["length", None, "opening", "layout", "language"][int(rng.integers(0, 5))],
                "opening": [None, *"abcdefgh"][int(rng.integers(0, 9))],
                "context": [NO_CONTEXT, digest("x"), digest("y")][int(rng.integers(0, 3))],
                "n_masked": [-1, None, 0, 2][int(rng.integers(0, 4))],
                "band": band,
                "words": None if band is None else 2.0**band,
                "quality": None if position == 3 else math.nan if position == 4 else round(float(rng.random()), 2),
                "sig_n_words": float(rng.integers(0, 100)),
                "sig_ratio": [None, math.nan, math.inf, *rng.random(7).tolist()][int(rng.integers(0, 10))],
                "sig_never": None,
            }
        )
    return examples


EXAMPLES = some_examples()
FRAME = pd.DataFrame(EXAMPLES)


@pytest.fixture(scope="module")
def whole() -> pa.Table:
    return cells(pa.Table.from_pylist(EXAMPLES, COLUMNS), WANTED)


def rows(table: pa.Table, facet: str) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if row["facet"] == facet]


def sizes(table: pa.Table, facet: str, *keys: str) -> dict[Any, int]:
    return {tuple(row[key] for key in keys): row["n"] for row in rows(table, facet)}


def test_codes_are_counted_once_an_example_and_named_by_their_ends(whole: pa.Table) -> None:
    expected: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for example in EXAMPLES:
        for code in example["reasons"] or []:
            expected.setdefault((example["dataset"], example["source"], code, example["verdict"]), []).append(example)
    found = {tuple(row[key] for key in ("dataset", "source", "name", "verdict")): row for row in rows(whole, "reason")}
    assert found.keys() == expected.keys()
    for key, examples in expected.items():
        ids = [example["example_id"] for example in examples]
        alone = sum(len(example["reasons"]) == 1 for example in examples)
        assert [found[key][name] for name in ("n", "n_other", "first_id", "last_id")] == [
            len(ids), alone, min(ids), max(ids)
        ]  # fmt: skip
    vague = Counter(example["verdict"] for example in EXAMPLES if example["notes"])
    assert {name[1]: n for name, n in sizes(whole, "note", "name", "verdict").items()} == vague


def test_outcomes_by_file(whole: pa.Table) -> None:
    keys = ["dataset", "source"]
    assert sizes(whole, "outcome", *keys, "name") == FRAME.groupby([*keys, "verdict"]).size().to_dict()
    assert sizes(whole, "duplicate", *keys, "name") == FRAME.groupby([*keys, "duplicate_kind"]).size().to_dict()
    assert sizes(whole, "conflict", *keys) == FRAME[FRAME.conflict].groupby(keys).size().to_dict()
    assert sum(row["n_other"] for row in rows(whole, "outcome")) == 298
    assert sum(row["total"] or 0 for row in rows(whole, "outcome")) == pytest.approx(FRAME.quality.sum())
    assert sizes(whole, "format", "name", "verdict") == FRAME.groupby(["format", "verdict"]).size().to_dict()
    topics = Counter((example["topic"], example["verdict"]) for example in EXAMPLES)
    assert sizes(whole, "topic", "name", "verdict") == topics
    (masked,) = rows(whole, "masked")
    assert (masked["n"], masked["n_other"]) == ((FRAME.n_masked == 2).sum(), 2 * (FRAME.n_masked == 2).sum())


def test_measures(whole: pa.Table) -> None:
    found = {(row["name"], row["verdict"], row["value"]): row for row in rows(whole, "measure")}
    expected = {}
    for measure, (low, high) in BOUNDS.items():
        for verdict, group in FRAME.groupby("verdict"):
            counts = count_values(group[measure].to_numpy(np.float64), low, high)
            for value, *numbers in zip(*counts, strict=True):
                expected[measure, verdict, value] = numbers
    assert found.keys() == expected.keys()
    for key, numbers in expected.items():
        assert [found[key][name] for name in ("n", "n_other", "total", "smallest", "largest")] == pytest.approx(numbers)


def test_what_may_be_endless_is_bounded(whole: pa.Table) -> None:
    left = bounded(whole, WANTED)
    openings = Counter(example["opening"] for example in EXAMPLES if example["opening"])
    best = sorted(openings.items(), key=lambda item: (-item[1], item[0]))[:3]
    assert {row["name"]: row["n"] for row in rows(left, "opening")} == dict(best)
    (total,) = rows(left, "opening_all")
    assert (total["n"], total["n_other"], total["largest"]) == (openings.total(), 8, best[0][1])
    contexts = Counter(example["context"] for example in EXAMPLES)
    assert [row["n"] for row in rows(left, "context_none")] == [contexts.pop(NO_CONTEXT)]
    (total,) = rows(left, "context_all")
    assert (total["n"], total["n_other"], total["largest"]) == (contexts.total(), 2, max(contexts.values()))
    assert not rows(left, "context")
    (total,) = rows(left, "deviation_all")
    assert (total["n"], total["n_other"]) == (FRAME.deviation.notna().sum(), 4)


def test_examples_near_the_line(whole: pa.Table) -> None:
    finite = FRAME[FRAME.quality.notna()]
    kept, dropped = finite[finite.verdict == "keep"], finite[(finite.verdict == "drop") & ~finite.repeats]
    expected = {
        "lowest_kept": kept.sort_values(["quality", "example_id"]),
        "highest_dropped": dropped.sort_values(["quality", "example_id"], ascending=[False, True]),
        "kept_at_random": kept.sort_values("example_id"),
    }
    for place, examples in expected.items():
        assert {row["name"] for row in rows(bounded(whole, WANTED), place)} == set(examples.example_id[:5])


def test_bands_of_length(whole: pa.Table) -> None:
    measured = FRAME[FRAME.band.notna()].assign(band=FRAME.band.clip(upper=15))
    groups = measured.groupby(["dataset", "source", "band"])
    assert sizes(whole, "band", "dataset", "source", "value") == groups.size().to_dict()
    words = {tuple(row[key] for key in ("dataset", "source", "value")): row["total"] for row in rows(whole, "band")}
    assert words == pytest.approx(groups.words.sum().to_dict())


@pytest.mark.parametrize("n_parts", [2, 7])
def test_parts_merge_into_the_whole_in_any_order_and_by_keys(whole: pa.Table, n_parts: int) -> None:
    rng = np.random.default_rng(n_parts)
    order = rng.permutation(len(EXAMPLES))
    parts = [pa.Table.from_pylist([EXAMPLES[i] for i in order[k::n_parts]], COLUMNS) for k in range(n_parts)]
    together = merged([cells(part, WANTED) for part in parts])

    def known(table: pa.Table) -> dict[Any, Any]:
        return {tuple(row.pop(key) for key in KEYS): row for row in bounded(table, WANTED).to_pylist()}

    def equal(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
        return one.keys() == other.keys() and all(one[key] == pytest.approx(other[key]) for key in one)

    assert equal(known(together), known(whole))
    # As tasks do: each has some of the keys, whole; what they leave is merged.
    place = rng.integers(0, 3, len(together))
    shares = [bounded(together.filter(pa.array(place == k)), WANTED) for k in range(3)]
    for facet in ("opening_all", "context_all", "context_none", "reason", "measure", "lowest_kept"):
        some = [row for row in merged(shares).to_pylist() if row["facet"] == facet]
        every = {tuple(row[key] for key in KEYS): row for row in rows(bounded(together, WANTED), facet)}
        assert all(every.get(tuple(row[key] for key in KEYS), row) == pytest.approx(row) for row in some)
        assert len(some) >= len(every)


def test_nothing_has_no_cells() -> None:
    assert bounded(cells(COLUMNS.empty_table(), WANTED), WANTED).num_rows == 0
    assert merged([CELLS.empty_table()]).schema == CELLS
