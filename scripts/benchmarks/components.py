"""Connected components and the keeper rule over a graph of any size: seconds, rounds, and scipy's in one process.

    ./scripts/bench components 10000000
    ./scripts/bench components 1000000 --one-task-edges 0     # large-star and small-star to the end

Edges join random nodes of a graph with one giant component, many small ones, and a chain.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ftq_spark.kernels import keeper
from ftq_spark.spark.session import open_session
from ftq_spark.transforms.components import ONE_TASK_EDGES, Stored, components


def graph(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """(n,) ends of edges: three in ten in one giant component, one in a hundred in one chain, the others in small."""
    rng = np.random.default_rng(seed)
    giant, chain = n * 3 // 10, n // 100
    small = n - giant - chain
    nodes = rng.integers(0, giant, (2, giant))
    links = np.stack([np.arange(chain), np.arange(1, chain + 1)]) + giant
    group = rng.integers(0, small // 3 + 1, small) * 8 + giant + chain + 1
    pairs = group + rng.integers(0, 8, (2, small))
    left, right = np.concatenate([nodes, links, pairs], axis=1)
    order = rng.permutation(n)
    return left[order], right[order]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", type=int, nargs="?", default=10_000_000)
    parser.add_argument("--one-task-edges", type=int, default=ONE_TASK_EDGES)
    chosen = parser.parse_args()
    n = chosen.n
    left, right = graph(n)
    spark = open_session()
    with tempfile.TemporaryDirectory(prefix="ftq-bench-") as folder:
        pq.write_table(pa.table({"left": left, "right": right}), f"{folder}/edges.parquet", row_group_size=500_000)
        rounds = itertools.count()

        def store(frame: DataFrame) -> Stored:
            where = f"{folder}/round-{next(rounds)}"
            frame.write.parquet(where)
            written = spark.read.parquet(where)
            n_rows, mark = written.agg(F.count("*"), F.bit_xor(F.xxhash64(*written.columns))).collect()[0]
            return Stored(written, n_rows, (n_rows, mark))

        began = time.monotonic()
        components(spark.read.parquet(f"{folder}/edges.parquet"), store, chosen.one_task_edges).write.parquet(
            f"{folder}/found"
        )
        ours = time.monotonic() - began
        found = pq.read_table(Path(folder, "found"))
    nodes, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    began = time.monotonic()
    least = keeper.components(len(nodes), places[:n], places[n:])
    scipys = time.monotonic() - began
    order = np.argsort(found["node"].to_numpy())
    assert (found["node"].to_numpy()[order] == nodes).all()
    assert (found["component"].to_numpy()[order] == nodes[least]).all()
    sizes = np.bincount(least)
    print(f"{n:,} edges, {len(nodes):,} nodes, {(sizes > 0).sum():,} components, the largest of {sizes.max():,} nodes")
    print(f"DataFrames: {ours:.1f} s in {next(rounds) - 1} rounds; scipy, the edges in memory: {scipys:.1f} s; equal")
    began = time.monotonic()
    everything = np.arange(len(nodes))
    channel = keeper.Channel(everything, places[:n], places[n:], np.full(n, 0.9))
    kept = keeper.keep([channel], np.ones(len(nodes), bool), np.zeros(len(nodes), bool))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"keeper rule in one task: {time.monotonic() - began:.1f} s, {(kept.duplicate_of < 0).sum():,} kept, ", end=""
    )
    print(f"peak of this process {peak:.1f} GiB")


if __name__ == "__main__":
    main()
