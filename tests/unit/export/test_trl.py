"""What TRL's own readers make of an export; skipped where TRL is not installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from export_run import with_mask, write_run
from letters import END, SIGNS, learnt, letters

from ftq_spark.export import Wanted, export
from ftq_spark.runs.run import Run

datasets = pytest.importorskip("datasets")
data_utils = pytest.importorskip("trl.data_utils")

TEMPLATE = (
    "{%- if tools %}<tools>{% for tool in tools %}{{ tool.function.name }};{% endfor %}</tools>{% endif %}"
    "{%- for m in messages %}<{{ m.role }}>"
    "{%- if m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content or '' }}"
    "{%- for call in m.tool_calls or [] %}<call>{{ call.function.name }} {{ call.function.arguments }}</call>"
    "{%- endfor %}"
    "</{{ m.role }}>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"
)
TOOLS = [
    {"type": "function", "function": {"name": "weather", "parameters": {"properties": {"city": {"type": "string"}}}}}
]
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Ems"}'}}
ROWS: list[dict[str, Any]] = [
    {
        "messages": [
            {"role": "user", "content": "Why?"},
            {"role": "assistant", "content": "So.", "reasoning_content": "Hm."},
        ]
    },
    {
        "messages": [
            {"role": "user", "content": "Rain in Ems?"},
            {"role": "assistant", "content": None, "tool_calls": [CALL]},
            {"role": "tool", "tool_call_id": "c1", "content": "none"},
            {"role": "assistant", "content": "No."},
        ],
        "tools": TOOLS,
    },
]
RENDERED = [
    "<user>Why?</user><assistant><think>Hm.</think>So.</assistant>",
    '<tools>weather;</tools><user>Rain in Ems?</user><assistant><call>weather {"city": "Ems"}</call></assistant>'
    "<tool>none</tool><assistant>No.</assistant>",
]
PREFERRED = [{"prompt": "Best tea?", "chosen": "Assam.", "rejected": "None."}]
LABELLED = [{"prompt": "Best tea?", "completion": "None.", "label": False}]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    tokenizers = pytest.importorskip("tokenizers")
    from transformers import PreTrainedTokenizerFast

    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    found = PreTrainedTokenizerFast(tokenizer_object=words, unk_token="[UNK]")
    found.chat_template = TEMPLATE
    return found


def loaded(tmp_path: Path, rows: list[dict[str, Any]], format_: str) -> Any:
    export(write_run(tmp_path / "run", rows), str(tmp_path / "out"), Wanted(format_, {"train": 1.0}))
    return datasets.load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache"))


def rendered(row: dict[str, Any], tokenizer: Any) -> dict[str, Any]:
    """As the trainers do: `tools` is JSON text in the table, and is parsed before the template sees it."""
    assert data_utils.is_conversational(row)
    tools = json.loads(row["tools"]) if row.get("tools") else None
    found: dict[str, Any] = data_utils.apply_chat_template(row, tokenizer, tools=tools)
    return found


def test_messages(tmp_path: Path, tokenizer: Any) -> None:
    rows = loaded(tmp_path, ROWS, "messages")
    assert [rendered(row, tokenizer) for row in rows] == [{"text": text} for text in RENDERED]


def test_prompt_and_completion(tmp_path: Path, tokenizer: Any) -> None:
    rows = [rendered(row, tokenizer) for row in loaded(tmp_path, ROWS, "prompt_completion")]
    assert [row["prompt"] + row["completion"] for row in rows] == RENDERED
    assert rows[1]["completion"] == "No.</assistant>"


def test_preferences(tmp_path: Path, tokenizer: Any) -> None:
    found = loaded(tmp_path, PREFERRED, "dpo")
    assert [rendered(row, tokenizer) for row in found] == [
        {"prompt": "<user>Best tea?</user><assistant>", "chosen": "Assam.</assistant>", "rejected": "None.</assistant>"}
    ]
    unpaired = data_utils.unpair_preference_dataset(found)
    assert unpaired["label"] == [True, False]


def test_labels(tmp_path: Path, tokenizer: Any) -> None:
    assert [rendered(row, tokenizer) for row in loaded(tmp_path, LABELLED, "kto")] == [
        {"prompt": "<user>Best tea?</user><assistant>", "completion": "None.</assistant>", "label": False}
    ]


def test_sharegpt_becomes_messages(tmp_path: Path) -> None:
    row = loaded(tmp_path, [{"messages": ROWS[0]["messages"]}], "sharegpt")[0]
    assert data_utils.is_conversational_from_value(row)
    assert data_utils.maybe_convert_to_chatml(row)["messages"] == [
        {"role": "human", "content": "Why?"},  # the names of roles are left as they are
        {"role": "gpt", "content": "<think>\nHm.\n</think>\n\nSo."},
    ]


MASKING = (
    "{%- for m in messages %}<{{ m.role }}>"
    "{%- if m.role == 'assistant' and m.weight != 0 %}{% generation %}{{ m.content }}{% endgeneration %}"
    "{%- else %}{{ m.content }}{% endif %}</{{ m.role }}>{% endfor %}"
)


def test_a_masked_turn_carries_no_loss(tmp_path: Path) -> None:
    """From a run's masks through an export, and a template that reads `weight`, to the labels of TRL's own trainer."""
    pytest.importorskip("accelerate")
    from transformers import GPT2Config, GPT2LMHeadModel
    from trl import SFTConfig, SFTTrainer

    turns = [("user", "Why?"), ("assistant", "I cannot say."), ("user", "Why?"), ("assistant", "So.")]
    run = write_run(tmp_path / "run", [{"messages": [{"role": role, "content": text} for role, text in turns]}])
    with_mask(tmp_path / "run", [1])
    export(Run.open(run.path), str(tmp_path / "out"), Wanted("messages", {"train": 1.0}))
    rows = datasets.load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache"))
    assert [turn["weight"] for turn in rows[0]["messages"]] == [None, 0, None, None]

    reader = letters(MASKING)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=len(SIGNS), n_embd=8, n_layer=1, n_head=1, n_positions=256))
    options = {"report_to": "none", "use_cpu": True, "bf16": False, "max_length": None}
    arguments = SFTConfig(output_dir=str(tmp_path / "trained"), assistant_only_loss=True, **options)
    trainer = SFTTrainer(model=model, args=arguments, train_dataset=rows, processing_class=reader)
    labels = next(iter(trainer.get_train_dataloader()))["labels"][0].tolist()
    assert learnt(labels).rstrip(END) == "So."
