"""The word lists of this room: one alternative a line, `#` comments."""

from __future__ import annotations

from importlib.resources import files


def words(name: str) -> tuple[str, ...]:
    """The lines of a list."""
    text = files("ftq_spark.kernels.exchanges").joinpath("english", f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#"))
