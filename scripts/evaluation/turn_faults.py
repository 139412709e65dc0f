"""Faults planted in answers before the last one of real dialogues: how many are found, and what else is.

    scripts/evaluate turn_faults [--data FOLDER] [--n N]

For each dataset and each kind of fault, one earlier answer of up to N dialogues is given the fault. Recall is the share
of planted answers that the rule's code is found in. Nothing is planted where what the user has said so far may ask for
it: a dialogue, a story or a script (a turn of another speaker), a model's name (an identity), a language, a refrain;
`asked for` counts these dialogues. Precision counts every other earlier answer of these dialogues that gets the code
through the planting as wrong; `before` counts those that had it before anything was planted: of the kind or not, a
reader must say. `clean` is the share of dialogues, as they are, in which any earlier answer would be masked. At the
end: what judging every answer costs beside judging the last one.
"""

from __future__ import annotations

import argparse
import random
import re
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
from ftq_spark.kernels.exchanges.flat import TURNS, Exchanges, lay_flat, prompts
from ftq_spark.signals import DEFAULT_RULES, holds, of_each_answer, screened

DATASETS = {
    "SGD": "scale/sgd_train.jsonl.gz",
    "oasst": "oasst/en_100_tree.jsonl.gz",
    "hh": "dpo/hh_rlhf_harmless_base_test.jsonl.gz",
}
NAMES = of_each_answer(rule.signal for rule in DEFAULT_RULES)
RULES = [rule for rule in DEFAULT_RULES if rule.signal in NAMES]
BATCH = 5_000  # examples that the signals are asked of together, as in a run
Turn = tuple[str, str, "float | None"]  # role, text (the calls where there is none), training weight


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


