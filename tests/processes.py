"""What the processes of clusters are given that lack this project: a Python, and an environment."""

from __future__ import annotations

import os
import site
import subprocess
import sys
from pathlib import Path


def bare_python(folder: Path) -> str:
    """A Python with what is installed here, but for this project."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    target = next((folder / "lib").glob("python*")) / "site-packages"
    for entry in Path(site.getsitepackages()[0]).iterdir():
        if not entry.name.startswith(("ftq", "_ftq", "_editable", "__editable")) and not (target / entry.name).exists():
            (target / entry.name).symlink_to(entry)
    return str(folder / "bin" / "python")


def without_project() -> dict[str, str]:
    """This process's environment without what would bring the project, or another Spark, to a child."""
    left_out = ("PYTHONPATH", "SPARK_REMOTE", "PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET")
    return {key: value for key, value in os.environ.items() if key not in left_out}
