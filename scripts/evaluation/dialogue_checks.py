"""Checks of calls, woven contradictions and swapped preferences, on real data.

    scripts/evaluate dialogue_checks [--data FOLDER]

Calls: what the arguments of glaive's calls cost to check against their schemas, which are read once; and whether
values of SGD's calls are grounded, as people wrote them and exchanged for another one of their slot; one that was said
elsewhere in the dialogue is no value out of nowhere, and is counted apart. Woven: true and false answers to one
question of TruthfulQA, the false one at turn 1 to 4 of a dialogue about other questions and the true one at its end:
the share that is found, beside the share of the same pairs with no other turn between them. Across: pairs of
TruthfulQA's answers that are earlier answers of two dialogues, so that their question must stand alone. Swapped: 5% of
pandalm's pairs the wrong way round; of the 50 pairs whose chosen answer has least quality beside the rejected one, and
of the 50 that the other pairs about their prompt speak most against, the share of swapped ones; the mean of 20 draws,
and of drawing by chance; and what the others could say if none of them were swapped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import pyarrow as pa
from conflict_data import truthfulqa
from fetch_data import real_folder
from fit_conflict import capped
from quality_data import pandalm

from ftq_spark import signals
from ftq_spark.formats.detect import conversation
from ftq_spark.kernels.conflict.alone import stands_alone
from ftq_spark.kernels.conflict.pairs import score_pairs
from ftq_spark.kernels.conflict.within import conflict_within
from ftq_spark.kernels.exchanges.arguments import check
from ftq_spark.kernels.exchanges.definitions import read_tools
from ftq_spark.kernels.exchanges.dialogue import calls
from ftq_spark.kernels.exchanges.grounding import is_grounded
from ftq_spark.kernels.exchanges.said import Said, folded, glued
from ftq_spark.kernels.exchanges.standing import standing
from ftq_spark.settings import Settings
from ftq_spark.signals.quality import QUALITY_CURVES, QUALITY_WEIGHTS, Curve, quality

FEW = 8  # values of a slot up to which it is a category that a schema would list
N_DIALOGUES = 800
SAYS_NOTHING = ("True", "False", "dontcare")
ROUNDS = 20
N_PAIRS = 400


def _calls(folder: Path) -> None:
    with gzip.open(folder / "llamafactory/glaive_toolcall_en_demo.json.gz") as file:
        rows = [conversation(row) for row in json.load(file)]
    found = [(call, read_tools(row.tools)) for row in rows if row.tools for call in calls(row.messages)]
    began = time.process_time()
    for _ in range(ROUNDS):
        n_faulty = sum(check(call, tools) is not None for call, tools in found)
    pace = ROUNDS * len(found) / (time.process_time() - began)
    print(f"calls: {len(found)} of glaive, {n_faulty} refused; {pace:,.0f} checked a second and core")


def _slots(dialogue: dict[str, Any]) -> Iterator[tuple[Said, tuple[str, str], str]]:
    said = Said()
    for turn in dialogue["turns"]:
        for frame in turn["frames"]:
            if "service_call" in frame:
                for name, value in frame["service_call"]["parameters"].items():
                    yield said, (frame["service"], name), value
                said.add(json.dumps(frame.get("service_results")), by_user=False)
        said.add(turn["utterance"], by_user=turn["speaker"] == "USER")


class Grounded(NamedTuple):
    """What was found of values of calls."""

    n: int
    n_wrong: int  # as people wrote them, but not found in what was said
    n_said: int  # exchanged for one that was said elsewhere in the dialogue: no value out of nowhere
    n_found: int  # exchanged for another one, and found to be out of nowhere


def grounded(folder: Path, n_dialogues: int = N_DIALOGUES) -> Grounded:
    """Values of the calls of SGD's dialogues, each as it is and exchanged for another one of its slot."""
    with gzip.open(folder / "scale/sgd_train.jsonl.gz") as file:
        dialogues = [json.loads(line) for line in file][: 4 * n_dialogues]
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for dialogue in dialogues:
        for _, slot, value in _slots(dialogue):
            values[slot].add(value)
    dice = random.Random(5)
    dice.shuffle(dialogues)
    n = n_wrong = n_said = n_found = 0
    for dialogue in dialogues[:n_dialogues]:
        for said, slot, value in _slots(dialogue):
            if len(values[slot]) > FEW and value not in SAYS_NOTHING:
                n += 1
                n_wrong += not is_grounded(slot[1], value, said)
                planted = dice.choice(sorted(values[slot] - {value, *SAYS_NOTHING}))
                is_said = said.holds(glued(folded(planted)))
                n_said += is_said
                n_found += not is_said and not is_grounded(slot[1], planted, said)
    return Grounded(n, n_wrong, n_said, n_found)


