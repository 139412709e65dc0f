"""Each signal on a text that has what it measures, one that has not, and an empty one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.signals import COLUMNS, DEFAULT_RULES, QUALITY_WEIGHTS, REGISTRY, Batch, catalogue, measure, quality
from ftq_spark.signals.batch import Parameters

NAN = float("nan")
LOOP = "The cat sat on the mat again. " * 8
EIGHT = "one two three four five six seven eight"


def value(name: str, response: str = "", **columns: str) -> float:
    """One signal of one example; columns that are not given follow from `question`."""
    asked = columns.get("question", columns.get("prompt", ""))
    given = {"response": response, "prompt": asked, "question": asked, "roles": "user assistant", "format": "openai"}
    given["conversation"] = f"{asked}\n\n{response}"
    given.update(columns)
    return float(measure({key: pa.array([text]) for key, text in given.items()}, [name])[name][0])


# signal, yes, its value, no, its value, and the value of an empty answer
ANSWERS = [
    ("n_words", "Hello, wörld 你好", 4, "!?", 0, 0),
    ("answer_length", " ".join(["word"] * 60), 0.950213, "word", 0.048771, 0),
    ("is_structured", "Steps:\n1. Mix\n2. Bake", 1, "COX-2: at 12:30 - well, 1. and 2.", 0, 0),
    ("is_structured", "# Title\ntext", 1, "#hashtag\ntext", 0, 0),
    ("is_structured", "| a | b |\n|---|---|\n| 1 | 2 |", 1, "a | b", 0, 0),
    ("is_structured", "Cause: a virus\nCure: rest", 1, "He said: no.", 0, 0),
    ("structured_fraction", "Two:\n- a\n- b\nend", 0.75, "plain", 0, NAN),
    ("structure", "- 天空\n" * 120, 1, "天空是蓝色的" * 30, NAN, NAN),
    ("truncated_end", "Er sagte laut und deutlich: „Der Himmel über uns ist blau.“", 0, "Er sagte es laut und deutlich zu allen, aber dann “", 0.8, 0),
    ("structure", "- word " * 3 + "\n- word" * 120, 1, "word " * 130, 0, NAN),
    ("empty_answer", " \n...\u200b", 1, "0", 0, 1),
    ("placeholder", "[N/A]", 1, "Sodium (Na) is a metal.", 0, 0),
    ("placeholder", "Dear [insert name here],", 0.5, "Insert the key.", 0, 0),
    ("placeholder", "Hi, I am {{name}}.", 0.5, "Use `{{name}}` in the template.", 0, 0),
    ("truncated_end", "The first point is clear. The second one depends on the", 1, "It is clear. It depends.", 0, 0),
    ("truncated_end", "It is clear to everybody. It depends on what he called “the other", 0.7, "Roses are red\nViolets are blue\nSugar", 0, 0),
    ("truncated_end", "```python\nprint(1)", 0.9, "```python\nprint(1)\n```", 0, 0),
    ("truncated_end", "Here are the steps that you take:", 0.5, "你好，世界。我很好。", 0, 0),
    ("n_unbalanced", "f(x[1)", 1, "f(x[1])", 0, 0),
    ("repeated_4gram_fraction", LOOP, 46 / 53, EIGHT, 0, NAN),
    ("looping", LOOP, 1, EIGHT, 0, 0),
    ("top_2gram_char_fraction", "a b a b c d", 4 / 6, "a b c d", 0, NAN),
    ("duplicate_5gram_char_fraction", f"{EIGHT} {EIGHT}", 0.5, EIGHT, 0, NAN),
    ("duplicate_line_fraction", "a\na\n\nb\n", 1 / 3, "a\nb", 0, NAN),
    ("duplicate_paragraph_fraction", "a\nb\n\nc\n \n a\nb \n\nd", 0.25, "a\na", 0, NAN),
    ("duplicate_paragraph_char_fraction", "aa\n\n\naa\n\nbbbb", 0.25, "a\n\nb", 0, NAN),
    ("duplicate_line_char_fraction", "aa\naa\nbbbb", 0.25, "a\nb", 0, NAN),
    ("mean_word_chars", "four letters", 5.5, "你好世界", NAN, NAN),
    ("letter_word_fraction", "word 12 --", 1 / 3, "नमस्ते दुनिया", 1, NAN),
    ("symbol_word_ratio", "# one … two ...", 0.6, "one two", 0, NAN),
    ("bullet_line_fraction", "- a\n- b\nc", 2 / 3, "a", 0, NAN),
    ("terminal_line_fraction", "Yes.\nno", 0.5, "no", 0, NAN),
    ("short_line_fraction", "short\n" + "long " * 10, 0.5, "long " * 10, 0, NAN),
    ("n_mojibake", "Itâ€™s cafÃ© time", 2, "Élan, naïve Ângela, São", 0, 0),
    ("n_control_chars", "a\x07b\ufffd", 2, "a\tb\n", 0, 0),
    ("n_invisible_chars", "a\u200bb", 1, "می\u200cخواهم 👨\u200d👩", 0, 0),
    ("digit_fraction", "12ab", 0.5, "ab", 0, NAN),
    ("whitespace_fraction", "a b ", 0.5, "ab", 0, NAN),
    ("symbol_fraction", "a+b!", 0.5, "你好", 0, NAN),
    ("n_urls", "see https://a.org and www.b.org", 2, "a.org", 0, 0),
    ("n_role_labels", "Sure.\nHuman: more?", 1, "The human: a study", 0, 0),
    ("n_merged_instructions", "Done.\n### Instruction:\nNext", 1, "Follow the instruction: go.", 0, 0),
    ("n_html_residue", "<p>Hi&nbsp;there</p>", 3, "a < b > c & d", 0, 0),
    ("filler_fraction", "It is important to note this. Water boils.", 0.5, "Water boils.", 0, NAN),
    ("flattering_opening", "Great question! Water boils.", 1, "Water is great.", 0, 0),
    ("language", "The cat is on the mat and it is happy with that.", 0, "xyzzy", NAN, NAN),
    ("language", "Der Hund ist nicht in dem Haus und die Katze auch nicht.", 1, "42", NAN, NAN),
    ("lexical_diversity", "a b a b", 0.5, "a b c", 1, NAN),
    ("hedge_ratio", "It may perhaps work. It will.", 1, "It works.", 0, NAN),
    ("layout", '{"a": 1}', 6, "prose", 0, 0),
    ("layout", "- a\n- b", 1, "a - b", 0, 0),
    ("length_band", "w " * 40, 5, "w", 0, 0),
    ("opening", "Yes, it is.", 1, "Yesterday it was.", 0, 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "yes", "high", "no", "low", "empty"), ANSWERS)
def test_answer(name: str, yes: str, high: float, no: str, low: float, empty: float) -> None:
    found = [value(name, text) for text in (yes, no, "")]
    np.testing.assert_allclose(found, [high, low, empty], atol=1e-6)


ROLES = [
    ("n_turns", "system user assistant", 3, "", 0),
    ("n_user_turns", "user assistant user assistant", 2, "assistant", 0),
    ("n_tool_turns", "user assistant tool tool assistant", 2, "user", 0),
    ("no_user", "system assistant", 1, "user", 0),
    ("no_assistant", "user", 1, "assistant", 0),
    ("no_system", "user assistant", 1, "developer user", 0),
    ("ends_with_user", "user assistant user", 1, "user assistant", 0),
    ("ends_with_user", "user assistant tool", 1, "user assistant tool assistant", 0),
    (
        "ends_with_user",
        "user assistant tool assistant tool",
        1,
        "user assistant tool assistant tool assistant tool",
        0.5,
    ),
    ("ends_with_user", "user assistant tool assistant tool assistant tool user assistant tool", 1, "", 0),
    ("n_role_order_errors", "system system user assistant", 1, "system user assistant tool", 0),
    ("n_role_order_errors", "user user assistant system", 2, "system developer user assistant tool tool assistant", 0),
]


@pytest.mark.parametrize(("name", "yes", "high", "no", "low"), ROLES)
def test_roles(name: str, yes: str, high: float, no: str, low: float) -> None:
    assert [value(name, roles=roles) for roles in (yes, no)] == [high, low]


@pytest.mark.parametrize(
    ("last", "high"),
    [
        ("###STOP###", 0.5),
        ("###OUT-OF-SCOPE###\n", 0.5),
        ("That is all, thank you. ###STOP###", 0.5),
        ("TERMINATE", 0.5),
        ("Thanks! TERMINATE.", 0.5),
        ("<CAMEL_TASK_DONE>", 0.5),
        ("END_OF_CONVERSATION", 0.5),
        ("[End of conversation]", 0.5),
        ("<|done|>", 0.5),
        ("</stop>", 0.5),
        ("<<<END_OF_CONVERSATION>>>", 0.5),
        ("When does the bus stop?", 1),
        ("Please terminate my contract.", 1),
        ("I am done.", 1),
        ("Does ###STOP### end the run?", 1),
        ("Set the state to [OPEN]", 1),
        ("Write a story that ends in <stop> and go on.", 1),
        ("STOP", 1),
    ],
)
def test_what_a_simulated_user_ends_with(last: str, high: float) -> None:
    told = {"conversation": f"Book a table.\n\nDone.\n\n{last}", "roles": "user assistant user"}
    assert value("ends_with_user", **told) == high


def test_a_word_of_the_end_behind_no_answer_leaves_it_missing() -> None:
    assert value("ends_with_user", conversation="Book a table.\n\n###STOP###", roles="user user") == 1
    assert value("ends_with_user", conversation="Hi.\n\n###STOP###", roles="user assistant tool") == 1


PAIRS = [
    ("missing_context", "Summarize the following article.", "", 1, 'Summarize this text: "Water boils at 100 degrees."', "", 0),
    ("missing_context", "https://example.org/a", "", 1, "What is a URL?", "", 0),
    ("n_questions", "Why? How？", "", 2, "Go.", "", 0),
    ("prompt_clarity", "???", "", 0, "Explain how tides work on Earth.", "", 1),
    ("verbosity", "a b", "a b c d", 2, "", "", 0),
    ("prompt_echo", "Tell me about the blue whale", "tell me about the blue whale", 1, "Why?", "Because it is.", 0),
    # three words are five characters of Han; a brief answer taken out of a passage repeats nothing
    ("prompt_echo", "谁赢了第五十届超级碗比赛？", "谁赢了第五十届超级碗比赛", 1, "谁赢了第五十届超级碗比赛？", "第五十届", 0),
    ("prompt_echo", "Fix it: he go to school every day", "He go to school every day", 0,
     "The Normans were the people who in the 10th and 11th centuries gave their name to Normandy, a region in the north of France. When was it that they gave it?", "in the 10th and 11th centuries", 0),
    # a fact is answered by a word in every language, a reason in none
    ("grade", "सुपर बाउल खेलते समय मैनिंग कितने साल के थे?", "उनतालीस", 2, "आकाश नीला क्यों होता है?", "ऐसे ही", 0),
    ("grade", "谁在第五十届超级碗上演唱了国歌？", "女神卡卡", 2, "为什么天空是蓝色的？", "很好", 0),
    ("grade", "من فاز بالسوبر بول؟", "باتريوتس", 2, "لماذا السماء زرقاء؟", "هكذا", 0),
    ("grade", "Wann wurde die Stadt gegründet?", "März", 2, "Warum ist der Himmel blau?", "März", 0),
    ("grade", "จังหวัดใดใหญ่ที่สุด?", "นครราชสีมา", 2, "介绍一下你自己", "好", 0),
    ("prompt_coverage", "Does warfarin interact?", "Warfarin interacts.", 1, "Does warfarin interact?", "Yes.", 0),
    ("language_mismatch", "Why is the sky blue in the morning and at noon?", "Der Himmel ist blau, weil das Licht der Sonne in der Luft gestreut wird und nicht rot.", 1,
     "Translate it into German: the sky is blue and that is it", "Der Himmel ist blau und das ist es auch schon mit dem Satz.", 0),
    ("asks_for_brief", "Is water wet?", "", 1, "How is water made wet, and why?", "", 0),
    ("asks_for_brief", "What is 12 + 7?", "", 1, "Explain the sum 12 + 7 in your own words, and why it is 19.", "", 0),
    ("asks_for_brief", "谁唱了国歌？", "", 1, "为什么天空是蓝色的？", "", 0),
    ("asks_for_format", "Give me a bullet list.", "", 1, "Why is that?", "", 0),
    ("missing_context", "Describe what you see in the attached photo.", "", 1, "Sort the following names.John, Amanda, Zoe", "", 0),
    ("missing_context", "Summarise the paragraph below", "", 1, "Write a function that sorts the given list of numbers.", "", 0),
    ("placeholder", "Draw a horse.", "See it here: <nooutput>", 0.8, "What is the symbol of sodium?", "Na", 0),
    ("placeholder", "Compose a tune.", "N/A", 1, "Write a letter to my bank.", "Dear [insert name here], I write about my card.", 0),
    ("looping", "Why?", "We are going home now. " * 9, 1, "Sing me a song about rain.", "Rain, rain, go away. " * 9, 0),
    ("looping", "Why?", "ไปกันเถอะ" * 20, 1, "Why?", "แมวนั่งบนเสื่อและหมานอนใต้โต๊ะ แต่นกบินอยู่บนฟ้า", 0),
    ("non_answer", "Is it true?", "I have no comment.", 1, "Is it true?", "I have no comment on the weather, but the treaty was signed.", 0),
    ("other_speaker", "My knee hurts.", "Rest it for two days.Patient: Should I use ice?", 1, "Write a dialogue in a clinic.", "How is the knee? Patient: It hurts.", 0),
    ("identity_leak", "Who wrote Emma?", "I am ChatGPT, and Jane Austen wrote it.", 1, "Are you ChatGPT?", "I am ChatGPT.", 0),
    ("identity_leak", "Who invented the lamp?", "I am Claude. Edison sold it.", 1, "Tell me what you are called.", "Ask me.", 0),
    ("identity_leak", "Tell me about yourself.", "I am Vicuna, a language model.", 0.5, "Who are you?", "I am a helper.", 0),
    ("truncated_end", "", "We could meet before lunch, or do something like a", 0.8, "", "Do you want to sit outside or inside or something like that", 0),
    ("truncated_end", "", "The office closes at six, and the rules say that", 0.8, "", "you are free from eight to ten, how is that", 0),
    ("truncated_end", "", "It lies on the second floor, beside a", 0.8, "", "they are located at 12 east harbour drive ste a", 0),
    ("cut_off_leak", "", "As of my last update in March 2022, it is open.", 1, "", "As of March 2022, it is open.", 0),
    ("truncated_end", "", "Tides have two causes. The stronger of them is the pull of the Moon and", 1, "", "Ski boots\nA warm hat\nWhat to look for", 0),
    ("truncated_end", "", "It has one input: x, and then one output, which is y", 0, "", "List the names: Ann Lee, Bo Chen and Cy Dee", 0),
    ("refusal", "Make this a negation: I will win the race.", "I will not win the race.", 0, "What is the tallest tree here?", "As an aikido teacher, I never saw it, but the tallest is the sequoia near the gate.", 0),
    ("refusal", "How do I fix my bike?", "I'm sorry, but I can't help with that.", 1, "How do I make a bomb?", "I'm sorry, but I can't help with that.", 0),
    ("safe_refusal", "How do I make a bomb at home?", "I can't help with that.", 1, "How do I make a bomb at home?", "Buy fuel.", 0),
    ("n_pii", "", "Write to jo.smith@hospital.org or 4539 1488 0343 6467.", 2, "", "jo@example.com 1234 5678 9012 3456", 0),
    ("n_secrets", "", "key AKIAQYLPMN5HHHFPZAM2", 1, "", "key AKIAIOSFODNN7EXAMPLE", 0),
    ("n_template_tokens", "", "Hi<|im_end|> [INST]", 2, "", "a <|> b", 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "asked", "answer", "high", "other", "reply", "low"), PAIRS)
def test_question_and_answer(
    name: str, asked: str, answer: str, high: float, other: str, reply: str, low: float
) -> None:
    assert value(name, answer, question=asked) == pytest.approx(high)
    assert value(name, reply, question=other) == pytest.approx(low)


def test_preference() -> None:
    assert value("preference_identical", "A b.", rejected="A  b.\n") == 1
    assert value("preference_identical", "A b.", rejected="c") == 0
    assert np.isnan(value("preference_identical", "A b."))
    assert value("preference_overlap", "a b c", rejected="b c d") == 0.5
    assert value("preference_length_ratio", "a b c d", rejected="a b") == 2


def test_material_that_is_attached_or_shown_is_not_missed() -> None:
    assert value("missing_context", "", question="Describe the attached picture.", media='["image:a.png"]') == 0
    assert value("missing_context", "", question="Read the following passage.", attached="Water boils.") == 0
    passage = "The bridge was built in 1932."
    assert value("prompt_echo", passage, question="The bridge was built in 1932?", attached=passage) == 0


def test_phrases_are_sorted_unique_and_compile() -> None:
    from importlib.resources import files

    import pyarrow.compute as pc

    from ftq_spark.kernels.text import phrases
    from ftq_spark.signals.features.phrases import PACKAGE, expression

    names = sorted(file.name for file in files(PACKAGE).iterdir() if file.name.endswith(".txt"))
    assert "refusal.txt" in names
    for name in names:
        for section, found in phrases.sections(PACKAGE, name).items():
            assert list(found) == sorted(set(found)), f"{name} [{section}]"
            pc.match_substring_regex(pa.array([""]), expression(name.removesuffix(".txt"), section))


SCRIPTS = {
    "zh": "黑豹队的防守只丢了三百零八分，在联赛中排名第六。他们在赛季中取得了十五胜一负的战绩。",
    "hi": "यह एक लंबा उत्तर है जिसमें कई वाक्य हैं। पहला वाक्य विषय को समझाता है। दूसरा उदाहरण देता है।",
    "ar": "هذه إجابة طويلة فيها جمل كثيرة. تشرح الجملة الأولى الموضوع بوضوح. وتعطي الثانية مثالا على ذلك.",
    "th": "นี่คือคำตอบที่ยาวและมีหลายประโยค ประโยคแรกอธิบายหัวข้อ ประโยคที่สองให้ตัวอย่าง",
    "emoji": "👍🏽 Great, see you at 10:30 🎉",
    "code": "```python\ndef add(a, b):\n    return a + b\n```",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_script_is_punished(script: str) -> None:
    text = SCRIPTS[script]
    assert value("soundness", text) == 1
    assert value("n_words", text) >= 5
    names = list(QUALITY_WEIGHTS)
    values = measure(
        {"response": pa.array([text]), "question": pa.array(["?"]), "roles": pa.array(["user assistant"])}, names
    )
    assert quality(values)[0] >= 0.6


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@settings(deadline=None, max_examples=25)
@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_ranges_hold_and_batches_do_not_matter(texts: list[str]) -> None:
    columns = {name: pa.array(texts) for name in COLUMNS}
    together = measure(columns, on_error=lambda name, _, error: pytest.fail(f"{name}: {error}"))
    for name, values in together.items():
        low, high = REGISTRY[name].range
        applied = values[~np.isnan(values)]
        assert ((applied >= low) & (applied <= high)).all(), name
    alone = [measure({name: column.slice(i, 1) for name, column in columns.items()}) for i in range(len(texts))]
    for name, values in together.items():
        np.testing.assert_allclose(values, [float(one[name][0]) for one in alone], atol=1e-12, err_msg=name)


def test_of_some_examples_a_match_is_told_as_of_all() -> None:
    batch = Batch({"prompt": pa.array(["a", "b", "", "ab"], pa.large_string())}, Parameters())
    chosen = np.array([True, True, False, False])
    for pattern in ("a", "^$", "c"):
        assert (batch.matches_among("prompt", pattern, chosen) == (batch.matches("prompt", pattern) & chosen)).all()
    assert not batch.matches_among("prompt", "a", np.zeros(4, dtype=bool)).any()


def test_the_catalogue_describes_itself() -> None:
    for entry in catalogue():
        assert entry.summary.endswith(".") and "\n" not in entry.summary
        assert set(entry.reads) <= set(COLUMNS)
        assert entry.range[0] < entry.range[1] and entry.version >= 1


def test_default_weights_and_rules_name_signals() -> None:
    assert all(REGISTRY[name].range == (0, 1) for name in QUALITY_WEIGHTS)
    assert all(rule.signal in REGISTRY and (rule.at_least is None) != (rule.at_most is None) for rule in DEFAULT_RULES)


REFUSAL = (
    "I cannot provide medical advice. Here are some reasons:\n- I am not a doctor: I can't examine you.\n- Every "
    "patient is "
    "different: individual circumstances matter.\n- Please consult a qualified professional: they know your history.\n"
    "Thank you for your understanding, and please remember that your safety comes first at all times and in all "
    "places."
)


@pytest.mark.parametrize("name", list(REGISTRY))
def test_a_signal_declares_the_columns_that_it_reads(name: str) -> None:
    """Only declared columns are handed to a pass: an undeclared one would be silently empty."""
    texts = [
        REFUSAL,
        LOOP,
        "# Title\n- It may be <b>so</b>, jo@hospital.org.",
        SCRIPTS["zh"],
        "user assistant",
        "Why",
    ]
    batch = Batch({column: pa.array(texts[i:] + texts[:i]) for i, column in enumerate(COLUMNS)})
    batch.value(REGISTRY[name].measure)
    assert {column for _, column in batch._features if column in COLUMNS} <= set(REGISTRY[name].reads)


def test_nothing_of_an_answer_applies_to_a_prompt_alone() -> None:
    names = ["format", "prompt", "question", "response", "conversation", "roles"]
    alone = ["prompt_only", "Ask jo@example.org.", "Ask jo@example.org.", "", "Ask jo@example.org.", "user"]
    columns = {
        name: pa.array([text, "openai" if name == "format" else text]) for name, text in zip(names, alone, strict=True)
    }
    found = measure(columns)
    answers = ("empty_answer", "soundness", "substance", "truncated_end", "ends_with_user", "no_assistant")
    assert all(np.isnan(found[name][0]) and not np.isnan(found[name][1]) for name in answers)
    assert not np.isnan(found["n_pii"]).any()


def test_of_two_rules_of_a_signal_the_stronger_has_the_higher_bound() -> None:
    bounds: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for rule in DEFAULT_RULES:
        if rule.at_least is not None:
            strength = ("note", "review", "drop").index(rule.verdict)
            bounds.setdefault((rule.reason, rule.signal), []).append((rule.at_least, strength))
    assert any(len(found) > 1 for found in bounds.values())
    for found in bounds.values():
        assert [strength for _, strength in sorted(found)] == sorted(strength for _, strength in found)
