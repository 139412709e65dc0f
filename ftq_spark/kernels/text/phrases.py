"""Lists of words and phrases kept as text files beside the code that reads them.

One alternative a line; a line that begins with ``#`` is a comment; ``[name]`` opens a section. An alternative may be a
regular expression, and ``{name}`` in one stands for all alternatives of another section.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files

_HEADING = re.compile(r"\[(\w+)\]")
_REFERENCE = re.compile(r"\{([a-z_]\w*)\}")


@functools.cache
def sections(package: str, name: str) -> Mapping[str, tuple[str, ...]]:
    """Section → its lines, of a text file of a package; lines above any heading are in section ""."""
    found: dict[str, list[str]] = {"": []}
    current = ""
    for line in files(package).joinpath(name).read_text(encoding="utf-8").splitlines():
        heading = _HEADING.fullmatch(line.strip())
        if heading:
            current = heading[1]
            if current in found:
                raise ValueError(f"{package}/{name}: section [{current}] stands twice")
            found[current] = []
        elif line.strip() and not line.startswith("#"):
            found[current].append(line.strip())
    return {section: tuple(lines) for section, lines in found.items() if lines}


def lines(package: str, name: str, section: str = "") -> tuple[str, ...]:
    """The lines of one section of a package's text file; raises ``KeyError`` where there is none."""
    return sections(package, name)[section]


def alternation(alternatives: Iterable[str], lists: Mapping[str, Iterable[str]] | None = None) -> str:
    """A group that matches any of the alternatives, the longest first; ``{name}`` is replaced by that list's group."""
    named = lists or {}

    def group(parts: Iterable[str]) -> str:
        ordered = sorted(dict.fromkeys(parts), key=lambda part: (-len(part), part))
        return "(?:" + "|".join(_REFERENCE.sub(lambda match: group(named[match[1]]), part) for part in ordered) + ")"

    return group(alternatives)


def pattern(
    package: str, name: str, section: str = "", form: str = "{}", flags: int = re.IGNORECASE
) -> re.Pattern[str]:
    r"""One section's alternatives compiled; `form` says what stands around them (``^{}\b``)."""
    whole = alternation(lines(package, name, section), sections(package, name))
    return re.compile(form.replace("{}", whole), flags)
