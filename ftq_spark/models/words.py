"""What a byte-level tokenizer makes of ASCII text, word by word: a word that came before is not read again.

The library `tokenizers` cuts a text at added tokens, splits the rest by expressions, and asks its model of each word
alone, whose answer is remembered here. The cuts and splits are made again by :mod:`re`: of ASCII text the expressions
of public models mean the same there, once classes of Unicode are written out. A tokenizer with any other part, and an
expression with any construct that is not known to mean the same, are left to the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_REMEMBERED = 1 << 17  # words
_LONGEST = 64  # characters of a word that is remembered
_BYTE_LEVEL = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"  # the library's own
_ASCII_OF = {
    **{"L": "A-Za-z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9"},
    **{"P": r"!-#%-*,-/:;?@\[-\]_{}", "S": r"$+<->\^`|~"},
    **dict.fromkeys(("Lt", "Lm", "Lo", "M", "Mn", "Mc", "Han"), r"\x80"),  # no character of ASCII text
}
_NAMED = rf"\\p\{{(?:{'|'.join(_ASCII_OF)})\}}"
_PROPERTY = re.compile(r"\\p\{(\w+)\}")
_ESCAPED = r"\\(?:[rntfvsSdDwW]|[ -/:-@\[-`{-~])"
_MEMBER = r"(?:[^\\\[\]&|~-]|[&|~](?![&|~]))"  # of a class
_CLASS = rf"\[\^?(?:(?:{_NAMED}|{_ESCAPED}|{_MEMBER})(?!-)|{_MEMBER}-{_MEMBER}(?!-))+\]"
_REPEATED = r"(?:[*+?][+?]?|\{\d+(?:,\d*)?\})(?![*+?{])"
_FOLDED = r"\(\?i:[a-z'|]+\)"
_PLAIN = r"\(\?[:=!]|[)|]|[^\\\[\](){}*+?|^$]"
_ATOM = re.compile(f"{_CLASS}|{_NAMED}|{_ESCAPED}|{_REPEATED}|{_FOLDED}|{_PLAIN}", re.DOTALL)
Splitter = Callable[[str], Iterable[str]]


class Words:
    """The token ids of ASCII texts."""

    def __init__(self, tokenizer: Tokenizer, splitters: list[Splitter]) -> None:
        added = {i: token for i, token in tokenizer.get_added_tokens_decoder().items() if token.content}
        normalizer = tokenizer.normalizer
        first: list[str] = []
        later: list[str] = []  # looked for in the normal form
        awkward: list[str] = []  # tokens that take spaces around them, or stand as words alone
        self._known = _Known(tokenizer.model)
        for i, token in added.items():
            text = normalizer.normalize_str(token.content) if normalizer and token.normalized else token.content
            (later if token.normalized else first).append(text)
            if token.lstrip or token.rstrip or token.single_word:
                awkward.append(text)
            self._known.keep(text, i)
        self._cuts = [cut for cut in (_any_of(first), _any_of(later)) if cut is not None]
        self._awkward = _any_of(awkward)
        self._splitters = splitters

    def ids(self, text: str) -> NDArray[np.int64] | None:
        """(n,) ids of a text's tokens; null where the library has to be asked."""
        if not text.isascii() or (self._awkward is not None and self._awkward.search(text)):
            return None
        words: list[str] = []
        self._cut(text, 0, words)
        return np.frombuffer(b"".join(map(self._known.__getitem__, words)), np.int64)

    def _cut(self, text: str, level: int, words: list[str]) -> None:
        """Add a text's words; tokens that are looked for in the normal form come second."""
        if level == len(self._cuts):
            pieces: Iterable[str] = (text,)
            for split in self._splitters:
                pieces = [word for piece in pieces for word in split(piece)]
            words += pieces
            return
        for place, piece in enumerate(self._cuts[level].split(text)):
            if place % 2:
                words.append(piece)
            elif piece:
                self._cut(piece, level + 1, words)


class _Known(dict[str, bytes]):
    """The ids of words and added tokens, packed."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self._tokenize = model.tokenize
        self._kept: dict[str, bytes] = {}

    def keep(self, token: str, i: int) -> None:
        """An added token."""
        self._kept[token] = self[token] = np.int64(i).tobytes()

    def __missing__(self, word: str) -> bytes:
        ids = np.array([token.id for token in self._tokenize(word.translate(_LETTERS))], np.int64).tobytes()
        if len(word) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
                self.update(self._kept)
            self[word] = ids
        return ids


# As the library writes bytes: what is printed as itself, all else by letters behind Latin-1.
_LETTERS: Mapping[int, int] = {
    **{byte: byte for byte in range(0x21, 0x7F)},
    **{byte: 0x100 + byte for byte in range(0x21)},
    0x7F: 0x121,
}


def words_of(tokenizer: Tokenizer, parts: Sequence[Mapping[str, Any]]) -> Words | None:
    """How to read ASCII text by words; null where not all that the tokenizer does is known.

    Args:
        tokenizer: whose normal form leaves ASCII text as it is.
        parts: of its pre_tokenizer, as its file says them; ByteLevel is among them.
    """
    model = tokenizer.model
    if type(model).__name__ != "BPE" or model.dropout or [p["type"] for p in parts].index("ByteLevel") + 1 < len(parts):
        return None
    splitters = [_splitter(part) for part in parts if part["type"] != "ByteLevel" or part["use_regex"]]
    known = [splitter for splitter in splitters if splitter is not None]
    return Words(tokenizer, known) if len(known) == len(splitters) else None


def _splitter(part: Mapping[str, Any]) -> Splitter | None:
    """What cuts ASCII text as a part of a pre_tokenizer does, what stands between its words being words, too."""
    if part["type"] == "ByteLevel":
        source = _BYTE_LEVEL
    elif part["type"] == "Digits":
        source = r"\p{N}" if part["individual_digits"] else r"\p{N}+"
    elif part["type"] == "Split" and (part["behavior"], part["invert"]) in (("Isolated", False), ("Removed", True)):
        given = part["pattern"]
        source = given["Regex"] if "Regex" in given else re.escape(given["String"])
    else:
        return None
    words = ascii_expression(source)
    if words is None:
        return None
    # Of what is removed the places of tokens tell that they are not the whole text.
    gaps = "" if part.get("behavior") == "Removed" else rf"|(?:(?!{words})[\x00-\x7f])+"
    return re.compile(words + gaps, re.ASCII).findall


def ascii_expression(source: str) -> str | None:
    """An expression of the library's that finds the same in ASCII text by `re`, under re.ASCII; null if not known."""
    atoms = _ATOM.findall(source)
    if "".join(atoms) != source:
        return None
    found = "(?:" + "".join(atom if atom[0] == "[" else _PROPERTY.sub(r"[\g<0>]", atom) for atom in atoms) + ")"
    found = _PROPERTY.sub(lambda match: _ASCII_OF[match[1]], found)
    try:
        return None if re.compile(found, re.ASCII).match("") else found
    except re.error:  # of what this Python does not know
        return None


def _any_of(texts: list[str]) -> re.Pattern[str] | None:
    """Texts, the longest first, in a group."""
    return re.compile(f"({'|'.join(map(re.escape, sorted(texts, key=len, reverse=True)))})") if texts else None
