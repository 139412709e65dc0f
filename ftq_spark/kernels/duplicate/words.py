"""A text as the words that carry what it says: two texts with the same ones differ in nothing a reader would notice.

Case, inflection, articles and other empty words, synonyms, typographic marks and courtesies do not count; numbers,
letter names, negations, operators, signs and every other word do. In code every mark counts, and case as well.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

from ftq_spark.kernels.text.own import pieces
from ftq_spark.kernels.text.phrases import lines, pattern
from ftq_spark.kernels.text.signs import reckoned
from ftq_spark.kernels.text.umlauts import written_out

_FOLD = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "‚": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "−": "-",
    }
    | {"\u00a0": " ", "\u202f": " ", "\u200b": None}
)
# Code that begins with no blank holds one of them; most prose none, which is soon told.
_CODE_SIGNS = (
    " -", "`", "<", ";", "{", "}", "(", "=", "&&", "||", "\n ", "\n\t", "SELECT", "def ", "function ", "class "
)  # fmt: skip
# Scripts without spaces: every character is a word (see ftq_spark.kernels.text.tokens).
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u312f\u31a0-\u31ff\u3400-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"\d+(?:[.,:/]\d+)+(?![^\W\d_])|[{_ALONE}]|(?:(?![{_ALONE}])\w)+(?:'(?:(?![{_ALONE}])\w)+)*|\S")
_MARKS = frozenset(".,;:!?\"'()[]…-*`#•·|«»~¿¡。，、；：？！（）「」『』《》【】\ufe0f")
_BOLD = re.compile(r"\*\*|__|^#{1,6} |^[ \t]*[-*•] +", re.MULTILINE)
_GUILLEMETS = re.compile(r"«\s?|\s?»")
_BOLD_WORDS = re.compile(r"(?<!\w)\*\*(?=\S)([^*\n]+)(?<=\S)\*\*(?!\w)")
_LAYOUT = re.compile(r"^#{1,6} |^[ \t]*[-*•] +(?=[^\W\d_])", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*(\d{1,2})[.)][ \t]+(?=[^\W\d_]|\*\*)", re.MULTILINE)
_CODE = re.compile(
    r"```|</?\w+[^>\n]{0,80}>|;[ \t]*$|[{}]|^[ \t]+(?:return|if|for|while|print)\b|"
    r"\b(?:def|function|class) \w+\s*[(:{]|"
    r"^[ \t]*(?:\$ )?(?:sudo )?[a-z][a-z0-9_.-]{1,20}(?: [^\n]{0,200}?)? --?[A-Za-z][\w-]*(?=[ =\n]|$)|"
    r"\w\(\w*\)|\bSELECT\b.{1,200}\bFROM\b|\w\s?(?:[-+*/]?=|==|!=|<=|>=|&&|\|\|)\s?\w",
    re.MULTILINE | re.DOTALL,
)
_OPENING = frozenset('.!?:"')  # behind which a sentence begins
_ENDS = frozenset(".,;:!?)")  # behind a roman numeral; the pronoun is followed by a verb
_CONTRACTED = {"can't": "not", "cannot": "not", "won't": "not", "shan't": "not", "never": "never"}
_STATES = re.compile(r"\bUS\b(?! (?:ALL|AND|BE|GO)\b)|(?<=\b[Tt]he )us\b|(?<=\b[Ii]n )us\b")  # no pronoun
_BRITISH = (("isation", "ization"), ("ise", "ize"), ("ising", "izing"), ("ised", "ized"), ("our", "or"))
_NOT_PLURAL = ("ss", "us", "is", "ous")


class Words(NamedTuple):
    """What a text says."""

    content: tuple[str, ...]  # in order; inflection taken off, of synonyms the first
    plain: frozenset[str]  # those of `content` that are ordinary words: no number, name, letter or sign


_ROOM = "ftq_spark.kernels.duplicate"
EMPTY = frozenset(lines(_ROOM, "empty_words.txt"))
_COURTESY = pattern(_ROOM, "courtesies.txt", form=r"(?:^|(?<=[.!?,\n]))\s*{}\s*(?:[.!,]+|$)")


@functools.lru_cache(maxsize=4096)
def words(text: str) -> Words:
    """Read a text."""
    if is_code(text):
        return Words(tuple(_TOKEN.findall(text)), frozenset())
    text = _STATES.sub("USA", _COURTESY.sub(" ", _BOLD.sub("", reckoned(folded(text)))))
    content: list[str] = []
    plain: set[str] = set()
    has_words, opens = False, True
    for part in pieces(text):
        read = _read(part, opens)
        content += read.content
        plain |= read.plain
        has_words = has_words or read.has_words
        opens = read.opens
    return Words(tuple(content), frozenset(plain)) if has_words else Words(tuple("".join(text.split())), frozenset())


class _Piece(NamedTuple):
    """A line or sentence, read once for all texts that hold it."""

    content: tuple[str, ...]
    plain: frozenset[str]
    has_words: bool
    opens: bool  # a sentence begins behind it


@functools.lru_cache(maxsize=4096)
def _read(text: str, opens: bool) -> _Piece:
    """Read a piece of prose; `opens` says that a sentence begins with it."""
    content: list[str] = []
    plain: set[str] = set()
    has_words = False
    for match in _TOKEN.finditer(text):
        token = match[0]
        if not (token[0].isalnum() or token[0] == "_"):
            if token not in _MARKS or _operates(text, match):
                content.append(token)
            opens = token in _OPENING
            continue
        has_words = True
        if len(token) == 1 and _is_letter_name(token, opens, text[match.end() : match.end() + 1]):
            content.append(token)
        elif (read := _word(token)).counts_as:
            content.append(read.counts_as)
            if read.is_plain or (opens and read.is_plain_at_start):
                plain.add(read.counts_as)
        opens = False
    return _Piece(tuple(content), frozenset(plain), has_words, opens)


def folded(text: str) -> str:
    """A text whose accents, quotation marks, dashes and spaces are written in one way."""
    if text.isascii():
        return text
    return _GUILLEMETS.sub('"', unicodedata.normalize("NFC", text)).translate(_FOLD)


def spelled(text: str) -> str:
    """A text in American spelling, in lower case."""
    return " ".join(map(_american, text.lower().split()))


@functools.lru_cache(maxsize=1 << 16)
def _american(word: str) -> str:
    stripped = word.rstrip(".,;:!?\"')s")
    for british, american in _BRITISH:
        if stripped.endswith(british) and len(stripped) > len(british) + 2:
            return stripped[: -len(british)] + american + word[len(stripped) :]
    return word


def unmarked(text: str) -> str:
    """A text without the marks of bold words, headings and lists; code as it is, and what may be a sign: 2**3, - 5."""
    if is_code(text):
        return text
    return _LAYOUT.sub("", _BOLD_WORDS.sub(r"\1", unnumbered(text)))


def unnumbered(text: str) -> str:
    """A text without the numbers of its lists: from 1 on they say no more than the order in which the items stand."""
    if "1. " not in text and "1) " not in text:
        return text
    last = 0

    def mark(match: re.Match[str]) -> str:
        nonlocal last
        number = int(match[1])
        if number not in (1, last + 1):
            return match[0]
        last = number
        return ""

    return _ITEM.sub(mark, text)


def without_courtesies(text: str) -> str:
    """A text without its greetings and thanks; as it is where it says nothing else."""
    return _COURTESY.sub(" ", text).strip() or text


@functools.lru_cache(maxsize=1024)
def is_code(text: str) -> bool:
    """Whether a text holds code or markup, where every mark counts."""
    may_be = text[:1] in (" ", "\t") or any(sign in text for sign in _CODE_SIGNS)
    return may_be and _CODE.search(text) is not None


def _operates(text: str, match: re.Match[str]) -> bool:
    """Whether a mark of prose is an operator or a sign here: 2*2, 5!, C#, −3."""
    token, before, after = match[0], text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if token == "-":
        return (not before.isalnum() and after.isdigit()) or (before.isdigit() and after.isdigit())
    if token == "*":
        return before.isalnum() and after.isalnum()
    if token == "!":
        return before.isdigit()
    return token == "#" and before.isalpha()


