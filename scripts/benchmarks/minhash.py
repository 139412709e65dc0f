"""MinHash signatures per CPU second, end to end from text: this package beside datasketch and rensa.

    python scripts/benchmarks/minhash.py [FILE] [--n 20000] [--words 130]

FILE holds one text per line; without it, texts are made up from a fixed seed. Every contender lower-cases, splits into
words, hashes the set of word trigrams and applies 128 permutations. Peers that are not installed are left
out, and said so.
CPU time is counted, of all threads, so that a busy machine or a thread pool does not distort the ratios.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from ftq_spark.kernels.near import minhash
from ftq_spark.kernels.text import tokens

NUM_PERM = 128
NGRAM = 3
BATCH = 1000
REPEATS = 5

Contender = Callable[[list[str]], object]


def made_up(n: int, n_words: int) -> list[str]:
    """Texts of about `n_words` words from a vocabulary in which a few words are most of the text, as in language."""
    random = np.random.default_rng(0)
    letters = np.array(list("etaoinshrdlucmfwypvbgkjqxz"))
    vocabulary = ["".join(random.choice(letters, random.integers(1, 10))) for _ in range(20_000)]
    weights = 1 / np.arange(1, len(vocabulary) + 1)
    words = random.choice(len(vocabulary), (n, n_words), p=weights / weights.sum())
    return [" ".join(vocabulary[word] for word in row).capitalize() + "." for row in words]


def shingled(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + NGRAM]) for i in range(max(len(words) - NGRAM + 1, 1))}


def this_package(texts: list[str]) -> object:
    by = minhash.permutations(NUM_PERM)
    rows = []
    for begin in range(0, len(texts), BATCH):
        batch = tokens.tokenize(pa.array(texts[begin : begin + BATCH]))
        sets = minhash.shingles(tokens.hashes(batch), batch.token_offsets, NGRAM)
        rows.append(minhash.signatures(sets, by))
    return np.concatenate(rows)


def datasketch_contenders() -> dict[str, Contender]:
    from datasketch import MinHash  # noqa: PLC0415  (a peer)

    def loop(texts: list[str]) -> object:
        rows = []
        for text in texts:
            sketch = MinHash(num_perm=NUM_PERM)
            for shingle in shingled(text):
                sketch.update(shingle.encode())
            rows.append(sketch.hashvalues)
        return rows

    def update_batch(texts: list[str]) -> object:
        rows = []
        for text in texts:
            sketch = MinHash(num_perm=NUM_PERM)
            sketch.update_batch([shingle.encode() for shingle in shingled(text)])
            rows.append(sketch.hashvalues)
        return rows

    def bulk(texts: list[str]) -> object:
        return MinHash.bulk([[shingle.encode() for shingle in shingled(text)] for text in texts], num_perm=NUM_PERM)

    return {"datasketch update": loop, "datasketch update_batch": update_batch, "datasketch bulk": bulk}


def rensa_contenders() -> dict[str, Contender]:
    from rensa import RMinHash  # noqa: PLC0415  (a peer)

    def update(texts: list[str]) -> object:
        rows = []
        for text in texts:
            sketch = RMinHash(num_perm=NUM_PERM, seed=1)
            sketch.update(list(shingled(text)))
            rows.append(sketch.digest())
        return rows

    def matrix(texts: list[str]) -> object:
        sets = [list(shingled(text)) for text in texts]
        return RMinHash.digest_matrix_from_token_sets(sets, num_perm=NUM_PERM, seed=1)

    return {"rensa update": update, "rensa matrix": matrix}


def cpu_seconds(contender: Contender, texts: list[str]) -> float:
    """Least of a few runs."""
    contender(texts[:200])
    measured = []
    for _ in range(REPEATS):
        begin = time.process_time()
        contender(texts)
        measured.append(time.process_time() - begin)
    return min(measured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="one text per line")
    parser.add_argument("--n", type=int, default=20_000, help="texts to make up, or to read at most")
    parser.add_argument("--words", type=int, default=130, help="words of a made-up text")
    arguments = parser.parse_args()
    if arguments.file:
        texts = arguments.file.read_text(encoding="utf-8", errors="replace").split("\n")[: arguments.n]
    else:
        texts = made_up(arguments.n, arguments.words)
    contenders: dict[str, Contender] = {"ftq_spark": this_package}
    for peer, load in {"datasketch": datasketch_contenders, "rensa": rensa_contenders}.items():
        try:
            contenders |= load()
        except ImportError:
            print(f"{peer} is not installed: left out")
    print(f"{len(texts):,} texts, {np.mean([len(text.split()) for text in texts]):.0f} words each\n")
    print(f"{'':26}{'examples per CPU second':>24}{'ftq_spark is faster by':>24}")
    ours = None
    for name, contender in contenders.items():
        # The slowest contenders get a part of the texts, so that the whole table takes seconds.
        part = texts if name == "ftq_spark" else texts[: max(len(texts) // 10, 1)]
        rate = len(part) / cpu_seconds(contender, part)
        ours = ours or rate
        print(f"{name:26}{rate:>24,.0f}{ours / rate:>23.1f}x")


if __name__ == "__main__":
    main()
