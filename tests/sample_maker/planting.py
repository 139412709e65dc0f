"""What is planted among the ordinary items, and the label of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .facts import pick
from .reading import Block, read_blocks
from .truth import Item, jaccard

_GRADES = {"V": "vague", "M": "moderate", "C": "complete"}
_SWAPS = [
    (" because ", " since "),
    (" usually ", " normally "),
    (" such as ", " like "),
    (" mostly ", " mainly "),
    (" is used for ", " is given for "),
    (" often ", " frequently "),
    (" large ", " big "),
    (" but ", " yet "),
    (" may ", " might "),
    (" and ", " as well as "),
]


def written_defects() -> Iterator[Item]:
    """Weak and vague answers, refusals, safe refusals and placeholders, as they were written."""
    for block in read_blocks("weak"):
        yield from _singles(block.entries(), block.meta["label"])
    for name, label in (("refusals", "refusal"), ("safe_refusals", "safe_refusal"), ("placeholder", "placeholder")):
        yield from _singles(read_blocks(name)[0].entries(), label)


def _singles(entries: list[dict[str, str]], label: str) -> Iterator[Item]:
    for number, entry in enumerate(entries):
        yield Item(f"{label}/{number}", "any", [(entry["Q"], entry["A"])]).label(label)


def looping() -> Iterator[Item]:
    """Answers that run into a loop."""
    for number, entry in enumerate(read_blocks("looping")[0].entries()):
        unit = entry["R"].replace("\\n", "\n")
        separator = "\n" if "\n" in unit or unit.startswith(("print", "-")) else " "
        answer = separator.join([entry["A"], *[unit] * int(entry["N"])])
        yield Item(f"looping/{number}", "any", [(entry["Q"], answer)]).label("looping")


def conflicts() -> Iterator[Item]:
    """Examples whose questions are the same and whose answers exclude each other.

    In a block with a ``group`` the last one dissents from the others, which agree.
    """
    for block, keys, items in _families("conflicts"):
        kind, group = block.meta["kind"], block.meta.get("group", keys[0])
        for item in items:
            others = keys[:-1] if item.key == keys[-1] else keys[-1:]
            item.label("conflict", kind=kind, group=group, **{"with": others})
        for item in items[1:-1]:
            item.label("semantic_duplicate", of=keys[0], planted_as="conflict")
        yield from items


def semantic_duplicates() -> Iterator[Item]:
    """The same question in other words, with answers that agree."""
    for _, keys, items in _families("semantic"):
        items[1].label("semantic_duplicate", of=keys[0], planted_as="paraphrase")
        yield from items


def variety() -> Iterator[Item]:
    """What resembles a defect and is none; ``must_not`` names the findings that would be wrong."""
    for block, keys, items in _families("variety"):
        pair = len(items) == 2 and not block.meta["kind"].startswith(("short", "lookalike", "requested"))
        for item in items:
            details: dict[str, Any] = {"kind": block.meta["kind"], "must_not": block.meta["must_not"].split(",")}
            if pair:
                details["with"] = [key for key in keys if key != item.key]
                details["same_prompt"] = "same_prompt" in block.meta
            yield item.label("variety", **details)


def grades() -> Iterator[Item]:
    """Vague, moderate and complete answers to one question."""
    for number, block in enumerate(read_blocks("grades")):
        question = block.fields[0][1]
        items = [
            Item(f"grades/{number}/{name}", "general", [(question, text)]).label(
                "grade", grade=_GRADES[name], group=f"grades/{number}"
            )
            for name, text in block.fields[1:]
        ]
        for item in items[:-1]:
            item.label("semantic_duplicate", of=items[-1].key, planted_as="grade")
        yield from items


def _families(name: str) -> Iterator[tuple[Block, list[str], list[Item]]]:
    for number, block in enumerate(read_blocks(name)):
        turns = [(entry["Q"], entry["A"]) for entry in block.entries()]
        keys = [f"{name}/{number}/{place}" for place in range(len(turns))]
        yield block, keys, [Item(key, block.meta["domain"], [turn]) for key, turn in zip(keys, turns, strict=True)]


def dialogues() -> Iterator[Item]:
    """Conversations of several turns, some with a system prompt and tool calls."""
    for number, block in enumerate(read_blocks("dialogues")):
        messages: list[dict[str, Any]] = []
        if "system" in block.meta:
            messages.append({"role": "system", "content": block.meta["system"]})
        for name, text in block.fields:
            messages.append(_message(name, text, f"call_{number}_{len(messages)}", messages))
        extra: dict[str, Any] = {"messages": messages}
        if "tools" in block.meta:
            function = {"name": block.meta["tools"], "parameters": {"type": "object", "properties": {}}}
            extra["tools"] = [{"type": "function", "function": function}]
        turns = [("\n".join(text for name, text in block.fields if name == "U"), block.fields[-1][1])]
        item = Item(f"dialogues/{number}", "any", turns, shard="support.jsonl", extra=extra)
        if block.fields[0][1] == "Hi":
            item.label("variety", kind="generic_opener", must_not=["duplicate", "conflict"])
        yield item


def _message(name: str, text: str, call_id: str, before: list[dict[str, Any]]) -> dict[str, Any]:
    if name == "F":
        function, arguments = text.split(" ", 1)
        call = {"id": call_id, "type": "function", "function": {"name": function, "arguments": arguments}}
        return {"role": "assistant", "content": None, "tool_calls": [call]}
    if name == "T":
        return {
            "role": "tool",
            "tool_call_id": before[-1]["tool_calls"][0]["id"],
            "content": text,
        }
    return {"role": "user" if name == "U" else "assistant", "content": text}


def preferences(items: list[Item]) -> None:
    """Turn the items into preference rows, in place."""
    rejected = [entry["A"] for entry in read_blocks("preferences")[0].entries()]
    for number, item in enumerate(items):
        item.shard = "preferences.jsonl"
        item.extra = {"rejected": rejected[number % len(rejected)]}


def truncate(items: list[Item]) -> None:
    """Cut the answers off, in place, between 55% and 80% of their length: half of them inside a word."""
    for number, item in enumerate(items):
        question, answer = item.turns[0]
        cut = answer[: len(answer) * (55 + pick(item.key, 26)) // 100]
        if number % 2:
            cut = cut[: cut.rfind(" ")]
        item.turns = [(question, re.sub(r"[\s.!?:;)\"'`|]+$", "", cut))]
        item.label("truncated")


def exact_duplicates(items: list[Item], shards: list[str]) -> Iterator[Item]:
    """Copies of the items, three in four of them in another shard and often in another schema."""
    for number, item in enumerate(items):
        shard = "" if number % 4 == 0 else shards[number % len(shards)]
        copy = replace(item, key=f"exact/{item.key}", labels=[], shard=shard)
        yield copy.label("exact_duplicate", of=item.key)


def near_duplicates(items: list[Item]) -> Iterator[Item]:
    """Copies of the items with one small edit that leaves the meaning as it was."""
    for number, item in enumerate(items):
        names = list(_EDITS)
        for turn in range(len(names)):
            name = names[(number + turn) % len(names)]
            copy = replace(item, key=f"near/{item.key}", labels=[], turns=[_EDITS[name](*item.turns[0])])
            if copy.turns != item.turns and jaccard(copy, item) >= 0.85:
                yield copy.label("near_duplicate", of=item.key, edit=name, jaccard=round(jaccard(copy, item), 4))
                break


def _swap_word(question: str, answer: str) -> tuple[str, str]:
    for old, new in _SWAPS:
        if old in answer:
            return question, answer.replace(old, new, 1)
    return question, answer


def _misspell(question: str, answer: str) -> tuple[str, str]:
    word = max(re.findall(r"[a-z]+", answer), key=len)
    return question, answer.replace(word, word[:2] + word[3] + word[2] + word[4:], 1)


_EDITS = {
    "closing_sentence": lambda question, answer: (question, answer + " Hope this helps."),
    "greeting": lambda question, answer: ("Hello! " + question, answer),
    "word": _swap_word,
    "misspelling": _misspell,
    "line_breaks": lambda question, answer: (question, answer.replace(". ", ".\n\n")),
    "thanks": lambda question, answer: (question + " Thanks!", answer),
}
