"""Reading of the text material: blocks of labelled paragraphs, and tables with a bar between the columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
_FIELD = re.compile(r"^([A-Z]): ")


@dataclass
class Block:
    """What stands between two ``%%`` lines: ``@key value`` lines, then fields that begin with ``Q: ``, ``A: `` …"""

    meta: dict[str, str] = field(default_factory=dict)
    fields: list[tuple[str, str]] = field(default_factory=list)

    def entries(self) -> list[dict[str, str]]:
        """The fields, a new entry beginning at each ``Q``."""
        found: list[dict[str, str]] = []
        for name, text in self.fields:
            if name == "Q":
                found.append({})
            found[-1][name] = text
        return found


def read_blocks(name: str) -> list[Block]:
    """The blocks of ``name.txt``; a line that starts no field goes on with the one before."""
    blocks = []
    for part in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n%%\n"):
        block = Block()
        for line in part.rstrip("\n").split("\n"):
            if match := _FIELD.match(line):
                block.fields.append((match[1], line[3:]))
            elif line.startswith("@") and not block.fields:
                key, _, value = line[1:].partition(" ")
                block.meta[key] = value
            elif block.fields:
                label, text = block.fields[-1]
                block.fields[-1] = (label, f"{text}\n{line}")
        block.fields = [(label, text.strip()) for label, text in block.fields]
        blocks.append(block)
    return blocks


def read_table(name: str, columns: list[str]) -> list[dict[str, str]]:
    r"""The rows of ``name.txt``; ``#`` starts a comment line, ``\|`` is a bar inside a cell."""
    rows = []
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = [cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)]
            rows.append(dict(zip(columns, cells, strict=True)))
    return rows


def read_lines(name: str) -> set[str]:
    """The lines of ``name.txt`` that are neither empty nor comments."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}
