"""Rows of a question and an answer in fields of their own: Alpaca, Dolly, prompt and completion, QA, stepwise."""

from __future__ import annotations

from typing import Any

from ftq_spark.formats.aliases import ALPACA_ANSWERS, ATTEMPTS, CONTEXT_FIELDS, CONTEXT_QUESTIONS, PAIRS
from ftq_spark.formats.calls import tools_of
from ftq_spark.formats.chat import answer_of, earlier, sided
from ftq_spark.formats.faults import Fault, kind
from ftq_spark.formats.fields import as_list, joined, text_of
from ftq_spark.formats.labels import label_of
from ftq_spark.formats.options import FIELDS as OPTIONS
from ftq_spark.formats.options import options_of
from ftq_spark.formats.thoughts import reasoning_beside
from ftq_spark.formats.transcript import answer_to, may_be_transcript, prompt_turns
from ftq_spark.formats.turns import Conversation, Message, is_blank, message

# `label` beside a question and its answer may be the class of anything; these name the desirability of the answer.
_VOTES = ("accept", "reject", "ignore")
_ANYWHERE = ("kto_tag", "kto_label", "desirable", "is_desirable", "desirability")


def instruction_text(row: dict[str, Any]) -> str:
    """Alpaca's user text: the instruction, and the input after an empty line where it is not blank."""
    return joined(text_of(row, "instruction"), text_of(row, "input"))


BESIDE_INSTRUCTION = ("question", "query", "problem")
_IN_ANOTHER_FORM = frozenset(("prompt", "question", "query", "problem", "message"))  # beside an instruction


def alpaca(row: dict[str, Any]) -> Conversation | None:
    """`instruction`, `input`, `output` (or `response`; `output` wins); Dolly's `instruction`, `context`, `response`."""
    if row.get("instruction") is None:
        return None
    if "instances" in row and as_list(row["instances"]) is not None:
        return _self_instruct(row)
    answers = ALPACA_ANSWERS
    if row.keys().isdisjoint(answers):
        if not _IN_ANOTHER_FORM.isdisjoint(row) or row.keys().isdisjoint(("input", "context")):
            return None  # a pair, perhaps
        answers = ("completion", "answer", "target")
        if row.keys().isdisjoint(answers):
            return None
    is_dolly = row.get("context") is not None and row.get("input") is None
    instruction, beside = text_of(row, "instruction"), text_of(row, "context" if is_dolly else "input")
    asked = joined(instruction, _question_beside(row, instruction) if is_blank(beside) else beside)
    answer = message("assistant", answer_of(row, answers))
    if row.get("corrected") is not None:  # axolotl's reflection: the first answer and its critique come before the last
        answer["reasoning"] = joined(answer["content"], text_of(row, "reflection"))
        answer["content"] = answer_of(row, ("corrected",))
    else:
        answer["reasoning"] = reasoning_beside(row, answer)
    label = label_of(row, _ANYWHERE)
    messages = earlier(row, [message("user", asked), answer])
    attached = None if is_blank(beside) else beside
    format_ = "kto" if label is not None else "dolly" if is_dolly else "alpaca"
    return Conversation(format_, messages, tools_of(row), None, label, attached)


def _question_beside(row: dict[str, Any], instruction: str) -> str:
    """The question beside an instruction that only says how to answer; nothing where the instruction holds it."""
    found = next((row[name] for name in BESIDE_INSTRUCTION if isinstance(row.get(name), str)), "")
    return "" if is_blank(found) or found.strip() in instruction else found


def _self_instruct(row: dict[str, Any]) -> Conversation:
    instances = as_list(row["instances"]) or []
    if len(instances) > 1:
        raise Fault("multiple_examples", f"{len(instances)} instances in one row; write one row for each")
    if not isinstance(instances[0], dict):
        raise Fault("bad_message", f"expected instances as objects, found {kind(instances[0])}")
    asked = joined(text_of(row, "instruction"), text_of(instances[0], "input"))
    answer = answer_of(instances[0], ("output",))
    return Conversation("self_instruct", earlier(row, [message("user", asked), message("assistant", answer)]))


def stepwise(row: dict[str, Any]) -> Conversation | None:
    """Stepwise supervision: `prompt`, `completions` (the steps of one answer), `labels`."""
    steps, labels = as_list(row.get("completions")), as_list(row.get("labels"))
    if steps is None or not isinstance(row.get("prompt"), str) or not all(isinstance(step, str) for step in steps):
        return None
    if labels is None or len(labels) != len(steps):
        return None  # several answers
    answer = message("assistant", "\n".join(steps))
    return Conversation("stepwise", earlier(row, [*prompt_turns(row["prompt"]), answer]))


def multiple_choice(row: dict[str, Any]) -> Conversation | None:
    """`question`, `choices`, `solution`, `explanation`."""
    choices = row.get("choices")
    if row.get("question") is None or choices is None or "solution" not in row:
        return None
    options = as_list(choices)
    if options is not None:
        choices = "\n".join(f"- {option}" for option in options)
    elif not isinstance(choices, str):
        raise Fault("bad_message", f"expected `choices` as text or an array, found {kind(choices)}")
    asked = joined(text_of(row, "question"), choices)
    answer = joined(text_of(row, "solution"), text_of(row, "explanation"))
    return Conversation("qa", earlier(row, [message("user", asked), message("assistant", answer)]))


