"""Fetch the public datasets that evaluations and acceptance tests read, and check them against datasets.csv.

    scripts/evaluate fetch_data FOLDER [--only 'instruct/*']
    export FTQ_REAL_DATA=FOLDER

Each comes from its own repository at a fixed commit, under its own licence, which datasets.csv names; this project
ships none of them. What was made from several files (column made_from) is named, and not fetched.
"""

from __future__ import annotations

import argparse
import csv
import fnmatch
import gzip
import hashlib
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("datasets.csv")
BASE = "https://raw.githubusercontent.com"


class Source(NamedTuple):
    """One line of datasets.csv."""

    file: str  # below the folder of datasets; with .gz where it is packed on arrival
    repository: str
    path: str
    commit: str
    sha256: str  # of the file as it is in the repository; empty where it was made from several
    licence: str
    made_from: str


def real_folder() -> Path:
    """The folder that FTQ_REAL_DATA names. SystemExit with a clear line where it names none."""
    folder = os.environ.get("FTQ_REAL_DATA")
    if not folder or not Path(folder).is_dir():
        sys.exit(f"FTQ_REAL_DATA: expected the folder of real datasets (scripts/evaluate fetch_data), got {folder!r}")
    return Path(folder)


def sources() -> list[Source]:
    """The table, whole."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Source(**row) for row in csv.DictReader(file)]


def fetch(source: Source, folder: Path, base: str = BASE) -> str:
    """Fetch one file unless it is there; what became of it, in a few words. ValueError where it is another file."""
    target = folder / source.file
    if not source.sha256:
        return f"not fetched: made from {source.repository}/{source.path}: {source.made_from}"
    if target.is_file() and source.sha256 in checksums(target.read_bytes()):
        return "is there"
    url = f"{base}/{source.repository}/{source.commit}/{urllib.parse.quote(source.path)}"
    with urllib.request.urlopen(url, timeout=60) as answer:
        content = answer.read()
    found = hashlib.sha256(content).hexdigest()
    if found != source.sha256:
        raise ValueError(f"{url}: expected sha256 {source.sha256}, got {found}")
    pack = source.file.endswith(".gz") and not source.path.endswith(".gz")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(content, mtime=0) if pack else content)
    return f"fetched, {len(content):,} bytes ({source.licence})"


def checksums(content: bytes) -> set[str]:
    """Of the bytes, and of what they hold where they are packed."""
    parts = [content, gzip.decompress(content)] if content[:2] == b"\x1f\x8b" else [content]
    return {hashlib.sha256(part).hexdigest() for part in parts}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*", help="files whose name fits this pattern")
    options = parser.parse_args()
    failed = 0
    for source in sources():
        if not fnmatch.fnmatch(source.file, options.only):
            continue
        try:
            state = fetch(source, options.folder)
        except (urllib.error.URLError, ValueError, OSError) as error:
            state, failed = f"failed: {error}", failed + 1
        sys.stdout.write(f"{source.file}: {state}\n")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
