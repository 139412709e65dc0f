"""The schemas that are read: one entry each, with an example row; `ftq formats` prints them."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, NamedTuple

import yaml


class Schema(NamedTuple):
    """One schema of rows."""

    name: str  # as in the column `format`
    needs: str
    example: dict[str, Any]


def schemas() -> list[Schema]:
    """Every schema, related ones beside each other."""
    text = files("ftq_spark.formats").joinpath("schemas.yaml").read_text(encoding="utf-8")
    return [Schema(**entry) for entry in yaml.safe_load(text)]
