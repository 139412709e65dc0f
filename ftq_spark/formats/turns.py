"""Turns of any schema as canonical messages, and the checks that every conversation passes."""

from __future__ import annotations

import math
import shlex
from typing import Any, NamedTuple

from ftq_spark.formats import frameworks, strict
from ftq_spark.formats.aliases import (
    CONTENT_FIELDS,
    LABEL_FIELDS,
    MEDIA_COLUMNS,
    REASONING_FIELDS,
    ROLE_FIELDS,
    ROLES,
    TOOLS_FIELDS,
    WEIGHT_FIELDS,
    known_role,
)
from ftq_spark.formats.calls import tool_call, tool_calls
from ftq_spark.formats.faults import Fault, as_options, brief, kind
from ftq_spark.formats.labels import label_of
from ftq_spark.formats.media import media_of_row
from ftq_spark.formats.outcomes import FIELDS as OUTCOME_FIELDS
from ftq_spark.formats.outcomes import failed
from ftq_spark.formats.parts import Content, content_of, holds_result, result_text, steps_inside
from ftq_spark.formats.speakers import tags
from ftq_spark.formats.tagged_calls import calls_in, may_hold_calls, result_in
from ftq_spark.formats.thoughts import may_hold, reasoning_of, split

_WEIGHTS = frozenset(WEIGHT_FIELDS)
# What an answer may hold beside its content.
_OF_ANSWERS = frozenset({*REASONING_FIELDS, *LABEL_FIELDS, "tool_calls", "function_call", "refusal", "audio"})
# Every field of a turn that is looked at; what others hold makes no difference.
TURN_FIELDS = _OF_ANSWERS | {*ROLE_FIELDS, *CONTENT_FIELDS, *WEIGHT_FIELDS, *MEDIA_COLUMNS, *OUTCOME_FIELDS} | {
    "name", "tool_call_id", "observation", "channel", *TOOLS_FIELDS, *frameworks.FIELDS,
}  # fmt: skip
_SHARES = ("weight", "loss_weight", "train")
PROMPT_ONLY = "prompt_only"  # the format of rows that end with the user by design

Message = dict[str, Any]  # exactly the fields of schema.MESSAGE


class Conversation(NamedTuple):
    """One example in the canonical shape."""

    format: str
    messages: list[Message]
    tools: str | None = None  # JSON array
    rejected: list[Message] | None = None  # the dispreferred turns only
    label: bool | None = None  # desirability of the answer
    attached: str | None = None  # text in the prompt beside what is asked
    media: list[str] | None = None  # of the row's columns
    graded: str | None = None  # JSON of what the answers to a prompt alone are graded by


def message(role: str, content: str) -> Message:
    """A canonical message that is only text."""
    return {
        "role": role,
        "content": content,
        "name": None,
        "tool_calls": None,
        "tool_call_id": None,
        "reasoning": None,
        "parts": None,
        "weight": None,
        "label": None,
        "unfinished": None,
        "failed": None,
    }


def messages_of(turns: list[Any], where: str = "turn") -> list[Message]:
    """Canonical messages of a list of turn objects in any dialect (OpenAI, ShareGPT, Mistral, Gemini, Bedrock, …).

    Raises:
        Fault: bad_message, unknown_role, bad_parts, bad_tool_call or bad_weight.
    """
    messages: list[Message] = []
    for i, turn in enumerate(turns, 1):
        if type(turn) is not dict:
            raise Fault("bad_message", f"{where} {i}: expected an object, found {kind(turn)}")
        if len(turn) == 2:  # nearly every turn of nearly every dataset
            names = ("from", "value") if "from" in turn else ("role", "content")
            role, content = turn.get(names[0]), turn.get(names[1])
            if type(role) is str and type(content) is str:
                known = ROLES.get(role)
                if known is not None and known != "call":
                    messages.append(message(known, content))
                    continue
        try:
            made = _turn(turn, f"{where} {i}")
            if "observation" in turn and len(made) > 1 and _may_call(messages):  # a call and what it showed
                messages[-1]["tool_calls"] = made.pop(0)["tool_calls"]
            messages.extend(made)
        except Fault as fault:
            if fault.code != "unknown_role" or not (named := tags(turns)):
                raise
            flags = as_options(f"{tag}={name}" for tag, name in named.items())
            raise Fault(fault.code, f"{fault.message.partition(';')[0]}; perhaps: {flags}") from None
    return messages


def _may_call(messages: list[Message]) -> bool:
    """Whether the last of the messages is of the assistant, and calls nothing yet."""
    return bool(messages) and messages[-1]["role"] == "assistant" and messages[-1]["tool_calls"] is None


