"""Text views: SQL over the columns of `examples`, never null. Read as `schema.VIEWS`."""

from __future__ import annotations

_TEXT = "coalesce(nullif({m}.content, ''), {m}.tool_calls, '')"
_LAST_ASSISTANT = "coalesce(array_position(reverse(transform(messages, m -> m.role)), 'assistant'), 0)"
# Everything that was said before the last assistant turn (the whole conversation where there is none), system apart.
_ASKED = f"filter(slice(messages, 1, size(messages) - {_LAST_ASSISTANT}), m -> m.role not in ('system', 'developer'))"
_LABELLED = "concat(initcap(m.role), ': ', " + _TEXT.format(m="m") + ")"


def _first_of(role: str) -> str:
    return f"coalesce(try_element_at(filter(messages, m -> m.role = '{role}'), 1).content, '')"


_RECENT_PROMPT = f"array_join(transform(reverse({_ASKED}), m -> {_TEXT.format(m='m')}), '\n\n')"
# Role and text of each turn before the last of the assistant, the system prompt too.
TURNS_BEFORE = (
    f"transform(slice(messages, 1, size(messages) - {_LAST_ASSISTANT}), "
    f"m -> struct(m.role as role, {_TEXT.format(m='m')} as content))"
)
# The last turn of the assistant; null where there is none.
LAST_ANSWER = "try_element_at(filter(messages, m -> m.role = 'assistant'), -1)"
_RESPONSE = f"coalesce(transform(array({LAST_ANSWER}), m -> {_TEXT.format(m='m')})[0], '')"

VIEWS: dict[str, str] = {
    # What is asked: the one turn as it stands, or, in a longer dialogue, every turn before the last answer.
    "prompt": f"if(size({_ASKED}) = 1, {_TEXT.format(m=f'{_ASKED}[0]')}, "
    f"array_join(transform({_ASKED}, m -> {_LABELLED}), '\n\n'))",
    # The same, the newest turn first: what an embedding model reads, so that a cut loses the oldest context.
    "recent_prompt": _RECENT_PROMPT,
    # The last user turn before the last answer.
    "question": f"coalesce(try_element_at(filter({_ASKED}, m -> m.role = 'user'), -1).content, '')",
    "first_user": _first_of("user"),
    # The last assistant turn; its tool calls where it has no text.
    "response": _RESPONSE,
    "prompt_and_response": f"concat_ws('\n\n', nullif({_RECENT_PROMPT}, ''), nullif({_RESPONSE}, ''))",
    # The conversation without its system prompt.
    "turns": "array_join(transform(filter(messages, m -> m.role not in ('system', 'developer')), "
    f"m -> {_TEXT.format(m='m')}), '\n\n')",
    "conversation": f"array_join(transform(messages, m -> {_TEXT.format(m='m')}), '\n\n')",
    # What the answer depends on beside the question: two prompts are the same only where this is the same.
    "context": "concat_ws('\n', array_join(transform(filter(messages, m -> m.role in ('system', 'developer')), "
    "m -> m.content), '\n'), tools)",
}

# What tools gave: what an answer is about, as an attached text is; "" for nothing.
RESULTS = "array_join(transform(filter(messages, m -> m.role = 'tool'), m -> coalesce(m.content, '')), '\n')"

# The dispreferred answer of a preference row, "" for none.
REJECTED = "coalesce(array_join(transform(rejected, m -> coalesce(m.content, '')), '\n\n'), '')"

# The calls of a conversation with what they call and what was said, as JSON of {"messages", "tools"}; "" without calls.
TOOL_DIALOGUE = (
    "if(exists(messages, m -> m.tool_calls is not null), to_json(struct(transform(messages, m -> "
    "struct(m.role, m.content, m.name, m.tool_calls, m.tool_call_id, m.failed)) as messages, tools)), '')"
)
