"""Which encoding bytes seem to be in that are not UTF-8, so that a message can name it; nothing is read by it.

What is told apart is told by the characters that everyday text has most, and by how they stand: of several that would
do the first in the list. Where none does, nothing is said: a file converted from the wrong encoding is lost.
"""

from __future__ import annotations

from collections.abc import Callable

_MAX_BYTES = 20_000  # looked at, of each text
_MIN_BEYOND = 2  # characters beyond ASCII


def told(data: bytes) -> str:
    """The end of a message about such bytes: the command that converts their file; "" where no encoding is told."""
    found = guess(data)
    return f"; it seems to be {found}: `iconv -f {found} -t UTF-8 FILE > NEW`" if found else ""


def guess(data: bytes) -> str | None:
    """The name, as `iconv` has it, of the encoding of a row or of the beginning of a file; null where none is clear."""
    data = data[:_MAX_BYTES]
    return utf16(data) or next((name for name, codec, holds in _TESTS if _reads(data, codec, holds)), None)


def utf16(data: bytes) -> str | None:
    """UTF-16 by its mark, or by the zeros that every other byte of Latin text is then."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    even, odd = data[0:400:2], data[1:400:2]
    if len(odd) < 8:
        return None
    if odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.1 * len(even):
        return "UTF-16LE"
    return "UTF-16BE" if even.count(0) > 0.4 * len(even) and odd.count(0) < 0.1 * len(odd) else None


def _reads(data: bytes, codec: str, holds: Callable[[str, int], bool]) -> bool:
    """Whether bytes are text in an encoding, and everyday text, which `holds` says of what is beyond ASCII."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(data) - 4:  # else a character that was cut at the end
            return False
        text = data[: error.start].decode(codec)
    beyond = "".join(char if char > "\x7f" else " " for char in text).split()
    chars = "".join(beyond)
    return len(chars) >= _MIN_BEYOND and holds(chars, len(beyond))


def _japanese(chars: str, n_runs: int) -> bool:
    return sum("ぁ" <= char <= "ヿ" for char in chars) >= 0.4 * len(chars)


def _korean(chars: str, n_runs: int) -> bool:
    return sum("가" <= char <= "힣" for char in chars) >= 0.95 * len(chars)


def _simplified(chars: str, n_runs: int) -> bool:
    """The hanzi of GB2312's first level, which are ordered by sound: Korean never looks like those behind j."""
    rows = [char.encode("gb18030")[0] for char in chars]
    everyday = sum(0xB0 <= row <= 0xD7 for row in rows) + sum(char in _MARKS for char in chars)
    return everyday >= 0.9 * len(chars) and sum(0xC9 <= row <= 0xD7 for row in rows) >= 0.1 * len(chars)


def _traditional(chars: str, n_runs: int) -> bool:
    everyday = sum(char in _MARKS or 0xA4 <= char.encode("big5")[0] <= 0xC6 for char in chars)
    return everyday >= 0.9 * len(chars) and len(chars) >= 2 * n_runs


def _cyrillic(chars: str, n_runs: int) -> bool:
    """Mostly small letters, in words, with their vowels: Turkish would have each by itself, Greek other vowels."""
    small = sum("а" <= char <= "я" or char in "ёіїєґў«»—–" for char in chars)
    vowels = sum(char in "аеиоуі" for char in chars)
    return small >= 0.75 * len(chars) and vowels >= 0.25 * len(chars) and len(chars) >= 3 * n_runs


def _western(chars: str, n_runs: int) -> bool:
    return sum(char in _WESTERN for char in chars) >= 0.85 * len(chars) and len(chars) < 2 * n_runs


_MARKS = "，。、：；！？“”‘’（）《》「」『』…—·\u3000"
_WESTERN = "äöüßÄÖÜéèêëÉÈÀàâáãåÅçîïíìñóòôõøØœæùûúÿ€«»—–…„“”‘’°·¿¡\xa0"
# Name, Python's codec, and the test; of those that the same bytes may be in the stricter stands first.
_TESTS: tuple[tuple[str, str, Callable[[str, int], bool]], ...] = (
    ("SHIFT_JIS", "shift_jis", _japanese),
    ("EUC-JP", "euc_jp", _japanese),
    ("EUC-KR", "euc_kr", _korean),
    ("GB18030", "gb18030", _simplified),
    ("BIG5", "big5", _traditional),
    ("WINDOWS-1251", "cp1251", _cyrillic),
    ("KOI8-R", "koi8_r", _cyrillic),
    ("WINDOWS-1252", "cp1252", _western),
)
