"""Semantic matches on Spark beside faiss and SemHash over the same vectors: seconds, pairs, recall.

    python scripts/benchmarks/semantic.py [FILE.npy] [--n 20000] [--floor 0.8] [--probes 4] [--only NAME]...

FILE holds unit vectors (m, d) of real texts, float32; where `n` is larger than m, further vectors are perturbed copies
of them, at cosines between 0.75 and 1. Without it, vectors are made up from a fixed seed: topics, questions about them,
and variants of those. `exact` and `clusters` are this package's two methods; the seconds of `clusters` include sampling
and training. Spark reads Parquet and writes pairs; the peers are given the vectors in memory, and write nothing. faiss
is an inverted file of four times the square root of n lists, of which every vector searches 32, on two threads.
SemHash is given texts that stand for the vectors, and tells what it removes instead of pairs. A peer that is not
installed is left out, and said so.

The truth is, by brute force, what a thousand drawn vectors have over the threshold and, with a floor, as their nearest
over it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from ftq_spark.kernels.semantic.cells import cell_recall, train_cells
from ftq_spark.kernels.semantic.matches import MatchRules
from ftq_spark.transforms.semantic import Execution, centroid_sample, cluster_matches, exact_matches, sample_matrix

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

THRESHOLD = 0.95
K = 10
PARTITIONS = 16
WIDTH = 384
CORES = 2
CONTENDERS = ("exact", "clusters", "faiss", "semhash")

Pairs = NDArray[np.int64]  # (m,), sorted, without repeats: the lower position of a pair * 2**32 + the higher


class Found(NamedTuple):
    """What one method found."""

    pairs: Pairs | None
    note: str = ""


def unit_norm(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def perturbed(vectors: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Copies at cosines between 0.75 and 1 to their originals."""
    noise = unit_norm(random.standard_normal(vectors.shape, dtype=np.float32))
    cosine = random.uniform(0.75, 1, (len(vectors), 1)).astype(np.float32)
    return unit_norm(cosine * vectors + np.sqrt(1 - cosine**2) * noise)


