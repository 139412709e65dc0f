"""report.html: one file that needs no network, no script and no font.

The page is drawn from the summary alone. Every value that reaches it is text to be escaped: autoescaping is on, hidden
and bidi characters are taken out of each value that the template prints, and the content security policy lets nothing
run or load, should something slip through.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from ftq_spark.report import charts, display

VERDICTS = ("keep", "review", "drop")


def render(summary: Mapping[str, Any]) -> str:
    """The report of one summary, as HTML; the same text for equal summaries."""
    template, style = _template()
    return template.render(s=summary, style=style, policy=_policy(str(style)), verdicts=VERDICTS)


@cache
def _template() -> tuple[Template, Markup]:
    environment = Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        integer=display.integer,
        figure=display.figure,
        percent=display.percent,
        duration=display.duration,
        words=display.words,
        stance=display.stance,
        counted=display.counted,
        cut=display.cut,
        by_spans=display.by_spans,
        n_hidden=display.n_hidden,
    )
    environment.globals.update(
        share_bar=charts.share_bar,
        histogram=charts.histogram,
        heat=charts.heat,
        marked=display.marked,
    )
    return environment.get_template("page.html.jinja"), Markup(_file("page.css"))


def _file(name: str) -> str:
    return files("ftq_spark.report").joinpath(name).read_text(encoding="utf-8")


def _shown(value: object) -> object:
    """What the template prints: text without what steers a display; markup of our own making as it is."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return display.visible(value)


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
