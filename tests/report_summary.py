"""A summary as a run leaves one, for tests of the report."""

from __future__ import annotations

from typing import Any

from ftq_spark.report.distributions import distribution
from ftq_spark.report.words import actions, headline


def an_example(example_id: str, prompt: str, response: str, **more: Any) -> dict[str, Any]:
    return {
        "example_id": example_id,
        "dataset": "clinic",
        "source": "clinic.jsonl",
        "row": 7,
        "verdict": "keep",
        "quality": 0.9,
        "reasons": [],
        "duplicate_of": None,
        "duplicate_kind": None,
        "prompt": prompt,
        "prompt_chars": len(prompt),
        "response": response,
        "response_chars": len(response),
        **more,
    }


def a_level(**more: Any) -> dict[str, Any]:
    names = ("n", "keep", "review", "drop", "rejected", "exact", "near", "semantic", "conflict")
    return {"dataset": "clinic", "source": None, "mean_quality": 0.8, "reasons": {}, **dict.fromkeys(names, 0), **more}


def a_distribution(bounds: tuple[float | None, float | None] = (None, None)) -> dict[str, Any]:
    row = {"verdict": "keep", "n": 3, "n_out": 1, "total": 1.5, "smallest": 0.1, "largest": 0.9}
    found = distribution([{**row, "values": [0.1, 0.5, 0.9], "counts": [1, 1, 1]}], 4, bounds, (0.0, 1.0))
    assert found is not None
    return found


def a_summary() -> dict[str, Any]:
    """Two kept, one in review, one dropped, one rejected, and something in every section."""
    summary: dict[str, Any] = {
        "summary_version": 1,
        "run": {
            "run_id": "r1",
            "profile": "default",
            "versions": {"ftq_spark": "0.1.0"},
            "inputs": [{"path": "clinic.jsonl", "bytes": 12345, "sha256": "ab" * 32}, "other.jsonl"],
            "stages": [{"name": "ingest", "rows": 5, "seconds": 0.5}, {"name": "score", "skipped": True}],
        },
        "rows": {"read": 5, "rejected": 1, "keep": 2, "review": 1, "drop": 1, "balanced": True, "checked": True},
        "datasets": [a_level(n=5, keep=2, review=1, drop=1, rejected=1, reasons={"refusal": 1})],
        "n_datasets": 1,
        "sources": [a_level(source="clinic.jsonl", n=5, keep=2, review=1, drop=1, rejected=1)],
        "n_sources": 1,
        "formats": [{"value": "openai", "n": 4, "keep": 2, "review": 1, "drop": 1}],
        "reasons": [
            {"code": "near_duplicate", "n": 1, "keep": 0, "review": 0, "drop": 1, "n_only": 1, "examples": ["c" * 32]},
            {"code": "refusal", "n": 1, "keep": 0, "review": 1, "drop": 0, "n_only": 1, "examples": ["b" * 32]},
        ],
        "rejects": {
            "n": 1,
            "codes": [
                {
                    "code": "invalid_json",
                    "n": 1,
                    "n_datasets": 1,
                    "datasets": [{"dataset": "clinic", "n": 1}],
                    "examples": [
                        {
                            "dataset": "clinic",
                            "source": "clinic.jsonl",
                            "row": 3,
                            "message": "Expecting ','",
                            "raw": "{",
                        }
                    ],
                }
            ],
        },
        "duplicates": {
            "n": 1,
            "kinds": {"exact": 0, "near": 1, "semantic": 0},
            "fractions": {"exact": 0.0, "near": 0.25, "semantic": 0.0},
            "across_datasets": {
                "datasets": ["clinic", "ward"],
                "pairs": [
                    {
                        "dataset": "clinic",
                        "other": "ward",
                        "n": 1,
                        "fraction": 0.25,
                        "n_alike": 2,
                        "fraction_alike": 0.5,
                    },
                    {
                        "dataset": "ward",
                        "other": "clinic",
                        "n": 1,
                        "fraction": 0.01,
                        "n_alike": 1,
                        "fraction_alike": 0.01,
                    },
                ],
            },
            "clusters": {"n": 1, "n_examples": 2, "largest": 2, "largest_fraction": 0.5, "gini": 0.2},
            "largest": [
                {
                    "cluster_id": "a" * 32,
                    "size": 2,
                    "n_kept": 1,
                    "kept": "a" * 32,
                    "members": [
                        {
                            "kind": "near",
                            "n_of_kind": 1,
                            "similarity": 0.9,
                            "example_id": "c" * 32,
                            "duplicate_of": "a" * 32,
                        }
                    ],
                }
            ],
        },
        "conflicts": {
            "n": 12,
            "n_groups": 1,
            "n_examples": 2,
            "examples_fraction": 0.5,
            "kinds": [{"kind": "polarity", "n": 12, "n_groups": 1, "highest": 0.9}],
            "top": [
                {
                    "score": 0.9,
                    "left_id": "a" * 32,
                    "right_id": "b" * 32,
                    "kind": "polarity",
                    "prompt_similarity": 0.93,
                    "evidence": [{"left_text": "is safe", "right_text": "must be avoided", "kind": "modality"}],
                    "conflict_group": "g",
                    "n_pairs": 12,
                }
            ],
            "n_fix": 1,
            "n_exact_groups": 1,
            "n_flagged_groups": 1,
            "groups": [
                {
                    "conflict_group": "g",
                    "n": 5,
                    "n_stances": 2,
                    "n_fix": 1,
                    "majority_fraction": 0.8,
                    "severity": 0.72,
                    "exact": True,
                    "n_dropped": 0,
                    "n_flagged": 5,
                    "stances": [
                        {"n": 4, "signature": "polarity:yes", "example_id": "a" * 32},
                        {"n": 1, "signature": None, "example_id": "b" * 32},
                    ],
                }
            ],
        },
        "signals": {"n_words": {"about": "Words.", **a_distribution((0.2, None))}, "never": {"about": "", "n": 0}},
        "quality": a_distribution((0.7, None)),
        "lengths": {"prompt_chars": a_distribution(), "response_chars": None},
        "displaced": [],
        "unread": [],
        "borderline": {"lowest_kept": ["a" * 32], "highest_dropped": ["c" * 32], "kept_at_random": []},
        "excerpts": {
            "a" * 32: an_example("a" * 32, "Is aspirin safe with warfarin?", "Yes, it is safe."),
            "b" * 32: an_example("b" * 32, "Is aspirin safe with warfarin?", "No, it must be avoided."),
            "c" * 32: an_example("c" * 32, "Is aspirin safe with warfarin ?", "Yes, it is safe!", verdict="drop"),
        },
    }
    return summary | {"headline": headline(summary), "actions": actions(summary)}


def a_note(code: str, n: int) -> dict[str, Any]:
    return {"code": code, "n": n, "keep": n, "review": 0, "drop": 0, "n_only": 0, "examples": []}
