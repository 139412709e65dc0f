"""One example in the schema of a trainer, or the reason why that schema cannot hold it.

A converter takes a row of the table ``examples`` and returns the row to write, with the keys that it needs alone. What
a schema has no place for raises :class:`Unfit`; what is left out of a row that is written is said beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Example = Mapping[str, Any]
Message = Mapping[str, Any]
Row = dict[str, Any]


class Unfit(Exception):  # noqa: N818  (no error: one of the two answers)
    """A schema cannot hold an example; the argument is the code of the reason."""


class Converted(NamedTuple):
    """A row in its new schema, and what was left out of it: codes of :data:`LEFT_OUT`."""

    row: Row
    left_out: tuple[str, ...] = ()


# Why a schema cannot hold an example.
REASONS: dict[str, str] = {
    "media": "images, sounds or other media, which stand in the original row alone",
    "several_turns": "more than one question and answer",
    "tools": "tool calls or tool definitions",
    "trailing_turns": "turns after the last answer",
    "weights": "a weight that the format has no field for",
    "undesirable": "an answer that is labelled undesirable",
    "no_preference": "no dispreferred answer",
    "unclear_prompt": "a prompt that the preferred and the dispreferred side share in more than one way",
    "no_label": "no label",
    "no_answer": "a prompt without an answer",
    "text_beside_call": "a turn with both text and tool calls",
    "unordered_results": "tool results in another order than their calls, or calls without results",
    "names": "names of speakers",
    "not_alternating": "turns that do not alternate (parallel calls, too), which readers of it drop without a word",
}

# What may be left out.
LEFT_OUT: dict[str, str] = {
    "dispreferred_side": "the dispreferred answer of a preference row; the preferred one is there",
    "label": "the label of an answer that is labelled desirable",
    "earlier_answers": "the loss on earlier answers: they stand in the prompt, and only the last answer is learnt",
}


def messages(example: Example) -> Converted:
    """`messages` as OpenAI has them: arguments of calls as JSON text, `reasoning_content`, `weight`; and `tools`."""
    left_out = _supervised(example)
    _refuse_media(example)
    return Converted({"messages": _turns(example["messages"]), **_tools(example)}, left_out)


def sharegpt(example: Example) -> Converted:
    """`conversations` of `from` and `value`, with `tools`, in the roles that LLaMA-Factory and Axolotl know.

    Reasoning stands in `<think>` before the answer; a call is a turn `function_call` of JSON, its result `observation`.
    Behind a system turn the turns alternate, and the last one is the assistant's: LLaMA-Factory takes no others.
    """
    left_out = _supervised(example)
    _refuse_media(example)
    turns = example["messages"]
    _refuse_names(turns)
    _check_results(turns)
    spoken = turns[1:] if turns[0]["role"] in ("system", "developer") else turns
    sides = [turn["role"] == "assistant" for turn in spoken if turn["role"] not in ("system", "developer")]
    if len(sides) != len(spoken) or sides != [place % 2 == 1 for place in range(len(spoken))] or not sides[-1]:
        raise Unfit("not_alternating")
    return Converted({"conversations": [_spoken(turn) for turn in turns], **_tools(example)}, left_out)


def alpaca(example: Example) -> Converted:
    """`instruction` and `output`, and `system` where there is one; the text of `input` stands in `instruction`."""
    left_out = _supervised(example)
    _refuse_media(example)
    turns = list(example["messages"])
    _refuse_names(turns)
    system = turns.pop(0)["content"] if turns[0]["role"] in ("system", "developer") else None
    if example["tools"] is not None or any(turn["tool_calls"] or turn["role"] == "tool" for turn in turns):
        raise Unfit("tools")
    if [turn["role"] for turn in turns] != ["user", "assistant"]:
        raise Unfit("several_turns")
    if any(turn["weight"] == 0 for turn in turns if turn["role"] == "assistant") or _is_partial(turns):
        raise Unfit("weights")
    row = {"instruction": turns[0]["content"], "input": "", "output": _thought_aloud(turns[1])}
    return Converted(row if system is None else {**row, "system": system}, left_out)


def prompt_completion(example: Example) -> Converted:
    """`prompt` and `completion` as lists of messages, the completion being the last answer; and `tools`."""
    left_out = _supervised(example)
    _refuse_media(example)
    prompt, completion = _last_answer(example["messages"])
    learnt = any(turn["role"] == "assistant" and turn["weight"] != 0 for turn in prompt)
    row = {"prompt": _turns(prompt, masks=False), "completion": _turns(completion, masks=False), **_tools(example)}
    return Converted(row, (*left_out, *(["earlier_answers"] if learnt else [])))


def dpo(example: Example) -> Converted:
    """`prompt`, `chosen` and `rejected` as lists of messages; and `tools`."""
    if example["rejected"] is None:
        raise Unfit("no_preference")
    _refuse_media(example)
    chosen, rejected = example["messages"], example["rejected"]
    begin = _where_sides_part(chosen, rejected)
    if any(turn["weight"] not in (None, 1) for turn in (*chosen[begin:], *rejected)):
        raise Unfit("weights")
    sides = {"prompt": chosen[:begin], "chosen": chosen[begin:], "rejected": rejected}
    return Converted({name: _turns(side, masks=False) for name, side in sides.items()} | _tools(example))


def kto(example: Example) -> Converted:
    """`prompt` and `completion` as lists of messages, and `label`, true where the completion is desirable; `tools`."""
    if example["label"] is None:
        raise Unfit("no_label")
    _refuse_media(example)
    prompt, completion = _last_answer(example["messages"])
    sides = {"prompt": _turns(prompt, masks=False), "completion": _turns(completion, masks=False)}
    return Converted({**sides, "label": example["label"], **_tools(example)})


FORMATS: dict[str, Callable[[Example], Converted] | None] = {
    "messages": messages,
    "sharegpt": sharegpt,
    "alpaca": alpaca,
    "prompt_completion": prompt_completion,
    "dpo": dpo,
    "kto": kto,
    "as_found": None,  # the original rows, which nothing converts
}


def _supervised(example: Example) -> tuple[str, ...]:
    """What a schema of plain answers leaves out of a labelled or a preference row."""
    if all(turn["role"] != "assistant" for turn in example["messages"]):
        raise Unfit("no_answer")
    if example["label"] is False:
        raise Unfit("undesirable")
    left_out = ["dispreferred_side"] if example["rejected"] is not None else []
    return (*left_out, *(["label"] if example["label"] else []))


def _turns(turns: Sequence[Message], masks: bool = True) -> list[Row]:
    """Messages in OpenAI's shape; `masks`: with the training weights."""
    return [_turn(turn, masks) for turn in turns]


