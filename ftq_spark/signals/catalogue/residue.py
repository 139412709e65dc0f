"""What is left in a text of the page that it was taken from: HTML, wiki and forum marks, buttons, banners, feet."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal, suspects

HTML = (
    r"(?i)</?(?:p|br|div|span|a|b|i|u|strong|em|ul|ol|li|table|tr|td|th|h[1-6]|img|font|center|blockquote|script|style)"
    r"(?:\s[^<>\n]{0,200})?/?>|&(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[mn]dash|hellip|bull|copy|#x?[0-9a-f]{2,6});"
)
_HTML_ASKED = expression("asked", "html", r"\b{}\b")
_IS_CODE = r"```|<!DOCTYPE|<html|(?m:^\s*(?:class|def|function|import|public|return|#include)\b|^\w+ :: )"
# An answer that is a drawing, a document of XML or YAML, or JSON, whose values may hold HTML.
_IS_DATA = r"\A\s*(?:<svg\b|<\?xml\b|---\r?\n[\w-]+:|\{\s*\"|\[\s*[\[{\"])"
# Where things stand in a picture: <ref>the sun</ref><box>(135,120),(280,350)</box>.
_PLACED = r"</ref>\s*<(?:box|point|quad)\b"
# A word or two: what a page calls a button may be the answer.
_WORDS_ALONE = r"^[\s\"“'*]*\p{L}+(?: \p{L}+){0,3}[\s\"”'*.!]*$"
# An element of running text with its end.
_ELEMENT = "|".join(rf"(?i:<{tag}(?:\s[^<>\n]{{0,200}})?>[^<]*</{tag}>)" for tag in ("a", "div", "p", "span"))
_PAGE = any_of((expression("residue", "page"), expression("residue", "marks"), _ELEMENT))
_OF_PAGES = expression("residue", "about", r"\b{}\b")
# A cell of a Markdown table has no other way to break its line; what is between ticks is code.
_TABLE_OR_CODE = re.compile(r"^\s*\|.*$|`[^`\n]+`", re.MULTILINE)


def _prose_counts(batch: Batch, found: NDArray[np.bool_], pattern: str) -> NDArray[np.float64]:
    """(n,) how often the pattern matches outside tables and code, where `found`."""
    places = np.flatnonzero(found)
    counts = np.zeros(batch.n)
    if len(places):
        prose = [_TABLE_OR_CODE.sub("", text) for text in batch.at(places, ("response",)).strings("response")]
        counts[places] = Batch({"response": pa.array(prose, pa.large_string())}).counts("response", pattern)
    return counts


def _html(batch: Batch) -> NDArray[np.bool_]:
    return batch.matches_among("response", HTML, batch.holds("response", "<") | batch.holds("response", "&"))


@suspects("n_html_residue", "n_page_residue")
def _may_hold_residue(batch: Batch) -> NDArray[np.bool_]:
    return _html(batch) | batch.matches("response", _PAGE)


@signal(
    "n_html_residue",
    version=4,
    range=(0, np.inf),
    reads=("response", "prompt"),
    summary="HTML tags and entities outside code and tables, where the prompt neither holds nor speaks of HTML.",
    source="Dingo; C4",
)
def n_html_residue(batch: Batch) -> NDArray[np.float64]:
    found = _html(batch)
    if found.any():
        found &= ~batch.matches("prompt", _HTML_ASKED) & ~batch.matches("prompt", HTML)
        found &= ~batch.matches("response", any_of((_IS_CODE, _IS_DATA)))
    return _prose_counts(batch, found, HTML)


@signal(
    "n_page_residue",
    version=8,
    range=(0, np.inf),
    reads=("response", "prompt"),
    summary='What a page or a wiki holds beside its text ("Read more", "We use cookies", [edit], [b], <p>…</p>), '
    "outside code, where the prompt speaks of neither pages nor code.",
    source="C4; Dolma (the idea)",
)
def n_page_residue(batch: Batch) -> NDArray[np.float64]:
    found = batch.matches("response", _PAGE)
    if found.any():
        found &= ~batch.matches("prompt", _HTML_ASKED) & ~batch.matches("prompt", _OF_PAGES)
        found &= ~batch.matches("prompt", _PAGE)
        found &= ~batch.matches("response", any_of((_IS_CODE, _IS_DATA, _PLACED, _WORDS_ALONE)))
        found[found] = ~_is_given(batch.at(np.flatnonzero(found), ("response", "prompt")))
    return _prose_counts(batch, found, _PAGE)


def _is_given(batch: Batch) -> NDArray[np.bool_]:
    """(n,) answers of which each line with such a mark stands in the prompt, in lines of its own or not."""
    found = np.zeros(batch.n, dtype=bool)
    for i, (answer, prompt) in enumerate(zip(batch.strings("response"), batch.strings("prompt"), strict=True)):
        lines = pa.array([line.strip() for line in answer.splitlines()], pa.large_string())
        marked = lines.filter(Batch({"response": lines}).matches("response", _PAGE)).to_pylist()
        asked = prompt.casefold()
        found[i] = bool(marked) and all(line.casefold() in asked for line in marked)
    return found
