"""docs/reference says what the program says."""

from __future__ import annotations

import pytest
import reference


@pytest.mark.parametrize("page", reference.PAGES)
def test_pages_are_what_would_be_written(page: str) -> None:
    text = (reference.FOLDER / f"{page}.md").read_text(encoding="utf-8")
    assert text == reference.NOTE + reference.PAGES[page](), "run ./scripts/docs"


def test_every_setting_and_option_has_a_meaning() -> None:
    for page in ("settings", "cli"):
        rows = [line for line in reference.PAGES[page]().splitlines() if line.startswith("| `")]
        silent = [line for line in rows if line.rstrip(" |").endswith("`") or line.endswith("|  |")]
        assert silent == []
