"""The language of the answer, and whether it is the one that was asked in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.text.languages import FUNCTION_WORDS, LANGUAGES, UNKNOWN, identify
from ftq_spark.kernels.text.tokens import of_texts
from ftq_spark.signals.batch import Batch, Pairs
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.registry import signal, suspects_of_pairs

_ANOTHER = expression("asked", "language")


def language_codes(batch: Batch, column: str) -> NDArray[np.int64]:
    """(n,) positions in LANGUAGES, UNKNOWN where the text does not say."""
    return batch.feature("language", column, lambda: identify(batch.tokens(column), batch.hashes(column)))


def is_english(batch: Batch, column: str = "response") -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = language_codes(batch, column) == LANGUAGES.index("en")
    return found


@signal(
    "language",
    version=1,
    range=(0, len(LANGUAGES) - 1),
    reads=("response",),
    summary="Language of the answer: 0 "
    + ", ".join(f"{i} {name}" for i, name in enumerate(LANGUAGES))[2:]
    + "; NaN unknown.",
)
def language(batch: Batch) -> NDArray[np.float64]:
    codes = language_codes(batch, "response")
    return np.where(codes == UNKNOWN, np.nan, codes)


# Code, formulas, lists of names: no language.
_NO_LANGUAGE = (
    r"```|[{}<>\\=;|]|->|→|(?m:^\s*(?:SELECT|FROM|def|import|function|public|class|return)\b)|\w\(\w*\)|\p{Nd}\s*[+*/=]"
)
MISMATCH_WORDS = 12


@suspects_of_pairs("language_mismatch")
def _may_mismatch(pairs: Pairs) -> NDArray[np.bool_]:
    def of(batch: Batch, column: str, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        codes = np.full(batch.n, UNKNOWN)
        codes[chosen] = identify(*of_texts(batch.tokens(column), batch.hashes(column), np.flatnonzero(chosen)))
        return codes

    batch = pairs.answers
    long = ~batch.matches("response", _NO_LANGUAGE) & (batch.n_comparable_words("response") >= MISMATCH_WORDS)
    answer = of(batch, "response", long)[pairs.answer]
    asked = np.zeros(pairs.questions.n, dtype=bool)
    asked[pairs.question[answer != UNKNOWN]] = True
    question = of(pairs.questions, "question", asked)[pairs.question]
    differs: NDArray[np.bool_] = (answer != UNKNOWN) & (question != UNKNOWN) & (question != answer)
    return differs


@signal(
    "language_mismatch",
    version=2,
    range=(0, 1),
    reads=("response", "question", "prompt"),
    summary="1 where question and answer are in different languages, and none is asked for; NaN if unknown.",
    source="datatrove; Data-Juicer",
)
def language_mismatch(batch: Batch) -> NDArray[np.float64]:
    answer, question = language_codes(batch, "response"), language_codes(batch, "question")
    known = (answer != UNKNOWN) & (question != UNKNOWN)
    differ = (answer != question) & ~batch.matches("prompt", _ANOTHER)
    differ &= ~batch.matches("response", _NO_LANGUAGE) & (batch.n_comparable_words("response") >= MISMATCH_WORDS)
    # A question that holds words of another script may be about them, and want a sentence with them.
    mixed = batch.matches("question", r"\p{Latin}{2,}")
    mixed &= batch.matches("question", r"[\p{Han}\p{Arabic}\p{Cyrillic}\p{Devanagari}\p{Hiragana}\p{Hangul}\p{Thai}]")
    found = known & differ & ~mixed
    for i in np.flatnonzero(found):
        found[i] = _evident(batch.strings("response")[i], LANGUAGES[answer[i]])
    return np.where(known, found, np.nan)


def _evident(text: str, language: str) -> bool:
    """Does a text hold three function words of its language, none of them English, or letters of another script?

    Lists of names and labels are taken for some other language by chance.
    """
    own = set(FUNCTION_WORDS.get(language, "").split()) - set(FUNCTION_WORDS["en"].split())
    if language == "en" or not own:
        return True
    words = set(text.lower().split())
    return len({word for word in words & own if len(word) > 1}) >= 3 or any(
        ord(char) > 0x24F and char.isalpha() for char in text
    )
