"""Dialogues laid flat: each answer that is trained on, with what was said before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

PROMPT_CHARS = 4_000  # of what was said before an answer, the newest turns of so many characters, and one at least
REPEATED = "repeated_answer"  # the code of an answer that is said again
REPEATED_CHARS = 40  # of an answer that counts as said again; a shorter one is a turn of phrase
_SYSTEM = ("system", "developer")

Turn = tuple[str, str, "float | None"]  # role, text (the calls where there is none), training weight


class Exchanges(NamedTuple):
    """m answers, in the order of the dialogues and of their turns; each field is (m,)."""

    owner: list[int]  # place of the dialogue
    turn: list[int]  # 0-based place of the answer among its messages
    question: list[str]  # the last turn of the user before it, "" for none
    prompt: list[str]  # everything before it but system turns, at most PROMPT_CHARS
    response: list[str]
    replies_to: list[str | None]  # user or tool: whose turn was the last before it; null for nobody's
    repeats: list[bool]  # an earlier answer to another question has the same words; not for a question back


def lay_flat(dialogues: Iterable[Sequence[Turn]]) -> Exchanges:
    """Every answer whose weight is not 0.

    `question` and `prompt` are the text views of those names (:data:`ftq_spark.schema.VIEWS`) of the dialogue that ends
    with the answer, but that a long prompt loses its oldest turns.
    """
    found = Exchanges([], [], [], [], [], [], [])
    for owner, turns in enumerate(dialogues):
        said: list[tuple[str, str]] = []
        answers: dict[str, str] = {}  # each with the question that it was given to first
        question = ""
        replies_to: str | None = None
        for place, (role, text, weight) in enumerate(turns):
            if role == "assistant" and weight != 0:
                found.owner.append(owner)
                found.turn.append(place)
                found.question.append(question)
                found.prompt.append(_prompt(said))
                found.response.append(text)
                found.replies_to.append(replies_to)
                found.repeats.append(_is_repeat(text, question, answers))
            elif role == "user":
                question, replies_to = text, "user"
            elif role == "tool":
                replies_to = "tool"
            if role not in _SYSTEM:
                said.append((role, text))
    return found


def _is_repeat(answer: str, question: str, answers: dict[str, str]) -> bool:
    if len(answer) < REPEATED_CHARS:
        return False
    text = " ".join(answer.split())
    first = answers.setdefault(text, question)
    return first != question and not text.endswith(("?", "？", "؟"))


def _prompt(said: Sequence[tuple[str, str]]) -> str:
    if len(said) <= 1:
        return said[0][1] if said else ""
    newest: list[str] = []
    n_chars = 0
    for role, text in reversed(said):
        n_chars += len(text)
        if newest and n_chars > PROMPT_CHARS:
            break
        newest.append(f"{role.capitalize()}: {text}")
    return "\n\n".join(reversed(newest))
