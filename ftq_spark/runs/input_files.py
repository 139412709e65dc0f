"""Which files an input names: what is read, and what is not, with the reason."""

from __future__ import annotations

import fnmatch
import glob
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ftq_spark.errors import InputError
from ftq_spark.formats import containers
from ftq_spark.places.uris import is_hidden
from ftq_spark.runs import lakehouse, storage

# Files that `datasets`, the hub and trainers lay beside the data of a folder; named by the user they are read.
_METADATA = frozenset(
    {"dataset_info.json", "dataset_infos.json", "dataset_dict.json", "configuration.json", "croissant.json"}
)
_OF_MODELS = frozenset(
    {"config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"}
    | {"added_tokens.json", "vocab.json", "adapter_config.json", "preprocessor_config.json", "trainer_state.json"}
    | {"model.safetensors.index.json", "pytorch_model.bin.index.json"}
)  # a checkpoint beside the data
# What makes a file of another kind readable, by its suffix.
_FIXES = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods", ".numbers"), "save each sheet as CSV in UTF-8"),
    **dict.fromkeys((".db", ".sqlite", ".sqlite3", ".duckdb"), "export its table as Parquet or CSV"),
    **dict.fromkeys((".pkl", ".pickle", ".pt", ".npy", ".npz"), "write its rows as Parquet or JSON lines"),
    **dict.fromkeys((".avro", ".orc"), "have Spark or pandas write it as Parquet"),
}
_STATE = "state.json"  # of `save_to_disk`: names the files of its folder
_PART = re.compile(r"(.*-)(\d{5})(-of-(\d{5})\b.*)")  # one of so many files, as `datasets` and the hub number them
_N_SHOWN = 5
_HUB = "hf://"
_HUB_NEEDS = (
    "expected hf://datasets/OWNER/NAME, perhaps with @REVISION and a path; HF_TOKEN opens what is private or gated, "
    "HF_ENDPOINT names a mirror; offline, give the folder of: hf download OWNER/NAME --repo-type dataset --local-dir D"
)


class File(NamedTuple):
    """One file below an input."""

    uri: str
    relative: str  # path below the input's root
    n_bytes: int
    is_hidden: bool = False  # found in a folder, under a name that says that it is no data


class Skipped(NamedTuple):
    """One file that is not read."""

    path: str
    why: str


def files_of(path: str) -> tuple[list[File], list[Skipped]]:
    """The readable files that one input names, and the others.

    Raises InputError where the input is missing, is a run, or the Hugging Face Hub does not give it.
    """
    storage.check_options(path)  # which a glob would hide
    try:
        found = _matches(path)
    except InputError:
        raise
    except Exception as error:
        if not path.startswith(_HUB):
            raise
        raise InputError(f"{path}: the Hub does not give it ({type(error).__name__}: {error}); {_HUB_NEEDS}") from error
    if len(found) == 1 and not storage.is_directory(path):
        readable = containers.container_of(found[0].relative) is not None
        return (found, []) if readable else ([], [Skipped(found[0].uri, _why(found[0].relative))])
    found, runs = _without_runs(path, found)
    skipped = {file.uri: why for file in found if (why := _unread(file))}
    skipped |= _left_by_save_to_disk(found)
    return (
        [file for file in found if file.uri not in skipped],
        [*runs, *(Skipped(file.uri, skipped[file.uri]) for file in found if file.uri in skipped), *_missing(found)],
    )


def said(skipped: Sequence[Skipped]) -> str:
    """What was not read, and why, in one line; "" for nothing."""
    if not skipped:
        return ""
    reasons: dict[str, list[str]] = {}
    for path, why in skipped:
        reasons.setdefault(why, []).append(path)
    groups = [f"{_listed(sorted(paths))} ({why})" for why, paths in reasons.items()]
    return f"not read: {'; '.join(groups)}"


def _listed(paths: list[str]) -> str:
    shown = [storage.shown(path) for path in paths[:_N_SHOWN]]
    return ", ".join(shown) + (f" and {len(paths) - _N_SHOWN:,} more" if len(paths) > _N_SHOWN else "")


def nothing(path: str, skipped: Iterable[Skipped]) -> InputError:
    """The error of an input without a readable file."""
    names = [item.path for item in skipped]
    expected = f"expected {containers.SUFFIXES}"
    if not names:
        return InputError(f"{path}: no files found; {expected}")
    kinds = Counter(PurePosixPath(name).suffix or "(no suffix)" for name in names).most_common(5)
    found = (f"{n} {kind}{f' ({fix})' if (fix := _FIXES.get(kind.lower())) else ''}" for kind, n in kinds)
    return InputError(f"{path}: no readable file; {expected}; found {', '.join(found)}")


def _unread(file: File) -> str | None:
    """Why a file of a folder is not read; null where it is."""
    name = PurePosixPath(file.relative).name
    if file.is_hidden:
        return "hidden: a name that begins with _ or ."
    if name in _METADATA or (name == _STATE and _state(file) is not None):
        return "metadata of the dataset"
    if name in _OF_MODELS:
        return "metadata of a model"
    return None if containers.container_of(name) is not None else _why(name)


