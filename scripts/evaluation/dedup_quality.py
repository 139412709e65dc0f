#!/usr/bin/env python
"""Measure deduplication on labelled public data, at the default thresholds, and print one table.

    scripts/evaluate dedup_quality [--data FOLDER] [--part N]

Near-duplicate text and the same question in other words are different things and have parts of the table of their own.
`matched` counts pairs that a channel calls duplicates; `dropped` counts pairs that a run with default settings settles
by dropping one as a duplicate of the other. In that run no example is dropped for its quality, so nothing else does.
``--part N`` looks at N pairs of each labelled set and at N texts against brute force, for a quick look.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

import dedup_data
import dedup_match
import numpy as np
import pyarrow.dataset as ds
from conflict_data import Pair
from dedup_data import Labelled
from fetch_data import real_folder
from numpy.typing import NDArray

from ftq_spark.formats.detect import conversation
from ftq_spark.formats.identity import content_hash
from ftq_spark.kernels.semantic.cells import EXACT_LIMIT, train_cells
from ftq_spark.kernels.semantic.vectors import measure
from ftq_spark.models.encoder import EncoderSettings, encoder
from ftq_spark.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
SETTINGS = Settings()
NEAR, SEMANTIC = SETTINGS.dedup.near.threshold, SETTINGS.dedup.semantic.threshold
CANDIDATES = SETTINGS.conflict.prompt_threshold
NUMBERS = re.compile(r"\d+(?:[.,:/]\d+)*")
N_BRUTE = 5_000


class Row(NamedTuple):
    """A line of the table; without a goal it is for information."""

    part: str
    set: str
    channel: str
    measure: str
    value: float
    of: int | None = None  # `value` is a count of so many
    goal: str = ""

    @property
    def missed(self) -> bool:
        """Whether the figure is below its goal."""
        if not self.goal or np.isnan(self.value):  # NaN: a part of the data without any pair
            return False
        relation, bound = self.goal.split()
        return not {
            ">=": self.value >= float(bound),
            "<=": self.value <= float(bound),
            "==": self.value == float(bound),
        }[relation]


# ── The same content ─────────────────────────────────────────────────────────────────────────────────────────────────


def content_rows(folder: Path) -> list[Row]:
    """Rows of one file that are also in another, by the hash of their conversation."""
    found = []
    for left, right, n in (
        ("alpaca_claude_t45", "alpaca_random_9k", 935),
        ("new_codealpaca", "gpteacher_codegen", 4535),
    ):
        hashes = []
        for name in (left, right):
            rows = dedup_data.rows(folder, f"instruct/{name}.json.gz")
            hashes.append([content_hash(conversation(row)) for row in rows if row.get("output") or row.get("response")])
        others = set(hashes[1])
        value = sum(hash_ in others for hash_ in hashes[0])
        found.append(Row("same content", f"{left} in {right}", "exact", "rows", value, len(hashes[0]), f"== {n}"))
    return found


# ── Near-duplicate text ──────────────────────────────────────────────────────────────────────────────────────────────


def sweep_rows(folder: Path) -> list[Row]:
    """The rows that an author's deduplication dropped, and those that it left."""
    texts = dedup_data.toolformer(folder, "dedupe-only")
    sets, unit = dedup_match.distinct(dedup_match.shingle_sets(texts))
    partners: dict[int, set[int]] = {}
    for left, right in dedup_match.near_by_blocks(sets, NEAR):
        partners.setdefault(left, set()).add(right)
        partners.setdefault(right, set()).add(left)
    found = []
    for step in ("0.9", "0.7"):
        left_over = set(dedup_data.toolformer(folder, f"similarity-{step}"))
        kept = {int(unit[i]) for i, text in enumerate(texts) if text in left_over}
        dropped = [int(unit[i]) for i, text in enumerate(texts) if text not in left_over]
        again = sum(u in kept or bool(partners.get(u, set()) & kept) for u in dropped)
        repeated = sum(bool(partners.get(u, set()) & kept) for u in kept)
        name = f"toolformer at {step}"
        found += [
            Row("near text", name, "near", "dropped rows that match a kept one", again, len(dropped)),
            Row("near text", name, "near", "kept rows that match a kept one", repeated, len(kept)),
        ]
    return found


def template_rows(folder: Path) -> list[Row]:
    """Matches between renderings of the same items by different templates, one family of templates after the other."""
    renderings = dedup_data.templates(folder)
    same = other = n_same = 0
    for family in dedup_data.FAMILIES:
        mine = [row for row in renderings if row.family == family]
        texts = [f"{row.prompt}\n\n{row.completion}" for row in mine]
        sets, unit = dedup_match.distinct(dedup_match.shingle_sets(texts))
        items: list[set[int]] = [set() for _ in sets.offsets[1:]]
        for row, u in zip(mine, unit.tolist(), strict=True):
            if u >= 0:
                items[u].add(row.item)
        matched = dedup_match.near_by_blocks(sets, NEAR)
        same += sum(bool(items[left] & items[right]) for left, right in matched)
        other += sum(not items[left] & items[right] for left, right in matched)
        n_templates = len({row.template for row in mine})
        n_same += len(mine) // n_templates * n_templates * (n_templates - 1) // 2
    return [
        Row("near text", "T0 templates, one item", "near", "pairs matched", same, n_same),
        Row("near text", "T0 templates, two items", "near", "pairs matched", other),
        Row("near text", "T0 templates", "near", "precision", same / max(same + other, 1)),
    ]


