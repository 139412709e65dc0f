"""The tokens of a text, and which of them holds a character of it.

The library `tokenizers` keeps the place of each token. Where a text is read by words instead, the tokens tell their
places: of a byte-level vocabulary each stands for as many bytes as it has letters, and together they are the text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ftq_spark.models.words import PLAIN, words_of

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Ints = NDArray[np.int64]
Finder = Callable[[int], "int | None"]  # the token of a character; null where it is in none
Tokens = tuple[Ints, Finder]
_ASCII = PLAIN[:0x80]
_SAME_OF_ASCII = frozenset(("NFC", "NFD", "NFKC", "NFKD"))  # normal forms


def token_widths(tokenizer: Tokenizer) -> Ints | None:
    """(vocabulary,) bytes of plain text that each token stands for; null where no token tells that itself."""
    normalizers, splitters = _parts(tokenizer.normalizer), _parts(tokenizer.pre_tokenizer)
    by_bytes = [part for part in splitters if part["type"] == "ByteLevel"]
    if (
        not by_bytes
        or any(part["add_prefix_space"] for part in by_bytes)
        or any(part["type"] not in _SAME_OF_ASCII for part in normalizers)
        or any(part.get("trim_offsets") for part in _parts(tokenizer.post_processor))
    ):
        return None
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    widths = np.zeros(max(vocabulary.values(), default=-1) + 1, np.int64)
    for token, place in vocabulary.items():
        widths[place] = len(token)  # letters that are bytes
    for place, added in tokenizer.get_added_tokens_decoder().items():
        widths[place] = len(added.content.encode())
    return widths


def _parts(component: Any) -> list[dict[str, Any]]:
    """What a component of a tokenizer is made of, as its file says it."""
    if component is None:
        return []
    made = json.loads(component.__getstate__())
    if made["type"] != "Sequence":
        return [made]
    return [part for name in ("normalizers", "pretokenizers", "processors") for part in made.get(name, ())]


class Reader:
    """A tokenizer that tells of each text its tokens, nothing put around them, and which of them holds a character."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._widths = token_widths(tokenizer)
        plain = PLAIN if {part["type"] for part in _parts(tokenizer.normalizer)} <= {"NFC"} else _ASCII
        self._words = None if self._widths is None else words_of(tokenizer, _parts(tokenizer.pre_tokenizer), plain)

    def read(self, texts: Sequence[str]) -> list[Tokens]:
        """The token ids of texts, and what finds the token of a character in each."""
        found = [self._by_words(text) for text in texts]
        rest = [text for text, told in zip(texts, found, strict=True) if told is None]
        read = iter(self._tokenizer.encode_batch(rest, add_special_tokens=False))
        return [_placed(next(read)) if told is None else told for told in found]

    def _by_words(self, text: str) -> Tokens | None:
        """Null where words do not tell all tokens of a text, or the tokens not their places."""
        ids = None if self._words is None else self._words.ids(text)
        if ids is None or self._widths is None:
            return None
        ends = np.cumsum(self._widths[ids])
        n_bytes = len(text) if text.isascii() else len(text.encode())
        if (ends[-1] if len(ends) else 0) != n_bytes:  # so that the tokens are the text, one behind the other
            return None

        def token_of(char: int) -> int | None:
            if not 0 <= char < len(text):
                return None
            return int(ends.searchsorted(char if n_bytes == len(text) else len(text[:char].encode()), side="right"))

        return ids, token_of


def _placed(found: Encoding) -> Tokens:
    return np.fromiter(found.ids, np.int64, len(found)), found.char_to_token
