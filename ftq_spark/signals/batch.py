"""One batch of examples, and the features of its texts that several signals share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.text import arrays as kernel
from ftq_spark.kernels.text.expressions import Joined
from ftq_spark.kernels.text.tokens import Tokens, hashes, tokenize, word_weights

T = TypeVar("T")

COLUMNS = (
    "prompt",  # what was asked before the last answer, every turn of it
    "response",  # the last assistant turn
    "thought",  # "unfinished" where it is a thought that does not end, without an answer; else ""
    "conversation",  # every turn
    "question",  # the last user turn before the last answer
    "first_user",
    "context",  # system prompt and tool definitions
    "roles",  # the roles in order, a space between them
    "rejected",  # the dispreferred answer of a preference row, "" where there is none
    "label",  # "true" or "false": what people say of the answer, "" for nothing
    "format",
    "attached",  # the text that stands in the prompt beside what is asked, "" for none
    "media",  # JSON of the example's pictures, sounds and films, "" for none
    "tool_dialogue",  # JSON of {"messages", "tools"} where a tool is called, "" elsewhere
)


class Parameters(NamedTuple):
    """Bounds that signals may be given; each signal says which it uses."""

    min_length: int = 50  # length_score: words below which an answer counts as short
    max_length: int = 800  # length_score: words above which it counts as long


class Batch:
    """n examples as flat string columns; everything derived from them is computed once, when first asked for."""

    def __init__(self, columns: Mapping[str, pa.Array], parameters: Parameters = Parameters()) -> None:  # noqa: B008
        sizes = {name: len(column) for name, column in columns.items()}
        if len(set(sizes.values())) > 1:
            raise ValueError(f"columns of a batch must be of one length, got {sizes}")
        self.n = next(iter(sizes.values()), 0)
        self.parameters = parameters
        self._columns = columns
        self._features: dict[tuple[str, str], Any] = {}
        # In a single turn the question is the prompt: what is computed for one serves the other.
        prompt = columns.get("prompt")
        same = [name for name in ("question", "first_user") if name in columns and prompt is not None]
        same = [name for name in same if columns[name].equals(prompt)]
        self._same_as = dict.fromkeys(same, "prompt")

    def __len__(self) -> int:
        return self.n

    def feature(self, name: str, column: str, compute: Callable[[], T]) -> T:
        """The feature `name` of `column`, computed on first use and kept as long as the batch."""
        key = (name, self._same_as.get(column, column))
        if key not in self._features:
            self._features[key] = compute()
        found: T = self._features[key]
        return found

    def value(self, measure: Callable[[Batch], NDArray[np.float64]]) -> NDArray[np.float64]:
        """What a measure gives for this batch, computed once."""
        return self.feature("value", measure.__qualname__, lambda: np.asarray(measure(self), dtype=np.float64))

    def slice(self, start: int, length: int = 1) -> Batch:
        """The examples start … start + length − 1 as a batch of their own."""
        columns = {name: column.slice(start, length) for name, column in self._columns.items()}
        return Batch(columns, self.parameters)

    def at(self, positions: NDArray[np.int64], columns: Iterable[str]) -> Batch:
        """Some of the examples as a batch of their own that holds the named columns alone."""
        taken = pa.array(positions)
        return Batch({name: self.array(name).take(taken) for name in columns}, self.parameters)

    def array(self, column: str) -> pa.Array:
        """(n,) large_string array without nulls; a column that the batch lacks is one of empty strings."""
        if column not in COLUMNS:
            raise KeyError(f"no column {column!r} in a batch; known: {', '.join(COLUMNS)}")
        empty = [""] * self.n if column not in self._columns else None
        return self.feature(
            "array", column, lambda: kernel.combined(self._columns[column] if empty is None else pa.array(empty))
        )

    def text(self, column: str) -> kernel.Text:
        """Code points of a column."""
        return self.feature("text", column, lambda: kernel.decode(self.array(column)))

    def n_wide_characters(self, column: str) -> NDArray[np.int64]:
        """(n,) characters beyond ASCII."""
        text = self.text(column)
        return kernel.count_true(text.codes > 0x7F, text.offsets)

    def strings(self, column: str) -> list[str]:
        """The column as Python strings: for signals that look at one example at a time."""
        return self.feature("strings", column, lambda: self.array(column).to_pylist())

    def lines(self, column: str) -> kernel.Segments:
        """The lines of each text of a column."""
        return self.feature("lines", column, lambda: kernel.lines(self.text(column)))

    def sentences(self, column: str) -> kernel.Segments:
        """The sentences of each text of a column."""
        return self.feature("sentences", column, lambda: kernel.sentences(self.text(column)))

    def n_sentences(self, column: str) -> NDArray[np.int64]:
        """(n,) sentences that hold a letter or a digit."""

        def compute() -> NDArray[np.int64]:
            sentences = self.sentences(column)
            filled = pc.match_substring_regex(sentences.texts, r"[\p{L}\p{N}]").to_numpy(zero_copy_only=False)
            return kernel.count_true(filled, sentences.owner_offsets)

        return self.feature("n_sentences", column, compute)

    def tokens(self, column: str) -> Tokens:
        """Words by script, in lower case."""
        return self.feature("tokens", column, lambda: tokenize(self.array(column)))

    def hashes(self, column: str) -> NDArray[np.uint64]:
        """(t,) 64-bit hash of each token."""
        return self.feature("hashes", column, lambda: hashes(self.tokens(column)))

    def n_tokens(self, column: str) -> NDArray[np.int64]:
        """(n,) words by script."""
        return np.diff(self.tokens(column).token_offsets)

    def word_weights(self, column: str) -> NDArray[np.float64]:
        """(t,) how much of a word each token is: see :func:`ftq_spark.kernels.text.tokens.word_weights`."""
        return self.feature("word_weights", column, lambda: word_weights(self.tokens(column)))

    def n_comparable_words(self, column: str) -> NDArray[np.float64]:
        """(n,) words such that texts in scripts with and without spaces are equally long: 你好吗 is two, not three."""
        return kernel.sum_by_offsets(self.word_weights(column), self.tokens(column).token_offsets)

    def whitespace_words(self, column: str) -> NDArray[np.int64]:
        """(w,) where the words of ``text.split()`` begin."""
        return self.feature("whitespace_words", column, lambda: kernel.whitespace_word_starts(self.text(column)))

    def n_whitespace_words(self, column: str) -> NDArray[np.int64]:
        """(n,) ``len(text.split())``."""
        return np.diff(np.searchsorted(self.whitespace_words(column), self.text(column).offsets))

    def character_classes(self, column: str) -> NDArray[np.uint8]:
        """(c,) class of each code point: see :func:`ftq_spark.kernels.text.arrays.character_classes`."""
        return self.feature("classes", column, lambda: kernel.character_classes(self.text(column).codes))

    def joined(self, column: str) -> Joined:
        """The texts of a column end to end, in which expressions are looked for."""
        return self.feature("joined", column, lambda: Joined(self.array(column)))

    def counts(self, column: str, pattern: str) -> NDArray[np.float64]:
        """(n,) how often the RE2 expression matches, without overlap."""
        return self.joined(column).counts(pattern).astype(np.float64)

    def counts_among(self, column: str, pattern: str, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(n,) the same of the `chosen` examples, 0 for the others: the text of few is looked at."""
        found = np.zeros(self.n)
        places = np.flatnonzero(chosen)
        if len(places):
            found[places] = self.at(places, (column,)).counts(column, pattern)
        return found

    def measured_among(
        self, column: str, measure: Callable[[str], float], chosen: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """(n,) what `measure` says of the text of each of the `chosen` examples, 0 for the others."""
        found = np.zeros(self.n)
        places = np.flatnonzero(chosen)
        found[places] = [measure(text) for text in self.at(places, (column,)).strings(column)]
        return found

    def holds(self, column: str, literal: str) -> NDArray[np.bool_]:
        """(n,) does the text hold the literal? Many times as fast as an expression."""
        return self.feature(f"holds {literal}", column, lambda: self.joined(column).holds(literal)).copy()

    @property
    def has_assistant(self) -> NDArray[np.bool_]:
        """(n,) is there an assistant turn at all? True where the batch has no column `roles`."""
        if "roles" not in self._columns:
            return np.ones(self.n, dtype=bool)
        return self.matches("roles", r"\bassistant\b")

    def matches(self, column: str, pattern: str) -> NDArray[np.bool_]:
        """(n,) does the RE2 expression match anywhere in the text?"""
        return self.feature(f"matches {pattern}", column, lambda: self.joined(column).matches(pattern)).copy()

    def matches_among(self, column: str, pattern: str, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(n,) the same of the `chosen` examples, False for the others: the text of few is looked at."""
        found = np.zeros(self.n, dtype=bool)
        places = np.flatnonzero(chosen)
        if len(places) > self.n // 2:
            found = chosen & self.matches(column, pattern)
        elif len(places):
            found[places] = self.at(places, (column,)).matches(column, pattern)
        return found


class Pairs(NamedTuple):
    """m answers and the questions that they were given to; equal texts stand once, and are looked at once."""

    answers: Batch  # the distinct answers, as `response` and as the whole `conversation`
    questions: Batch  # the distinct questions, as `question`
    answer: NDArray[np.int64]  # (m,) places among `answers`
    question: NDArray[np.int64]  # (m,) places among `questions`

    def at(self, places: NDArray[np.int64]) -> Pairs:
        """Some of the pairs, of which equal texts stand once, too."""
        answers, answer = np.unique(self.answer[places], return_inverse=True)
        questions, question = np.unique(self.question[places], return_inverse=True)
        return Pairs(
            self.answers.at(answers, ("response", "conversation")),
            self.questions.at(questions, ("question",)),
            answer,
            question,
        )


def paired(response: pa.Array, question: pa.Array, parameters: Parameters) -> Pairs:
    """The pairs of two (m,) string arrays without nulls."""
    mine, theirs = response.dictionary_encode(), question.dictionary_encode()
    places = (side.indices.to_numpy().astype(np.int64) for side in (mine, theirs))
    columns = {"response": mine.dictionary, "conversation": mine.dictionary}
    return Pairs(Batch(columns, parameters), Batch({"question": theirs.dictionary}, parameters), *places)
