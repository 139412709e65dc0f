"""A run directory: tables in fresh attempt directories, and the manifest that says which of them count.

The manifest is the commit mark. It is written last, in one step, after each stage; a table directory that it does not
name does not exist for a reader. Nothing is appended or overwritten in place, so a killed run leaves the previous
result readable and the next run goes on after the last finished stage.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.fs as pafs
import pyarrow.parquet as pq
from pydantic import ValidationError

from ftq_spark import __version__
from ftq_spark.errors import FtqError, RunError
from ftq_spark.places.redaction import redacted
from ftq_spark.runs import storage
from ftq_spark.runs.manifest import check
from ftq_spark.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Self

MANIFEST_VERSION = 1
_CODE = (".py", ".json", ".txt", ".yaml", ".csv", ".js", ".css", ".jinja", ".j2")
UNFINISHED = "this run was not finished: `ftq run` with the same inputs and --out goes on with it"
LABELS_FOLDER = "review_labels"  # below a run: where reviews leave what goes into the next one


def fingerprint(parts: Mapping[str, Any]) -> str:
    """32 hex digits that change with anything in `parts` (JSON-able)."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def versions() -> dict[str, str]:
    """Versions of what can change a result; `code` tells states of this package apart that have one version."""
    found = {"ftq_spark": __version__, "code": _code(), "python": platform.python_version()}
    for name in ("pyspark", "pyarrow", "numpy", "pandas", "datasketch", "sentence-transformers", "torch"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


@cache
def _code() -> str:
    """12 hex digits that change with any file of this package; those of no file where it is read from a zip."""
    root, digest = Path(__file__).resolve().parents[1], hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in _CODE):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def is_run(path: str) -> bool:
    """Whether a run stands at a path or URI."""
    return storage.exists(storage.join(path, "manifest.json"))


