"""The columns of every table, once, and the text views.

Tables are stated as Arrow schemas, so that the pure half of the package needs no Spark to know them;
:mod:`ftq_spark.spark.columns` gives the same columns to Spark.
"""

from __future__ import annotations

import pyarrow as pa

from ftq_spark import views

VIEWS, REJECTED, RESULTS, TOOL_DIALOGUE = views.VIEWS, views.REJECTED, views.RESULTS, views.TOOL_DIALOGUE  # texts
LAST_ANSWER, TURNS_BEFORE = views.LAST_ANSWER, views.TURNS_BEFORE

MESSAGE = pa.struct(
    [
        ("role", pa.string()),  # system, developer, user, assistant, tool
        # Text, without the thoughts inside an answer; the text parts joined where it is multimodal; "" for none.
        ("content", pa.string()),
        ("name", pa.string()),
        ("tool_calls", pa.string()),  # JSON array in OpenAI's shape
        ("tool_call_id", pa.string()),
        ("reasoning", pa.string()),  # thoughts of the assistant, from fields, parts, or marks inside its text
        ("parts", pa.string()),  # JSON array of the multimodal content parts, as found
        ("weight", pa.float64()),  # OpenAI's training weight, null where none is given
        ("label", pa.bool_()),  # desirability of this turn, null where none is given
        ("unfinished", pa.bool_()),  # true where a thought is opened and never closed: the answer is missing; else null
        ("failed", pa.bool_()),  # whether the call of a tool's result failed, where a field of the row tells; else null
    ]
)
MESSAGES = pa.list_(MESSAGE)

EXAMPLES = pa.schema(
    [
        ("example_id", pa.string()),  # 32 hex digits, unique in a run
        # 32 hex digits of the canonical conversation with all that a trainer learns from it: media, tools, rejected
        # turns, label. Opposed labels and swapped preferences are other content.
        ("content_hash", pa.string()),
        ("context_hash", pa.string()),  # 32 hex digits of what a question to it depends on: system turns, tools, media
        ("dataset", pa.string()),
        ("source", pa.string()),  # input file, relative to the input's root
        ("row", pa.int64()),  # 1-based line, array element, or table row
        ("format", pa.string()),
        ("messages", MESSAGES),
        ("tools", pa.string()),  # JSON array of tool definitions
        ("rejected", MESSAGES),  # the dispreferred turns of a preference row
        ("label", pa.bool_()),  # the desirability label of a KTO row: the row's own, else its last turn's that has one
        ("media", pa.string()),  # JSON array of its pictures, sounds and films, each as kind:reference; null for none
        ("attached", pa.string()),  # the text that stands in the prompt beside what is asked (input, context, passage)
        ("original", pa.string()),  # the row as it was found: one JSON object on one line
    ]
)

REJECTS = pa.schema(
    [
        ("dataset", pa.string()),
        ("source", pa.string()),
        ("row", pa.int64()),  # 0 where the whole file is at fault
        ("code", pa.string()),
        ("message", pa.string()),
        ("raw", pa.string()),  # what was found, undecodable bytes escaped, cut at a stated length
    ]
)

# What reading one input row yields: an example, or (accepted = false) a reject with its code, message and raw text.
INGESTED = pa.schema(
    [
        *EXAMPLES,
        ("accepted", pa.bool_()),
        ("line", pa.int64()),  # where the row begins in a file of text, null where that is its number or there are none
        ("code", pa.string()),
        ("message", pa.string()),
        ("raw", pa.string()),
    ]
)

# One row for each answer of a dialogue that is trained on. A dialogue is an example with more than one such answer: of
# the others `scored` says the same.
EXCHANGES = pa.schema(
    [
        ("example_id", pa.string()),
        ("turn", pa.int64()),  # 0-based place of the answer among the messages
        ("question", pa.string()),  # the last user turn before it, "" for none
        ("response", pa.string()),  # its calls where it has no text
        ("replies_to", pa.string()),  # user or tool: whose turn was the last before it; null for nobody's
        ("is_last", pa.bool_()),  # of the dialogue's answers
        ("in_prompt", pa.bool_()),  # an earlier answer of a row whose last one alone is learnt: prompt, preference, KTO
        ("repeats", pa.bool_()),  # an earlier answer to another question has the same words
        ("findings", pa.list_(pa.string())),  # rules that hold, repeated_answer, name_forgotten and its like
        ("doubts", pa.list_(pa.string())),  # those of them that drop or send to review
    ]
)
# As they are measured: elements of the column `answers` of `signals`, which is null for all but dialogues. Each has a
# sig_<name> for every signal of a rule that judges one answer, and codes of what it does not keep to.
_MEASURED = [field for field in EXCHANGES if field.name not in ("example_id", "findings", "doubts")]
ANSWERS = pa.schema([*_MEASURED, ("inconstant", pa.list_(pa.string()))])

