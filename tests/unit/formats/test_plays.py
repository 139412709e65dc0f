"""Dialogues with a name for each speaker: who answers is named, and everyone else is the user."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from ftq_spark.cli.app import invoke
from ftq_spark.formats.detect import conversation
from ftq_spark.formats.faults import Fault
from ftq_spark.formats.mapping import mapped
from ftq_spark.formats.nearest import shared_suggestion

NAMES = [("BOB", "DAVE"), ("ALICE", "BOB"), ("CAROL", "DAVE", "BOB")]
PLAY = [
    *({"speaker": "Alice", "text": "Is it open?"}, {"speaker": "Carol", "text": "And tomorrow?"}),
    *({"speaker": "Bob", "text": "Until nine."}, {"speaker": "Narrator", "text": "Night falls."}),
    {"speaker": "Bob", "text": "Closed on Sundays."},
]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"assistant_tag": "Bob", "user_tag": "*"}, "user user assistant user assistant"),
        ({"assistant_tag": "Bob", "user_tag": "*", "system_tag": "Narrator"}, "user user assistant system assistant"),
        ({"assistant_tag": "Bob|Carol", "user_tag": "*"}, "user assistant assistant user assistant"),
        ({"assistant_tag": "*", "user_tag": "Alice|Narrator"}, "user assistant assistant user assistant"),
    ],
)
def test_everyone_else_is_the_user(columns: dict[str, str], expected: str) -> None:
    found = conversation(mapped({"dialogue": PLAY}, columns))
    assert [turn["role"] for turn in found.messages] == expected.split()
    assert [(turn["content"], turn["name"]) for turn in found.messages] == [(turn["text"], None) for turn in PLAY]
    assert found.format == "openai"


def test_known_roles_and_nobody_are_not_everyone_else() -> None:
    roles = ["system", "human", "gpt", "Carol", "tool"]
    row = {"conversations": [{"from": role, "value": "said"} for role in roles]}
    found = conversation(mapped(row, {"user_tag": "*"}))
    assert [turn["role"] for turn in found.messages] == ["system", "user", "assistant", "user", "tool"]
    for columns in ({"user_tag": "*"}, {"assistant_tag": "Bob", "user_tag": "*"}):
        with pytest.raises(Fault) as raised:
            conversation(mapped({"conversations": [{"from": " ", "value": "said"}]}, columns))
        assert raised.value.code == "unknown_role"
    with pytest.raises(Fault) as raised:  # who answers does not speak in it
        conversation(mapped({"dialogue": PLAY[:2]}, {"assistant_tag": "Bob", "user_tag": "*"}))
    assert raised.value.code == "no_assistant"


def test_a_name_that_holds_the_sign_between_names() -> None:
    turns = [{"speaker": "a|b", "text": "q"}, {"speaker": "c", "text": "a"}]
    found = conversation(mapped({"dialogue": turns}, {"user_tag": "a|b", "assistant_tag": "c"}))
    assert [turn["role"] for turn in found.messages] == ["user", "assistant"]


@pytest.mark.parametrize("names", [("dialogue", "speaker", "text"), ("scene", "character", "line")])
def test_the_printed_flags_read_a_play(
    names: tuple[str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held, who, said = names
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({held: [{who: turn["speaker"], said: turn["text"]} for turn in PLAY]}) + "\n")
    assert invoke(["validate", str(path)]) == 1
    printed = capsys.readouterr().out
    flags = shlex.split(printed.split("perhaps: ")[1].splitlines()[0])
    assert {"assistant_tag=Bob", "user_tag=*"} <= set(flags)
    assert invoke(["validate", str(path), *flags]) == 0
    assert "1 row read, 0 rejected" in capsys.readouterr().out


def test_the_flags_for_many_plays_name_who_is_in_most() -> None:
    rows = [{"scene": [{"character": name, "line": "Is it far, then?"} for name in names]} for names in NAMES]
    assert shared_suggestion(rows) == {
        "messages": "scene", "role": "character", "content": "line", "assistant_tag": "BOB", "user_tag": "*",
    }  # fmt: skip
    assert shared_suggestion([{"x": "q"}]) == shared_suggestion([]) == {}
