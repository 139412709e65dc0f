"""Charts as hand-made SVG: no script, no font, no colour of their own; the page's style sheet colours their classes.

The page needs two forms, a share bar and a histogram. A library that draws in the browser is as heavy as the rest of
the page or heavier (Plotly, Vega-Lite with Vega) and shows nothing where no script runs; these are in the page itself.

Every chart has a title for readers who do not see it, and every bar says its number where the pointer rests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from ftq_spark.report.display import figure, integer, percent, visible

_SVG = Markup(
    '<svg class="{kind}" viewBox="0 0 {width} {height}" role="img" aria-label="{title}"{attributes}>'
    "<title>{title}</title>{body}</svg>"
)
_RECT = Markup(
    '<rect class="{fill}" x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}">'
    "<title>{title}</title></rect>"
)
_TEXT = Markup('<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>')
_LINE = Markup('<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')


def share_bar(parts: Sequence[tuple[str, int]], title: str) -> Markup:
    """One bar split into `parts` of (name, count); a part's name is also its class."""
    width, height, total = 1000, 28, sum(n for _, n in parts)
    x, bars = 0.0, []
    for name, n in parts:
        if n:
            wide = width * n / total
            label = f"{name}: {integer(n)} ({percent(n, total)})"
            bars.append(_RECT.format(fill=f"fill-{name}", x=x, y=0, width=wide, height=height, title=label))
            x += wide
    return _SVG.format(
        kind="share",
        width=width,
        height=height,
        title=visible(title),
        attributes=Markup(' preserveAspectRatio="none"'),
        body=Markup("").join(bars),
    )


def histogram(
    edges: Sequence[float],
    counts: Mapping[str, Sequence[int]],
    title: str,
    threshold: float | None = None,
    small: bool = False,
) -> Markup:
    """Stacked columns over `edges` (n + 1), one layer per entry of `counts` (n each); the key is the layer's class.

    A `small` one has neither axis nor labels. The `threshold` becomes a line where it lies inside the edges. The axis
    names ends of bins, and the highest bar its number: that is the scale of the others.
    """
    width, height, bottom, top = (120, 30, 0, 0) if small else (640, 210, 24, 18)
    n_bins = len(edges) - 1
    sums = [sum(layer[position] for layer in counts.values()) for position in range(n_bins)]
    highest, step = max([*sums, 1]), width / n_bins
    gap = step * 0.08
    body: list[Markup] = []
    for position in range(n_bins):
        span = f"{figure(edges[position])} to {figure(edges[position + 1])}"
        y = float(height - bottom)
        for name, layer in counts.items():
            n = layer[position]
            if n:
                # Half a unit at least, so that a rare value is seen beside a frequent one.
                tall = max((height - bottom - top) * n / highest, 0.5)
                y -= tall
                label = f"{span}: {integer(n)} {name}"
                box = {"x": position * step + gap, "y": y, "width": step - 2 * gap, "height": tall}
                body.append(_RECT.format(fill=f"fill-{name}", title=label, **box))
    span_of_edges, on_left = edges[-1] - edges[0], True
    if threshold is not None and edges[0] <= threshold <= edges[-1]:
        x = width * (threshold - edges[0]) / span_of_edges
        on_left = x > width / 2
        body.append(_LINE.format(kind="threshold", x1=x, y1=0 if small else top - 4, x2=x, y2=height - bottom))
        if not small:
            anchor, aside = ("end", -5) if on_left else ("start", 5)
            text = f"threshold {figure(threshold)}"
            body.append(_TEXT.format(kind="note", x=x + aside, y=top - 6, anchor=anchor, text=text))
    if not small:
        body.append(_LINE.format(kind="axis", x1=0, y1=height - bottom, x2=width, y2=height - bottom))
        parts = ((0.0, "start"), (0.25, "middle"), (0.5, "middle"), (0.75, "middle"), (1.0, "end"))
        for at, anchor in {round(part * n_bins): anchor for part, anchor in parts}.items():
            body.append(_TEXT.format(kind="tick", x=at * step, y=height - 7, anchor=anchor, text=figure(edges[at])))
        # Beside the threshold's words, where there are any.
        x, anchor = (0, "start") if on_left else (width, "end")
        text = f"highest bar: {integer(highest)}"
        body.append(_TEXT.format(kind="tick", x=x, y=top - 6, anchor=anchor, text=text))
    return _SVG.format(
        kind="spark" if small else "histogram",
        width=width,
        height=height,
        title=visible(title),
        attributes="",
        body=Markup("").join(body),
    )


def heat(value: float) -> str:
    """The class of a table cell for a share in [0, 1]: six steps, the first only for nothing."""
    return f"heat-{0 if value <= 0 else min(5, 1 + int(value * 5))}"
