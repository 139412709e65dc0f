"""Answers of which others know the better ones: what quality is fitted to and measured on, source by source."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from signal_data import alpaca, model_outputs

Answer = tuple[str, str, str]  # prompt with every turn, the last question, the answer
AT_MOST = 1500  # answers of a side
MADE = ("made_cut", "made_looped", "made_swapped")  # what :func:`made` gives
WEAK_MODELS = ("text_davinci_001", "falcon-7b-instruct", "baize-v2-13b", "chatglm2-6b", "alpaca-7b_verbose")
STRONG_MODELS = (
    "gpt4_1106_preview",
    "gpt-4o-2024-05-13",
    "claude-3-5-sonnet-20240620",
    "Meta-Llama-3.1-70B-Instruct-Turbo",
)
# Weak models that write long answers, strong ones told to be brief: what is left when length speaks for the wrong side.
LONG_WEAK_MODELS = ("Qwen1.5-1.8B-Chat", "guanaco-13b", "minichat-1.5-3b")
BRIEF_STRONG_MODELS = ("gpt4_0613_concise", "claude-2.1_concise", "gpt4_0314")
MORE_STRONG_MODELS = (
    "yi-large-preview", "gpt-4-0125-preview", "claude-3-sonnet-20240229", "mistral-medium", "claude-2",
    "bedrock_claude", "Mixtral-8x22B-Instruct-v0.1",
)  # fmt: skip
MORE_WEAK_MODELS = (
    "alpaca-7b-neft", "phi-2-dpo", "openbuddy-falcon-40b-v9", "oasst-sft-llama-33b", "platolm-7b", "airoboros-33b",
    "minotaur-13b", "nous-hermes-13b", "cut-13b", "openbuddy-llama-30b-v7.1", "FuseChat-Llama-3.2-1B-Instruct",
    "gemma-7b-it", "claude2-alpaca-13b", "vicuna-7b-v1.3", "ultralm-13b", "humpback-llama2-70b",
)  # fmt: skip
ONE_LENGTH = 0.05  # two answers are of one length where the longer has no more words than this share more


class Source(NamedTuple):
    """Good and bad answers of one origin; `paired` where good[i] and bad[i] answer one prompt."""

    name: str
    about: str
    paired: bool
    good: list[Answer]
    bad: list[Answer]


def columns_of(answers: Sequence[Answer]) -> dict[str, pa.Array]:
    """Single answers as the columns of a batch."""
    prompt, question, response = (pa.array(texts, pa.string()) for texts in zip(*answers, strict=True))
    both = pa.array([f"{asked}\n\n{answer}" for asked, _, answer in answers], pa.string())
    roles = pa.array(["user assistant"] * len(answers))
    return {"prompt": prompt, "question": question, "first_user": question, "response": response,
            "conversation": both, "roles": roles}  # fmt: skip


def sources(data: Path) -> list[Source]:
    """Every source, in the order of their names; a side has at most AT_MOST answers, the same on every call."""
    found = [
        Source("alpaca_rated", "rated 4.5 or more by a model, against random rows", False, *_rated(data)),
        Source("kto", "labelled good or bad", False, *_kto(data / "llamafactory/kto_en_demo.json.gz")),
        _of_pairs("dpo", "chosen, rejected", _dpo(data / "llamafactory/dpo_en_demo.json.gz")),
        _of_pairs("hh", "people's choice, less harmful", _hh(data / "dpo/hh_rlhf_harmless_base_test.jsonl.gz")),
        _of_pairs("pandalm", "people's choice, three agree or two", pandalm(data / "iaa/pandalm_testset-v1.json.gz")),
        _of_pairs("oasst", "ranked by people: first, last", _oasst(data / "oasst/en_100_tree.jsonl.gz")),
        _of_pairs("teachers", "a strong model's answers, a weak one's", _teachers(data)),
        _of_pairs("truthfulqa", "true, false", _truthful(data / "contradiction/TruthfulQA_even.csv")),
        Source("models", "strong models, weak models", False, *_models(data, STRONG_MODELS, WEAK_MODELS)),
        _of_pairs("models_matched", "strong, weak, of one length", _of_one_length(data)),
        Source("models_brief", "strong and brief, weak and long", False,
               *_models(data, BRIEF_STRONG_MODELS, LONG_WEAK_MODELS)),
    ]  # fmt: skip
    return sorted((_cut(source) for source in found), key=lambda source: source.name)


def _cut(source: Source) -> Source:
    generator = np.random.default_rng(0)
    if source.paired:
        chosen = generator.permutation(len(source.good))[:AT_MOST]
        return source._replace(good=[source.good[i] for i in chosen], bad=[source.bad[i] for i in chosen])
    return source._replace(good=_some(source.good, generator), bad=_some(source.bad, generator))


def _some(answers: list[Answer], generator: np.random.Generator) -> list[Answer]:
    return [answers[i] for i in generator.permutation(len(answers))[:AT_MOST]]


def _of_pairs(name: str, about: str, pairs: Iterable[tuple[Answer, Answer]]) -> Source:
    good, bad = zip(*pairs, strict=True)
    return Source(name, about, True, list(good), list(bad))


def _single(pairs: Iterable[tuple[str, str]]) -> list[Answer]:
    return [(asked, asked, answer) for asked, answer in pairs]


def _json(path: Path) -> list[Any]:
    found: list[Any] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def _lines(path: Path) -> Iterator[Any]:
    return map(json.loads, gzip.decompress(path.read_bytes()).splitlines())


def _rated(data: Path) -> tuple[list[Answer], list[Answer]]:
    rated, random = (alpaca(data / f"instruct/alpaca_{name}.json.gz") for name in ("claude_t45", "random_9k"))
    known = set(rated)
    return _single(rated), _single(pair for pair in random if pair not in known)


def _models(data: Path, strong: Iterable[str], weak: Iterable[str]) -> tuple[list[Answer], list[Answer]]:
    outputs = data / "scale/alpaca_eval_outputs_shared.parquet"
    return _single(model_outputs(outputs, strong)), _single(model_outputs(outputs, weak))


def _of_one_length(data: Path) -> Iterator[tuple[Answer, Answer]]:
    """At most four pairs of one prompt, in which no answer stands twice."""
    outputs = data / "scale/alpaca_eval_outputs_shared.parquet"
    answers: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    strong_ones = (*STRONG_MODELS, *BRIEF_STRONG_MODELS, *MORE_STRONG_MODELS)
    weak_ones = (*WEAK_MODELS, *LONG_WEAK_MODELS, *MORE_WEAK_MODELS)
    for side, models in enumerate((strong_ones, weak_ones)):
        for asked, answer in model_outputs(outputs, models):
            answers[asked][side].append(answer)
    for asked, (strong, weak) in sorted(answers.items()):
        taken: set[str] = set()
        for good in sorted(strong):
            n = len(good.split())
            near = [bad for bad in sorted(weak) if bad not in taken and abs(len(bad.split()) - n) <= ONE_LENGTH * n]
            if near and len(taken) < 4:
                taken.add(near[0])
                yield (asked, asked, good), (asked, asked, near[0])


def _teachers(data: Path) -> Iterator[tuple[Answer, Answer]]:
    """Prompts of Alpaca that a stronger model has answered anew."""
    first = dict(alpaca(data / "instruct/alpaca_random_9k.json.gz"))
    for asked, answer in alpaca(data / "llamafactory/alpaca_en_demo.json.gz"):
        if asked in first and first[asked] != answer:
            yield (asked, asked, answer), (asked, asked, first[asked])


def made(data: Path) -> list[Source]:
    """Good answers against the same ones spoilt: cut short, looping, and in place of the answer to another question."""
    whole = [pair for name in ("alpaca_claude_t45", "dolly_3k") for pair in alpaca(data / f"instruct/{name}.json.gz")]
    whole = [pair for pair in whole if len(pair[1].split()) >= 25]
    chosen = _some(_single(whole), np.random.default_rng(1))
    spoilt = {
        "made_cut": ("whole, cut short", [answer[: max(int(len(answer) * 0.6), 20)] for _, _, answer in chosen]),
        "made_looped": (
            "whole, looping",
            [answer + " " + " ".join(answer.split()[-10:] * 12) for *_, answer in chosen],
        ),
        "made_swapped": ("to the question, to another", [chosen[i - 1][2] for i in range(len(chosen))]),
    }
    return [
        Source(name, about, True, chosen, [(*row[:2], bad) for row, bad in zip(chosen, answers, strict=True)])
        for name, (about, answers) in spoilt.items()
    ]


def _asked(turns: list[str]) -> tuple[str, str]:
    """(prompt, last question) of the turns before an answer, users first and last."""
    roles = ("User", "Assistant")
    prompt = turns[0] if len(turns) == 1 else "\n\n".join(f"{roles[i % 2]}: {turn}" for i, turn in enumerate(turns))
    return prompt, turns[-1]


def _kto(path: Path) -> tuple[list[Answer], list[Answer]]:
    sides: dict[bool, list[Answer]] = {True: [], False: []}
    for row in _json(path):
        *before, last = [m["content"] for m in row["messages"] if m["role"] != "system"]
        sides[row["label"]].append((*_asked(before), last))
    return sides[True], sides[False]


def _dpo(path: Path) -> Iterator[tuple[Answer, Answer]]:
    for row in _json(path):
        asked = _asked([turn["value"] for turn in row["conversations"] if turn["from"] != "system"])
        yield (*asked, row["chosen"]["value"]), (*asked, row["rejected"]["value"])


def _hh(path: Path) -> Iterator[tuple[Answer, Answer]]:
    for row in _lines(path):
        sides = []
        for side in ("chosen", "rejected"):
            before, _, answer = row[side].rpartition("\n\nAssistant:")
            turns = before.replace("\n\nAssistant:", "\n\nHuman:").split("\n\nHuman:")[1:]
            sides.append((*_asked([turn.strip() for turn in turns]), answer.strip()))
        yield sides[0], sides[1]


def pandalm(path: Path) -> Iterator[tuple[Answer, Answer]]:
    for row in _json(path):
        votes = [row[f"annotator{i}"] for i in (1, 2, 3)]
        asked = "\n".join(filter(None, (row["instruction"], row["input"])))
        answers = [(asked, asked, str(row[name])) for name in ("response1", "response2")]
        if max(votes.count(1), votes.count(2)) >= 2:
            first, second = answers if votes.count(1) >= 2 else answers[::-1]
            yield first, second


def _oasst(path: Path) -> Iterator[tuple[Answer, Answer]]:
    def walk(message: dict[str, Any], before: list[str]) -> Iterator[tuple[Answer, Answer]]:
        turns = [*before, message["text"]]
        ranked = [reply for reply in message["replies"] if reply.get("rank") is not None]
        if message["role"] == "prompter" and len(ranked) >= 2:
            ranked.sort(key=lambda reply: reply["rank"])
            yield (*_asked(turns), ranked[0]["text"]), (*_asked(turns), ranked[-1]["text"])
        for reply in message["replies"]:
            yield from walk(reply, turns)

    for tree in _lines(path):
        yield from walk(tree["prompt"], [])


def _truthful(path: Path) -> Iterator[tuple[Answer, Answer]]:
    """The n-th true answer to a question beside the n-th false one; "I have no comment" is no answer."""
    wanted: Callable[[str], list[str]] = lambda cell: [  # noqa: E731
        text.strip() for text in cell.split(";") if text.strip() and "no comment" not in text
    ]
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            asked = row["Question"]
            for good, bad in zip(wanted(row["Correct Answers"]), wanted(row["Incorrect Answers"]), strict=False):
                yield (asked, asked, good), (asked, asked, bad)
