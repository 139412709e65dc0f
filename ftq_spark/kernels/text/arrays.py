"""Batches of text as flat arrays: code points, lines and sentences without a Python loop over texts.

A batch of n texts is one `codes` array and `n + 1` offsets into it, as in an Arrow string array. Every count over the
batch is then one pass over one array, and every segment (line, sentence) is an Arrow string array that shares the bytes
of the batch, so that one linear-time RE2 expression looks at all of them at once.
"""

from __future__ import annotations

import functools
import sys
import unicodedata
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_UTF_32 = f"utf-32-{sys.byteorder[0]}e"
# What `str.split()` splits at: `str.isspace` over all of Unicode.
WHITESPACE = (
    *range(0x09, 0x0E),
    *range(0x1C, 0x21),
    *(0x85, 0xA0, 0x1680),
    *range(0x2000, 0x200B),
    *(0x2028, 0x2029, 0x202F, 0x205F, 0x3000),
)
LINE_BREAKS = (0x0A, 0x0D, 0x2028, 0x2029)
# Full stops, question and exclamation marks, and ellipses of the larger scripts; the wide ones need no space after.
TERMINATORS = ".!?…؟۔।॥։።፧៕᙮‼⁇⁈⁉"
WIDE_TERMINATORS = "。！？｡"
CLOSERS = "\"'”’»›)]}*_`」』】）〉》"
BRACKETS = "()[]{}（）「」【】"

IS_SPACE, IS_BREAK, ENDS_SENTENCE, ENDS_WIDE, CLOSES, BRACKET = (1 << bit for bit in range(6))


@functools.cache
def _mark_table() -> NDArray[np.uint8]:
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    table[list(WHITESPACE)] |= IS_SPACE
    table[list(LINE_BREAKS)] |= IS_BREAK
    for characters, bit in (
        (TERMINATORS, ENDS_SENTENCE),
        (WIDE_TERMINATORS, ENDS_WIDE),
        (CLOSERS, CLOSES),
        (BRACKETS, BRACKET),
    ):
        table[list(map(ord, characters))] |= bit
    return table


class Text(NamedTuple):
    """n texts as one array of code points."""

    codes: NDArray[np.uint32]  # (c,) code points of all texts, one after the other
    offsets: NDArray[np.int64]  # (n + 1,) where each text starts in `codes`
    data: pa.Array  # (n,) the same texts, without nulls, offset 0
    marks: NDArray[
        np.uint8
    ]  # (c,) bits of each code point: IS_SPACE, IS_BREAK, ENDS_SENTENCE, ENDS_WIDE, CLOSES, BRACKET


class Segments(NamedTuple):
    """Lines or sentences of n texts, in order; trailing white space stays with the segment before it."""

    texts: pa.Array  # (s,) large_string, sharing the bytes of the batch
    owner_offsets: NDArray[np.int64]  # (n + 1,) segments of text i are owner_offsets[i]:owner_offsets[i + 1]
    starts: NDArray[np.int64]  # (s + 1,) where each segment starts in `codes`; the last is their end


