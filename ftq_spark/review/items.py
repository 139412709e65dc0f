"""What a reviewer sees of each drawn example, and the words that reviewers answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import fetch_conflicts, fetch_examples, said_by

VERDICTS = ("correct", "error", "unsure")
# Error types and what each means, in the order of their number keys.
ERROR_TYPES = {
    "factual": "states something false",
    "contradiction": "disagrees with another example or with itself",
    "incomplete": "vague, or leaves out what the question needs",
    "instruction": "does not do what was asked",
    "format": "wrong structure, length or markup",
    "style": "wrong tone or language",
    "unsafe": "harmful, private or licensed content",
    "prompt": "the question itself is broken or unclear",
    "other": "see the note",
}
# Partners in a conflict that are shown with an example.
MAX_PARTNERS = 3


def review_items(run: Run, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Content of the drawn examples, in draw order, as plain JSON values.

    Keys: ``item_id`` (the example's id), ``dataset``, ``source``, ``row``, ``prompt``, ``response``, ``conversation``
    (every turn, ``role`` and ``content``), ``rejected`` (the answer that a preference pair rejects), ``reasons``,
    ``quality``, ``duplicate_of`` and ``evidence`` (for each conflict: ``kind``, ``score``, ``passages`` of both sides,
    and the other example's prompt and response).
    """
    conflicts = fetch_conflicts(run, ids)
    drawn = set(ids)
    partners = {side for row in conflicts for side in (row["left_id"], row["right_id"])} - drawn
    content = fetch_examples(run, [*ids, *sorted(partners)])
    evidence: dict[str, list[dict[str, Any]]] = {}
    for row in conflicts:
        for own, other in (("left", "right"), ("right", "left")):
            shown = evidence.setdefault(row[f"{own}_id"], [])
            if len(shown) < MAX_PARTNERS:
                shown.append(_evidence(row, own, other, content.get(row[f"{other}_id"], {})))
    return [_item(content[example_id], evidence.get(example_id, [])) for example_id in ids if example_id in content]


def _item(example: dict[str, Any], evidence: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "item_id": example["example_id"],
        "dataset": str(example.get("dataset") or ""),
        "source": str(example.get("source") or ""),
        "row": example.get("row"),
        "prompt": example.get("prompt") or "",
        "response": example.get("response") or "",
        "conversation": _turns(example.get("messages")),
        "rejected": _turns(example.get("rejected")),
        "reasons": list(example.get("reasons") or []),
        "quality": example.get("quality"),
        "duplicate_of": example.get("duplicate_of"),
        "evidence": evidence,
    }


def _turns(messages: Sequence[Mapping[str, Any]] | None) -> list[dict[str, str]]:
    return [
        {"role": message.get("role") or "", "content": message.get("content") or message.get("tool_calls") or ""}
        for message in messages or []
    ]


def _evidence(conflict: dict[str, Any], own: str, other: str, partner: dict[str, Any]) -> dict[str, Any]:
    prompt, response = said_by(conflict, other, partner)
    return {
        "kind": conflict.get("kind") or "",
        "score": conflict.get("score"),
        "passages": [
            {
                "own": passage.get(f"{own}_text") or "",
                "other": passage.get(f"{other}_text") or "",
                "kind": passage.get("kind") or "",
            }
            for passage in conflict.get("evidence") or []
        ],
        "other_id": conflict[f"{other}_id"],
        "other_prompt": prompt,
        "other_response": response,
    }


def conversation_text(item: dict[str, Any]) -> str:
    """The whole conversation as text, where it is more than one question and its answer; a rejected answer last."""
    turns, rejected = item["conversation"], item["rejected"]
    if not rejected and [turn["role"] for turn in turns] in ([], ["user", "assistant"]):
        return ""
    said = [f"[{turn['role']}]\n{turn['content']}" for turn in turns]
    return "\n\n".join([*said, *(f"[rejected {turn['role']}]\n{turn['content']}" for turn in rejected)])


def evidence_text(item: dict[str, Any]) -> str:
    """The conflicts of an item as text."""
    parts = []
    for conflict in item["evidence"]:
        passages = [f"  here: {passage['own']}\n  there: {passage['other']}" for passage in conflict["passages"]]
        other = f"  the other answer: {conflict['other_response']}" if conflict["other_response"] else ""
        heading = f"disagrees with {conflict['other_id']} ({conflict['kind']})"
        parts.append("\n".join(filter(None, [heading, *passages, other])))
    return "\n\n".join(parts)
