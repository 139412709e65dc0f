"""The English word lists: sorted, each entry once, and every entry can be read."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from ftq_spark.kernels.conflict import words
from ftq_spark.kernels.conflict.concepts import CONCEPTS, stem

FOLDER = Path(words.__file__).parent / "english"
FILES = sorted(FOLDER.glob("*.txt"))
SECTIONS = [(path.stem, section) for path in FILES for section in words.lists(path.stem)]


def test_there_are_files() -> None:
    assert len(FILES) >= 11


@pytest.mark.parametrize(("name", "section"), SECTIONS)
def test_a_section_is_sorted_and_says_everything_once(name: str, section: str) -> None:
    entries = words.lists(name)[section]
    assert [pair for pair in pairwise(entries) if pair[0] >= pair[1]] == []


@pytest.mark.parametrize(
    ("name", "section"),
    [pair for pair in SECTIONS if pair[0] in ("kinds", "polarity", "dimensions", "relations", "aspects")],
)
def test_each_alternative_compiles_alone_and_with_the_others(name: str, section: str) -> None:
    for entry in words.lists(name)[section]:
        re.compile(re.sub(r"\{[a-z_]+\}", "x", entry))
    assert words.pattern(name, section, "^{}").match("\0") is None


def test_a_word_is_in_one_line_of_the_opposites_alone() -> None:
    counts = Counter(
        stem(word)
        for line in words.lists("opposites")[""]
        for word in {stem(word): word for part in words.members(line) for word in part}.values()
    )
    assert [word for word, n in counts.items() if n > 1] == []


def test_opposites_and_synonyms_become_signed_concepts() -> None:
    assert CONCEPTS[stem("dangerous")] == (CONCEPTS[stem("safe")][0], -1)
    assert CONCEPTS[stem("acetaminophen")] == CONCEPTS[stem("paracetamol")]


def test_tables_are_read_by_their_last_sign() -> None:
    assert words.UNITS["km"] == ("length", 1000.0)
    assert words.PHRASES["not only"] == "also"
    assert words.NUMBER_WORDS["dozen"] == 12.0
    assert words.IRREGULAR["wrote"] == "writ"
