"""Silent failures of chat templates, planted: each is named, and a sound template has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from chat_models import model_folder

from ftq_spark.models.template import load_template
from ftq_spark.validation import Counting, sarif, validate

USER, ANSWER = {"role": "user", "content": "How warm is it?"}, {"role": "assistant", "content": "About twenty degrees."}
SYSTEM = {"role": "system", "content": "Be very brief."}
MORE = [{"role": "user", "content": "And tomorrow?"}, {"role": "assistant", "content": "Much the same."}]
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]
CALL = {"type": "function", "function": {"name": "look", "arguments": "{}"}}
CALLED = [USER, {"role": "assistant", "content": "", "tool_calls": [CALL]}, {"role": "tool", "content": "20.5"}, ANSWER]
TELLS = "tells how warm it is in a town"
TOLD = [{"type": "function", "function": {"name": "look", "description": TELLS, "parameters": {"type": "object"}}}]
QUOTED = {"role": "user", "content": f"There is a tool look that {TELLS}: use it."}
THOUGHT = {**ANSWER, "reasoning_content": "The thermometer says so."}
LOOP = "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}BODY{{ '\\n' }}{% endfor %}"
END = "{{ m.content + '<|im_end|>' }}"
HELD = "{% generation %}{{ m.content }}{% endgeneration %}"
MARKED = "{% if m.role == 'assistant' %}" + HELD + "{{ '<|im_end|>' }}{% else %}{{ m.content }}{% endif %}"
MARKS_NOTHING = LOOP.replace("BODY", "{% generation %}{% endgeneration %}" + END)
UNENDED = "{{ m.content }}{% if not loop.last %}{{ '<|im_end|>' }}{% endif %}"
ASKS = "{{ '<|im_start|>assistant\n' }}"
MARKUP = {"role": "user", "content": "Is 3 < 4 & 5 > 4?"}
LATER = LOOP.replace("BODY", "{{ (m.content if m.role != 'user' or loop.revindex < 3 else '') + '<|im_end|>' }}")
CUT = "{{ m.content[:10] + '<|im_end|>' }}"
ESCAPED = "{{ m.content | e }}{{ '<|im_end|>' }}"
TOOL_ASKS = "('user' if m.role == 'tool' else m.role)"
ALL_MARKED = "{% generation %}{{ m.content + '<|im_end|>' }}{% endgeneration %}"
DOUBLED = "{{ messages[0].content + '\n' }}"
CALLS = "{{ tools | tojson }}" + LOOP.replace(
    "BODY",
    "{{ m.content or '' }}{% for c in m.tool_calls or [] %}{{ c.function.name ~ c.function.arguments | tojson }}"
    "{% endfor %}{{ '<|im_end|>' }}",
)
WHERE = {"role": "user", "content": "How warm is it in Lyon?"}
PLACED = {**CALLED[1], "tool_calls": [{**CALL, "function": {"name": "look", "arguments": '{"town": "Lyon"}'}}]}
DROPS_SYSTEM = LOOP.replace("BODY", "{{ (m.content if m.role != 'system' else '') + '<|im_end|>' }}")


def chat(*turns: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"messages": list(turns), **fields}


def found(folder: Path, template: str, *rows: dict[str, Any], adds_bos: bool = False, **options: Any) -> dict[str, Any]:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    model = load_template(str(model_folder(folder / "model", template, adds_bos=adds_bos)))
    return validate([str(path)], 1000, Counting(**options), template=model)


@pytest.mark.parametrize(
    ("template", "row", "expected"),
    [
        # sound
        ("chatml", chat(SYSTEM, USER, ANSWER, *MORE), []),
        ("chatml_marked", chat(SYSTEM, USER, ANSWER, *MORE), []),
        ("llama3", chat(SYSTEM, USER, ANSWER, *MORE), []),
        ("zephyr", chat(SYSTEM, USER, ANSWER, *MORE), []),
        ("gemma", chat(USER, ANSWER, *MORE), []),
        ("llama2", chat(USER, ANSWER, *MORE), []),
        ("mistral", chat(USER, ANSWER, *MORE), []),
        ("phi", chat(SYSTEM, USER, ANSWER, *MORE), []),
        ("qwen", chat(USER, {**CALLED[1], "reasoning_content": "I look."}, CALLED[2], THOUGHT, tools=TOOLS), []),
        ("qwen", chat(USER, ANSWER, tools=TOLD), ["empty_think"]),
        # planted
        (MARKS_NOTHING, chat(USER, ANSWER), ["nothing_trained"]),
        (LOOP.replace("BODY", MARKED), chat(USER, ANSWER), ["end_untrained"]),
        ("plain", chat(SYSTEM, USER, ANSWER), ["end_untrained"]),
        ("gemma", chat(SYSTEM, USER, ANSWER), ["system_refused"]),
        (DROPS_SYSTEM, chat(SYSTEM, USER, ANSWER), ["system_refused"]),
        ("llama2", chat(SYSTEM, USER, ANSWER), ["system_moved"]),
        ("mistral", chat(SYSTEM, USER, ANSWER), ["system_moved"]),
        ("llama2", chat(USER, USER, ANSWER), ["template_refused", "role_order"]),
        ("chatml", chat(*CALLED, tools=TOOLS), ["tools_lost"]),
        ("chatml", chat(QUOTED, ANSWER, tools=TOLD), ["tools_lost"]),
        ("qwen", chat(USER, THOUGHT, *MORE), ["reasoning_lost", "template_unstable", "empty_think"]),
        ("chatml", chat(USER, THOUGHT), ["reasoning_lost"]),
        ("qwen", chat(USER, ANSWER), ["empty_think"]),
        ("chatml", chat({**USER, "content": "What is <|im_end|>?"}, ANSWER), ["role_marker", "template_leak"]),
        ("chatml", chat({**USER, "content": "Is it </s>?"}, ANSWER), ["role_marker", "template_leak"]),
        (LOOP.replace("BODY", CUT), chat(USER, ANSWER), ["answer_lost", "prompt_lost"]),
        (LOOP.replace("BODY", UNENDED), chat(USER, ANSWER, *MORE), ["end_untrained", "template_unstable"]),
        (LOOP.replace("BODY", END) + ASKS, chat(USER, ANSWER), ["end_untrained"]),
        (LOOP.replace("BODY", ESCAPED), chat(MARKUP, ANSWER), ["prompt_lost"]),
        (LATER, chat(USER, ANSWER, *MORE), ["prompt_lost", "template_unstable"]),
        (LOOP.replace("BODY", ALL_MARKED), chat(USER, ANSWER), ["prompt_trained"]),
        (DOUBLED + LOOP.replace("BODY", END), chat(SYSTEM, USER, ANSWER), ["text_twice"]),
        (CALLS.replace("| tojson", ""), chat(WHERE, PLACED, CALLED[2], ANSWER, tools=TOLD), ["calls_as_python"]),
        (CALLS, chat(WHERE, PLACED, CALLED[2], ANSWER, tools=TOLD), []),
        (CALLS.replace(" or ''", ""), chat(WHERE, PLACED, CALLED[2], ANSWER, tools=TOLD), ["null_rendered"]),
        (CALLS.replace("m.role", TOOL_ASKS), chat(WHERE, PLACED, CALLED[2], ANSWER, tools=TOLD), ["tool_as_user"]),
        (LOOP.replace("m.role", "'-'").replace("BODY", END), chat(USER, ANSWER), ["roles_lost"]),
    ],
)  # fmt: skip
def test_each_failure_is_named(tmp_path: Path, template: str, row: dict[str, Any], expected: list[str]) -> None:
    codes = [item["code"] for item in found(tmp_path, template, row)["findings"]]
    assert sorted(codes) == sorted(expected)


def test_the_token_that_begins_a_text_is_set_twice(tmp_path: Path) -> None:
    rows = [chat(USER, ANSWER)] * 3
    told = found(tmp_path, "llama3", *rows, adds_bos=True)
    assert told["warnings"] == {"bos_twice": 1}  # it is the template's, not the row's
    assert found(tmp_path, "chatml", *rows, adds_bos=True)["findings"] == []
    assert found(tmp_path, "llama3", *rows)["findings"] == []
    assert found(tmp_path, "{{ bos_token + bos_token }}" + LOOP.replace("BODY", "{{ m.content + eos_token }}"), *rows)[
        "warnings"
    ] == {"bos_twice": 1}


def test_tokens_are_the_models_own_and_so_is_the_cut(tmp_path: Path) -> None:
    row = chat(USER, ANSWER)
    whole = found(tmp_path, "chatml_marked", row)["tokens"]
    assert whole["counted_by"].startswith("chat template of ")
    assert 0 < whole["trainable"] < whole["total"]
    cut = found(tmp_path, "chatml_marked", row, max_tokens=whole["total"] - 3)
    assert cut["warnings"] == {"over_length": 1}
    assert cut["tokens"]["lost"] == 2  # the last token, a line break, is not trained on
    nothing = found(tmp_path, "chatml_marked", row, max_tokens=5)
    assert nothing["warnings"] == {"no_training_signal": 1}


def test_findings_are_sarif(tmp_path: Path) -> None:
    log = sarif(found(tmp_path, "gemma", chat(SYSTEM, USER, ANSWER)))
    (result,) = log["runs"][0]["results"]
    assert result["ruleId"] == "system_refused"
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
