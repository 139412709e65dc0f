"""Speed of the whole catalogue in one pass, each signal's share, and the ratio to a pass that only counts words.

    python scripts/benchmarks/signals.py [DATA] [--n 4000] [--words 130] [--datatrove-python PYTHON]

DATA: a gzipped JSON file of Alpaca rows, whose answers are joined to texts of about `--words` words; without it, the
texts are the answers of the shipped sample. Times are processor seconds of one process, so that a busy machine does
less harm. With the interpreter of an environment that has datatrove, its Gopher quality, Gopher repetition, C4 and
FineWeb filters see the same texts in the same run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "evaluation"))
from signal_data import Examples, alpaca, sample, single_turns

from ftq_spark import signals
from ftq_spark.kernels.text.tokens import tokenize

REPOSITORY = Path(__file__).resolve().parent.parent.parent
DATATROVE = """
import json, sys, time
from datatrove.data import Document
from datatrove.pipeline import filters
texts = json.load(sys.stdin)
for name in ('GopherQuality', 'GopherRepetition', 'C4Quality', 'FineWebQuality'):
    one = getattr(filters, name + 'Filter')()
    one.filter(Document(text=texts[0], id="0"))
    start = time.process_time()
    for text in texts:
        one.filter(Document(text=text, id="0"))
    print(json.dumps([name, time.process_time() - start]), flush=True)
"""


def texts_of(data: Path | None, n: int, words: int) -> Examples:
    """N single-turn examples whose answers have about `words` words."""
    if data is not None:
        pairs = alpaca(data)
    else:
        columns = sample(REPOSITORY / "tests" / "sample")[0].columns
        pairs = list(zip(columns["prompt"].to_pylist(), columns["response"].to_pylist(), strict=True))
    joined, parts, size = [], [], 0
    for question, answer in pairs:
        parts.append(answer)
        size += len(answer.split())
        if size >= words * 0.7:
            joined.append((question, "\n".join(parts)))
            parts, size = [], 0
    return single_turns((joined * (n // len(joined) + 1))[:n])


def seconds(work: Callable[[], object], repeat: int = 3) -> float:
    """The least processor seconds of a few runs."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def shares(columns: dict[str, pa.Array]) -> list[tuple[str, float]]:
    """Seconds that each signal adds, the slowest first; what several share counts for the first that asks."""
    batch = signals.Batch(columns)
    spent = []
    for entry in signals.catalogue():
        start = time.process_time()
        batch.value(entry.measure)
        spent.append((entry.name, time.process_time() - start))
    return sorted(spent, key=lambda item: -item[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--n", type=int, default=4000)
    parser.add_argument("--words", type=int, default=130)
    parser.add_argument("--datatrove-python", type=Path)
    parser.add_argument("--datatrove-n", type=int, default=300, help="texts that datatrove sees; it is slow")
    arguments = parser.parse_args()
    columns = texts_of(arguments.data, arguments.n, arguments.words).columns
    answers = columns["response"].to_pylist()
    mean_words = sum(len(answer.split()) for answer in answers) / len(answers)
    signals.measure({name: column.slice(0, 10) for name, column in columns.items()})  # tables are built once a process
    words_only = seconds(lambda: tokenize(columns["response"]))
    whole = seconds(lambda: signals.measure(columns))
    print(f"{len(answers)} answers of {mean_words:.0f} words, {len(signals.REGISTRY)} signals in one pass")
    print(
        f"{len(answers) / whole:,.0f} examples/s on one core; "
        f"{whole / words_only:.1f} times a pass that only counts words"
    )
    ranked = shares(columns)
    total = sum(spent for _, spent in ranked)
    for name, spent in ranked:
        print(f"  {spent / total:6.1%}  {name}")
    if arguments.datatrove_python is not None:
        chosen = json.dumps(answers[: arguments.datatrove_n])
        command = [str(arguments.datatrove_python), "-c", DATATROVE]
        done = subprocess.run(command, input=chosen, capture_output=True, text=True, check=True)
        timed = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
        for name, spent in timed:
            print(f"  datatrove {name}: {arguments.datatrove_n / spent:,.0f} examples/s")
        rate = arguments.datatrove_n / sum(spent for _, spent in timed)
        print(f"datatrove's four together: {rate:,.0f} examples/s; ours {len(answers) / whole / rate:.1f} times that")
    return 0


if __name__ == "__main__":
    sys.exit(main())
