"""An inference (NLI) cross-encoder of the user: loaded once per process, never downloaded."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.errors import ModelError
from ftq_spark.models.batching import TOKEN_BUDGETS, device_memory, run_by_length
from ftq_spark.models.device import task_cpus, task_device
from ftq_spark.models.files import transformers_model

MAX_TOKENS = 512


class Labels(NamedTuple):
    """Which outputs of a model mean what."""

    contradiction: int
    entailment: int


def check_nli_model(name: str) -> tuple[Path, Labels]:
    """The folder of a model, and where its config says that contradiction and entailment are.

    Raises:
        ModelError: no folder, no safetensors, no readable config.json, or labels that do not say it.
    """
    path, config = transformers_model(name, "conflict.nli_model")
    labels = config.get("id2label") or {}
    found = {}
    for meaning in ("contradiction", "entailment"):
        places = [int(place) for place, label in labels.items() if str(label).lower() == meaning]
        if len(places) != 1:
            shown = ", ".join(map(str, labels.values())) or "none"
            raise ModelError(
                f"conflict.nli_model {name}: expected id2label in config.json to name {meaning!r} once, got {shown}: "
                "write the order of the model's outputs there"
            )
        found[meaning] = places[0]
    return path, Labels(**found)


class CrossEncoder:
    """One loaded model on one device; use :func:`cross_encoder` to get the process's own."""

    def __init__(self, name: str) -> None:
        folder, self.labels = check_nli_model(name)
        try:
            import torch  # noqa: PLC0415  (an optional dependency)
            from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415
        except ImportError as error:
            raise ModelError(
                f"conflict.nli_model needs the package transformers ({error}): pip install 'ftq-spark[embed]'"
            ) from error
        self.device = task_device(None)
        self.token_budget = TOKEN_BUDGETS[self.device.split(":")[0]]
        if threads := task_cpus():
            torch.set_num_threads(threads)
        safe = {"local_files_only": True, "trust_remote_code": False}
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, **safe)
        model = AutoModelForSequenceClassification.from_pretrained(folder, use_safetensors=True, **safe)
        self._model = model.to(self.device).eval()
        limit = getattr(model.config, "max_position_embeddings", None) or MAX_TOKENS
        self._max_tokens = min(int(self._tokenizer.model_max_length), int(limit), MAX_TOKENS)

    def predict(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """(n, 2): probability of contradiction and of entailment from the first text to the second.

        Equal pairs are read once; the longest go first, in batches under a budget of padded tokens, which is halved
        where a GPU runs out of memory.
        """
        import torch  # noqa: PLC0415

        distinct = list(dict.fromkeys(pairs))
        if not distinct:
            return np.empty((0, 2))
        encoded = self._tokenizer(
            [first for first, _ in distinct],
            [second for _, second in distinct],
            truncation="longest_first",
            max_length=self._max_tokens,
        )
        lengths = np.array([len(ids) for ids in encoded["input_ids"]])
        out = np.empty((len(distinct), 2))

        def run(batch: NDArray[np.int64]) -> None:
            features = {key: [rows[i] for i in batch] for key, rows in encoded.items()}
            padded = self._tokenizer.pad(features, return_tensors="pt").to(self.device)
            with device_memory(), torch.inference_mode():
                probabilities = self._model(**padded).logits.float().softmax(-1).cpu().numpy()
            out[batch] = probabilities[:, list(self.labels)]

        self.token_budget = run_by_length(lengths, self.token_budget, run, f"conflict.nli_model on {self.device}")
        place = {pair: number for number, pair in enumerate(distinct)}
        return out[[place[pair] for pair in pairs]]


@functools.lru_cache(maxsize=1)
def cross_encoder(name: str) -> CrossEncoder:
    """The model of this process: loaded at the first call, then shared by every task of a worker."""
    return CrossEncoder(name)
