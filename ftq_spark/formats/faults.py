"""Why an input row cannot become an example.

A fault is not an error of the program: the row goes to the table of rejects with the fault's code and message.
:data:`CODES` lists every code once, with its meaning, and :data:`FIXES` how its rows are fixed. What is merely
doubtful in a conversation (no user turn, the order of roles, a last turn by the user, tool results without a call) is
no fault: signals measure it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable

CODES: dict[str, str] = {
    # the bytes
    "empty_file": "the file holds no bytes, or nothing but white space",
    "truncated_file": "the compressed file ends too early; the rows before the break are kept",
    "corrupt_file": "the file is not what its name says, or damaged; the rows before the damage are kept",
    "invalid_utf8": "bytes that are not UTF-8 (a whole file in UTF-16 is one reject)",
    "null_bytes": "a NUL byte in the row",
    "too_large": "the row is longer than the cap",
    "too_deep": "arrays and objects nested more than 100 deep",
    "lone_surrogate": "half of a surrogate pair, which no UTF-8 text can hold",
    "malformed_json": "not JSON by RFC 8259 (NaN, single quotes, trailing commas and trailing text are not JSON)",
    "not_an_object": "JSON, but not an object",
    "malformed_csv": "a CSV row that cannot be read, such as one with a quote that is never closed",
    "ragged_row": "a CSV row with more or fewer cells than the header",
    "truncated_cells": "a row from Hugging Face's datasets server with cells that it cut",
    # the schema
    "unknown_format": "no chat schema is recognised by the row's fields",
    "tokenised": "token ids instead of text",
    "multiple_examples": "one row that holds several examples",
    "missing_messages": "the list of turns is null, empty, or no list",
    # the turns
    "bad_message": "a turn or a field is of the wrong type, or lacks its role or content",
    "unknown_role": "a role that is not in the table of aliases",
    "empty_content": "a turn of the user or the assistant has no content and no call",
    "no_assistant": "no turn of the assistant with content or a call",
    "bad_tool_call": "a call without a function name, with an id that is no text, or with arguments that are not JSON",
    "bad_parts": "a content part of unknown type, without its text, or among bare strings; an image of the assistant",
    "bad_weight": "a training weight that is not 0 or 1, or no turn of the assistant with weight",
    "bad_preference": "a preference row without one of its sides, with two equal ones, or with a side of another role",
}

# How to fix the rows of each code: one sentence, with the command or the flag where there is one.
FIXES: dict[str, str] = {
    "empty_file": "Leave the file out, or write it again.",
    "truncated_file": "Copy or compress the file again; `gzip -t FILE` says whether it is whole.",
    "corrupt_file": "Download or write the file again, and check that its name says what it is (`file FILE`).",
    "invalid_utf8": "Convert it from the encoding that the message names, or else the one it was written in: "
    "`iconv -f ENCODING -t UTF-8 FILE > NEW`, and look whether NEW reads right.",
    "null_bytes": "Remove the NUL bytes: `tr -d '\\000' < FILE > NEW`; an export was broken.",
    "too_large": "Split the example, or raise the cap: `--set ingest.max_line_bytes=134217728`.",
    "too_deep": "Write the nested value as text: no schema of turns is so deep.",
    "lone_surrogate": "Write the file again with whole characters: a text was cut in the middle of an emoji.",
    "malformed_json": "Write the file with a JSON library (`json.dumps`, one object a line), not by joining strings.",
    "not_an_object": "Write one object a line: lists and bare texts have no fields to read.",
    "malformed_csv": "Write the file with a CSV library, which doubles quotes inside a cell, or as JSON lines.",
    "ragged_row": "Quote cells that hold the separator or a line end, or write the file as JSON lines.",
    "truncated_cells": "Download the dataset's own files; the server cuts long cells.",
    "unknown_format": "Say which columns hold the fields, `--column prompt=COLUMN --column response=COLUMN`; "
    "`ftq formats` lists the schemas.",
    "tokenised": "Give the data as it was before the tokeniser.",
    "multiple_examples": "Write one row for each example.",
    "missing_messages": "Fill the list of turns, or name where it stands: `--column messages=COLUMN`.",
    "bad_message": "Give each turn a role and a content, both text; where yours have other names: "
    "`--column role=KEY --column content=KEY`.",
    "unknown_role": "Say whose turns they are: `--column user_tag=ROLE`, or `assistant_tag`, `system_tag`, "
    "`observation_tag` (a tool's results), `function_tag` (calls); `assistant_tag=NAME` and `user_tag=*` where "
    "everyone but one is the user; or rename the role.",
    "empty_content": "Fill the turn, or drop the row: a model would learn to answer nothing.",
    "no_assistant": "Add the answer, or drop the row; `--column response=COLUMN` where it stands in another column.",
    "bad_tool_call": "Give the call a function's name, and arguments that are a JSON object.",
    "bad_parts": "Give each part its type and its text or reference; the answer itself must be text.",
    "bad_weight": "Set weights to 0 or 1, with 1 on an answer at least.",
    "bad_preference": "Give the pair two different answers by the assistant, or drop it.",
}


class Fault(Exception):  # noqa: N818 - no error of the program
    """A row cannot become an example.

    Attributes:
        code: one of :data:`CODES`.
        message: what was expected and what was found, in one line, without the row's text.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def brief(value: object, n_chars: int = 40) -> str:
    """A value for a message: as Python writes it, on one line, what cannot be printed escaped, cut at `n_chars`."""
    text = repr(value if not isinstance(value, str) else value[: n_chars + 1])
    return text if len(text) <= n_chars else text[:n_chars] + "…"


def kind(value: object) -> str:
    """The JSON name of a value's type."""
    if value is None:
        return "null"
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), type(value).__name__)


def quoted(value: object) -> str:
    """How a value that is no text becomes one; "" for what needs more than quotes."""
    return "; write it in quotes" if isinstance(value, (bool, int, float)) else ""


def as_options(flags: Iterable[str]) -> str:
    """Mappings as options of a command."""
    return " ".join(f"--column {shlex.quote(flag)}" for flag in flags)
