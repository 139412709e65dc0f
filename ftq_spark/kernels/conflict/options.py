"""Options that a question lists with letters, and the one that an answer takes by its letter or by its text."""

from __future__ import annotations

import re

MIN_OPTIONS, MAX_OPTION_CHARS = 2, 200
_BEHIND = r"(?:[).:]\s|[．、：])"  # a letter; Chinese marks need no space
_OPTION = re.compile(rf"(?:^|[\s,;])\(?([A-Ha-h])[).:．、：]\s*(.+?)(?=[\s,;]\(?[A-Ha-h]{_BEHIND}|\n|$)", re.MULTILINE)
_FIRST = re.compile(rf"(?:^|[\s,;])\(?[Aa]{_BEHIND}", re.MULTILINE)
_LETTER = re.compile(
    r"^[\W_]*(?:(?:so |therefore,? |thus,? )?(?:the )?(?:correct |right |best |final )?(?:answer|option|choice)"
    r"(?: is| would be|:)?:?\s*(?:option |choice )?[\"'*(]*([A-H])\b(?!')|[\"'*(]*([A-H])(?=[).:,*\"']|\s*$))",
    re.IGNORECASE,
)
# "B, D", "A and C", "BD": several are taken.
_LETTERS = re.compile(
    r"^[\W_]*(?:(?:the )?(?:correct )?answers?(?: are| is|:):?\s*)?"
    r"([A-H](?:[\s,;/&+]+(?:and\s+)?[A-H])+|[A-H]{2,8})\W*$"
)
_LISTED = re.compile(rf"^[\W_]*([A-Ha-h]){_BEHIND}", re.MULTILINE)
_WORD = re.compile(r"\w+")


def listed_options(question: str) -> tuple[tuple[str, str], ...]:
    """(letter, text) of each option, lower-cased, where letters run from a without a gap; else none."""
    if not _FIRST.search(question):
        return ()
    found: list[tuple[str, str]] = []
    for letter, text in _OPTION.findall(question):
        if letter.lower() == "abcdefgh"[len(found)] and len(text) <= MAX_OPTION_CHARS:
            found.append((letter.lower(), " ".join(_WORD.findall(text.lower()))))
            if len(found) == len("abcdefgh"):
                break
    return tuple(found) if len(found) >= MIN_OPTIONS and len({text for _, text in found}) == len(found) else ()


def reordered(one: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]) -> bool:
    """Whether two lists hold the same options under other letters."""
    return one != other and sorted(text for _, text in one) == sorted(text for _, text in other)


def takes_others(answer: str, question: str, other_question: str) -> bool:
    """Whether one answer takes different options of two questions by its letter: they list the same in other orders."""
    first = answer.lstrip().partition("\n")[0]
    if question == other_question or not (_LETTER.match(first) or _LETTERS.match(first)):
        return False
    one, other = listed_options(question), listed_options(other_question)
    return reordered(one, other) and taken(one, answer, by_text=False) != taken(other, answer, by_text=False)


def taken(options: tuple[tuple[str, str], ...], answer: str, by_text: bool = True) -> str | None:
    """The text of the one option that the beginning of an answer names, by letter or by text; None where it is not one.

    Of options that are part of one another the longest that is named counts. What reckons for long names many things
    before it comes to one: not `by_text`, it takes an option by its letter alone.
    """
    first, _, rest = answer.strip().partition("\n")
    several = _LETTERS.match(first)
    if not options or several:
        return _named_together(dict(options), several[1]) if several else None
    letter = _LETTER.match(first)
    if letter and len(dict(options).keys() & {found.lower() for found in _LISTED.findall(rest)}) == len(options) - 1:
        return None  # it repeats the list
    if letter:
        return dict(options).get((letter[1] or letter[2]).lower())
    if not by_text:
        return None
    said = f" {' '.join(_WORD.findall(first.lower()))} "
    named = [text for _, text in options if text and f" {text} " in said]
    longest = max(named, key=len, default=None)
    if longest is None or any(f" {text} " not in f" {longest} " for text in named):
        return None
    return longest


def _named_together(options: dict[str, str], letters: str) -> str | None:
    """The texts of several options in one order, a line each; None where a letter is none of theirs or comes twice."""
    named = [letter.lower() for letter in letters if letter.isupper()]
    if len(set(named)) < len(named) or not options.keys() >= set(named):
        return None
    return "\n".join(sorted(options[letter] for letter in named))
