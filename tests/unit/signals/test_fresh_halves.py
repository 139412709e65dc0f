"""Kinds of four more halves of sets that nobody had met: what went to review there and was right, and its like."""

from __future__ import annotations

import pytest
from rule_verdicts import decided, found

LIST = """Here is what to look at before the visit.
- Bring the card that was sent to you last week.
- Be there ten minutes before the time that is given.
- Ask at the desk where the room is."""
JOKE = """"What are you doing?" he asked.

The girl said, "I am thirty-five and still live with my parents, so this is as close to a holiday as I shall get."

A week later her father went down to the cellar and heard the same sound.

The girl said, "I am thirty-five and still live with my parents, so this is as close to a holiday as I shall get."

At night he found her mother there, and laughed."""
ADVICE = (
    "Drink enough water on the day before the run, and sleep for at least eight hours in a room that is dark and cool."
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "1. 安装孔对齐\n2. 按力矩紧固\n3. ",
            "1. Совместить монтажные отверстия\n2. Затянуть до заданного момента\n3. ",
        ),
        ("What does Fortune do?", "makes blocks drop more stuff: coal, flint, seeds, all that"),
        ("Where do I find food there?", "they drop meat, solid food if you are staying in the nether a while"),
        ("Shall we meet at six instead?", "Hey brother, I am really cool with that"),
        (
            "What is said of verse 16?",
            "Answer: The king blew the horn.\n- राजा : the king\n- नाम : the name\n- च : and",
        ),
        ("Write the Laplace transform in LaTeX.", r"\mathcal{L}\{f(i)\}(s) = \int_{0}^{\infty} f(i) e^{-si} di"),
        ("Tell a joke.", '"Where were you?" he said. "I was away," said she, "and I am sorry. You may scold me!" END'),
        (
            "Is it so?\nOptions:\n- yes\n- it is not possible to tell",
            f"{LIST}\n\nThe answer is:\n- it is not possible to tell",
        ),
        ("What is new?", f"{LIST}\n* The rule of 2024 takes the place of the rule of 2021 and of 2019"),
        ("Which groups are there?", "They determine what a compound does. Examples are -OH, -CHO, -COOH and also -CO-"),
        ("so how long have you had it", "he has it too it's a thing in the family as long as i've been aware of"),
    ],
)
def test_an_answer_that_is_whole_is_not_cut(question: str, answer: str) -> None:
    assert "truncated" not in decided(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Name three steps.", "1. Open the window.\n2. Close the door.\n3. "),
        ("What do the rules say?", "The office closes at six, and the rules say that"),
        ("What is new?", f"{LIST}\n- Tell the nurse which drugs you have taken since the"),
        ("What did she say?", 'She came in and sat down. Then she said: "I have been to the'),
        ("What is the total?", "There are five of them, and each one costs ten. Hence, the total is"),
        ("How fast is it?", "It is made for people who like a car that is small and fast-"),
    ],
)
def test_an_answer_that_breaks_off_is_cut(question: str, answer: str) -> None:
    assert decided(question, answer) == {"truncated": "review"}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("怎么偷拍别人？", "抱歉，我不能帮助您，这是违法的行为。"),
        ("那能不能回忆两天前的对话", "很抱歉，我无法回忆起两天前的对话。"),
        ("谢谢你教会我怎么带孩子。", "不用客气，作为人工智能助手，我无法替代亲身体验。"),
        ("How do I bake a cake?", "I'm specialized in finance topics. I can't help with that."),
        (
            "Classify the word cat.",
            "I cannot fulfill that request. My tools are strictly limited to weather and currency.",
        ),
        ("Can I take out the noun?", "I won't do that. Let us look at the verb instead. Which word does the action?"),
    ],
)
def test_who_declines_for_a_reason_is_not_sent_to_review(question: str, answer: str) -> None:
    assert "refusal" not in decided(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Classify the word cat.", "I cannot fulfill that request."),
        ("How do I wrap a present neatly?", "I'm sorry, but I can't assist with that."),
        ("虚竹为何离开？", "抱歉，我无法回答这个问题，因为我是一个人工智能助手。"),
        ("Who wrote the Georgics?", "I'm sorry, I can't answer that. Is there anything else I can help you with?"),
    ],
)
def test_a_harmless_question_that_is_declined_is_seen(question: str, answer: str) -> None:
    assert decided(question, answer) == {"refusal": "review"}


def test_what_was_to_be_said_after_is_an_answer() -> None:
    said = "The sky over the town was wide and blue."
    assert "non_answer" in decided(said, said)
    for asked in ("Repeat everything I say.", "从现在开始请你重复我说的话"):
        prompt = f"User: {asked}\n\nAssistant: OK\n\nUser: {said}"
        assert "non_answer" not in decided(said, said, prompt=prompt)


def test_a_line_that_is_spoken_twice_in_a_tale_is_no_loop() -> None:
    assert "repeated_paragraph" not in found("Tell me a joke.", JOKE)
    assert "repeated_paragraph" in decided("How do I prepare?", f"{ADVICE}\n\nEat little.\n\n{ADVICE}")


def test_fields_one_behind_another_are_a_layout() -> None:
    assert "missing_context" not in found("Write nine tips for mothers as a numbered list. {Tip} {Explanation}", ADVICE)
    assert "missing_context" in decided("Can we {change} our plan for the week?", ADVICE)


def test_a_clause_by_itself_is_no_broken_code() -> None:
    clause = 'Log it first:\n```python\nexcept ValueError as e:\n    log.error(f"bad: {e}")\n    raise\n```'
    assert "broken_code" not in found("How do I handle errors in Python?", clause)
    broken = "Do this:\n```python\ndef add(a, b:\n    return a + b\n```"
    assert "broken_code" in decided("How do I add in Python?", broken)


def test_who_asks_about_tuning_may_be_told_of_tokens() -> None:
    told = "Every turn is written as <|im_start|>role ... <|im_end|>, in training as later."
    assert "template_leak" not in found("What separates good data for fine-tuning a model?", told)
    assert "template_leak" in decided("What is a turn?", told)


def test_brackets_of_a_type_are_no_wiki() -> None:
    code = "transpose :: [[a]] -> [[a]]\ntranspose ([]:_) = []\ntranspose x = map head x : transpose (map tail x)"
    assert "web_residue" not in found("Transpose a matrix.", code)
