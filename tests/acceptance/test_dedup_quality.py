"""The main figures of scripts/dedup_quality, on a part of the data."""

from __future__ import annotations

from pathlib import Path

import dedup_data
import dedup_quality
import numpy as np

from ftq_spark.kernels.conflict.pairs import disagrees


def test_rows_of_one_file_are_found_in_another(real_data: Path) -> None:
    rows = dedup_quality.content_rows(real_data)
    assert [row.value for row in rows] == [935, 4535]
    assert not any(row.missed for row in rows)


def test_what_an_author_left_after_deduplication_is_left_alone(real_data: Path) -> None:
    found = {(row.set, row.measure): row.value / row.of for row in dedup_quality.sweep_rows(real_data)}
    assert found["toolformer at 0.7", "kept rows that match a kept one"] < 0.01
    assert found["toolformer at 0.9", "dropped rows that match a kept one"] > 0.4


def test_edits_that_turn_the_answer_are_matched_but_not_dropped(real_data: Path, spark, tmp_path: Path) -> None:
    sets = {
        "IMDb": dedup_data.reviews(real_data)[:12],
        "BoolQ": dedup_data.passages(real_data)[:12],
        **{name: pairs[:12] for name, pairs in dedup_data.contradictions(real_data).items()},
    }
    found = {(row.set, row.channel): row.value for row in dedup_quality.run_rows(sets, tmp_path)}
    print(found)
    assert found["BoolQ", "near"] > 8


def test_of_the_same_words_in_other_places_most_are_no_duplicates(real_data: Path) -> None:
    pairs = dedup_data.paws(real_data)
    doubted = np.array([disagrees(*texts[:4], threshold=0.25) for texts, _ in pairs])
    is_paraphrase = np.array([same for _, same in pairs])
    assert doubted[~is_paraphrase].mean() > 0.55
    assert doubted[is_paraphrase].mean() < 0.12


def test_cells_find_nearly_all_pairs(real_data: Path) -> None:
    rows = dedup_quality.cell_rows(real_data, 1_500)
    assert [row for row in rows if row.missed] == []
    assert sum(row.value >= 0.97 for row in rows) >= 4
