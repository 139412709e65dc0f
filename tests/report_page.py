"""A report read back: the rows of its tables by section, and the text of its head."""

from __future__ import annotations

from html.parser import HTMLParser

Tables = dict[str, list[list[str]]]


class Page(HTMLParser):
    """The rows of tables by the id of their section, cells as text; and the text of the page's head."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: Tables = {}
        self.head = ""
        self._section, self._cell = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("header", "section", "main"):
            self._section = dict(attrs).get("id") or tag
        elif tag == "tr":
            self.tables.setdefault(self._section, []).append([])
        elif tag in ("td", "th"):
            self.tables[self._section][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.tables[self._section][-1][-1] += data
        elif self._section == "header":
            self.head += data
