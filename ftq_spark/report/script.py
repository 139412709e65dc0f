"""The page's script: the ES modules of ``report/workbench`` as one text.

A page that opens from disk can load no module beside it, so each stands in it once, after what it imports, without
its imports and exports. Names at the top of a module are those of one scope then: no two modules may use the same.
"""

from __future__ import annotations

import re
from importlib.resources import files

_IMPORT = re.compile(r'^import \{ [^}]+ \} from "\./([a-z]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def script() -> str:
    """``workbench.js`` with all that it imports, in an order in which everything is there before it is used."""
    found: dict[str, str] = {}
    _gather("workbench.js", found, ())
    return "".join(found.values())


def _gather(name: str, found: dict[str, str], on_the_way: tuple[str, ...]) -> None:
    if name in on_the_way:
        raise ValueError(f"modules import each other: {' > '.join((*on_the_way, name))}")
    if name in found:
        return
    text = files("ftq_spark.report").joinpath("workbench", name).read_text(encoding="utf-8")
    for other in _IMPORT.findall(text):
        _gather(other, found, (*on_the_way, name))
    found[name] = _EXPORT.sub("", _IMPORT.sub("", text))
