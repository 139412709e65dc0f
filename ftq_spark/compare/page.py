"""A comparison as one HTML file: no script, no network; every value is text to be escaped."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ftq_spark.compare.drift import MIN_ROWS
from ftq_spark.compare.setting_changes import lines_of
from ftq_spark.places.policy import policy


def page(found: Mapping[str, Any], names: tuple[str, str]) -> str:
    """The page of what :func:`ftq_spark.compare.compare` found between the runs of these names."""
    environment = Environment(
        loader=PackageLoader("ftq_spark.compare", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    style = resources.files("ftq_spark.compare").joinpath("page.css").read_text(encoding="utf-8")
    template = environment.get_template("page.html.jinja")
    settings = [line for key, pair in found["settings"].items() for line in lines_of(key, *pair)]
    shown = {"style": Markup(style), "policy": Markup(policy(style))}
    return template.render(c=found, settings=settings, names=names, min_rows=MIN_ROWS, **shown)
