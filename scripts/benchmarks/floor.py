"""`ftq run` beside the floor: what Spark and the model cost a script that does nothing else.

    ./scripts/bench floor
    ./scripts/bench floor --rows 150 --repeats 5 --no-sample

The floor opens the same session, embeds every distinct prompt in one pass over Arrow batches and writes the vectors as
Parquet; without embeddings it writes the prompts. It stands twice: with the model in torch, as a script has it that
uses sentence-transformers, and with what a run embeds with (ONNX Runtime where it is installed). All run as processes
of their own and take turns, so that a busy minute hurts all. CPU seconds are those of a process and all below it: on a
busy machine their ratio is the steadier one. What stands in a line is the median of the turns.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from ftq_spark.models.encoder import EncoderSettings
from ftq_spark.models.files import model_identity, resolve_model
from ftq_spark.runs.shards import find_shards, read_span, whole
from ftq_spark.settings import Semantic
from ftq_spark.spark.session import open_session
from ftq_spark.transforms.embed import embed

SAMPLE = Path(__file__).resolve().parents[2] / "tests" / "sample" / "shards"
WITHOUT = ("--set=dedup.semantic.enabled=false", "--set=conflict.enabled=false")
_TEXTS_WORTH_A_MODEL = 256  # as in a run
_LOOKS_A_SECOND = 10  # at the processes: what one does in its last moment is not seen


class Took(NamedTuple):
    """One turn."""

    wall_seconds: float
    cpu_seconds: float


def first_rows(folder: Path, n: int) -> Path:
    """A folder with the first `n` lines of the sample's largest files."""
    lines = [line for path in sorted(SAMPLE.glob("medical*.jsonl")) for line in path.read_bytes().splitlines()]
    folder.mkdir()
    (folder / "rows.jsonl").write_bytes(b"\n".join(lines[:n]) + b"\n")
    return folder


def write_prompts(folder: Path, file: Path) -> Path:
    """The distinct questions of every example below `folder`, one JSON string a line: what the floor reads."""
    texts = set()
    for shard in find_shards([str(folder)]):
        for batch in read_span(whole(shard), 1 << 25):
            for turns in filter(None, batch["messages"].to_pylist()):
                texts.add("\n\n".join(turn["content"] or "" for turn in turns if turn["role"] == "user"))
    file.write_text("".join(json.dumps(text) + "\n" for text in sorted(texts)), encoding="utf-8")
    return file


def floor(file: Path, out: Path, backend: str | None) -> None:
    """What the other process does: Spark, the rows, the vectors, Parquet."""
    texts = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    spark = open_session(n_bytes=file.stat().st_size)
    rows = [(hashlib.sha256(text.encode()).hexdigest(), text) for text in texts]
    frame = spark.createDataFrame(rows, "text_hash string, text string")
    if backend:
        semantic = Semantic()
        settings = EncoderSettings(semantic.model, semantic.dtype, semantic.token_budget, backend=backend)
        identity = model_identity(resolve_model(settings.model), settings.dtype)
        frame = embed(frame, settings, identity, min(os.cpu_count() or 2, 1 + len(rows) // _TEXTS_WORTH_A_MODEL))
    frame.write.parquet(str(out))


def timed(command: list[str]) -> Took:
    """Run a command; seconds of the clock, and of the processors of it and all that it started."""
    began, spent = time.monotonic(), {}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    root = psutil.Process(process.pid)
    while process.poll() is None:
        for one in [root, *root.children(recursive=True)]:
            try:
                times = one.cpu_times()
                spent[one.pid, one.create_time()] = times.user + times.system
            except psutil.Error:
                continue
        time.sleep(1 / _LOOKS_A_SECOND)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Took(time.monotonic() - began, sum(spent.values()))


def compare(name: str, folder: Path, asked: Path, with_model: bool, repeats: int) -> None:
    """Print a line for each floor: it, `ftq run`, and how many times the floor that takes."""
    floors = {"torch": "torch", "as a run": Semantic().backend} if with_model else {"": None}
    turns: dict[str, list[Took]] = {"run": [], **{floor: [] for floor in floors}}
    for _ in range(repeats):
        for contender, found in turns.items():
            with tempfile.TemporaryDirectory(prefix="ftq-bench-") as scratch:
                if contender in floors:
                    command = [sys.executable, __file__, "--floor", str(asked), f"{scratch}/out"]
                    command += ["--backend", backend] if (backend := floors[contender]) else []
                else:
                    command = [sys.executable, "-m", "ftq_spark", "run", str(folder), "--out", f"{scratch}/out"]
                    command += [] if with_model else WITHOUT
                found.append(timed(command))
    middle = {name: Took(*map(statistics.median, zip(*found, strict=True))) for name, found in turns.items()}
    run = middle.pop("run")
    for floor, least in middle.items():
        cells = [f"{took.wall_seconds:>7.1f} {took.cpu_seconds:>7.1f}" for took in (least, run)]
        ratios = f"{run.wall_seconds / least.wall_seconds:>6.2f} {run.cpu_seconds / least.cpu_seconds:>6.2f}"
        print(f"{', '.join(filter(None, (name, floor))):<40} {' '.join(cells)} {ratios}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=150)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--no-sample", action="store_true", help="the first rows alone")
    parser.add_argument("--floor", nargs=2, metavar=("IN", "OUT"), help=argparse.SUPPRESS)
    parser.add_argument("--backend", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.floor:
        floor(Path(chosen.floor[0]), Path(chosen.floor[1]), chosen.backend)
        return
    print(f"{os.cpu_count()} cores; median of {chosen.repeats} turns; seconds")
    print(f"{'':<40} {'floor':>7} {'cpu':>7} {'run':>7} {'cpu':>7} {'ratio':>6} {'cpu':>6}")
    with tempfile.TemporaryDirectory(prefix="ftq-bench-") as folder:
        inputs = {f"{chosen.rows} rows": first_rows(Path(folder, "rows"), chosen.rows)}
        inputs |= {} if chosen.no_sample else {"the shipped sample": SAMPLE}
        for name, where in inputs.items():
            asked = write_prompts(where, Path(folder, "prompts.jsonl"))
            compare(name, where, asked, True, chosen.repeats)
            compare(f"{name}, without embeddings", where, asked, False, chosen.repeats)


if __name__ == "__main__":
    main()
