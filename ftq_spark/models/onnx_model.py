"""An embedding model computed by ONNX Runtime, on the CPU in float32, without importing torch or transformers.

It is exported by torch once a machine; :mod:`ftq_spark.models.exported` keeps it.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ftq_spark.models.exported import reading_in, session
from ftq_spark.models.tokenizer import load_tokenizer


class OnnxModel:
    """One exported model and its tokenizer, read from the folder of its export."""

    def __init__(self, folder: Path, name: str, threads: int | None) -> None:
        os.environ["TOKENIZERS_PARALLELISM"] = "false"  # a task has the threads that Spark gave it
        self.reading = reading_in(folder)
        self._session = session(folder, threads)
        self._tokenizer = load_tokenizer(folder, f"embedding model {name}")

    def token_ids(self, texts: list[str], max_tokens: int | None = None) -> list[list[int]]:
        """Token ids of each text, special ones included, cut to `max_tokens` where that is given."""
        if max_tokens is None:
            return [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        self._tokenizer.enable_truncation(max_tokens, direction="left" if self.reading.cuts_left else "right")
        try:
            return [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        finally:
            self._tokenizer.no_truncation()

    def vectors(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """(n, d) of unit norm, of n texts of padded tokens: ids (n, t), and mask (n, t), 0 where a token is padding."""
        found: NDArray[np.float32] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return found
