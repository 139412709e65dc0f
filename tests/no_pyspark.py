"""A pytest plugin: no pyspark in this process. ``python -m pytest -p no_pyspark tests/unit``."""

import sys

sys.modules["pyspark"] = None  # type: ignore[assignment]  # importing it raises ImportError
