"""Texts embedded per second: this package's token batches beside the library's `encode(batch_size=64)`, and on Spark.

    python scripts/benchmarks/embed.py [FILE] [--n 2000] [--threads 1] [--repeats 3] [--no-spark]

`float32` and `bfloat16` are torch's, `onnx` is ONNX Runtime's, where it is installed, in float32.

FILE holds one text per line; without it, prompts of 39 tokens on average are made up from a fixed seed. The contenders
take turns, and each one's best turn counts. CPU seconds are those of the whole process: on a busy machine their ratio
is the steadier one. Spark runs `threads` tasks of one thread each, in workers that have loaded the model before.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from ftq_spark.models.encoder import Encoder, EncoderSettings
from ftq_spark.models.files import resolve_model
from ftq_spark.models.torch_model import import_sentence_transformers
from ftq_spark.transforms.embed import embed

MEAN_WORDS = 37  # 39 tokens of all-MiniLM-L6-v2
PROSE = "the water city plan explain short note why people near river pay following describe"
CODE = "x = 3 ( 7 ) + 42 ; [ i ] / 100"


class Timing(NamedTuple):
    """The best of several turns."""

    wall_seconds: float
    cpu_seconds: float


def made_up(n: int) -> list[str]:
    """Prompts that vary as real ones do: a few words mostly, now and then a page; more or less of it numbers and code.

    So 3 to 6 characters make a token, as in instruction data, and a batch that was sorted by characters needs padding.
    """
    random = np.random.default_rng(0)
    prose = np.array(PROSE.split())
    code = np.array(CODE.split())
    lengths = np.clip(np.exp(random.normal(np.log(MEAN_WORDS) - 0.25, 0.7, n)), 2, 400).astype(int)
    texts = []
    for length, share in zip(lengths, random.beta(1, 4, n), strict=True):
        is_code = random.random(length) < share
        texts.append(" ".join(np.where(is_code, random.choice(code, length), random.choice(prose, length))) + "?")
    return texts


def best_of(repeats: int, contenders: dict[str, Callable[[], object]]) -> dict[str, Timing]:
    """The contenders in turns, so that a busy minute hurts all of them."""
    best: dict[str, Timing] = {}
    for _ in range(repeats):
        for name, run in contenders.items():
            wall, cpu = time.perf_counter(), time.process_time()
            run()
            timing = Timing(time.perf_counter() - wall, time.process_time() - cpu)
            best[name] = Timing(*map(min, best[name], timing)) if name in best else timing
    return best


def spark_contender(
    texts: list[str], n_tasks: int, model: EncoderSettings, identity: str, folder: str
) -> Callable[[], object]:
    """The embedding transform over a stored table of the texts, written to storage, in workers that are warm."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession  # noqa: PLC0415  (only where it is asked for)

    builder = SparkSession.builder.master(f"local[{n_tasks}]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    spark = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "2000").getOrCreate()
    settings = model._replace(threads=1)
    rows = [(f"{i:032x}", text) for i, text in enumerate(texts)]
    spark.createDataFrame(rows, "text_hash string, text string").write.parquet(f"{folder}/texts")
    table = spark.read.parquet(f"{folder}/texts")

    def run() -> None:
        embed(table, settings, identity, n_tasks).write.mode("overwrite").parquet(f"{folder}/embeddings")

    run()
    return run


def cosine_error(exact: np.ndarray, other: np.ndarray) -> float:
    """How far the least cosine of vectors (n, d) of unit norm to their like is from 1."""
    products = np.einsum("nd,nd->n", exact, other, dtype=np.float64)
    norms = np.linalg.norm(exact.astype(np.float64), axis=1) * np.linalg.norm(other.astype(np.float64), axis=1)
    return float((1 - products / norms).max())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path, nargs="?")
    arguments.add_argument("--n", type=int, default=2_000)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--no-spark", action="store_true")
    options = arguments.parse_args()
    texts = options.file.read_text("utf-8").split("\n")[: options.n] if options.file else made_up(options.n)

    settings = EncoderSettings(device="cpu", threads=options.threads)
    st = import_sentence_transformers()
    library = st.SentenceTransformer(str(resolve_model(settings.model)), device="cpu")
    single, half = Encoder(settings), Encoder(settings._replace(dtype="bfloat16"))
    encoders = {"float32": single, "bfloat16": half}
    if find_spec("onnxruntime"):
        encoders["onnx"] = Encoder(settings._replace(backend="onnx"))
    encoded = single.encode(texts)
    difference = np.abs(encoded.vectors - library.encode(texts, normalize_embeddings=True)).max()
    errors = {name: cosine_error(encoded.vectors, encoders[name].encode(texts).vectors) for name in encoders}
    contenders: dict[str, Callable[[], object]] = {
        "encode(64)": lambda: library.encode(texts, batch_size=64),
        **{name: partial(model.encode, texts) for name, model in encoders.items()},
    }
    with tempfile.TemporaryDirectory() as folder:
        if not options.no_spark:
            for name in [name for name in encoders if name != "bfloat16"]:
                wanted = settings._replace(backend="onnx" if name == "onnx" else "torch")
                identity = encoders[name].identity
                contenders[f"{name} on Spark"] = spark_contender(
                    texts, options.threads, wanted, identity, f"{folder}/{name}"
                )
        best = best_of(options.repeats, contenders)

    import torch  # noqa: PLC0415  (it takes seconds)

    probes = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    native = any(getattr(torch.cpu, probe, bool)() for probe in probes)
    console = Console(width=110)
    console.print(
        f"{len(texts)} texts of {encoded.n_tokens.mean():.1f} tokens, threads: {options.threads}; this CPU "
        f"{'computes' if native else 'only emulates'} bfloat16. Largest difference of float32 to the library "
        f"{difference:.1e}; largest cosine errors to float32: "
        + ", ".join(f"{name} {error:.1e}" for name, error in errors.items() if name != "float32")
    )
    table = Table("contender", "texts/s", "× float32", "texts/CPU s", "× encode (CPU)", "× float32 (CPU)")
    article, bare = best["encode(64)"], best["float32"]
    for name, timing in best.items():
        wall = f"{bare.wall_seconds / timing.wall_seconds:.2f}"
        cpu = ["", "", ""]  # in workers, which are other processes, where Spark runs them
        if "Spark" not in name:
            against = (f"{other.cpu_seconds / timing.cpu_seconds:.2f}" for other in (article, bare))
            cpu = [f"{len(texts) / timing.cpu_seconds:.0f}", *against]
        table.add_row(name, f"{len(texts) / timing.wall_seconds:.0f}", wall, *cpu)
    console.print(table)


if __name__ == "__main__":
    main()
