"""Everything that the calls, results and answers of one conversation are held to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ftq_spark.kernels.exchanges import arguments, claims, grounding, links, repeats
from ftq_spark.kernels.exchanges.definitions import NO_TOOLS, Tools, read_tools, tools_between_tags
from ftq_spark.kernels.exchanges.dialogue import Call, Finding, Message, by_turn, leaves
from ftq_spark.kernels.exchanges.said import Said

CODES = {
    arguments.UNKNOWN: "a call of a tool that is not declared",
    arguments.SCHEMA: "arguments that the tool's JSON Schema refuses, or that the tool does not declare",
    links.CODE: "a call without its one result, a result without its call, or a call that no definition allows",
    grounding.CODE: "an argument out of nowhere: a name, number, address or date that was neither said nor follows",
    claims.CODE: "an answer that claims success after a call that failed, or another figure than the result's",
    repeats.CODE: "the same call with the same arguments again, though nothing has changed",
}


def tool_findings(messages: Sequence[Message], tools: str | None) -> list[Finding]:
    """What is wrong with the calls of a conversation, by turn; nothing where it has neither these nor results.

    `messages` are canonical (schema.MESSAGE); `tools` is the JSON array of definitions. Without one those count that
    the system text holds between tags.
    """
    if not any(message["tool_calls"] or message["role"] == "tool" for message in messages):
        return []
    tools = tools or _told(messages[0])
    declared = declared_tools(messages, tools)
    made = by_turn(messages)
    unlinked = links.check(messages, made)  # what a definition does not allow has codes of its own
    checked = (arguments.check(call, declared) for of_turn in made.values() for call in of_turn)
    found = [finding for finding in (unlinked, *checked) if finding is not None]
    found += repeats.check(messages, made)
    found += _against_what_was_said(messages, made, declared, tools)
    return sorted(found, key=lambda finding: finding.turn)


def declared_tools(messages: Sequence[Message], tools: str | None) -> Tools:
    """The tools that a conversation declares, by the JSON array `tools` or in its system text."""
    tools = tools or _told(messages[0])
    return read_tools(tools) if tools else NO_TOOLS


def _told(opening: Message) -> str | None:
    """The definitions in the text that opens a conversation: a system text, or Mistral's turn of the user."""
    content = opening["content"] or ""
    is_told = ("<tools>" in content and opening["role"] == "system") or "[/AVAILABLE_TOOLS]" in content
    return tools_between_tags(content) if is_told else None


def _against_what_was_said(
    messages: Sequence[Message], made: Mapping[int, list[Call]], declared: Tools, tools: str | None
) -> Iterator[Finding]:
    said = Said()
    said.add(tools or "", by_user=False)
    results: list[claims.Result] = []
    asked = ""
    for turn, message in enumerate(messages):
        role, content = message["role"], message["content"]
        if role == "tool":
            results.append(claims.Result(content, message.get("failed")))
        if role != "assistant":
            said.add(content, by_user=role == "user")
            asked = content if role == "user" else asked
            continue
        if results and content and turn not in made:
            yield from claims.check(turn, content, results, asked, said)
        results = []
        said.add(content, by_user=False)
        for call in made.get(turn, ()):
            finding = grounding.check(call, declared.by_name.get(call.name), said)
            if finding is not None:
                yield finding
        for call in made.get(turn, ()):  # what was called for is known from here on
            named = " ".join(str(value) for _, value in leaves(call.arguments))
            said.add(named, by_user=False)
            asked = f"{asked} {named}"