# What the user's turns may hold that makes a fault a wish.
ASKED_FOR = {
    "other_speaker": re.compile(r"(?i)script|dialog|conversation|chat|story|simulat|interview|(?:user|agent) ?:"),
    "identity_leak": re.compile(r"(?i)gpt|openai|claude|anthropic|\bact as|pretend|\brole\b"),
    "language_mismatch": re.compile(r"(?i)language|translat|\bgerman\b|\bfrench\b|```"),
    "looping": re.compile(r"(?i)repeat|refrain|lyrics|\bpoem|\bsong|```"),
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


def laid(talks: list[Dialogue]) -> pa.Array:
    """The dialogues as the kernels read them."""
    return pa.array(
        [[dict(zip(("role", "text", "weight"), turn, strict=True)) for turn in t.turns] for t in talks], TURNS
    )


def measured(dialogues: pa.Array, rejected: pa.Array) -> tuple[Exchanges, dict[str, NDArray[np.float64]]]:
    """Every answer and the signals that the default rules ask of it."""
    flat = lay_flat(dialogues)

    def gather(name: str, places: NDArray[np.int64]) -> pa.Array:
        if name == "prompt":
            return prompts(dialogues, flat.owner[places], flat.turn[places])
        found = rejected.take(pa.array(flat.owner[places]))
        return found if name == "rejected" else pa.array([""] * len(places))

    answers = signals.Answers({"question": flat.question, "response": flat.response}, gather)
    return flat, signals.measure_answers(answers, NAMES, screened(DEFAULT_RULES), signals.Parameters())


def judged(talks: list[Dialogue]) -> Found:
    """Every answer under the default rules."""
    flat, values = measured(laid(talks), pa.array([talk.rejected for talk in talks], pa.string()))
    codes: dict[str, NDArray[np.bool_]] = {}
    doubted = np.zeros(len(flat.owner), dtype=bool)
    for rule in RULES:
        hit = holds(rule, values)
        codes[rule.reason] = codes.get(rule.reason, np.zeros(len(flat.owner), dtype=bool)) | hit
        if (rule.earlier or rule.verdict) != "note":
            doubted |= hit
    return Found(flat, flat.is_last, codes, doubted)


def planted(talks: list[Dialogue], code: str) -> tuple[list[Dialogue], set[tuple[int, int]]]:
    """The dialogues with one earlier answer each made faulty, but where it may be asked for, and (dialogue, turn)."""
    fault, asked_for = FAULTS[code], ASKED_FOR.get(code)
    chance = random.Random(5)
    changed, places = [], set()
    for number, (turns, rejected) in enumerate(talks):
        answers = [place for place, (role, _, _) in enumerate(turns) if role == "assistant"][:-1]
        place = chance.choice(answers)
        role, text, weight = turns[place]
        if asked_for and any(asked_for.search(said) for who, said, _ in turns[:place] if who == "user"):
            changed.append(Dialogue(turns, rejected))
            continue
        faulty = (role, fault(text, chance), weight)
        changed.append(Dialogue([*turns[:place], faulty, *turns[place + 1 :]], rejected))
        places.add((number, place))
    return changed, places


def _report(name: str, talks: list[Dialogue]) -> None:
    clean = judged(talks)
    marked = len(np.unique(clean.flat.owner[clean.doubted & ~clean.is_last]))
    print(f"{name}: {len(talks):,} dialogues; clean: {marked} ({marked / len(talks):.2%}) would be masked")
    print(f"    {'':<20} {'recall':>6}  {'precision':>9}  {'planted':>7}  {'asked for':>9}  {'before':>6}")
    for code in FAULTS:
        changed, places = planted(talks, code)
        before, hits = _hits(clean, code) - places, _hits(judged(changed), code)
        right = len(hits & places)
        precision = right / len(hits - before) if hits - before else 1.0
        n = len(places)
        print(f"    {code:<20} {right / n:6.3f}  {precision:9.3f}  {n:7}  {len(talks) - n:9}  {len(before):6}")


def _hits(found: Found, code: str) -> set[tuple[int, int]]:
    """(dialogue, turn) of the earlier answers with a code."""
    places = np.flatnonzero(found.codes[code] & ~found.flat.is_last).tolist()
    return {(int(found.flat.owner[place]), int(found.flat.turn[place])) for place in places}


def _cost(talks: list[Dialogue]) -> None:
    """CPU seconds of every signal of the last answer, and of the rules' signals of every answer; the best of five."""
    examples = {name: pa.array(column, pa.string()) for name, column in _of_examples(talks).items()}
    dialogues, rejected = laid(talks), pa.array([talk.rejected for talk in talks], pa.string())

    def today(start: int) -> None:
        signals.measure({name: column.slice(start, BATCH) for name, column in examples.items()})

    def every(start: int) -> None:
        measured(dialogues.slice(start, BATCH), rejected.slice(start, BATCH))

    today(0), every(0)
    spent: dict[str, list[float]] = {"today": [], "every": []}
    for _ in range(5):
        for name, work in (("today", today), ("every", every)):
            began = time.process_time()
            for start in range(0, len(talks), BATCH):
                work(start)
            spent[name].append(time.process_time() - began)
    least, more = min(spent["today"]), min(spent["every"])
    n = len(lay_flat(dialogues).owner)
    print(f"cost on {n:,} answers of {len(talks):,} dialogues: all signals of the last ones {least:.2f} s, the rules")
    print(f"    of every one {more:.2f} s more: {(least + more) / least:.2f} times")


def _of_examples(talks: list[Dialogue]) -> dict[str, list[str]]:
    """What the signals read of each dialogue as an example."""
    found: dict[str, list[str]] = {name: [] for name in ("prompt", "response", "question", "first_user")}
    for turns, _ in talks:
        end = max(place for place, (role, _, _) in enumerate(turns) if role == "assistant")
        asked = [text for role, text, _ in turns[:end] if role == "user"] or [""]
        said = [f"{role.capitalize()}: {text}" for role, text, _ in turns[:end]]
        for name, text in zip(found, ("\n\n".join(said), turns[end][1], asked[-1], asked[0]), strict=True):
            found[name].append(text)
    found["conversation"] = ["\n\n".join(text for _, text, _ in talk.turns) for talk in talks]
    found["roles"] = [" ".join(role for role, _, _ in talk.turns) for talk in talks]
    found["rejected"] = [talk.rejected for talk in talks]
    return found


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