class Run:
    """The directory `path` and its manifest."""

    def __init__(self, path: str, manifest: dict[str, Any]) -> None:
        self.path = path
        self.manifest = manifest
        self._written: dict[str, tuple[int, list[tuple[str, int]]]] = {}
        self._scratch: list[str] = []
        self._changing = threading.RLock()  # stages that run side by side share one manifest

    @classmethod
    def create(cls, path: str) -> Self:
        """Open the run at `path`, or start one there. RunError where something else stands at `path`."""
        if is_run(path):
            return cls.open(path)
        if storage.exists(path) and not storage.is_directory(path):
            raise RunError(f"--out {path}: expected a directory, found a file")
        if storage.exists(path) and storage.list_files(path):
            raise RunError(
                f"--out {path}: expected a new directory or an earlier run; it holds other files and no manifest.json"
            )
        return cls(path, {"manifest_version": MANIFEST_VERSION, "stages": {}, "tables": {}})

    @classmethod
    def open(cls, path: object) -> Self:
        """Open an existing run at a path or URI. RunError where there is none, or it is of another version."""
        path = str(path)
        where = storage.join(path, "manifest.json")
        if not storage.exists(where):
            raise RunError(f"{path}: not a run directory: no manifest.json; expected what `ftq run … --out` wrote")
        try:
            manifest = json.loads(storage.read_text(where))
        except ValueError as error:
            raise RunError(f"{where}: not valid JSON: {error}") from error
        found = manifest.get("manifest_version") if isinstance(manifest, dict) else None
        if found != MANIFEST_VERSION:
            raise RunError(f"{where}: expected manifest_version {MANIFEST_VERSION}, got {found!r}")
        check(manifest, where)
        return cls(path, manifest)

    def refresh(self) -> None:
        """Read the manifest again: another run may have changed it before this one came to hold the directory."""
        if is_run(self.path):
            self.manifest = Run.open(self.path).manifest

    @property
    def settings(self) -> Settings:
        """What the run was made with, as facts: nothing that they name is read or run.

        Raises:
            RunError: a setting is unknown to this version, or out of range.
        """
        try:
            return Settings.model_validate(self.manifest["settings"])
        except (KeyError, ValidationError) as error:
            first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": "none are stored"}
            key = ".".join(map(str, ("settings", *first["loc"])))
            raise RunError(
                f"{self.path}/manifest.json: {key}: {first['msg']}; was it written by another version?"
            ) from error

    @property
    def is_of_this_version(self) -> bool:
        """Whether this program, in this state of its code, made it or last went on with it."""
        theirs, ours = self.manifest.get("versions", {}), versions()
        return all(theirs.get(name) == ours[name] for name in ("ftq_spark", "code"))

    @property
    def run_id(self) -> str:
        """The run's name in logs, tables and pages."""
        return str(self.manifest.get("run_id", ""))

    @property
    def labels_folder(self) -> str:
        """Where draws, looks, findings and decisions of people about this run are kept."""
        return storage.join(self.path, LABELS_FOLDER)

    def save(self) -> None:
        """Write the manifest, without credentials: the mark that what it names is committed."""
        with self._changing:
            text = json.dumps(self.manifest, indent=1, sort_keys=True)
            storage.write_text(storage.join(self.path, "manifest.json"), redacted(text))

    # ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────

    def has(self, table: str) -> bool:
        """Whether the stage that writes `table` has run."""
        return table in self.manifest["tables"]

    def directory(self, table: str) -> str:
        """Where the committed files of `table` are. RunError where the stage that writes it has not run."""
        try:
            return storage.join(self.path, self.manifest["tables"][table])
        except KeyError:
            known = ", ".join(sorted(self.manifest["tables"])) or "none"
            stages = self.manifest["stages"]
            why = f"this run has: {known}" if "report" in stages else UNFINISHED
            if stages.get("ingest", {}).get("n_rows") == 0:
                why = "every row of its input was rejected: `ftq validate` with the same inputs says why"
            raise RunError(f"{self.path}: no table {table!r}; {why}") from None

    # ── Stages ───────────────────────────────────────────────────────────────────────────────────────────────────

    def is_current(self, stage: str, mark: str) -> bool:
        """Whether `stage` was committed with the same fingerprint, and its files are still there in full."""
        done = self.manifest["stages"].get(stage)
        if done is None or done["fingerprint"] != mark:
            return False
        return self._is_whole(done)

    def attempt(self, stage: str, mark: str) -> str:
        """A directory, relative to the run, that no attempt has used."""
        number = 0
        while storage.exists(storage.join(self.path, relative := f"tables/{stage}/{mark[:12]}-{number}")):
            number += 1
        return relative

    def wrote(self, directory: str, n_rows: int) -> None:
        """Note that a table of `n_rows` was written and counted: its files must be there still when it is committed."""
        self._written[directory] = (n_rows, storage.list_files(storage.join(self.path, directory)))

    def commit(
        self, stage: str, mark: str, directory: str, tables: Mapping[str, str], details: Mapping[str, Any]
    ) -> None:
        """Make what `stage` left in `directory` the run's own; `tables`: name → directory relative to the run.

        Raises:
            FtqError: a file that was written and counted is gone, or has another size; nothing is committed.
        """
        files = storage.list_files(storage.join(self.path, directory))
        counted = {place: self._written.pop(place) for place in list(self._written) if _is_below(place, directory)}
        found = {storage.join(directory, name): size for name, size in files}
        for place, (_, written) in counted.items():
            gone = [name for name, size in written if found.get(storage.join(place, name)) != size]
            if gone:
                raise FtqError(
                    f"{self.path}: {len(gone)} of {len(written)} files that stage {stage} wrote to {place} are gone or "
                    f"have changed, {gone[0]} first; nothing was committed"
                )
        scratch = [place for place in self._scratch if _is_below(place, directory)]
        files = [file for file in files if not any(_is_below(storage.join(directory, file[0]), it) for it in scratch)]
        entry = {
            "fingerprint": mark,
            "directory": directory,
            "tables": dict(tables),
            "files": [list(file) for file in files],
            "counted": {place: n_rows for place, (n_rows, _) in counted.items()},
            "n_bytes": sum(size for _, size in files),
            **details,
        }
        with self._changing:
            former = self.manifest["stages"].get(stage, {"tables": {}})
            self._forget(former["tables"])
            self.manifest["stages"][stage] = entry
            self.manifest["tables"].update(tables)
            self.manifest.get("parts", {}).pop(stage, None)  # the stage has taken them over
            self.save()
        storage.in_pool(lambda place: storage.delete(storage.join(self.path, place)), scratch)

    def keep_stages(self, names: Iterable[str]) -> None:
        """Forget stages of other names, and their tables: another version made them, and nothing makes them anew."""
        for stage in self.manifest["stages"].keys() - set(names):
            self._forget(self.manifest["stages"].pop(stage)["tables"])

    def _forget(self, tables: Mapping[str, str]) -> None:
        """Let go of tables that no stage has written elsewhere since."""
        for table, directory in tables.items():
            if self.manifest["tables"].get(table) == directory:
                del self.manifest["tables"][table]

    def discard(self, directory: str) -> None:
        """Note that nobody needs what a stage wrote to `directory` once it is committed: it is deleted then."""
        self._scratch.append(directory)

    def keep(self, stage: str, directory: str, n_rows: int) -> None:
        """Note that a part of `stage` is finished: :meth:`kept` names it until the stage itself is committed."""
        files = storage.list_files(storage.join(self.path, directory))
        part = {"directory": directory, "n_rows": n_rows, "files": [list(file) for file in files]}
        with self._changing:
            self.manifest.setdefault("parts", {}).setdefault(stage, []).append(part)
            self.save()

    def kept(self, stage: str) -> list[str]:
        """The directories of finished parts of a stage that is not finished, whose files are still there in full."""
        parts = [part for part in self.manifest.get("parts", {}).get(stage, ()) if self._is_whole(part)]
        return [storage.join(self.path, part["directory"]) for part in parts]

    def _is_whole(self, entry: Mapping[str, Any]) -> bool:
        found = dict(storage.list_files(storage.join(self.path, entry["directory"])))
        return all(found.get(name) == size for name, size in entry["files"])


