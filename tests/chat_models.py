"""Small models of a folder each: a tokenizer trained on the spot, and a chat template of a public style."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

TEMPLATES = Path(__file__).parent / "chat_templates"
STYLES = tuple(sorted(path.stem for path in TEMPLATES.glob("*.jinja")))
SPECIAL = (
    "<s>", "</s>", "<unk>", "<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>",
    "<start_of_turn>", "<end_of_turn>", "<|user|>", "<|assistant|>", "<|system|>", "<|end|>",
)  # fmt: skip
CONFIG = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": {"content": "<unk>", "special": True}}
CORPUS = (
    "How warm is it in Lyon today? It is about twenty degrees, and the sun shines.",
    "Write a short poem about rain. Rain falls on the roof and sings the street to sleep.",
    "system user assistant model tool What does a share cost? 41.20 dollars at the moment.",
)


@lru_cache(2)
def tokenizer_json(adds_bos: bool) -> str:
    """A byte-level BPE of a few hundred tokens; with `adds_bos` its post-processor sets <s> before a text."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=list(SPECIAL), initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    if adds_bos:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
        )
    return str(tokenizer.to_str())


def model_folder(folder: Path, template: str, *, adds_bos: bool = False) -> Path:
    """A folder as models have it; `template` is a style's name, or the text of a template."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(tokenizer_json(adds_bos), encoding="utf-8")
    path = TEMPLATES / f"{template}.jinja" if template in STYLES else None
    source = path.read_text(encoding="utf-8").removesuffix("\n") if path else template
    (folder / "tokenizer_config.json").write_text(json.dumps({**CONFIG, "chat_template": source}), encoding="utf-8")
    return folder