# One row for each dialogue in which an answer before the last one has findings, or one repeats another.
TURN_FINDINGS = pa.schema(
    [
        ("example_id", pa.string()),
        ("turn_findings", pa.list_(pa.struct([("turn", pa.int64()), ("code", pa.string())]))),  # in order
        ("noted", pa.list_(pa.string())),  # codes that decide nothing
        ("doubts", pa.list_(pa.string())),  # codes for which the example is not kept as it is
        ("masked_turns", pa.list_(pa.int64())),  # answers that get no weight in training; null for none
        ("masked", pa.string()),  # the row with these marked, in its own schema; null for none
    ]
)

EMBEDDINGS = pa.schema(
    [
        ("model", pa.string()),  # identity of the model and its arithmetic
        ("text_hash", pa.string()),
        ("n_tokens", pa.int64()),  # before truncation
        ("truncated", pa.bool_()),  # the model did not read the whole text
        ("unreadable", pa.bool_()),  # more than a tenth of its tokens are unknown to the model: it is not compared
        ("vector", pa.list_(pa.float32())),  # unit norm
    ]
)

TOPICS = pa.schema(
    [
        ("example_id", pa.string()),
        ("topic", pa.int32()),  # from 1, the largest first; null where the prompt has no vector
    ]
)

NEIGHBOURS = pa.schema(
    [
        ("left_unit", pa.string()),  # a unit is a distinct text in its context
        ("right_unit", pa.string()),
        ("similarity", pa.float64()),
    ]
)

PAIRS = pa.schema(
    [
        ("left_id", pa.string()),
        ("right_id", pa.string()),
        ("channel", pa.string()),  # exact, near, semantic; question: one question, under the threshold of duplicates
        ("similarity", pa.float64()),
        ("identical", pa.bool_()),  # the compared texts are the same, not merely similar
        ("doubted", pa.bool_()),  # no duplicates: question, context, answer or label differ, and both stay
        ("same_question", pa.bool_()),  # they ask the same in the same context, whatever they answer
        ("answers", pa.string()),  # same, compatible or unclear, where they ask the same and answers were compared
        ("against", pa.bool_()),  # the left example stands in a former run
    ]
)

CLUSTERS = pa.schema(
    [
        ("example_id", pa.string()),
        ("cluster_id", pa.string()),  # example_id of the component's first member by (source, row)
        ("cluster_size", pa.int64()),  # its examples in this run
        ("duplicate_of", pa.string()),
        ("duplicate_kind", pa.string()),
        ("duplicate_similarity", pa.float64()),
        ("against", pa.bool_()),  # duplicate_of stands in a former run
    ]
)

# One row for each question that more than one example of this run asks in the same context.
QUESTIONS = pa.schema(
    [
        ("question_id", pa.string()),  # example_id of its first example by (source, row)
        ("canonical", pa.string()),  # its commonest wording, cut at 1,000 characters
        ("n_rows", pa.int64()),  # examples that ask it
        ("n_wordings", pa.int64()),  # ways of asking it: case, spaces and marks at the end do not count
        ("n_answers", pa.int64()),  # distinct answers in substance
        ("state", pa.string()),  # agreed, compatible, unclear, conflict
    ]
)

# One row for each example that asks one of these questions.
ASKINGS = pa.schema(
    [
        ("question_id", pa.string()),
        ("example_id", pa.string()),
        ("wording", pa.int64()),  # which of the question's wordings, from 1 in the order of the input
        ("answer", pa.int64()),  # which of its answers in substance, from 1 in the order of the input
        ("canonical", pa.bool_()),  # the first example of the commonest wording
        ("state", pa.string()),  # of the question
    ]
)

EVIDENCE = pa.list_(pa.struct([("left_text", pa.string()), ("right_text", pa.string()), ("kind", pa.string())]))

# Pairs as they were measured, one of two examples; the example_id of a place names the answer (transforms/naming.py).
PLACE = pa.struct([("source", pa.string()), ("row", pa.int64()), ("example_id", pa.string())])
CONTRADICTIONS = pa.schema(
    [
        ("left_id", pa.string()),
        ("right_id", pa.string()),
        ("prompt_similarity", pa.float64()),
        ("left_place", PLACE),
        ("right_place", PLACE),
        ("score", pa.float64()),
        ("kind", pa.string()),
        ("evidence", EVIDENCE),
        ("left_turn", pa.int64()),  # 0-based place of the answer among the messages, null for the last one
        ("right_turn", pa.int64()),
    ]
)

CONFLICTS = pa.schema(
    [
        ("left_id", pa.string()),
        ("right_id", pa.string()),
        ("prompt_similarity", pa.float64()),
        ("score", pa.float64()),
        ("kind", pa.string()),
        ("evidence", EVIDENCE),
        ("conflict_group", pa.string()),
        ("against", pa.bool_()),  # the left example stands in a former run
        ("probability", pa.float64()),  # null until reviewers' verdicts have calibrated the score
        ("left_turn", pa.int64()),  # 0-based place of the answer among the messages, null for the last one
        ("right_turn", pa.int64()),
    ]
)

WITHIN = pa.schema(  # one row for each conversation that contradicts itself
    [
        ("example_id", pa.string()),
        ("score", pa.float64()),
        ("kind", pa.string()),
        ("evidence", EVIDENCE),
        ("left_turn", pa.int64()),  # 0-based places of the two answers among the messages
        ("right_turn", pa.int64()),
    ]
)

