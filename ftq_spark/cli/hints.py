"""What a wrong command line most probably meant: said after the parser's own complaint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ftq_spark.cli.examples import EXAMPLES

# Options that a bare argument may have meant are those whose value is called one of these.
_NAMES_OF_PLACES = ("FILE", "DIR", "RUN", "LABELS", "URL", "PORT")
# Of a group of commands the one that a path without a command may have meant.
_USUAL = {"": "run", "review": "review draw"}


def hint(raised: Any) -> str:
    """How it is written rightly, to be put after the message of a usage error; "" where nothing is known."""
    if raised.ctx is None:
        return ""
    complaint, name = raised.message, _name(raised.ctx)
    example = f"such as: {EXAMPLES[name][0]}" if name in EXAMPLES else ""
    if hasattr(raised, "option_name"):
        is_known = getattr(raised, "possibilities", None) or not example
        return _as_setting(raised) or ("" if is_known else f"; {example}")
    if complaint.startswith("No such command"):
        return _after_a_command(complaint.split("'")[1], name)
    if complaint.startswith("Got unexpected extra argument"):
        return f"{_options(raised.ctx.command)}; {example}"
    is_missing = hasattr(raised, "param_type")  # what is told of it ends with a full stop
    return example[:1].upper() + example[1:] if is_missing else ""


def _name(ctx: Any) -> str:
    """The command as it is typed after ``ftq``."""
    names: list[str] = []
    while ctx.parent is not None:
        names.insert(0, ctx.info_name)
        ctx = ctx.parent
    return " ".join(names)


def _options(command: Any) -> str:
    """Which options may take what stands there without one."""
    taking = [
        f"{param.opts[0]} {param.metavar}"
        for param in command.params
        if param.param_type_name == "option" and any(word in (param.metavar or "") for word in _NAMES_OF_PLACES)
        and "=" not in param.metavar
    ]  # fmt: skip
    return f"; what may stand before it: {', '.join(taking)}" if taking else ""


def _after_a_command(word: str, group: str) -> str:
    is_path = "/" in word or "\\" in word or Path(word).suffix or Path(word).exists()
    return f" A path stands after a command, such as: {EXAMPLES[_USUAL[group]][0]}" if is_path else ""


def _as_setting(raised: Any) -> str:
    """Of an unknown option that is a setting's name: how a setting is given."""
    from ftq_spark.profiles import known_keys

    name = raised.option_name.lstrip("-").replace("-", "_")
    takes_settings = any(param.name == "set_" for param in raised.ctx.command.params)
    keys = known_keys() if name and takes_settings else []
    sections = {key.rpartition(".")[0] for key in keys}
    keys = [key for key in keys if key.rsplit(".", 1)[-1] == name and key not in sections]
    return f"; a setting is given as --set {keys[0]}=VALUE" if keys else ""
