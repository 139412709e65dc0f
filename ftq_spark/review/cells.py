"""Text in spreadsheet cells: no cell may run as a formula, and what was escaped comes back as it was."""

from __future__ import annotations

import re

# A cell that begins so may be read as a formula (OWASP, CSV injection); an apostrophe marks text and is marked too.
_RISKY_START = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
_ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Excel holds 32,767 UTF-16 units in a cell; this many characters always fit, with their mark.
MAX_CELL_CHARS = 16_000


def protect(text: str) -> str:
    """The text with an apostrophe before a start that a spreadsheet could run; :func:`unprotect` takes it away."""
    return "'" + text if text.startswith(_RISKY_START) else text


def unprotect(text: str) -> str:
    """The text that :func:`protect` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_RISKY_START) else text


def without_nul(text: str) -> str:
    """NUL as U+2400: CSV readers stop at the character itself."""
    return text.replace("\x00", "␀")


def xml_text(text: str) -> str:
    """Characters that XLSX cannot hold as their visible Unicode pictures."""
    return _ILLEGAL_IN_XML.sub(lambda match: chr(0x2400 + ord(match[0])) if ord(match[0]) < 0x20 else "\ufffd", text)


def split_cell(text: str) -> list[str]:
    """The text in pieces that fit into a cell each; at least one."""
    return [text[start : start + MAX_CELL_CHARS] for start in range(0, len(text), MAX_CELL_CHARS)] or [""]