# ── Pairs with a label ───────────────────────────────────────────────────────────────────────────────────────────────


def precision_and_recall(found: NDArray[np.bool_], same: NDArray[np.bool_]) -> tuple[float, float]:
    return float(same[found].mean()) if found.any() else float("nan"), float(found[same].mean())


def question_rows(name: str, pairs: Sequence[Labelled], part: str = "same question") -> list[Row]:
    """Precision and recall of both channels on pairs of texts."""
    left, right, label = zip(*pairs, strict=True)
    same = np.array(label)
    texts, at = np.unique(np.array([left, right], dtype=object), return_inverse=True)
    encoded = encoder(EncoderSettings()).encode(texts.tolist())
    i, j = at.reshape(2, -1)
    whole = ~(encoded.truncated[i] | encoded.truncated[j])
    numbers = np.array(
        [sorted(NUMBERS.findall(a)) == sorted(NUMBERS.findall(b)) for a, b in zip(left, right, strict=True)]
    )
    cosine = measure(encoded.vectors, encoded.vectors, i, j)
    cosine[~(whole & numbers)] = -1.0
    near = dedup_match.jaccard(left, right) >= NEAR
    rows = []
    for channel, found in (
        ("near", near),
        ("semantic", cosine >= SEMANTIC),
        (f"semantic {CANDIDATES}", cosine >= CANDIDATES),
    ):
        precision, recall = precision_and_recall(found, same)
        rows += [
            Row(part, name, channel, "precision", precision),
            Row(part, name, channel, "recall", recall),
            Row("must not be merged", name, channel, "pairs matched", int((found & ~same).sum()), int((~same).sum())),
        ]
    return rows


# ── Pairs that a run must not merge ──────────────────────────────────────────────────────────────────────────────────


def write_examples(path: Path, pairs: Sequence[Pair]) -> list[tuple[int, int]]:
    """The distinct examples of `pairs`, one a line; for each pair the lines (from 1) of its two."""
    line: dict[tuple[str, str], int] = {}
    at = [
        tuple(
            line.setdefault(turns, len(line) + 1) for turns in ((p.question_a, p.answer_a), (p.question_b, p.answer_b))
        )
        for p in pairs
    ]
    with path.open("w", encoding="utf-8") as file:
        for prompt, answer in line:
            turns = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
            file.write(json.dumps({"messages": turns}) + "\n")
    return at  # type: ignore[return-value]


def run_rows(sets: dict[str, Sequence[Pair]], folder: Path, part: str = "must not be merged") -> list[Row]:
    """What one run of the whole pipeline does with each set of pairs."""
    from ftq_spark.cli.app import invoke  # noqa: PLC0415  (starts Spark)
    from ftq_spark.runs.run import Run  # noqa: PLC0415

    at, inputs = {}, []
    for number, (name, pairs) in enumerate(sets.items()):
        path = folder / f"set{number}.jsonl"
        at[name] = number, write_examples(path, pairs)
        inputs.append(str(path))
    neutral = ("--set=score.min_quality=0", "--set=score.rules=[]")
    if invoke(["run", *inputs, "--out", str(folder / "run"), "--to", "decide", *neutral]):
        raise SystemExit("the run failed")
    run = Run.open(str(folder / "run"))
    table = partial(_rows, run)
    id_of = {
        (row["dataset"], row["row"]): row["example_id"] for row in table("examples", "example_id", "dataset", "row")
    }
    matched: dict[str, set[frozenset[str]]] = {}
    for row in table("pairs", "left_id", "right_id", "channel"):
        matched.setdefault(row["channel"], set()).add(frozenset((row["left_id"], row["right_id"])))
    verdicts = {
        row["example_id"]: row for row in table("verdicts", "example_id", "verdict", "duplicate_of", "conflicts_with")
    }
    rows = []
    for name, (number, lines) in at.items():
        pairs_ = [frozenset(id_of[f"set{number}", line] for line in both) for both in lines]
        dropped = sum(any(_dropped(verdicts[one], pair) for one in pair) for pair in pairs_)
        review = sum(any(set(verdicts[one]["conflicts_with"]) & pair for one in pair) for pair in pairs_)
        counts = {
            ("near", "pairs matched"): sum(pair in matched.get("near", ()) for pair in pairs_),
            ("semantic", "pairs matched"): sum(pair in matched.get("semantic", ()) for pair in pairs_),
            ("conflict", "pairs sent to review"): review,
            ("verdict", "pairs dropped"): dropped,
        }
        rows += [Row(part, name, channel, measure, n, len(pairs_)) for (channel, measure), n in counts.items()]
    return rows


def _rows(run: object, name: str, *columns: str) -> list[dict]:
    from ftq_spark.runs.tables import dataset  # noqa: PLC0415

    found: ds.Dataset = dataset(run, name)  # type: ignore[arg-type]
    return found.to_table(columns=list(columns)).to_pylist()


