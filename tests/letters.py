"""A tokenizer whose tokens are letters, so that what is learnt can be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

SIGNS = {sign: place for place, sign in enumerate(["[UNK]", "[PAD]", *map(chr, range(32, 127)), "\n"])}
END = "~"
IGNORED = -100  # the label of a token that carries no loss
_NAMES = {place: sign for sign, place in SIGNS.items()}


def letters(template: str | None = None) -> Any:
    """A tokenizer of transformers with a chat template; the test is skipped where `tokenizers` is absent."""
    tokenizers = pytest.importorskip("tokenizers")
    from transformers import PreTrainedTokenizerFast

    model = tokenizers.Tokenizer(tokenizers.models.WordLevel(SIGNS, unk_token="[UNK]"))
    model.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    reader = PreTrainedTokenizerFast(tokenizer_object=model, unk_token="[UNK]", pad_token="[PAD]", eos_token=END)
    reader.chat_template = template
    return reader


def learnt(labels: Sequence[int]) -> str:
    """The text of the tokens that carry loss."""
    return "".join(_NAMES[label] for label in labels if label != IGNORED)
