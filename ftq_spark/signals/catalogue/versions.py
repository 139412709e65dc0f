"""Texts that are to be made out of a text: a translation, another wording, a shorter one."""

from __future__ import annotations

import re

from ftq_spark.signals.features.phrases import any_of, expression

_TRANSLATE = re.compile(expression("wished_form", "into_other"))
_INTO_KNOWN = re.compile(expression("wished_form", "translate"))
_SAME_WORDS = re.compile(expression("wished_form", "same_words", r"\b{}(?:\b|\s)"))
_INTO_LATIN = re.compile(expression("wished_form", "into_latin"))
_REWRITE = re.compile(expression("wished_form", "rewritten"))
_SHORTER = re.compile(expression("wished_form", "shorter"))
ANOTHER_VERSION = any_of(expression("wished_form", part) for part in ("into_other", "rewritten", "shorter"))
_OTHER_SCRIPTS = re.compile(
    r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7af]"
)
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[.!?](?:[\"'”’)]*\s|[\"'”’)]*$)|[。！？]")
# What is to be made into another text: between quotation marks, or all that follows the first colon or line break.
_QUOTED = re.compile(r"[\"“«「](?P<text>[^\"”»」\n]{8,})[\"”»」]|(?:^|[\s(])['‘](?P<single>[^\n]{8,})['’](?:[\s.?!]|$)")
_BEHIND = re.compile(r"[:：\n]\s*(?P<text>\S.*)", re.DOTALL)
MOST_CHARS = 1000  # of a longer question what is to be done may stand anywhere
OPENING_CHARS = 160  # in which a question says what it wants
COPIED_WORDS, COPIED = 5, 0.6
LEAST_COPIED = 4  # words, of a copy to the letter
SHORT_WORDS = 12  # of a text that can be made shorter
LONG_WORDS = 40  # … though it is one sentence
LONGER, LONGER_BY = 1.5, 3


def given_text(question: str) -> str:
    """The text that a question brings, "" where none is seen."""
    behind = _BEHIND.search(question)
    found = behind if "\n" in question.strip() else _QUOTED.search(question) or behind
    return "" if found is None else (found.groupdict().get("single") or found["text"] or "").strip()


def is_no_version(question: str, answer: str) -> bool:
    """Is an answer the very text that was to be translated, worded otherwise or shortened, or longer than that?"""
    opening = question[:OPENING_CHARS]
    translates, rewrites, shortens = _TRANSLATE.search(opening), _REWRITE.match(opening), _SHORTER.search(opening)
    if not (translates or rewrites or shortens) or len(question) > MOST_CHARS or _SAME_WORDS.search(opening):
        return False
    text = given_text(question)
    if translates:
        return _is_untranslated(opening, text, answer)
    longer = bool(shortens) and _is_longer(question, answer, tells="summar" in opening.lower())
    return bool(text) and bool((rewrites and _is_copy(text, answer)) or longer)


def _is_untranslated(opening: str, text: str, answer: str) -> bool:
    """Is it a copy, or of another script than the language that is asked for?"""
    if _INTO_LATIN.search(opening):
        letters = [char for char in answer if char.isalpha()]
        if len(letters) >= LEAST_COPIED and all(map(_OTHER_SCRIPTS.match, letters)):
            return True
    if _is_copy(text, answer):
        return True
    if not _INTO_KNOWN.match(opening):
        return False
    said, own = _WORD.findall(answer.lower()), set(_WORD.findall(text.lower()))
    return len(said) >= COPIED_WORDS and "\n" not in text and sum(word in own for word in said) >= COPIED * len(said)


def _is_copy(text: str, answer: str) -> bool:
    """Are all of the words the same, in their order and with their capitals?"""
    said = _WORD.findall(answer)
    return len(said) >= LEAST_COPIED and said == _WORD.findall(text)


def _is_longer(question: str, answer: str, *, tells: bool) -> bool:
    """Is an answer longer than the prose behind the colon that it is to shorten? Notes may be written out.

    So may one sentence, by an answer that `tells` what it says.
    """
    found = _BEHIND.search(question)
    text = "" if found is None else found["text"].strip()
    n_words = len(text.split())
    if tells and n_words < LONG_WORDS and len(_SENTENCE_END.findall(text)) < 2:
        return False
    return "\n" not in text and SHORT_WORDS <= n_words < len(answer.split()) / LONGER - LONGER_BY