def combined(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The texts as one large_string array whose bytes begin with the first; those that are not UTF-8 become U+FFFD."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    texts = texts.cast(pa.large_string())
    # Of a slice that was cast Arrow's ascii_lower reads the wrong bytes: its own begin behind those that were left out.
    if texts.offset or not len(texts) or np.frombuffer(texts.buffers()[1], dtype=np.int64, count=1)[0]:
        texts = pa.concat_arrays([texts])
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:  # what Spark calls a string may hold any bytes
        values = texts.cast(pa.large_binary()).to_pylist()
        texts = pa.array([value.decode("utf-8", "replace") for value in values], pa.large_string())
    return texts


def utf8(texts: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of the texts that :func:`combined` gives, one after the other, and (n + 1,) where each text begins."""
    _, offset_buffer, data_buffer = texts.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64, count=len(texts) + 1)
    data = np.frombuffer(data_buffer or b"", dtype=np.uint8)[offsets[0] : offsets[-1]]
    return data, offsets - offsets[0]


def decode(texts: pa.Array) -> Text:
    """Code points of the texts that :func:`combined` gives."""
    if not len(texts):
        return Text(np.empty(0, dtype=np.uint32), np.zeros(1, dtype=np.int64), texts, np.empty(0, dtype=np.uint8))
    _, offset_buffer, data_buffer = texts.buffers()
    byte_offsets = np.frombuffer(offset_buffer, dtype=np.int64, count=len(texts) + 1)
    content = data_buffer.slice(byte_offsets[0], byte_offsets[-1] - byte_offsets[0]) if data_buffer is not None else b""
    codes = np.frombuffer(str(content, "utf-8").encode(_UTF_32), dtype=np.uint32)
    marks = _mark_table()[codes]
    if len(codes) == byte_offsets[-1] - byte_offsets[0]:
        return Text(codes, byte_offsets - byte_offsets[0], texts, marks)
    lengths = pc.utf8_length(texts).to_numpy(zero_copy_only=False)
    return Text(codes, np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths))), texts, marks)


def has_mark(text: Text, bits: int) -> NDArray[np.bool_]:
    """(c,) code points with one of the marks `bits`."""
    found: NDArray[np.bool_] = (text.marks & np.uint8(bits)) != 0
    return found


OTHER, SPACE, LETTER, MARK, DIGIT, PUNCTUATION, SYMBOL, CONTROL, INVISIBLE = range(9)
# Zero-width and direction-changing characters that no script needs inside a text; the joiners U+200C and U+200D and the
# direction marks U+200E and U+200F are not among them.
_INVISIBLE = (0x00AD, 0x200B, *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF)
_TABLE_END = 0x40000
_MAJOR = {"L": LETTER, "M": MARK, "N": DIGIT, "P": PUNCTUATION, "S": SYMBOL}


@functools.cache
def _class_table() -> NDArray[np.uint8]:
    categories = map(unicodedata.category, map(chr, range(_TABLE_END)))
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    table[:_TABLE_END] = [_MAJOR.get(category[0], CONTROL if category == "Cc" else OTHER) for category in categories]
    table[list(WHITESPACE)] = SPACE
    table[list(_INVISIBLE)] = INVISIBLE
    table[0xFFFD] = CONTROL  # the replacement character stands for a byte that was lost
    table[0xE000:0xF900] = CONTROL  # private use
    return table


def character_classes(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """(c,) one of OTHER, SPACE, LETTER, MARK, DIGIT, PUNCTUATION, SYMBOL, CONTROL, INVISIBLE for each code point.

    CONTROL holds C0 and C1 controls that are no white space, U+FFFD and the private use area of the basic plane.
    """
    return _class_table()[codes]


def ratio(counts: NDArray[Any], totals: NDArray[Any]) -> NDArray[np.float64]:
    """(n,) counts / totals, NaN where the total is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(totals > 0, counts / totals, np.nan)


def count_true(flags: NDArray[np.bool_], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) how many flags are set in each of the n runs that n + 1 offsets cut."""
    return np.diff(np.searchsorted(np.flatnonzero(flags), offsets))


def sum_by_offsets(values: NDArray[Any], offsets: NDArray[np.int64]) -> NDArray[Any]:
    """(n,) sums of consecutive runs of `values`; an empty run sums to 0."""
    totals = np.concatenate((np.zeros(1, dtype=values.dtype), np.cumsum(values)))
    found: NDArray[Any] = totals[offsets[1:]] - totals[offsets[:-1]]
    return found


def whitespace_word_starts(text: Text) -> NDArray[np.int64]:
    """(w,) where each word begins that ``text.split()`` gives, for all texts one after the other."""
    space = has_mark(text, IS_SPACE)
    starts = ~space
    starts[1:] &= space[:-1]
    first = text.offsets[:-1][np.diff(text.offsets) > 0]
    starts[first] = ~space[first]  # a word may begin a text whose predecessor ended in a word
    return np.flatnonzero(starts)


def _byte_positions(text: Text, positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where code point positions lie in the UTF-8 bytes of the batch."""
    byte_offsets = np.frombuffer(text.data.buffers()[1], dtype=np.int64, count=len(text.data) + 1)
    first = byte_offsets[0]
    if byte_offsets[-1] - first == len(text.codes):
        found: NDArray[np.int64] = positions + first
        return found
    wide = np.flatnonzero(text.codes > 0x7F)
    codes = text.codes[wide]
    extra = 1 + (codes > 0x7FF).astype(np.int64) + (codes > 0xFFFF)
    before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(extra)))
    found = positions + before[np.searchsorted(wide, positions)] + first
    return found


