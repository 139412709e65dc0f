"""A template for annotation guidelines, and a lint that says what a guideline lacks."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

from ftq_spark.review.stated_bounds import Bound, contradictions, stated_bounds, word_bounds

MIN_EXAMPLES = 20
# A part with fewer words than this is a heading without a rule.
MIN_PART_WORDS = 8

# Parts of the rubric: code, what headings of the part say, and what the part is for.
_PARTS = (
    ("good", re.compile(r"\b(good|great|correct|quality|criteria)\b"), "what makes a response good"),
    ("avoid", re.compile(r"\b(avoid|bad|wrong|don'?ts?|do not|mistakes|errors)\b"), "what to avoid"),
    ("length", re.compile(r"\b(length|long|short|words)\b"), "the expected length"),
    ("format", re.compile(r"\b(format|formatting|structure|style|markdown|layout)\b"), "the expected format"),
)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+)$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"<[A-Z][^<>\n]{2,200}>|\b(?:TODO|TBD|FIXME)\b")
_EXAMPLE_HEADING = re.compile(r"^\s*example\b", re.IGNORECASE)
_VERDICT_LINE = re.compile(r"^[\s*_-]*(?:verdict|label|rating)[*_]*\s*:[*_\s]*(\w+)", re.IGNORECASE | re.MULTILINE)
_RESPONSE_PART = re.compile(
    r"^[\s*_-]*(?:response|answer|output)[*_]*\s*:[*_\s]*(.*?)(?=^[\s*_-]*(?:verdict|label|rating)[*_]*\s*:)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_REASON_LINE = re.compile(
    r"^[\s*_-]*(?:why|because|reason|explanation)[*_]*\s*:[*_\s]*(\S.*)", re.IGNORECASE | re.MULTILINE
)


def guideline_template() -> str:
    """The template, Markdown with every part of the rubric to fill in."""
    return resources.files("ftq_spark.review").joinpath("templates", "guidelines.md").read_text(encoding="utf-8")


def lint_guidelines(text: str) -> list[dict[str, Any]]:
    """What a guideline lacks; empty where it has everything.

    Looked for: a part, found by its heading, for what is good, what to avoid, length and format, each with a rule
    below; at least 20 different examples (headings that begin with "Example") annotated with a verdict and a reason, of
    more than one verdict; bounds on the length that some length satisfies, and that the examples marked as correct
    keep; and no placeholder left.

    Args:
        text: the guideline as Markdown.

    Returns:
        Dictionaries of ``code``, ``message`` and ``line`` (0 where nothing stands there).
    """
    sections = _sections(text)
    problems = []
    for code, pattern, meaning in _PARTS:
        bodies = [(line, body) for line, title, body in sections
                  if pattern.search(title.casefold()) and not _EXAMPLE_HEADING.match(title)]  # fmt: skip
        if not bodies:
            problems.append(_problem(f"no_{code}", 0, f"no part says {meaning}"))
        elif not any(len(_PLACEHOLDER.sub(" ", body).split()) >= MIN_PART_WORDS for _, body in bodies):
            problems.append(_problem(f"thin_{code}", bodies[0][0], f"the part on {meaning} holds no rule"))
    problems += _example_problems(sections)
    bounds = length_bounds(text)
    problems += [*contradictions(bounds), *_broken_by_examples(sections, bounds)]
    for found in _PLACEHOLDER.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        problems.append(_problem("placeholder", line, f"still to be filled in: {found[0][:60]}"))
    return problems


def length_bounds(text: str) -> list[Bound]:
    """The bounds on an answer's length that the part on length states."""
    (_, pattern, _) = next(part for part in _PARTS if part[0] == "length")
    return [
        bound
        for line, title, body in _sections(text)
        if pattern.search(title.casefold()) and not _EXAMPLE_HEADING.match(title)
        for bound in stated_bounds(f"{title}\n{body.removeprefix(chr(10))}", line)
    ]


def _broken_by_examples(sections: list[tuple[int, str, str]], bounds: list[Bound]) -> list[dict[str, Any]]:
    """Examples marked as correct whose answers lie outside the stated bounds on words."""
    low, high = word_bounds(bounds)
    problems = []
    for line, title, body in sections:
        verdict, response = _VERDICT_LINE.search(body), _RESPONSE_PART.search(body)
        if not _EXAMPLE_HEADING.match(title) or not verdict or not response or verdict[1].casefold() != "correct":
            continue
        n = len(response[1].split())
        if n < (low or 0) or (high is not None and n > high):
            stated = f"{low or 0} to {high}" if high is not None else f"at least {low}"
            problems.append(
                _problem(
                    "example_out_of_bounds", line, f"'{title[:40]}' is correct and has {n} words: {stated} are stated"
                )
            )
    return problems


def _problem(code: str, line: int, message: str) -> dict[str, Any]:
    return {"code": code, "line": line, "message": message}


def _sections(text: str) -> list[tuple[int, str, str]]:
    """Line, title and body of each heading; a body ends where a heading of the same or a higher level begins."""
    headings = list(_HEADING.finditer(text))
    sections = []
    for place, heading in enumerate(headings):
        level = len(heading[1])
        end = next((later.start() for later in headings[place + 1 :] if len(later[1]) <= level), len(text))
        sections.append((text.count("\n", 0, heading.start()) + 1, heading[2].strip(), text[heading.end() : end]))
    return sections


def _example_problems(sections: list[tuple[int, str, str]]) -> list[dict[str, Any]]:
    problems: list[dict[str, Any]] = []
    verdicts, seen = [], {}  # type: list[str], dict[str, int]
    for line, title, body in sections:
        if not _EXAMPLE_HEADING.match(title):
            continue
        verdict, reason = _VERDICT_LINE.search(body), _REASON_LINE.search(body)
        lacks = [name for name, found in (("verdict", verdict), ("reason", reason)) if not found]
        if reason and _PLACEHOLDER.match(reason[1]):
            lacks.append("reason")
        if lacks:
            problems.append(_problem("example_incomplete", line, f"'{title[:40]}' has no {' and no '.join(lacks)}"))
        elif (text := " ".join(body.casefold().split())) in seen:
            problems.append(_problem("same_example", line, f"'{title[:40]}' is the example of line {seen[text]} again"))
        elif verdict:
            seen[text] = line
            verdicts.append(verdict[1].casefold())
    if len(verdicts) < MIN_EXAMPLES:
        found = f"{len(verdicts)} examples have a verdict and a reason: at least {MIN_EXAMPLES} are needed"
        problems.append(_problem("few_examples", 0, found))
    if verdicts and len(set(verdicts)) == 1:
        problems.append(_problem("one_verdict", 0, f"every example is '{verdicts[0]}': show the other verdicts too"))
    return problems
