"""Embedding models exported to ONNX: by torch once a machine, and only where they give the vectors that torch gives.

The whole model is exported: transformer, pooling and whatever follows, up to vectors of unit norm. A folder holds
model.onnx (with model.onnx.data: the weights), tokenizer.json and reading.json.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ftq_spark.errors import ModelError
from ftq_spark.models import torch_model
from ftq_spark.models.tokenizer import Reading

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

INPUTS = ("input_ids", "attention_mask")
MAX_DIFFERENCE = 1e-5  # of a number in a vector, from torch's
_VERSION = 1  # raised when an export can give another file
_MAKERS = ("torch", "transformers", "sentence-transformers", "onnxscript")
_OPSET = 23  # the first with attention as one operation
_PROBE_TOKENS = ((1,), (3, 2, 5), (64, 9, 33, 17), (4_096,))  # tokens of the texts of each batch that is compared
_SECONDS_A_DAY = 86_400
_OTHERWISE = "or set dedup.semantic.backend=torch"


def usable(path: Path, identity: str, make: bool) -> Path | None:
    """The folder of a model's export where this machine can compute with one; None where it cannot, or has none.

    A model that was refused is not exported again, for a day or until its files or what exports it are others.

    Args:
        path: the model's folder.
        identity: the model's (:func:`~ftq_spark.models.files.model_identity`).
        make: export it where that was not done yet.
    """
    if not find_spec("onnxruntime"):
        return None
    place = _place(path, identity)
    if place.is_dir():
        return place
    refusal = place.with_suffix(".refused")
    if not make or not find_spec("onnxscript") or _is_of_today(refusal):
        return None
    try:
        return exported(path, identity)
    except ModelError as error:
        with contextlib.suppress(OSError):
            refusal.write_text(f"{error}\n", encoding="utf-8")
    except (ImportError, OSError):  # a system without locks, a folder that is full or cannot be written
        pass
    return None


def exported(path: Path, identity: str) -> Path:
    """The folder of a model's export, made where it is not yet on this machine: of many processes one makes it.

    It is kept in the folder FTQ_SPARK_CACHE, else in the temporary one (TMPDIR), under a name made of the model's files
    and of the versions of what exports it.

    Args:
        path: the model's folder.
        identity: the model's (:func:`~ftq_spark.models.files.model_identity`).

    Raises:
        ModelError: what exports is not installed, or the model cannot be exported.
    """
    check_installed()
    place = _place(path, identity)
    if place.is_dir():
        return place
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(place.with_suffix(".lock")):
        if not place.is_dir():
            beside = place.with_name(f"{place.name}.{uuid.uuid1().hex}")
            beside.mkdir()
            try:
                _export(path, beside)
                beside.rename(place)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
    return place


def check_installed() -> None:
    """ModelError where ONNX Runtime is not installed."""
    try:
        import onnxruntime  # noqa: F401, PLC0415  (an optional dependency)
    except ImportError as error:
        raise ModelError(_missing("onnxruntime", error)) from error


def session(folder: Path, threads: int | None) -> Any:
    """An onnxruntime.InferenceSession of an export, on `threads` of the CPU; None for every core."""
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors
    # What else it may fuse makes short batches of a small model 10% slower, measured.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])


def reading_in(folder: Path) -> Reading:
    """How the exported model reads texts."""
    return Reading(**json.loads((folder / "reading.json").read_text(encoding="utf-8")))


def _place(path: Path, identity: str) -> Path:
    digest = hashlib.sha256(repr([_VERSION, identity, *map(_version, _MAKERS)]).encode())
    for file in sorted(path.rglob("*.json")):
        digest.update(f"{file.relative_to(path).as_posix()}\0".encode() + file.read_bytes())
    kept = os.environ.get("FTQ_SPARK_CACHE")
    return Path(kept or tempfile.gettempdir()).expanduser() / f"ftq-onnx-{_user()}" / digest.hexdigest()[:32]


def _is_of_today(file: Path) -> bool:
    try:
        return time.time() - file.stat().st_mtime < _SECONDS_A_DAY
    except OSError:
        return False


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "0"  # not on Windows, whose temporary folder is the user's


def _export(path: Path, folder: Path) -> None:
    model = torch_model.load(path, "cpu")
    if not model.tokenizer.is_fast:
        raise ModelError(
            f"embedding model {path}: expected a tokenizer that `tokenizers` can read, got "
            f"{type(model.tokenizer).__name__}: it cannot be exported to ONNX: set dedup.semantic.backend=torch"
        )
    try:
        _write(model, folder / "model.onnx")
        difference = _difference(model, folder)
    except ModelError:
        raise
    except Exception as error:  # torch, onnxscript and onnxruntime raise many kinds
        said = f"{type(error).__name__}: {error}".strip().splitlines()[0][:300]
        raise ModelError(
            f"embedding model {path} cannot be exported to ONNX ({said}): set dedup.semantic.backend=torch"
        ) from error
    if not difference <= MAX_DIFFERENCE:
        raise ModelError(
            f"embedding model {path}: exported to ONNX it gives other vectors than in torch: expected differences of "
            f"at most {MAX_DIFFERENCE:g}, got {difference:.2g}: set dedup.semantic.backend=torch"
        )
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    reading = torch_model.reading_of(model)
    (folder / "reading.json").write_text(json.dumps(reading._asdict()), encoding="utf-8")


def _write(model: SentenceTransformer, file: Path) -> None:
    import torch  # noqa: PLC0415

    try:
        import onnxscript  # noqa: F401, PLC0415  (what torch exports with)
    except ImportError as error:
        raise ModelError(_missing("onnxscript", error)) from error

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return torch_model.unit_vectors(self.model, {"input_ids": input_ids, "attention_mask": attention_mask})

    ids = torch.ones((2, 7), dtype=torch.int64)
    mask = ids.clone()
    mask[1, 4:] = 0
    any_size = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with _quiet():
        torch.onnx.export(
            Whole().eval(),
            (ids, mask),
            str(file),
            input_names=INPUTS,
            output_names=["vectors"],
            dynamic_shapes=dict.fromkeys(INPUTS, any_size),
            dynamo=True,
            external_data=True,
            opset_version=_OPSET,
            verbose=False,
        )


def _difference(model: SentenceTransformer, folder: Path) -> float:
    """The largest difference of a number in a vector between torch and the export, over batches of made-up tokens."""
    import torch  # noqa: PLC0415

    run = session(folder, 1)
    reading = torch_model.reading_of(model)
    random = np.random.default_rng(0)
    largest = 0.0
    for sizes in _PROBE_TOKENS:
        lengths = np.minimum(sizes, min(reading.max_tokens, 512))
        mask = (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64)
        mask = mask[:, ::-1].copy() if reading.pads_left else mask
        ids = random.integers(0, len(model.tokenizer), mask.shape)
        ids = np.where(mask, np.where(ids == reading.pad_id, ids - 1, ids) % len(model.tokenizer), reading.pad_id)
        features = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        with torch.inference_mode():
            expected = torch_model.unit_vectors(model, features).numpy()
        got = run.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        largest = np.maximum(largest, np.abs(got - expected).max())  # NaN stays
    return float(largest)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without what torch's exporter logs and warns of: packages that it could use, and its own deprecations."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Among the processes of this machine; a lock ends with its process."""
    import fcntl  # noqa: PLC0415  (not on Windows, where torch embeds)

    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _missing(package: str, error: ImportError) -> str:
    return (
        f"embedding with ONNX needs the package {package}, which is not installed on {sys.executable} ({error}): "
        f"pip install 'ftq-spark[onnx]', {_OTHERWISE}"
    )
