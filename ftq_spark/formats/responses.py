"""What a model answered, as the services that record it write it: `choices`, `candidates`, `generations`, a message."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats.faults import Fault, brief
from ftq_spark.formats.turns import Message, is_blank, message, messages_of

# Fields that hold the answer to turns beside them; `answer` is not one: it is what answers are graded by, mostly.
BESIDE_TURNS = ("choices", "response", "completion", "output")
_SEVERAL = ("choices", "candidates", "generations")


def answer_in(response: dict[str, Any]) -> list[Message]:
    """The one answer of a response.

    Raises:
        Fault: multiple_examples for several, no_assistant for none, as where the request failed.
    """
    field = next((name for name in _SEVERAL if isinstance(response.get(name), list)), None)
    if field is None:
        turn = response if response.get("role") == "assistant" and "content" in response else response.get("message")
    else:
        found = response[field]
        if found and isinstance(found[0], list):  # LangChain's: a list for each prompt
            found = [answer for of_prompt in found for answer in of_prompt]
        if len(found) > 1:
            raise Fault("multiple_examples", f"{len(found)} {field} in one response; write one row for each")
        turn = _message_in(found[0]) if found and isinstance(found[0], dict) else None
    if isinstance(turn, str):
        return [message("assistant", turn)]
    if not isinstance(turn, dict):
        said = response.get("error")
        why = f": {brief(said)}" if said else ""
        raise Fault("no_assistant", f"the response holds no message{why}")
    return messages_of([{"role": "assistant", **turn}], "response")


def _message_in(choice: dict[str, Any]) -> Any:
    """What one of the choices says: its message (Gemini's content, with parts), or its text."""
    return next((choice[name] for name in ("message", "content", "text") if choice.get(name) is not None), None)


def answer_beside(row: dict[str, Any]) -> list[Message]:
    """The answer in a field beside turns that end with the user; empty for none."""
    for field in BESIDE_TURNS:
        found = row.get(field)
        if isinstance(found, str) and not is_blank(found):
            return [message("assistant", found)]
        if field == "choices" and isinstance(found, list) and found and isinstance(found[0], dict):
            return answer_in(row)
        if isinstance(found, dict) and found:
            return answer_in(found)
    return []
