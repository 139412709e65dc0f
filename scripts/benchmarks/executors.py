"""The job without embeddings on a standalone cluster of this machine, whose executors have little memory.

    ./scripts/bench executors 1000000
    ./scripts/bench executors 1000000 --memory 1g --workers 2

A master and workers of one core each; what is printed are the seconds and spilled bytes of each stage, and the sums of
the rows. It fails where the run does, as it does where an executor runs out of memory for good.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import corpus
from daemons import HOME, Worker, cluster

ROOT = Path(__file__).resolve().parents[2]
OUTCOMES = ("rejected", "keep", "review", "drop")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", type=int, nargs="?", default=100_000)
    parser.add_argument("--memory", default="1g", help="of each executor")
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ftq-bench-") as name:
        folder = Path(name)
        n_bytes = corpus.write_shards(folder / "in", chosen.size)
        environment = {**os.environ, "SPARK_HOME": str(HOME), "PYSPARK_DRIVER_PYTHON": sys.executable}
        environment |= {"PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
        with cluster(folder, [Worker(memory=chosen.memory)] * chosen.workers, environment) as master:
            settings = {"executor.memory": chosen.memory, "driver.memory": "1g", "driver.host": "127.0.0.1"}
            options = [part for key, value in settings.items() for part in ("--conf", f"spark.{key}={value}")]
            run = [str(ROOT / "jobs" / "pipeline.py"), str(folder / "in"), "--out", str(folder / "out")]
            run += ["--set=dedup.semantic.enabled=false", "--set=conflict.enabled=false"]
            run += ["--json-file", str(folder / "summary.json")]
            began = time.monotonic()
            with (folder / "run.log").open("wb") as log:
                command = [str(HOME / "bin" / "spark-submit"), "--master", master, *options, *run]
                code = subprocess.run(command, env=environment, stdout=log, stderr=log, check=False).returncode
            seconds = time.monotonic() - began
        if code:
            raise SystemExit(f"exit code {code}: {(folder / 'run.log').read_text(errors='replace')[-2000:]}")
        stages = json.loads((folder / "out" / "manifest.json").read_text())["stages"]
        rows = json.loads((folder / "summary.json").read_text())["rows"]
    print(f"{chosen.workers} executors of one core and {chosen.memory}, {os.cpu_count()} cores; ", end="")
    print(f"{chosen.size:,} examples, {n_bytes / 1e6:,.0f} MB: {seconds:,.0f} s")
    print(f"{rows['read']:,} read = " + " + ".join(f"{rows[name]:,} {name}" for name in OUTCOMES))
    for stage, entry in stages.items():
        spilled = (entry.get("spark") or {}).get("spilled_bytes", 0)
        print(f"  {stage:<14}{entry['seconds']:>8.1f} s{spilled / 2**20:>10,.0f} MB spilled")


if __name__ == "__main__":
    main()
