"""Preference rows: DPO in all its shapes, and OpenAI's own.

KTO rows have a label: their base schema reads them.
"""

from __future__ import annotations

import math
from typing import Any

from ftq_spark.formats.aliases import COMPARED, PREFERENCE_PROMPTS, PREFERENCES
from ftq_spark.formats.calls import tools_of
from ftq_spark.formats.chat import chat, earlier, gemini, sided, turn_messages, turns_field
from ftq_spark.formats.faults import Fault, brief, kind
from ftq_spark.formats.fields import as_list
from ftq_spark.formats.mapping import value_at
from ftq_spark.formats.pairs import instruction_text, pair
from ftq_spark.formats.transcript import answer_to, prompt_turns, turns_in
from ftq_spark.formats.turns import Conversation, Message, is_blank, message, messages_of

OPENAI_SIDES = (("preferred_output", "non_preferred_output"), ("preferred_completion", "non_preferred_completion"))

_REPLACING = ("rejected_messages", "rejected_response")
_SIDES = frozenset(name for names in PREFERENCES for name in names)


def openai_dpo(row: dict[str, Any]) -> Conversation | None:
    """OpenAI: `input{messages, tools}`, `preferred_output`, `non_preferred_output` (older: `…_completion`)."""
    names = next((names for names in OPENAI_SIDES if names[0] in row or names[1] in row), None)
    if names is None:
        return None
    asked = row.get("input")
    if not isinstance(asked, dict) or not isinstance(asked.get("messages"), list):
        raise Fault("bad_preference", "expected `input` with a list of `messages`")
    sides = [_side(row.get(name), name, has_prompt=True) for name in names]
    for name, side in zip(names, sides, strict=True):
        roles = [turn["role"] for turn in side]
        if roles != ["assistant"]:
            raise Fault("bad_preference", f"expected `{name}` as one turn of the assistant, found {brief(roles)}")
    return _preferred("openai_dpo", messages_of(asked["messages"]), sides, tools_of(asked) or tools_of(row))


def preference(row: dict[str, Any]) -> Conversation | None:
    """`chosen` and `rejected` (also `…_messages`, `…_response`), as text or turns, beside the prompt or with it."""
    if _SIDES.isdisjoint(row):
        return None
    names = next((n for n in PREFERENCES if row.get(n[0]) is not None and row.get(n[1]) is not None), None)
    if names is None and (replaced := _replaced(row)) is not None:
        return replaced
    if names is None:
        for name in (name for names in PREFERENCES for name in names):
            side = row.get(name)
            if side and isinstance(side, (str, list, dict)) and str(side).lower() not in ("true", "false"):  # no flag
                raise Fault("bad_preference", f"`{name}` without its counterpart: a preference row needs both sides")
        return None
    prompt = _prompt(row)
    sides = [_side(row[name], name, has_prompt=bool(prompt)) for name in names]
    asked = next((row[field] for field in PREFERENCE_PROMPTS if row.get(field) is not None), None)
    for side in sides:
        if side and isinstance(side[-1]["content"], str):
            side[-1]["content"] = answer_to(asked, side[-1]["content"])
    if all(side and side[0]["role"] != "assistant" for side in sides):
        prompt = []  # both sides are whole conversations; what `prompt` repeats is in them
    return _preferred("dpo", earlier(row, prompt), sides, tools_of(row))


def _replaced(row: dict[str, Any]) -> Conversation | None:
    """ms-swift: a dialogue, and `rejected_response` or `rejected_messages` for what follows its last question."""
    worse = next((name for name in _REPLACING if row.get(name) is not None), None)
    others = {name: value for name, value in row.items() if name not in _REPLACING}
    if worse is None or (found := chat(others) or pair(others)) is None:
        return None
    prompt, better = _asked_and_said(found.messages)
    side = _side(row[worse], worse, has_prompt=True)
    if worse != "rejected_response":
        _, side = _asked_and_said(side)
    return _preferred("dpo", prompt, [better, side], found.tools)


def _asked_and_said(messages: list[Message]) -> tuple[list[Message], list[Message]]:
    """Turns up to the last question, and what follows it."""
    n_asked = max((n for n, turn in enumerate(messages, 1) if turn["role"] == "user"), default=0)
    return messages[:n_asked], messages[n_asked:]


def scored(row: dict[str, Any]) -> Conversation | None:
    """Vertex AI's preferences: `contents`, and two `completions`, each with its `score`."""
    found = as_list(row.get("completions"))
    if found is None or len(found) != 2 or not all(isinstance(side, dict) and "completion" in side for side in found):
        return None
    asked = gemini({name: value for name, value in row.items() if name != "completions"})
    if asked is None:
        return None
    better, worse = sorted(found, key=_score, reverse=True)
    if _score(better) == _score(worse):
        raise Fault("bad_preference", "the scores of `completions` name neither as the better one")
    sides = [sided(side["completion"], "`completion`") or [] for side in (better, worse)]
    return _preferred("dpo", asked.messages, sides, asked.tools)


