"""The columns of rows that are seen one by one: a type that holds them all, in the words of Arrow and Hugging Face.

A type is None (nothing but null), the name of a scalar, ``json`` (values of several kinds), a list of one type, or a
mapping of a struct's fields to theirs.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from ftq_spark.formats import strict

Type = Any  # None | str | [Type] | {str: Type}

JSON = "json"
# A struct of more fields than this is a mapping, whose keys are data.
MAX_FIELDS = 200
_SCALARS = {str: "string", bool: "bool", int: "int64", float: "float64"}
_ARROW = {"string": pa.string(), "bool": pa.bool_(), "int64": pa.int64(), "float64": pa.float64(), JSON: pa.string()}


def widened(type_: Type, value: Any) -> Type:
    """`type_`, changed in place where it can be, so that it holds `value` too."""
    if value is None or type_ == JSON:
        return type_
    if isinstance(value, dict):
        return _widened_struct({} if type_ is None else type_, value)
    if isinstance(value, list):
        found = [None] if type_ is None else type_
        if not isinstance(found, list):
            return JSON
        for item in value:
            found[0] = widened(found[0], item)
        return found
    return _widened_scalar(type_, value)


def _widened_scalar(type_: Type, value: Any) -> str:
    scalar = _SCALARS[type(value)]
    if scalar == "int64" and not -(2**63) <= value < 2**63:
        return JSON
    if type_ in (None, scalar):
        return scalar
    return "float64" if {str(type_), scalar} == {"int64", "float64"} else JSON


def widened_columns(columns: dict[str, Type], row: dict[str, Any]) -> dict[str, Type]:
    """`columns`, changed in place, so that they hold `row` too."""
    for name, value in row.items():
        columns[name] = widened(columns.get(name), value)
    return columns


def _widened_struct(type_: Type, value: dict[str, Any]) -> Type:
    if not isinstance(type_, dict):
        return JSON
    for name, item in value.items():
        type_[name] = widened(type_.get(name), item)
    return type_ if len(type_) <= MAX_FIELDS else JSON


def arrow_type(type_: Type) -> pa.DataType:
    """What was never anything but null is text; values of several kinds are JSON text."""
    if isinstance(type_, list):
        return pa.list_(arrow_type(type_[0]))
    if isinstance(type_, dict):
        return pa.struct([(name, arrow_type(field)) for name, field in type_.items()]) if type_ else pa.string()
    return _ARROW["string" if type_ is None else type_]


def schema(columns: dict[str, Type]) -> pa.Schema:
    """The Arrow schema of the named columns."""
    return pa.schema([(name, arrow_type(type_)) for name, type_ in columns.items()])


def is_mixed(type_: Type) -> bool:
    """Whether values of several kinds stand somewhere in it."""
    if isinstance(type_, list):
        return is_mixed(type_[0])
    if isinstance(type_, dict):
        return not type_ or any(map(is_mixed, type_.values()))
    return bool(type_ == JSON)


def fitted(type_: Type, value: Any) -> Any:
    """`value` as the Arrow type of `type_` holds it: JSON text where it holds values of several kinds."""
    if value is None:
        return None
    if isinstance(type_, list):
        return [fitted(type_[0], item) for item in value]
    if isinstance(type_, dict) and type_:
        return {name: fitted(type_[name], item) for name, item in value.items()}
    return strict.dumps(value) if type_ in (JSON, {}) else value


def features(columns: dict[str, Type]) -> list[dict[str, Any]]:
    """The columns as `dataset_info.features` of a dataset card states them."""
    return [{"name": name, **_feature(type_)} for name, type_ in columns.items()]


def _feature(type_: Type) -> dict[str, Any]:
    if isinstance(type_, list):
        inner = _feature(type_[0])
        return {"list": inner.get("dtype") or inner.get("struct") or inner}
    if isinstance(type_, dict) and type_:
        return {"struct": features(type_)}
    return {"dtype": JSON if type_ == {} else type_ or "string"}
