"""Which schema a row has: asked of each family in turn, the first that knows the row's fields reads it.

The order is the precedence. Preference rows come first (their prompt may look like any other schema), then lists of
turns, then fields of question and answer, from the most to the least telling names, then one text. A null field counts
as absent, so rows of a table that unites several schemas are read by what they hold.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from ftq_spark.formats import strict
from ftq_spark.formats.aliases import (
    ALPACA_ANSWERS,
    ATTEMPT_FIELDS,
    COMPARED_FIELDS,
    CONTENT_FIELDS,
    CONVERSATION_FIELDS,
    MEDIA_COLUMNS,
    PAIRS,
    PREFERENCES,
    REWARD_FIELDS,
)
from ftq_spark.formats.bare import is_turn
from ftq_spark.formats.calls import tools_of
from ftq_spark.formats.chat import STRONG_FIELDS, chat, cohere, earlier, gemini, nemotron, sided
from ftq_spark.formats.faults import Fault, brief, kind
from ftq_spark.formats.fields import as_list
from ftq_spark.formats.items import responses
from ftq_spark.formats.media import media_of_row
from ftq_spark.formats.nearest import answer_beside_turns, hinted, suggestion, unfitting
from ftq_spark.formats.packed import glaive, xlam
from ftq_spark.formats.pairs import alpaca, attempt, multiple_choice, pair, stepwise
from ftq_spark.formats.preference import OPENAI_SIDES, compared, has_one_side, openai_dpo, preference, scored
from ftq_spark.formats.recorded import REQUESTS, moss, request_log
from ftq_spark.formats.strict import is_python
from ftq_spark.formats.thoughts import split
from ftq_spark.formats.trajectories import atif, swe_agent
from ftq_spark.formats.transcript import prompt_turns, segments, text
from ftq_spark.formats.trees import chatgpt, tree
from ftq_spark.formats.turns import PROMPT_ONLY, Conversation, checked

Family = Callable[[dict[str, Any]], Conversation | None]
# The families, and the fields of which each needs at least one: a row without any is not shown to it.
_FAMILIES: tuple[tuple[Family, frozenset[str]], ...] = (
    (openai_dpo, frozenset(name for sides in OPENAI_SIDES for name in sides)),
    (preference, frozenset(name for sides in PREFERENCES for name in sides)),
    (compared, COMPARED_FIELDS),
    (chat, frozenset(CONVERSATION_FIELDS)),
    (swe_agent, frozenset({"trajectory"})),
    (atif, frozenset({"steps"})),
    (scored, frozenset({"contents"})),
    (gemini, frozenset({"contents"})),
    (cohere, frozenset({"chat_history"})),
    (tree, frozenset({"prompt"})),
    (chatgpt, frozenset({"mapping"})),
    (responses, frozenset({"output"})),
    (nemotron, frozenset({"input"})),
    (alpaca, frozenset({"instruction"})),
    (stepwise, frozenset({"completions"})),
    (attempt, ATTEMPT_FIELDS),
    (multiple_choice, frozenset({"choices"})),
    (xlam, frozenset({"answers"})),
    (glaive, frozenset({"chat"})),
    (moss, frozenset({"chat"})),
    (request_log, frozenset(REQUESTS) | {"response"}),
    (pair, frozenset(asked for _, asked, _ in PAIRS)),
    (segments, frozenset({"segments"})),
    (text, frozenset({"text"})),
)


class _Named(NamedTuple):
    """What the names of a row's fields say of it."""

    families: tuple[Family, ...]  # that it is shown to
    may_be_graded: bool
    may_hold_media: bool


@lru_cache(maxsize=64)  # a dataset has few lists of names
def _named(names: tuple[str, ...]) -> _Named:
    families = tuple(family for family, needs in _FAMILIES if not needs.isdisjoint(names))
    return _Named(families, not set(REWARD_FIELDS).isdisjoint(names), not MEDIA_COLUMNS.keys().isdisjoint(names))


def conversation(row: dict[str, Any]) -> Conversation:
    """The canonical conversation of one raw JSON object.

    Raises:
        Fault: what keeps the row from being an example.
    """
    found = unchecked(row)
    if _named(tuple(row)).may_be_graded and all(turn["role"] != "assistant" for turn in found.messages):
        found = found._replace(format=PROMPT_ONLY, graded=_graded(row))
    try:
        return checked(found)
    except Fault as fault:
        if fault.code != "no_assistant" or (told := answer_beside_turns(row)) is None:
            raise
        raise Fault(fault.code, f"{fault.message}{hinted([f'response={told}'])}") from None


