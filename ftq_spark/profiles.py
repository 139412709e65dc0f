"""Where settings come from: YAML profiles, ``--set`` overrides, and error messages that suggest the right key."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from ftq_spark.errors import SettingsError, closest, suggestion
from ftq_spark.settings import Score, Settings
from ftq_spark.signals import REGISTRY, load_entry_point, load_source

PROFILES = ("default", "article")


def load(settings: str | Path | Mapping[str, Any] = "default", overrides: Iterable[str] = ()) -> Settings:
    """Settings from a profile's name, a YAML file or a mapping, with ``dotted.key=value`` overrides on top.

    A file states only what differs from the profile that its `extends` key names (`default` where it has none).
    Files of signals that they name are run, and files that they name are read. Raises SettingsError for a missing file,
    bad YAML, an unknown key, a value out of range, or a signal that nothing registers.
    """
    if isinstance(settings, Mapping):
        name, data = "given", _extended(dict(settings), "settings")
    else:
        name = str(settings)
        data = _profile(name) if name in PROFILES else _file(Path(name))
    for override in overrides:
        data = _merge(data, _override(override))
    found = _validate(data, name)
    _load_signals(found.score)
    found.dedup.protected_names()
    return found


def _load_signals(score: Score) -> None:
    """Run the user's own signals, and look up every signal that is named."""
    for text, path in score.sources():
        load_source(text, path)
    for plugin in score.plugins:
        load_entry_point(plugin)
    for where, name in [
        *(("rules", rule.signal) for rule in score.rules),
        *(("weights", name) for name in score.weights),
        *(("curves", name) for name in score.curves),
    ]:
        if name not in REGISTRY and name not in score.raters:
            hint = suggestion(name, [*REGISTRY, *score.raters], "`ftq signals` lists them")
            raise SettingsError(f"score.{where}: no such signal {name!r}{hint}")
        if where == "weights" and name not in score.curves and _range(score, name) != (0, 1):
            raise SettingsError(
                f"score.weights: signal {name!r} has the range {_range(score, name)}, expected (0, 1), or a curve"
            )
    reasons = list(dict.fromkeys(rule.reason for rule in score.rules))
    for reason in score.strengths:
        if reason not in reasons:
            hint = suggestion(reason, reasons, "`ftq settings` lists the rules")
            raise SettingsError(f"score.strengths: no rule gives the reason {reason!r}{hint}")
    for name in score.raters:
        if name in REGISTRY:
            raise SettingsError(f"score.raters: there is a signal {name!r} already: give the model another name")


def _range(score: Score, name: str) -> tuple[float, float]:
    rater = score.raters.get(name)
    if rater is None:
        return REGISTRY[name].range
    return (0, 1) if rater.label is not None else (-math.inf, math.inf)


def profile_name(settings: Settings) -> str:
    """The profile that `settings` are, or ``custom``."""
    return next((name for name in PROFILES if load(name) == settings), "custom")


def _profile(name: str) -> dict[str, Any]:
    packaged = resources.files("ftq_spark") / "conf" / f"{name}.yaml"
    if not packaged.is_file():  # a checkout, where conf/ stands beside the package
        return parse((Path(__file__).parent.parent / "conf" / f"{name}.yaml").read_text(encoding="utf-8"), name)
    return parse(packaged.read_text(encoding="utf-8"), name)