def attempt(row: dict[str, Any]) -> Conversation | None:
    """A question and what a model answered, with its thought, beside the answer that it is held against."""
    for asked, thought, answered in ATTEMPTS:
        answer = _first_alternative(row.get(answered))
        if not isinstance(row.get(asked), str) or not isinstance(answer, str) or is_blank(answer):
            continue
        said = message("assistant", answer)
        thoughts = _first_alternative(row.get(thought)) if thought else None
        if isinstance(thoughts, str) and not is_blank(thoughts):
            said["reasoning"] = thoughts.strip()
        format_ = "prompt_completion" if asked == "prompt" else "qa"
        return Conversation(format_, earlier(row, [*_question(row, asked, ""), said]), tools_of(row))
    return None


def pair(row: dict[str, Any]) -> Conversation | None:
    """Any of the pairs of fields in aliases.yaml."""
    if "_task_hash" in row and row.get("answer") in _VOTES:  # Prodigy's word on the task
        return pair({name: value for name, value in row.items() if name not in ("answer", "_task_hash")})
    for format_, asked, answered in PAIRS:
        question = row.get(asked)
        if question is None or not isinstance(question, (str, list)) or not any(field in row for field in answered):
            continue
        label = label_of(row) if format_ == "prompt_completion" else label_of(row, _ANYWHERE)
        attached = _attached(row) if asked in CONTEXT_QUESTIONS else None
        said = _side_by_side(row, asked, answered)
        if said is None:
            answers = _answer(row, answered)
            answers[-1]["content"] = answer_to(question, answers[-1]["content"])
            answers[-1]["reasoning"] = reasoning_beside(row, answers[-1])
            if isinstance(question, str) and format_ == "qa":
                row = {**row, asked: joined(question, options_of(row, question, answers[0]["content"]) or "")}
            said = [*_question(row, asked, attached or ""), *answers]
        messages = earlier(row, said)
        return Conversation(format_ if label is None else "kto", messages, tools_of(row), None, label, attached)
    return None


def _side_by_side(row: dict[str, Any], asked: str, answered: tuple[str, ...]) -> list[Message] | None:
    """A dialogue in two lists of texts, its questions and its answers; null for anything else."""
    questions = row[asked]
    if type(questions) is not list or not questions or not all(type(text) is str for text in questions):
        return None
    field = next((field for field in answered if row.get(field) is not None), None)
    answers = row[field] if field else None
    if type(answers) is not list or not all(type(text) is str for text in answers):
        return None
    if asked == "inputs":
        raise Fault(
            "multiple_examples", f"{len(questions)} texts in `inputs`, of examples or of test cases: write a row each"
        )
    if len(questions) != len(answers):
        found = f"{len(questions)} texts in `{asked}` and {len(answers)} in `{field}`"
        raise Fault("bad_message", f"expected as many answers as questions, found {found}")
    pairs = zip(questions, answers, strict=True)
    return [message(role, text) for said in pairs for role, text in zip(("user", "assistant"), said, strict=True)]


def _attached(row: dict[str, Any]) -> str | None:
    return next((row[f] for f in CONTEXT_FIELDS if isinstance(row.get(f), str) and not is_blank(row[f])), None)


def _question(row: dict[str, Any], field: str, attached: str) -> list[Message]:
    turns = sided(row[field], f"`{field}`")
    if turns is not None:
        return turns
    if field == "prompt" or (not attached and may_be_transcript(row[field])):
        return prompt_turns(row[field])  # OpenAI's legacy format allows an empty prompt
    return [message("user", joined(attached, row[field]))]


def _answer(row: dict[str, Any], fields: tuple[str, ...]) -> list[Message]:
    for field in fields:
        found = _first_alternative(row.get(field))
        if found is None or found == [] or (isinstance(found, str) and is_blank(found)):
            continue
        if type(found) is int and (choices := next((name for name in OPTIONS if as_list(row.get(name))), None)):
            raise Fault("bad_message", f"`{field}` is a number beside `{choices}`: write out the choice that it means")
        turns = sided(found, f"`{field}`")
        return [message("assistant", found)] if turns is None else turns
    raise Fault("empty_content", "the answer is blank: " + ", ".join(f"`{f}`" for f in fields if f in row))


def _first_alternative(answer: Any) -> Any:
    """The first of alternative answers: of strings, of objects with `text`, of SQuAD's `{"text": […]}`, TriviaQA's."""
    if isinstance(answer, dict):
        answer = answer["value"] if answer.keys() >= {"value", "aliases"} else answer.get("text", answer)
    if isinstance(answer, list) and answer:
        first = answer[0]
        if isinstance(first, dict) and "role" not in first and "from" not in first:
            first = first.get("text")
        if isinstance(first, str):
            return first
    return answer
