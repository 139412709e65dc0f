"""A masked answer carries no loss in the code by which trainers read rows; skipped where they are not installed.

They need not be installed whole: what is imported of Axolotl runs beside transformers with addict, accelerate and
colorama, and what is imported of LLaMA-Factory with nothing else (`pip install --no-deps`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from export_run import with_mask, write_run
from letters import END, learnt, letters

from ftq_spark.export import Wanted, export
from ftq_spark.runs.run import Run

datasets = pytest.importorskip("datasets")

TURNS = [("user", "Why?"), ("assistant", "I cannot say."), ("user", "How?"), ("assistant", "So.")]
SPEAKERS = {"user": "human", "assistant": "gpt"}
OPENAI = {"messages": [{"role": role, "content": text} for role, text in TURNS]}
SHAREGPT = {"conversations": [{"from": SPEAKERS[role], "value": text} for role, text in TURNS]}
PARTS = {"messages": [{"role": role, "content": [{"type": "text", "value": text}]} for role, text in TURNS]}
TEMPLATE = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}"


def exported(tmp_path: Path, row: dict[str, Any], format_: str) -> dict[str, Any]:
    """The row from a run in which its first answer is masked, as `datasets` reads it."""
    run = write_run(tmp_path / "run", [row])
    with_mask(tmp_path / "run", [1])
    export(Run.open(run.path), str(tmp_path / "out"), Wanted(format_, {"train": 1.0}))
    found: dict[str, Any] = datasets.load_dataset(
        str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache")
    )[0]
    return found


@pytest.mark.parametrize(
    ("row", "format_", "own"),
    [
        (OPENAI, "messages", {"message_field_training": "weight"}),
        (OPENAI, "as_found", {"message_field_training": "weight"}),
        (SHAREGPT, "sharegpt", {"message_field_training": "weight"}),
        (SHAREGPT, "as_found", {"message_field_training": "train"}),
    ],
)
def test_axolotl(tmp_path: Path, row: dict[str, Any], format_: str, own: dict[str, Any]) -> None:
    strategies = pytest.importorskip("axolotl.prompt_strategies.chat_template", exc_type=ImportError)
    from axolotl.utils.dict import DictDefault

    found = exported(tmp_path, row, format_)
    if "conversations" in found:
        mapped = {"role": "from", "content": "value"}
        own = own | {"field_messages": "conversations", "message_property_mappings": mapped}
    config = DictDefault({"sequence_len": 512, "train_on_inputs": False, "chat_template": "tokenizer_default"})
    strategy = strategies.load(letters(TEMPLATE), config, own | {"chat_template": "tokenizer_default"})
    assert learnt(strategy.tokenize_prompt(found)["labels"]) == f"So.{END}"
    unread = strategies.load(letters(TEMPLATE), config, own | {"message_field_training": "other"})
    assert learnt(unread.tokenize_prompt(found)["labels"]) == f"I cannot say.{END}So.{END}"


def test_llamafactory(tmp_path: Path) -> None:
    """Its own schema, by the renderer of its version 1; the readers before it look at no mark of a single answer."""
    rendering = pytest.importorskip("llamafactory.v1.core.utils.rendering", exc_type=ImportError)

    messages = exported(tmp_path, PARTS, "as_found")["messages"]
    assert [message.get("loss_weight") for message in messages] == [None, 0, None, None]
    # Without the nulls that a table fills in where a message says nothing.
    stated = [{name: value for name, value in message.items() if value is not None} for message in messages]
    found = rendering.Renderer("chatml", letters()).render_messages(stated)
    assert learnt(found["labels"]) == "<|im_start|>assistant\nSo.<|im_end|>\n"
    assert sum(found["loss_weights"]) == len(learnt(found["labels"]))