def _grounding(folder: Path) -> None:
    n, n_wrong, n_said, n_found = grounded(folder)
    print(f"grounding: {n:,} values, each as it is and exchanged: precision {n_found / (n_found + n_wrong):.3f},")
    print(f"    recall {n_found / (n - n_said):.3f}; with the {n_said} that were said elsewhere {n_found / n:.3f}")


def _woven(folder: Path) -> None:
    pairs = truthfulqa(folder, comments=False)
    threshold = Settings().conflict.score_threshold
    dice = random.Random(3)
    opposed = dice.sample([pair for pair in pairs if pair[4]], N_PAIRS)
    others = [pair for pair in pairs if not pair[4]]

    def turns(question: str, answer: str) -> list[dict[str, str]]:
        return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]

    def share(between: int, before: int) -> float:
        n_found = 0
        for pair in opposed:
            rest = dice.sample([other for other in others if other[0] != pair[0]], before + between)
            filler = [turns(other[0], other[1]) for other in rest]
            told = [*filler[:before], turns(pair[0], pair[3]), *filler[before:], turns(pair[0], pair[1])]
            found = conflict_within([turn for exchange in told for turn in exchange], threshold)
            n_found += found is not None and (found.left_turn, found.right_turn) == (2 * before + 1, 2 * len(told) - 1)
        return n_found / N_PAIRS

    alone = share(0, 0)
    print(f"woven: {N_PAIRS} opposed answers of TruthfulQA, next to each other {alone:.3f}", end="")
    for turn in range(1, 5):
        print(f", at turn {turn} of 6: {share(5 - turn, turn - 1):.3f}", end="")
    print()


def _across(folder: Path) -> None:
    pairs = capped(truthfulqa(folder, comments=False))
    threshold = Settings().conflict.score_threshold
    score = score_pairs(*([pair[side] for pair in pairs] for side in range(4)), floor=threshold).score
    opposed, found = np.array([pair.conflict for pair in pairs]), score >= threshold
    alone = np.array([stands_alone(pair.question_a) for pair in pairs])
    print(f"across: {len(pairs):,} pairs of TruthfulQA's answers", end="")
    for name, hit in (("last answers", found), ("earlier ones", found & alone)):
        print(f"; {name}: recall {hit[opposed].mean():.3f}, precision {opposed[hit].mean():.3f}", end="")
    print()


def _swapped(folder: Path) -> None:
    pairs = list(pandalm(folder / "iaa/pandalm_testset-v1.json.gz"))
    curves = {name: Curve(*curve) for name, curve in QUALITY_CURVES.items()}

    def of(side: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        asked, answers = [pair[side][0] for pair in pairs], [pair[side][2] for pair in pairs]
        columns = {name: pa.array(asked) for name in ("prompt", "question", "first_user")}
        columns["response"] = pa.array(answers)
        return quality(signals.measure(columns, list(QUALITY_WEIGHTS)), QUALITY_WEIGHTS, curves)

    margin = of(0) - of(1)
    numbers: dict[tuple[str, str], int] = {}
    better, worse = (
        np.array([numbers.setdefault((pair[side][0], pair[side][2]), len(numbers)) for pair in pairs])
        for side in (0, 1)
    )
    dice = np.random.default_rng(0)
    true = standing(better, worse, len(numbers)).support
    shares, odd = [], []
    for _ in range(ROUNDS):
        swapped = dice.random(len(pairs)) < 0.05
        found = standing(np.where(swapped, worse, better), np.where(swapped, better, worse), len(numbers))
        orders = (np.where(swapped, -margin, margin), found.support, np.where(swapped, -true, true))
        shares.append([float(swapped[np.argsort(order, kind="stable")[:50]].mean()) for order in orders])
        odd.append([found.is_odd.sum(), swapped[found.is_odd].sum(), swapped.sum()])
    by_quality, by_others, by_truth = np.mean(shares, axis=0)
    margins = 1.96 * np.std(shares, axis=0, ddof=1) / ROUNDS**0.5
    n_named, n_right, n_swapped = np.sum(odd, axis=0)
    print(
        f"swapped: {len(pairs)} pairs of pandalm, P@50 by quality {by_quality:.3f}, by the others about the prompt ",
        end="",
    )
    print(f"{by_others:.3f} ± {margins[1]:.3f} (by chance 0.050);")
    print(f"    were all others known to be the right way round {by_truth:.3f} ± {margins[2]:.3f};")
    print(f"    named: precision {n_right / n_named:.3f}, recall {n_right / n_swapped:.3f}; as the data are, ", end="")
    print(f"{standing(better, worse, len(numbers)).is_odd.sum()} named")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of real datasets; by default FTQ_REAL_DATA")
    folder = parser.parse_args().data or real_folder()
    for check_of in (_calls, _grounding, _woven, _across, _swapped):
        check_of(folder)


if __name__ == "__main__":
    main()
