"""Broken rows: what real exports contain and no reader may choke on."""

from __future__ import annotations

import json

from .truth import Item

_QUESTION = {"role": "user", "content": "Which gas do plants take up?"}
_ANSWER = {"role": "assistant", "content": "Carbon dioxide."}
_WRONG_TYPE = ["missing_messages", "bad_message"]

# kind, acceptable codes, the row as bytes
_LINES: list[tuple[str, list[str], bytes]] = [
    ("malformed_json", ["malformed_json"], b'{"messages": [{"role": "user", "content": "Hello"},]}'),
    ("malformed_json", ["malformed_json"], b"{'messages': [{'role': 'user', 'content': 'Hello'}]}"),
    ("malformed_json", ["malformed_json"], b'{messages: [{"role": "user", "content": "What is a fjord?"}]}'),
    ("malformed_json", ["malformed_json"], b"<html><body>502 Bad Gateway</body></html>"),
    ("malformed_json", ["malformed_json"], b'{"messages": []}{"messages": []}'),
    ("truncated_line", ["malformed_json"], b'{"messages": [{"role": "user", "content": "How do tides wor'),
    ("truncated_line", ["malformed_json"], b'{"messages": [{"role": "user", "content": "A prime?"}, {"role": "assi'),
    ("invalid_utf8", ["invalid_utf8"], b'{"messages": [{"role": "user", "content": "caf\xe9?"}, {"role": "assistant", '
     b'"content": "A caf\xe9 serves coffee."}]}'),
    ("invalid_utf8", ["invalid_utf8"], b'\xff\xfe{"messages": []}'),
    ("invalid_utf8", ["invalid_utf8"], b'{"messages": [{"role": "user", "content": "\xe2\x82"}]}'),
    ("null_bytes", ["null_bytes"], b'{"messages": [{"role": "user", "content": "Is\x00it"}]}'),
    ("null_bytes", ["null_bytes"], b"\x00" * 64),
    ("not_an_object", ["not_an_object"], b'"just a string"'),
    ("not_an_object", ["not_an_object"], b"42"),
    ("not_an_object", ["not_an_object"], b"null"),
    ("deep_nesting", ["too_deep"], b'{"messages": ' + b"[" * 4000 + b"]" * 4000 + b"}"),
]  # fmt: skip
_OBJECTS: list[tuple[str, list[str], object]] = [
    ("empty_messages", ["missing_messages"], {"messages": []}),
    ("empty_messages", ["missing_messages"], {"messages": None}),
    ("missing_messages", ["missing_messages", "unknown_format"], {"id": 17, "created": "2024-01-05"}),
    ("missing_messages", ["missing_messages", "unknown_format"], {}),
    ("wrong_type", _WRONG_TYPE, {"messages": "user: hello"}),
    ("wrong_type", _WRONG_TYPE, {"messages": [3, 4]}),
    ("wrong_type", [*_WRONG_TYPE, "unknown_role"], {"messages": [{"role": 7, "content": "Seven?"}, _ANSWER]}),
    ("wrong_type", _WRONG_TYPE, {"messages": [_QUESTION, {"role": "assistant", "content": 12}]}),
    ("missing_key", ["bad_message"], {"messages": [{"content": "Who am I?"}, _ANSWER]}),
    ("missing_key", ["bad_message", "empty_content"], {"messages": [_QUESTION, {"role": "assistant"}]}),
    ("unknown_role", ["unknown_role"], {"messages": [{"role": "narrator", "content": "Once upon"}, _ANSWER]}),
    ("unknown_role", ["unknown_role"], {"messages": [_QUESTION, {"role": "asistant", "content": "Nitrogen."}]}),
    ("empty_content", ["empty_content", "no_assistant"], {"messages": [_QUESTION, _ANSWER | {"content": ""}]}),
    ("empty_content", ["empty_content", "no_assistant"], {"messages": [_QUESTION, _ANSWER | {"content": " \n"}]}),
    ("no_assistant", ["no_assistant"], {"messages": [_QUESTION]}),
    ("no_assistant", ["no_assistant"], {"messages": [{"role": "system", "content": "Be kind."}, _QUESTION]}),
    ("bad_parts", ["bad_parts"],
     {"messages": [{"role": "user", "content": [{"type": "hologram", "data": "x"}]}, _ANSWER]}),
    ("bad_weight", ["bad_weight"], {"messages": [_QUESTION, _ANSWER | {"weight": 3}]}),
]  # fmt: skip


