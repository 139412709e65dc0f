"""RESULTS.md: a section a program, made anew each time, the others left alone."""

from __future__ import annotations

from record import recorded


def test_a_section_is_replaced_and_the_others_stay() -> None:
    first = recorded("", "signals", "./scripts/bench signals", "4,800 examples/s\n")
    both = recorded("# Results\n\n" + first, "conflict", "./scripts/bench conflict", "a\n\n## no heading\n```\n")
    again = recorded(both, "signals", "./scripts/bench signals", "4,900 examples/s\n")
    assert again.index("## conflict") < again.index("## signals")
    assert "4,900 examples/s" in again and "4,800" not in again
    assert "    ## no heading" in again and "\n## no heading" not in again
    assert recorded(again, "signals", "./scripts/bench signals", "4,900 examples/s\n") == again
