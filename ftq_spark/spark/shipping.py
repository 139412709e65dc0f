"""This package as an archive that executors can import, where it is not installed on them."""

from __future__ import annotations

import tempfile
import zipfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import ftq_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LEFT_OUT = {"__pycache__"}


@lru_cache(maxsize=1)
def archive() -> str:
    """The path of a zip of this package, made once a process."""
    root = Path(ftq_spark.__file__).parent
    path = Path(tempfile.mkdtemp(prefix="ftq-")) / "ftq_spark.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(root.rglob("*")):
            if file.is_file() and not _LEFT_OUT.intersection(file.parts):
                packed.write(file, f"{root.name}/{file.relative_to(root).as_posix()}")
        if not (root / "conf").is_dir():  # a checkout, where conf/ stands beside the package
            for file in sorted((root.parent / "conf").glob("*.yaml")):
                packed.write(file, f"{root.name}/conf/{file.name}")
    return str(path)


def ship(session: SparkSession) -> None:
    """Give the package to the executors of a Connect session; a platform that refuses has it installed instead."""
    with suppress(Exception):
        session.addArtifacts(archive(), pyfile=True)
