"""The tables of aliases.yaml, loaded once. They are data so that a new dataset's names need no code."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

# Read as a resource: the package may be imported from a zip. By libyaml, where PyYAML has it, in a tenth of the time.
_TABLES: dict[str, Any] = yaml.load(
    files("ftq_spark.formats").joinpath("aliases.yaml").read_text(encoding="utf-8"),
    getattr(yaml, "CSafeLoader", yaml.SafeLoader),
)


def _inverse(table: dict[str, list[str]]) -> dict[str, str]:
    return {alias: name for name, aliases in table.items() for alias in aliases}


ROLES: dict[str, str] = _inverse(_TABLES["roles"])
_SPEAKER_ROLES: dict[str, str] = ROLES | _TABLES["speaker_roles"]
ROLE_FIELDS: tuple[str, ...] = tuple(_TABLES["role_fields"])
CONTENT_FIELDS: tuple[str, ...] = tuple(_TABLES["content_fields"])
WEIGHT_FIELDS: tuple[str, ...] = tuple(_TABLES["weight_fields"])
REASONING_FIELDS: tuple[str, ...] = tuple(_TABLES["reasoning_fields"])
CONVERSATION_FIELDS: dict[str, str] = _TABLES["conversation_fields"]
SYSTEM_FIELDS: tuple[str, ...] = tuple(_TABLES["system_fields"])
TOOLS_FIELDS: tuple[str, ...] = tuple(_TABLES["tools_fields"])
LABEL_FIELDS: tuple[str, ...] = tuple(_TABLES["label_fields"])
LABEL_WORDS: dict[str, bool] = {word: label for label, words in _TABLES["label_words"].items() for word in words}
THOUGHT_COLUMNS: tuple[str, ...] = tuple(_TABLES["thought_columns"])
THOUGHT_SETTINGS: frozenset[str] = frozenset(_TABLES["thought_settings"])
THOUGHT_MARKS: tuple[tuple[str, str], ...] = tuple((opens, closes) for opens, closes in _TABLES["thought_marks"])
ANSWER_MARKS: tuple[tuple[str, str], ...] = tuple((opens, closes) for opens, closes in _TABLES["answer_marks"])
CONTEXT_QUESTIONS: frozenset[str] = frozenset(_TABLES["context_questions"])
MEDIA_COLUMNS: dict[str, str] = _inverse(_TABLES["media_columns"])
MEDIA_MARKERS: dict[str, str] = _TABLES["media_markers"]
CONTEXT_FIELDS: tuple[str, ...] = tuple(_TABLES["context_fields"])
PART_TYPES: dict[str, str] = _inverse(_TABLES["part_types"])
MEDIA_FIELDS: frozenset[str] = frozenset(_TABLES["part_fields"]["media"])
ALPACA_ANSWERS: tuple[str, ...] = tuple(_TABLES["alpaca_answers"])
PAIRS: tuple[tuple[str, str, tuple[str, ...]], ...] = tuple(
    (pair["format"], pair["asked"], tuple(pair["answered"])) for pair in _TABLES["pairs"]
)
ATTEMPTS: tuple[tuple[str, str | None, str], ...] = tuple(
    (entry["asked"], entry["thought"], entry["answered"]) for entry in _TABLES["attempts"]
)
ATTEMPT_FIELDS: frozenset[str] = frozenset(answered for _, _, answered in ATTEMPTS)
PREFERENCES: tuple[tuple[str, str], ...] = tuple((chosen, rejected) for chosen, rejected in _TABLES["preferences"])
COMPARED: tuple[dict[str, Any], ...] = tuple(_TABLES["compared"])
COMPARED_FIELDS: frozenset[str] = frozenset(name for entry in COMPARED for name in entry["answers"])
PREFERENCE_PROMPTS: tuple[str, ...] = tuple(_TABLES["preference_prompts"])
DOCUMENT_FIELDS: frozenset[str] = frozenset(_TABLES["document_fields"])
REWARD_FIELDS: tuple[str, ...] = tuple(_TABLES["reward_fields"])
ROWS_FIELDS: frozenset[str] = frozenset(_TABLES["rows_fields"])
SPLIT_NAMES: frozenset[str] = frozenset(_TABLES["split_names"])
ITEM_FIELDS: tuple[str, ...] = tuple(_TABLES["item_fields"])

COLUMN_HINTS: dict[str, list[str]] = _TABLES["column_hints"]
GRADED_HINTS: frozenset[str] = frozenset(_TABLES["graded_hints"])
LISTED_HINTS: tuple[str, ...] = tuple(_TABLES["listed_hints"])
SIDE_HINTS: dict[str, list[str]] = _TABLES["side_hints"]
ABOUT_HINTS: frozenset[str] = frozenset(_TABLES["about_hints"])
WRONG_HINTS: frozenset[str] = frozenset(_TABLES["wrong_hints"])
NO_TEXT_HINTS: frozenset[str] = frozenset(_TABLES["no_text_hints"])
TURN_HINTS: dict[str, list[str]] = _TABLES["turn_hints"]
DIALOGUE_HINTS: frozenset[str] = frozenset(_TABLES["dialogue_hints"])
UTTERANCE_HINTS: frozenset[str] = frozenset(_TABLES["utterance_hints"])
PLACE_HINTS: frozenset[str] = frozenset(_TABLES["place_hints"])

# Every field that a schema is recognised by, in lower case: a table without any of them is no chat data.
KNOWN_FIELDS: frozenset[str] = frozenset(
    {"instruction", "instances", "text", "segments", "contents", "input_ids", "choices"}
    | {"preferred_output", "non_preferred_output", "preferred_completion", "non_preferred_completion"}
    | {"completions", "chat_history", *CONVERSATION_FIELDS}
    | {name for _, asked, answered in PAIRS for name in (asked, *answered)}
    | {name for names in PREFERENCES for name in names}
    | ATTEMPT_FIELDS
    | {"chat", *(name.lower() for name in COMPARED_FIELDS)}
)


def known_role(field: str, name: str) -> str | None:
    """The role that `name` stands for under one of :data:`ROLE_FIELDS`; None for no known one."""
    return (_SPEAKER_ROLES if field == "speaker" else ROLES).get(name.strip().lower())
