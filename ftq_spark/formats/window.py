"""A window over a stream of JSON text, from which values are taken one by one."""

from __future__ import annotations

import codecs
import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import orjson

from ftq_spark.formats import strict
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.lines import too_large
from ftq_spark.formats.strict import MAX_DEPTH, hint

_BLOCK = 1 << 18
MAX_SKIPPED = 1 << 16  # what is kept of text that cannot be read
LONGER = 4  # times the element before it may be, for its end to be looked for
_N_FIRST = 16  # objects that are parsed at once, and twice as many each time
_BREAK = re.compile(rb"[\r\n][ \t\r\n]*")
_SPACE = re.compile(r"[ \t\r\n]*")
_IN_STRING = re.compile(r'["\\]')
_OUTSIDE = re.compile(r'["\[\]{},]')
_decode = json.JSONDecoder().raw_decode


def unbroken(raw: bytes) -> bytes:
    """A value on one line: in a valid one a line break is white space between tokens."""
    return _BREAK.sub(b"", raw) if b"\n" in raw or b"\r" in raw else raw


def _places(data: bytes, at: int, ends: bytes, longest: int, n: int) -> list[tuple[int, int]]:
    """Where the next objects begin and end, at most `n`, the first at `at`; as of :meth:`Window.many`."""
    found: list[tuple[int, int]] = []
    n_between = ends.index(b"{") - 1
    until = at + _BLOCK
    while len(found) < n and at < until and (end := data.find(ends, at, at + longest) + 1):
        found.append((at, end))
        longest = LONGER * (end - at + 1000)
        at = end + n_between
    return found


def _before_fault(raws: list[bytes]) -> list[dict[str, Any]]:
    """What the texts before the first with a fault hold."""
    values: list[dict[str, Any]] = []
    try:
        for raw in raws:
            values.append(strict.parse_object(raw))
    except Fault:
        pass
    return values