def _why(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    if not suffix:
        return "no suffix that says what it is"
    fix = _FIXES.get(suffix.lower())
    return f"no kind of file that is read: {suffix}{f'; {fix}' if fix else ''}"


def _state(file: File) -> list[str] | None:
    """The data files that a `state.json` of `save_to_disk` names; null where it is no such."""
    try:
        held = json.loads(storage.read_text(file.uri))
        return [item["filename"] for item in held["_data_files"]]
    except (ValueError, TypeError, KeyError, OSError):
        return None


def _left_by_save_to_disk(files: Sequence[File]) -> dict[str, str]:
    """Arrow files of a saved dataset that are not its data, such as the caches of `map`."""
    skipped = {}
    for state in files:
        if PurePosixPath(state.relative).name == _STATE and (named := _state(state)) is not None:
            folder = state.uri.rpartition("/")[0]
            data = {f"{folder}/{name}" for name in named}
            for file in files:
                if file.uri.rpartition("/")[0] == folder and file.uri.endswith(".arrow") and file.uri not in data:
                    skipped[file.uri] = f"not among the data files in {_STATE}"
    return skipped


def _missing(files: Sequence[File]) -> Iterator[Skipped]:
    """Of files that are numbered as parts of a whole the first that is not there, with how many are."""
    held: dict[tuple[str, str], set[int]] = {}
    for file in files:
        if not file.is_hidden and (part := _PART.fullmatch(file.uri)) is not None:
            held.setdefault((part[1], part[3]), set()).add(int(part[2]))
    for (before, behind), numbers in held.items():
        n = int(behind[4:9])
        first = next((number for number in range(n) if number not in numbers), None)
        if first is not None:
            yield Skipped(f"{before}{first:05}{behind}", f"not there: {len(numbers)} of {n:,} parts are")


def _without_runs(path: str, files: list[File]) -> tuple[list[File], list[Skipped]]:
    """The files that no run below the input wrote, and those runs. InputError where the input itself is one."""
    runs = []
    for file in files:
        if PurePosixPath(file.relative).name == "manifest.json" and _is_of_run(file):
            folder = file.uri.removesuffix("/manifest.json")
            kept = storage.shown(storage.join(folder, "clean"))
            if file.relative == "manifest.json":
                raise InputError(f"{path}: a run, not a dataset; expected {kept} for the examples that it kept")
            runs.append((folder, f"a run; {kept} holds what it kept"))
    inside = tuple(f"{folder}/" for folder, _ in runs)
    return [file for file in files if not file.uri.startswith(inside)], [Skipped(*run) for run in runs]


def _is_of_run(manifest: File) -> bool:
    try:
        held = json.loads(storage.read_text(manifest.uri))
    except (ValueError, OSError):
        return False
    return isinstance(held, dict) and {"manifest_version", "stages"} <= held.keys()


def _matches(path: str) -> list[File]:
    if not storage.is_uri(path) and any(char in path for char in "*?[") and not storage.exists(path):
        names = glob.glob(path, recursive=True)  # noqa: PTH207  (absolute patterns too)
        return [file for name in sorted(names) for file in _below(name, _glob_root(path))]
    if storage.is_uri(path) and any(char in path for char in "*?["):
        root = _glob_root(path)
        pattern = path.removeprefix(root + "/")
        return [file for file in _below(root, root) if fnmatch.fnmatch(file.relative, pattern)]
    if lakehouse.is_table(path):
        raise InputError(
            f"{path}: tables of a catalog are read through a session of Spark: by `ftq run` and `ftq plan`"
        )
    if not storage.exists(path):
        is_link = not storage.is_uri(path) and Path(path).is_symlink()
        raise InputError(f"{path}: {'a link to what is not there' if is_link else 'no such file or directory'}")
    return _below(path, path if storage.is_directory(path) else "")


def _glob_root(path: str) -> str:
    fixed = re.split(r"[*?\[]", path, maxsplit=1)[0]
    return fixed.rsplit("/", 1)[0] if "/" in fixed else "."


def _below(path: str, root: str) -> list[File]:
    filesystem, inner = storage.locate(path)
    if storage.is_directory(path):
        lakehouse.check_directory(path)
        prefix = _relative(inner, storage.locate(root)[1])
        files = storage.list_files(path, hidden=True) if storage.is_uri(path) else sorted(_local_files(inner))
        place = path if storage.is_uri(path) else inner
        return [
            File(storage.join(place, name), f"{prefix}/{name}".lstrip("/"), size, is_hidden(name))
            for name, size in files
            if not _is_unsaid(name)
        ]
    lakehouse.check_file(path)
    relative = _relative(inner, storage.locate(root)[1]) if root else PurePosixPath(inner).name
    return [File(path if storage.is_uri(path) else inner, relative, filesystem.get_file_info(inner).size)]


def _is_unsaid(name: str) -> bool:
    """Whether a file is passed over in silence: in a hidden folder, or hidden and of no kind that is read."""
    folder, _, last = name.rpartition("/")
    return is_hidden(folder) or (is_hidden(last) and not containers.container_of(last))


def _local_files(root: str) -> Iterator[tuple[str, int]]:
    """Files below a local folder as (path relative to it, bytes); a folder that links lead to again is walked once."""
    seen = {os.path.realpath(root)}
    for folder, folders, names in os.walk(root, followlinks=True):
        kept = []
        for name in sorted(folders):
            real = os.path.realpath(f"{folder}/{name}")
            if not is_hidden(name) and real not in seen:
                seen.add(real)
                kept.append(name)
        folders[:] = kept
        for name in names:
            if (file := Path(folder, name)).is_file():
                yield file.relative_to(root).as_posix(), file.stat().st_size


def _relative(path: str, root: str) -> str:
    return path.removeprefix(root.rstrip("/")).lstrip("/")
