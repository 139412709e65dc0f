"""Models that rate answers against the same models asked by transformers, one text at a time."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from tiny_models import tiny

from ftq_spark.errors import ModelError
from ftq_spark.models.rater import Asked, LoadedRater, check_rater, rater_identity
from ftq_spark.settings import Rater

torch = pytest.importorskip("torch", reason="needs the extra ftq-spark[embed]")
transformers = pytest.importorskip("transformers", reason="needs the extra ftq-spark[embed]")
pytestmark = pytest.mark.model

TEMPLATE = (
    "{% for m in messages %}{{ m.role }} : {{ m.content }} </s> {% endfor %}"
    "{% if add_generation_prompt %}assistant :{% endif %}"
)
ASKED = [
    Asked((("user", "what is the capital of france ?"),), "paris ."),
    Asked((("system", "a system ."), ("user", "what is the capital of peru ?")), "it is lima . it is not rome ."),
    Asked((("user", "why ?"), ("assistant", "why not ?"), ("user", "what is it ?")), "rome"),
    Asked((("user", "what is the capital of france ?"),), "paris ."),
    Asked((("user", "why ?"),), " \n"),
]


def loaded(folder: Path, kind: str) -> tuple[object, object]:
    return getattr(transformers, kind).from_pretrained(folder).eval(), transformers.AutoTokenizer.from_pretrained(
        folder
    )


def test_a_reward_model_rates_as_transformers_does(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "reward", "GPT2ForSequenceClassification", template=TEMPLATE)
    model, tokenizer = loaded(folder, "AutoModelForSequenceClassification")
    expected = []
    for asked in ASKED[:4]:
        turns = [{"role": role, "content": text} for role, text in (*asked.turns, ("assistant", asked.answer))]
        ids = tokenizer.apply_chat_template(turns, return_tensors="pt", return_dict=True)
        expected.append(model(**ids).logits.item())
    rater = LoadedRater("reward", Rater(model=str(folder)))
    found = rater.rate(ASKED)
    assert np.allclose(found[:4], expected, atol=1e-5)
    assert np.ptp(found[:4]) > 0.01
    assert math.isnan(found[4])  # there is no answer
    rater.token_budget = 1  # whatever else is in the batch
    assert np.allclose(rater.rate(ASKED)[:4], expected, atol=1e-5)


def test_a_classifier_gives_the_probability_of_its_label(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "classes", "GPT2ForSequenceClassification", ["bad", "fair", "good"])
    model, tokenizer = loaded(folder, "AutoModelForSequenceClassification")
    expected = []
    for asked in ASKED[:4]:
        question = "\n\n".join(text for _, text in asked.turns)
        expected.append(model(**tokenizer(question, asked.answer, return_tensors="pt")).logits.softmax(-1)[0, 2].item())
    found = LoadedRater("good", Rater(model=str(folder), label="good")).rate(ASKED)
    assert np.allclose(found[:4], expected, atol=1e-5)
    with pytest.raises(
        ModelError, match=r"score\.raters\.good .*expected `label`, one of bad, fair, good, got 'great'"
    ):
        check_rater("good", Rater(model=str(folder), label="great"))
    with pytest.raises(ModelError, match="got none"):
        check_rater("good", Rater(model=str(folder)))


@pytest.mark.parametrize("template", [None, TEMPLATE])
def test_a_language_model_says_how_little_the_question_helps(tmp_path: Path, template: str | None) -> None:
    folder = tiny(tmp_path / "language", "GPT2LMHeadModel", template=template)
    model, tokenizer = loaded(folder, "AutoModelForCausalLM")
    end = tokenizer.eos_token_id

    def perplexity(before: list[int], answer: list[int]) -> float:
        wanted = torch.tensor([[-100] * len(before) + answer])
        return math.exp(model(input_ids=torch.tensor([before + answer]), labels=wanted).loss.item())

    expected = []
    for asked in ASKED[:4]:
        text = "\n\n".join(text for _, text in asked.turns)
        if template:
            turns = [{"role": role, "content": text} for role, text in asked.turns]
            text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        question, answer = (tokenizer(t, add_special_tokens=False)["input_ids"] for t in (text, asked.answer))
        expected.append(perplexity([end, *question], answer) / perplexity([end], answer))
    rater = LoadedRater("ifd", Rater(model=str(folder)))
    assert np.allclose(rater.rate(ASKED)[:4], expected, rtol=1e-4)
    rater.token_budget = 1
    assert np.allclose(rater.rate(ASKED)[:4], expected, rtol=1e-4)


def test_of_long_texts_the_end_of_the_question_and_the_beginning_of_the_answer_are_read(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "language", "GPT2LMHeadModel")
    rater = LoadedRater("ifd", Rater(model=str(folder), max_tokens=32))
    long = Asked((("user", "why " * 90 + "what is the capital of peru ?"),), "lima . " * 90)
    cut = Asked((("user", "what is the capital of peru ?"),), "lima . " * 12)  # 8 tokens of 32, and 24
    assert rater.rate([long]) == pytest.approx(rater.rate([cut]))
    assert np.isfinite(rater.rate([Asked((("user", "why " * 90),), "lima")])).all()


def test_turns_that_a_template_refuses_are_not_rated(tmp_path: Path) -> None:
    template = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TEMPLATE
    folder = tiny(tmp_path / "reward", "GPT2ForSequenceClassification", template=template)
    found = LoadedRater("reward", Rater(model=str(folder))).rate(ASKED)
    assert np.isnan(found).tolist() == [False, True, False, False, True]


def test_what_is_no_model_that_rates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"score\.raters\.reward: expected the folder"):
        check_rater("reward", Rater(model="OpenAssistant/reward-model"))
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["BertModel"]}))
    with pytest.raises(ModelError, match=r"expected a sequence classifier or a language model .* got BertModel"):
        check_rater("reward", Rater(model=str(tmp_path)))
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["LlamaForCausalLM"]}))
    with pytest.raises(ModelError, match="has no label 'good'"):
        check_rater("reward", Rater(model=str(tmp_path), label="good"))


def test_another_template_is_another_model(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "reward", "GPT2ForSequenceClassification", template=TEMPLATE)
    rater = Rater(model=str(folder))
    before = rater_identity("reward", rater)
    assert rater_identity("reward", rater) == before
    assert rater_identity("reward", Rater(model=str(folder), max_tokens=32)) != before
    (folder / "chat_template.jinja").write_text(TEMPLATE + " ")
    assert rater_identity("reward", rater) != before
