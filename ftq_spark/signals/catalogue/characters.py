"""Characters of an answer: what is broken, what is invisible, and what the text is made of."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text import arrays as kernel
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal

# UTF-8 bytes read as Windows-1252, Latin-1 or Windows-1257: a lead byte's letter and what a continuation byte becomes.
_CONTINUATION = r"[\x{80}-\x{BF}ŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]"
MOJIBAKE = (
    rf"Ã{_CONTINUATION}|Â[\x{{80}}-\x{{AA}}\x{{AC}}-\x{{BA}}\x{{BC}}-\x{{BF}}]|[âā](?:€|\x{{80}}){_CONTINUATION}?"
    rf"|ðŸ{_CONTINUATION}|ï»¿|ï¿½|(?:[ÐÑ]{_CONTINUATION}){{2}}|(?:[àáâãäåæçèé]{_CONTINUATION}{{2}}){{2}}"
    # An emoji read as the code page of Arabic, Cyrillic, Turkish or Polish.
    r"|(?:ًں|ğŸ|đź)[^\s\x00-\x7F]|рџ[^\s\x00-\x7F\p{L}]"
    # The same read as an old code page of DOS: a lead byte is a corner of a frame, inside a word.
    r"|\p{L}[├┬][^\s\x00-\x7F\x{2500}-\x{257F}]|(?:^|\s)[├┬][^\s\x00-\x7F\x{2500}-\x{257F}](?:\s|$)|ÔÇ[ÖÿôöØ£¥]"
    # Cyrillic of one byte a letter read as Latin-1: three words of nothing but accented letters.
    r"|(?:^|\s)[À-ÿ]{3,}[,.]?\s(?:[À-ÿ]+[,.]?\s)?[À-ÿ]{3,}[,.]?\s(?:[À-ÿ]+[,.]?\s)?[À-ÿ]{3,}"
    # Letters that an encoding lacks, each a question mark: "????? ??? ??????".
    r"|(?:^|\s)\?{2,}[,.]?\s(?:\?+[,.]?\s)*\?{3,}[,.]?(?:\s|$)"
)
_ABOUT_IT = any_of((MOJIBAKE, expression("asked", "damaged_text", r"\b{}\b")))
_DAMAGED = re.compile(r"[ÂÃ].|â€.?|Å.|Ä.")
MENDED_CHARS = 24
# What is of the class CONTROL in character_classes: controls that are no white space, private use, U+FFFD.
CONTROL_CHARACTER = r"[\x00-\x08\x0E-\x1B\x7F-\x{84}\x{86}-\x{9F}\x{E000}-\x{F8FF}\x{FFFD}]"


def class_counts(batch: Batch, *wanted: int) -> NDArray[np.int64]:
    """(n,) characters of the answer that are of the wanted classes."""
    classes = batch.character_classes("response")
    flags = classes == wanted[0]
    for other in wanted[1:]:
        flags |= classes == other
    return kernel.count_true(flags, batch.text("response").offsets)


def _fraction(batch: Batch, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    n_chars = np.diff(batch.text("response").offsets)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n_chars > 0, counts / n_chars, np.nan)


@signal(
    "n_mojibake",
    version=6,
    range=(0, np.inf),
    reads=("response", "question"),
    summary="Sequences that UTF-8 leaves when it is read as another encoding, such as â€™ or Ã©; 0 where the question "
    "holds such, or speaks of encodings, and where what is meant stands behind each.",
    source="ftfy (the idea of badness); Alpaca cleaning; Dingo",
)
def n_mojibake(batch: Batch) -> NDArray[np.float64]:
    counts = batch.counts("response", MOJIBAKE)
    counts[batch.matches_among("question", _ABOUT_IT, counts > 0)] = 0.0
    counts[batch.measured_among("response", _is_mended, counts > 0) > 0] = 0.0
    return counts


def _is_mended(text: str) -> bool:
    """Does what each damaged letter was stand right behind it, as in code that replaces one with the other?"""
    places = [(match.end(), _undamaged(match[0])) for match in _DAMAGED.finditer(text)]
    return bool(places) and all(meant and meant in text[end : end + MENDED_CHARS] for end, meant in places)


def _undamaged(letters: str) -> str:
    """The letter whose UTF-8 was read as Windows-1252; "" where there is none."""
    try:
        return letters.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


@signal(
    "n_control_chars",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Control characters, private-use characters and U+FFFD.",
    source="Dingo",
)
def n_control_chars(batch: Batch) -> NDArray[np.float64]:
    return class_counts(batch, kernel.CONTROL).astype(np.float64)


@signal(
    "n_invisible_chars",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Zero-width and direction-changing characters; not the joiners and marks that scripts need.",
    source="Dingo",
)
def n_invisible_chars(batch: Batch) -> NDArray[np.float64]:
    return class_counts(batch, kernel.INVISIBLE).astype(np.float64)


@signal(
    "digit_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Digits per character.",
    source="NeMo Curator",
)
def digit_fraction(batch: Batch) -> NDArray[np.float64]:
    return _fraction(batch, class_counts(batch, kernel.DIGIT))


@signal(
    "whitespace_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="White space per character.",
    source="NeMo Curator",
)
def whitespace_fraction(batch: Batch) -> NDArray[np.float64]:
    return _fraction(batch, class_counts(batch, kernel.SPACE))


@signal(
    "symbol_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="Punctuation and symbols per character; letters and marks of any script are neither.",
    source="NeMo Curator",
)
def symbol_fraction(batch: Batch) -> NDArray[np.float64]:
    return _fraction(batch, class_counts(batch, kernel.PUNCTUATION, kernel.SYMBOL))


@signal(
    "n_urls",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Web addresses in the answer.",
    source="NeMo Curator",
)
def n_urls(batch: Batch) -> NDArray[np.float64]:
    return batch.counts("response", r"(?i)\b(?:https?://|www\.)[^\s<>\"')\]]+")