def _call(function: dict[str, object]) -> dict[str, object]:
    call = {"id": "call_1", "type": "function", "function": function}
    return {"messages": [_QUESTION, {"role": "assistant", "content": None, "tool_calls": [call]}]}


_ELSEWHERE: list[tuple[str, list[str], str, object]] = [
    ("bad_tool_call", ["bad_tool_call"], "support.jsonl", _call({"name": "lookup", "arguments": "{gas: CO2"})),
    ("bad_tool_call", ["bad_tool_call"], "support.jsonl", _call({"arguments": "{}"})),
    ("bad_tool_call", ["bad_tool_call"], "support.jsonl", _call({"name": "lookup", "arguments": 5})),
    ("not_an_object", ["not_an_object"], "legal.json", None),
    ("not_an_object", ["not_an_object"], "legal.json", "What is a tort?"),
    ("empty_content", ["empty_content", "no_assistant"], "legal.json",
     {"instruction": "Define escheat.", "input": "", "output": ""}),
    ("unknown_role", ["unknown_role"], "code.jsonl.gz",
     {"id": "x1", "conversations": [{"from": "wizard", "value": "What is a monad?"}, {"from": "gpt", "value": "A."}]}),
    ("empty_messages", ["missing_messages"], "code.jsonl.gz", {"id": "x2", "conversations": []}),
    ("bad_preference", ["bad_preference"], "preferences.jsonl",
     {"prompt": "Name a river in Poland.", "chosen": "The Vistula.", "rejected": "The Vistula."}),
    ("bad_preference", ["bad_preference"], "preferences.jsonl",
     {"prompt": "Name a river in Spain.", "chosen": "The Ebro.", "rejected": None}),
]  # fmt: skip


def broken_items() -> list[Item]:
    """The broken rows, labelled with their kind and the codes by which a reader may reject them."""
    items = [
        Item(f"broken/{place}", "any", [], shard="damaged.jsonl", raw=raw).label("broken", kind=kind, codes=codes)
        for place, (kind, codes, raw) in enumerate(
            _LINES + [(kind, codes, json.dumps(row).encode()) for kind, codes, row in _OBJECTS]
        )
    ]
    for place, (kind, codes, shard, row) in enumerate(_ELSEWHERE):
        raw = json.dumps(row).encode()
        items.append(Item(f"broken/x{place}", "any", [], shard=shard, raw=raw).label("broken", kind=kind, codes=codes))
    empty = Item("broken/csv", "any", [("What is the square root of 144?", "")], shard="general.csv")
    items.append(empty.label("broken", kind="empty_content", codes=["empty_content", "no_assistant"]))
    return items


def broken_files() -> dict[str, bytes]:
    """Whole files that are at fault, by name; they stand apart from the shards."""
    line = json.dumps({"messages": [_QUESTION, _ANSWER]}).encode() + b"\n"
    whole = json.dumps([{"instruction": "Name a noble gas.", "input": "", "output": "Argon."}] * 3).encode()
    return {
        "empty.jsonl": b"",
        "blank_lines.jsonl": b"\n\n  \n",
        "byte_order_mark.jsonl": b"\xef\xbb\xbf" + line,
        "unterminated_array.json": whole[:-20],
        "utf16.jsonl": line.decode().encode("utf-16"),
        "not_gzip.jsonl.gz": b"this is no gzip file\n",
    }