def check_out(path: str, n_bytes: int = 0) -> None:
    """Make the directory of a run, write and delete a file there, and look for room for `n_bytes`.

    Raises:
        RunError: that cannot be done; it is said before anything costs time.
    """
    probe = storage.join(path, ".writable")
    try:
        storage.write_text(probe, "")
        storage.delete_file(probe)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else redacted(str(error).strip().splitlines()[0])
        raise RunError(f"--out {redacted(path)}: cannot be written ({why}); give a place that you can write") from error
    filesystem, inner = storage.locate(path)
    if isinstance(filesystem, pafs.LocalFileSystem) and (free := shutil.disk_usage(inner).free) < n_bytes:
        raise RunError(
            f"--out {path}: {free / 1e6:,.0f} MB are free there, and what is published of the input alone takes about "
            f"{n_bytes / 1e6:,.0f} MB; free some, or give a place on a larger disk"
        )


def _is_below(place: str, directory: str) -> bool:
    return place == directory or place.startswith(directory + "/")


def former_runs(paths: Sequence[str], out: str) -> tuple[Run, ...]:
    """The finished runs at `paths` and those that they were compared against themselves, oldest first, each once.

    RunError where one is not finished, or is `out`.
    """
    found: dict[str, Run] = {}
    for path in paths:
        run = Run.open(path)
        if storage.absolute(path) == storage.absolute(out):
            raise RunError(f"--against {path}: expected another run than --out")
        if "decide" not in run.manifest["stages"]:
            raise RunError(f"--against {path}: {UNFINISHED}")
        for earlier in (*former_runs(run.manifest.get("against", ()), out), run):
            found.setdefault(storage.absolute(earlier.path), earlier)
    return tuple(found.values())


def count_rows(directory: str) -> int:
    """Rows of a Parquet directory, from the footers of its files."""
    filesystem, inner = storage.locate(directory)
    names = [name for name, _ in storage.list_files(directory) if name.endswith(".parquet")]
    return sum(storage.in_pool(lambda name: pq.read_metadata(f"{inner}/{name}", filesystem=filesystem).num_rows, names))


def footers(directory: str, files: Iterable[tuple[str, int]]) -> Iterator[pq.FileMetaData]:
    """The footer of each Parquet file among the `files` (name, bytes) below `directory`."""
    filesystem, inner = storage.locate(directory)
    for name, _ in files:
        if name.endswith(".parquet"):
            yield pq.read_metadata(f"{inner}/{name}", filesystem=filesystem)
