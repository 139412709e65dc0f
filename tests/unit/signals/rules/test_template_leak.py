"""Tokens and headings of chat templates in an answer, beside those that are asked about or one's own."""

from __future__ import annotations

import pytest
from rule_verdicts import decided, found, value


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Name a fruit.", "pear [UNK] [PAD] [PAD]"),
        ("Which format has the film?", "It is in 16:9.<|im_end|>"),
    ],
)
def test_tokens_of_a_template_are_found(question: str, answer: str) -> None:
    assert "template_leak" in found(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Say hello.", "Hello!<|im_end|>"),
    ],
)
def test_a_token_that_ends_a_turn_is_noted_or_reviewed(question: str, answer: str) -> None:
    assert found(question, answer)["template_leak"] in ("note", "review")


def test_a_token_that_ends_the_text_is_noted_alone() -> None:
    assert found("Name a tree.", "Oak is one of them.<|endoftext|>")["template_leak"] == "note"
    assert found("Name a tree.", "Oak is one of them.</s>\n")["template_leak"] == "note"
    assert found("Name a tree.", "Oak is one of them.<|im_end|>")["template_leak"] == "review"
    assert found("Name a tree.", "Oak.</s>Name another one.</s>")["template_leak"] == "review"
    assert found("Name a tree.", "Oak.<|endoftext|>Elm, too.")["template_leak"] == "review"


def test_where_a_picture_stands_is_no_token_of_a_template() -> None:
    picture = "<|vision_start|><|image_pad|><|vision_end|>"
    assert value("n_template_tokens", f"{picture}What is it?", "A kite.") == 0
    assert value("n_template_tokens", f"{picture}What is it?", "A kite.<|im_end|>") == 1


def test_an_answer_opens_with_the_heading_of_a_template() -> None:
    assert value("n_template_tokens", "Name a tree.", "### Response:\nOak") == 1
    assert value("n_template_tokens", "Name a tree.", "system: You are a gardener.\nOak") == 1
    assert value("n_template_tokens", "Name a tree.", "Oak\n\nRegenerate response") == 1
    assert value("n_template_tokens", "Name a system.", "System: a whole of parts that work together.") == 0
    assert value("n_template_tokens", "Name a tree.", "### Response to drought\nOaks grow deep roots.") == 0


def test_tokens_of_a_template_beside_tags_of_ones_own_are_found() -> None:
    answer = '<|json|>{"name": "Ann"}<|/json|><|im_end|>\n<|im_start|>user'
    assert decided("Read this: Ann is nine years old.", answer)["template_leak"] == "review"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Read this: Ann is nine years old.", '<|json|>{"name": "Ann", "age": 9}<|/json|>'),
        ("Modelin şablonu nedir?", "Şablon iki turdan oluşur; turlar <start_of_turn> etiketiyle ayrılır."),
    ],
)
def test_tokens_that_are_meant_are_no_leak(question: str, answer: str) -> None:
    assert "template_leak" not in decided(question, answer)


def test_who_asks_about_tuning_may_be_told_of_tokens() -> None:
    told = "Every turn is written as <|im_start|>role ... <|im_end|>, in training as later."
    assert "template_leak" not in found("What separates good data for fine-tuning a model?", told)
    assert found("What is a turn?", told)["template_leak"] == "note"


@pytest.mark.parametrize(
    "answer",
    [
        "<|think|>\nThe price is wrong.\n<|channel|>\nSell it.",
        "It marks the end with the token <|im_end|> and goes on.",
        'Say "<|im_end|>" there, and "[/INST]" here.',
    ],
)
def test_words_of_ones_own_and_tokens_that_are_named_are_noted(answer: str) -> None:
    assert found("What is to be done?", answer)["template_leak"] == "note"


@pytest.mark.parametrize(
    "answer",
    [
        "Sell it.<end_of_turn> Thank you.",
        "Sell it<|eot_id|><|start_header_id|>user<|end_header_id|> And then?",
        "Sell it [/INST]\nThank you",
        " [/INST], and the report says so in a chapter of its own.",
        "Sell it <|im_end|>\nuser: when?",
    ],
)
def test_tokens_that_part_turns_are_reviewed(answer: str) -> None:
    assert decided("What is to be done?", answer)["template_leak"] == "review"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does </s> mean in a prompt?", "</s> ends a text."),
        ("Show me one turn of a Llama 2 prompt template.", "<s>[INST] How are you? [/INST]"),
        ("How do I set stop words?", "In the model file:\n```\nPARAMETER stop <|im_end|>\n```"),
    ],
)
def test_tokens_that_are_asked_about_are_no_faults(question: str, answer: str) -> None:
    assert decided(question, answer) == {}


RENDERED = "<|im_start|>user\nName a tree.<|im_end|>\n<|im_start|>assistant\nA tree:"


@pytest.mark.parametrize(
    ("question", "answer", "strength"),
    [
        (RENDERED, "An oak.<|im_end|>\n", "note"),
        (RENDERED, "An oak.", "note"),
        (RENDERED, "An oak.<|im_end|>\n<|im_start|>user\nAnother one.", "review"),
        (RENDERED, "[/INST] An oak.<|im_end|>", "review"),
        ("They sent it as\n<|eot_id|>\n<|start_header_id|> user\nExpand this. Who sent it?", "The clerk.", "note"),
        ("Name a tree.</s>", "An oak.", "review"),
        ("<pad> question: Name a tree.</s>", "An oak.", "review"),  # what filled a batch renders no turn
        ("Name a tree.", "An oak.<|im_end|>\n", "review"),
    ],
)
def test_a_prompt_that_was_rendered_or_quotes_tokens_is_noted(question: str, answer: str, strength: str) -> None:
    assert found(question, answer)["template_leak"] == strength


def test_tokens_of_an_earlier_answer_are_reviewed() -> None:
    texts = ("Name a tree.", "An oak.<|im_end|>\n<|im_start|>user", "Another one?", "An elm.")
    asked = {"prompt": "User: {}\n\nAssistant: {}\n\nUser: {}".format(*texts[:3]), "conversation": "\n\n".join(texts)}
    roles = "user assistant user assistant"
    assert found(texts[2], texts[3], first_user=texts[0], roles=roles, **asked)["template_leak"] == "review"
