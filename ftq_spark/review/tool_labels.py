"""What annotation tools export, as label rows: Label Studio, Argilla, Prodigy, Doccano, Potato and Mechanical Turk.

Each annotator's answers on one item become one row by column name. A tool's questions have names of their own; which of
them is the label is settled by :func:`answers`, where the file's columns are known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ftq_spark.review.vendor_labels import of_service

Row = Mapping[str, Any]

# What Label Studio's flat exports (JSON-MIN, CSV) hold beside the task's data and the answers.
_FLAT = {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "item_id", "example_id"}
_FLAT_MARKS = {"annotation_id", "lead_time"}
TURK = "Mechanical Turk"
_TURK_MARKS = {"hitid", "workerid"}
_TURK_ANSWER = "answer."
POTATO_FILE = "annotated_instances"  # in a folder of each annotator
# Lists of one item that go together: who labelled it, and how.
_WHO, _HOW = ("annotators", "annotator_ids", "workers", "raters"), ("labels", "annotations", "ratings", "votes")
# Questions whose answer goes with a label and is none.
_BESIDE = {"note", "notes", "comment", "comments", "error_type", "corrected"}


def flattened(value: Row, stem: str) -> tuple[str, Iterator[Row]]:
    """The tool that wrote one JSON object ("" for none), and its label rows: itself, or each annotation in it.

    Args:
        stem: the file's name, or its folder's in Potato's exports, which is the annotator's in Doccano's and Potato's.
    """
    annotations, responses = value.get("annotations"), value.get("responses")
    if isinstance(value.get("data"), Mapping) and isinstance(annotations, list):
        return "Label Studio", _label_studio(value)
    if isinstance(value.get("fields"), Mapping) and isinstance(responses, Mapping | list):
        return "Argilla", _argilla(value)
    if any(name.endswith(".responses") for name in value):
        return "Argilla", _argilla_columns(value)
    if "_input_hash" in value or "_task_hash" in value or {"answer", "accept"} <= value.keys():
        return "Prodigy", _prodigy(value)
    if (told := of_service(value) or _of_a_file(value, stem)) is not None:
        return told
    tool = tool_of(value)
    plain = {name: answer(item) for name, item in value.items()} if tool else value
    return tool, several(value) or iter([plain])


def _of_a_file(value: Row, stem: str) -> tuple[str, Iterator[Row]] | None:
    """The same of tools that write a file for each annotator."""
    if isinstance(value.get("label_annotations"), Mapping):
        return "Potato", _potato(value, stem)
    if "text" in value and (isinstance(value.get("label"), list) or _is_old_doccano(value.get("annotations"))):
        return "Doccano", _doccano(value, stem)
    return None


def tool_of(columns: Collection[str]) -> str:
    """The tool whose flat export has these columns, "" for none."""
    if set(columns) >= _TURK_MARKS:
        return TURK
    return "Label Studio" if set(columns) >= _FLAT_MARKS else ""


def _item(holder: Row, otherwise: object = None) -> dict[str, Any]:
    """The item that a holder of fields names: by our own columns, else by what the tool calls it."""
    found = {name: holder[name] for name in ("item_id", "example_id") if holder.get(name) not in (None, "")}
    return found or {"item_id": otherwise}


def answer(value: Any) -> Any:
    """What was answered, whatever the control: a text, a number, a choice, a place in a taxonomy, a side.

    Several answers are one text, an answer a line, choices sorted; the steps of a path are joined by `` / ``.
    """
    if isinstance(value, Mapping):
        for name in ("choices", "taxonomy", "rating", "number", "selected", "text", "datetime", "value", "labels"):
            if name in value:
                found = value[name]
                return "\n".join(map(str, found)) if name == "text" and isinstance(found, list) else answer(found)
        return dict(value)
    if isinstance(value, list):
        parts = [" / ".join(map(str, part)) if isinstance(part, list) else answer(part) for part in value]
        return parts[0] if len(parts) == 1 else "\n".join(sorted(map(str, parts)))
    return value


def _label_studio(task: Row) -> Iterator[Row]:
    data = task["data"]
    for annotation in task["annotations"]:
        if annotation.get("was_cancelled"):
            continue
        row = _item(data, task.get("id"))
        by = annotation.get("completed_by")
        row["annotator"] = (
            by.get("email", by.get("id"))
            if isinstance(by, Mapping)
            else by
            if by is not None
            else data.get("annotator")
        )
        row["time"] = annotation.get("created_at")
        for result in annotation.get("result") or []:
            row[str(result.get("from_name") or "")] = answer(result.get("value") or {})
        yield row


def _argilla(record: Row) -> Iterator[Row]:
    metadata = record.get("metadata") or {}
    item = _item(metadata, record.get("id") or record.get("external_id"))
    if record.get("id"):
        item = {"item_id": record["id"]}
    by_user: dict[str, dict[str, Any]] = {}
    for question, user, value in _argilla_responses(record["responses"]):
        by_user.setdefault(user or str(metadata.get("annotator") or ""), {})[question] = answer(value)
    for user, answers_ in by_user.items():
        yield {**item, "annotator": user, **answers_}


def _argilla_responses(responses: Any) -> Iterator[tuple[str, str, Any]]:
    """Question, user and value of what was submitted, as version 2 (by question) and version 1 (by user) export it."""
    if isinstance(responses, list):
        given = [(name, one, value) for one in responses for name, value in (one.get("values") or {}).items()]
    else:
        given = [(name, one, one.get("value")) for name, found in responses.items() for one in found or []]
    for question, response, value in given:
        if response.get("status") not in ("discarded", "draft"):
            yield question, str(response.get("user_id") or ""), value


def _argilla_columns(record: Row) -> Iterator[Row]:
    """Argilla's table for `datasets`: a column ``QUESTION.responses``, and beside it the users and their status."""
    by_user: dict[str, dict[str, Any]] = {}
    for name, values in record.items():
        if not name.endswith(".responses"):
            continue
        users, states = (record.get(f"{name}.{what}") or [] for what in ("users", "status"))
        for place, value in enumerate(values or []):
            if place < len(states) and states[place] in ("discarded", "draft"):
                continue
            user = str(users[place]) if place < len(users) else ""
            by_user.setdefault(user, {})[name.removesuffix(".responses")] = answer(value)
    metadata = {name.removeprefix("metadata."): value for name, value in record.items()}
    for user, answers_ in by_user.items():
        yield {**_item(metadata, record.get("id")), "annotator": user, **answers_}