class Window:
    """Decoded text that moves over the stream: :attr:`text` is in memory, :attr:`at` the position in it.

    Bytes that are not UTF-8 are kept as surrogate escapes. A ``Fault`` of the stream (a broken compressed file) is kept
    in :attr:`fault` until the text before it is used up.
    """

    def __init__(self, stream: BinaryIO, max_row_bytes: int) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._max_row_bytes = max_row_bytes
        self._ended = False
        self.text = ""
        self.at = 0
        self._line, self._counted = 1, 0  # lines up to that place of the text
        self._bytes: bytes | None = None  # the text, where it was asked for
        self._bytes_at = 0, 0  # one place in it: of characters, of bytes
        self.fault: Fault | None = None

    def more(self) -> bool:
        """Read on, at least as much again as is in use; false at the end of the stream."""
        if self._ended:
            return False
        self.line()
        wanted = max(_BLOCK, len(self.text) - self.at)
        pieces = [self.text[self.at :]]
        try:
            while wanted > 0 and not self._ended:
                block = self._stream.read(wanted)
                self._ended = not block
                pieces.append(self._decoder.decode(block, final=self._ended))
                wanted -= len(block)
        except Fault as fault:
            self.fault, self._ended = fault, True
            pieces.append(self._decoder.decode(b"", final=True))
        self.text, self.at, self._counted, self._bytes = "".join(pieces), 0, 0, None
        return True

    def line(self) -> int:
        """The number of the line at the position; asked for places in their order."""
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = max(self._counted, self.at)
        return self._line

    def close(self) -> None:
        """Give up what is left of the text."""
        self.text, self.at, self._counted, self._bytes, self._ended = "", 0, 0, None, True

    def peek(self) -> str:
        """Move to the next character that is no white space; that character, "" at the end."""
        while True:
            self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def value(self) -> tuple[str, Any]:
        """The JSON value that begins here, as text and parsed; moves behind it.

        Raises:
            ValueError: no JSON value begins here; the position is as before.
            Fault: too_large or too_deep, or the stream's own.
        """
        while True:
            try:
                value, end = _decode(self.text, self.at)
            except RecursionError:
                raise Fault("too_deep", f"nested more than {MAX_DEPTH} deep") from None
            except json.JSONDecodeError as error:
                # What fails well before the end of the window is malformed; else more of it may be to come.
                certain = error.pos < len(self.text) - 16 and not error.msg.startswith("Unterminated")
                if certain or not self.more():
                    if self.fault is not None and not certain:
                        raise self.fault from None
                    why = hint(error.msg, self.text[error.pos : error.pos + 64])
                    n_breaks = self.text.count("\n", self.at, error.pos)
                    line = f", on line {self.line() + n_breaks}" if n_breaks else ""
                    what = f"{error.msg.removesuffix(' at')} at character {error.pos - self.at} of it"
                    raise ValueError(f"{what}{line}{why}") from None
            else:
                if end < len(self.text) or not self.more():  # a number may go on
                    start, self.at = self.at, end
                    return self.text[start:end], value
            if len(self.text) - self.at > self._max_row_bytes:
                raise too_large(self._max_row_bytes)

    def run(self, mark: str, longest: int) -> Iterator[tuple[bytes, dict[str, Any], int]]:
        """The objects from here on (bytes on one line, value, line), as long as each ends where `mark` is next found.

        `mark`, looked for `longest` bytes far and then four times as far as the object before was long, is a closing
        bracket, a comma, and the beginning of what follows. That such a piece is the whole object shows in that it can
        be parsed: no beginning of an object is one, and nothing behind it. In the end the position is that of the first
        object that is not so.
        """
        data, at = self._encoded()
        begun, line, ends = at, self.line(), mark.encode("utf-8", "surrogateescape")
        n_between, has_breaks = ends.index(b"{") - 1, "\n" in self.text or "\r" in self.text
        while end := data.find(ends, at, at + longest) + 1:
            raw = data[at:end]
            try:
                value = strict.exact(raw, orjson.loads(raw))
            except (orjson.JSONDecodeError, Fault):
                break
            after = end + n_between
            if has_breaks:
                yield unbroken(raw), value, line
                line += data.count(b"\n", at, after)
            else:
                yield raw, value, line
            at, longest = after, LONGER * (len(raw) + 1000)
        self._move_on(data, begun, at, line)

    def many(
        self, mark: str, longest: int, n: int, parse: Callable[[list[bytes]], list[dict[str, Any]] | None]
    ) -> Iterator[tuple[list[bytes], list[dict[str, Any]], list[int]]]:
        """What :meth:`run` gives, at most `n` at once as `parse` reads them: for objects that take up little memory."""
        data, at = self._encoded()
        begun, line, ends = at, self.line(), mark.encode("utf-8", "surrogateescape")
        n_between, has_breaks = ends.index(b"{") - 1, "\n" in self.text or "\r" in self.text
        n_wanted, is_sound = min(_N_FIRST, n), True
        while is_sound and (places := _places(data, at, ends, longest, n_wanted)):
            raws = [data[begin:end] for begin, end in places]
            values = parse(raws)
            if values is None:
                values, is_sound = _before_fault(raws), False
                raws, places = raws[: len(values)], places[: len(values)]
                if not raws:
                    break
            after = places[-1][1] + n_between
            lines = [line] * len(raws)
            if has_breaks:
                begins = [begin for begin, _ in places]
                counts = [data.count(b"\n", begin, end) for begin, end in itertools.pairwise([*begins, after])]
                *lines, line = itertools.accumulate(counts, initial=line)
                raws = list(map(unbroken, raws))
            yield raws, values, lines
            at, longest, n_wanted = after, LONGER * (len(raws[-1]) + 1000), min(2 * n_wanted, n)
        self._move_on(data, begun, at, line)

    def _move_on(self, data: bytes, begun: int, at: int, line: int) -> None:
        """Move from one place in the bytes of the text to another, which is on line `line`."""
        self.at += len(data[begun:at].decode("utf-8", "surrogateescape"))
        self._line, self._counted, self._bytes_at = line, self.at, (self.at, at)

    def _encoded(self) -> tuple[bytes, int]:
        """The text as bytes, and the position in them."""
        if self._bytes is None:
            self._bytes, self._bytes_at = self.text.encode("utf-8", "surrogateescape"), (0, 0)
        chars, n_bytes = self._bytes_at
        n_bytes += len(self.text[chars : self.at].encode("utf-8", "surrogateescape"))
        self._bytes_at = self.at, n_bytes
        return self._bytes, n_bytes

    def skip(self) -> tuple[str, bool]:
        """Move to where the value that begins here ends, judged by quotes and brackets alone.

        The end is the comma or bracket that belongs to what holds the value. Memory is bounded, however long it is.

        Returns:
            The beginning of what was skipped, and whether an end was found before the end of the text.
        """
        skipped, n_skipped = [], 0
        depth, in_string, at = 0, False, self.at
        while True:
            match = (_IN_STRING if in_string else _OUTSIDE).search(self.text, at)
            escape_is_cut = match is not None and match[0] == "\\" and match.end() == len(self.text)
            if match is None or escape_is_cut:
                end = len(self.text) - escape_is_cut
                if n_skipped < MAX_SKIPPED:
                    skipped.append(self.text[self.at : min(end, self.at + MAX_SKIPPED)])
                n_skipped += end - self.at
                self.at = end
                if not self.more():
                    return "".join(skipped)[:MAX_SKIPPED], False
                at = 0
                continue
            sign, at = match[0], match.end()
            if sign == "\\":
                at += 1
            elif sign == '"':
                in_string = not in_string
            elif sign in "[{":
                depth += 1
            elif depth == 0:
                break
            elif sign in "]}":
                depth -= 1
        end = at - 1
        skipped.append(self.text[self.at : min(end, self.at + MAX_SKIPPED)])
        self.at = end
        return "".join(skipped)[:MAX_SKIPPED], True