def unchecked(row: dict[str, Any]) -> Conversation:
    """The turns of one raw JSON object, whether or not there is something to learn in them.

    Raises:
        Fault: what keeps its turns from being read.
    """
    found = _read(row)
    if found is None:
        # Question, Answer; INSTRUCTION, RESPONSE
        lowered = {name.strip().lower(): value for name, value in row.items()}
        found = _read(lowered) if lowered.keys() != row.keys() else None
    if found is None:
        found = _thought_out(row) or _prompt_only(row)
    if found is None:
        raise _unknown(row)
    media = media_of_row(row) if _named(tuple(row)).may_hold_media else None
    return found if media is None else found._replace(media=media)


def _read(row: dict[str, Any]) -> Conversation | None:
    for family in _named(tuple(row)).families:
        found = family(row)
        if found is not None:
            return found
    return None


def _thought_out(row: dict[str, Any]) -> Conversation | None:
    """A question beside the one column whose text is an answer behind its thought, as its marks tell."""
    asked = next((asked for _, asked, _ in PAIRS if isinstance(row.get(asked), str)), None)
    others = [name for name, text in row.items() if isinstance(text, str) and name != asked and split(text).reasoning]
    return pair({**row, "response": row[others[0]]}) if asked is not None and len(others) == 1 else None


def _prompt_only(row: dict[str, Any]) -> Conversation | None:
    """`prompt` alone, as turns, or as text beside what its answers are graded by: reinforcement fine-tuning."""
    prompt = row.get("prompt")
    listed = as_list(prompt)
    is_text = isinstance(prompt, str) and listed is None and not row.keys().isdisjoint(REWARD_FIELDS)
    if not is_text and (listed is None or (isinstance(prompt, str) and not all(map(is_turn, listed)))):
        return None
    turns = sided(prompt, "`prompt`")
    messages = earlier(row, prompt_turns(str(prompt)) if turns is None else turns)
    return Conversation(PROMPT_ONLY, messages, tools_of(row), graded=_graded(row))


def _graded(row: dict[str, Any]) -> str | None:
    """What answers are graded by, as JSON text; null for nothing."""
    by = {name: row[name] for name in (*REWARD_FIELDS, "solution") if row.get(name) is not None}
    return strict.dumps(by) if by else None


def _unasked(row: dict[str, Any]) -> str | None:
    """The field of a question that is null beside its answer."""
    for asked, answered in (("instruction", ALPACA_ANSWERS), *((asked, answered) for _, asked, answered in PAIRS)):
        if asked in row and row[asked] is None and any(isinstance(row.get(name), str) for name in answered):
            return asked
    return None


def _is_text_alone(turn: Any) -> bool:
    """Whether nothing stands in a turn but what is said."""
    return isinstance(turn, str) or (
        isinstance(turn, dict) and len(turn) == 1 and any(isinstance(turn.get(name), str) for name in CONTENT_FIELDS)
    )


def _unknown(row: dict[str, Any]) -> Fault:
    for field in CONVERSATION_FIELDS:
        value = row.get(field)
        is_other = isinstance(value, (int, float)) and field not in STRONG_FIELDS
        is_absent = value is None and any(held is not None for held in row.values())
        if field in row and not is_other and not is_absent:
            state = "empty" if value in ([], "") else kind(value)
            if isinstance(value, str) and is_python(value):
                state = "text in Python's notation: write it with json.dumps, not with str"
            elif isinstance(value, str) and value:
                state = f"{kind(value)}{hinted(suggestion({field: value}))}"
            elif isinstance(value, list) and value and all(map(_is_text_alone, value)):
                state = "a list of texts, which have no roles: questions alone, or say who speaks"
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                state = f"a list of other objects, of {brief(list(value[0]), 80)}{hinted(suggestion({field: value}))}"
            return Fault("missing_messages", f"expected `{field}` as a list of turns, found it {state}")
    if (asked := _unasked(row)) is not None:
        return Fault("empty_content", f"the question is null: `{asked}`")
    if has_one_side(row):
        return Fault("bad_preference", "a preference row needs both sides, `chosen` and `rejected`")
    if row.get("input_ids") is not None:
        return Fault("tokenised", "token ids instead of text: give the data as it was before the tokeniser")
    if isinstance(row.get("text"), str) and not is_turn(row):
        what = "no turns to be found; give what is asked and what is answered in columns of their own"
        is_asked = any(isinstance(row.get(asked), str) for _, asked, _ in PAIRS)
        hint = hinted(["response=text"] if is_asked else suggestion(row))
        return Fault("unknown_format", f"`text` without the markers of a chat template: {what}{hint}")
    return Fault("unknown_format", unfitting(row))
