"""Labelled duplicates, and pairs that only look like duplicates, read from a folder of public datasets."""

from __future__ import annotations

import ast
import csv
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import conflict_data
from conflict_data import Pair

# The families of templates of T0: row i of every template of 200 rows of a family is the same item.
FAMILIES = (
    *("adversarial_qa_dbert", "adversarial_qa_dbidaf", "adversarial_qa_droberta", "ag_news", "amazon_polarity"),
    *("app_reviews", "cnn_dailymail", "common_gen", "commonsense_qa", "dbpedia_14", "duorc_ParaphraseRC"),
    *("duorc_SelfRC", "gigaword", "imdb", "multi_news", "paws", "qasc", "quartz", "quoref", "ropes"),
    *("rotten_tomatoes", "sciq", "social_i_qa", "trec", "wiki_bio", "wiki_hop", "wiki_qa", "wiqa", "xsum"),
    "yelp_review_full",
)
_ITEMS = 200


class Labelled(NamedTuple):
    """Two texts and whether people call them the same."""

    left: str
    right: str
    same: bool


class Rendered(NamedTuple):
    """One item of a family of templates, as one template renders it."""

    family: str
    item: int
    template: str
    prompt: str
    completion: str


def read(path: Path) -> str:
    """The text of a file, unpacked where it is packed."""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a JSON file."""
    found: list[dict[str, Any]] = json.loads(read(folder / name))
    return found


def prompts(folder: Path, n: int) -> list[str]:
    """`n` distinct real prompts, in the order of their files."""
    found: dict[str, None] = {}
    for name in ("alpaca_random_9k", "alpaca_claude_t45", "dolly_3k", "gpteacher_codegen"):
        for row in rows(folder, f"instruct/{name}.json.gz"):
            found["\n\n".join(filter(None, (row["instruction"], row.get("input"))))] = None
    return list(found)[:n]


def patients_questions(folder: Path, n: int) -> list[str]:
    """`n` distinct questions of MedQuAD: a few dozen wordings, asked of thousands of diseases and drugs."""
    lines = read(folder / "scale/medquad_shared.jsonl.gz").splitlines()
    return list(dict.fromkeys(json.loads(line)["question"] for line in lines))[:n]


def toolformer(folder: Path, step: str) -> list[str]:
    """The corpus as its author left it at a step of a sweep of deduplications: dedupe-only, similarity-0.9, -0.7."""
    name = f"gpteacher_toolformer/toolformer-{step}.json.gz"
    return ["\n\n".join(str(value) for value in row.values()) for row in rows(folder, name)]


def templates(folder: Path) -> list[Rendered]:
    """The items of T0 by the templates that render all of them."""
    by_template: dict[str, list[dict[str, str]]] = {}
    for line in read(folder / "scale/t0_prompt_completion_shared.jsonl.gz").strip().split("\n"):
        row = json.loads(line)
        by_template.setdefault(row["template"], []).append(row)
    return [
        Rendered(family, item, template, row["prompt"], row["completion"].removesuffix("<|endoftext|>"))
        for template, found in by_template.items()
        for family in FAMILIES
        if template.startswith(family) and len(found) == _ITEMS
        for item, row in enumerate(found)
    ]


def medical_questions(folder: Path) -> list[Labelled]:
    """MQP: doctors rewrote questions, once to ask the same in other words, once to ask another thing in like words."""
    return [
        Labelled(left, right, label == "1")
        for _, left, right, label in csv.reader(io.StringIO(read(folder / "neardup/mqp.csv.gz")))
    ]


def korean_questions(folder: Path) -> list[Labelled]:
    """Korean question pairs; in the file's column `is_duplicate` 0 means the same."""
    found = csv.DictReader(io.StringIO(read(folder / "neardup/kor_Pair_test.csv")))
    return [Labelled(row["question1"], row["question2"], row["is_duplicate"] == "0") for row in found]


def products(folder: Path) -> list[tuple[Pair, bool]]:
    """Two shops' descriptions of products as questions and answers, and whether they are of one product."""
    data = gzip.decompress((folder / "neardup/jn_product_data_product.txt.gz").read_bytes()).decode("latin-1")
    shown = {
        str(number): (name, about or name) for number, name, about, _ in map(ast.literal_eval, data.splitlines()[1:])
    }
    found = []
    for row in csv.DictReader(io.StringIO(read(folder / "neardup/jn_product_truth.csv.gz"))):
        (a, about_a), (b, about_b) = (shown[number] for number in row["question"].split("_")[:2])
        pair = Pair(f"What is the {a}?", about_a, f"What is the {b}?", about_b, False, row["question"])
        found.append((pair, row["truth"] == "1"))
    return found


def paws(folder: Path) -> list[tuple[Pair, bool]]:
    """Sentences of the same words, to be said again, and whether they paraphrase each other."""
    found = []
    for row in templates(folder):
        if row.template == "paws_labeled_final_Concatenation":
            match = re.match(r"Sentence 1: (.*)\nSentence 2: (.*)\n", row.prompt)
            if match is None:
                raise ValueError(f"{row.template}, item {row.item}: expected two sentences")
            (a, b), ask = match.groups(), "Repeat this sentence:\n\n"
            found.append((Pair(ask + a, a, ask + b, b, False, str(row.item)), row.completion.strip() == "Yes"))
    return found


def reviews(folder: Path) -> list[Pair]:
    """IMDb contrast set: reviews and their edits of a few words that turn the verdict round."""
    originals, edits = (
        list(csv.DictReader(io.StringIO(read(folder / f"neardup/contrast_imdb_test_{name}.tsv.gz")), delimiter="\t"))
        for name in ("original", "contrast")
    )
    ask = "Is this review positive or negative?\n\n"
    return [
        Pair(ask + a["Text"], a["Sentiment"] + ".", ask + b["Text"], b["Sentiment"] + ".", True, str(i))
        for i, (a, b) in enumerate(zip(originals, edits, strict=True))
    ]


def passages(folder: Path) -> list[Pair]:
    """BoolQ contrast set: questions about one passage, edited until the answer turned."""
    answers = {"TRUE": "Yes.", "FALSE": "No."}
    found = []
    for row in rows(folder, "neardup/contrast_boolq_perturbed.json")["data"]:  # type: ignore[call-overload]
        asked, answer = f"{row['paragraph']}\n\n{row['question']}?", row["answer"]
        for edit in row["perturbed_questions"]:
            if {answer, edit["answer"]} == set(answers):
                other = f"{row['paragraph']}\n\n{edit['perturbed_q']}?"
                found.append(Pair(asked, answers[answer], other, answers[edit["answer"]], True, row["title"]))
    return found


def contradictions(folder: Path) -> dict[str, list[Pair]]:
    """Pairs of the same question with answers that cannot both be right; of TruthfulQA one pair for each question."""
    truthful = {
        pair.group: pair for pair in reversed(conflict_data.truthfulqa(folder, comments=False)) if pair.conflict
    }
    golden = [pair for pair in conflict_data.golden(folder) if pair.conflict]
    return {"TruthfulQA, right and wrong": list(truthful.values()), "hand-written conflicts": golden}