def _prodigy(task: Row) -> Iterator[Row]:
    """A task is accepted, rejected or ignored; where it had options, the accepted ones are the label."""
    decision = task.get("answer")
    label = decision
    if decision == "accept" and ("options" in task or task.get("accept")):
        label = answer(task.get("accept") or [])
    meta = task.get("meta")
    holder = {**(meta if isinstance(meta, Mapping) else {}), **task}
    yield {
        **_item(holder, task.get("_input_hash", task.get("id"))),
        "annotator": task.get("_annotator_id") or task.get("_session_id"),
        "label": None if decision == "ignore" else label,
        "time": task.get("_timestamp"),
        **{name: task[name] for name in _BESIDE if name in task},
    }


def _potato(row: Row, stem: str) -> Iterator[Row]:
    """Of each question the options that were chosen, or what was written."""
    answers_ = {}
    for question, chosen in row["label_annotations"].items():
        if isinstance(chosen, Mapping):
            written = chosen.get("text_box")
            answers_[question] = written or answer([name for name, value in chosen.items() if value])
    yield {**_item(row, row.get("id")), "annotator": stem, **answers_}


def several(row: Row) -> Iterator[Row] | None:
    """Labels of several people in one row: by their names, as objects of one each, or in lists that go together."""
    item = _item(row, row.get("id"))
    for held in (row[name] for name in _HOW if name in row):
        if (
            isinstance(held, Mapping)
            and len(held) > 1
            and not any(isinstance(label, Mapping) for label in held.values())
        ):
            return iter([{**item, "annotator": who, "label": answer(label)} for who, label in held.items()])
        if isinstance(held, list) and held and all(isinstance(one, Mapping) and len(one) > 1 for one in held):
            return iter(
                [{**item, **{name: answer(value) for name, value in one.items() if name != "id"}} for one in held]
            )
    return _listed(row, item)


