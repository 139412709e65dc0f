"""Labelled pairs for fitting and for measuring contradiction detection, read from a folder of public datasets."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

STRONG = (
    "gpt-4o-2024-05-13",
    "claude-3-5-sonnet-20240620",
    "gpt4_1106_preview",
    "claude-3-sonnet-20240229",
    "yi-large-preview",
)
SHORT = (
    "text_davinci_001",
    "alpaca-7b-neft",
    "gpt35_turbo_instruct",
    "falcon-7b-instruct",
    "gpt-3.5-turbo-1106_concise",
)


class Pair(NamedTuple):
    """Two examples; `conflict` is the label, `group` what belongs together in cross-validation."""

    question_a: str
    answer_a: str
    question_b: str
    answer_b: str
    conflict: bool
    group: str


def _lines(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:  # type: ignore[operator]
        yield from file


def golden(folder: Path) -> list[Pair]:
    """Hand-written pairs."""
    rows = map(json.loads, _lines(folder / "contradiction/golden_pairs.jsonl"))
    return [
        Pair(r["prompt_a"], r["response_a"], r["prompt_b"], r["response_b"], r["conflict"], str(i))
        for i, r in enumerate(rows)
    ]


def truthfulqa(folder: Path, comments: bool = True) -> list[Pair]:
    """Correct answers agree with each other and conflict with incorrect ones; `comments` keeps "I have no comment"."""
    pairs = []
    with (folder / "contradiction/TruthfulQA_even.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            right, wrong = (
                [
                    part.strip()
                    for part in row[name].split(";")
                    if part.strip() and (comments or "no comment" not in part)
                ]
                for name in ("Correct Answers", "Incorrect Answers")
            )
            question = row["Question"]
            pairs += [Pair(question, a, question, b, False, question) for a, b in itertools.combinations(right, 2)]
            pairs += [Pair(question, a, question, b, True, question) for a in right for b in wrong]
    return pairs


def alpaca_eval(folder: Path, models: tuple[str, ...]) -> list[Pair]:
    """Answers of neighbouring models to one prompt; unlabelled."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    path = folder / "scale/alpaca_eval_outputs_shared.parquet"
    table = pq.read_table(
        path, columns=["source_file", "instruction", "output"], filters=[("source_file", "in", models)]
    )
    answers: dict[str, dict[str, str]] = {}
    for row in table.to_pylist():
        answers.setdefault(row["instruction"], {})[row["source_file"]] = row["output"]
    return [
        Pair(prompt, by_model[a], prompt, by_model[b], False, prompt)
        for prompt, by_model in answers.items()
        for a, b in itertools.pairwise(models)
        if a in by_model and b in by_model
    ]


def code(folder: Path) -> list[Pair]:
    """HumanEval's solution against itself in another style, and the code prompts that two sources answered."""
    pairs = []
    for row in map(json.loads, _lines(folder / "bench/HumanEval.jsonl.gz")):
        other = row["canonical_solution"].replace("return", "# the result\n    return").replace("i in", "index in")
        pairs.append(Pair(row["prompt"], row["canonical_solution"], row["prompt"], other, False, row["task_id"]))
    return pairs


def situated(folder: Path, edited: bool) -> list[Pair]:
    """Questions whose answer depends on the place: two places named (`edited`), or none."""
    by_question: dict[str, list[dict]] = {}
    for row in map(json.loads, _lines(folder / "contradiction/situatedqa_geo.dev.jsonl.gz")):
        by_question.setdefault(row["question"], []).append(row)
    key = "edited_question" if edited else "question"
    return [
        Pair(a[key], a["answer"][0], b[key], b["answer"][0], False, question)
        for question, rows in by_question.items()
        for a, b in itertools.islice(itertools.combinations(rows, 2), 3)
        if a["answer"] and b["answer"] and not set(a["answer"]) & set(b["answer"]) and a["location"] != b["location"]
    ]


def statements(folder: Path) -> list[Pair]:
    """WikiFactCheck: a claim and its negation, both as answers to one request."""
    pairs = []
    for number in range(3):
        path = folder / f"contradiction/wikifactcheck-english__processed__wikifactcheck_english_{number}.tsv.gz"
        for i, row in enumerate(csv.DictReader(_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE)):
            question = "Is this known?"
            pairs.append(Pair(question, row["sentence"], question, row["negated"], True, f"{number}:{i}"))
    return pairs


def nli(folder: Path, name: str) -> list[Pair]:
    """Sentence pairs with a contradiction label: sem_anto_neg, negnli, conjnli, sick or snli."""
    base = folder / "contradiction"
    if name == "sem_anto_neg":
        path = base / "antonym-substitution__processed__sem_anto_neg.tsv.gz"
        rows = [
            (r["premise"], r["hypothesis"], r["label"] == "1") for r in csv.DictReader(_lines(path), delimiter="\t")
        ]
    elif name == "negnli":
        with gzip.open(base / "negnli_MNLI.txt.gz", "rt", encoding="cp1252") as file:
            rows = [
                (r["Text"], r["Hypothesis"], r["gold_label"] == "contradiction")
                for r in csv.DictReader(file, delimiter="\t")
            ]
    elif name == "conjnli":
        lines = (line.lstrip("\ufeff") for line in _lines(base / "conjnli_dev.tsv.gz"))
        rows = [
            (r["Premise"], r["Hypothesis"], r["Label"] == "contradiction")
            for r in csv.DictReader(lines, delimiter="\t")
        ]
    elif name == "sick":
        rows = [
            (r["sentence_A"], r["sentence_B"], r["entailment_label"] == "CONTRADICTION")
            for r in csv.DictReader(_lines(base / "SICK.txt.gz"), delimiter="\t")
        ]
    else:
        rows = [
            (r["sentence1"], r["sentence2"], r["gold_label"] == "contradiction")
            for r in map(json.loads, _lines(base / "snli_dev_partial.jsonl.gz"))
        ]
    question = "Is this known?"
    return [Pair(question, a, question, b, label, f"{name}:{i}") for i, (a, b, label) in enumerate(rows) if a and b]


def wrong_spans(folder: Path, language: str = "en") -> list[Pair]:
    """XQuAD: the right answer against the answer of another question about the same paragraph."""
    content = json.loads("".join(_lines(folder / f"multilingual/xquad.{language}.json.gz")))
    pairs = []
    for article in content["data"]:
        for paragraph in article["paragraphs"]:
            asked = [(qa["question"], qa["answers"][0]["text"]) for qa in paragraph["qas"]]
            for (question, right), (_, wrong) in itertools.pairwise(asked):
                if right.lower() not in wrong.lower() and wrong.lower() not in right.lower():
                    pairs.append(Pair(question, right, question, wrong, True, question))
    return pairs


def solutions(folder: Path) -> list[Pair]:
    """GSM8K: a solution against itself with another result, and against itself stating its result in another form."""
    pairs = []
    for row in map(json.loads, _lines(folder / "bench/gsm8k_test.jsonl.gz")):
        question, (steps, result) = row["question"], row["answer"].split("#### ")
        result = result.strip()
        plain, wrong = re.sub(r"<<[^>]*>>", "", steps), f"{2 * float(result.replace(',', '')) + 1:g}"
        rows = [
            (row["answer"], f"{plain.replace(result, wrong)}#### {wrong}", True),
            (row["answer"], f"{plain}A: {result}", False),
            (f"{plain}So the answer is {result}.", f"{plain}\\boxed{{{result}}}", False),
        ]
        pairs += [Pair(question, one, question, other, label, question) for one, other, label in rows]
    return pairs
