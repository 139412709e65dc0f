"""Which token of an encoded text holds a character of it.

The library `tokenizers` keeps the place of each token where it is asked for them, at a seventh of the cost of reading
the text. Of a byte-level vocabulary they can be told from the tokens alone where a text is ASCII: each stands for as
many characters as it has itself, and together they are the text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Ints = NDArray[np.int64]
Finder = Callable[[int], "int | None"]  # the token of a character; null where it is in none
_SAME_OF_ASCII = frozenset(("NFC", "NFD", "NFKC", "NFKD"))  # normal forms


def token_widths(tokenizer: Tokenizer) -> Ints | None:
    """(vocabulary,) characters that each token stands for in ASCII text; null where no token tells that itself."""
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
        widths[place] = len(token)
    return widths


def _parts(component: Any) -> list[dict[str, Any]]:
    """What a component of a tokenizer is made of, as its file says it."""
    if component is None:
        return []
    made = json.loads(component.__getstate__())
    if made["type"] != "Sequence":
        return [made]
    return [part for name in ("normalizers", "pretokenizers", "processors") for part in made.get(name, ())]


def encode(tokenizer: Tokenizer, widths: Ints | None, texts: Sequence[str]) -> list[Encoding]:
    """Texts, nothing put around them; places are kept where tokens do not tell them."""
    told = [widths is not None and text.isascii() for text in texts]
    bare = iter(tokenizer.encode_batch_fast([text for text, is_told in zip(texts, told, strict=True) if is_told],
                                            add_special_tokens=False))  # fmt: skip
    placed = iter(tokenizer.encode_batch([text for text, is_told in zip(texts, told, strict=True) if not is_told],
                                         add_special_tokens=False))  # fmt: skip
    return [next(bare if is_told else placed) for is_told in told]


def located(tokenizer: Tokenizer, widths: Ints | None, text: str, found: Encoding) -> tuple[Ints, Finder]:
    """The token ids of a text that was encoded, and what finds the token of a character in it."""
    ids = np.fromiter(found.ids, np.int64, len(found))
    if widths is None or not text.isascii():
        return ids, found.char_to_token
    ends = np.cumsum(widths[ids])
    if (ends[-1] if len(ends) else 0) == len(text):  # so that the tokens are the text, one behind the other
        return ids, lambda char: int(ends.searchsorted(char, side="right")) if 0 <= char < len(text) else None
    return ids, tokenizer.encode(text, add_special_tokens=False).char_to_token
