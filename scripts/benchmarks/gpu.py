"""A GPU beside a plain loop: texts embedded per second, and all products of a million vectors.

    ./scripts/bench gpu
    ./scripts/bench gpu --n 2000 --vectors 20000 --device cpu      the same program where there is no GPU

The library's `encode` takes batches of 64 and of 1,024; this package sends batches under its budget of tokens, in
float32 and in bfloat16, whose largest cosine error to float32 is printed. The products are those of every vector with
every other one, in tiles, with the pairs at .95 and above counted: what a search without cells would take.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial

from embed import best_of, cosine_error, made_up

from ftq_spark.models.encoder import Encoder, EncoderSettings
from ftq_spark.models.files import resolve_model
from ftq_spark.models.torch_model import import_sentence_transformers

WIDTH, TILE, THRESHOLD = 384, 16_384, 0.95


def products(n: int, device: str) -> tuple[float, int]:
    """Seconds of all tiles of n made-up vectors, and the pairs that are alike."""
    import torch  # noqa: PLC0415

    generator = torch.Generator(device=device).manual_seed(0)
    vectors = torch.nn.functional.normalize(torch.randn(n, WIDTH, generator=generator, device=device), dim=1)
    vectors[n // 2 :: 1000] = vectors[: len(vectors[n // 2 :: 1000])]  # copies, which are found
    began, found = time.perf_counter(), 0
    for row in range(0, n, TILE):
        for column in range(row, n, TILE):
            alike = vectors[row : row + TILE] @ vectors[column : column + TILE].T >= THRESHOLD
            found += int((alike.triu(1) if row == column else alike).sum())  # waits for the device
    return time.perf_counter() - began, found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--n", type=int, default=100_000)
    arguments.add_argument("--vectors", type=int, default=1_000_000)
    arguments.add_argument("--device", default="cuda")
    arguments.add_argument("--repeats", type=int, default=3)
    options = arguments.parse_args()
    import torch  # noqa: PLC0415

    if options.device.startswith("cuda") and not torch.cuda.is_available():
        print("there is no GPU on this machine that torch can use: nothing was measured")
        return
    name = torch.cuda.get_device_name() if options.device.startswith("cuda") else "CPU"
    texts, settings = made_up(options.n), EncoderSettings(device=options.device)
    library = import_sentence_transformers().SentenceTransformer(
        str(resolve_model(settings.model)), device=options.device
    )
    encoders = {dtype: Encoder(settings._replace(dtype=dtype)) for dtype in ("float32", "bfloat16")}
    vectors = {dtype: model.encode(texts).vectors for dtype, model in encoders.items()}
    contenders: dict[str, Callable[[], object]] = {
        f"encode({size})": partial(library.encode, texts, batch_size=size) for size in (64, 1_024)
    }
    contenders |= {dtype: partial(model.encode, texts) for dtype, model in encoders.items()}
    best = best_of(options.repeats, contenders)
    print(f"{name}; {len(texts):,} texts; cosine error of bfloat16 {cosine_error(*vectors.values()):.1e}")
    for contender, timing in best.items():
        ratio = best["encode(64)"].wall_seconds / timing.wall_seconds
        print(f"  {contender:<14}{len(texts) / timing.wall_seconds:>10,.0f} texts/s{ratio:>8.2f} x encode(64)")
    seconds, found = products(options.vectors, options.device)
    print(f"  all products of {options.vectors:,} vectors of {WIDTH}: {seconds:,.1f} s, {found:,} pairs alike")


if __name__ == "__main__":
    main()
