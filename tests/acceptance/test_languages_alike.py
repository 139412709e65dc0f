"""No language is judged by another's rules: of the same texts in five languages none is held back more than English."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ftq_spark import signals

MARGIN = 0.02  # of the examples
QUALITY_MARGIN = 0.03
# The Arabic passages are damaged in a few places, whoever reads them.
DAMAGE = {"n_mojibake", "n_control_chars"}
RULES = [rule for rule in signals.DEFAULT_RULES if rule.signal not in DAMAGE]


def held_back(path: Path, shape: Callable[[str, str, str], tuple[str, str]]) -> tuple[float, float]:
    """The share of examples with any reason of the default rules, and the mean quality."""
    titles = json.loads(gzip.decompress(path.read_bytes()))["data"]
    found = [
        shape(paragraph["context"], asked["question"], asked["answers"][0]["text"])
        for title in titles
        for paragraph in title["paragraphs"]
        for asked in paragraph["qas"]
    ]
    prompt, response = (pa.array([pair[i] for pair in found]) for i in (0, 1))
    columns = {"prompt": prompt, "question": prompt, "first_user": prompt, "response": response}
    columns["roles"] = pa.array(["user assistant"] * len(found))
    names = {*signals.QUALITY_WEIGHTS, *(rule.signal for rule in RULES)}
    values = signals.measure(columns, sorted(names))
    quality = signals.quality(values)
    flags = [quality < signals.MIN_QUALITY, *(signals.holds(rule, values) for rule in RULES)]
    return float(np.logical_or.reduce(flags).mean()), float(quality.mean())


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(lambda context, question, answer: (question, answer), id="brief answers"),
        pytest.param(lambda context, question, answer: (f"{context}\n\n{question}", answer), id="extracts"),
        pytest.param(lambda context, question, answer: (question, context), id="passages"),
    ],
)
def test_parallel_texts_are_held_back_alike(real_data: Path, shape: Callable[[str, str, str], tuple[str, str]]) -> None:
    files = {path.name.split(".")[1]: path for path in (real_data / "multilingual").glob("xquad.*.json.gz")}
    assert set(files) >= {"en", "ar", "de", "hi", "zh"}
    found = {language: held_back(path, shape) for language, path in files.items()}
    share, quality = found.pop("en")
    assert {language: other for language, (other, _) in found.items() if other > share + MARGIN} == {}
    assert {language: mean for language, (_, mean) in found.items() if mean < quality - QUALITY_MARGIN} == {}