def _turn(turn: dict[str, Any], where: str) -> list[Message]:
    """One turn; several messages where tool results are content parts of a user's turn, or a program writes them so."""
    content = _said(turn)
    steps = frameworks.unfolded(turn)
    if (steps := steps_inside(turn, content) if steps is None else steps) is not None:
        return [made for step in steps for made in _turn(step, where)]
    role = _role(turn, where)
    if role == "tool" and content is None and turn.get("observation") is not None:
        return _observed(turn, where)
    if role == "call":
        return [
            {
                **message("assistant", ""),
                "tool_calls": _call_turn(turn, content, where),
                "weight": weight_of(turn, where),
            }
        ]
    made = message(role, "")
    made["weight"] = weight_of(turn, where)
    if "name" in turn:
        made["name"] = _string(turn, "name", where)
    if named := next((field for field in ("tool_call_id", "call_id") if field in turn), None):
        made["tool_call_id"] = _string(turn, named, where)
    found = _content(role, content, where)
    if found.has_image and role not in ("user", "tool"):  # what a tool shows is read, as what the user shows
        raise Fault("bad_parts", f"{where}: an image in a turn of the {role}")
    made["content"], made["parts"] = found.text, found.parts
    if role == "user" and (shown := media_of_row(turn)):
        made["parts"] = strict.dumps(
            [*(strict.loads(made["parts"].encode()) if made["parts"] else []), *_parts_of(shown)]
        )
    calls = list(found.calls)
    made["failed"] = failed(turn) if role == "tool" else None
    if role == "assistant":
        made["reasoning"] = found.reasoning
        if not _OF_ANSWERS.isdisjoint(turn):
            calls += _of_answer(made, turn, content, where)
    if calls:
        made["tool_calls"] = strict.dumps(calls)
    if content is None and role != "tool" and not (calls or made["content"] or made["parts"] or made["reasoning"]):
        present = any(field in turn for field in (*CONTENT_FIELDS, "parts"))
        code = "empty_content" if present and role == "assistant" else "bad_message"
        raise Fault(code, f"{where} ({role}): content is {'null' if present else 'missing'}")
    results = [
        {**message("tool", text), "tool_call_id": id_, "name": name, "weight": made["weight"], "failed": flag}
        for id_, name, text, flag in found.results
    ]
    if results and not (made["content"] or made["parts"] or made["tool_calls"]):
        return results
    return [*results, made]


def _said(turn: dict[str, Any]) -> Any:
    """The content of a turn, under whichever name; Gemini's `parts` where there is no other."""
    content = turn.get("content")
    if content is None:
        content = next((turn[field] for field in CONTENT_FIELDS if turn.get(field) is not None), None)
    return turn.get("parts") if content is None else content


def _observed(turn: dict[str, Any], where: str) -> list[Message]:
    """A call and its result in one turn of ChatGLM3's: `name`, `parameters`, `observation`; a result without them."""
    name = _string(turn, "name", where)
    result = {**message("tool", result_text(turn["observation"])), "name": name, "weight": weight_of(turn, where)}
    if name is None or turn.get("parameters") is None:
        return [result]
    call = tool_call({"name": name, "arguments": turn["parameters"]}, where)
    return [{**message("assistant", ""), "tool_calls": strict.dumps([call])}, result]


def _of_answer(made: Message, turn: dict[str, Any], content: Any, where: str) -> list[dict[str, Any]]:
    """Put what an answer holds beside its content into the message; its calls."""
    made["reasoning"] = reasoning_of(turn) or made["reasoning"]
    made["label"] = label_of(turn)
    if content is None and _is_text(turn.get("refusal")):
        made["content"] = turn["refusal"]
    if content is None and turn.get("audio") is not None:
        made["parts"] = strict.dumps([{"type": "audio", "audio": turn["audio"]}])
    calls = tool_calls(turn.get("tool_calls"), where)
    return calls if turn.get("function_call") is None else [*calls, tool_call(turn["function_call"], where)]


def _parts_of(media: list[str]) -> list[dict[str, str]]:
    return [{"type": kind, kind: reference} for kind, _, reference in (name.partition(":") for name in media)]


def _role(turn: dict[str, Any], where: str) -> str:
    for field in ROLE_FIELDS:
        role = turn.get(field)
        if role is None:
            continue
        if not isinstance(role, str):
            raise Fault("bad_message", f"{where}: expected `{field}` as a string, found {kind(role)}")
        known = known_role(field, role)
        if known is None:
            tag = f"`--column user_tag={shlex.quote(role)}`" if len(role) < 40 else "`user_tag`"
            raise Fault("unknown_role", f"{where}: unknown role {brief(role)}; if it is the user's: {tag}")
        return known
    raise Fault("bad_message", f"{where}: no role; fields {brief(list(turn), 80)}")


def _content(role: str, content: Any, where: str) -> Content:
    if isinstance(content, str):
        return Content(content)
    if content is None:
        return Content("")
    if role == "tool" and not _is_parts(content) and not holds_result(content):
        return Content(result_text(content))
    if isinstance(content, dict):
        content = [content]
    if isinstance(content, list):
        return content_of(content, where)
    raise Fault("bad_message", f"{where}: expected content as text or parts, found {kind(content)}")


