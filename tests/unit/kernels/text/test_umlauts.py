"""German letters written out, one text and a column of them alike."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from ftq_spark.kernels.text.umlauts import all_written_out, written_out


def test_the_letters() -> None:
    assert (
        written_out("Ölgemälde, Äpfel, Übermaß, süß, STRAẞE, é") == "Oelgemaelde, Aepfel, Uebermass, suess, STRASSE, é"
    )
    assert written_out("Moebel") == "Moebel"


@given(st.lists(st.none() | st.text("aäÄöÖüÜßẞé😀"), max_size=6))
@example(["plain"])
@example([])
def test_a_column_is_written_out_as_its_texts_are(texts: list[str | None]) -> None:
    for kind in (pa.string(), pa.large_string()):
        expected = [None if text is None else written_out(text) for text in texts]
        assert all_written_out(pa.array(texts, kind)).to_pylist() == expected
