"""A sentence encoder for one process: found offline, checked before it is loaded, loaded once, run in token batches.

Nothing here imports Spark at module level, so the same encoder serves a worker, a benchmark and a test. The modules of
`sentence-transformers` do the arithmetic, in torch or exported to ONNX; what is ours is the order of work: every text
is tokenised once, sorted by its number of tokens, and sent through the model in batches under a budget of padded
tokens, so that a batch neither pads short texts to the length of a long one nor outgrows the cache of the processor.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.models.batching import TOKEN_BUDGETS, run_by_length
from ftq_spark.models.device import task_cpus, task_device
from ftq_spark.models.exported import check_installed, exported, usable
from ftq_spark.models.files import model_identity, resolve_model
from ftq_spark.models.onnx_model import OnnxModel
from ftq_spark.models.torch_model import TorchModel

MAX_UNKNOWN = 0.1  # share of a text's tokens that may be unknown to the tokeniser
MAX_CHARS = 1_000_000  # what is read of one text; a model's window is thousands of times smaller
_CHARS_PER_CALL = 4_000_000  # bounds what the tokeniser holds at once


class EncoderSettings(NamedTuple):
    """What decides the vectors (model, dtype) and what only decides the speed (the others)."""

    model: str = "all-MiniLM-L6-v2"
    dtype: str = "float32"  # or bfloat16
    token_budget: int | None = None  # padded tokens of one batch; None for 1,024 on a CPU and 65,536 on a GPU
    device: str | None = None  # None for the Spark task's GPU, else CUDA, else the CPU
    threads: int | None = None  # None for the Spark task's CPUs; outside a task, as torch is set, or every core
    backend: str = "auto"  # torch; onnx: ONNX Runtime, on the CPU and in float32; auto: onnx where it can, else torch
    exports: bool = True  # whether auto exports a model that this machine has no export of

    @property
    def packages(self) -> tuple[str, ...]:
        """What beside the extra `embed` computes and exports."""
        return ("onnxruntime", "onnxscript") if self.backend == "onnx" else ()


class Encoded(NamedTuple):
    """What the encoder says of n texts, in their order."""

    vectors: NDArray[np.float32]  # (n, d), unit norm
    n_tokens: NDArray[np.int64]  # (n,), special tokens included, before truncation
    truncated: NDArray[np.bool_]  # (n,), the model did not read the whole text
    unreadable: NDArray[np.bool_]  # (n,), too much of it is in no vocabulary of the model: its vector means little


class Encoder:
    """One loaded model on one device; use :func:`encoder` to get the process's own, and in a task :func:`at_work`.

    With dtype ``bfloat16`` the transformer computes in bfloat16 while pooling and normalisation stay in float32; see
    :meth:`encode` for what that costs in accuracy.
    """

    def __init__(self, settings: EncoderSettings) -> None:
        path = resolve_model(settings.model)
        threads = settings.threads or task_cpus()
        self.device = _device(settings)
        self.identity = model_identity(path, settings.dtype)
        self._model: TorchModel | OnnxModel
        if folder := _export(path, self.identity, settings, self.device):
            self._model = OnnxModel(folder, str(path), threads)
        else:
            self._model = TorchModel(path, self.device, settings.dtype, threads)
        self.token_budget = settings.token_budget or TOKEN_BUDGETS[self.device.split(":")[0]]

    def move(self, device: str) -> None:
        """Compute on another device from here on; what ONNX Runtime computes stays on the CPU."""
        if device != self.device and isinstance(self._model, TorchModel):
            self._model.move(device)
            self.device = device

    def encode(self, texts: Sequence[str], done: Callable[[int], None] = lambda n: None) -> Encoded:
        """Embed `texts`; equal to ``SentenceTransformer.encode(normalize_embeddings=True)`` within 1e-5 in float32.

        An empty text is embedded as the model does it. Of a text of more than :data:`MAX_CHARS` characters the first
        :data:`MAX_CHARS` are read. Where a GPU runs out of memory the budget is halved, down to one text at a time.

        In bfloat16, over 2,000 real prompts (all-MiniLM-L6-v2), the largest cosine error of a vector against float32
        was 1e-4, and the largest difference of the similarity of two prompts 0.006. It is the faster only where the
        processor has instructions for it: where they are emulated it took 2.4 times as long as float32.

        Args:
            done: is told of each batch how many texts it held.

        Raises:
            ModelError: not even one text fits into the GPU's memory.
        """
        ids, n_tokens, unreadable = self._tokenise([self._model.reading.prompt + text[:MAX_CHARS] for text in texts])
        lengths = np.fromiter(map(len, ids), np.int64, len(ids))
        truncated = (n_tokens > lengths) | np.fromiter((len(text) > MAX_CHARS for text in texts), np.bool_, len(ids))
        vectors = np.empty((len(ids), self._model.reading.width), dtype=np.float32)

        def run(batch: NDArray[np.int64]) -> None:
            vectors[batch] = self._forward([ids[i] for i in batch])

        self.token_budget = run_by_length(lengths, self.token_budget, run, f"embedding on {self.device}", done)
        return Encoded(vectors, n_tokens, truncated, unreadable)

    def _tokenise(self, texts: list[str]) -> tuple[list[NDArray[np.int64]], NDArray[np.int64], NDArray[np.bool_]]:
        """Token ids of each text, cut to the model's window; the tokens before the cut; whether the text is unreadable.

        A text is unreadable where too many of its tokens stand for what the tokeniser does not know.
        """
        ids: list[NDArray[np.int64]] = []
        n_tokens: list[int] = []
        n_unknown: list[int] = []
        reading = self._model.reading
        unknown = reading.unknown_id  # None where the tokeniser falls back on bytes
        for chunk in _chunks(texts, _CHARS_PER_CALL):
            rows = self._model.token_ids(chunk)
            n_tokens += map(len, rows)
            n_unknown += [0 if unknown is None else row.count(unknown) for row in rows]
            for text, row in zip(chunk, rows, strict=True):
                cut = row
                if len(row) > reading.max_tokens:  # by the tokeniser, which keeps its closing token
                    cut = self._model.token_ids([text], reading.max_tokens)[0]
                ids.append(np.asarray(cut, dtype=np.int64))
        counts = np.array(n_tokens, dtype=np.int64)
        n_read = np.maximum(counts - reading.n_special, 1)
        return ids, counts, np.array(n_unknown, dtype=np.int64) > MAX_UNKNOWN * n_read

    def _forward(self, ids: list[NDArray[np.int64]]) -> NDArray[np.float32]:
        lengths = np.fromiter(map(len, ids), np.int64, len(ids))
        columns = np.arange(max(1, lengths.max()))
        mask = columns < lengths[:, None]
        if self._model.reading.pads_left:
            mask = mask[:, ::-1]
        padded = np.full(mask.shape, self._model.reading.pad_id, dtype=np.int64)
        padded[mask] = np.concatenate(ids)
        return self._model.vectors(padded, mask.astype(np.int64))


@functools.lru_cache(maxsize=2)
def encoder(settings: EncoderSettings) -> Encoder:
    """The encoder of this process for `settings`: loaded at the first call, then shared by every task of a worker."""
    return Encoder(settings)


@contextmanager
def at_work(settings: EncoderSettings) -> Iterator[Encoder]:
    """The process's encoder on the device of the running task; a GPU is left when the task ends.

    Spark gives a task any worker that is idle, so in time each of an executor's workers loads the model, and meets
    other GPUs than its first one: the weights that lie on a GPU are those of the tasks that were given it.
    """
    model = encoder(settings)
    model.move(_device(settings))
    try:
        yield model
    finally:
        model.move("cpu")


def check_backend(settings: EncoderSettings) -> None:
    """ModelError where what computes is not installed here; of torch it is said where the model is loaded."""
    if settings.backend == "onnx":
        check_installed()


def _chunks(texts: list[str], max_chars: int) -> Iterator[list[str]]:
    """Consecutive runs of texts of at most `max_chars` characters together, each of at least one text."""
    chunk: list[str] = []
    n_chars = 0
    for text in texts:
        if chunk and n_chars + len(text) > max_chars:
            yield chunk
            chunk, n_chars = [], 0
        chunk.append(text)
        n_chars += len(text)
    if chunk:
        yield chunk


def _export(path: Path, identity: str, settings: EncoderSettings, device: str) -> Path | None:
    """The export that ONNX Runtime computes with; None where torch computes."""
    if settings.backend == "onnx":
        return exported(path, identity)
    if settings.backend == "torch" or settings.dtype != "float32" or device != "cpu":
        return None
    return usable(path, identity, settings.exports)


def _device(settings: EncoderSettings) -> str:
    return "cpu" if settings.backend == "onnx" else task_device(settings.device)
