"""report.html: one file that needs no network and no font.

The figures are drawn from the summary; the workbench, where people look at examples and decide, by the page's own
script from the payload. Every value that reaches the page is text to be escaped: autoescaping is on, hidden and bidi
characters are taken out of each value that the template prints, and the content security policy lets nothing load, and
nothing run but that script, named by its digest, should something slip through.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from ftq_spark.formats import FIXES
from ftq_spark.places.policy import policy
from ftq_spark.report import charts, display, words
from ftq_spark.report.advice import ADVICE, kind
from ftq_spark.report.distributions import tells
from ftq_spark.report.script import script
from ftq_spark.schema import VERDICT_VALUES

_STYLES = ("templates/page.css", "workbench/workbench.css")


def render(summary: Mapping[str, Any], data: str | None = None) -> str:
    """The report of one summary, as HTML; the same text for equal summaries.

    `data` is the payload (:func:`ftq_spark.report.payload.payload`); without it there is no workbench and no script.
    """
    page, style = template()
    code = Markup(script() if data is not None else "")
    allowed = Markup(policy(str(style), str(code)))
    return page.render(s=summary, style=style, script=code, data=data, policy=allowed, verdicts=VERDICT_VALUES)


@cache
def template() -> tuple[Template, Markup]:
    """The page before its numbers, and its styles; made once, which takes a tenth of a second."""
    environment = Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        integer=display.integer,
        between=display.between,
        figure=display.figure,
        percent=display.percent,
        duration=display.duration,
        words=display.words,
        kind=kind,
        commands=display.commands,
        stance=display.stance,
        counted=display.counted,
        cut=display.cut,
        by_spans=display.by_spans,
        n_hidden=display.n_hidden,
        several_answers=words.several_answers,
    )
    environment.globals.update(
        share_bar=charts.share_bar,
        histogram=charts.histogram,
        heat=charts.heat,
        tells=tells,
        marked=display.marked,
        fixes=FIXES,
        advice=ADVICE,
    )
    return environment.get_template("templates/page.html.jinja"), Markup("".join(map(_file, _STYLES)))


def _file(name: str) -> str:
    return files("ftq_spark.report").joinpath(name).read_text(encoding="utf-8")


def _shown(value: object) -> object:
    """What the template prints: text without what steers a display; markup of our own making as it is."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return display.visible(value)
