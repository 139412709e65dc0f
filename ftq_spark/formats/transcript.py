"""Conversations in one text: chat templates that were applied already, and plain transcripts."""

from __future__ import annotations

import re
from typing import Any

from ftq_spark.formats import harmony
from ftq_spark.formats.aliases import ROLES
from ftq_spark.formats.faults import Fault, kind
from ftq_spark.formats.fields import as_list, with_system
from ftq_spark.formats.turns import Conversation, Message, is_blank, message

# What marks the start of a turn, by template; group 1 is the role. The first that shows a turn of the user and one of
# the assistant is taken. All are linear in the length of the text.
_MARKERS = (
    re.compile(r"<\|im_start\|>[ \t]*(\w+)[^\n]{0,80}\n?"),  # ChatML
    re.compile(r"<\|start_header_id\|>[ \t]*(\w+)[ \t]*<\|end_header_id\|>"),  # Llama 3
    re.compile(r"<start_of_turn>[ \t]*(\w+)\n?"),  # Gemma
    re.compile(r"(\[/?INST\])"),  # Llama 2, Mistral
    re.compile(r"<\|(system|user|prompter|human|assistant|ai|bot|model|tool|observation)\|>", re.IGNORECASE),
    re.compile(r"(?:\A\s{0,8}|\n\s{0,4}\n)(Human|Assistant|System):"),  # Anthropic
    re.compile(
        r"(?:\A|\n)###[ \t]?(Human|Assistant|System|User|Instruction|Input|Response|Output):?"
    ),  # Guanaco, Alpaca
    re.compile(r"(?:\A\s{0,8}|\n)(USER|User|ASSISTANT|Assistant):"),  # Vicuna
)
_TRANSCRIPTS = frozenset(_MARKERS[5:6] + _MARKERS[7:])  # words, not tokens: only where the text begins with one
_MARKER_ROLES = ROLES | {"[inst]": "user", "[/inst]": "assistant", "instruction": "user", "response": "assistant"}
_TOKENS = (
    "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|begin_of_text|>", "<|end_of_text|>", "<|endoftext|>", "<|eos|>",
    "<|eod|>", "<|end|>", "<|end_of_turn|>", "<end_of_turn>", "<bos>", "<eos>", "<s>", "</s>",
)  # fmt: skip
_SYSTEM = re.compile(r"\A\s{0,8}<<SYS>>(.*?)<</SYS>>", re.DOTALL)


def turns_in(text: str) -> list[Message] | None:
    """The turns of a templated text or a transcript; null where no markers show a user and an assistant.

    Text before the first marker is the system's; neighbours of one role (Alpaca's instruction and input) are joined.
    Turns are stripped of white space and of the template's end tokens.
    """
    if harmony.may_be(text):
        return harmony.turns_in(text)
    for marker in _MARKERS:
        pieces = marker.split(text)
        if len(pieces) < 5 or (marker in _TRANSCRIPTS and not is_blank(pieces[0])):
            continue
        roles = [_MARKER_ROLES.get(role.lower()) for role in pieces[1::2]]
        if "user" in roles and "assistant" in roles:
            return _turns(pieces[0], pieces[1::2], roles, pieces[2::2])
    return None


def _turns(preamble: str, names: list[str], roles: list[str | None], texts: list[str]) -> list[Message]:
    turns = [message("system", _stripped(preamble))] if _stripped(preamble) else []
    for name, role, text in zip(names, roles, texts, strict=True):
        if role is None or role == "call":
            raise Fault("unknown_role", f"unknown role {name[:40]!r} in the text")
        content = _stripped(text)
        if role == "user" and name == "[INST]" and (system := _SYSTEM.match(content)):
            turns.append(message("system", system[1].strip()))
            content = content[system.end() :].strip()
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] = "\n\n".join(filter(None, (turns[-1]["content"], content)))
        else:
            turns.append(message(role, content))
    return turns


def _stripped(text: str) -> str:
    text = text.strip()
    while text.endswith(_TOKENS):
        text = text[: text.rindex("<")].rstrip()
    while text.startswith(_TOKENS):
        text = text[text.index(">") + 1 :].lstrip()
    return text


def prompt_turns(prompt: str) -> list[Message]:
    """The turns of a prompt: one of the user, or those of a transcript that ends where the assistant is to speak."""
    if may_be_transcript(prompt):
        turns = turns_in(prompt)
        if turns is not None and turns[-1]["role"] == "assistant" and not turns[-1]["content"]:
            return turns[:-1]
    return [] if is_blank(prompt) else [message("user", prompt)]


def may_be_transcript(prompt: str) -> bool:
    """Whether a prompt ends where the assistant is to speak."""
    return prompt.rstrip().endswith("\n\nAssistant:")


def text(row: dict[str, Any]) -> Conversation | None:
    """`text`: a conversation in one field, templated or a transcript."""
    found = row.get("text")
    turns = turns_in(found) if isinstance(found, str) else None
    return None if turns is None else Conversation("text", with_system(row, turns))


def segments(row: dict[str, Any]) -> Conversation | None:
    """Axolotl's input_output: `segments[{label, text}]`; the texts with label true are what is learnt."""
    found = as_list(row.get("segments"))
    if found is None or (isinstance(found[0], dict) and found[0].keys().isdisjoint(("text", "label"))):
        return None
    pieces: list[Message] = []
    for segment in found:
        if type(segment) is not dict or type(segment.get("text")) is not str or type(segment.get("label")) is not bool:
            raise Fault("bad_message", f"expected segments with `text` and a boolean `label`, found {kind(segment)}")
        role = "assistant" if segment["label"] else "user"
        if pieces and pieces[-1]["role"] == role:
            pieces[-1]["content"] += segment["text"]
        else:
            pieces.append(message(role, segment["text"]))
    turns = turns_in("".join(piece["content"] for piece in pieces))
    if turns is None:
        turns = [message(p["role"], _stripped(p["content"])) for p in pieces if _stripped(p["content"])]
    return Conversation("segments", turns)
