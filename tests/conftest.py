"""Paths that tests of every kind share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real datasets (FTQ_REAL_DATA, else ../shared/data); the test is skipped where it is absent."""
    folder = Path(os.environ.get("FTQ_REAL_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "MANIFEST.json").is_file():
        pytest.skip(f"real datasets not found at {folder}; set FTQ_REAL_DATA to their folder")
    return folder
