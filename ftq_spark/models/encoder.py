"""A sentence encoder for one process: found offline, checked before it is loaded, loaded once, run in token batches.

Nothing here imports Spark at module level, so the same encoder serves a worker, a benchmark and a test. The modules of
`sentence-transformers` do the arithmetic; what is ours is the order of work: every text is tokenised once, sorted by
its number of tokens, and sent through the model in batches under a budget of padded tokens, so that a batch neither
pads short texts to the length of a long one nor outgrows the cache of the processor.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftq_spark.errors import ModelError
from ftq_spark.models.files import model_identity, resolve_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DTYPES = ("float32", "bfloat16", "auto")
TOKEN_BUDGETS = {"cpu": 1_024, "cuda": 65_536}
MAX_UNKNOWN = 0.1  # share of a text's tokens that may be unknown to the tokeniser
MAX_CHARS = 1_000_000  # what is read of one text; a model's window is thousands of times smaller
_CHARS_PER_CALL = 4_000_000  # bounds what the tokeniser holds at once


class EncoderSettings(NamedTuple):
    """What decides the vectors (model, dtype) and what only decides the speed (the others)."""

    model: str = "all-MiniLM-L6-v2"
    dtype: str = "float32"  # float32, bfloat16, or auto: bfloat16 where the hardware computes in it
    token_budget: int | None = None  # padded tokens of one batch; None for 1,024 on a CPU and 65,536 on a GPU
    device: str | None = None  # None for the Spark task's GPU, else CUDA, else the CPU
    threads: int | None = None  # None for the Spark task's CPUs; outside a task, as torch is set


class Encoded(NamedTuple):
    """What the encoder says of n texts, in their order."""

    vectors: NDArray[np.float32]  # (n, d), unit norm
    n_tokens: NDArray[np.int64]  # (n,), special tokens included, before truncation
    truncated: NDArray[np.bool_]  # (n,), the model did not read the whole text
    unreadable: NDArray[np.bool_]  # (n,), too much of it is in no vocabulary of the model: its vector means little


class Encoder:
    """One loaded model on one device; use :func:`encoder` to get the process's own.

    With dtype ``bfloat16`` the transformer computes in bfloat16 while pooling and normalisation stay in float32; see
    :meth:`encode` for what that costs in accuracy.
    """

    def __init__(self, settings: EncoderSettings) -> None:
        st = import_sentence_transformers()
        import torch  # noqa: PLC0415  (an optional dependency)

        path = resolve_model(settings.model)
        self.device = task_device(settings.device)
        self.dtype = resolve_dtype(settings.dtype, self.device)
        self.identity = model_identity(path, self.dtype)
        self.token_budget = settings.token_budget or TOKEN_BUDGETS[self.device.split(":")[0]]
        threads = settings.threads or task_cpus()
        if threads:
            torch.set_num_threads(threads)
        model = st.SentenceTransformer(
            str(path),
            device=self.device,
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
        )
        model.eval()
        _check_modules(model, settings.model)
        model[0].to(getattr(torch, self.dtype))
        self._model = model
        self._tokenizer: Any = model.tokenizer
        # The length check is ours, by `truncated`: silence the tokeniser's own warning about long texts.
        self._tokenizer.deprecation_warnings["sequence-length-is-longer-than-the-specified-maximum"] = True
        self._max_tokens = int(model.max_seq_length or sys.maxsize)
        self._prompt = model.prompts.get(model.default_prompt_name or "", "")

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Embed `texts`; equal to ``SentenceTransformer.encode(normalize_embeddings=True)`` within 1e-5 in float32.

        An empty text is embedded as the model does it. Of a text of more than :data:`MAX_CHARS` characters the first
        :data:`MAX_CHARS` are read. Where a GPU runs out of memory the budget is halved, down to one text at a time.

        In bfloat16, over 2,000 real prompts (all-MiniLM-L6-v2), the largest cosine error of a vector against float32
        was 1e-4, and the largest difference of the similarity of two prompts 0.006. It is the faster only where the
        processor has instructions for it: where they are emulated it took 2.4 times as long as float32.

        Raises:
            ModelError: not even one text fits into the GPU's memory.
        """
        ids, n_tokens, unreadable = self._tokenise([self._prompt + text[:MAX_CHARS] for text in texts])
        lengths = np.fromiter(map(len, ids), np.int64, len(ids))
        truncated = (n_tokens > lengths) | np.fromiter((len(text) > MAX_CHARS for text in texts), np.bool_, len(ids))
        order = np.argsort(-lengths, kind="stable")
        vectors = np.empty((len(ids), self._model.get_embedding_dimension() or 0), dtype=np.float32)
        start = 0
        while start < len(order):
            batch = order[start : start + max(1, self.token_budget // max(1, int(lengths[order[start]])))]
            if self._run_within_memory([ids[i] for i in batch], vectors, batch):
                start += len(batch)
        return Encoded(vectors, n_tokens, truncated, unreadable)

    def _tokenise(self, texts: list[str]) -> tuple[list[NDArray[np.int64]], NDArray[np.int64], NDArray[np.bool_]]:
        """Token ids of each text, cut to the model's window; the tokens before the cut; whether the text is unreadable.

        A text is unreadable where too many of its tokens stand for what the tokeniser does not know.
        """
        ids: list[NDArray[np.int64]] = []
        n_tokens: list[int] = []
        n_unknown: list[int] = []
        unknown = self._tokenizer.unk_token_id  # None where the tokeniser falls back on bytes
        for chunk in _chunks(texts, _CHARS_PER_CALL):
            rows = self._tokenizer(chunk, return_attention_mask=False, return_token_type_ids=False)["input_ids"]
            n_tokens += map(len, rows)
            n_unknown += [0 if unknown is None else row.count(unknown) for row in rows]
            for text, row in zip(chunk, rows, strict=True):
                cut = row
                if len(row) > self._max_tokens:  # by the tokeniser, which keeps its closing token
                    cut = self._tokenizer(text, truncation=True, max_length=self._max_tokens)["input_ids"]
                ids.append(np.asarray(cut, dtype=np.int64))
        counts = np.array(n_tokens, dtype=np.int64)
        n_read = np.maximum(counts - self._tokenizer.num_special_tokens_to_add(), 1)
        return ids, counts, np.array(n_unknown, dtype=np.int64) > MAX_UNKNOWN * n_read

    def _run_within_memory(
        self, ids: list[NDArray[np.int64]], vectors: NDArray[np.float32], at: NDArray[np.int64]
    ) -> bool:
        """Run one batch and put its vectors at `at`; False where it did not fit and the budget was halved."""
        import torch  # noqa: PLC0415

        try:
            vectors[at] = self._forward(ids)
        except torch.OutOfMemoryError as error:
            width = len(ids[0])
            if len(ids) == 1:
                raise ModelError(
                    f"embedding: one text of {width} tokens does not fit into the memory of {self.device}; "
                    "expected room for at least one text: free the device, or set the device to cpu"
                ) from error
            self.token_budget = max(1, len(ids) * width // 2)
            torch.cuda.empty_cache()
            return False
        return True

    def _forward(self, ids: list[NDArray[np.int64]]) -> NDArray[np.float32]:
        import torch  # noqa: PLC0415

        lengths = np.fromiter(map(len, ids), np.int64, len(ids))
        columns = np.arange(max(1, lengths.max()))
        mask = columns < lengths[:, None]
        if self._tokenizer.padding_side == "left":
            mask = mask[:, ::-1]
        padded = np.full(mask.shape, self._tokenizer.pad_token_id or 0, dtype=np.int64)
        padded[mask] = np.concatenate(ids)
        features = {
            "input_ids": torch.from_numpy(padded).to(self.device),
            "attention_mask": torch.from_numpy(mask.astype(np.int64)).to(self.device),
        }
        with torch.inference_mode():
            features = self._model[0](features)
            features["token_embeddings"] = features["token_embeddings"].float()
            for module in list(self._model)[1:]:
                features = module(features)
            unit = torch.nn.functional.normalize(features["sentence_embedding"].float(), dim=1)
        return unit.cpu().numpy()


@functools.lru_cache(maxsize=2)
def encoder(settings: EncoderSettings) -> Encoder:
    """The encoder of this process for `settings`: loaded at the first call, then shared by every task of a worker."""
    return Encoder(settings)


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


def resolve_dtype(dtype: str, device: str) -> str:
    """float32 or bfloat16; ``auto`` is bfloat16 where the device has instructions for it. ModelError for another."""
    if dtype not in DTYPES:
        raise ModelError(f"embedding dtype: expected one of {', '.join(DTYPES)}, got {dtype!r}")
    if dtype != "auto":
        return dtype
    import torch  # noqa: PLC0415

    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    probes = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    native = any(getattr(torch.cpu, probe, bool)() for probe in probes)
    return "bfloat16" if native else "float32"


def _check_modules(model: SentenceTransformer, name: str) -> None:
    """Only a text transformer with a tokeniser can be fed token batches."""
    first = type(model[0]).__name__
    if first != "Transformer" or model.tokenizer is None or "message" in model.modalities:
        raise ModelError(
            f"embedding model {name!r}: expected a text model whose first module is a Transformer with a tokeniser, "
            f"got {first} reading {', '.join(map(str, model.modalities))}"
        )


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


def _task_context() -> Any:
    """Spark's context of the running task; None outside a task."""
    pyspark = sys.modules.get("pyspark")
    return None if pyspark is None else pyspark.TaskContext.get()


def task_cpus() -> int | None:
    """The cores that Spark gave this task; None outside of one."""
    context = _task_context()
    return None if context is None else max(1, context.cpus())


def task_device(device: str | None) -> str:
    """The named device; else the GPU that Spark gave the task, a CUDA device by partition, or the CPU."""
    if device is not None:
        return device
    import torch  # noqa: PLC0415

    n_gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if n_gpus == 0:
        return "cpu"
    context = _task_context()
    if context is None:
        return "cuda:0"
    gpu = context.resources().get("gpu")
    ordinal = int(gpu.addresses[0]) if gpu is not None else context.partitionId()
    # Where the cluster manager narrows CUDA_VISIBLE_DEVICES itself, the address may lie beyond what is visible.
    return f"cuda:{ordinal % n_gpus}"
