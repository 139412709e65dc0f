"""Dialogues laid flat: each answer that is trained on, with what was said before it."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.text import arrays as kernel

PROMPT_CHARS = 4_000  # of what was said before an answer, the newest turns of so many characters, and one at least
REPEATED = "repeated_answer"  # the code of an answer that is said again
REPEATED_CHARS = 40  # of an answer that counts as said again; a shorter one is a turn of phrase
_SYSTEM = ("system", "developer")
_ASKS_BACK = ("?", "？", "؟")
_MAY_BE_SPACE = np.zeros(256, dtype=bool)  # of the bytes of UTF-8 those that white space has
_MAY_BE_SPACE[np.frombuffer("".join(map(chr, kernel.WHITESPACE)).encode(), dtype=np.uint8)] = True

UNFINISHED = "unfinished"  # of an answer that is a thought without an end

# Of each message: its text is its calls where it has none; weight is null where nothing is said of training, unfinished
# where no thought lacks its end.
TURNS = pa.list_(
    pa.struct([("role", pa.string()), ("text", pa.string()), ("weight", pa.float64()), ("unfinished", pa.bool_())])
)


class Exchanges(NamedTuple):
    """m answers, in the order of the dialogues and of their turns; each field is (m,)."""

    owner: NDArray[np.int64]  # place of the dialogue
    turn: NDArray[np.int64]  # 0-based place of the answer among its messages
    is_last: NDArray[np.bool_]  # of the answers of its dialogue
    question: pa.Array  # the last turn of the user before it, "" for none
    response: pa.Array
    thought: pa.Array  # UNFINISHED or ""
    replies_to: pa.Array  # user or tool: whose turn was the last before it; null for nobody's
    repeats: NDArray[np.bool_]  # an earlier answer to another question has the same words; not for a question back


def lay_flat(dialogues: pa.Array) -> Exchanges:
    """Every answer whose weight is not 0, of dialogues of type :data:`TURNS` without nulls but for weights and marks.

    `question` is the text view of that name (:data:`ftq_spark.schema.VIEWS`) of the dialogue that ends with the answer.
    """
    turns, bounds = dialogues.flatten(), _bounds(dialogues)
    names = ("role", "text", "weight", "unfinished")
    roles, texts, weights, unfinished = (pc.struct_field(turns, name) for name in names)
    owners = np.repeat(np.arange(len(dialogues)), np.diff(bounds))
    is_user, is_tool = (_flags(pc.equal(roles, role)) for role in ("user", "tool"))
    is_trained = _flags(pc.fill_null(pc.not_equal(weights, 0), True))
    answers = np.flatnonzero(_flags(pc.equal(roles, "assistant")) & is_trained)
    owner = owners[answers]
    first = bounds[:-1][owner]
    asked, told = _last(is_user, answers, first), _last(is_user | is_tool, answers, first)
    question = pc.fill_null(texts.take(asked), "")
    response = texts.take(pa.array(answers))
    is_last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    return Exchanges(
        owner,
        answers - first,
        is_last,
        question,
        response,
        pc.if_else(pc.fill_null(unfinished.take(pa.array(answers)), False), UNFINISHED, ""),
        roles.take(told),
        _repeats(owner, response, question),
    )


def prompts(dialogues: pa.Array, owner: NDArray[np.int64], turn: NDArray[np.int64]) -> pa.Array:
    """(k,) everything before the answer at `turn` of each dialogue `owner` but system turns.

    It is the text view `prompt` of the dialogue that ends with the answer, but that a long one loses its oldest turns.
    """
    asked, at = np.unique(owner, return_inverse=True)
    some = dialogues.take(pa.array(asked))
    turns, bounds = some.flatten(), _bounds(some)
    roles, texts = (pc.struct_field(turns, name).to_pylist() for name in ("role", "text"))
    found, held, said = [], -1, _Said([], [], [])
    for dialogue, place in zip(at.tolist(), turn.tolist(), strict=True):
        if dialogue != held:
            held, of_it = dialogue, range(bounds[dialogue], bounds[dialogue + 1])
            told = [i for i in of_it if roles[i] not in _SYSTEM]
            said = _Said(
                [i - of_it.start for i in told],
                [texts[i] for i in told],
                [f"{roles[i].capitalize()}: {texts[i]}" for i in told],
            )
        found.append(_prompt(said, bisect_left(said.places, place)))
    return pa.array(found, pa.string())


class _Said(NamedTuple):
    """The turns of a dialogue but those of the system."""

    places: list[int]  # among all turns
    texts: list[str]
    labelled: list[str]  # each behind its role


def _prompt(said: _Said, n_turns: int) -> str:
    """The first so many turns."""
    if n_turns <= 1:
        return "".join(said.texts[:n_turns])
    n_chars, first = 0, n_turns
    while first and (first == n_turns or n_chars + len(said.texts[first - 1]) <= PROMPT_CHARS):
        first -= 1
        n_chars += len(said.texts[first])
    return "\n\n".join(said.labelled[first:n_turns])


def _bounds(dialogues: pa.Array) -> NDArray[np.int64]:
    """(n + 1,) where the turns of each dialogue begin among those of all."""
    lengths = pc.list_value_length(dialogues).to_numpy(zero_copy_only=False)
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)))


def _flags(found: pa.Array) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return flags.astype(bool)


def _last(flags: NDArray[np.bool_], answers: NDArray[np.int64], first: NDArray[np.int64]) -> pa.Array:
    """(m,) the last flagged turn before each answer in its dialogue, which begins at `first`; null for none."""
    latest = np.maximum.accumulate(np.where(flags, np.arange(len(flags)), -1))[answers]
    return pa.array(latest, mask=latest < first)


def _repeats(owner: NDArray[np.int64], response: pa.Array, question: pa.Array) -> NDArray[np.bool_]:
    repeats = np.zeros(len(owner), dtype=bool)
    said: dict[tuple[int, str], str] = {}  # each with the question that it was given to first
    suspects = _alike(owner, response)
    texts = [(column.take(pa.array(suspects))).to_pylist() for column in (response, question)]
    for place, answer, asked in zip(suspects.tolist(), *texts, strict=True):
        text = " ".join(answer.split())
        first = said.setdefault((int(owner[place]), text), asked)
        repeats[place] = first != asked and not text.endswith(_ASKS_BACK)
    return repeats


def _alike(owner: NDArray[np.int64], response: pa.Array) -> NDArray[np.int64]:
    """The answers that are long enough to count as said again and may be the same as another one of their dialogue.

    Texts that are the same but for white space hold as many bytes that no white space has.
    """
    texts = kernel.combined(response)
    long = np.flatnonzero(pc.utf8_length(texts).to_numpy(zero_copy_only=False) >= REPEATED_CHARS)
    if not len(long):
        return long
    data, offsets = kernel.utf8(texts)
    n_filled = np.diff(offsets) - kernel.count_true(_MAY_BE_SPACE[data], offsets)
    keys = owner[long] * (int(n_filled.max()) + 1) + n_filled[long]
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    found: NDArray[np.int64] = long[counts[inverse] > 1]
    return found
