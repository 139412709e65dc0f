"""The archive that executors import holds all that the package reads."""

from __future__ import annotations

import zipfile

from ftq_spark.spark import shipping


def test_the_archive_holds_code_words_and_profiles() -> None:
    names = set(zipfile.ZipFile(shipping.archive()).namelist())
    assert {"ftq_spark/__init__.py", "ftq_spark/conf/default.yaml", "ftq_spark/conf/article.yaml"} <= names
    assert any(name.endswith(".txt") for name in names)
    assert not any("__pycache__" in name for name in names)
