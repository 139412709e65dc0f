"""Lists of phrases as text files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftq_spark.kernels.text import phrases

FILE = """# Greetings.
hello
good (?:day|evening)

[parting]
# A comment with [brackets].
bye
see you {when}
[when]
later
tomorrow
\\#now
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    folder = tmp_path / "phrases_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "words.txt").write_text(FILE, encoding="utf-8")
    (folder / "twice.txt").write_text("[a]\nx\n[a]\ny\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    phrases.sections.cache_clear()
    yield folder.name
    sys.modules.pop(folder.name, None)
    phrases.sections.cache_clear()


def test_lines_are_read_by_section_without_comments(package: str) -> None:
    assert phrases.lines(package, "words.txt") == ("hello", "good (?:day|evening)")
    assert phrases.lines(package, "words.txt", "when") == ("later", "tomorrow", "\\#now")
    with pytest.raises(KeyError):
        phrases.lines(package, "words.txt", "greeting")
    with pytest.raises(ValueError, match=r"\[a\] stands twice"):
        phrases.sections(package, "twice.txt")


def test_a_pattern_matches_each_alternative_and_those_it_refers_to(package: str) -> None:
    greets = phrases.pattern(package, "words.txt", form=r"^{}\b")
    assert greets.match("Good evening, all") is not None
    assert greets.match("goodbye") is None
    parts = phrases.pattern(package, "words.txt", "parting", form=r"\b{}$")
    assert parts.search("Well, see you tomorrow") is not None
    assert parts.search("see you #now") is not None
    assert parts.search("see you {when}") is None


def test_longer_alternatives_are_tried_first() -> None:
    assert phrases.alternation(["a", "ab", "a", "b"]) == "(?:ab|a|b)"
