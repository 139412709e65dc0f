"""Chat templates, with transformers as the judge of ids and masks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chat_models import STYLES, model_folder
from hypothesis import given
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from ftq_spark.errors import InputError
from ftq_spark.formats.detect import conversation
from ftq_spark.models.rendering import REFUSALS, _shared, render
from ftq_spark.models.template import _Namespace, _Sandbox, _ToJson, load_template, turns_of
from ftq_spark.runs.shards import find_shards, read_span, whole

SAMPLE = Path(__file__).parents[2] / "sample" / "shards"


def conversations() -> list[tuple[list[dict[str, Any]], list[Any] | None]]:
    """What the sample holds, and dialogues with tools and reasoning."""
    found = []
    for shard in find_shards([str(SAMPLE)]):
        for batch in read_span(whole(shard), 1 << 25):
            found += [(row["messages"], None) for row in batch.to_pylist() if row["accepted"]]
    call = {"type": "function", "function": {"name": "look", "arguments": '{"town": "Lyon"}'}}
    rows: list[Any] = [
        [("user", "Hi"), ("assistant", "Hello"), ("user", "Warm?"), ("assistant", "Yes, 20 °C – 暖かい。")],
        [("system", "Be brief."), ("user", "Hi"), ("assistant", "Hello"), ("user", "Bye"), ("assistant", "Bye!")],
        [("user", "a" * 300), ("assistant", " lead and trail \n")],
    ]
    for turns in rows:
        row = {"messages": [{"role": role, "content": content} for role, content in turns]}
        found.append((conversation(row).messages, None))
    tools = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]
    turns = [
        {"role": "user", "content": "Warm?"},
        {"role": "assistant", "content": "", "tool_calls": [call], "reasoning_content": "I look."},
        {"role": "tool", "content": "20"},
        {"role": "assistant", "content": "20 degrees.", "reasoning_content": "It says 20."},
    ]
    found.append((conversation({"messages": turns, "tools": tools}).messages, tools))
    return found


CONVERSATIONS = conversations()
CONVERSATIONS = CONVERSATIONS[:-4:9] + CONVERSATIONS[-4:]  # the sample is large


@pytest.mark.parametrize("style", STYLES)
def test_ids_and_masks_are_those_of_transformers(tmp_path: Path, style: str) -> None:
    transformers = pytest.importorskip("transformers")
    folder = model_folder(tmp_path / style, style)
    judge = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )
    template = load_template(str(folder))
    judge.chat_template = template.source
    n_compared = n_refused = 0
    for (messages, tools), mine in zip(CONVERSATIONS, render(template, CONVERSATIONS), strict=True):
        turns = turns_of(messages)
        if mine.error is not None:
            with pytest.raises(Exception, match=r".*"):
                judge.apply_chat_template(turns, tools=tools)
            n_refused += 1
            continue
        theirs = judge.apply_chat_template(
            turns, tools=tools, return_dict=True, return_assistant_tokens_mask=template.marks_answers
        )
        assert mine.ids.tolist() == theirs["input_ids"]
        if template.marks_answers:
            assert mine.trained.astype(int).tolist() == theirs["assistant_masks"]
        elif not mine.unstable:
            assert mine.trained.tolist() == by_prefixes(judge, turns, tools, theirs["input_ids"])
        n_compared += 1
    assert n_compared > 5 and n_compared + n_refused == len(CONVERSATIONS)


def by_prefixes(judge: Any, turns: list[dict[str, Any]], tools: Any, ids: list[int]) -> list[bool]:
    """The mask from texts that transformers rendered: what each answer adds to what stands before it."""

    def text(some: list[dict[str, Any]], ask: bool) -> str:
        return str(judge.apply_chat_template(some, tools=tools, tokenize=False, add_generation_prompt=ask))

    whole = text(turns, False)
    offsets = judge(whole, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    assert len(offsets) == len(ids)
    mask = np.zeros(len(ids), bool)
    for i, turn in enumerate(turns):
        if turn["role"] == "assistant":
            # A template that cannot render an empty dialogue is one that nobody's first turn is an answer to.
            start, end = len(text(turns[:i], True)), len(text(turns[: i + 1], False))
            mask |= [start < stop and begin < end for begin, stop in offsets]
    return [bool(found) for found in mask]


def test_a_turn_of_weight_0_is_not_trained_on(tmp_path: Path) -> None:
    turns = [("user", "Hi"), ("assistant", "Hello"), ("user", "Warm?"), ("assistant", "Yes")]
    messages = conversation({"messages": [{"role": r, "content": c} for r, c in turns]}).messages
    for style in ("chatml", "chatml_marked"):
        template = load_template(str(model_folder(tmp_path / style, style)))
        (both,) = render(template, [(messages, None)])
        (last,) = render(template, [([*messages[:1], {**messages[1], "weight": 0.0}, *messages[2:]], None)])
        assert [both.text[slice(*span)] for span in both.spans][1:] == [last.text[slice(*span)] for span in last.spans]
        assert 0 < last.trained.sum() < both.trained.sum()


def test_the_sandbox_holds(tmp_path: Path) -> None:
    messages = conversation(
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    ).messages
    for attack in (
        "{{ messages.__class__.__mro__ }}",
        "{{ messages.append(1) }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{% set ns = namespace() %}{% set ns.__class__ = 1 %}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    ):
        template = load_template(str(model_folder(tmp_path, attack)))
        (found,) = render(template, [(messages, None)])
        assert found.error is not None or found.text == "", attack


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "expected `chat_template`"),
        ({"tokenizer_config.json": "{"}, "unreadable"),
        ({"tokenizer_config.json": "[]"}, "expected a JSON object, got list"),
        ({"tokenizer_config.json": '{"chat_template": "{% if %}"}', "tokenizer.json": None}, "not a chat template"),
        ({"chat_template.jinja": "x"}, "there is no .*tokenizer.json"),
        ({"chat_template.jinja": "x", "tokenizer.json": "{}"}, "is not a tokenizer file"),
    ],
)
def test_what_is_no_model_is_said(tmp_path: Path, files: dict[str, str | None], expected: str) -> None:
    if "tokenizer.json" in files and files["tokenizer.json"] is None:
        model_folder(tmp_path, "chatml")
    for name, text in files.items():
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=expected):
        load_template(str(tmp_path))


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(InputError, match="expected a model's folder"):
        load_template("no/such/model")


def test_named_templates_and_a_file_of_its_own(tmp_path: Path) -> None:
    folder = model_folder(tmp_path, "chatml")
    named = [{"name": "tool_use", "template": "t"}, {"name": "default", "template": "d"}]
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": named}))
    assert load_template(str(folder)).source == "d"
    (folder / "chat_template.jinja").write_text("j")
    assert load_template(str(folder)).source == "j"


ASKED = (
    "role",
    "items",
    "get",
    "_hidden",
    "__class__",
    "tool_calls",
    "index0",
    "last",
    "first",
    "cycle",
    "text",
    "none",
)


@pytest.mark.parametrize("name", ASKED)
def test_the_short_ways_of_the_sandbox_lead_where_jinja_s_own_do(name: str) -> None:
    source = (
        "{% set ns = namespace(text='a', none=none, last=1, items=[2]) %}"
        f"{{% for m in messages %}}{{{{ m.{name} }}}}|{{{{ ns.{name} }}}}|{{{{ loop.{name} }}}}{{% endfor %}}"
    )
    messages = [{"role": "user", "items": 3, "_hidden": 4, "last": None}, {"role": "b", "get": "x", "text": {"a": 1}}]
    found = []
    for sandbox in (_Sandbox, ImmutableSandboxedEnvironment):
        environment = sandbox()
        environment.globals["namespace"] = _Namespace
        try:
            found.append(re.sub("0x[0-9a-f]+", "", environment.from_string(source).render(messages=messages)))
        except REFUSALS as error:
            found.append(f"{type(error)} {error}")
    assert found[0] == found[1]


def test_a_namespace_is_jinja_s() -> None:
    source = (
        "{% set ns = namespace({'a': 1}, self=2, items=[3]) %}{% set ns.b = 'x' %}{% set ns.a = ns.a + 1 %}"
        "{{ ns }}{{ ns.a }}{{ ns['self'] }}{{ ns.items[0] }}{{ ns.b.upper() }}{{ ns.c is defined }}"
    )
    found = []
    for sandbox, namespace in ((_Sandbox, _Namespace), (ImmutableSandboxedEnvironment, Namespace)):
        environment = sandbox()
        environment.globals["namespace"] = namespace
        found.append(environment.from_string(source).render())
    assert found[0] == found[1] == "<Namespace {'a': 2, 'self': 2, 'items': [3], 'b': 'x'}>223XFalse"


def test_what_is_written_as_json_again_is_the_same_text() -> None:
    filter_ = _ToJson()
    for n in range(300):  # other values at places in memory that were given back
        value = {"n": n, "é": [n]}
        for options in ({}, {"indent": 2}, {"sort_keys": True}, {"separators": [",", ":"]}, {"ensure_ascii": True}):
            expected = json.dumps(value, **{"ensure_ascii": False, **options})
            assert filter_(value, **options) == filter_(value, **options) == expected


@given(st.text("ab", max_size=30), st.text("ab", max_size=30), st.text("abc", max_size=40))
def test_what_two_texts_begin_with_alike(one: str, other: str, before: str) -> None:
    shared = _shared(before + one, before + other)
    assert (before + one).startswith(shared) and (before + other).startswith(shared)
    rest = (before + one)[len(shared) :], (before + other)[len(shared) :]
    assert not all(rest) or rest[0][0] != rest[1][0]
