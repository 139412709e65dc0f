"""Conversations in one text: chat templates that were applied already, and plain transcripts."""

from __future__ import annotations

import re
from typing import Any

from ftq_spark.formats import harmony
from ftq_spark.formats.aliases import ROLES
from ftq_spark.formats.faults import Fault, kind
from ftq_spark.formats.fields import as_list, with_system
from ftq_spark.formats.turns import Conversation, Message, is_blank, message

# What marks the start of a turn; group 1 is the role. All are linear in the length of the text.
_TEMPLATES = (
    re.compile(r"<\|im_start\|>[ \t]*(\w+)[^\n]{0,80}\n?"),  # ChatML
    re.compile(r"<\|start_header_id\|>[ \t]*(\w+)[ \t]*<\|end_header_id\|>"),  # Llama 3
    re.compile(r"<\|header_start\|>[ \t]*(\w+)[ \t]*<\|header_end\|>"),  # Llama 4
    re.compile(r"<start_of_turn>[ \t]*(\w+)\n?"),  # Gemma
    re.compile(r"(\[/?INST\])"),  # Llama 2, Mistral
    re.compile(r"(?i)<\|(system|user|prompter|human|assistant|ai|bot|model|tool|observation)\|>"),  # Zephyr, Phi, GLM
    re.compile(r"<｜(User|Assistant)｜>"),  # DeepSeek
    re.compile(r"\[\|(Human|AI|User|Assistant)\|\]"),  # Baize
    re.compile(r"<\|start_of_role\|>[ \t]*(\w+)[ \t]*<\|end_of_role\|>"),  # Granite
    re.compile(r"<\|START_OF_TURN_TOKEN\|><\|(SYSTEM|USER|CHATBOT)_TOKEN\|>"),  # Command R
    re.compile(r"<\|im_(system|user|assistant|tool)\|>\w{0,40}<\|im_middle\|>"),  # Kimi
    re.compile(r"(?:\A\s{0,8}|<\|end_of_turn\|>)(?:GPT4 Correct|GPT4|Math Correct|Code) (User|Assistant):"),  # OpenChat
    re.compile(r"<extra_id_[01]>(System|User|Assistant|Tool)\n"),  # NeMo
    re.compile(r"(?:\A|\n)###[ \t]?(Human|Assistant|System|User|Instruction|Input|Response|Output):?"),  # Alpaca
)
_VICUNA = re.compile(r"(?:\A\s{0,8}|[ \n]|</s>)(USER|ASSISTANT|SYSTEM):")  # on one line too
# The same in words, which any text may hold: only where the text begins with one, Vicuna's after a line of its own.
_TRANSCRIPTS = (
    re.compile(r"(?:\A\s{0,8}|\n\s{0,4}\n)(Human|Assistant|System):"),  # Anthropic
    re.compile(r"(?<!#)###[ \t]?(Human|Assistant|System):"),  # Guanaco, on one line too
    _VICUNA,
    re.compile(r"(?:\A\s{0,8}|\n)(User|Human|Assistant|AI|Bot|System):"),
    re.compile(r"(?:\A\s{0,8}|\n)<(human|bot|user|assistant|HUMAN|BOT|USER|ASSISTANT)>:"),  # OIG
    re.compile(r"(?:\A\s{0,8}|\n)(?:###[ \t]?)?(Question|Answer):"),
    re.compile(r"(?:\A\s{0,8}|\n)(Q|A):"),
    re.compile(r"(?:\A\s{0,8}|\n)(Instruction|Input|Response|Output):"),
    re.compile(r"(?:\A\s{0,8}|\n)(Customer|Client|Agent):"),
    re.compile(r"(?:\A\s{0,8}|\n)(Patient|Client|Doctor|Therapist|Counselor|Counsellor):"),
)
# What a prompt ends with where the assistant is to speak.
AWAITING = (
    "<|im_start|>assistant", "assistant<|end_header_id|>", "assistant<|header_end|>", "<start_of_turn>model", "[/INST]",
    "<|assistant|>", "<｜Assistant｜>", "assistant<|end_of_role|>", "<|CHATBOT_TOKEN|>", "assistant<|im_middle|>",
    "GPT4 Correct Assistant:", "<extra_id_1>Assistant",
    "### Response:", "###Response:", "### Assistant:", "### Output:", "### Answer:",
    "\nAssistant:", "\nASSISTANT:", " ASSISTANT:", "\nAI:", "\nBot:", "<bot>:", "<assistant>:",
)  # fmt: skip
_MARKER_ROLES = ROLES | {"[inst]": "user", "[/inst]": "assistant", "instruction": "user", "response": "assistant"}
_TOKENS = (
    "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|begin_of_text|>", "<|end_of_text|>", "<|endoftext|>", "<|eos|>",
    "<|eod|>", "<|end|>", "<|end_of_turn|>", "<end_of_turn>", "<bos>", "<eos>", "<s>", "</s>", "<|eot|>", "<BOS_TOKEN>",
    "<extra_id_1>", "<|END_OF_TURN_TOKEN|>", "<|START_RESPONSE|>", "<|END_RESPONSE|>",
    "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>",
)  # fmt: skip
_SYSTEM = re.compile(r"\A\s{0,8}<<SYS>>(.*?)<</SYS>>", re.DOTALL)


def turns_in(text: str) -> list[Message] | None:
    """The turns of a templated text or a transcript; null where no markers show a user and an assistant.

    Text before the first marker is the system's; neighbours of one role (Alpaca's instruction and input) are joined.
    Turns are stripped of white space and of the template's end tokens.
    """
    if harmony.may_be(text):
        return harmony.turns_in(text)
    for marker in (*_TEMPLATES, *_TRANSCRIPTS):
        pieces = marker.split(text)
        if len(pieces) < 5 or (marker in _TRANSCRIPTS and not _may_stand_before(pieces[0], marker)):
            continue
        roles = [_MARKER_ROLES.get(role.lower()) for role in pieces[1::2]]
        if "user" in roles and "assistant" in roles:
            return _turns(pieces[0], pieces[1::2], roles, pieces[2::2])
    return None


def _may_stand_before(preamble: str, marker: re.Pattern[str]) -> bool:
    return is_blank(preamble) or (marker is _VICUNA and "\n" not in preamble.strip())


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
    return turns[:-1] if is_blank(turns[-1]["content"]) and turns[-1]["role"] == "user" else turns


def _stripped(text: str) -> str:
    text = text.strip()
    while text.endswith(_TOKENS):
        text = text[: text.rindex("<")].rstrip()
    while text.startswith(_TOKENS):
        text = text[text.index(">") + 1 :].lstrip()
    return text


def answer_to(prompt: Any, answer: str) -> str:
    """The answer to a prompt: beside one that is rendered by a template without the template's end tokens."""
    is_rendered = answer.rstrip().endswith(_TOKENS) and isinstance(prompt, str) and may_be_transcript(prompt)
    return _stripped(answer) if is_rendered else answer


def prompt_turns(prompt: str) -> list[Message]:
    """The turns of a prompt: one of the user, or those of a transcript that ends where the assistant is to speak."""
    if may_be_transcript(prompt):
        turns = turns_in(prompt)
        if turns is not None and turns[-1]["role"] == "assistant" and not turns[-1]["content"]:
            return turns[:-1]
    return [] if is_blank(prompt) else [message("user", prompt)]


def may_be_transcript(prompt: str) -> bool:
    """Whether a prompt ends where the assistant is to speak."""
    return prompt.rstrip().endswith(AWAITING)


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