def _turn(turn: Message, masks: bool) -> Row:
    made: Row = {"role": turn["role"], "content": turn["content"]}
    if turn["reasoning"] is not None:
        made["reasoning_content"] = turn["reasoning"]
    if turn["tool_calls"] is not None:
        made["tool_calls"] = json.loads(turn["tool_calls"])
    for field in ("tool_call_id", "name"):
        if turn[field] is not None:
            made[field] = turn[field]
    if masks and turn["weight"] is not None:
        weight = turn["weight"]
        made["weight"] = int(weight) if weight == int(weight) else weight
    return made


def _spoken(turn: Message) -> Row:
    speaker = {"system": "system", "developer": "system", "user": "human", "assistant": "gpt", "tool": "observation"}
    made: Row = {"from": speaker[turn["role"]], "value": _thought_aloud(turn)}
    if turn["tool_calls"] is not None:
        if turn["content"] or turn["reasoning"]:
            raise Unfit("text_beside_call")
        calls = [
            {"name": call["function"]["name"], "arguments": json.loads(call["function"]["arguments"])}
            for call in json.loads(turn["tool_calls"])
        ]
        made = {"from": "function_call", "value": json.dumps(calls if len(calls) > 1 else calls[0], ensure_ascii=False)}
    if turn["weight"] is not None:
        made["weight"] = int(turn["weight"]) if turn["weight"] == int(turn["weight"]) else turn["weight"]
    return made


def _thought_aloud(turn: Message) -> str:
    """The text of a turn, its reasoning before it as chat templates of reasoning models write it."""
    content: str = turn["content"]
    if turn["reasoning"] is None:
        return content
    thought = f"<think>\n{turn['reasoning']}"
    return thought if turn["unfinished"] else f"{thought}\n</think>\n\n{content}"


def _tools(example: Example) -> Row:
    """The tool definitions as JSON text: their parameters differ, which no table's column can hold as anything else."""
    return {} if example["tools"] is None else {"tools": example["tools"]}


def _refuse_media(example: Example) -> None:
    turns = (*example["messages"], *(example["rejected"] or ()))
    if example["media"] is not None or any(turn["parts"] is not None for turn in turns):
        raise Unfit("media")


def _refuse_names(turns: Sequence[Message]) -> None:
    if any(turn["name"] and turn["role"] != "tool" for turn in turns):
        raise Unfit("names")


def _is_partial(turns: Sequence[Message]) -> bool:
    return any(turn["weight"] not in (None, 0, 1) for turn in turns)


def _check_results(turns: Sequence[Message]) -> None:
    """ShareGPT has no ids: results belong to the calls before them in their order."""
    waiting: list[str | None] = []
    for turn in turns:
        if turn["role"] == "tool":
            if not waiting:
                raise Unfit("unordered_results")
            wanted = waiting.pop(0)
            if wanted is not None and turn["tool_call_id"] is not None and wanted != turn["tool_call_id"]:
                raise Unfit("unordered_results")
        elif waiting:
            raise Unfit("unordered_results")
        if turn["tool_calls"] is not None:
            waiting = [call.get("id") for call in json.loads(turn["tool_calls"])]


def _last_answer(turns: Sequence[Message]) -> tuple[Sequence[Message], Sequence[Message]]:
    """What was said before the last answer, and it."""
    if turns[-1]["role"] != "assistant":
        raise Unfit("trailing_turns")
    if turns[-1]["weight"] not in (None, 1):
        raise Unfit("weights")
    return turns[:-1], turns[-1:]


def _where_sides_part(chosen: Sequence[Message], rejected: Sequence[Message]) -> int:
    """Where in the preferred conversation the turns begin that the dispreferred ones stand against.

    The table holds the dispreferred turns after what both sides share. Their place is sure where the same number of
    turns in the same roles ends the preferred side, and where that leaves as many questions on either side.
    """
    aligned = len(chosen) - len(rejected)
    roles = [turn["role"] for turn in rejected]
    if aligned >= 0 and [turn["role"] for turn in chosen[aligned:]] != roles:
        aligned = -1
    questions = [place for place, turn in enumerate(chosen) if turn["role"] == "user"]
    n_asked = roles.count("user")
    if roles[0] == "user":
        by_questions = questions[-n_asked] if n_asked <= len(questions) else -1
    else:
        by_questions = questions[-n_asked - 1] + 1 if n_asked < len(questions) else 0
    if by_questions < 0 or (aligned >= 0 and aligned != by_questions):
        raise Unfit("unclear_prompt")
    return by_questions
