"""Near duplicates of the same real examples by this package and by its peers: seconds, recall, wrong removals.

    python scripts/benchmarks/near_peers.py [--n 20000] [--turns 1] [--peers PYTHON] [--only NAME]...

Every contender runs in a process of its own, from texts on disk to pairs or clusters on disk, on two cores; its seconds
include the start of the process, and CPU seconds those of all its children. Both that run on Spark open it as `ftq run`
does, MLlib with the optimising compiler, which it needs; this package reads its rows while Java starts. *Keeping* is
this package where FTQ_SPARK_CACHE is set and its folder empty (the seconds include the writing of Spark's classes),
*kept* every run after that one. All compare sets of 3 consecutive words at a Jaccard similarity of 0.8, over texts that
are already lower-cased words, so that their tokenisers agree. Each has its own bands for that threshold (datatrove: its
default, which is meant for 0.72 and up).

The truth is every pair at or over the threshold, by brute force. A pair is found where a contender gives it, or puts
both examples into one cluster. With several turns the contenders take them one after another, and the figures are
medians; *first* says in how many of the turns a contender was the fastest. Each contender removes what repeats an
earlier example, or all but one of a cluster; *wrong* are removed examples that are near none of those it keeps.
--peers names a Python in which text-dedup and datatrove are installed; a peer that is not installed is left out, and
said so.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.json
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
THRESHOLD, NGRAM, NUM_PERM = 0.8, 3, 128
CORES = 2
SCHEMA = "row bigint, text string"


# ── Contenders: each reads texts.jsonl {"text"} in a folder and writes pairs (m, 2) or clusters (n,) ─────────────────


def session(n_bytes: int | None = None) -> Any:
    from ftq_spark.spark.session import open_session  # noqa: PLC0415

    return open_session(f"local[{CORES}]", n_bytes, keep_classes=True)


def this_package(folder: Path) -> dict[str, Any]:
    import pyspark.sql  # noqa: F401, PLC0415  (whole, before two threads need it)

    with ThreadPoolExecutor(1) as pool:  # while Java starts, as `ftq run` with few rows: imports, and the rows
        ready = pool.submit(_prepared, folder)
        spark = session((folder / "texts.jsonl").stat().st_size)
        ready.result()
    from pyspark.sql import functions as F  # noqa: PLC0415

    from ftq_spark.settings import Near  # noqa: PLC0415
    from ftq_spark.spark.tables import read_table  # noqa: PLC0415
    from ftq_spark.transforms import block, expand, match  # noqa: PLC0415

    near = Near()
    examples = read_table(spark, str(folder / "examples"))

    def table(name: str, frame: Any) -> Any:
        frame.write.parquet(str(folder / name))
        return read_table(spark, str(folder / name))

    signatures = table("signatures", block.signatures(examples, near))
    blocks = table("blocks", block.members(signatures, near.max_block_units))
    sizes = pq.read_table(folder / "blocks", columns=["n_units"])["n_units"].to_numpy()
    members = blocks
    if sizes.max(initial=0) > near.max_block_units:
        priorities = examples.select("example_id", F.col("row").alias("priority"))
        named = block.in_large_blocks(blocks, signatures, near.max_block_units)
        members = table("members", blocks.unionByName(block.hubs(blocks, named, priorities, near.max_block_units)))
    matches = match.matches(signatures, members, near.threshold)
    pairs = expand.expand([match.near_channel(signatures, matches)]).toPandas()
    return {"pairs": pairs[["left_id", "right_id"]].astype(np.int64).to_numpy()}


def _prepared(folder: Path) -> None:
    """Write the texts as a table of examples, a file for each core, and import what is needed next."""
    rows = pyarrow.json.read_json(folder / "texts.jsonl")
    ids = pa.array([f"{row:09}" for row in rows["row"].to_pylist()])
    examples = rows.append_column("example_id", ids).append_column("source", pa.array(["made"] * len(rows)))
    (folder / "examples").mkdir()
    size = -(-len(rows) // CORES)
    for number in range(CORES):
        pq.write_table(examples.slice(number * size, size), folder / "examples" / f"{number}.parquet")
    import ftq_spark.spark.tables  # noqa: PLC0415
    import ftq_spark.transforms.expand  # noqa: PLC0415
    import ftq_spark.transforms.match  # noqa: F401, PLC0415
    from ftq_spark.kernels.near.minhash import bands_and_rows  # noqa: PLC0415
    from ftq_spark.settings import Near  # noqa: PLC0415

    bands_and_rows(Near().threshold, Near().num_perm)


def mllib(folder: Path) -> dict[str, Any]:
    from pyspark.ml.feature import HashingTF, MinHashLSH, NGram  # noqa: PLC0415
    from pyspark.sql import functions as F  # noqa: PLC0415

    spark = session()
    texts = (
        spark.read.schema(SCHEMA).json(str(folder / "texts.jsonl")).select("row", F.split("text", " ").alias("words"))
    )
    grams = NGram(n=NGRAM, inputCol="words", outputCol="grams").transform(texts).where(F.size("grams") > 0)
    sets = HashingTF(numFeatures=1 << 24, binary=True, inputCol="grams", outputCol="set").transform(grams)
    # Its hash tables have one row each: three find 99 % of the pairs at the threshold.
    lsh = MinHashLSH(inputCol="set", outputCol="hashes", numHashTables=3, seed=1)
    rows = lsh.fit(sets).transform(sets.select("row", "set"))
    rows.write.parquet(str(folder / "hashed"))
    rows = spark.read.parquet(str(folder / "hashed"))
    joined = lsh.fit(sets).approxSimilarityJoin(rows, rows, 1 - THRESHOLD + 1e-9)
    pairs = joined.select(F.col("datasetA.row").alias("a"), F.col("datasetB.row").alias("b")).where("a < b").toPandas()
    return {"pairs": pairs.to_numpy()}


def text_dedup(folder: Path) -> dict[str, Any]:
    import text_dedup.minhash  # noqa: PLC0415  (a peer)

    out = folder / "text_dedup"
    options = {
        **{"path": "json", "data_files": folder / "texts.jsonl", "split": "train", "cache_dir": folder / "cache"},
        **{"output": out, "column": "text", "ngram": NGRAM, "min_length": 1, "num_perm": NUM_PERM},
        **{"threshold": THRESHOLD, "hash_func": "xxh3", "hash_bits": 32, "num_proc": CORES},
    }
    arguments = [f"--{key}={value}" for key, value in options.items()]
    text_dedup.minhash.main([*arguments, "--debug"], standalone_mode=False)
    found = pickle.loads((out / "uf.pkl").read_bytes())
    n = sum(1 for _ in (folder / "texts.jsonl").open())
    return {"clusters": np.array([found.find(i) for i in range(n)])}


def datatrove(folder: Path) -> dict[str, Any]:
    from datatrove.executor import LocalPipelineExecutor  # noqa: PLC0415  (a peer)
    from datatrove.pipeline.dedup import minhash  # noqa: PLC0415
    from datatrove.pipeline.readers import JsonlReader  # noqa: PLC0415
    from datatrove.utils.text import TextNormConfig  # noqa: PLC0415
    from datatrove.utils.word_tokenizers import WordTokenizer  # noqa: PLC0415

    class Words(WordTokenizer):
        """The texts are words already."""

        def word_tokenize(self, text: str) -> list[str]:
            return text.split()

        def sent_tokenize(self, text: str) -> list[str]:
            return [text]

        def span_tokenize(self, text: str) -> list[tuple[int, int]]:
            return [(0, len(text))]

    plain = TextNormConfig(remove_punctuation=False, norm_unicode_diacritics=False, norm_numbers=False)
    config = minhash.MinhashConfig(n_grams=NGRAM, norm_config=plain)
    signatures, buckets, clusters = (str(folder / name) for name in ("signatures", "buckets", "clusters"))
    reader = JsonlReader(str(folder), glob_pattern="texts.jsonl", id_key="row")
    steps: list[list[Any]] = [
        [reader, minhash.MinhashDedupSignature(signatures, config=config, language=Words())],  # type: ignore[arg-type]
        [minhash.MinhashDedupBuckets(signatures, buckets, config=config)],
        [minhash.MinhashDedupCluster(buckets, clusters, config=config, save_cluster_id=True)],
    ]
    for number, (pipeline, tasks) in enumerate(zip(steps, (1, config.num_buckets, 1), strict=True)):
        LocalPipelineExecutor(
            pipeline, tasks=tasks, workers=CORES if tasks > 1 else 1, logging_dir=str(folder / f"logs{number}")
        ).run()
    n = sum(1 for _ in (folder / "texts.jsonl").open())
    labels = np.arange(n) + n
    for path in (folder / "clusters").glob("*.clusters"):
        row, cluster = np.fromfile(path, "<u4").reshape(-1, 2).T
        labels[row] = cluster
    return {"clusters": labels}


CONTENDERS: dict[str, tuple[Callable[[Path], dict[str, Any]], str]] = {
    "ftq_spark": (this_package, "ftq_spark"),
    "Spark MLlib": (mllib, "pyspark"),
    "text-dedup": (text_dedup, "text_dedup"),
    "datatrove": (datatrove, "datatrove"),
    "ftq_spark keeping": (this_package, "ftq_spark"),
    "ftq_spark kept": (this_package, "ftq_spark"),
}
CACHING = ("ftq_spark keeping", "ftq_spark kept")


# ── The comparison ───────────────────────────────────────────────────────────────────────────────────────────────────


class Outcome(NamedTuple):
    """What one contender found, and at what cost."""

    seconds: float
    cpu_seconds: float
    gigabytes: float
    found: dict[str, Any]


def write_texts(path: Path, n: int) -> list[str]:
    """Real examples as lower-case words with single spaces."""
    import corpus  # noqa: PLC0415

    texts = [" ".join(re.findall(r"[a-z0-9]+", "\n".join(turns).lower())) for turns in corpus.examples(n)]
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"row": row, "text": text}) + "\n" for row, text in enumerate(texts))
    return texts


def compete(name: str, python: str, texts: Path, environment: dict[str, str]) -> Outcome | None:
    """One contender in a process of its own; None where it is not installed."""
    from near import TICKS, processes  # noqa: PLC0415

    package = CONTENDERS[name][1]
    if subprocess.run([python, "-c", f"import {package}"], capture_output=True, check=False).returncode:
        return None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "texts.jsonl").write_bytes(texts.read_bytes())
        peak = [0.0, 0.0]
        base = sum(ticks for ticks, _ in processes())
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.2):
                figures = list(processes())
                peak[0] = max(peak[0], (sum(ticks for ticks, _ in figures) - base) / TICKS)
                peak[1] = max(peak[1], sum(rss for _, rss in figures) / 2**30)

        watcher = threading.Thread(target=watch)
        watcher.start()
        begin = time.monotonic()
        run = subprocess.run(
            [python, __file__, "--contender", name, folder],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
        seconds = time.monotonic() - begin
        done.set()
        watcher.join()
        if run.returncode:
            raise SystemExit(f"{name} failed:\n{run.stderr[-3000:]}")
        with np.load(Path(folder) / "found.npz") as found:
            return Outcome(seconds, peak[0], peak[1], dict(found))


def judged(found: dict[str, Any], n: int, truth: set[tuple[int, int]]) -> tuple[int, int, int]:
    """Pairs of the truth that were found, examples removed, and of those the ones near none that is kept."""
    near: dict[int, list[int]] = {}
    for left, right in truth:
        near.setdefault(left, []).append(right)
        near.setdefault(right, []).append(left)
    if "pairs" in found:
        given = {(min(a, b), max(a, b)) for a, b in found["pairs"].tolist()}
        n_found = len(given & truth)
        earlier: dict[int, list[int]] = {}
        for left, right in given:
            earlier.setdefault(right, []).append(left)
        kept: set[int] = set()
        for row in range(n):
            if not any(other in kept for other in earlier.get(row, ())):
                kept.add(row)
    else:
        labels = found["clusters"]
        n_found = sum(labels[a] == labels[b] for a, b in truth)
        kept = set(np.unique(labels, return_index=True)[1].tolist())
    removed = set(range(n)) - kept
    return int(n_found), len(removed), sum(not any(other in kept for other in near.get(row, ())) for row in removed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--contender", help=argparse.SUPPRESS)
    parser.add_argument("--n", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--peers", default=sys.executable, help="a Python in which the peers are installed")
    parser.add_argument("--only", action="append", choices=list(CONTENDERS))
    options = parser.parse_args()
    if options.contender:
        np.savez(options.folder / "found.npz", **CONTENDERS[options.contender][0](options.folder))
        return

    sys.path.insert(0, str(HERE.parent / "evaluation"))
    from dedup_match import distinct, near_by_brute_force, shingle_sets  # noqa: PLC0415

    environment = {"PYTHONPATH": str(HERE.parents[1]), **os.environ}
    environment.pop("FTQ_SPARK_CACHE", None)
    with tempfile.TemporaryDirectory() as folder:
        cache = {"FTQ_SPARK_CACHE": str(Path(folder) / "cache")}
        path = Path(folder) / "texts.jsonl"
        texts = write_texts(path, options.n)
        sets, unit = distinct(shingle_sets(texts, NGRAM))
        members: dict[int, list[int]] = {}
        for row, u in enumerate(unit.tolist()):
            members.setdefault(u, []).append(row)
        truth = {
            (min(a, b), max(a, b))
            for left, right in near_by_brute_force(sets, THRESHOLD)
            for a in members[left]
            for b in members[right]
        }
        truth |= {(a, b) for u, rows in members.items() if u >= 0 for i, a in enumerate(rows) for b in rows[i + 1 :]}
        print(f"{options.n:,} real and perturbed examples, {len(truth):,} near pairs, {CORES} cores\n")
        outcomes: dict[str, list[Outcome]] = {}
        for _ in range(options.turns):
            for name in options.only or CONTENDERS:
                python = options.peers if name in ("text-dedup", "datatrove") else sys.executable
                outcome = compete(name, python, path, environment | (cache if name in CACHING else {}))
                if outcome is not None:
                    outcomes.setdefault(name, []).append(outcome)
        for name in options.only or CONTENDERS:
            if name not in outcomes:
                print(f"{name} is not installed: left out")
        show(outcomes, options.n, truth)


def show(outcomes: dict[str, list[Outcome]], n: int, truth: set[tuple[int, int]]) -> None:
    """A line a contender: medians over its turns, and what it found in the last one."""
    firsts = Counter(
        min(zip(outcomes, turn, strict=True), key=lambda entry: entry[1].seconds)[0]
        for turn in zip(*outcomes.values(), strict=True)
    )
    print(f"{'':18}{'seconds':>9}{'first':>7}{'CPU s':>9}{'GB':>6}{'recall':>9}{'removed':>9}{'wrong':>7}")
    for name, turns in outcomes.items():
        seconds, cpu, gigabytes = (median(values) for values in list(zip(*turns, strict=True))[:3])
        n_found, n_removed, n_wrong = judged(turns[-1].found, n, truth)
        print(
            f"{name:18}{seconds:>9.1f}{firsts[name]:>7}{cpu:>9.1f}{gigabytes:>6.1f}"
            f"{n_found / max(len(truth), 1):>9.4f}{n_removed:>9,}{n_wrong:>7,}"
        )


if __name__ == "__main__":
    main()
