"""The article's three signals on real rows, against its own code."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from article_oracle import assert_same


def test_identical_on_real_rows(real_data: Path) -> None:
    responses = []
    for name in ("alpaca_random_9k", "dolly_3k"):
        rows = json.loads(gzip.decompress((real_data / "instruct" / f"{name}.json.gz").read_bytes()))
        responses += [row["output"] for row in rows]
    for language in ("ar", "hi", "zh"):
        data = json.loads(gzip.decompress((real_data / "multilingual" / f"xquad.{language}.json.gz").read_bytes()))
        responses += [paragraph["context"] for title in data["data"] for paragraph in title["paragraphs"]]
    assert len(responses) > 12_000
    assert_same(responses)