def _dropped(verdict: dict, pair: frozenset[str]) -> bool:
    return verdict["verdict"] == "drop" and verdict["duplicate_of"] in pair


# ── Against brute force ──────────────────────────────────────────────────────────────────────────────────────────────


def brute_rows(folder: Path, n: int) -> list[Row]:
    """Recall and precision against all pairs, of real texts with many near duplicates and of real prompts."""
    rows = []
    templates = [f"{row.prompt}\n\n{row.completion}" for row in dedup_data.templates(folder)[:n]]
    for name, texts in {
        "toolformer": dedup_data.toolformer(folder, "dedupe-only")[:n],
        "T0 templates": templates,
    }.items():
        sets, _ = dedup_match.distinct(dedup_match.shingle_sets(texts))
        wanted = dedup_match.near_by_brute_force(sets, NEAR)
        found = dedup_match.near_by_blocks(sets, NEAR)
        right = len(found.items() & wanted.items())
        rows += [
            Row("against brute force", name, "near", "recall", right / max(len(wanted), 1), goal=">= 0.98"),
            Row("against brute force", name, "near", "precision", right / max(len(found), 1), goal=">= 1"),
        ]
    return rows


def cell_rows(folder: Path, n: int) -> list[Row]:
    """Recall of comparing in cells, as few of them as the smallest corpus has that is compared so, and many more."""
    rows = []
    for name, prompts in {
        "prompts": dedup_data.prompts(folder, n),
        "MedQuAD questions": dedup_data.patients_questions(folder, n),
    }.items():
        vectors = encoder(EncoderSettings()).encode(prompts).vectors
        for n_units, shown in ((EXACT_LIMIT, True), (1_000_000, False)):
            cells = train_cells(vectors, n_units, lowest=CANDIDATES)
            for threshold, goal in ((SEMANTIC, ">= 0.99"), (CANDIDATES, ">= 0.97")):
                wanted = dedup_match.semantic_by_brute_force(vectors, threshold)
                found = dedup_match.semantic_by_cells(vectors, cells, threshold)
                recall = len(found.keys() & wanted.keys()) / len(wanted) if wanted else float("nan")
                set_ = f"{name}, {cells.n_probe} of {len(cells.n_pieces)} cells"
                measure_ = f"recall of {len(wanted):,} pairs"
                rows.append(
                    Row("against brute force", set_, f"semantic {threshold}", measure_, recall, goal=goal * shown)
                )
    return rows


def table_rows(folder: Path, part: int | None = None) -> list[Row]:
    """The whole table."""
    products, paws = dedup_data.products(folder)[:part], dedup_data.paws(folder)[:part]
    must_not: dict[str, Sequence[Pair]] = {
        "IMDb contrast set": dedup_data.reviews(folder)[:part],
        "BoolQ contrast set": dedup_data.passages(folder)[:part],
        "PAWS, no paraphrase": [pair for pair, same in paws if not same],
        "two products": [pair for pair, same in products if not same],
        **{name: pairs[:part] for name, pairs in dedup_data.contradictions(folder).items()},
    }
    may = {
        "PAWS, paraphrase": [pair for pair, same in paws if same],
        "one product, two shops": [pair for pair, same in products if same],
    }
    rows = [*content_rows(folder), *sweep_rows(folder)]
    if part is None:
        rows += template_rows(folder)
    for name, labelled in {
        "MQP": dedup_data.medical_questions(folder)[:part],
        "Korean questions": dedup_data.korean_questions(folder)[:part],
        "product names": [Labelled(pair.question_a, pair.question_b, same) for pair, same in products],
    }.items():
        rows += question_rows(name, labelled)
    with tempfile.TemporaryDirectory() as name:
        for number, (kind, sets) in enumerate({"must not be merged": must_not, "may be merged": may}.items()):
            (Path(name) / str(number)).mkdir()
            rows += run_rows(sets, Path(name) / str(number), kind)
    return [*rows, *brute_rows(folder, part or N_BRUTE), *cell_rows(folder, part or N_BRUTE)]


def main() -> None:
    """Print the table; exit 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="the folder of real datasets; by default FTQ_REAL_DATA")
    parser.add_argument("--part", type=int, help="pairs of each set to look at; default: all")
    arguments = parser.parse_args()
    folder = arguments.data or real_folder()
    rows = table_rows(folder, arguments.part)
    print(f"{'part':20s} {'set':38s} {'channel':13s} {'measure':36s} {'value':>8s} {'of':>7s}   goal")
    for row in sorted(rows, key=lambda row: row.part):
        value = f"{row.value:.4f}" if isinstance(row.value, float) else str(row.value)
        end = f"   {row.goal} {'MISSED' if row.missed else ''}".rstrip()
        print(f"{row.part:20s} {row.set:38s} {row.channel:13s} {row.measure:36s} {value:>8s} {row.of or '':>7}{end}")
    sys.exit(1 if any(row.missed for row in rows) else 0)


if __name__ == "__main__":
    main()
