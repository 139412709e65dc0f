"""What a byte-level tokenizer makes of a text, word by word: a word that came before is not read again.

The library `tokenizers` cuts a text at added tokens, splits the rest by expressions, and asks its model of each word
alone, whose answer is remembered here. The cuts and splits are made again by :mod:`re`: of plain text, which is ASCII,
Latin and common punctuation, the expressions of public models mean the same there, once classes of Unicode are written
out. Other text, a tokenizer with any other part, and an expression with any construct that is not known to mean the
same, are left to the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_REMEMBERED = 1 << 17  # words
_LONGEST = 64  # characters of a word that is remembered
_BYTE_LEVEL = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"  # the library's own
_FOLDED = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
# Characters that NFC leaves as they are, whatever stands beside them. Left out are those of another class in older
# versions of Unicode (ª § ¶ º), those that fold to ASCII (İ ſ), and controls behind ASCII, one of which is a space.
_PLACES = (*range(0x80), *range(0xA0, 0x250), *range(0x2010, 0x2028), *range(0x2030, 0x205F), 0x20AC, 0x2122)
PLAIN = "".join(char for char in map(chr, _PLACES) if char not in "ª§¶ºİſ")
_SPACES = "\t\n\v\f\r \xa0"


def _members(belongs: Callable[[str], bool]) -> str:
    """Plain characters as members of a class; of none, what stands in no plain text."""
    return "".join(re.escape(char) for char in PLAIN if belongs(char)) or "\uffff"


def _of_category(name: str) -> str:
    return _members(lambda char: category(char).startswith(name))


_CATEGORIES = ("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "N", "Nd", "P", "S")
_MEMBERS = {
    r"\s": _members(lambda char: char in _SPACES),
    r"\S": _members(lambda char: char not in _SPACES),
    r"\d": _of_category("Nd"),
    **{rf"\p{{{name}}}": _of_category(name) for name in _CATEGORIES},
    r"\p{Han}": _members(lambda char: False),
}
_NAMED = "|".join(map(re.escape, _MEMBERS))
_ESCAPED = r"\\(?:[rntfv]|[ -/:-@\[-`{-~])"
_MEMBER = r"(?:[^\\\[\]&|~-]|[&|~](?![&|~]))"
_CLASS = rf"\[\^?(?:(?:{_NAMED}|{_ESCAPED}|{_MEMBER})(?!-)|{_MEMBER}-{_MEMBER}(?!-))+\]"
_REPEATED = r"(?:[*+?][+?]?|\{\d+(?:,\d*)?\})(?![*+?{])"
_OTHERS = r"\(\?[:=!]|[)|]|[^\\\[\](){}*+?|^$]"
_ATOM = re.compile(f"{_CLASS}|{_NAMED}|{_ESCAPED}|{_REPEATED}|{re.escape(_FOLDED)}|{_OTHERS}", re.DOTALL)
Splitter = Callable[[str], Iterable[str]]


class Words:
    """The token ids of plain texts."""

    def __init__(self, tokenizer: Tokenizer, splitters: list[Splitter], plain: str) -> None:
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
        self._other = re.compile(f"[^{re.escape(plain)}]")
        self._splitters = splitters

    def ids(self, text: str) -> NDArray[np.int64] | None:
        """(n,) ids of a text's tokens; null where the library has to be asked."""
        if self._awkward is not None and self._awkward.search(text):
            return None
        words: list[str] = []
        if not self._cut(text, 0, words):
            return None
        return np.frombuffer(b"".join(map(self._known.__getitem__, words)), np.int64)

    def _cut(self, text: str, level: int, words: list[str]) -> bool:
        """Add a text's words, if it is plain; tokens that are looked for in the normal form come second."""
        if level == len(self._cuts):
            if self._other.search(text):
                return False
            pieces: Iterable[str] = (text,)
            for split in self._splitters:
                pieces = [word for piece in pieces for word in split(piece)]
            words += pieces
            return True
        for place, piece in enumerate(self._cuts[level].split(text)):
            if place % 2:
                words.append(piece)
            elif piece and not self._cut(piece, level + 1, words):
                return False
        return True


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
        ids = np.array([token.id for token in self._tokenize(letters(word))], np.int64).tobytes()
        if len(word) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
                self.update(self._kept)
            self[word] = ids
        return ids


_SHOWN = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))  # bytes that are letters of their own
_LETTERS = {byte: 0x100 + place for place, byte in enumerate(sorted({*range(0x100)} - {*_SHOWN}))}


def letters(word: str) -> str:
    """The bytes of a word as a byte-level vocabulary writes them."""
    return word.encode().decode("latin-1").translate(_LETTERS)


def words_of(tokenizer: Tokenizer, parts: Sequence[Mapping[str, Any]], plain: str = PLAIN) -> Words | None:
    """How to read plain text by words; null where not all that the tokenizer does is known.

    Args:
        tokenizer: whose normal form leaves plain text as it is.
        parts: of its pre_tokenizer, as its file says them; ByteLevel is among them.
        plain: the characters of plain text, some or all of PLAIN.
    """
    model = tokenizer.model
    if type(model).__name__ != "BPE" or model.dropout or [p["type"] for p in parts].index("ByteLevel") + 1 < len(parts):
        return None
    splitters = [_splitter(part) for part in parts if part["type"] != "ByteLevel" or part["use_regex"]]
    known = [splitter for splitter in splitters if splitter is not None]
    return Words(tokenizer, known, plain) if len(known) == len(splitters) else None


def _splitter(part: Mapping[str, Any]) -> Splitter | None:
    """What cuts plain text as a part of a pre_tokenizer does, what stands between its words being words, too."""
    if part["type"] == "ByteLevel":
        source = _BYTE_LEVEL
    elif part["type"] == "Digits":
        source = r"\p{N}" if part["individual_digits"] else r"\p{N}+"
    elif part["type"] == "Split" and (part["behavior"], part["invert"]) in (("Isolated", False), ("Removed", True)):
        given = part["pattern"]
        source = given["Regex"] if "Regex" in given else re.escape(given["String"])
    else:
        return None
    words = plain_expression(source)
    if words is None:
        return None
    # Of what is removed the places of tokens tell that they are not the whole text.
    gaps = "" if part.get("behavior") == "Removed" else rf"|(?:(?!{words})[\s\S])+"
    return re.compile(words + gaps, re.ASCII).findall


def plain_expression(source: str) -> str | None:
    """An expression of the library's that finds the same in plain text by `re`, under re.ASCII; null if not known."""
    atoms = _ATOM.findall(source)
    if "".join(atoms) != source:
        return None
    members = re.compile(_NAMED)
    written = (
        members.sub(lambda found: _MEMBERS[found[0]], atom)
        if atom[0] == "["
        else f"[{_MEMBERS[atom]}]"
        if atom in _MEMBERS
        else atom
        for atom in atoms
    )
    found = f"(?:{''.join(written)})"
    try:
        return None if re.compile(found, re.ASCII).match("") else found
    except re.error:  # of what this Python does not know
        return None


def _any_of(texts: list[str]) -> re.Pattern[str] | None:
    """Texts, the longest first, in a group."""
    return re.compile(f"({'|'.join(map(re.escape, sorted(texts, key=len, reverse=True)))})") if texts else None