def _listed(row: Row, item: Row) -> Iterator[Row] | None:
    """Labels in a list beside those who gave them, one after the other; None where the lists do not go together."""
    who, how = (next((_several(row[name]) for name in names if name in row), []) for names in (_WHO, _HOW))
    if len(who) < 2 or len(who) != len(how):
        return None
    return iter([{**item, "annotator": name, "label": label} for name, label in zip(who, how, strict=True)])


def _several(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return value if isinstance(value, list) else []


def turked(row: dict[str, str]) -> Iterator[dict[str, str]]:
    """An assignment of Mechanical Turk, unless it was rejected; options that are true or false each are one answer."""
    if row.get("assignmentstatus", "").casefold() == "rejected":
        return
    told: dict[str, str] = {}
    for name, cell in row.items():
        question, _, option = name.removeprefix(_TURK_ANSWER).rpartition(".")
        if name.startswith(_TURK_ANSWER) and question and cell.casefold() in ("true", "false"):
            told.setdefault(_TURK_ANSWER + question, "")
            if cell.casefold() == "true":
                told[_TURK_ANSWER + question] = "\n".join(filter(None, (told[_TURK_ANSWER + question], option)))
        else:
            told[name] = cell
    yield told


def _is_old_doccano(annotations: Any) -> bool:
    return isinstance(annotations, list) and all(
        isinstance(a, Mapping) and {"label", "user"} <= a.keys() for a in annotations
    )


def _doccano(row: Row, stem: str) -> Iterator[Row]:
    """A file of each annotator; before version 1.5 one file, with the user beside each label."""
    meta = row.get("meta")
    item = _item({**(meta if isinstance(meta, Mapping) else {}), **row}, row.get("id"))
    if "annotations" in row:
        by_user: dict[str, list[Any]] = {}
        for annotation in row["annotations"]:
            by_user.setdefault(str(annotation["user"]), []).append(annotation["label"])
        yield from ({**item, "annotator": user, "label": answer(labels)} for user, labels in by_user.items())
    else:
        note = answer(row.get("Comments") or row.get("comments") or "")
        label = answer(row["label"]) if row["label"] else None
        yield {**item, "annotator": row.get("annotator") or stem, "label": label, "note": note, **_corrected(row)}


def _corrected(row: Row) -> dict[str, str]:
    return {"corrected": str(row["corrected"])} if row.get("corrected") else {}


def answers(columns: Sequence[str], rows: Sequence[Mapping[str, str]], known: Sequence[str], tool: str) -> list[str]:
    """The columns of a tool's export that may be the label where none is called so.

    They are those that are no column of ours, nor of the task. In Label Studio's flat exports data and answers stand
    side by side: there an answer is what differs between annotations of one item; where nothing does, what is a number.
    """
    own = [name for name in columns if name not in known and name not in _FLAT | _BESIDE and not name.startswith("_")]
    if tool == TURK:
        return [name for name in columns if name.startswith(_TURK_ANSWER)]
    if not tool_of(columns):
        return own
    by_item: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for name in own:
            if row.get(name):
                by_item.setdefault((name, row.get("item_id") or row.get("id", "")), set()).add(row[name])
    differing = {name for (name, _), given in by_item.items() if len(given) > 1}
    return [name for name in own if name in differing] or [name for name in own if _are_numbers(rows, name)]


def _are_numbers(rows: Sequence[Mapping[str, str]], name: str) -> bool:
    given = [row[name] for row in rows if row.get(name)]
    return bool(given) and all(value.lstrip("-").replace(".", "", 1).isdigit() for value in given)
