"""Rows of every kind that an export meets."""

from __future__ import annotations

from typing import Any

CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Ems", "days": 2}'}}
TOOLS = [
    {"type": "function", "function": {"name": "weather", "parameters": {"properties": {"city": {"type": "string"}}}}},
    {"type": "function", "function": {"name": "sum", "parameters": {"properties": {"of": {"type": "array"}}}}},
]
HOSTILE = "tabs\tquotes \"'` \\ back | pipe\n\n<b>ünïcode</b> 👩‍👩‍👧 \u2028 שלום {{ 7 }} 'None' 2024-01-01T00:00:00Z"


def chat(*texts: str, **fields: Any) -> dict[str, Any]:
    turns = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(texts)]
    return {"messages": turns, **fields}


SYSTEM = chat("Who are you?", "A clerk.")
SYSTEM["messages"].insert(0, {"role": "system", "content": "You are a clerk."})
WEIGHTED = chat("One?", "1.", "Two?", "2.")
WEIGHTED["messages"][1]["weight"] = 0
THOUGHT = chat("Is 7 prime?", "Yes.")
THOUGHT["messages"][1]["reasoning_content"] = "Not even, not by 3 or 5."
CALLED = {
    "messages": [
        {"role": "user", "content": "Will it rain in Ems?"},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": '{"rain": false}'},
        {"role": "assistant", "content": "No."},
    ],
    "tools": TOOLS,
}
PLAIN: dict[str, dict[str, Any]] = {
    "openai": chat("What is 2 + 2?", "4."),
    "hostile": chat(HOSTILE, HOSTILE + " again"),
    "several": chat("Hi.", "Hello.", "Who wrote Faust?", "Goethe."),
    "system": SYSTEM,
    "weighted": WEIGHTED,
    "thought": THOUGHT,
    "called": CALLED,
    "sharegpt": {"conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "Because."}], "id": 7},
    "alpaca": {"instruction": "Translate.", "input": "Haus", "output": "house", "licence": "CC BY 4.0"},
    "dolly": {"instruction": "Sum up.", "context": "It rained.", "response": "Rain.", "category": "summary"},
    "completion": {"prompt": "Name a river.", "completion": "The Lahn."},
    "qa": {"question": "Where is Ems?", "answer": "On the Lahn.", "metadata": {"license": "MIT"}},
    "swift": {"query": "And now?", "response": "Sleep.", "history": [["Did you eat?", "I did."]]},
    "gemini": {"contents": [{"parts": [{"text": "Oui ?"}]}, {"role": "model", "parts": [{"text": "Non."}]}]},
}
PREFERRED: dict[str, dict[str, Any]] = {
    "dpo": {"prompt": "Best cheese?", "chosen": "Any that you like.", "rejected": "Mine."},
    "dpo_turns": {**chat("Hi.", "Hello.", "Best tea?"), "chosen": "Assam, for most.", "rejected": "Tea is bad."},
    "dpo_whole": {
        "chosen": [{"role": "user", "content": "Go?"}, {"role": "assistant", "content": "Go."}],
        "rejected": [{"role": "user", "content": "Go?"}, {"role": "assistant", "content": "Stay."}],
    },
}
LABELLED: dict[str, dict[str, Any]] = {
    "good": {"prompt": "Best bread?", "completion": "Rye, for most.", "label": True},
    "bad": {"prompt": "Best salt?", "completion": "Salt is bad.", "label": False},
}
PICTURE = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": "http://x/a.png"}}]
MEDIA = {
    "part": {"messages": [{"role": "user", "content": PICTURE}, {"role": "assistant", "content": "A cat."}]},
    "column": {**chat("<image>What is it?", "A cat."), "images": ["a.png"]},
}
ALL = {**PLAIN, **PREFERRED, **LABELLED, **MEDIA}
