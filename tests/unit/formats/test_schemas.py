"""Every chat schema becomes the same canonical conversation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from schema_rows import OPENAI, QA, SHAREGPT, SQA, TWO, turns

from ftq_spark.formats import conversation
from ftq_spark.formats.faults import Fault

CALL = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
TOOL = {"type": "function", "function": {"name": "add", "parameters": {}}}


ROWS: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    # OpenAI and its relatives
    ("openai", {"messages": OPENAI}, QA),
    ("openai", {"messages": json.dumps(OPENAI)}, QA),
    ("openai", {"messages": [{"role": "system", "content": "s"}, *OPENAI]}, SQA),
    ("openai", {"messages": [{"role": "developer", "content": "s"}, *OPENAI]}, [("developer", "s"), *QA]),
    ("openai", {"messages": [{"role": "system", "content": " "}, *OPENAI]}, QA),
    ("openai", {"messages": OPENAI, "system": "s"}, SQA),
    ("openai", {"messages": OPENAI, "prompt": "q", "completion": None, "conversations": None}, QA),
    ("openai", {"conversations": OPENAI}, QA),
    ("openai", {"conversation": OPENAI}, QA),
    ("openai", {"messages": [{"role": "User", "content": "q"}, {"role": "Chatbot", "content": "a"}]}, QA),
    ("openai", {"messages": [{"role": "user", "content": "q"}, {"role": "model", "content": "a"}]}, QA),
    ("openai", {"messages": [{"role": "assistant", "content": "a"}]}, [("assistant", "a")]),
    ("openai", {"messages": [*OPENAI, {"role": "user", "content": "thanks"}]}, [*QA, ("user", "thanks")]),
    ("openai", {"messages": [*OPENAI[:1], *OPENAI]}, [("user", "q"), *QA]),
    ("openai", {"messages": [OPENAI[0], {"role": "assistant", "content": None, "refusal": "no"}]},
     [("user", "q"), ("assistant", "no")]),
    ("mistral", {"interactions": OPENAI}, QA),
    ("mistral", {"messages": OPENAI, "available_tools": [TOOL]}, QA),
    ("mistral", {"messages": [{"role": "user", "text": "q"}, {"role": "assistant", "text": "a"}]}, QA),
    ("openchat", {"items": OPENAI, "system": "s"}, SQA),
    ("nemotron", {"input": OPENAI[:1], "output": "a", "system_prompt": "s", "category": "math"}, SQA),
    # ShareGPT
    ("sharegpt", {"conversations": SHAREGPT, "id": 7}, QA),
    ("sharegpt", {"conversations": SHAREGPT, "system": "s"}, SQA),
    ("sharegpt", {"conversations": [{"from": "system", "value": "s"}, *SHAREGPT]}, SQA),
    ("sharegpt", {"conversations": [{"from": "user", "value": "q"}, {"from": "bard", "value": "a"}]}, QA),
    ("sharegpt", {"conversations": [{**SHAREGPT[0], "weight": 0}, {**SHAREGPT[1], "train": True}]}, QA),
    # lists of strings and of exchanges
    ("alternating", {"conversations": ["q", "a"]}, QA),
    ("ms_swift", {"conversation": [{"human": "q0", "assistant": "a0"}, {"human": "q", "assistant": "a"}]}, TWO),
    ("ms_swift", {"query": "q", "response": "a", "history": [["q0", "a0"]]}, TWO),
    ("ms_swift", {"query": "q", "response": "a", "history": [], "system": "s"}, SQA),
    ("dialogue", {"turns": [{"speaker": "USER", "utterance": "q"}, {"speaker": "SYSTEM", "utterance": "a"}]}, QA),
    # Alpaca and Dolly
    ("alpaca", {"instruction": "q", "input": "", "output": "a"}, QA),
    ("alpaca", {"instruction": "q", "output": "a"}, QA),
    ("alpaca", {"instruction": "q", "input": "i", "output": "a"}, [("user", "q\n\ni"), ("assistant", "a")]),
    ("alpaca", {"instruction": "q", "input": "<noinput>", "output": "a"},
     [("user", "q\n\n<noinput>"), ("assistant", "a")]),
    ("alpaca", {"instruction": "q", "input": "N/A", "output": "a"}, [("user", "q\n\nN/A"), ("assistant", "a")]),
    ("alpaca", {"instruction": "", "input": "q", "output": "a"}, QA),
    ("alpaca", {"instruction": "q", "input": "", "response": "b", "output": "a"}, QA),
    ("alpaca", {"instruction": "q", "input": "", "response": "a", "output": ""}, QA),
    ("alpaca", {"instruction": "q", "response": "a"}, QA),
    ("alpaca", {"INSTRUCTION": "q", "RESPONSE": "a", "SOURCE": "x"}, QA),
    ("alpaca", {"instruction": "q", "output": "a", "system": "s", "history": []}, SQA),
    ("alpaca", {"instruction": "q", "output": "a", "history": [["q0", "a0"]]}, TWO),
    ("alpaca", {"instruction": "q", "output": "a", "history": json.dumps([["q0", "a0"]])}, TWO),
    ("alpaca", {"instruction": "q", "output": "draft", "reflection": "too short", "corrected": "a"}, QA),
    ("alpaca", {"instruction": "q", "input": '[{"name": "x"}]', "output": "a"},
     [("user", 'q\n\n[{"name": "x"}]'), ("assistant", "a")]),
    ("dolly", {"instruction": "q", "context": "", "response": "a", "category": "open_qa"}, QA),
    ("dolly", {"instruction": "q", "context": "c", "response": "a"}, [("user", "q\n\nc"), ("assistant", "a")]),
    ("self_instruct", {"instruction": "q", "instances": [{"input": "", "output": "a"}]}, QA),
    # prompt and completion, questions and answers
    ("prompt_completion", {"prompt": "q", "completion": "a"}, QA),
    ("prompt_completion", {"prompt": "q", "response": "a"}, QA),
    ("prompt_completion", {"prompt": "q", "generation": "a"}, QA),
    ("prompt_completion", {"prompt": OPENAI[:1], "completion": OPENAI[1:]}, QA),
    ("prompt_completion", {"prompt": "", "completion": "a"}, [("assistant", "a")]),
    ("prompt_completion", {"prompt": "\n\nHuman: q0\n\nAssistant: a0\n\nHuman: q\n\nAssistant:",
                           "completion": "a"}, TWO),
    ("prompt_completion", {"Prompt": "q", "Completion": "a"}, QA),
    ("prompt_completion", {"input": "q", "output": "a"}, QA),
    ("prompt_completion", {"inputs": "q", "targets": "a"}, QA),
    ("prompt_completion", {"prompt": "q", "completion": "a", "label": "sports"}, QA),
    ("stepwise", {"prompt": "q", "completions": ["one", "two"], "labels": [True, False]},
     [("user", "q"), ("assistant", "one\ntwo")]),
    ("qa", {"question": "q", "answer": "a"}, QA),
    ("qa", {"question": "q", "response": "a", "system_prompt": "s"}, SQA),
    ("qa", {"query": "q", "answer": "a"}, QA),
    ("qa", {"context": "c", "question": "q", "answer": "a"}, [("user", "c\n\nq"), ("assistant", "a")]),
    ("qa", {"question": "q", "answers": {"text": ["a", "b"], "answer_start": [1, 1]}}, QA),
    ("qa", {"article": "q", "summary": "a"}, QA),
    ("prompt_completion", {"input": ["q0", "q"], "output": ["a0", "a"]}, TWO),
    ("qa", {"question": ["q"], "answer": ["a"]}, QA),
    ("qa", {"message_1": "q", "message_2": "a", "topic": "t"}, QA),
    ("qa", {"question": "q", "choices": ["x", "y"], "solution": "y", "explanation": "a"},
     [("user", "q\n\n- x\n- y"), ("assistant", "y\n\na")]),
    ("qa", {"question": "q", "choices": ["x", "y"], "answer": "B"},
     [("user", "q\n\nA. x\nB. y"), ("assistant", "B")]),
    ("qa", {"question": "q", "options": {"a": "x", "b": "y"}, "answer": "b"},
     [("user", "q\n\na. x\nb. y"), ("assistant", "b")]),
    ("qa", {"question": "q", "choices": {"text": ["x", "y"], "label": ["1", "2"]}, "answer": "2"},
     [("user", "q\n\n1. x\n2. y"), ("assistant", "2")]),
    ("qa", {"question": "q", "options": ["x", "y"], "answer": "y"},
     [("user", "q\n\n- x\n- y"), ("assistant", "y")]),
    ("qa", {"question": "q\n\nA) x\nB) y", "options": ["A) x", "B) y"], "answer": "B"},
     [("user", "q\n\nA) x\nB) y"), ("assistant", "B")]),
    ("qa", {"question": "q", "options": ["A) x", "B) y"], "answer": "B"},
     [("user", "q\n\nA) x\nB) y"), ("assistant", "B")]),
    ("qa", {"question": "q", "solution": "a", "answer": "7", "messages": None}, QA),
    ("qa", {"question": "q", "answer": {"value": "a", "aliases": ["a", "b"]}}, QA),
    ("qa", {"dialogue": "q", "summary": "a"}, QA),
    ("qa", {"question": "q", "options": "fast", "answer": "a"}, QA),
    ("qa", {"question": "q", "options": [], "answer": "a"}, QA),
    ("qa", {"question": "q", "options": {"seed": 1}, "answer": "a"}, QA),
    # one text
    ("text", {"text": "<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nq<|im_end|>\n"
                      "<|im_start|>assistant\na<|im_end|>\n"}, SQA),
    ("text", {"text": "<extra_id_0>System\ns\n<extra_id_1>User\nq\n<extra_id_1>Assistant\na\n<extra_id_1>"}, SQA),
    ("text", {"text": "<|user|> q <|eos|> <|ai|> a <|eos|> <|eod|>"}, QA),
    ("text", {"text": "<|system|>\ns</s>\n<|user|>\nq</s>\n<|assistant|>\na</s>"}, SQA),
    ("text", {"text": "<s>[INST] <<SYS>>\ns\n<</SYS>>\n\nq [/INST] a </s>"}, SQA),
    ("text", {"text": "<s>[INST] q0 [/INST] a0 </s><s>[INST] q [/INST] a </s>"}, TWO),
    ("text", {"text": "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nq<|eot_id|>"
                      "<|start_header_id|>assistant<|end_header_id|>\n\na<|eot_id|>"}, QA),
    ("text", {"text": "<bos><start_of_turn>user\nq<end_of_turn>\n<start_of_turn>model\na<end_of_turn>\n"}, QA),
    ("text", {"text": "### Human: q### no marker\n### Assistant: a"}, [("user", "q### no marker"), ("assistant", "a")]),
    ("text", {"text": "s\n\n### Instruction:\nq\n\n### Input:\ni\n\n### Response:\na"},
     [("system", "s"), ("user", "q\n\ni"), ("assistant", "a")]),
    ("text", {"text": "\n\nHuman: q\n\nAssistant: a"}, QA),
    ("text", {"text": "USER: q\nASSISTANT: a"}, QA),
    ("text", {"text": "### Human: q0### Assistant: a0### Human: q### Assistant: a"}, TWO),
    ("text", {"text": "### Human: q\n#### Human: b\n### Assistant: a"},
     [("user", "q\n#### Human: b"), ("assistant", "a")]),
    ("text", {"text": "USER: q0 ASSISTANT: a0</s>USER: q ASSISTANT: a</s>"}, TWO),
    ("text", {"text": "s USER: q ASSISTANT: a"}, SQA),
    ("text", {"text": "<｜begin▁of▁sentence｜>s<｜User｜>q<｜Assistant｜>a<｜end▁of▁sentence｜>"}, SQA),
    ("text", {"text": "<|start_of_role|>user<|end_of_role|>q<|end_of_text|>\n"
                      "<|start_of_role|>assistant<|end_of_role|>a<|end_of_text|>"}, QA),
    ("text", {"text": "<|begin_of_text|><|header_start|>user<|header_end|>\n\nq<|eot|>"
                      "<|header_start|>assistant<|header_end|>\n\na<|eot|>"}, QA),
    ("text", {"text": "<BOS_TOKEN><|START_OF_TURN_TOKEN|><|USER_TOKEN|>q<|END_OF_TURN_TOKEN|>"
                      "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>a<|END_OF_TURN_TOKEN|>"}, QA),
    ("text", {"text": "<|im_user|>user<|im_middle|>q<|im_end|><|im_assistant|>assistant<|im_middle|>a<|im_end|>"}, QA),
    ("text", {"text": "GPT4 Correct User: q<|end_of_turn|>GPT4 Correct Assistant: a<|end_of_turn|>"}, QA),
    ("text", {"text": "s\n[|Human|] q0\n[|AI|] a0\n[|Human|] q\n[|AI|] a\n[|Human|] "}, [("system", "s"), *TWO]),
    ("text", {"text": "<human>: q\n<bot>: a"}, QA),
    ("text", {"text": "Human: q\nAI: a"}, QA),
    ("text", {"text": "Question: q\nAnswer: a"}, QA),
    ("text", {"text": "### Question: q\n### Answer: a"}, QA),
    ("text", {"text": "Q: q0\nA: a0\nQ: q\nA: a"}, TWO),
    ("text", {"text": "Instruction: q\nInput: i\nOutput: a"}, [("user", "q\n\ni"), ("assistant", "a")]),
    ("text", {"text": "Customer: q0\nAgent: a0\nCustomer: q\nAgent: a"}, TWO),
    ("text", {"text": "Patient: q\nDoctor: a"}, QA),
    ("text", {"text": "Question: q\nA: x\nB: y\nAnswer: a"}, [("user", "q\nA: x\nB: y"), ("assistant", "a")]),
    # prompts that a template rendered, up to where the assistant is to speak
    ("prompt_completion", {"prompt": "<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nq<|im_end|>\n"
                                     "<|im_start|>assistant\n",
                           "completion": "a<|im_end|>"}, SQA),
    ("prompt_completion", {"prompt": "<s>[INST] q0 [/INST] a0 </s><s>[INST] q [/INST]", "completion": "a</s>"}, TWO),
    ("prompt_completion", {"input": "<|start_header_id|>user<|end_header_id|>\n\nq<|eot_id|>"
                                    "<|start_header_id|>assistant<|end_header_id|>\n\n", "output": "a"}, QA),
    ("prompt_completion", {"prompt": "s\n\n### Instruction:\nq\n\n### Response:\n", "completion": "a"}, SQA),
    ("prompt_completion", {"prompt": "USER: q\nASSISTANT:", "completion": "a"}, QA),
    ("prompt_completion", {"prompt": "What is meant by\nAI:", "completion": "a"},
     [("user", "What is meant by\nAI:"), ("assistant", "a")]),
    ("prompt_completion", {"prompt": "Which token ends a turn?", "completion": "<|im_end|>"},
     [("user", "Which token ends a turn?"), ("assistant", "<|im_end|>")]),
    ("dpo", {"prompt": "[INST] q [/INST]", "chosen": "a</s>", "rejected": "b</s>"}, QA),
    ("segments", {"segments": [{"label": False, "text": "q"}, {"label": True, "text": "a"}]}, QA),
    ("segments", {"segments": [{"label": False, "text": "<s>[INST] q "}, {"label": False, "text": "[/INST]"},
                               {"label": True, "text": " a</s>"}]}, QA),
    # vendors
    ("gemini", {"contents": [{"role": "user", "parts": [{"text": "q"}]}, {"role": "model", "parts": [{"text": "a"}]}],
                "systemInstruction": {"role": "system", "parts": [{"text": "s"}]}}, SQA),
    ("bedrock", {"schemaVersion": "bedrock-conversation-2024", "system": [{"text": "s"}],
                 "messages": [{"role": "user", "content": [{"text": "q"}]},
                              {"role": "assistant", "content": [{"text": "a"}]}]}, SQA),
    # KTO
    ("kto", {"prompt": "q", "completion": "a", "label": True}, QA),
    ("kto", {"messages": OPENAI, "label": False}, QA),
    ("kto", {"conversations": SHAREGPT, "kto_tag": True}, QA),
    ("kto", {"instruction": "q", "input": "", "output": "a", "kto_tag": False}, QA),
    ("kto", {"prompt": "q", "completion": "a", "label": "True"}, QA),
]  # fmt: skip


@pytest.mark.parametrize(("format_", "row", "expected"), ROWS)
def test_rows_of_every_schema(format_: str, row: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert turns(row) == expected
    assert conversation(row).format == format_


def test_both_answers_to_a_rendered_prompt_are_without_end_tokens() -> None:
    found = conversation({"prompt": "[INST] q [/INST]", "chosen": "a</s>", "rejected": " b</s>"})
    assert [turn["content"] for turn in (*found.messages, *(found.rejected or ()))] == ["q", "a", "b"]


@pytest.mark.parametrize("field", ["conversation", "conversations", "dialogue"])
def test_exchanges_in_a_table_that_holds_turns_too(field: str) -> None:
    nulls = {"role": None, "from": None, "content": None}
    row = {field: [{**nulls, "human": "q0", "assistant": "a0"}, {**nulls, "human": "q", "assistant": "a"}]}
    assert turns(row) == TWO
    assert conversation(row).format == "ms_swift"
    united = {"human": None, "assistant": None}
    assert turns({field: [{**turn, **united} for turn in OPENAI]}) == QA


def test_two_lists_of_other_lengths_are_no_dialogue() -> None:
    with pytest.raises(Fault, match="as many answers as questions, found 2 texts in `input` and 1 in `output`"):
        conversation({"input": ["q0", "q"], "output": ["a0"]})


def test_the_number_of_an_option_is_no_answer() -> None:
    with pytest.raises(Fault, match="`answer` is a number beside `choices`: write out the choice that it means"):
        conversation({"question": "Which is a river?", "choices": ["Rome", "Po"], "answer": 1})


def test_questions_alone_are_said_to_be_that() -> None:
    with pytest.raises(Fault, match="found it a list of texts, which have no roles: questions alone"):
        conversation({"question_id": 1, "turns": ["Name a river.", "And another one."]})


def test_reading_a_row_leaves_it_as_it_was() -> None:
    for _, row, _ in ROWS:
        before = json.dumps(row)
        conversation(row)
        assert json.dumps(row) == before


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ({"prompt": "q", "completion": "a", "label": True}, True),
        ({"messages": OPENAI, "label": False}, False),
        ({"conversations": SHAREGPT, "kto_tag": False}, False),
        ({"prompt": "q", "completion": "a", "label": "TRUE"}, True),
        ({"prompt": "q", "completion": "a", "label": 2}, None),
        ({"question": "q", "answer": "a", "label": True}, None),
    ],
)
def test_label(row: dict[str, Any], label: bool | None) -> None:
    assert conversation(row).label is label
