"""Write docs/reference from what the program itself says: the command line, settings, signals, tables, codes.

./scripts/docs            write
./scripts/docs --check    exit 1 where a page differs from what would be written
"""

from __future__ import annotations

import argparse
import ast
import inspect
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from enum import Enum
from inspect import cleandoc
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pyarrow as pa
import typer
import yaml
from pydantic import BaseModel

from ftq_spark import schema, signals
from ftq_spark.cli.app import app
from ftq_spark.formats import CODES, FIXES
from ftq_spark.report.advice import ADVICE
from ftq_spark.settings import Settings
from ftq_spark.validation.warnings import WARNINGS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
NOTE = "<!-- Written by scripts/docs; a change here is lost. -->\n\n"


def cell(text: object) -> str:
    """`text` as a cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(head: list[str], rows: list[list[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell(item) for item in line) + " |" for line in lines) + "\n"


# ── The command line ─────────────────────────────────────────────────────────────────────────────────────────────────


def plain(text: str | None) -> str:
    """Help text without rich's markup and wrapping."""
    paragraphs = re.split(r"\n\s*\n", cleandoc(re.sub(r"\[/?[a-z]+\]", "", text or "")))
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def commands(typer_app: typer.Typer, name: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every command with its full name, in the order of the help."""
    for entry in typer_app.registered_commands:
        assert entry.callback is not None
        yield f"{name} {entry.name or entry.callback.__name__.strip('_').replace('_', '-')}", entry.callback
    for group in typer_app.registered_groups:
        if group.typer_instance is not None:
            yield from commands(group.typer_instance, f"{name} {group.name}")


def parameters(callback: Callable[..., Any]) -> Iterator[tuple[Any, Any, Any]]:
    """What typer is told of each parameter, its type, and its default (inspect's `empty` where it has none)."""
    hints = get_type_hints(callback, include_extras=True)
    for name, parameter in inspect.signature(callback).parameters.items():
        kind, info, *_ = get_args(hints[name])
        yield info, kind, parameter.default


def placeholder(info: Any, kind: Any) -> str:
    """What stands for an option's value."""
    if info.metavar:
        return str(info.metavar)
    inner = next((item for item in (kind, *get_args(kind)) if isinstance(item, type)), str)
    if issubclass(inner, Enum):
        return "|".join(item.value for item in inner)
    return {"bool": "", "str": "TEXT", "int": "N", "float": "X", "Path": "PATH"}.get(inner.__name__, inner.__name__)


def option_row(info: Any, kind: Any, default: Any) -> list[object]:
    value = placeholder(info, kind)
    shown = getattr(default, "value", default)
    empty = default is inspect.Parameter.empty or default in (None, False, [])
    named = [info.default] if isinstance(info.default, str) else []  # inside Annotated the first name stands there
    flags = ", ".join(f"`{flag}`" for flag in [*named, *info.param_decls])
    return [flags, f"`{value}`" if value else "", "" if empty else f"`{shown}`", plain(info.help)]


def cli() -> str:
    parts = ["# The command line\n"]
    for name, callback in commands(app, "ftq"):
        found = list(parameters(callback))
        arguments = [info.metavar for info, _, _ in found if isinstance(info, typer.models.ArgumentInfo)]
        rows = [option_row(*item) for item in found if isinstance(item[0], typer.models.OptionInfo)]
        parts.append(f"## `{' '.join([name, *map(str, arguments)])}`\n\n{plain(callback.__doc__)}\n")
        if rows:
            parts.append(table(["option", "value", "default", "meaning"], rows))
    return "\n".join(parts)


# ── Settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def meanings() -> dict[str, str]:
    """Dotted key → what its comment in conf/default.yaml says: those above it, then that behind it."""
    found: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    above: list[str] = []
    for line in (ROOT / "conf" / "default.yaml").read_text(encoding="utf-8").splitlines():
        key = re.match(r"^( *)([a-z_]+):(?: |$)", line)
        if key is None:
            comment = re.match(r"^ *# ?(.*)$", line)
            above = [*above, comment.group(1)] if comment else []
            continue
        indent = len(key.group(1))
        path = [item for item in path if item[0] < indent] + [(indent, key.group(2))]
        behind = re.search(r" # (.*)$", line)
        found[".".join(name for _, name in path)] = " ".join([*above, *([behind.group(1)] if behind else [])])
        above = []
    return found


def values(annotation: Any) -> str:
    """What a field takes, in words."""
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    if get_origin(annotation) is tuple:
        return f"list of {values(get_args(annotation)[0])}"
    if get_origin(annotation) is dict:
        return "mapping"
    names = {int: "whole number", float: "number", str: "text", bool: "true, false", type(None): "null"}
    if annotation in names:
        return names[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "mapping"
    inner = [values(item) for item in get_args(annotation) if item is not type(None)]  # "" of the bounds of a number
    nullable = type(None) in get_args(annotation)
    return ", ".join(dict.fromkeys([said for said in inner if said] + (["null"] if nullable else [])))


def plain_values(default: Any) -> Any:
    """A default as YAML shows it."""
    if isinstance(default, BaseModel):
        return default.model_dump(mode="json", exclude_none=True)
    if isinstance(default, dict):
        return {name: plain_values(item) for name, item in default.items()}
    return [plain_values(item) for item in default] if isinstance(default, tuple) else default


def keys(model: type[BaseModel], prefix: str) -> Iterator[list[object]]:
    about = meanings()
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys(kind, f"{prefix}{name}.")
            continue
        default = plain_values(field.get_default(call_default_factory=True))
        dotted = prefix + name
        shown = yaml.safe_dump(default, default_flow_style=True, width=10_000).removesuffix("...\n").strip()
        shown = "see conf/default.yaml" if len(shown) > 80 else f"`{shown}`"
        yield [f"`{dotted}`", values(kind), shown, about.get(dotted, "")]


def settings() -> str:
    parts = [
        "# Settings\n\nA settings file states only what differs from the profile that it extends; `--set KEY=VALUE` "
        "changes one key. `ftq run --settings FILE`.\n"
    ]
    about = meanings()
    for name, field in Settings.model_fields.items():
        section = field.annotation
        head = f"## `{name}`\n" + (f"\n{about[name]}\n" if about.get(name) else "")
        if not (isinstance(section, type) and issubclass(section, BaseModel)):  # one value
            parts.append(f"{head}\nTakes {values(section)}; default `{field.default}`.\n")
            continue
        parts.append(head + "\n" + table(["key", "takes", "default", "meaning"], list(keys(section, f"{name}."))))
    return "\n".join(parts)


# ── Signals, tables, codes ───────────────────────────────────────────────────────────────────────────────────────────


def signal_catalogue() -> str:
    rows: list[list[object]] = []
    for entry in sorted(signals.catalogue(), key=lambda entry: entry.name):
        low, high = (f"{edge:g}" if abs(edge) != float("inf") else "∞" for edge in entry.range)
        about = entry.summary + (f" ({entry.source})" if entry.source else "")
        rows.append([f"`{entry.name}`", entry.version, f"[{low}, {high}]", ", ".join(entry.reads), about])
    return (
        "# Signals\n\nEach is a column `sig_NAME` of `scored`; null where it does not apply to an example.\n\n"
        + table(["signal", "version", "range", "reads", "what it measures"], rows)
    )


def column_comments() -> dict[str, dict[str, str]]:
    """Table constant → column → the comment behind it in schema.py."""
    text = Path(schema.__file__).read_text(encoding="utf-8")
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            columns = {
                item.elts[0].value: comments.get(item.end_lineno or 0, "")
                for item in ast.walk(node.value)
                if isinstance(item, ast.Tuple) and item.elts and isinstance(item.elts[0], ast.Constant)
            }
            found[node.targets[0].id] = {str(name): comment for name, comment in columns.items()}
    return found


PUBLISHED = (
    "examples", "rejects", "embeddings", "topics", "pairs", "clusters", "conflicts", "stances", "questions", "askings",
    "within", "exchanges", "turn_findings", "contamination", "judged", "verdicts", "formats", "edits",
)  # fmt: skip


def tables() -> str:
    comments = column_comments()
    parts = [
        "# Tables of a run\n\nParquet directories below `RUN/tables`; `manifest.json` names the committed ones under "
        "`tables`. `scored` joins `examples`, `verdicts`, the text views `prompt` and `response`, `topic`, "
        "`edited_at` and `found_response` (where a person has corrected the answer), and a column `sig_NAME` for each "
        "[signal](signals.md); of dialogues also `turn_findings` and, of those in `clean/`, `masked_turns`.\n"
    ]
    for name in PUBLISHED:
        about = comments[name.upper()]
        rows: list[list[object]] = [
            [f"`{field.name}`", f"`{type_name(field.type)}`", about.get(field.name, "")]
            for field in getattr(schema, name.upper())
        ]
        parts.append(f"## `{name}`\n\n" + table(["column", "type", "meaning"], rows))
    return "\n".join(parts)


def type_name(type_: pa.DataType) -> str:
    """An Arrow type without the names of list elements."""
    return re.sub(r"(?:element|item): ", "", str(type_))


def codes() -> str:
    rows: list[list[object]] = [[f"`{code}`", meaning, FIXES[code]] for code, meaning in CODES.items()]
    warned: list[list[object]] = [[f"`{code}`", meaning] for code, meaning in WARNINGS.items()]
    found: list[list[object]] = [[f"`{code}`", found_by(code), advice] for code, advice in sorted(ADVICE.items())]
    return (
        "# Codes of rejected rows\n\nColumn `code` of the table `rejects`, and of `ftq validate`.\n\n"
        + table(["code", "meaning", "how to fix it"], rows)
        + "\n# Codes of warnings\n\nOf `ftq validate`: the row is read, but a trainer would drop something of it, or "
        + "learn what nobody meant.\n\n"
        + table(["code", "meaning"], warned)
        + "\n# Reasons and notes\n\nColumns `reasons` and `notes` of `scored`, and `_ftq` in `dropped/` and `review/`. "
        + "A rule is a bound on a [signal](signals.md), which `score.rules` changes; a note decides nothing.\n\n"
        + table(["code", "rules by default", "what to do"], found)
    )


def found_by(reason: str) -> str:
    """The default rules with this reason: what each does, and from which value of its signal on."""
    rules = [rule for rule in signals.DEFAULT_RULES if rule.reason == reason]
    return "; ".join(f"{rule.verdict} where `{rule.signal}` {bound_of(rule)}" for rule in rules)


def bound_of(rule: Any) -> str:
    return f"≥ {rule.at_least:g}" if rule.at_least is not None else f"≤ {rule.at_most:g}"


PAGES = {"cli": cli, "settings": settings, "signals": signal_catalogue, "tables": tables, "codes": codes}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for name, make in PAGES.items():
        path, text = FOLDER / f"{name}.md", NOTE + make()
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path.name)
        if not check:
            path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"docs/reference: {', '.join(stale) or 'nothing'} {'differs' if check else 'written'}\n")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
