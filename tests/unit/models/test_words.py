"""Tokens told by words, with the library `tokenizers` as the judge."""

from __future__ import annotations

import json
from typing import Any

import pytest
from chat_models import SPECIAL, tokenizer_json
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

from ftq_spark.models import words
from ftq_spark.models.words import PLAIN, Words, letters, plain_expression, words_of

# The expressions of public models.
SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + SPACES
QWEN = LLAMA.replace("{1,3}", "")
TEKKEN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?"
    r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + SPACES
)
DEEPSEEK = (
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*"
    r"|" + SPACES
)
CJK = "[一-龥぀-ゟ゠-ヿ]+"
GPT4 = r"'(?:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"


def split(expression: str, behavior: str = "isolated", *, invert: bool = False) -> Any:
    return pre_tokenizers.Split(Regex(expression), behavior, invert)


def by_bytes(*parts: Any, use_regex: bool = False) -> Tokenizer:
    made = Tokenizer.from_str(tokenizer_json(False))
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=use_regex)
    made.pre_tokenizer = pre_tokenizers.Sequence([*parts, level]) if parts else level
    made.add_tokens([AddedToken("the", normalized=True), AddedToken("the s", normalized=True), AddedToken("<s><")])
    return made


def reads_words(tokenizer: Tokenizer) -> Words | None:
    made = json.loads(tokenizer.pre_tokenizer.__getstate__())
    return words_of(tokenizer, made.get("pretokenizers", [made]))


KNOWN = {
    "gpt2": by_bytes(use_regex=True),
    "gpt4": by_bytes(split(GPT4, "removed", invert=True)),
    "llama": by_bytes(split(LLAMA)),
    "qwen": by_bytes(split(QWEN)),
    "tekken": by_bytes(split(TEKKEN)),
    "deepseek": by_bytes(split(r"\p{N}{1,3}"), split(CJK), split(DEEPSEEK)),
    "starcoder": by_bytes(pre_tokenizers.Digits(True), use_regex=True),
    "gaps": by_bytes(pre_tokenizers.Digits(False), split("[a-n]+(?=t)"), pre_tokenizers.Split("e ", "isolated")),
}
marks = st.sampled_from(
    (*SPECIAL, "<s><s>", "the show", "then", "I'll", "'S", "it's", "42.7", "1234567", "\r\n", "\n\n", "  ")
)
plain = st.text(st.sampled_from(PLAIN), max_size=9)
crowded = st.text("aT's1 \n\r\t.<{\x1cé–Ł’\xa0²", max_size=9)
texts = st.lists(st.one_of(marks, plain, crowded), max_size=14).map("".join)


@pytest.mark.parametrize("name", KNOWN)
@given(text=texts)
@settings(max_examples=150, deadline=None)
def test_the_tokens_are_the_library_s(name: str, text: str) -> None:
    reads = reads_words(KNOWN[name])
    assert reads is not None
    for _ in range(2):  # the second time they are remembered
        found = reads.ids(text)
        assert found is not None and found.tolist() == KNOWN[name].encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize("name", KNOWN)
def test_each_plain_character_is_read_as_the_library_does(name: str) -> None:
    reads = reads_words(KNOWN[name])
    assert reads is not None
    for char in PLAIN:
        text = f"{char}a{char} {char}b1{char}2 {char}{char}\n{char}  {char}'{char}'s{char}A{char}\t{char}!{char}."
        found = reads.ids(text)
        assert found is not None and found.tolist() == KNOWN[name].encode(text, add_special_tokens=False).ids, char


def test_nfc_leaves_plain_text_as_it_is() -> None:
    assert normalizers.NFC().normalize_str(PLAIN) == PLAIN
    assert all(normalizers.NFC().normalize_str(char + after) == char + after for char in PLAIN for after in ("a", "é"))


def test_text_that_is_not_plain_may_stand_in_added_tokens() -> None:
    tokenizer = by_bytes(split(LLAMA))
    tokenizer.add_special_tokens(["<｜User｜>"])
    reads = reads_words(tokenizer)
    found = None if reads is None else reads.ids("<｜User｜>how é")
    assert found is not None and found.tolist() == tokenizer.encode("<｜User｜>how é").ids


def test_normal_forms_of_added_tokens() -> None:
    tokenizer = by_bytes(use_regex=True)
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.add_tokens([AddedToken("①②", normalized=True)])
    reads = reads_words(tokenizer)
    found = None if reads is None else reads.ids("a 12 b")
    assert found is not None and found.tolist() == tokenizer.encode("a 12 b").ids


def test_words_are_forgotten_before_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_REMEMBERED", len(SPECIAL) + 6)
    tokenizer = KNOWN["llama"]
    reads = reads_words(tokenizer)
    assert reads is not None
    for text in ("<s>one two three", "four five</s> six seven", "x" * 300, "one<s> two"):
        found = reads.ids(text)
        assert found is not None and found.tolist() == tokenizer.encode(text).ids
        assert len(reads._known) <= len(SPECIAL) + 6 and max(map(len, reads._known)) <= 64


@pytest.mark.parametrize("text", ["暖", "e\u0301", "ſ", "a\x85", "a<strips>", "a<alone>b"])
def test_texts_that_are_left_to_the_library(text: str) -> None:
    tokenizer = by_bytes(use_regex=True)
    tokenizer.add_tokens([AddedToken("<strips>", rstrip=True), AddedToken("<alone>", single_word=True)])
    reads = reads_words(tokenizer)
    assert reads is not None and reads.ids(text) is None and reads.ids("ab") is not None


@pytest.mark.parametrize(
    "tokenizer",
    [
        by_bytes(split(r"\p{Greek}")),
        by_bytes(split("a", "merged_with_next")),
        by_bytes(split("a", invert=True)),
        by_bytes(pre_tokenizers.Punctuation()),
        Tokenizer(models.WordLevel({"a": 0}, unk_token="a")),
        Tokenizer(models.BPE(dropout=0.1)),
    ],
)
def test_tokenizers_that_are_left_to_the_library(tokenizer: Tokenizer) -> None:
    if tokenizer.pre_tokenizer is None:
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    assert reads_words(tokenizer) is None


def test_what_follows_the_letters_of_bytes_is_left_to_the_library() -> None:
    tokenizer = by_bytes()
    level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([level, pre_tokenizers.Digits()])
    assert reads_words(tokenizer) is None


@pytest.mark.parametrize(
    "source",
    [
        r"\w",
        r"\h",  # a hexadecimal digit there, nothing here
        "^a",
        "a$",
        r"\Aa",
        r"\bword",
        "a{1,2}+",  # possessive here, repeated there
        "a{2}?",
        "(a)",
        "(?i)a",
        "(?i:ſ)",
        "(?i:ss)",
        "(?i:[a-z])",
        "[a&&b]",
        "[a[b]]",
        "[[:alpha:]]",
        r"[\s-a]",
        r"[a-\s]",
        r"[\p{L}-z]",
        r"\P{L}",
        r"\p{^L}",
        r"\x41",
        "[]a]",
        "a*",  # finds nothing
        "(?:a",
    ],
)
def test_expressions_that_are_left_to_the_library(source: str) -> None:
    assert plain_expression(source) is None


def test_bytes_are_written_as_the_library_does() -> None:
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    text = "".join(map(chr, range(0x3000)))
    assert letters(text) == level.pre_tokenize_str(text)[0][0]
