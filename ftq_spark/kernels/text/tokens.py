"""Words of a whole batch of texts, by array arithmetic.

A *token* is a maximal run of letters, digits, marks and underscores of any script. Apostrophes, the soft hyphen and the
zero-width (non-)joiner belong to a token where they stand between two such characters (``don't`` is one token, the
curly apostrophe counts as the straight one). In scripts that are written without spaces (Han, Kana, Yi, Thai, Lao,
Khmer, Burmese and their neighbours) every character is a token of its own. Everything else separates.

Character classes and lower case are those of the interpreter's Unicode database (:data:`UNICODE_VERSION`); a later
database can only change the tokens of texts with characters that the earlier one did not know.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

UNICODE_VERSION = unicodedata.unidata_version

Texts: TypeAlias = "pa.Array | pa.ChunkedArray | Sequence[str]"

_SEPARATOR, _WORD, _ALONE, _JOINER = range(4)
_JOINERS = "'\u2019\u00ad\u200c\u200d"
_APOSTROPHES = {0x2019: 0x27}
# Variation selectors are marks by category, but belong to emoji far more often than to words.
_VARIATION_SELECTORS = ((0xFE00, 0xFE10), (0xE0100, 0xE01F0))
_SCRIPTS_WITHOUT_SPACES = (
    (0x0E00, 0x0F00),  # Thai, Lao
    (0x1000, 0x10A0),  # Burmese
    (0x1780, 0x1800),  # Khmer
    (0x1950, 0x19E0),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AB0),  # Tai Tham
    (0x1B00, 0x1B80),  # Balinese
    (0x3005, 0x3130),  # ideographic marks, Hiragana, Katakana, Bopomofo
    (0x31A0, 0x3200),  # Bopomofo and Katakana extensions
    (0x3400, 0xA4D0),  # Han, Yi
    (0xA980, 0xAA00),  # Javanese, Burmese extension
    (0xAA60, 0xAAE0),  # Burmese extension, Tai Viet
    (0xF900, 0xFB00),  # Han compatibility ideographs
    (0xFF66, 0xFFA0),  # half-width Katakana
    (0x1AFF0, 0x1B170),  # Kana extensions
    (0x20000, 0x3FFFF),  # Han extensions
)
_IDEOGRAPHS = 0x3005  # where those of East Asia begin
# Where Unicode assigns letters today; beyond lie planes of separators (and the tags and selectors of plane 14).
_LETTERS_END = 0x40000

# Arithmetic is modulo 2^64, where an odd number has an inverse. These constants are part of the stored signatures.
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_FMIX64 = (np.uint64(33), np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_BLOCK_CHARS = 1 << 15  # the powers of one block and the block itself fit in a core's cache


class Tokens(NamedTuple):
    """The tokens of `n` texts as spans over one array of characters.

    Text ``i`` is ``codes[text_offsets[i]:text_offsets[i + 1]]`` and has the tokens
    ``token_offsets[i]:token_offsets[i + 1]``; token ``k`` is ``codes[starts[k]:ends[k]]``.
    """

    codes: NDArray[np.uint32]  # (n_chars,) code points in lower case, one for each character of the texts
    text_offsets: NDArray[np.int64]  # (n + 1,) into codes
    starts: NDArray[np.int64]  # (n_tokens,) into codes, increasing
    ends: NDArray[np.int64]  # (n_tokens,)
    token_offsets: NDArray[np.int64]  # (n + 1,) into starts and ends


def tokenize(texts: Texts) -> Tokens:
    """Tokens of every text of a batch; a null is an empty text.

    Lower-casing keeps one code point per character: a character whose lower case is longer stays as it is.
    """
    codes, classes, text_offsets = _characters(texts)
    if len(codes) == 0:
        none = np.empty(0, np.int64)
        return Tokens(codes, text_offsets, none, none, np.zeros_like(text_offsets))
    is_first = np.zeros(len(codes) + 1, bool)  # the first character of a text, and the end
    is_first[text_offsets] = True
    in_token = (classes == _WORD) | (classes == _ALONE)
    _join(in_token, classes, is_first)
    starts_here = in_token.copy()
    starts_here[1:] &= ~in_token[:-1] | is_first[1:-1]
    alone = np.flatnonzero(classes == _ALONE)
    if len(alone):
        starts_here[alone] = True
        after = alone[alone < len(codes) - 1] + 1
        starts_here[after] = in_token[after]
    starts = np.flatnonzero(starts_here)
    # A token ends where the next one starts or where the run of its characters does, whichever comes first.
    ends_here = in_token.copy()
    ends_here[:-1] &= ~in_token[1:] | starts_here[1:]
    ends = np.flatnonzero(ends_here) + 1
    return Tokens(codes, text_offsets, starts, ends, np.searchsorted(starts, text_offsets))


def of_texts(
    tokens: Tokens, token_hashes: NDArray[np.uint64], chosen: NDArray[np.int64]
) -> tuple[Tokens, NDArray[np.uint64]]:
    """The tokens of the texts at the positions `chosen`, ascending, and their hashes; of characters all stay."""
    counts = np.diff(tokens.token_offsets)
    is_chosen = np.zeros(len(counts), dtype=bool)
    is_chosen[chosen] = True
    taken = np.flatnonzero(np.repeat(is_chosen, counts))
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts[chosen])))
    bounds = np.append(tokens.text_offsets[:-1][chosen], tokens.text_offsets[-1])
    return Tokens(tokens.codes, bounds, tokens.starts[taken], tokens.ends[taken], offsets), token_hashes[taken]


def word_weights(tokens: Tokens) -> NDArray[np.float64]:
    """(n_tokens,) how much of a word each token is: 1, but less for a character of a script without spaces.

    A word of Chinese has about 1.6 characters, one of Thai and its neighbours about four.
    """
    first = tokens.codes[tokens.starts]
    weights = np.ones(len(first))
    beyond = np.flatnonzero(first >= _SCRIPTS_WITHOUT_SPACES[0][0])
    alone = beyond[_tables()[0][first[beyond]] == _ALONE] if len(beyond) else beyond
    weights[alone] = np.where(first[alone] >= _IDEOGRAPHS, 0.6, 0.25)
    return weights


def hashes(tokens: Tokens) -> NDArray[np.uint64]:
    """64-bit hash of every token, the same in every batch, on every machine and in every version.

    A polynomial of the code points modulo 2^64 (Karp and Rabin 1987), read off prefix sums as
    ``sum((c[j] + 1) * B^(j - start))`` and finished with MurmurHash3's mixer.
    """
    values = np.empty(len(tokens.starts), np.uint64)
    for first, last in _token_blocks(tokens):
        begin, end = tokens.starts[first], tokens.ends[last - 1]
        powers, inverses = _powers(int(end - begin) + 1)
        prefix = np.zeros(end - begin + 1, np.uint64)
        terms = tokens.codes[begin:end].astype(np.uint64)
        terms += np.uint64(1)
        terms *= powers[: end - begin]
        np.cumsum(terms, out=prefix[1:])
        starts = tokens.starts[first:last] - begin
        sums = prefix[tokens.ends[first:last] - begin] - prefix[starts]
        values[first:last] = mixed(sums * inverses[starts])
    return values


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """MurmurHash3's 64-bit finaliser: a bijection in which every bit of the input moves every bit of the output."""
    shift, first, second = _FMIX64
    values = values ^ (values >> shift)
    values *= first
    values ^= values >> shift
    values *= second
    values ^= values >> shift
    return values


