"""Lines of a stream of bytes, with their true numbers, whole or by byte ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple

from ftq_spark.formats import strict
from ftq_spark.formats.faults import Fault

MAX_ROW_BYTES = 32 << 20
_BLOCK = 1 << 19
_RAW_BYTES = 1 << 16  # what is kept of a row over the cap
_SPACE = b" \t\r\n"
MIN_AT_ONCE = 8  # objects: fewer come one by one
N_AT_ONCE = 1024  # flat objects that are parsed at once
_OBJECTS_AT_ONCE = 600  # objects and lists in others, about
BOM = b"\xef\xbb\xbf"


class RawRow(NamedTuple):
    """One row as it was found: JSON text, or the reason why it can be none."""

    number: int  # 1-based; 0 for the whole file
    raw: bytes
    fault: Fault | None = None
    line: int | None = None  # where it begins in a file of text; null where that is the number, or there are no lines
    parsed: dict[str, Any] | None = None  # what the text parses to, where its reader knows


class RawObjects(NamedTuple):
    """Rows without a fault that stand one behind the other in JSON text, many at once."""

    numbers: Sequence[int]
    raws: list[bytes]
    lines: Sequence[int | None]
    parsed: list[dict[str, Any]]
    is_exact: bool = True  # else `strict.exact` was not asked yet, and one may be too deep

    def taken(self, some: slice) -> RawObjects:
        """Some of them."""
        return RawObjects(self.numbers[some], self.raws[some], self.lines[some], self.parsed[some], self.is_exact)

    def chosen(self, places: list[int]) -> RawObjects:
        """Those at these places, each once at most, in their order."""
        numbers, raws, lines, parsed = (picked(values, places) for values in self[:4])
        return RawObjects(numbers, raws, lines, parsed, self.is_exact)

    def n_bytes(self) -> int:
        """The length of them all."""
        return sum(map(len, self.raws))

    def rows(self) -> Iterator[RawRow]:
        """One by one."""
        for number, raw, line, parsed in zip(self.numbers, self.raws, self.lines, self.parsed, strict=True):
            try:
                found = parsed if self.is_exact else strict.exact(raw, parsed)
            except Fault as fault:
                yield RawRow(number, raw, fault, line)
            else:
                yield RawRow(number, raw, None, line, found)


def picked(values: Sequence[Any], places: list[int]) -> Any:
    """The values at these places, each once at most, in their order."""
    return values if len(places) == len(values) else [values[place] for place in places]


def too_large(limit: int) -> Fault:
    """The fault of a row over the cap of `limit` bytes."""
    return Fault("too_large", f"longer than {limit:,} bytes")


def line_blocks(stream: BinaryIO, max_bytes: int) -> Iterator[tuple[bytes, int]]:
    """Whole lines, many at once, without the last one's LF, and the length in bytes of them all.

    A line that does not fit into one block comes alone; over `max_bytes` it is cut, and shorter than its length says. A
    line ends at LF alone: a CR, U+2028 or U+0085 inside is a part of it. Reads of the stream may be short; what they
    raise comes after the complete lines before.
    """
    carry: list[bytes] = []
    n_carry = 0
    while block := stream.read(_BLOCK):
        start, end = 0, block.rfind(b"\n")
        if n_carry and end >= 0:
            start = block.index(b"\n") + 1
            n_carry += start - 1
            if n_carry <= max_bytes:
                carry.append(block[: start - 1])
            yield b"".join(carry), n_carry
            carry, n_carry = [], 0
        if start <= end:
            yield block[start:end], end - start
        if n_carry <= max_bytes:
            carry.append(block[end + 1 :])
        n_carry += len(block) - end - 1
    if n_carry:
        yield b"".join(carry), n_carry


def lines(
    stream: BinaryIO, *, first_row: int = 1, n_bytes: int | None = None, max_row_bytes: int = MAX_ROW_BYTES
) -> Iterator[RawRow | RawObjects]:
    """The lines that start in the next `n_bytes` of the stream (all for None), without white space around them.

    Objects come many at once. Blank lines are skipped and counted. A ``Fault`` that the stream
    raises (a broken compressed file) becomes the last row, after the complete lines before it.
    """
    number, position = first_row, 0
    try:
        for block, n_block in line_blocks(stream, max_row_bytes):
            n_left = None if n_bytes is None else n_bytes - position
            texts = [block] if len(block) != n_block else block.split(b"\n")
            if n_left is not None and n_left <= n_block:
                del texts[block.count(b"\n", 0, n_left - 1) + 1 :]
            if n_block > max_row_bytes:
                yield from _some_too_large(texts, number, n_block, max_row_bytes)
            else:
                yield from _objects(texts, number)
            number += len(texts)
            position += n_block + 1
            if n_bytes is not None and position >= n_bytes:
                return
    except Fault as fault:
        yield RawRow(number, b"", fault)


def _some_too_large(texts: list[bytes], number: int, n_bytes: int, max_row_bytes: int) -> Iterator[RawRow | RawObjects]:
    """The rows of lines of a block that may be too long, from row `number` on; one that is alone may be cut."""
    for i, text in enumerate(texts, number):
        if (n_bytes if len(texts) == 1 else len(text)) > max_row_bytes:
            yield RawRow(i, text[:_RAW_BYTES], too_large(max_row_bytes))
        else:
            yield from _objects([text], i)


def _objects(found: list[bytes], number: int) -> Iterator[RawRow | RawObjects]:
    """The rows of lines, from row `number` on."""
    texts = [line.strip(_SPACE).removeprefix(BOM) for line in found]  # files that were joined bring theirs along
    numbers: Sequence[int] = range(number, number + len(texts))
    if b"" in texts:
        numbers = [i for i, text in zip(numbers, texts, strict=True) if text]
        texts = [text for text in texts if text]
    first = strict.inexact_objects(texts[:1])
    n, parse = at_once(texts[0], first[0]) if first else (1, strict.objects)
    if n < MIN_AT_ONCE:
        yield from map(RawRow, numbers, texts)
        return
    for some in (slice(at, at + n) for at in range(0, len(texts), n)):
        parsed = parse(texts[some])
        if parsed is None:
            yield from map(RawRow, numbers[some], texts[some])
        else:
            yield RawObjects(numbers[some], texts[some], [None] * len(parsed), parsed, parse is strict.objects)


def at_once(text: bytes, value: dict[str, Any]) -> tuple[int, Callable[[list[bytes]], list[dict[str, Any]] | None]]:
    """How many objects like this one are to be parsed at once, and how; what takes up much memory comes alone."""
    if strict.is_flat(value):
        return N_AT_ONCE, strict.objects
    n_objects = 1 + text.count(b"{") + text.count(b"[")  # and lists; those in its strings included
    return _OBJECTS_AT_ONCE // n_objects, strict.inexact_objects


def line_starts(stream: BinaryIO, start: int, end: int) -> int:
    """How many lines start in the bytes from `start` to `end` of a seekable stream.

    The row number of the first line that starts at or after `start` is 1 + the sum over all ranges before.
    """
    n = 1 if start == 0 and end > 0 else 0
    # A line starts after each LF: count those one byte earlier.
    stream.seek(max(start - 1, 0))
    left = end - 1 - max(start - 1, 0)
    while left > 0 and (block := stream.read(min(_BLOCK, left))):
        n += block.count(b"\n")
        left -= len(block)
    return n


def seek_line(stream: BinaryIO, start: int) -> int:
    """Move a seekable stream to the first line that starts at or after byte `start`; returns its offset."""
    if start == 0:
        stream.seek(0)
        return 0
    position = start - 1
    stream.seek(position)
    while block := stream.read(_BLOCK):
        at = block.find(b"\n")
        if at >= 0:
            position += at + 1
            stream.seek(position)
            return position
        position += len(block)
    return position