def _score(side: dict[str, Any]) -> float:
    if type(side.get("score")) not in (int, float):
        raise Fault(
            "bad_preference", f"expected the `score` of a completion as a number, found {brief(side.get('score'))}"
        )
    return float(side["score"])


def compared(row: dict[str, Any]) -> Conversation | None:
    """Two answers, and what says which is better (aliases.yaml): SHP, PKU-SafeRLHF, Chatbot Arena, HelpSteer3, WebGPT.

    Raises:
        Fault: bad_preference where neither is, or what :func:`preference` raises.
    """
    for entry in COMPARED:
        asked, answers = entry["asked"], entry["answers"]
        told_by = entry.get("scores") or (entry["better"],)
        if any(row.get(name) is None for name in (*answers, *told_by)):
            continue
        prompt = {} if asked is None else {"prompt": value_at(row, asked)}
        if None in prompt.values():
            continue
        chosen, rejected = answers if _is_first_better(row, entry) else reversed(answers)
        if (told := _side_by_side(prompt.get("prompt"), row[chosen], row[rejected])) is not None:
            return _preferred("compared", [], told, tools_of(row))
        taken = (*answers, asked and asked.split(".")[0])
        others = {name: value for name, value in row.items() if name not in taken}
        read = preference({**others, **prompt, "chosen": row[chosen], "rejected": row[rejected]})
        return None if read is None else read._replace(format="compared")
    return None


def _is_first_better(row: dict[str, Any], entry: dict[str, Any]) -> bool:
    if "scores" in entry:
        one, other = (_number(row[name]) for name in entry["scores"])
        if one is None or other is None or one == other:
            named = " and ".join(f"`{name}`" for name in entry["scores"])
            raise Fault(
                "bad_preference",
                f"{named} name neither answer as the better one: {brief([row[n] for n in entry['scores']])}",
            )
        return bool(one > other)
    better = entry["better"]
    found = str(row[better])
    if "between" in entry:
        (low, high), place = entry["between"], _number(row[better])
        if place is None or not low <= place <= high or 2 * place == low + high:
            raise Fault("bad_preference", f"`{better}` names neither answer as the better one: {brief(row[better])}")
        return bool(2 * place < low + high)
    if found not in (*entry["first"], *entry["second"]):
        raise Fault("bad_preference", f"`{better}` names neither answer as the better one: {brief(row[better])}")
    return found in entry["first"]


def _number(found: Any) -> float | None:
    """A number, also as the text of a table's cell; null for anything else."""
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        return None
    try:
        number = float(found)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _side_by_side(asked: Any, *answers: Any) -> list[list[Message]] | None:
    """Whole dialogues of questions and of each list of answers, where all are lists of texts (a table of Arena's)."""
    questions, *replies = (as_list(found) for found in (asked, *answers))
    if any(found is None or not all(isinstance(text, str) for text in found) for found in (questions, *replies)):
        return None
    if questions is None or any(len(found or ()) != len(questions) for found in replies):
        return None
    pairs = [list(zip(questions, found or (), strict=True)) for found in replies]
    return [[turn for q, a in told for turn in (message("user", q), message("assistant", a))] for told in pairs]


def has_one_side(row: dict[str, Any]) -> bool:
    """Whether the row has a field of a preference row (not: a usable preference)."""
    return any(name in row for names in PREFERENCES for name in names)


def _prompt(row: dict[str, Any]) -> list[Message]:
    found = turns_field(row)
    if found is not None:
        return turn_messages(found[1])
    if row.get("instruction") is not None:
        asked = instruction_text(row)
        return [] if is_blank(asked) else [message("user", asked)]
    for field in PREFERENCE_PROMPTS:
        prompt = row.get(field)
        if prompt is not None:
            turns = sided(prompt, f"`{field}`")
            return prompt_turns(prompt) if turns is None else turns
    return []


def _side(value: Any, name: str, *, has_prompt: bool) -> list[Message]:
    if value is None:
        raise Fault("bad_preference", f"`{name}` is missing")
    turns = sided(value, f"`{name}`")
    if turns is None and not has_prompt:
        turns = turns_in(value)
    return [message("assistant", value)] if turns is None else turns


def _preferred(format_: str, prompt: list[Message], sides: list[list[Message]], tools: str | None) -> Conversation:
    """The prompt and the preferred side; of the other side the turns after what both have in common."""
    chosen, rejected = sides
    for name, side in zip(("preferred", "dispreferred"), sides, strict=True):
        if not side or side[-1]["role"] != "assistant":
            found = side[-1]["role"] if side else kind(None)
            raise Fault("bad_preference", f"the {name} side must end with a turn of the assistant, found {found}")
    if chosen == rejected:
        raise Fault("bad_preference", "both sides are the same")
    shared = 0
    while shared < min(len(chosen), len(rejected)) - 1 and chosen[shared] == rejected[shared]:
        shared += 1
    return Conversation(format_, [*prompt, *chosen], tools, rejected[shared:])
