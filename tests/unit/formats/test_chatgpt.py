"""ChatGPT's data export: a tree of nodes, of which one path is the conversation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ftq_spark.formats import Fault, conversation
from ftq_spark.formats.editing import edited
from ftq_spark.formats.masks import masked


def node(name: str, parent: str | None, children: str, role: str | None, *parts: Any, **more: Any) -> dict[str, Any]:
    content = {"content_type": "text", "parts": list(parts)} | more.pop("content", {})
    message = None if role is None else {"id": name, "author": {"role": role}, "content": content, **more}
    return {"id": name, "message": message, "parent": parent, "children": list(children)}


def export(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"title": "Rivers", "mapping": {item["id"]: item for item in nodes}, **more}


NODES = (
    node("r", None, "s", None),
    node("s", "r", "a", "system", ""),
    node("a", "s", "bc", "user", "Name a river."),
    node("b", "a", "", "assistant", "Rome."),
    node("c", "a", "d", "assistant", "The Po.", metadata={"model_slug": "m"}, recipient="all"),
    node("d", "c", "e", "user", "And a lake?"),
    node("e", "d", "", "assistant", "Garda."),
)


def said(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(turn["role"], turn["content"]) for turn in conversation(row).messages]


def test_the_path_to_the_current_node_is_the_conversation() -> None:
    whole = [("user", "Name a river."), ("assistant", "The Po."), ("user", "And a lake?"), ("assistant", "Garda.")]
    assert said(export(*NODES, current_node="e")) == said(export(*NODES)) == whole
    assert said(export(*NODES, current_node="b")) == [("user", "Name a river."), ("assistant", "Rome.")]
    assert conversation(export(*NODES)).format == "chatgpt"


def test_what_the_page_does_not_show_is_no_turn() -> None:
    hidden = node("s", "r", "a", "system", "Secret.", metadata={"is_visually_hidden_from_conversation": True})
    thought = node("c", "a", "d", "assistant", content={"content_type": "thoughts", "thoughts": [{"content": "Hm."}]})
    found = said(export(NODES[0], hidden, NODES[2], thought, node("d", "c", "", "assistant", "The Po.")))
    assert found == [("user", "Name a river."), ("assistant", "The Po.")]


def test_pictures_are_parts() -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-1"}
    asked = node("a", None, "b", "user", picture, "Which river?", content={"content_type": "multimodal_text"})
    found = conversation(export({**asked}, node("b", "a", "", "assistant", "The Po."))).messages
    assert found[0]["content"] == "Which river?"
    assert "file-service://file-1" in found[0]["parts"]


def test_calls_of_its_own_tools_are_named() -> None:
    call = node("b", "a", "", "assistant", content={"content_type": "code", "text": "1 + 1"}, recipient="python")
    with pytest.raises(Fault, match="ChatGPT's own tool 'python'") as raised:
        conversation(export(node("a", None, "b", "user", "Add."), call))
    assert raised.value.code == "bad_tool_call"


@pytest.mark.parametrize("row", [{"mapping": {}}, {"mapping": {"a": 1}}, {"mapping": "x"}, export(NODES[0])])
def test_another_mapping_is_no_conversation(row: dict[str, Any]) -> None:
    with pytest.raises(Fault) as raised:
        conversation(row)
    assert raised.value.code == "unknown_format"


def test_links_that_lead_round_end() -> None:
    found = said(export(node("a", "b", "b", "user", "Name a river."), node("b", "a", "a", "assistant", "The Po.")))
    assert sorted(found) == [("assistant", "The Po."), ("user", "Name a river.")]


ODD = (None, 5, "x", [], [5], {}, {"a": []})


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("field", ["message", "parent", "children", "author", "content", "parts", "metadata", "role"])
def test_nothing_in_a_node_ends_a_run(field: str, odd: Any) -> None:
    row = json.loads(json.dumps(export(*NODES, current_node=odd)))
    held = row["mapping"]["c"]
    for holder in (held, held["message"], held["message"]["author"], held["message"]["content"]):
        if field in holder or (field == "metadata" and holder is held["message"]):
            holder[field] = odd
    try:
        assert conversation(row).messages
    except Fault as fault:
        assert fault.message


def test_an_answer_is_corrected_in_its_node_and_none_is_masked() -> None:
    row = json.dumps(export(*NODES))
    assert json.loads(edited(row, "Como.").original)["mapping"]["e"]["message"]["content"]["parts"] == ["Como."]
    assert masked(row, [1]) is None
