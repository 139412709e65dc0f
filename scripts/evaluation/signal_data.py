"""Labelled datasets as the columns that signals read, for the evaluation of signals."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ftq_spark.formats import ingest
from ftq_spark.formats.containers import container_of, rows


class Examples(NamedTuple):
    """n examples: the columns of a batch, and (source, row) of each."""

    columns: dict[str, pa.Array]
    places: list[tuple[str, int]]


def single_turns(pairs: Iterable[tuple[str, str]]) -> Examples:
    """Examples of one question and one answer each."""
    asked, answered = zip(*pairs, strict=True)
    return Examples(
        {
            "prompt": pa.array(asked),
            "question": pa.array(asked),
            "first_user": pa.array(asked),
            "response": pa.array(answered),
            "conversation": pa.array(
                [f"{question}\n\n{answer}" for question, answer in zip(asked, answered, strict=True)]
            ),
            "roles": pa.array(["user assistant"] * len(asked)),
        },
        [("", row) for row in range(len(asked))],
    )


def sample(folder: Path) -> tuple[Examples, list[dict[str, Any]]]:
    """The shipped sample and its labels."""
    found: list[dict[str, str]] = []
    places = []
    for path in sorted((folder / "shards").iterdir()):
        container = container_of(path.name)
        if container is None:
            continue
        with path.open("rb") as stream:
            for batch in ingest.batches(rows(stream, container), dataset="sample", source=path.name):
                for row in batch.to_pylist():
                    if row["accepted"]:
                        found.append(_views(row))
                        places.append((path.name, row["row"]))
    columns = {name: pa.array([views[name] for views in found]) for name in found[0]}
    truth = [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    return Examples(columns, places), truth


def _views(row: dict[str, Any]) -> dict[str, str]:
    """The text views of one example, as `ftq_spark.schema.VIEWS` defines them."""
    messages = row["messages"]
    texts = [message["content"] or message["tool_calls"] or "" for message in messages]
    roles = [message["role"] for message in messages]
    last = max((i for i, role in enumerate(roles) if role == "assistant"), default=None)
    asked = [i for i in range(len(roles) if last is None else last) if roles[i] not in ("system", "developer")]
    users = [i for i in asked if roles[i] == "user"]
    labelled = "\n\n".join(f"{roles[i].capitalize()}: {texts[i]}" for i in asked)
    return {
        "prompt": texts[asked[0]] if len(asked) == 1 else labelled,
        "question": texts[users[-1]] if users else "",
        "first_user": next((text for text, role in zip(texts, roles, strict=True) if role == "user"), ""),
        "response": "" if last is None else texts[last],
        "conversation": "\n\n".join(texts),
        "roles": " ".join(roles),
        "rejected": "\n\n".join(turn["content"] for turn in row["rejected"] or []),
        "format": row["format"],
        "attached": row["attached"] or "",
        "media": row["media"] or "",
    }


def alpaca(path: Path) -> list[tuple[str, str]]:
    """(prompt, answer) of a file in Alpaca's schema."""
    found = json.loads(gzip.decompress(path.read_bytes()))
    return [("\n".join(filter(None, (row["instruction"], row["input"]))), row["output"]) for row in found]


def model_outputs(path: Path, models: Iterable[str]) -> list[tuple[str, str]]:
    """(instruction, output) of the named models of AlpacaEval."""
    table = pq.read_table(
        path, columns=["source_file", "instruction", "output"], filters=[("source_file", "in", set(models))]
    )
    return [(row["instruction"], row["output"] or "") for row in table.to_pylist()]


def parallel(path: Path) -> list[tuple[str, str, str]]:
    """(context, question, answer) of a file of XQuAD, in the order of their ids: the same in every language."""
    paragraphs = [p for title in json.loads(gzip.decompress(path.read_bytes()))["data"] for p in title["paragraphs"]]
    found = {q["id"]: (p["context"], q["question"], q["answers"][0]["text"]) for p in paragraphs for q in p["qas"]}
    return [found[id_] for id_ in sorted(found)]


def medquad(path: Path) -> list[tuple[str, str]]:
    """(question, answer) of MedQuAD; the answers that were taken out are empty."""
    found = map(json.loads, gzip.decompress(path.read_bytes()).splitlines())
    return [(row["question"], row["answer"] or "") for row in found]
