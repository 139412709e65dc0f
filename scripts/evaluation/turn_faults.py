"""Faults planted in answers before the last one of real dialogues: how many are found, and what else is.

    scripts/evaluate turn_faults [--data FOLDER] [--n N]

For each dataset and each kind of fault, one earlier answer of up to N dialogues is given the fault. Recall is the share
of planted answers that the rule's code is found in. Precision counts every other earlier answer of these dialogues that
gets the code as wrong, though some are truly faulty. `clean` is the share of dialogues, as they are, in which any
earlier answer would be masked. At the end: what judging every answer costs beside judging the last one.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import pyarrow as pa
from fetch_data import real_folder
from numpy.typing import NDArray

from ftq_spark import signals
from ftq_spark.formats import ingest
from ftq_spark.formats.containers import container_of, rows
from ftq_spark.kernels.exchanges.flat import Exchanges, Turn, lay_flat
from ftq_spark.signals import DEFAULT_RULES, holds, of_each_answer

DATASETS = {
    "SGD": "scale/sgd_train.jsonl.gz",
    "oasst": "oasst/en_100_tree.jsonl.gz",
    "hh": "dpo/hh_rlhf_harmless_base_test.jsonl.gz",
}
NAMES = of_each_answer(rule.signal for rule in DEFAULT_RULES)
RULES = [rule for rule in DEFAULT_RULES if rule.signal in NAMES]


class Dialogue(NamedTuple):
    """A conversation with several answers."""

    turns: list[Turn]
    rejected: str  # the dispreferred answer, "" for none: where answers are compared, declining may be right


def _any(*texts: str) -> Callable[[str, random.Random], str]:
    return lambda _, chance: chance.choice(texts)


def _with(*endings: str) -> Callable[[str, random.Random], str]:
    return lambda text, chance: f"{text.rstrip(' .,;:!?')}. {chance.choice(endings)}"


def _cut(text: str, chance: random.Random) -> str:
    opening = " ".join(text.split()[:12]).rstrip(".,!?;:")
    return f"{opening}, and then you should look at the rest of it with {chance.choice(('the', 'an', 'their', 'your'))}"


FAULTS: dict[str, Callable[[str, random.Random], str]] = {
    "refusal": _any(
        "I'm sorry, but as an AI language model, I am not able to answer this question.",
        "I cannot fulfill that request.",
        "As an AI, I don't have access to that information, so I'm unable to help with it.",
        "I'm sorry, but I can't assist with that.",
    ),
    "non_answer": _any("I have no comment.", "No comment.", "I have no comment on that."),
    "empty_answer": _any("...", "-", "\u200b", "…"),
    "placeholder": _any("N/A", "TODO", "[insert answer here]", "null", "No answer available"),
    "looping": _any(
        "We will see what we can do about it. " * 9,
        "yes and no and " * 14,
        "Please wait a moment for the next step.\n" * 7,
    ),
    "truncated": _cut,
    "other_speaker": _with(
        "Human: And what would you do then? Assistant: I would wait.", "User: Thanks, that is all I wanted to know."
    ),
    "cut_off_leak": _with(
        "As of my last update in September 2021, this was still so.", "My knowledge cutoff is January 2022."
    ),
    "identity_leak": _with(
        "I am ChatGPT, a large language model trained by OpenAI.", "I'm Claude, an AI assistant made by Anthropic."
    ),
    "mojibake": _with("Itâ€™s not what itâ€™s made of.", "The cafÃ© is dÃ©jÃ  vu."),
    "template_leak": _with("<|im_end|>", "[/INST]", "<|eot_id|>"),
    "merged_instruction": _with("\n\n4. Instruction: Name another one.", "\n\n### Instruction:\nName another one."),
    "control_characters": _with("It\x07 rang\x1b.", "Here \ufffd\ufffd it is."),
    "personal_data": _with("Write to anna.brandt@brandt-kontor.de or so.", "Call me at (415) 892-3471 tonight."),
    "secret": _with("Use AKIAQ7RZ2XLMP4WNTB5D for it.", "Use ghp_a8Zk39dLqPw0Xv7Rt5Yb2Nc6Mf4Jh1Gs8Qe3 for it."),
    "language_mismatch": _any(
        "Das ist leider nicht so einfach, weil wir dafür erst noch eine weitere Angabe und auch etwas Zeit brauchen.",
        "Je ne sais pas encore ce que vous voulez faire, mais nous pouvons vous aider avec tout cela dans les jours.",
    ),
}


class Found(NamedTuple):
    """What the rules say of m answers."""

    flat: Exchanges
    is_last: NDArray[np.bool_]  # (m,)
    codes: dict[str, NDArray[np.bool_]]  # (m,) by code
    doubted: NDArray[np.bool_]  # (m,)


def dialogues(path: Path) -> list[Dialogue]:
    """The conversations of a file with several answers."""
    container = container_of(path.name)
    assert container is not None
    found = []
    with path.open("rb") as stream:
        for batch in ingest.batches(rows(stream, container), dataset="d", source=path.name):
            for row in batch.to_pylist():
                turns = [(m["role"], m["content"] or m["tool_calls"] or "", m["weight"]) for m in row["messages"] or ()]
                if sum(role == "assistant" for role, _, _ in turns) > 1:
                    found.append(Dialogue(turns, "\n\n".join(m["content"] or "" for m in row["rejected"] or ())))
    return found


def judged(talks: list[Dialogue]) -> Found:
    """Every answer under the default rules."""
    flat = lay_flat(talk.turns for talk in talks)
    texts = {"prompt": flat.prompt, "question": flat.question, "response": flat.response, "conversation": flat.response}
    texts["rejected"] = [talks[owner].rejected for owner in flat.owner]
    values = signals.measure({name: pa.array(column, pa.string()) for name, column in texts.items()}, NAMES)
    owner = np.array(flat.owner)
    codes: dict[str, NDArray[np.bool_]] = {}
    doubted = np.zeros(len(owner), dtype=bool)
    for rule in RULES:
        hit = holds(rule, values)
        codes[rule.reason] = codes.get(rule.reason, np.zeros(len(owner), dtype=bool)) | hit
        if (rule.earlier or rule.verdict) != "note":
            doubted |= hit
    return Found(flat, np.append(owner[1:] != owner[:-1], True), codes, doubted)


def planted(
    talks: list[Dialogue], fault: Callable[[str, random.Random], str]
) -> tuple[list[Dialogue], set[tuple[int, int]]]:
    """The dialogues with one earlier answer each made faulty, and (dialogue, turn) of these."""
    chance = random.Random(5)
    changed, places = [], set()
    for number, (turns, rejected) in enumerate(talks):
        answers = [place for place, (role, _, _) in enumerate(turns) if role == "assistant"][:-1]
        place = chance.choice(answers)
        role, text, weight = turns[place]
        faulty = (role, fault(text, chance), weight)
        changed.append(Dialogue([*turns[:place], faulty, *turns[place + 1 :]], rejected))
        places.add((number, place))
    return changed, places


def _report(name: str, talks: list[Dialogue]) -> None:
    clean = judged(talks)
    owner = np.array(clean.flat.owner)
    marked = len(np.unique(owner[clean.doubted & ~clean.is_last]))
    print(f"{name}: {len(talks):,} dialogues; clean: {marked} ({marked / len(talks):.2%}) would be masked")
    for code, fault in FAULTS.items():
        changed, places = planted(talks, fault)
        found = judged(changed)
        hits = {
            (found.flat.owner[i], found.flat.turn[i])
            for i in np.flatnonzero(found.codes[code] & ~found.is_last).tolist()
        }
        right = len(hits & places)
        precision = right / len(hits) if hits else 1.0
        print(f"    {code:<20} recall {right / len(places):.3f}   precision {precision:.3f}")


def _cost(talks: list[Dialogue]) -> None:
    """CPU seconds of every signal of the last answer, and of the rules' signals of every answer."""
    last = lay_flat(talk.turns for talk in talks)
    ends = np.flatnonzero(np.append(np.diff(last.owner) != 0, True)).tolist()
    texts = {name: [getattr(last, name)[i] for i in ends] for name in ("prompt", "question", "response")}
    texts["conversation"] = ["\n\n".join(text for _, text, _ in talk.turns) for talk in talks]
    columns = {name: pa.array(column, pa.string()) for name, column in texts.items()}
    columns |= {"roles": pa.array([" ".join(role for role, _, _ in talk.turns) for talk in talks])}
    columns |= {"first_user": columns["question"]}
    began = time.process_time()
    signals.measure(columns)
    today = time.process_time() - began
    began = time.process_time()
    n = len(judged(talks).flat.turn)
    every = time.process_time() - began
    print(
        f"cost on {n:,} answers: all signals of the last ones {today:.2f} s, the rules of every one {every:.2f} s more"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of real datasets; by default FTQ_REAL_DATA")
    parser.add_argument("--n", type=int, default=1_000, help="dialogues of each dataset")
    arguments = parser.parse_args()
    folder = arguments.data or real_folder()
    found = {name: dialogues(folder / path) for name, path in DATASETS.items()}
    for name, talks in found.items():
        _report(name, random.Random(3).sample(talks, min(arguments.n, len(talks))))
    _cost(found["SGD"])


if __name__ == "__main__":
    main()
