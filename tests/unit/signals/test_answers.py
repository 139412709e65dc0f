"""Which signals every answer of a dialogue is asked."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark import signals
from ftq_spark.kernels.text.arrays import CONTROL, character_classes
from ftq_spark.signals import DEFAULT_RULES, Rule, of_each_answer
from ftq_spark.signals.catalogue.characters import CONTROL_CHARACTER
from ftq_spark.signals.catalogue.tools import of_answers
from ftq_spark.signals.registry import SCREENS


def test_of_the_default_rules_those_that_judge_one_answer() -> None:
    found = of_each_answer(rule.signal for rule in DEFAULT_RULES)
    assert found == sorted(set(found))
    assert {"refusal", "placeholder", "looping", "empty_answer", "truncated_end", "n_pii", "other_speaker"} <= set(
        found
    )
    assert not {"ends_with_user", "n_tool_schema", "preference_identical", "preference_overlap", "substance"} & set(
        found
    )
    assert all({"response", "conversation"} & set(signals.REGISTRY[name].reads) for name in found)


def test_what_is_wrong_with_calls_is_of_their_answer() -> None:
    def called(*arguments: str) -> list[dict[str, Any]]:
        calls = [{"type": "function", "function": {"name": "weather", "arguments": each}} for each in arguments]
        return [{"role": "assistant", "content": None, "tool_calls": json.dumps(calls)}]

    tools = json.dumps([{"name": "weather", "parameters": {"properties": {"city": {"type": "string"}}}}])
    asked = {"role": "user", "content": "How is it in Ems?"}
    messages = [asked, *called('{"city": "Ems"}', '{"city": 3}'), *called('{"town": "Ems"}')]
    dialogues = ["", json.dumps({"messages": messages, "tools": tools}), "[", "{}"]
    dialogues += [json.dumps({"messages": found}) for found in (3, [3], [{}])]
    owner, turn = np.array([0, 1, 1, 2, 3, 4, 5, 6]), np.array([1, 1, 2, 1, 1, 1, 1, 1])
    names = signals.of_each_call(["n_tool_schema", "n_tool_unknown", "refusal"])
    assert names == ["n_tool_schema", "n_tool_unknown"]
    found = of_answers(dialogues, owner, turn, names)
    np.testing.assert_array_equal(found["n_tool_schema"], [np.nan, 1, 1, *[np.nan] * 5])
    np.testing.assert_array_equal(found["n_tool_unknown"], [np.nan, 0, 0, *[np.nan] * 5])


def test_signals_that_are_asked_where_they_may_be_over_0() -> None:
    found = signals.screened(DEFAULT_RULES)
    leaks = {"cut_off_leak", "identity_leak", "n_merged_instructions", "n_template_tokens", "other_speaker"}
    rest = {"looping", "placeholder", "refusal", "safe_refusal", "prompt_echo", "truncated_end", "n_pii", "n_secrets"}
    marks = {"n_mojibake", "n_control_chars", "n_html_residue", "n_page_residue"}
    checked = {"n_wrong_sums", "n_broken_code", "form_missed", "gibberish", "repeated_paragraph", "prompt_leak"}
    checked |= {"empty_answer", "dangling_reference"}
    checked |= {"stray_opening", "n_broken_escapes", "unseen_source"}
    checked |= {"n_broken_tables", "n_impossible_dates", "n_missing_items"}
    assert set(found) == leaks | rest | marks | checked | {"language_mismatch", "non_answer"}
    low = Rule("no_gap", "placeholder", "note", at_most=0.2)
    assert "placeholder" not in signals.screened([*DEFAULT_RULES, low])
    assert "placeholder" not in signals.screened([low._replace(at_most=None, at_least=0.0)])


ANSWERS = (
    ("Why is the sea salt?", "Rivers carry salt into it, and only water leaves it again."),
    ("Why is the sea salt?", "As an AI language model, I cannot answer that."),
    ("How do I build a bomb at home?", "I'm sorry, but I can't help with that."),
    ("Compare cats and dogs.", "| Trait | Cats | Dogs |\n|---|---|---|\n| Walks | no |\n| Sleep | 15 h | 12 h |"),
    ("When was it signed?", "It was signed on 31 June 1921, as shown in Figure 2."),
    ("Are you there?", ": 'Yes, Sir. The area is \frac{1}{2}, as stated in the content.'"),
    (
        "The harbour of the old town was closed in winter, when the ice had broken the",
        "The harbour of the old town was closed in winter, when the ice had broken the pier in two places.",
    ),
    ("How is it done?", "1. Open it.\n2. Look.\n4. Close it.\n5. Go."),
    ("Name a flower.", "N/A"),
    ("Write a form with [insert name here].", "Dear [insert name here], welcome."),
    ("Who are you?", "I am ChatGPT, a model made by OpenAI."),
    ("How deep is the lake, and why is it so cold?", "I am ChatGPT, a large language model trained by OpenAI."),
    (
        "How deep is the lake, and why is it so cold in the summer?",
        "Der See ist nicht so tief wie er scheint, und das Wasser ist kalt, weil es aus den Bergen kommt.",
    ),
    (
        "Translate into German: how deep is the lake, and why is it so cold?",
        "Wie tief ist der See, und warum ist das Wasser so kalt, wenn es doch aus den Bergen kommt?",
    ),
    ("What is in the file?", "<nooutput>"),
    ("What then?", "We will see what we can do about it. " * 9),
    ("What then?", "We rest. Human: And then? My knowledge cutoff is May 2021.<|im_end|>\n### Instruction: Go on."),
    ("What do you think?", "No comment."),
    ("What is it made of?", "Itâ€™s not what you think."),
    ("What did you hear?", "It rang\x1b twice."),
    ("Whom do I ask?", "Write to jane.roe@corp-mail.com."),
    ("What is the key?", "Take AKIAQ7RZ2XLMP4WNTB5D for it."),
    ("And then?", "Open the valve by half a turn, wait until the pressure has fallen, and then close it with the"),
    ("Where does the small ferry to the island leave?", "Where does the small ferry to the island leave?"),
    ("Yes yes yes", "Yes yes yes yes yes yes"),
    ("List five towns on the river.", "Passau and Linz"),
    ("What is it like?", "asdf qwer uiop ghjk zxcv"),
    ("What comes to 24 rolls in 6 boxes?", "24 × 6 = 134"),
    ("What prints it?", "```python\nprint('it'\n```"),
    ("What is a kilim?", "<p>A rug.</p>\n\nRead more"),
    ("Is the cave open to visitors?", "The cave is open to visitors. The cave is not open to visitors."),
    ("Why is it so?", "..."),
    ("How is tea made?", "You are a helpful assistant. Pour hot water on the leaves."),
    ("How is tea stored?", "\n\n".join(["Keep the leaves dry, dark and cool, and far from coffee, since they take on "
     "smells of whatever stands beside them."] * 2)),
)  # fmt: skip


def test_an_answer_is_measured_as_by_itself() -> None:
    questions, responses = ([pair[side] for pair in ANSWERS] for side in (0, 1))
    gathered: dict[str, int] = {}

    def gather(name: str, places: NDArray[np.int64]) -> pa.Array:
        gathered[name] = gathered.get(name, 0) + len(places)
        return pa.array([questions[place] if name == "prompt" else "" for place in places.tolist()], pa.string())

    thoughts = ["" if response else "unfinished" for response in responses]
    columns = {"question": pa.array(questions), "response": pa.array(responses), "thought": pa.array(thoughts)}
    names = of_each_answer(rule.signal for rule in DEFAULT_RULES)
    answers = signals.Answers(columns, gather)
    found = signals.measure_answers(answers, names, signals.screened(DEFAULT_RULES), signals.Parameters())
    whole = columns | {"prompt": columns["question"], "conversation": columns["response"]}
    expected = signals.measure(whole, names)
    screened = signals.screened(DEFAULT_RULES)
    for name in names:  # what is not asked is nowhere over what its screen lets pass
        high = np.nan_to_num(expected[name]) > (SCREENS[name].above if name in screened else -1)
        assert high.any(), name
        np.testing.assert_array_equal(np.nan_to_num(found[name])[high], np.nan_to_num(expected[name])[high], name)
    assert 0 < gathered["prompt"] < len(ANSWERS)
    unscreened = signals.measure_answers(answers, names, (), signals.Parameters())
    for name in names:
        np.testing.assert_array_equal(unscreened[name], expected[name], name)


def test_a_control_character_is_told_by_an_expression_as_by_its_class() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    by_class = character_classes(np.array([ord(char) for char in every], dtype=np.uint32)) == CONTROL
    by_expression = pc.match_substring_regex(pa.array(every), CONTROL_CHARACTER).to_numpy(zero_copy_only=False)
    np.testing.assert_array_equal(by_expression, by_class)
