"""Which columns of a label file are ours: by their names, by those that others use, or by what they hold."""

from __future__ import annotations

from collections import Counter
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
# Names of columns that are no labels.
_OTHERS = frozenset((*OF_NOBODY, *(name for ours in ALIASES if ours != "label" for name in ALIASES[ours])))


def settle_columns(path: Path, raw: RawLabels) -> list[str]:
    """Give a file's columns the names of ours where they are plain; what was taken for what.

    Raises:
        InputError: it has no answer that could be the label, or several.
    """
    if not set(_ITEM) & set(raw.columns) and set(raw.columns) >= {"id", "annotation_id"}:
        _rename(raw, "id", "item_id")  # Label Studio's flat exports
    for ours in COLUMNS:  # exampleId
        if ours not in raw.columns and (own := next((c for c in raw.columns if _bare(c) == _bare(ours)), None)):
            _rename(raw, own, ours)
    said = _called(raw, "annotator", ("annotator",)) or _by_sheet(raw)
    said += _items(raw) + _called(raw, "note", ("note",))
    if set(_LABEL) & set(raw.columns):
        return said
    if items := _as_columns(raw):
        raw.rows = [
            (line, {"annotator": row["annotator"], "item_id": item, "label": row.get(item, "")})
            for line, row in raw.rows
            for item in items
        ]
        raw.columns = ["annotator", "item_id", "label"]
        return [*said, f"a column of labels for each item: {', '.join(items[:5])}"]
    if "annotator" not in raw.columns and (people := _people(raw)):
        raw.rows = _long_form(path, raw, people)
        raw.columns = [*(name for name in raw.columns if name not in people), *raw.rows[0][1]]
        return [*said, f"a column of labels for each annotator: {', '.join(people)}"]
    if raw.tool:
        found = answers(raw.columns, [row for _, row in raw.rows], COLUMNS, raw.tool)
    else:
        found = [name for name in raw.columns if name in ALIASES["label"]] or _told(raw)
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
    found = _known(raw, ours)
    if not found or set(names) & set(raw.columns):
        return []
    _rename(raw, found[0], ours)
    return [f"'{found[0]}' is read as {ours}"]


def _known(raw: RawLabels, ours: str) -> list[str]:
    """Columns that others call so, the surest first."""
    bare = {_bare(name): name for name in reversed(raw.columns)}
    if ours == "annotator":
        bare = {_bare(name.removesuffix("_name")): name for name in reversed(raw.columns)} | bare
    return list(dict.fromkeys(bare[name] for name in map(_bare, ALIASES[ours]) if name in bare))


def _bare(name: str) -> str:
    return name.replace("_", "")


def _by_sheet(raw: RawLabels) -> list[str]:
    """Take the sheets of a workbook for the annotators; what was done."""
    if "sheet" not in raw.columns:
        return []
    _rename(raw, "sheet", "annotator")
    return ["the name of each sheet is read as annotator"]


def _items(raw: RawLabels) -> list[str]:
    """Find the column that names the items, where none is called so; what was done.

    It is the first by name under which several people have labelled one thing, each once: an id that is another in each
    row is the row's own. Where there is none such, the first by name.
    """
    if set(_ITEM) & set(raw.columns):
        return []
    known = _known(raw, "item_id")
    found = [*known, *(name for name in raw.columns if name.endswith("id") and name not in known)]
    people = len({row.get("annotator") for _, row in raw.rows}) > 1 and "annotator" in raw.columns
    shared = [name for name in found if people and _several_label(raw, name)]
    chosen = next(iter(shared or (known if known else found if people else ())), None)
    if chosen is None:
        return []
    _rename(raw, chosen, "item_id")
    return [f"'{chosen}' is read as item_id"]


def _several_label(raw: RawLabels, name: str) -> bool:
    """Whether several people have labelled what a column names, each once."""
    given = [(row.get(name, ""), row.get("annotator", "")) for _, row in raw.rows if row.get(name)]
    return len(set(given)) == len(given) > len({item for item, _ in given})


def _as_columns(raw: RawLabels) -> list[str]:
    """The items of a table with a row for each annotator and a column of labels for each item; none for others."""
    people = [row.get("annotator") for _, row in raw.rows]
    if set(_ITEM) & set(raw.columns) or not 1 < len(set(people)) == len(people) or raw.tool:
        return []
    items = [name for name in raw.columns if name not in {*COLUMNS, *_OTHERS} and not name.startswith("_")]
    labels = {row[name] for _, row in raw.rows for name in items if row.get(name)}
    few = len(labels) <= max(2, len(items) * len(people) // 2) and all(len(x) <= _MAX_LABEL_CHARS for x in labels)
    return items if len(items) > 1 and few else []


def _told(raw: RawLabels) -> list[str]:
    """The columns that hold a few values and may be the label, where none is called so and people label the items."""
    if not set(_ITEM) & set(raw.columns) or "annotator" not in raw.columns:
        return []
    most = max(2, len(raw.rows) // 2)
    found = []
    for name in raw.columns:
        given = {row[name] for _, row in raw.rows if row.get(name)}
        few = 1 < len(given) <= most and all(len(value) <= _MAX_LABEL_CHARS for value in given)
        if few and name not in {*COLUMNS, *_OTHERS} and not name.startswith("_") and not name.endswith(("id", "ids")):
            found.append(name)
    return found


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
    said = Counter(label for labels in people.values() for label in labels)
    people = {  # one value that nobody else gives, in all of several rows, is a column about the table
        name: labels
        for name, labels in people.items()
        if len(labels) > 1 or len(raw.rows) == 1 or any(said[label] > 1 for label in labels)
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
