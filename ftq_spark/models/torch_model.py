"""An embedding model computed by torch: the modules of sentence-transformers, in float32 or bfloat16."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ftq_spark.errors import ModelError
from ftq_spark.models.batching import device_memory
from ftq_spark.models.tokenizer import Reading

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class TorchModel:
    """One model loaded on one device; pooling and normalisation stay in float32 where the transformer does not."""

    def __init__(self, path: Path, device: str, dtype: str, threads: int | None) -> None:
        import_sentence_transformers()
        import torch  # noqa: PLC0415  (an optional dependency)

        if threads:
            torch.set_num_threads(threads)
        self._device = device
        self.model = load(path, device)
        self.model[0].to(getattr(torch, dtype))
        self.reading = reading_of(self.model)

    def move(self, device: str) -> None:
        """Lay the weights on another device, and give back what the former one, a GPU, held for them."""
        import torch  # noqa: PLC0415

        self.model.to(device)
        if self._device.startswith("cuda"):
            torch.cuda.empty_cache()
        self._device = device

    def token_ids(self, texts: list[str], max_tokens: int | None = None) -> list[list[int]]:
        """Token ids of each text, special ones included, cut to `max_tokens` where that is given."""
        cut: dict[str, Any] = {} if max_tokens is None else {"truncation": True, "max_length": max_tokens}
        rows = self.model.tokenizer(texts, return_attention_mask=False, return_token_type_ids=False, **cut)
        ids: list[list[int]] = rows["input_ids"]
        return ids

    def vectors(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """(n, d) of unit norm, of n texts of padded tokens: ids (n, t), and mask (n, t), 0 where a token is padding.

        Raises:
            MemoryError: they do not fit into the device.
        """
        import torch  # noqa: PLC0415

        features = {
            "input_ids": torch.from_numpy(ids).to(self._device),
            "attention_mask": torch.from_numpy(mask).to(self._device),
        }
        with device_memory(), torch.inference_mode():
            found: NDArray[np.float32] = unit_vectors(self.model, features).cpu().numpy()
        return found


def load(path: Path, device: str) -> SentenceTransformer:
    """The model in a folder, in float32; ModelError where it reads no tokens of texts."""
    st = import_sentence_transformers()
    import torch  # noqa: PLC0415

    model: SentenceTransformer = st.SentenceTransformer(
        str(path),
        device=device,
        trust_remote_code=False,
        local_files_only=True,
        model_kwargs={"use_safetensors": True, "dtype": torch.float32},
    )
    model.eval()
    _check_modules(model, path)
    # The length check is the encoder's, by `truncated`: silence the tokeniser's own warning about long texts.
    model.tokenizer.deprecation_warnings["sequence-length-is-longer-than-the-specified-maximum"] = True
    return model


def unit_vectors(model: SentenceTransformer, features: dict[str, Any]) -> Any:
    """The tensor of vectors of padded tokens, by all modules of a model."""
    import torch  # noqa: PLC0415

    features = model[0](features)
    features["token_embeddings"] = features["token_embeddings"].float()
    for module in list(model)[1:]:
        features = module(features)
    return torch.nn.functional.normalize(features["sentence_embedding"].float(), dim=1)


def reading_of(model: SentenceTransformer) -> Reading:
    """How a model reads texts."""
    tokenizer: Any = model.tokenizer
    return Reading(
        width=model.get_embedding_dimension() or 0,
        max_tokens=int(model.max_seq_length or sys.maxsize),
        prompt=model.prompts.get(model.default_prompt_name or "") or "",
        pad_id=tokenizer.pad_token_id or 0,
        unknown_id=tokenizer.unk_token_id,
        n_special=tokenizer.num_special_tokens_to_add(),
        pads_left=tokenizer.padding_side == "left",
        cuts_left=tokenizer.truncation_side == "left",
    )


def import_sentence_transformers() -> Any:
    """The sentence-transformers package, kept off the network; ModelError where it is not installed."""
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    try:
        import sentence_transformers  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(
            "embedding needs the package sentence-transformers, which is not installed on "
            f"{sys.executable} ({error}): pip install 'ftq-spark[embed]'"
        ) from error
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # a worker's stderr is a log, and a run shows one progress display of its own
    return sentence_transformers


def _check_modules(model: SentenceTransformer, path: Path) -> None:
    """Only a text transformer with a tokeniser can be fed token batches."""
    first = type(model[0]).__name__
    if first != "Transformer" or model.tokenizer is None or "message" in model.modalities:
        raise ModelError(
            f"embedding model {path}: expected a text model whose first module is a Transformer with a tokeniser, "
            f"got {first} reading {', '.join(map(str, model.modalities))}"
        )