def _token_blocks(tokens: Tokens) -> list[tuple[int, int]]:
    """Consecutive tokens whose characters fit in a block; a longer token is a block of its own."""
    blocks = []
    first = 0
    while first < len(tokens.starts):
        last = int(np.searchsorted(tokens.ends, tokens.starts[first] + _BLOCK_CHARS, side="right"))
        last = max(last, first + 1)
        blocks.append((first, last))
        first = last
    return blocks


def _powers(n: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """B^0 … B^(n-1), and those of its inverse."""
    if n <= _BLOCK_CHARS + 1:
        return _block_powers()
    return _power_series(_BASE, n), _power_series(_INVERSE, n)


@cache
def _block_powers() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    return _power_series(_BASE, _BLOCK_CHARS + 1), _power_series(_INVERSE, _BLOCK_CHARS + 1)


def _power_series(base: int, n: int) -> NDArray[np.uint64]:
    factors = np.full(n, base, np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


def _join(in_token: NDArray[np.bool_], classes: NDArray[np.uint8], is_first: NDArray[np.bool_]) -> None:
    """Take into the tokens the joiners that stand between two word characters of one text."""
    joiners = np.flatnonzero(classes == _JOINER)
    joiners = joiners[~is_first[joiners] & ~is_first[joiners + 1]]  # so that both neighbours exist
    inner = (classes[joiners - 1] == _WORD) & (classes[joiners + 1] == _WORD)
    in_token[joiners[inner]] = True


def _characters(texts: Texts) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.int64]]:
    """Code points in lower case, their classes, and the offsets of the texts."""
    data, byte_offsets = _utf8(texts)
    if data.isascii():
        classes, lower = _ascii_tables()
        codes = np.frombuffer(data.translate(lower), np.uint8).astype(np.uint32)
        return codes, np.frombuffer(data.translate(classes), np.uint8), byte_offsets
    try:
        text = data.decode()
        continuations = np.flatnonzero((np.frombuffer(data, np.uint8) & 0xC0) == 0x80)  # bytes that begin no character
        text_offsets = byte_offsets - np.searchsorted(continuations, byte_offsets)
    except UnicodeDecodeError:  # what Spark calls a string may hold any bytes
        parts = [data[begin:end].decode(errors="replace") for begin, end in pairwise(byte_offsets)]
        text = "".join(parts)
        text_offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts], dtype=np.int64)])
    native = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
    code_points = np.frombuffer(text.encode(native), np.uint32).astype(np.intp)  # numpy indexes fastest by intp
    all_classes, all_lower = _tables()
    return np.take(all_lower, code_points), np.take(all_classes, code_points), text_offsets


