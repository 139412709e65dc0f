"""One offline HTML page in which a reviewer works by keyboard and saves a label file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from ftq_spark.places.policy import policy
from ftq_spark.review.items import ERROR_TYPES


class Served(NamedTuple):
    """Where a page over localhost sends its labels, and what it knows already."""

    labels: str  # the address of the labels, a path
    answers: Mapping[str, Mapping[str, str]]  # by item


def write_page(path: Path, items: Sequence[dict[str, Any]], annotator: str, draw_id: str) -> None:
    """Write the page: no network, no external file, and a policy that lets only its own script and style run.

    Args:
        path: where to.
        items: from :func:`ftq_spark.review.items.review_items`, for this annotator alone.
        annotator: name that the saved labels carry unless the reviewer types another.
        draw_id: keeps the progress of different draws apart in the browser.
    """
    # Line ends as they are: the browser hashes the script and style byte for byte.
    path.write_bytes(page(items, annotator, draw_id).encode("utf-8"))


def page(items: Sequence[dict[str, Any]], annotator: str, draw_id: str, served: Served | None = None) -> str:
    """The page as HTML; `served` lets it speak to the server that it came from, and to no other."""
    script, style = _asset("page.js"), _asset("page.css")
    data = {"draw_id": draw_id, "annotator": annotator, "error_types": ERROR_TYPES, "items": list(items)}
    return _template("page.html.j2").render(
        draw_id=draw_id,
        data={**data, "served": served._asdict() if served else None},
        script=Markup(script),
        style=Markup(style),
        policy=Markup(policy(style, script, "'self'" if served else "'none'")),
    )


def draw_list(draws: Sequence[Mapping[str, Any]]) -> str:
    """The list of draws and people (:func:`ftq_spark.review.served_labels.progress`), as HTML."""
    style = _asset("page.css")
    return _template("draws.html.j2").render(draws=draws, style=Markup(style), policy=Markup(policy(style)))


def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("ftq_spark.review"), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    # jinja2 sorts the keys of JSON by default; the error types' order is their number keys.
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}
    return environment.get_template(name)


def _asset(name: str) -> str:
    text = resources.files("ftq_spark.review").joinpath("templates", name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")