def _is_parts(content: Any) -> bool:
    return isinstance(content, list) and bool(content) and all(isinstance(p, dict) and "type" in p for p in content)


def _call_turn(turn: dict[str, Any], content: Any, where: str) -> str:
    calls = tool_calls(content if content not in (None, "") else turn.get("tool_calls"), where)
    if not calls:
        raise Fault("bad_tool_call", f"{where}: no call in it")
    return strict.dumps(calls)


def weight_of(turn: dict[str, Any], where: str) -> float | None:
    """OpenAI's and Mistral's `weight` is 0 or 1; `loss_weight` and `train` may be any share from 0 to 1.

    The marks of other trainers (verl, Axolotl, ms-swift) are read where they are booleans, 0 or 1.
    """
    if _WEIGHTS.isdisjoint(turn):
        return None
    for field in WEIGHT_FIELDS:
        weight = turn.get(field)
        if weight is None:
            continue
        number = isinstance(weight, (bool, int, float))
        if field not in _SHARES:
            if number and weight in (0, 1):
                return float(weight)
            continue
        if (
            not number
            or not 0 <= weight <= 1
            or not math.isfinite(weight)
            or (field == "weight" and weight not in (0, 1))
        ):
            raise Fault("bad_weight", f"{where}: expected `{field}` 0 or 1, found {brief(weight)}")
        return float(weight)
    return None


def _string(turn: dict[str, Any], field: str, where: str) -> str | None:
    value = turn.get(field)
    if value is None or isinstance(value, str):
        return value
    raise Fault("bad_message", f"{where}: expected `{field}` as a string, found {kind(value)}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not is_blank(value)


def is_blank(text: str) -> bool:
    """Nothing but white space."""
    return not text or text.isspace()


def may_hold_more(answer: str) -> bool:
    """Whether an answer's text may hold thoughts or calls beside what it says."""
    return may_hold(answer) or may_hold_calls(answer)


def checked(conversation: Conversation) -> Conversation:
    """The conversation without blank system turns, if there is something to learn in it.

    Raises:
        Fault: empty_content, no_assistant, bad_weight or bad_preference.
    """
    messages = _checked(conversation.messages, conversation.tools, answered=conversation.format != PROMPT_ONLY)
    rejected = conversation.rejected
    if rejected is not None:
        try:
            rejected = _checked(rejected, conversation.tools)
        except Fault as fault:
            raise Fault("bad_preference", f"the dispreferred side: {fault.message}") from None
    if messages is conversation.messages and rejected is conversation.rejected:
        return conversation
    return conversation._replace(messages=messages, rejected=rejected)


def _taken_out(turn: Message, tools: str | None) -> str:
    """Give the turn the thoughts and calls inside its text as its own; what is left as content."""
    content: str = turn["content"]
    thought = split(content)
    if thought.reasoning is not None or thought.content is not content:
        content = turn["content"] = thought.content
        turn["reasoning"] = "\n\n".join(filter(None, (turn["reasoning"], thought.reasoning))) or None
        turn["unfinished"] = thought.unfinished or None
    if turn["tool_calls"] is None and (tagged := calls_in(content, tools)) is not None:
        content = turn["content"] = tagged[0]
        turn["tool_calls"] = strict.dumps(tagged[1])
    return content


def _checked(messages: list[Message], tools: str | None, *, answered: bool = True) -> list[Message]:
    answers = weights = weighted = blank_systems = 0
    for i, turn in enumerate(messages, 1):
        role, content = turn["role"], turn["content"]
        if role == "assistant":
            if may_hold_more(content):
                content = _taken_out(turn, tools)
            is_said = (content and not content.isspace()) or turn["tool_calls"] is not None or turn["parts"] is not None
            # An answer that is all thought can be read: it is judged as the empty answer that it is.
            if not is_said and turn["reasoning"] is None:
                raise Fault("empty_content", f"turn {i} of the assistant has neither content nor a call")
            answers += 1
            weights += 1
            weighted += turn["weight"] != 0
        elif role == "tool":
            turn["content"], id_ = result_in(content)
            turn["tool_call_id"] = turn["tool_call_id"] or id_
        elif not content or content.isspace():
            if role == "user" and turn["parts"] is None:
                raise Fault("empty_content", f"turn {i} of the user has no content")
            blank_systems += role in ("system", "developer")
    if not answers and answered:
        raise Fault("no_assistant", "no turn of the assistant with content or a call")
    if not answered and all(turn["role"] != "user" for turn in messages):
        raise Fault("empty_content", "a prompt without a turn of the user")
    if answers and not weighted:
        raise Fault("bad_weight", f"every turn of the assistant has weight 0 ({weights} turns)")
    if blank_systems:
        return [m for m in messages if m["role"] not in ("system", "developer") or not is_blank(m["content"])]
    return messages
