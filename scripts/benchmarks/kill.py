"""A run that is killed at random moments and started again ends as one that was left alone.

    ./scripts/bench kill 20000
    ./scripts/bench kill 20000 --kills 5 --set dedup.semantic.enabled=false --set conflict.enabled=false

One run over generated examples is left alone, and timed. Another is killed (-9, with all its processes) after a random
share of what the first one took, as often as asked, and started again each time. Printed is what each kill met and what
it left, and then whether tables and published files are equal. Exit 1 where they are not, or where a finished stage was
done again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import corpus
import memory
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark.runs.run import Run
from ftq_spark.runs.tables import dataset

# By what their rows are ordered, and the columns that are compared; none named: all.
TABLES: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "examples": ([("example_id", "ascending")], []),
    "scored": ([("example_id", "ascending")], []),
    "verdicts": ([("example_id", "ascending")], []),
    "pairs": ([("left_id", "ascending"), ("right_id", "ascending"), ("channel", "ascending")], []),
    "conflicts": ([("left_id", "ascending"), ("right_id", "ascending")], []),
    "embeddings": ([("text_hash", "ascending")], ["text_hash", "n_tokens", "truncated", "unreadable"]),
}
FOLDERS = ("clean", "dropped", "review", "rejected")


def command(folder: Path, out: Path, options: list[str]) -> list[str]:
    return [sys.executable, "-m", "ftq_spark", "run", str(folder), "--out", str(out), "--quiet", "--json", *options]


def finished(arguments: list[str]) -> int:
    """A run to its end; its peak memory in bytes."""
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    peak = memory.peak_bytes(process)
    if process.returncode:
        raise SystemExit(f"ftq run failed with exit code {process.returncode}")
    return peak


def killed(arguments: list[str], seconds: float) -> bool:
    """Start a run and kill it after `seconds`; whether it had not ended before."""
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def left(out: Path) -> dict[str, Any]:
    """What a run has: finished stages with their directories, and texts of embeddings that are kept."""
    file = out / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"stages": {}}
    stages = {name: stage["directory"] for name, stage in manifest["stages"].items()}
    embedded = manifest["stages"].get("embed", {}).get("n_rows")
    parts = manifest.get("parts", {}).get("embed", ())
    return {"stages": stages, "embedded": sum(part["n_rows"] for part in parts) if embedded is None else embedded}


def unequal(one: Run, other: Run) -> Iterator[str]:
    """The tables and folders in which two runs differ; floats (no two vectors need be equal to the bit) by 1e-4."""
    for name in TABLES:
        if not all(alike(*pair) for pair in columns_of(name, one, other)):
            yield name
    for folder in FOLDERS:
        left, right = (
            {path.name: path.read_bytes() for path in Path(run.path, folder).glob("*.jsonl*")} for run in (one, other)
        )
        if left != right:
            yield f"{folder}/"


def columns_of(name: str, one: Run, other: Run) -> Iterator[tuple[pa.ChunkedArray, pa.ChunkedArray]]:
    """The columns of a table in two runs, by the order of its keys, one at a time: a million rows do not fit whole."""
    keys, chosen = TABLES[name]
    tables = dataset(one, name), dataset(other, name)
    orders = [pc.sort_indices(table.to_table(columns=[key for key, _ in keys]), keys) for table in tables]
    names = [chosen or table.schema.names for table in tables]
    if names[0] != names[1]:
        raise SystemExit(f"table {name}: columns {names[0]} in one run, {names[1]} in the other")
    for column in names[0]:
        left, right = (
            table.to_table(columns=[column]).column(0).take(order) for table, order in zip(tables, orders, strict=True)
        )
        yield left, right


def alike(left: pa.ChunkedArray, right: pa.ChunkedArray) -> bool:
    return left.equals(right) or (
        len(left) == len(right)
        and all(
            a == b or (isinstance(a, float) and isinstance(b, float) and np.isclose(a, b, 0, 1e-4, equal_nan=True))
            for a, b in zip(left.to_pylist(), right.to_pylist(), strict=True)
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", type=int, nargs="?", default=20_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--one-question", type=float, default=0.0, help="share of examples that ask one question")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    chosen = parser.parse_args()
    options = [f"--set={item}" for item in chosen.set]
    with tempfile.TemporaryDirectory(prefix="ftq-kill-") as top:
        folder, whole, broken = (Path(top, name) for name in ("in", "whole", "broken"))
        n_bytes = corpus.write_shards(folder, chosen.n, shares=corpus.Shares(one_question=chosen.one_question))
        began = time.monotonic()
        peak = finished(command(folder, whole, options))
        alone = time.monotonic() - began
        print(f"{chosen.n:,} examples, {n_bytes / 1e6:,.0f} MB; ", end="")
        print(f"left alone {alone:,.0f} s, peak memory {peak / 2**30:.1f} GiB", flush=True)
        print("kill   after s   finished stages   texts with a vector", flush=True)
        rng, again, before = random.Random(chosen.seed), [], left(broken)["stages"]
        for number in range(1, chosen.kills + 1):
            seconds = alone / chosen.kills * rng.uniform(0.3, 1.2)  # so that no kill comes too late
            if not killed(command(folder, broken, options), seconds):
                print(f"{number:>4}   it had ended before {seconds:,.0f} s")
                break
            now = left(broken)
            again += [name for name, place in before.items() if now["stages"].get(name) != place]
            before = now["stages"]
            print(f"{number:>4} {seconds:>9,.0f}   {len(before):>15}   {now['embedded']:>19,}", flush=True)
        began = time.monotonic()
        peak = finished(command(folder, broken, options))
        print(f"to the end {time.monotonic() - began:,.0f} s, peak memory {peak / 2**30:.1f} GiB", flush=True)
        end = left(broken)["stages"]
        again += [name for name, place in before.items() if end[name] != place]
        found = list(unequal(Run.open(whole), Run.open(broken)))
        compared = [*TABLES, *(f"{name}/" for name in FOLDERS)]
        print(f"equal: {', '.join(name for name in compared if name not in found) or 'nothing'}")
        print(f"unequal: {', '.join(found) or 'none'}; finished stages done again: {', '.join(again) or 'none'}")
        sys.exit(1 if found or again else 0)


if __name__ == "__main__":
    main()
