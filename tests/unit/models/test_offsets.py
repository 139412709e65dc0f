"""Places of tokens, with the library `tokenizers` as the judge."""

from __future__ import annotations

from typing import Any

import pytest
from chat_models import SPECIAL, tokenizer_json
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

from ftq_spark.models.offsets import Reader, token_widths

pieces = st.sampled_from((*SPECIAL, "How warm is it", "\n\n", "  ", " the", "a", "é", "’", "暖", "e\u0301", "</think>"))
texts = st.lists(st.one_of(pieces, st.text(max_size=8)), max_size=12).map("".join)


def tokenizer(**components: Any) -> Tokenizer:
    made = Tokenizer.from_str(tokenizer_json(False))
    for name, component in components.items():
        setattr(made, name, component)
    return made


def strips() -> Tokenizer:
    made = tokenizer()
    made.add_tokens([AddedToken("<strips>", lstrip=True, rstrip=True, special=True), AddedToken("</think>")])
    return made


TOLD = {
    "bytes": tokenizer(),
    "normalized": tokenizer(
        normalizer=normalizers.Sequence([normalizers.NFC()]),
        pre_tokenizer=pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
        ),
        post_processor=processors.ByteLevel(trim_offsets=False),
    ),
    "strips": strips(),
}
UNTOLD = {
    "trims": tokenizer(post_processor=processors.Sequence([processors.ByteLevel(trim_offsets=True)])),
    "prefix": tokenizer(pre_tokenizer=pre_tokenizers.ByteLevel(add_prefix_space=True)),
    "lower": tokenizer(normalizer=normalizers.Replace("a", "bb")),
    "words": Tokenizer(models.WordLevel({"a": 0, "<unk>": 1}, unk_token="<unk>")),
}


@pytest.mark.parametrize("name", [*TOLD, *UNTOLD])
@given(given_texts=st.lists(st.one_of(texts, texts.map(lambda t: t.replace(" ", " <strips> "))), max_size=4))
@settings(max_examples=60, deadline=None)
def test_each_character_is_in_the_token_that_the_library_says(name: str, given_texts: list[str]) -> None:
    reads = {**TOLD, **UNTOLD}[name]
    assert (token_widths(reads) is not None) == (name in TOLD)
    for text, (ids, token_of) in zip(given_texts, Reader(reads).read(given_texts), strict=True):
        expected = reads.encode(text, add_special_tokens=False)
        assert ids.tolist() == expected.ids
        for place in range(len(text) + 2):
            assert token_of(place) == expected.char_to_token(place), (text, place)
