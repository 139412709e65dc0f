"""Semantic matches on Spark, `exact` beside `clusters` over the same vectors: seconds, pairs, recall.

    python scripts/benchmarks/semantic.py [FILE.npy] [--n 20000] [--floor 0.8] [--probes 4] [--only clusters]

FILE holds unit vectors (m, d) of real texts, float32; where `n` is larger than m, further vectors are perturbed copies
of them, at cosines between 0.75 and 1. Without it, vectors are made up from a fixed seed: topics, questions about them,
and variants of those. The seconds of `clusters` include sampling and training. SemHash, where it is installed,
searches the same vectors for duplicates; it is given texts that stand for them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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


class Result(NamedTuple):
    """What one method found, and how long it took."""

    seconds: float
    pairs: pa.Table
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


def exact(table: DataFrame, rules: MatchRules, n: int, out: str) -> str:
    exact_matches(table, rules, n, Execution(PARTITIONS)).write.parquet(out)
    return ""


def clusters(table: DataFrame, rules: MatchRules, n: int, n_probe: int, out: str) -> str:
    start = time.perf_counter()
    sample = sample_matrix(centroid_sample(table, n).toLocalIterator())
    cells = train_cells(sample, n, n_probe)
    seconds = time.perf_counter() - start
    cluster_matches(table, rules, cells, Execution(PARTITIONS)).write.parquet(out)
    _, recall = cell_recall(sample[:20_000], cells, rules.floor or rules.threshold)
    return f"{len(cells.n_pieces)} cells, trained in {seconds:.0f} s, recall {recall:.4f} by the sample"


def semhash_kept(vectors: NDArray[np.float32]) -> tuple[float, set[str]] | None:
    """Seconds of SemHash's own deduplication of the same vectors, and what it keeps; None where it is not installed."""
    try:
        from semhash import SemHash  # noqa: PLC0415  (a peer)
    except ImportError:
        return None

    class Given:
        """An encoder that looks the vectors up."""

        def encode(self, inputs: list[str], **_: object) -> NDArray[np.float32]:
            return vectors[[int(text) for text in inputs]]

    start = time.perf_counter()
    index = SemHash.from_records([str(i) for i in range(len(vectors))], model=Given())
    kept = index.self_deduplicate(threshold=THRESHOLD).selected
    return time.perf_counter() - start, {unit(int(text)) for text in kept}


def semhash_row(vectors: NDArray[np.float32], wanted: pa.Table | None) -> list[str]:
    """The table's row for SemHash. It gives no pairs: those that it leaves among what it keeps are counted."""
    found = semhash_kept(vectors)
    if found is None:
        return ["SemHash", "not installed", "", "", "", ""]
    seconds, kept = found
    note = f"removes {len(vectors) - len(kept)}"
    if wanted is not None:
        sides = zip(wanted["left_unit"].to_pylist(), wanted["right_unit"].to_pylist(), strict=True)
        note += f"; of {wanted.num_rows} pairs leaves {sum(left in kept and right in kept for left, right in sides)}"
    return ["SemHash", f"{seconds:.1f}", "", "", "", note]


def recall(found: pa.Table, wanted: pa.Table, low: float) -> str:
    def keys(table: pa.Table) -> set[tuple[str, str]]:
        part = table.filter(pc.greater_equal(table["similarity"], low))
        return set(zip(part["left_unit"].to_pylist(), part["right_unit"].to_pylist(), strict=True))

    expected = keys(wanted)
    return f"{len(keys(found) & expected) / len(expected):.4f}" if expected else "-"


def session() -> SparkSession:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession  # noqa: PLC0415

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    builder = builder.config("spark.driver.memory", "3g").config("spark.sql.shuffle.partitions", str(PARTITIONS))
    return builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "2000").getOrCreate()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path, nargs="?")
    arguments.add_argument("--n", type=int, default=20_000)
    arguments.add_argument("--floor", type=float, default=0.8)
    arguments.add_argument("--probes", type=int, default=4)
    arguments.add_argument("--only", choices=["exact", "clusters"])
    options = arguments.parse_args()

    vectors = vectors_for(options.n, options.file)
    spark = session()
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory() as name:
        write(vectors, Path(name) / "vectors")
        table = spark.read.parquet(f"{name}/vectors")
        for rules in (MatchRules(THRESHOLD), MatchRules(THRESHOLD, options.floor, K)):
            label = f"≥ {THRESHOLD}" + (f", {K} nearest ≥ {rules.floor}" if rules.floor else "")
            for method in [options.only] if options.only else ["exact", "clusters"]:
                out = f"{name}/{method}{rules.floor}"
                start = time.perf_counter()
                if method == "exact":
                    note = exact(table, rules, options.n, out)
                else:
                    note = clusters(table, rules, options.n, options.probes, out)
                results[f"{method} {label}"] = Result(time.perf_counter() - start, pq.read_table(out), note)

    report = Table("method", "seconds", "pairs", f"recall ≥ {THRESHOLD}", "recall of all", "note")
    for key, result in results.items():
        wanted = results.get(key.replace("clusters", "exact"))
        recalls = [recall(result.pairs, wanted.pairs, low) if wanted else "-" for low in (THRESHOLD, 0.0)]
        report.add_row(key, f"{result.seconds:.1f}", str(result.pairs.num_rows), *recalls, result.note)
    pairs = results.get(f"exact ≥ {THRESHOLD}") or results.get(f"clusters ≥ {THRESHOLD}")
    report.add_row(*semhash_row(vectors, pairs and pairs.pairs))
    console = Console(width=160)
    console.print(f"{options.n} vectors of {vectors.shape[1]} dimensions, 2 cores")
    console.print(report)


if __name__ == "__main__":
    main()
