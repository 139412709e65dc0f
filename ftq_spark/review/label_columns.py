"""Which columns of a label file are ours: by their names, by those that others use, or by what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ftq_spark.errors import InputError, closest
from ftq_spark.review.label_formats import RawLabels
from ftq_spark.review.label_names import ALIASES, COLUMNS, OF_NOBODY
from ftq_spark.review.tool_labels import answers

_ITEM = ("item_id", "example_id")
_LABEL = ("label", "verdict")
_MAX_LABEL_CHARS = 40
_Row = tuple[int, dict[str, str]]


def settle_columns(path: Path, raw: RawLabels) -> list[str]:
    """Give a file's columns the names of ours where they are plain; what was taken for what.

    Raises:
        InputError: it has no answer that could be the label, or several.
    """
    if not set(_ITEM) & set(raw.columns) and set(raw.columns) >= {"id", "annotation_id"}:
        _rename(raw, "id", "item_id")  # Label Studio's flat exports
    said = _called(raw, "item_id", _ITEM) + _called(raw, "annotator", ("annotator",))
    if set(_LABEL) & set(raw.columns):
        return said
    if "annotator" not in raw.columns and (people := _people(raw)):
        raw.rows = _long_form(path, raw, people)
        raw.columns = [*(name for name in raw.columns if name not in people), *raw.rows[0][1]]
        return [*said, f"a column of labels for each annotator: {', '.join(people)}"]
    if raw.tool:
        found = answers(raw.columns, [row for _, row in raw.rows], COLUMNS, raw.tool)
    else:
        found = [name for name in raw.columns if name in ALIASES["label"]]
    if len(found) > 1 or (raw.tool and not found):
        asked = f"of {', '.join(found)}, name the one that counts so: --column {found[0]}=label" if found else ""
        of = f", of {raw.tool}," if raw.tool else ""
        raise InputError(f"{path}{of} has no column label: {asked or 'no question was answered in it'}")
    if found:
        _rename(raw, found[0], "label")
        said.append(f"the answers to '{found[0]}' are the labels")
    return said


def check_columns(path: Path, raw: RawLabels, annotator_needed: bool) -> None:
    """Refuse a file without the columns that votes need.

    Raises:
        InputError: it lacks one, and what it has instead.
    """
    if not raw.columns:
        raise InputError(f"{path} is empty: expected columns item_id, annotator and label (or verdict)")
    needed = [_ITEM, _LABEL, *([("annotator",)] if annotator_needed else [])]
    for names in needed:
        if not set(names) & set(raw.columns):
            own = [name for name in raw.columns if name not in COLUMNS]
            alike = [(name, closest(name, names)) for name in own if closest(name, names)]
            hint = f"; did you mean '{alike[0][1]}' by '{alike[0][0]}'?" if alike else ""
            example = f"{alike[0][0] if alike else (own or ['Urteil'])[0]}={names[-1]}"
            found = ", ".join(raw.columns)
            raise InputError(
                f"{path} has no column {' or '.join(names)}; found: {found}{hint}"
                f" (name a column of its own so: --column {example})"
            )


def _called(raw: RawLabels, ours: str, names: Sequence[str]) -> list[str]:
    """Rename the first column that others call so, where none is; what was done."""
    found = next((name for name in ALIASES[ours] if name in raw.columns), None)
    if found is None or set(names) & set(raw.columns):
        return []
    _rename(raw, found, ours)
    return [f"'{found}' is read as {ours}"]


def _rename(raw: RawLabels, own: str, name: str) -> None:
    raw.columns = [name if column == own else column for column in raw.columns]
    raw.rows = [(line, {name if key == own else key: cell for key, cell in row.items()}) for line, row in raw.rows]


def _people(raw: RawLabels) -> list[str]:
    """The annotators of a table with a column of labels for each; none where it is no such table.

    They are all columns that hold a few short labels, and share them; texts may stand beside them.
    """
    others = {*COLUMNS, *OF_NOBODY, *(name for names in ALIASES.values() for name in names)}
    given = {name: {row[name] for _, row in raw.rows if row.get(name)} for name in raw.columns if name not in others}
    most = max(2, len(raw.rows) // 2)
    people = {
        name: labels
        for name, labels in given.items()
        if labels and len(labels) <= most and all(len(label) <= _MAX_LABEL_CHARS for label in labels)
    }
    shared = all(
        labels & set().union(*(those for other, those in people.items() if other != name))
        for name, labels in people.items()
    )
    few = len(set().union(*people.values())) <= most
    return list(people) if len(people) > 1 and shared and few else []


def _long_form(path: Path, raw: RawLabels, people: Sequence[str]) -> list[_Row]:
    """A row for each label of such a table; an item without a name is called by its file and line."""
    return [
        (line, {**{name: row.get(name, "") for name in _ITEM if name in raw.columns}, **_unnamed(path, raw, line),
                "annotator": person, "label": row.get(person, "")})
        for line, row in raw.rows
        for person in people
    ]  # fmt: skip


def _unnamed(path: Path, raw: RawLabels, line: int) -> dict[str, str]:
    return {} if set(_ITEM) & set(raw.columns) else {"item_id": f"{path.name} {line}"}
