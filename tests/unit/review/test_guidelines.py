"""The guideline template and its lint."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from review_run import example, write_run

from ftq_spark.cli.app import invoke
from ftq_spark.errors import InputError
from ftq_spark.review.agreement_commands import guidelines_command
from ftq_spark.review.guidelines import guideline_template, lint_guidelines
from ftq_spark.review.render import render_lint

RULES = "One rule with a test that two people would apply in the same way."


def _guideline(n_examples: int = 20) -> str:
    parts = "".join(f"## {title}\n{RULES}\n" for title in ("What makes it good", "What to avoid", "Length", "Format"))
    examples = "".join(
        f"### Example {i}\nPrompt: q{i}\nResponse: a\n**Verdict:** {'error' if i % 3 else 'correct'}\nWhy: rule {i}\n"
        for i in range(n_examples)
    )
    return f"# Guidelines\n{parts}## Annotated examples\n{examples}"


def _codes(text: str) -> set[str]:
    return {problem["code"] for problem in lint_guidelines(text)}


def test_a_whole_guideline_has_no_problem() -> None:
    assert lint_guidelines(_guideline()) == []
    assert "every part" in render_lint([])


def test_a_file_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "guidelines.md"
    path.write_text(_guideline())
    assert guidelines_command(path) == {"file": str(path), "complete": True, "problems": [], "settings": []}
    with pytest.raises(InputError, match="cannot be read"):
        guidelines_command(tmp_path / "none.md")


def test_the_empty_template_lacks_everything() -> None:
    codes = _codes(guideline_template())
    assert {"thin_good", "thin_avoid", "thin_length", "thin_format", "placeholder", "few_examples"} <= codes
    assert "line " in render_lint(lint_guidelines(guideline_template()))


def test_the_template_filled_in_is_whole() -> None:
    head, example = guideline_template().split("### Example 1\n")
    filled = re.sub(r"<[A-Z][^<>\n]+>", RULES, head.split("-->\n")[1])
    blank = re.sub("<[^<>]+>", "x", example)
    examples = "".join(
        f"### Example {i}\n{blank.replace('Prompt: x', f'Prompt: {i}').replace('Verdict: x', f'Verdict: {verdict}')}\n"
        for i, verdict in enumerate(["correct", "error"] * 10)
    )
    assert lint_guidelines(filled + examples) == []


def test_missing_parts_are_named() -> None:
    for title, code in (("What to avoid", "no_avoid"), ("Length", "no_length"), ("Format", "no_format")):
        assert code in _codes(_guideline().replace(f"## {title}\n", "## Other\n"))
    assert "no_good" in _codes("")


def test_examples_need_a_verdict_and_a_reason() -> None:
    assert "few_examples" in _codes(_guideline(19))
    without_reason = _guideline().replace("Why: rule 3\n", "")
    problems = lint_guidelines(without_reason)
    assert {problem["code"] for problem in problems} == {"example_incomplete", "few_examples"}
    assert without_reason.splitlines()[problems[0]["line"] - 1] == "### Example 3"
    assert _codes(_guideline().replace("** error", "** correct")) == {"one_verdict"}


def test_the_same_example_twenty_times_is_one() -> None:
    same = re.sub(r"Prompt: q\d+", "Prompt: q", _guideline()).replace("error", "correct")
    same = re.sub(r"Why: rule \d+", "Why: a rule", same)
    problems = lint_guidelines(same)
    assert [problem["code"] for problem in problems] == ["same_example"] * 19 + ["few_examples", "one_verdict"]
    assert same.splitlines()[problems[0]["line"] - 1] == "### Example 1"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("At least 200 words where a plan is asked for, and at most 100 words elsewhere.", "'At least 200 words' and"),
        ("From 80 to 40 words, shorter for a yes or no.", "'80 to 40 words'"),
        ("No fewer than 3 sentences and no more than 2 sentences, whatever was asked.", "no number of sentences"),
        ("From 40 to 80 words; no more than 90 words where a table is asked for, 2 to 4 paragraphs.", None),
        ("Up to 1,200 words, at least 30 words, not more than 4 sentences; no more than 4 sentences.", None),
    ],
)
def test_bounds_that_exclude_each_other_are_named(said: str, problem: str | None) -> None:
    text = (
        _guideline()
        .replace(f"## Length\n{RULES}", f"## Length\n{said}")
        .replace("Response: a", f"Response: {'a ' * 45}")
    )
    found = [entry for entry in lint_guidelines(text) if entry["code"] == "contradictory_bounds"]
    assert [problem in entry["message"] for entry in found] == ([True] if problem else [])
    assert all(text.splitlines()[entry["line"] - 1] == said for entry in found)


def test_a_correct_example_out_of_the_stated_bounds_is_named() -> None:
    text = _guideline().replace(f"## Length\n{RULES}", "## Length\nFrom 2 to 30 words, and the shorter the better.")
    found = [entry for entry in lint_guidelines(text) if entry["code"] == "example_out_of_bounds"]
    assert len(found) == text.count("Verdict:** correct")
    assert "has 1 words: 2 to 30 are stated" in found[0]["message"]


def test_the_data_are_held_against_the_stated_bounds(tmp_path: Path) -> None:
    rows = [example(n, response="word " * (5 if n < 30 else 25)) for n in range(100)]
    rows += [example(n, response="word", verdict="drop") for n in range(100, 200)]
    run = write_run(tmp_path / "run", rows)
    path = tmp_path / "guidelines.md"
    path.write_text(
        _guideline().replace(f"## Length\n{RULES}", "## Length\nAt least 10 words, whatever is asked for here.")
    )
    found = guidelines_command(path, run)
    assert "30 of 100 kept answers (30%) lie outside" in found["problems"][-1]["message"]
    assert found["settings"] == ["score.format.min_words=10"]
    assert "--set score.format.min_words=10" in render_lint(found["problems"], found["settings"])
    assert invoke(["review", "guidelines", str(path), "--run", str(run)]) == 1
