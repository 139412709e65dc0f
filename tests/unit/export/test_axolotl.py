"""What axolotl's own prompt strategies make of an export; skipped where it is not installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from export_run import write_run

from ftq_spark.export import Wanted, export

datasets = pytest.importorskip("datasets")
tokenizers = pytest.importorskip("tokenizers")
transformers = pytest.importorskip("transformers")
chat_template = pytest.importorskip("axolotl.prompt_strategies.chat_template", reason="axolotl is not installed")
alpaca_w_system = pytest.importorskip("axolotl.prompt_strategies.alpaca_w_system")
dpo = pytest.importorskip("axolotl.prompt_strategies.dpo.chat_template")
axolotl_dict = pytest.importorskip("axolotl.utils.dict")

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}"
    "{% if message['tool_calls'] %}{{ message['tool_calls'] | tojson }}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Ems"}'}}
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]
TALK = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Why?\n\nTell me: {so}"},
    {"role": "assistant", "content": "So."},
    {"role": "user", "content": "And?"},
    {"role": "assistant", "content": "Für 3 €."},
]
CALLED = [
    {"role": "user", "content": "Rain in Ems?"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "none"},
    {"role": "assistant", "content": "No."},
]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """One token for each byte, and those of the template."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    model = tokenizers.Tokenizer(tokenizers.models.BPE({sign: place for place, sign in enumerate(alphabet)}, []))
    model.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    model.decoder = tokenizers.decoders.ByteLevel()
    model.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    return transformers.PreTrainedTokenizerFast(tokenizer_object=model, eos_token="<|im_end|>", chat_template=CHATML)


def loaded(tmp_path: Path, rows: list[dict[str, Any]], format_: str) -> list[dict[str, Any]]:
    export(write_run(tmp_path / "run", rows), str(tmp_path / "out"), Wanted(format_, {"train": 1.0}))
    return list(datasets.load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache")))


def settings(**of_dataset: Any) -> Any:
    return axolotl_dict.DictDefault(
        {"sequence_len": 4096, "train_on_inputs": False, "chat_template": "tokenizer_default", "datasets": [of_dataset]}
    )


def tokenized(tokenizer: Any, row: dict[str, Any], **of_dataset: Any) -> tuple[str, str]:
    """The text that is shown, and the text that is learnt."""
    strategy = chat_template.load(tokenizer, settings(**of_dataset), of_dataset)
    found = strategy.tokenize_prompt(row)
    learnt = [token for token in found["labels"] if token != -100]
    return tokenizer.decode(found["input_ids"]), tokenizer.decode(learnt)


def test_dialogues(tmp_path: Path, tokenizer: Any) -> None:
    expected = tokenizer.apply_chat_template(TALK, tokenize=False)
    (row,) = loaded(tmp_path / "messages", [{"messages": TALK}], "messages")
    shown, learnt = tokenized(tokenizer, row)
    assert shown.rstrip() == expected.rstrip()
    assert learnt == "So.<|im_end|>Für 3 €.<|im_end|>"
    (row,) = loaded(tmp_path / "sharegpt", [{"messages": TALK}], "sharegpt")
    names = {"role": "from", "content": "value"}
    found = tokenized(tokenizer, row, field_messages="conversations", message_property_mappings=names)
    assert found == (shown, learnt)


def test_tool_calls(tmp_path: Path, tokenizer: Any) -> None:
    rows = loaded(tmp_path, [{"messages": TALK}, {"messages": CALLED, "tools": TOOLS}], "messages")
    strategy = chat_template.load(tokenizer, settings(), {})
    found = strategy.get_conversation_thread(rows[1])
    assert [turn["role"] for turn in found] == ["user", "assistant", "tool", "assistant"]
    assert found[1]["tool_calls"][0]["function"] == {"name": "weather", "arguments": {"city": "Ems"}}
    assert (found[2]["content"], found[3]["content"]) == ("none", "No.")
    assert strategy._get_tools(rows[1]) == TOOLS


def test_alpaca(tmp_path: Path, tokenizer: Any) -> None:
    (row,) = loaded(tmp_path, [{"messages": TALK[:3]}], "alpaca")
    found = alpaca_w_system.load(tokenizer, settings()).tokenize_prompt(row)
    shown = tokenizer.decode(found["input_ids"])
    assert all(turn["content"] in shown for turn in TALK[:3])
    assert tokenizer.decode([token for token in found["labels"] if token != -100]) == "So.<|im_end|>"


def test_preferences(tmp_path: Path, tokenizer: Any) -> None:
    (row,) = loaded(tmp_path, [{"prompt": "Why?", "chosen": "So.", "rejected": "No idea."}], "dpo")
    transform, _ = dpo.default(settings(field_messages="prompt"))
    found = transform(row, tokenizer=tokenizer)
    assert found == {
        "prompt": "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n",
        "chosen": "So.<|im_end|>",
        "rejected": "No idea.<|im_end|>",
    }