def _file(path: Path) -> dict[str, Any]:
    try:
        data = parse(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError:
        hint = suggestion(str(path), PROFILES, f"the profiles are {', '.join(PROFILES)}")
        raise SettingsError(f"settings {str(path)!r}: no such file, and no profile{hint}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings {str(path)!r} cannot be read: {error}") from error
    return _extended(data, str(path))


def _extended(data: dict[str, Any], where: str) -> dict[str, Any]:
    base = data.pop("extends", "default")
    if base not in PROFILES:
        raise SettingsError(f"{where}: extends: expected one of {', '.join(PROFILES)}, got {base!r}")
    return _merge(_profile(base), data)


def parse(text: str, where: str) -> dict[str, Any]:
    """The mapping that YAML holds. Raises SettingsError, which names `where`, for what is none."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SettingsError(f"{where}: not valid YAML: {error}") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise SettingsError(f"{where}: expected a mapping of settings, got {type(data).__name__}")
    return data


def _override(text: str) -> dict[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise SettingsError(f"--set {text!r}: expected dotted.key=value, such as dedup.near.threshold=0.9")
    nested: Any = _yaml_value(value, text)
    for part in reversed(key.split(".")):
        nested = {part: nested}
    found: dict[str, Any] = nested
    return found


def _yaml_value(value: str, where: str) -> Any:
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise SettingsError(f"--set {where!r}: the value is not valid YAML: {error}") from error


# Mappings whose keys are the user's own: a profile's entries are replaced whole, not mixed with new ones.
_OPEN = {"weights", "curves", "benchmarks", "raters"}


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = _merge(old, value) if both and key not in _OPEN else value  # type: ignore[arg-type]
    return merged


def _validate(data: dict[str, Any], where: str) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise SettingsError(f"settings {where}: " + "; ".join(_explain(item) for item in error.errors())) from error


def _explain(item: Any) -> str:
    path = ".".join(str(part) for part in item["loc"])
    if item["type"] == "model_type" and (below := [key for key in known_keys() if key.startswith(f"{path}.")]):
        shown = ", ".join(below[:6]) + (", …" if len(below) > 6 else "")
        return f"{path}: a section, which has no value of its own: set one of {shown}, got {item['input']!r}"
    if item["type"] != "extra_forbidden":
        return f"{path}: {item['msg'].removeprefix('Value error, ')}, got {item['input']!r}"
    parent, _, leaf = path.rpartition(".")
    known = [(*key.rpartition(".")[::2], key) for key in known_keys()]
    leaves = {name: key for _, name, key in reversed(known)}
    beside = {name: key for above, name, key in known if above == parent}
    for keys, likeness in ((beside, 0.6), (leaves, 0.8)):
        if close := closest(leaf, keys, likeness):
            return f"unknown key {path!r}; did you mean {keys[close]!r}?"
    return f"unknown key {path!r}; {'expected one of' if parent else 'there are'} {', '.join(beside)}"


def known_keys() -> list[str]:
    """Every dotted key."""

    def walk(model: type[BaseModel], prefix: str) -> Iterable[str]:
        for name, field in model.model_fields.items():
            yield prefix + name
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                yield from walk(field.annotation, f"{prefix}{name}.")

    return list(walk(Settings, ""))


def as_yaml(settings: Settings) -> str:
    """Every setting as YAML that :func:`load` reads; what differs from the default profile says from what."""
    usual = load().model_dump(mode="json")
    return "\n".join(_yaml_lines(settings.model_dump(mode="json"), usual, "")) + "\n"


def _yaml_lines(found: Mapping[str, Any], usual: Mapping[str, Any], indent: str) -> Iterable[str]:
    for key, value in found.items():
        if isinstance(value, Mapping) and value and key not in _OPEN and isinstance(usual.get(key), Mapping):
            yield f"{indent}{key}:"
            yield from _yaml_lines(value, usual[key], indent + "  ")
            continue
        first, *rest = _entry_lines(key, value)
        differs = key not in usual or value != usual[key]
        yield f"{indent}{first}" + (f"  # default: {_brief(usual.get(key))}" if differs else "")
        yield from (f"{indent}  {line}" for line in rest)


def _entry_lines(key: str, value: Any) -> list[str]:
    """A setting, its lists of mappings and its open mappings an entry a line."""
    if isinstance(value, Mapping) and value:
        return [f"{key}:", *(f"{_flow(name)}: {_flow(item)}" for name, item in value.items())]
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [f"{key}:", *(f"- {_flow(item)}" for item in value)]
    return [f"{key}: {_flow(value)}"]


def _flow(value: Any) -> str:
    dumped = yaml.safe_dump(value, default_flow_style=True, width=2**16, allow_unicode=True, sort_keys=False)
    return str(dumped).removesuffix("\n").removesuffix("\n...")


def _brief(value: Any) -> str:
    line = " ".join(_flow(value).split())
    return line if len(line) <= 80 else line[:79] + "…"
