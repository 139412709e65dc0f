"""Pairs of examples that are scored for contradiction per second and core, over answers of mixed lengths.

    ./scripts/bench conflict [--pairs N] [--data FOLDER]

Half of the pairs are short answers, half are long ones, as alpaca_eval's models wrote them; every example is read anew,
which is the dearest case. Prints CPU seconds, so that a busy machine changes little.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "scripts" / "evaluation"))

import conflict_data  # noqa: E402
from fetch_data import real_folder  # noqa: E402

from ftq_spark.kernels.conflict.pairs import score_pairs  # noqa: E402

TARGET_PAIRS, TARGET_SECONDS, TARGET_CORES = 2_000_000, 45 * 60, 2


def main() -> None:
    """Print pairs per second of one core, and the time for two million pairs on two cores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--data", type=Path, help="the folder of real datasets; by default FTQ_REAL_DATA")
    arguments = parser.parse_args()
    half = arguments.pairs // 2
    for name, models in (("short", conflict_data.SHORT), ("long", conflict_data.STRONG)):
        pairs = conflict_data.alpaca_eval(arguments.data or real_folder(), models)
        pairs = pairs[:: max(1, len(pairs) // half)][:half]
        start = time.process_time()
        score_pairs(*([pair[column] for pair in pairs] for column in range(4)), floor=0.25)
        rate = len(pairs) / (time.process_time() - start)
        minutes = TARGET_PAIRS / rate / TARGET_CORES / 60
        n_chars = sum(len(pair.answer_a) + len(pair.answer_b) for pair in pairs) // (2 * len(pairs))
        print(f"{name}: {n_chars} characters an answer, {rate:.0f} pairs/s a core;", end=" ")
        print(f"{TARGET_PAIRS:,} pairs in {minutes:.0f} min on {TARGET_CORES}")
    print(f"goal: {TARGET_PAIRS / TARGET_SECONDS / TARGET_CORES:.0f} pairs/s a core")


if __name__ == "__main__":
    main()
