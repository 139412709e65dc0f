"""The modules of the page's script: whole as modules, and as the one text that stands in the page."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from ftq_spark.report import script

FOLDER = Path(script.__file__).parent / "workbench"
MODULES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.js"))}
IMPORT = re.compile(r'^import \{ ([^}]+) \} from "\./([a-z]+\.js)";$', re.MULTILINE)
DECLARED = re.compile(r"^(export )?(?:async )?(?:function|const|let) ([^=({;]+)", re.MULTILINE)
NO_CODE = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    r"|(?<=[(,=:&|!?])\s*/(?:\[(?:[^\]\\\n]|\\.)*\]|[^/\\\n\[]|\\.)+/[a-z]*",
    re.DOTALL,
)


def declared(text: str, exported: bool) -> list[str]:
    """The names at the top of a module, or those of them that others may import."""
    lists = [names for is_exported, names in DECLARED.findall(text) if is_exported or not exported]
    return [name for names in lists for name in re.findall(r"\w+", names)]


def code(text: str) -> str:
    """A module without comments, strings, patterns and the words of templates; what templates compute stays."""
    out, ends, depth, in_template, at = [], [], 0, False, 0
    while at < len(text):
        if in_template and text.startswith("${", at):
            ends.append(depth)
            in_template, depth, at = False, depth + 1, at + 2
        elif in_template:
            in_template = text[at] != "`"
            at += 2 if text[at] == "\\" else 1
        elif aside := NO_CODE.match(text, at):
            at = aside.end()
        else:
            char = text[at]
            in_template = char == "`"
            depth += (char == "{") - (char == "}")
            if char == "}" and ends and ends[-1] == depth:
                ends.pop()
                in_template = True
            out.append(" " if in_template else char)
            at += 1
    return "".join(out)


def used(text: str) -> set[str]:
    """The names that a module's code uses, properties and keys left out."""
    body = re.sub(r"([{,]\s*)\w+:", r"\1", code(IMPORT.sub("", text)))
    return set(re.findall(r"(?:(?<=\.\.\.)|(?<![.\w$]))([A-Za-z_]\w*)", body))


EXPORTS = {name: module for module, text in MODULES.items() for name in declared(text, exported=True)}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_what_it_uses_and_nothing_else(module: str) -> None:
    text = MODULES[module]
    imported = {name: other for names, other in IMPORT.findall(text) for name in names.split(", ")}
    assert imported == {name: EXPORTS[name] for name in used(text) if EXPORTS.get(name, module) != module}
    assert len(re.findall(r"^import ", text, re.MULTILINE)) == len(IMPORT.findall(text))  # as the page reads them


def test_names_are_those_of_one_scope() -> None:
    names = Counter(name for text in MODULES.values() for name in declared(text, exported=False))
    assert [name for name, n in names.items() if n > 1] == []
    assert set(EXPORTS) <= {
        name for names, _ in re.findall(IMPORT, "".join(MODULES.values())) for name in names.split(", ")
    }


def test_the_page_has_every_module_once_after_what_it_imports() -> None:
    text = script.script()
    assert "\nimport " not in text and "\nexport " not in text
    firsts = {module: text.index(body.split("\n", 1)[0]) for module, body in MODULES.items()}
    for module, body in MODULES.items():
        assert text.count(body.split("\n", 1)[0]) == 1
        assert all(firsts[other] < firsts[module] for _, other in IMPORT.findall(body))
