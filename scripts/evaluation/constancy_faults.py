"""Answers that are taken back and names that are forgotten, planted in real dialogues: how many are found.

    scripts/evaluate constancy_faults [--data FOLDER] [--n N]

Withdrawn: behind an answer that is no question the user doubts, in a turn of its own, and the assistant takes it back.
Held: the same, and the assistant keeps to it; none of these may be found. Forgotten: the first turn of the user gives a
name, and a later answer opens with another one, or says that it is theirs. Kept: with the same one. `clean` counts what
is found in the dialogues of every file as they are: read them.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from fetch_data import real_folder
from turn_faults import DATASETS, Dialogue, Turn, dialogues, laid

from ftq_spark.kernels.exchanges.constancy import CODES, MISNAMED, WITHDRAWN, inconstant
from ftq_spark.kernels.exchanges.flat import lay_flat

FILES = {
    **DATASETS,
    "FastChat": "sharegpt/fastchat_dummy_conversation.json.gz",
    "glaive": "llamafactory/glaive_toolcall_en_demo.json.gz",
    "DPO": "llamafactory/dpo_en_demo.json.gz",
    "KTO": "llamafactory/kto_en_demo.json.gz",
}
DOUBTS = (
    "Are you sure?", "Are you sure about that?", "Hmm, are you certain?", "Really?", "Is that right?",
    "You're wrong.", "I don't think that's right.", "That can't be right.", "Wait, is that correct?",
    "I think that's wrong.", "Could you double-check that?", "But is that true?", "are you absolutely sure??",
    "No, that's not right.", "I don't believe you.", "What? Are you kidding?", "I think you are mistaken.",
    "Check again, please.", "Are you really sure about this?", "You sure?", "Is this actually right?",
    "Hmm, I don't think that is correct.", "That's not true!", "Seriously?", "That doesn't sound right.",
    "I'm not convinced.", "Can you verify that?", "Is it really so?", "You must be wrong.",
    "I believe you're wrong.", "Are you completely sure on this?", "Sure?", "Is that a fact?",
    "I have my doubts about that.", "That seems off.", "Hmm, that seems wrong to me.", "Can you check that again?",
    "I'm not sure that's right.", "That isn't correct.", "You are wrong about that.", "Are you positive about it?",
    "Is that really the case?", "That makes no sense.", "Nope, wrong.",
)  # fmt: skip
WITHDRAWS = (
    "I apologize for the confusion. It is not so.", "You're right, I made a mistake. It is the other way round.",
    "Oh, sorry about that! The opposite is true.", "My mistake, that was wrong.",
    "Good catch! It should be another one.", "You are correct, and I was wrong about that.",
    "Apologies for the error, please disregard what I said.", "I was mistaken. Let me correct that.",
    "Actually, I got that wrong.", "My previous answer was incorrect.",
    "Thanks for pointing that out. In fact it is not so.", "I'm sorry for the mistake; it is none of these.",
    "Sorry, you are right. It was the wrong one.", "Oh no, I got confused. It's not that.",
    "I apologise, that was incorrect.", "Hmm, you're absolutely right, I misspoke.",
    "I see my error now. It is something else.", "Forgive me, it was a slip.", "I retract that.",
    "Let me rectify: it is not so.", "Yes, you're right, I was wrong.", "It seems I was wrong.",
    "My apologies, it's the opposite.", "I have to correct myself: no.",
    "You're right to question me; I was in error.", "Sorry, I misremembered.", "Oops, my mistake!",
    "I'm afraid I was wrong.", "Ah, I see, I had it backwards.", "That was an error on my part.",
    "Pardon me, I gave you the wrong one.", "I made an error there.", "You are right, sorry.", "I was incorrect.",
    "I apologize, it's not that one.", "Let me take that back.", "Hm, no, scratch that.",
)  # fmt: skip
HOLDS = (
    "Yes, I'm sure.", "Yes.", "I understand your doubt, but that is correct.", "I am quite certain of it.",
    "It is. You can look it up in the records.", "I know it sounds odd, yet it is so.", "Sorry, but I'm sure of it.",
)  # fmt: skip
NAMES = ("Anna", "Tom", "Priya", "Mehmet", "Carlos", "Ingrid", "Yuki", "Amina", "Pierre", "Olga", "Zoë", "Liam")
INTRODUCES = ("My name is {}. ", "Hello, my name's {}. ", "Please call me {}. ", "You can call me {}. ")
ADDRESSES = (
    "Thanks, {}. ", "Of course, {}. ", "Nice to meet you, {}! ", "Hello {}, ", "Sure, {}! ", "Your name is {}. ",
    "Dear {},\n", "Great, {}! ", "Okay {}, ", "You're welcome, {}! ", "Hi there, {}. ", "Good morning, {}. ",
)  # fmt: skip
Places = set[tuple[int, int]]


def _answers(turns: list[Turn]) -> list[int]:
    return [place for place, (role, _, _) in enumerate(turns) if role == "assistant"]


def doubted(talks: list[Dialogue], replies: tuple[str, ...]) -> tuple[list[Dialogue], Places]:
    """The dialogues with a doubt and a reply behind one answer each, and (dialogue, turn) of the replies."""
    chance, changed, places = random.Random(5), [], set()
    for turns, rejected in talks:
        answers = [place for place in _answers(turns) if not turns[place][1].rstrip().endswith("?")]
        answers = [place for place in answers if turns[place - 1][0] == "user" and turns[place][1].strip()]
        if not answers:
            continue
        place = chance.choice(answers) + 1
        more: list[Turn] = [("user", chance.choice(DOUBTS), None), ("assistant", chance.choice(replies), None)]
        places.add((len(changed), place + 1))
        changed.append(Dialogue([*turns[:place], *more, *turns[place:]], rejected))
    return changed, places


def named(talks: list[Dialogue], other: bool) -> tuple[list[Dialogue], Places]:
    """The dialogues in which the user gives a name and an answer uses `other`, and (dialogue, turn) of these."""
    chance, changed, places = random.Random(7), [], set()
    for turns, rejected in talks:
        first = next(place for place, (role, _, _) in enumerate(turns) if role == "user")
        later = [place for place in _answers(turns) if place > first]
        if not later:
            continue
        own, another = chance.sample(NAMES, 2)
        place, told = chance.choice(later), list(turns)
        told[first] = ("user", chance.choice(INTRODUCES).format(own) + turns[first][1], turns[first][2])
        called = chance.choice(ADDRESSES).format(another if other else own)
        told[place] = ("assistant", called + turns[place][1], turns[place][2])
        places.add((len(changed), place))
        changed.append(Dialogue(told, rejected))
    return changed, places


def found(talks: list[Dialogue], code: str) -> Places:
    """(dialogue, turn) of the answers with a code."""
    turns = laid(talks)
    flat = lay_flat(turns)
    codes = inconstant(turns, flat).to_pylist()
    return {(int(flat.owner[i]), int(flat.turn[i])) for i in range(len(codes)) if code in codes[i]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of real datasets; by default FTQ_REAL_DATA")
    parser.add_argument("--n", type=int, default=1_000, help="dialogues of each dataset")
    arguments = parser.parse_args()
    every = {name: dialogues((arguments.data or real_folder()) / path) for name, path in FILES.items()}
    for name in DATASETS:
        talks = random.Random(3).sample(every[name], min(arguments.n, len(every[name])))
        for code, (bad, wrong), (good, right) in (
            (WITHDRAWN, doubted(talks, WITHDRAWS), doubted(talks, HOLDS)),
            (MISNAMED, named(talks, other=True), named(talks, other=False)),
        ):
            hits, kept = found(bad, code), found(good, code)
            recall, precision = len(hits & wrong) / len(wrong), len(hits & wrong) / max(len(hits), 1)
            print(
                f"{name:<6} {code:<17} planted {len(wrong):5}   recall {recall:.3f}   precision {precision:.3f}", end=""
            )
            print(f"   where nothing is wrong {len(kept & right)} of {len(right)}")
    for name, talks in every.items():
        marks = ", ".join(f"{code} {len(found(talks, code))}" for code in CODES)
        print(f"clean: {name:<9} {len(talks):6,} dialogues: {marks}")


if __name__ == "__main__":
    main()
