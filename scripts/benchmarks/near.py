"""The near-duplicate path on its own, step by step: examples per second, CPU time and peak memory.

    python scripts/benchmarks/near.py [FILE] [--n 100000] [--boilerplate 0.2] [--cores 2] [--memory 4g]

FILE holds one base text per line; without it, base texts are made up from a fixed seed. They are perturbed (words
replaced, dropped and added, some cut) until there are N examples. With --boilerplate, that fraction of the examples is
one frame of a hundred words with up to a dozen other words after it. Memory is that of the JVM and all Python workers
together.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ftq_spark.settings import Near

TICKS = os.sysconf("SC_CLK_TCK")


def base_texts(n: int, n_words: int = 130) -> list[list[str]]:
    """Word lists of a skewed vocabulary; lengths vary as those of chat examples do."""
    random = np.random.default_rng(0)
    letters = np.array(list("etaoinshrdlucmfwypvbgkjqxz"))
    vocabulary = np.array(["".join(random.choice(letters, random.integers(1, 10))) for _ in range(30_000)])
    weights = 1 / np.arange(1, len(vocabulary) + 1)
    lengths = random.gamma(2.0, n_words / 2, n).astype(int) + 5
    drawn = vocabulary[random.choice(len(vocabulary), lengths.sum(), p=weights / weights.sum())]
    return [part.tolist() for part in np.split(drawn, np.cumsum(lengths)[:-1])]


def perturbed(words: list[str], random: np.random.Generator) -> str:
    """A copy with up to a twentieth of its words changed; one in three is cut, and far from the original."""
    words = words.copy()
    for _ in range(random.integers(0, max(len(words) // 20, 2))):
        at = int(random.integers(0, len(words)))
        words[at : at + 1] = ([], [f"x{random.integers(10**6)}"], [words[at], "also"])[random.integers(3)]
    if random.random() < 1 / 3:
        words = words[: max(len(words) // 2, 1)] + [f"y{random.integers(10**6)}" for _ in range(20)]
    return " ".join(words)


def boilerplate(random: np.random.Generator) -> str:
    slots = [f"slot{random.integers(50_000)}" for _ in range(int(random.integers(0, 12)))]
    return " ".join([*(f"frame{i}" for i in range(100)), *slots])


def write_examples(path: Path, bases: list[list[str]], n: int, boilerplate_fraction: float) -> None:
    random = np.random.default_rng(1)
    schema = pa.schema(
        [("example_id", pa.string()), ("source", pa.string()), ("row", pa.int64()), ("text", pa.string())]
    )
    path.mkdir()
    for number, begin in enumerate(range(0, n, 50_000)):
        rows = np.arange(begin, min(begin + 50_000, n))
        texts = [
            boilerplate(random) if random.random() < boilerplate_fraction
            # Neighbouring rows come from different bases, as if shuffled.
            else perturbed(bases[int(row) * 7919 % len(bases)], random)
            for row in rows
        ]  # fmt: skip
        columns = [
            [f"{row * 0x9E3779B97F4A7C15 % (1 << 128):032x}" for row in rows.tolist()],
            ["made.jsonl"] * len(rows),
        ]
        pq.write_table(pa.table([*columns, rows, texts], schema=schema), path / f"{number:05}.parquet")


def processes() -> Iterator[tuple[int, int]]:
    """CPU ticks and resident bytes of this process and its descendants."""
    parents, figures = {}, {}
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split() if entry.name.isdigit() else None
        except OSError:
            continue
        if fields:
            parents[int(entry.name)] = int(fields[1])
            ticks = sum(map(int, fields[11:15]))  # its own and those of children that have ended
            figures[int(entry.name)] = ticks, int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    for pid, found in figures.items():
        ancestor = pid
        while ancestor > 1 and ancestor != os.getpid():
            ancestor = parents.get(ancestor, 0)
        if ancestor == os.getpid():
            yield found


class Meter:
    """Wall time, CPU time and the highest memory seen of each step."""

    def __init__(self, n: int) -> None:
        self.n, self.peak, self.total = n, 0, 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, sum(rss for _, rss in processes()))
            time.sleep(0.5)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside, with the CPU seconds and the peak memory of all processes."""
        begin, cpu = time.monotonic(), sum(ticks for ticks, _ in processes())
        self.peak = 0
        yield
        wall = time.monotonic() - begin
        used = (sum(ticks for ticks, _ in processes()) - cpu) / TICKS
        self.total += wall
        print(f"{name:12}{wall:10.1f} s{used:10.1f} CPU s{self.n / wall:12,.0f} examples/s{self.peak / 2**30:8.1f} GB")


def session(cores: int, memory: str, n: int) -> Any:
    from pyspark.sql import SparkSession  # noqa: PLC0415

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return (
        SparkSession.builder.master(f"local[{cores}]")
        .config("spark.driver.memory", memory)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", str(max(4 * cores, n // 25_000)))
        .getOrCreate()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="one base text per line")
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--bases", type=int, help="base texts to make up; default: a third of the examples")
    parser.add_argument("--boilerplate", type=float, default=0.0)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--memory", default="4g", help="of the JVM")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(arguments, Path(folder))


def run(arguments: argparse.Namespace, folder: Path) -> None:
    from ftq_spark.transforms import block, expand, match  # noqa: PLC0415  (needs pyspark)

    if arguments.file:
        lines = arguments.file.read_text(encoding="utf-8", errors="replace").split("\n")
        bases = [words for line in lines if (words := line.split())]
    else:
        bases = base_texts(arguments.bases or arguments.n // 3)
    write_examples(folder / "examples", bases, arguments.n, arguments.boilerplate)
    spark, near = session(arguments.cores, arguments.memory, arguments.n), Near()
    examples = spark.read.parquet(str(folder / "examples"))
    meter = Meter(arguments.n)

    def table(name: str, frame: Any) -> Any:
        with meter.step(name):
            frame.write.parquet(str(folder / name))
        return spark.read.parquet(str(folder / name))

    signatures = table("signatures", block.signatures(examples, near))
    members = table("members", block.members(signatures, near.max_block_units))
    matches = table("matches", match.matches(signatures, members, near.threshold))
    pairs = table("pairs", expand.expand([match.near_channel(signatures, matches)]))
    print(f"{'together':12}{meter.total:10.1f} s{'':16}{arguments.n / meter.total:12,.0f} examples/s")
    sizes = block.block_sizes(members, near.max_block_units)
    print(f"members {members.count():,}  matches {matches.count():,}  pairs {pairs.count():,}")
    print(f"blocks {sizes.count():,}, capped {sizes.where('capped').count():,}; the largest:")
    sizes.orderBy("n_units", ascending=False).show(3)
    spark.stop()


if __name__ == "__main__":
    main()
