"""What services for labelling export, as label rows: Kili, Labelbox, SageMaker Ground Truth and Toloka."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]

TOLOKA = "Toloka"
_TOLOKA_MARKS = {"assignment:worker_id", "assignment:task_id"}
_TOLOKA_ANSWER = "output:"
_NOT_DONE = ("rejected", "skipped", "expired")
# What an answer is called inside an object that holds it; `name` is its text, `value` the name of that in a program.
_ANSWERS = ("label", "labels", "categories", "name", "value", "text", "answer", "radio_answer", "checklist_answers")


def of_service(value: Row) -> tuple[str, Iterator[Row]] | None:
    """The service that wrote one JSON object, and its label rows; None where it is of none of these."""
    if isinstance(value.get("data_row"), Mapping) and isinstance(value.get("projects"), Mapping):
        return "Labelbox", _labelbox(value)
    given = value.get("labels")
    if isinstance(given, list) and any(isinstance(one, Mapping) and "jsonResponse" in one for one in given):
        return "Kili", _kili(value)
    given = value.get("answers")
    if isinstance(given, list) and any(isinstance(one, Mapping) and "answerContent" in one for one in given):
        return "SageMaker", _sagemaker(value)
    return None


def is_toloka(columns: Collection[str]) -> bool:
    """Whether a table with these columns is Toloka's."""
    return set(columns) >= _TOLOKA_MARKS


def toloka(row: dict[str, str]) -> Iterator[dict[str, str]]:
    """An assignment's row with what was answered, unless it was rejected or left."""
    if row.get("assignment:status", "").casefold() not in _NOT_DONE:
        told = {
            name.removeprefix(_TOLOKA_ANSWER): cell for name, cell in row.items() if name.startswith(_TOLOKA_ANSWER)
        }
        yield {"item_id": row["assignment:task_id"], "annotator": row["assignment:worker_id"], **told}


def _labelbox(row: Row) -> Iterator[Row]:
    data = row["data_row"]
    item = _first(data, "external_id", "global_key", "id")
    for project in row["projects"].values():
        for label in project.get("labels") or ():
            who = (label.get("label_details") or {}).get("created_by")
            asked = (label.get("annotations") or {}).get("classifications") or ()
            yield {"item_id": item, "annotator": who, **{str(one.get("name")): _said(_but_name(one)) for one in asked}}


def _but_name(asked: Row) -> dict[str, Any]:
    """A question without its own names."""
    return {name: value for name, value in asked.items() if name not in ("name", "value")}


def _kili(row: Row) -> Iterator[Row]:
    item = _first(row, "externalId", "id")
    for label in row["labels"]:
        author = label.get("author") or {}
        jobs = label.get("jsonResponse") or {}
        who = author.get("email") or author.get("id")
        yield {"item_id": item, "annotator": who, **{job: _said(answer) for job, answer in jobs.items()}}


def _sagemaker(row: Row) -> Iterator[Row]:
    item = _first(row, "datasetObjectId", "dataset-object-id", "humanLoopName")
    for answer in row["answers"]:
        content = answer.get("answerContent") or {}
        yield {"item_id": item, "annotator": answer.get("workerId"), **{k: _said(v) for k, v in content.items()}}


def _first(holder: Row, *names: str) -> Any:
    return next((holder[name] for name in names if holder.get(name) not in (None, "")), None)


def _said(answer: Any) -> str:
    """What was answered, in words; several answers a line each, sorted."""
    if isinstance(answer, Mapping):
        held = next((answer[name] for name in _ANSWERS if answer.get(name) not in (None, "")), None)
        if held is not None:
            return _said(held)
        on = [
            name for name, value in answer.items() if value is True or (isinstance(value, Mapping) and value.get("on"))
        ]
        return "\n".join(sorted(on))
    if isinstance(answer, list):
        return "\n".join(sorted(map(_said, answer)))
    return "" if answer is None else str(answer)