STANCES = pa.schema(  # one row for each member of a conflict group
    [
        ("conflict_group", pa.string()),
        ("example_id", pa.string()),
        ("dataset", pa.string()),
        ("source", pa.string()),
        ("row", pa.int64()),
        ("signature", pa.string()),  # type:value of what the answer comes down to, null where that is not plain
        ("opponents", pa.list_(pa.string())),  # the members that its answer was measured to contradict, sorted
        ("stance", pa.int64()),  # 1 is the majority
        ("stance_size", pa.int64()),
        ("group_size", pa.int64()),
        ("n_stances", pa.int64()),
        ("severity", pa.float64()),  # of the group, in [0, 1]: 1 where the answers are split evenly
        ("exact", pa.bool_()),  # every stance of the group is stated outright
        ("compared_with", pa.string()),  # the member of the majority to read it beside, null in the majority
        ("against", pa.bool_()),  # it stands in a former run
        ("turn", pa.int64()),  # 0-based place of its answer among its messages, null for the last one
    ]
)

# One row for each item of an evaluation set that an example holds.
CONTAMINATION = pa.schema(
    [
        ("example_id", pa.string()),
        ("benchmark", pa.string()),
        ("source", pa.string()),  # the benchmark's file, and the item's row in it
        ("row", pa.int64()),
        ("coverage", pa.float64()),  # share of the item's words that the example holds, in (0, 1]
    ]
)

JUDGED = pa.schema(  # what the rules, reviewers and the policy for conflicts say, before duplicates are settled
    [
        ("example_id", pa.string()),
        ("quality", pa.float64()),
        ("reasons", pa.list_(pa.string())),
        ("notes", pa.list_(pa.string())),  # findings that decide nothing
        ("dropped", pa.bool_()),  # one of them says drop
        ("doubtful", pa.bool_()),  # one of them says review
        ("low_quality", pa.bool_()),
        ("decision", pa.string()),  # keep or drop, where a person has decided
        ("reviewer", pa.string()),  # who decided
    ]
)

SETTLED = pa.schema(  # members of a conflict that its policy drops
    [
        ("example_id", pa.string()),
        ("reason", pa.string()),
        ("conflicts_with", pa.list_(pa.string())),
    ]
)

VERDICT_VALUES = ("keep", "review", "drop")
VERDICTS = pa.schema(
    [
        ("example_id", pa.string()),
        ("quality", pa.float64()),
        ("verdict", pa.string()),
        ("reasons", pa.list_(pa.string())),
        ("notes", pa.list_(pa.string())),  # findings that decide nothing: codes as those of reasons, sorted
        ("duplicate_of", pa.string()),
        ("duplicate_kind", pa.string()),
        ("duplicate_similarity", pa.float64()),
        ("n_conflicts", pa.int64()),
        ("conflicts_with", pa.list_(pa.string())),  # at most 20 of them, the first by id
        ("format_deviation", pa.string()),  # how its format departs from what is declared or usual, one line
        ("decided_by", pa.string()),  # reviewer, rule, contamination, conflict, duplicate or format: what settled it
        ("reviewer", pa.string()),  # who decided, null where no person did
        ("same_question", pa.int64()),  # how many other kept examples ask the same question in the same context
        ("question_id", pa.string()),  # of the table `questions`, null where nothing else asks the same
        ("question_state", pa.string()),  # agreed, compatible, unclear or conflict
    ]
)

EDITS = pa.schema(  # kept examples whose answer a person has corrected, as they stand in clean/
    [
        ("example_id", pa.string()),
        ("content_hash", pa.string()),  # of the content as it was found
        ("reviewer", pa.string()),
        ("time", pa.string()),  # when it was corrected
        ("note", pa.string()),
        ("found_response", pa.string()),  # the answer as it was found
        ("original", pa.string()),  # the row with the corrected answer, as JSON text
        ("messages", MESSAGES),  # its turns
    ]
)

FORMATS = pa.schema(
    [
        ("dataset", pa.string()),
        ("context", pa.string()),  # digest of system prompt and tools
        ("facet", pa.string()),  # layout, opening, length, language
        ("n", pa.int64()),  # answers looked at
        ("value", pa.float64()),  # what is usual, as the facet's signal gives it
        ("share", pa.float64()),
        ("consistency", pa.float64()),  # in [0, 1]
    ]
)

_DDL = {pa.string(): "string", pa.binary(): "binary", pa.bool_(): "boolean", pa.int32(): "int", pa.int64(): "bigint"}
_DDL |= {pa.float32(): "float", pa.float64(): "double"}


def ddl_type(type_: pa.DataType) -> str:
    """Spark DDL of one Arrow type; ``KeyError`` for a type that no table uses."""
    if pa.types.is_list(type_):
        return f"array<{ddl_type(type_.value_type)}>"
    if pa.types.is_struct(type_):
        return "struct<" + ",".join(f"`{field.name}`:{ddl_type(field.type)}" for field in type_) + ">"
    return _DDL[type_]
