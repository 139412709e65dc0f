"""Models of one layer with random weights, written where a test wants them."""

from __future__ import annotations

from pathlib import Path

import pytest

WORDS = ["user", "assistant", "system", "</s>", ".", "?", ":"]
WORDS += ["what", "is", "the", "capital", "of", "france", "peru", "paris", "lima", "it", "rome", "why", "not", "a"]


def tiny(folder: Path, kind: str, labels: list[str] | None = None, template: str | None = None) -> Path:
    """A model of one layer with random weights; its tokenizer knows WORDS."""
    tokenizers, torch, transformers = map(pytest.importorskip, ("tokenizers", "torch", "transformers"))
    torch.manual_seed(3)
    vocabulary = {word: place for place, word in enumerate(["<pad>", "<unk>", *WORDS])}
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    special = {"unk_token": "<unk>", "eos_token": "</s>", "pad_token": "<pad>"}
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=words, model_max_length=64, **special)
    tokenizer.chat_template = template
    sizes = {"vocab_size": len(vocabulary), "n_embd": 16, "n_layer": 1, "n_head": 2, "n_positions": 64}
    names = dict(enumerate(labels or ["LABEL_0"]))
    config = transformers.GPT2Config(
        **sizes, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, initializer_range=0.5, pad_token_id=0,
        num_labels=len(names), id2label=names, label2id={label: place for place, label in names.items()},
    )  # fmt: skip
    model = getattr(transformers, kind)(config).eval()
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return folder
