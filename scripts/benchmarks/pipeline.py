"""The whole job without embeddings: seconds and rows/s per stage, and peak memory, at one or more sizes.

    ./scripts/bench pipeline 100000
    ./scripts/bench pipeline 100000 1000000 --boilerplate 0.2
    ./scripts/bench pipeline 1000000 --one-question 0.3

The growth exponent between two sizes is log(time ratio) / log(size ratio): 1 is linear.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import corpus
import memory

LEAST_SECONDS = 0.5  # of a stage that has a pace


def measure(n: int, shares: corpus.Shares, options: list[str]) -> dict:
    with tempfile.TemporaryDirectory(prefix="ftq-bench-") as folder:
        n_bytes = corpus.write_shards(Path(folder, "in"), n, shares=shares)
        out = Path(folder, "out")
        ftq = Path(sys.executable).with_name("ftq")
        command = [str(ftq), "run", f"{folder}/in", "--out", str(out), "--json"]
        command += ["--set=dedup.semantic.enabled=false", "--set=conflict.enabled=false", *options]
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        peak = memory.peak_bytes(process)
        if process.wait():
            raise SystemExit(f"ftq run failed with exit code {process.returncode}")
        seconds = time.monotonic() - began
        manifest = json.loads((out / "manifest.json").read_text())
        return {"n": n, "bytes": n_bytes, "seconds": seconds, "peak": peak, "stages": manifest["stages"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", default=[100_000])
    parser.add_argument("--boilerplate", type=float, default=0.0)
    parser.add_argument("--one-question", type=float, default=0.0)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    chosen = parser.parse_args()
    source = "real rows" if (corpus.REAL / "instruct").is_dir() else "the shipped sample"
    shares = corpus.Shares(chosen.boilerplate, chosen.one_question)
    print(f"{os.cpu_count()} cores; examples perturbed from {source}; boilerplate {shares.boilerplate:.0%}", end="")
    print(f"; asking one question {shares.one_question:.0%}")
    results = [measure(n, shares, [f"--set={item}" for item in chosen.set]) for n in chosen.sizes]
    for result in results:
        print(f"\n{result['n']:,} examples, {result['bytes'] / 1e6:,.0f} MB: {result['seconds']:,.0f} s, ", end="")
        print(f"{result['n'] / result['seconds']:,.0f} examples/s, peak memory {result['peak'] / 2**30:.1f} GiB")
        for name, stage in result["stages"].items():
            seconds = stage["seconds"]
            rate = f"  {result['n'] / seconds:>10,.0f} examples/s" if seconds >= LEAST_SECONDS else ""
            print(f"  {name:<13} {seconds:>8.1f} s{rate}")
    for before, after in itertools.pairwise(results):
        exponent = math.log(after["seconds"] / before["seconds"]) / math.log(after["n"] / before["n"])
        print(f"\ngrowth exponent from {before['n']:,} to {after['n']:,}: {exponent:.2f}")


if __name__ == "__main__":
    main()