def cut(text: Text, starts: NDArray[np.int64]) -> Segments:
    """Segments that begin at code point positions `starts`, in any order, and wherever a text begins."""
    begins = np.zeros(len(text.codes) + 1, dtype=bool)
    begins[starts] = True
    begins[text.offsets] = True
    if not len(text.codes):
        return Segments(pa.array([], pa.large_string()), np.zeros_like(text.offsets), np.zeros(1, dtype=np.int64))
    bounds = np.flatnonzero(begins)  # the last one is the end of the last text
    starts = bounds[:-1]
    offsets = np.ascontiguousarray(_byte_positions(text, bounds))
    base = text.data.buffers()[2]
    texts = pa.Array.from_buffers(pa.large_string(), len(starts), [None, pa.py_buffer(offsets), base])
    return Segments(texts, np.searchsorted(starts, text.offsets), bounds)


def _after_line_breaks(text: Text) -> NDArray[np.int64]:
    at = np.flatnonzero(has_mark(text, IS_BREAK))
    if not len(at):
        return at
    following = text.codes[np.minimum(at + 1, len(text.codes) - 1)]
    found: NDArray[np.int64] = at[~((text.codes[at] == 0x0D) & (following == 0x0A))] + 1
    return found


def lines(text: Text) -> Segments:
    """Lines, with their line break; an empty text has none."""
    return cut(text, _after_line_breaks(text))


def sentences(text: Text) -> Segments:
    """Sentences: cut at line breaks, and after a terminator with its closing quotes or brackets.

    A full stop ends a sentence only before white space that no lower-case ASCII letter follows ("e.g. this"), and not
    after the number that opens a list line ("1. First").
    """
    codes = text.codes
    at = np.flatnonzero(has_mark(text, ENDS_SENTENCE | ENDS_WIDE))
    if len(at):
        last = len(codes) - 1
        end = at + 1
        for _ in range(3):
            end = end + ((end <= last) & ((text.marks[np.minimum(end, last)] & CLOSES) != 0))
        spaced = (end > last) | ((text.marks[np.minimum(end, last)] & IS_SPACE) != 0)
        following = codes[np.minimum(end + 1, last)]
        lower = (following >= ord("a")) & (following <= ord("z")) & (end < last)
        dot = codes[at] == ord(".")
        wide = (text.marks[at] & ENDS_WIDE) != 0
        at = end[wide | (spaced & ~(dot & (lower | _is_enumerator(text, at))))]
    return cut(text, np.concatenate((at, _after_line_breaks(text))))


def _is_enumerator(text: Text, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Is the full stop at each position the one of "1." or "12." at the beginning of a line?"""
    codes = text.codes
    text_start = text.offsets[np.maximum(np.searchsorted(text.offsets, at, side="right") - 1, 0)]

    def before(distance: int) -> NDArray[np.uint32]:
        position = at - distance
        return np.where(position >= text_start, codes[np.maximum(position, 0)], 0x0A)

    def digit(character: NDArray[np.uint32]) -> NDArray[np.bool_]:
        return (character >= ord("0")) & (character <= ord("9"))

    def opening(character: NDArray[np.uint32]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (
            (character == 0x0A) | (character == 0x0D) | (character == ord("*")) | (character == ord("#"))
        )
        return found

    def indented(distance: int) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = opening(before(distance)) | (
            (before(distance) == 0x20) & opening(before(distance + 1))
        )
        return found

    return digit(before(1)) & (indented(2) | (digit(before(2)) & indented(3)))