def _utf8(texts: Texts) -> tuple[bytes, NDArray[np.int64]]:
    """The UTF-8 bytes of all texts end to end, and their offsets."""
    if not isinstance(texts, (pa.Array, pa.ChunkedArray)):
        encoded = [text.encode("utf-8", "replace") for text in texts]
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        return b"".join(encoded), np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    array = texts.cast(pa.large_binary())
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.large_binary())
    if array.null_count:
        array = array.fill_null(b"")
    _, offsets_buffer, data = array.buffers()
    if len(array) == 0 or data is None:
        return b"", np.zeros(len(array) + 1, np.int64)
    offsets = np.frombuffer(offsets_buffer, np.int64)[array.offset : array.offset + len(array) + 1]
    return data.slice(offsets[0], offsets[-1] - offsets[0]).to_pybytes(), offsets - offsets[0]


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Class and lower case of every code point: (0x110000,) each, built once in a process."""
    classes = np.full(sys.maxunicode + 1, _SEPARATOR, np.uint8)
    lower = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    classes[:_LETTERS_END], lower[:_LETTERS_END] = _first_of_tables(_LETTERS_END)
    return classes, lower


def _first_of_tables(n: int) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Class and lower case of the first n code points: (n,) each."""
    characters = list(map(chr, range(n)))
    categories = np.array(list(map(unicodedata.category, characters)), "U2")
    major = categories.astype("U1")
    is_word = (major == "L") | (major == "N") | (categories == "Mn") | (categories == "Mc")
    classes = np.full(n, _SEPARATOR, np.uint8)
    classes[is_word] = _WORD
    classes[ord("_")] = _WORD
    for begin, end in _VARIATION_SELECTORS:
        classes[begin:end] = _SEPARATOR
    for begin, end in _SCRIPTS_WITHOUT_SPACES:
        block = classes[begin:end]
        block[block == _WORD] = _ALONE
    classes[[code for joiner in _JOINERS if (code := ord(joiner)) < n]] = _JOINER
    lower = np.array([ord(low) if len(low := c.lower()) == 1 else ord(c) for c in characters], np.uint32)
    for code, folded_code in _APOSTROPHES.items():
        if code < n:
            lower[code] = folded_code
    return classes, lower


@cache
def _ascii_tables() -> tuple[bytes, bytes]:
    """The first 256 entries of the tables, as :meth:`bytes.translate` wants them; most processes need no more."""
    classes, lower = _first_of_tables(256)
    return classes.tobytes(), lower.astype(np.uint8).tobytes()
