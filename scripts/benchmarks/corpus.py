"""A corpus of any size for benchmarks: real rows (or the shipped sample's) and perturbed copies of them."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("FTQ_REAL_DATA", ""))
FILES = ("alpaca_random_9k", "alpaca_claude_t45", "dolly_3k", "gpteacher_codegen")
BOILERPLATE = (
    "Thank you for contacting our support team. We have received your request and will answer within two working days. "
    "Please keep the ticket number at hand. Your number is {number}, and the person who looks after it is {name}."
)


ONE_QUESTION = "What should our support team answer to a customer who asks where the parcel is?"


class Shares(NamedTuple):
    """What a corpus has too much of, each as a share of its examples.

    `boilerplate` have one form letter as their answer, with a name and a number filled in; `one_question` ask one
    question and answer it in their own ways.
    """

    boilerplate: float = 0.0
    one_question: float = 0.0


EVEN = Shares()


def base() -> list[tuple[str, str]]:
    """(prompt, response) of real rows where they are at hand, else of the shipped sample."""
    if (REAL / "instruct").is_dir():
        rows = []
        for name in FILES:
            with gzip.open(REAL / "instruct" / f"{name}.json.gz", "rt", encoding="utf-8") as file:
                rows += json.load(file)
        pairs = [
            ("\n\n".join(filter(None, (r["instruction"], r.get("input")))), r.get("output") or r.get("response"))
            for r in rows
        ]
        return [(prompt, response) for prompt, response in pairs if prompt and response and response.strip()]
    found = []
    for path in sorted((REPOSITORY / "tests" / "sample" / "shards").glob("medical*.jsonl")):
        for line in path.read_bytes().splitlines():
            turns = json.loads(line)["messages"]
            found.append((turns[-2]["content"], turns[-1]["content"]))
    return found


def examples(n: int, shares: Shares = EVEN, seed: int = 1) -> Iterator[tuple[str, str]]:
    """`n` examples: the base rows once, then copies of which 5% are exact, 10% near, the others mostly new words."""
    rows = base()
    vocabulary = sorted({word for _, response in rows for word in response.split() if word.isalpha()})
    for i in range(n):
        rng = random.Random(f"{seed}-{i}")
        prompt, response = rows[i % len(rows)]
        common = rng.random()
        if common < shares.boilerplate:
            name = rng.choice(vocabulary).title()
            yield prompt, BOILERPLATE.format(number=rng.randrange(10**6), name=name)
            continue
        kind = rng.random()
        if i >= len(rows) and kind >= 0.05:
            share = 0.02 if kind < 0.15 else 0.5
            prompt, response = (_perturbed(text, share, vocabulary, rng) for text in (prompt, response))
        yield (ONE_QUESTION if common < shares.boilerplate + shares.one_question else prompt), response


def _perturbed(text: str, share: float, vocabulary: list[str], rng: random.Random) -> str:
    words = text.split(" ")
    for _ in range(max(1, round(share * len(words)))):
        words[rng.randrange(len(words))] = rng.choice(vocabulary)
    return " ".join(words)


def write_shards(folder: Path, n: int, n_shards: int = 16, shares: Shares = EVEN) -> int:
    """Write `n` examples as OpenAI messages into `n_shards` JSON-lines files; their size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    per_shard = -(-n // n_shards)
    found = examples(n, shares)
    for shard in range(n_shards):
        with (folder / f"part-{shard:05d}.jsonl").open("w", encoding="utf-8") as file:
            for _, (prompt, response) in zip(range(per_shard), found, strict=False):
                turns = [{"role": "user", "content": prompt}, {"role": "assistant", "content": response}]
                file.write(json.dumps({"messages": turns}, ensure_ascii=False) + "\n")
    return sum(path.stat().st_size for path in folder.glob("*.jsonl"))