def _is_letter_name(token: str, opens: bool, after: str) -> bool:
    """Whether a letter that stands alone is a name: vitamin A, type I."""
    if opens or not (token.isascii() and token.isupper()):
        return False
    return token != "I" or after in _ENDS or not after


class _Word(NamedTuple):
    """A word, read once for all texts that hold it."""

    counts_as: str  # "" where it is empty
    is_plain: bool  # an ordinary word wherever it stands
    is_plain_at_start: bool  # … where a sentence begins


@functools.lru_cache(maxsize=1 << 16)
def _word(token: str) -> _Word:
    is_word = token.isalpha() and len(token) > 2
    return _Word(_counts_as(token) or "", is_word and token.islower(), is_word and token[1:].islower())


def _counts_as(token: str) -> str | None:
    """What a word counts as; None where it is empty."""
    low = written_out(token.lower())
    if low in _CONTRACTED or low.endswith("n't"):
        return _CONTRACTED.get(low, "not")
    low = low.partition("'")[0] if "'" in low else low
    if low in EMPTY:
        return None
    root = inflected(low)
    return SAME.get(root, root)


@functools.lru_cache(maxsize=1 << 16)
def inflected(word: str) -> str:
    """A word without the ending of number and tense, in American spelling."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(_NOT_PLURAL):
        word = word[:-1]
    for british, american in _BRITISH:
        if word.endswith(british) and len(word) > len(british) + 2:
            word = word[: -len(british)] + american
            break
    for suffix in ("ing", "ed"):
        if word.endswith(suffix) and len(word) > len(suffix) + 3:
            word = word[: -len(suffix)]
            if word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


SAME = {
    inflected(word): inflected(group.split()[0])
    for group in lines(_ROOM, "same_words.txt")
    for word in group.split()[1:]
}
