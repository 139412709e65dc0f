"""German letters as keyboards without them write them: waehlen for wählen, Strasse for Straße.

It is done of every language alike: two texts are compared with each other, and each is written in the same way.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_WRITTEN_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "SS"}
_LETTERS = str.maketrans(_WRITTEN_OUT)


def written_out(text: str) -> str:
    """A text whose umlauts are written as two letters."""
    return text if text.isascii() else text.translate(_LETTERS)


def all_written_out(texts: pa.Array) -> pa.Array:
    """(n,) string array → (n,) the same texts by :func:`written_out`; nulls stay."""
    if pc.all(pc.string_is_ascii(texts)).as_py():
        return texts
    for letter, letters in _WRITTEN_OUT.items():
        texts = pc.replace_substring(texts, letter, letters)
    return texts
