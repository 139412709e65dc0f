"""The guideline template and its lint."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ftq_spark.errors import InputError
from ftq_spark.review.commands import guidelines_command
from ftq_spark.review.guidelines import guideline_template, lint_guidelines
from ftq_spark.review.render import render_lint

RULES = "One rule with a test that two people would apply in the same way."


def _guideline(n_examples: int = 20) -> str:
    parts = "".join(f"## {title}\n{RULES}\n" for title in ("What makes it good", "What to avoid", "Length", "Format"))
    examples = "".join(
        f"### Example {i}\nPrompt: q\nResponse: a\n**Verdict:** {'error' if i % 3 else 'correct'}\nWhy: rule {i}\n"
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
    assert guidelines_command(path) == {"file": str(path), "complete": True, "problems": []}
    with pytest.raises(InputError, match="cannot be read"):
        guidelines_command(tmp_path / "none.md")


def test_the_empty_template_lacks_everything() -> None:
    codes = _codes(guideline_template())
    assert {"thin_good", "thin_avoid", "thin_length", "thin_format", "placeholder", "few_examples"} <= codes
    assert "line " in render_lint(lint_guidelines(guideline_template()))


def test_the_template_filled_in_is_whole() -> None:
    head, example = guideline_template().split("### Example 1\n")
    filled = re.sub(r"<[A-Z][^<>\n]+>", RULES, head.split("-->\n")[1])
    examples = "".join(
        f"### Example {i}\n{re.sub('<[^<>]+>', 'x', example).replace('Verdict: x', f'Verdict: {verdict}')}\n"
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