def vectors_for(n: int, file: Path | None) -> NDArray[np.float32]:
    """`n` vectors: real ones and copies of them, or topics, questions and variants."""
    random = np.random.default_rng(0)
    if file is None:
        topics = unit_norm(random.standard_normal((max(1, n // 400), WIDTH), dtype=np.float32))
        n_questions = max(1, n * 7 // 10)
        noise = unit_norm(random.standard_normal((n_questions, WIDTH), dtype=np.float32))
        seeds = unit_norm(topics[random.integers(len(topics), size=n_questions)] + 0.9 * noise)
    else:
        seeds = np.load(file)[:n]
    parts = [seeds]
    for start in range(len(seeds), n, 50_000):
        size = min(50_000, n - start)
        parts.append(perturbed(seeds[random.integers(len(seeds), size=size)], random))
    return np.concatenate(parts)


def unit(i: int) -> str:
    """The name of vector `i`: the order of names is not that of the vectors."""
    return f"{i * 2654435761 % 2**32:08x}{i:08x}"


def write(vectors: NDArray[np.float32], folder: Path) -> None:
    """The vectors as the Parquet table that the transforms read, in files of 50,000."""
    folder.mkdir()
    for start in range(0, len(vectors), 50_000):
        part = vectors[start : start + 50_000]
        offsets = pa.array(np.arange(len(part) + 1, dtype=np.int32) * part.shape[1])
        lists = pa.ListArray.from_arrays(offsets, pa.array(part.ravel()))
        units = pa.array([unit(i) for i in range(start, start + len(part))])
        pq.write_table(pa.table({"unit": units, "vector": lists}), folder / f"{start:09d}.parquet")


def position(name: str) -> int:
    return int(name[8:], 16)


# ── Contenders ───────────────────────────────────────────────────────────────────────────────────────────────────────


def exact(table: DataFrame, rules: MatchRules, n: int, out: str) -> Found:
    exact_matches(table, rules, n, Execution(PARTITIONS)).write.parquet(out)
    return Found(written_pairs(out))


def clusters(table: DataFrame, rules: MatchRules, n: int, out: str, n_probe: int) -> Found:
    start = time.perf_counter()
    sample = sample_matrix(centroid_sample(table, n).toLocalIterator())
    cells = train_cells(sample, n, n_probe)
    seconds = time.perf_counter() - start
    cluster_matches(table, rules, cells, Execution(PARTITIONS)).write.parquet(out)
    _, expected = cell_recall(sample[:20_000], cells, rules.floor or rules.threshold)
    note = f"{len(cells.n_pieces)} cells, trained in {seconds:.0f} s, recall {expected:.4f} by its own sample"
    return Found(written_pairs(out), note)


def faiss(vectors: NDArray[np.float32], rules: MatchRules) -> Found:
    import faiss as library  # noqa: PLC0415  (a peer)

    library.omp_set_num_threads(CORES)
    n_lists = int(4 * len(vectors) ** 0.5)
    index = library.index_factory(vectors.shape[1], f"IVF{n_lists},Flat", library.METRIC_INNER_PRODUCT)
    index.train(vectors[np.random.default_rng(0).permutation(len(vectors))[: 48 * n_lists]])
    index.add(vectors)
    index.nprobe = 32
    rows, others = [], []
    for start in range(0, len(vectors), 10_000):
        part = vectors[start : start + 10_000]
        if rules.floor is None:
            limits, _, found = index.range_search(part, rules.threshold)
            rows.append(start + np.repeat(np.arange(len(part)), np.diff(limits.astype(np.int64))))
            others.append(found)
        else:
            cosines, nearest = index.search(part, rules.k + 1)  # itself and k others
            row, place = np.nonzero((nearest >= 0) & (cosines >= rules.floor))
            rows.append(start + row)
            others.append(nearest[row, place])
    return Found(as_pairs(np.concatenate(rows), np.concatenate(others)), f"{n_lists} lists")


def semhash(vectors: NDArray[np.float32]) -> Found:
    """SemHash's own deduplication: it gives no pairs."""
    from semhash import SemHash  # noqa: PLC0415  (a peer)

    class Given:
        """An encoder that looks the vectors up."""

        def encode(self, inputs: list[str], **_: object) -> NDArray[np.float32]:
            return vectors[[int(text) for text in inputs]]

    index = SemHash.from_records([str(i) for i in range(len(vectors))], model=Given())
    kept = index.self_deduplicate(threshold=THRESHOLD).selected
    return Found(None, f"removes {len(vectors) - len(kept)}")


# ── Pairs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_pairs(left: NDArray[np.integer], right: NDArray[np.integer]) -> Pairs:
    """The pairs of two arrays (m,) of positions, without those of a vector with itself."""
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    return np.unique((low << 32 | high)[low != high])


def written_pairs(folder: str) -> Pairs:
    """The pairs of a table that Spark has written."""
    table = pq.read_table(folder, columns=["left_unit", "right_unit"])
    left, right = (np.array([position(unit) for unit in column.to_pylist()], np.int64) for column in table.columns)
    return as_pairs(left, right)


def drawn_pairs(vectors: NDArray[np.float32], rules: MatchRules) -> Pairs:
    """What a thousand drawn vectors have over the threshold or, with a floor, as their nearest over it."""
    drawn = np.random.default_rng(1).choice(len(vectors), min(1_000, len(vectors)), replace=False)
    rows, others = [], []
    for some in np.array_split(drawn, -(-len(drawn) // 100)):
        cosines = vectors[some] @ vectors.T
        cosines[np.arange(len(some)), some] = -1
        if rules.floor is None:
            row, other = np.nonzero(cosines >= rules.threshold)
        else:
            nearest = np.argpartition(cosines, -rules.k, axis=1)[:, -rules.k :]
            row, place = np.nonzero(np.take_along_axis(cosines, nearest, axis=1) >= rules.floor)
            other = nearest[row, place]
        rows.append(some[row])
        others.append(other)
    return as_pairs(np.concatenate(rows), np.concatenate(others))


def session() -> SparkSession:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession  # noqa: PLC0415

    builder = SparkSession.builder.master(f"local[{CORES}]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    builder = builder.config("spark.driver.memory", "3g").config("spark.sql.shuffle.partitions", str(PARTITIONS))
    return builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "2000").getOrCreate()


def contend(vectors: NDArray[np.float32], folder: Path, options: argparse.Namespace) -> Table:
    """Every contender in turn, for the matches alone and with the nearest over a floor."""
    report = Table("method", "wanted", "seconds", "pairs", "recall of drawn pairs", "note")
    write(vectors, folder / "vectors")
    table, n = session().read.parquet(str(folder / "vectors")), len(vectors)
    for rules in (MatchRules(THRESHOLD), MatchRules(THRESHOLD, options.floor, K)):
        wanted = f"≥ {THRESHOLD}" + (f", {K} nearest ≥ {rules.floor}" if rules.floor else "")
        truth = drawn_pairs(vectors, rules)
        methods: dict[str, Callable[[], Found]] = {
            "exact": partial(exact, table, rules, n, str(folder / f"exact{rules.floor}")),
            "clusters": partial(clusters, table, rules, n, str(folder / f"clusters{rules.floor}"), options.probes),
            "faiss": partial(faiss, vectors, rules),
        }
        if rules.floor is None:
            methods["semhash"] = partial(semhash, vectors)
        for name in [name for name in methods if not options.only or name in options.only]:
            start = time.perf_counter()
            try:
                found = methods[name]()
            except ImportError:
                report.add_row(name, wanted, "not installed")
                continue
            seconds = f"{time.perf_counter() - start:.1f}"
            if found.pairs is None:
                report.add_row(name, wanted, seconds, "", "", found.note)
                continue
            recall = f"{np.isin(truth, found.pairs).mean():.4f} of {len(truth)}" if len(truth) else "-"
            report.add_row(name, wanted, seconds, str(len(found.pairs)), recall, found.note)
    return report


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path, nargs="?")
    arguments.add_argument("--n", type=int, default=20_000)
    arguments.add_argument("--floor", type=float, default=0.8)
    arguments.add_argument("--probes", type=int, default=4)
    arguments.add_argument("--only", action="append", choices=CONTENDERS)
    options = arguments.parse_args()

    vectors = vectors_for(options.n, options.file)
    with tempfile.TemporaryDirectory() as name:
        report = contend(vectors, Path(name), options)
    console = Console(width=160)
    console.print(f"{options.n} vectors of {vectors.shape[1]} dimensions, {CORES} cores")
    console.print(report)


if __name__ == "__main__":
    main()
