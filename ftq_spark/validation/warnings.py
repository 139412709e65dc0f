"""What a trainer takes without a word, though nobody can have meant it.

The measures are the signals of the catalogue; here each gets a code and a sentence. What needs the messages themselves
stands in :mod:`~ftq_spark.validation.contents` and :mod:`~ftq_spark.validation.tools`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftq_spark import signals
from ftq_spark.formats.aliases import CONVERSATION_FIELDS, KNOWN_FIELDS
from ftq_spark.signals.catalogue.leaks import TEMPLATE
from ftq_spark.validation.contents import WORDS, of_contents
from ftq_spark.validation.displaced import DISPLACED_WARNINGS
from ftq_spark.validation.notice import Notice
from ftq_spark.validation.preferences import PREFERENCE_WARNINGS
from ftq_spark.validation.swapped import SWAPPED_WARNINGS
from ftq_spark.validation.template import TEMPLATE_WARNINGS
from ftq_spark.validation.tools import TOOL_WARNINGS

WARNINGS: dict[str, str] = {
    "ends_with_user": "the last turn is not the assistant's: nothing is learnt from what follows the last answer",
    "no_user": "no user speaks",
    "role_order": "two turns of one role in a row, or a system turn after the beginning: chat templates may refuse it",
    "template_leak": "special tokens of a chat template inside a text: the template adds its own",
    "unfinished_thought": WORDS["unfinished_thought"],
    "empty_answer": WORDS["empty_answer"],
    "media_count": "other places for pictures, sounds or films in the turns than the row has of them",
    "label_unread": "a label that is neither desirable nor undesirable: the row is taken without it",
    "one_class": "every label of the dataset is the same: desirable and undesirable answers are learnt from each other",
    "null_padding": "nulls in tool calls or definitions, as a table leaves them that united several tools",
    **TOOL_WARNINGS,
    **PREFERENCE_WARNINGS,
    **SWAPPED_WARNINGS,
    **DISPLACED_WARNINGS,
    **TEMPLATE_WARNINGS,
    "mixed_schema": "another schema than most rows of the dataset, or a row that holds its turns twice",
    "doubled_column": "a column that stands twice in the table: the first is read, the other is kept beside it",
    "no_training_signal": "nothing to train on is left after the cut at the maximum length",
    "over_length": "longer than the maximum length: the end of what is trained on is cut off",
}

# Signals that are a warning where they are over 0.
_MEASURED = {
    "ends_with_user": "ends_with_user",
    "no_user": "no_user",
    "n_role_order_errors": "role_order",
    "n_template_tokens": "template_leak",
}
_WHOLE_EPISODE = 0.5  # of ends_with_user: what an agent did ends with a result, a simulated user says so
_ROLES_SHOWN = 8
_TWICE = re.compile(r'"(' + "|".join(map(re.escape, CONVERSATION_FIELDS)) + r')"\s*:\s*\[')


def of_rows(examples: pa.RecordBatch) -> list[Notice]:
    """Warnings about single rows of a batch of schema.INGESTED that holds examples only."""
    if not examples.num_rows:
        return []
    messages, rows = examples.column("messages"), examples.column("row").to_pylist()
    roles, content = (pc.struct_field(messages.flatten(), name) for name in ("role", "content"))
    columns = {
        "roles": pc.binary_join(_like(messages, roles), " "),
        "conversation": pc.binary_join(_like(messages, content), "\n\n"),
        "format": examples.column("format"),  # prompts alone end with the user by design
    }
    values = signals.measure(columns, list(_MEASURED))
    notices = []
    for name, code in _MEASURED.items():
        least = _WHOLE_EPISODE if name == "ends_with_user" else 0
        for i in np.flatnonzero(values[name] > least).tolist():
            text = _detail(code, columns["roles"][i].as_py(), columns["conversation"][i].as_py())
            notices.append(Notice(rows[i], code, text))
    return [
        *notices,
        *of_contents(examples, rows),
        *_held_twice(examples, rows),
        *_doubled(examples, rows),
    ]


def _like(lists: pa.ListArray, values: pa.Array) -> pa.ListArray:
    """A list column of the same lengths with these values. Ingested lists of examples hold no nulls."""
    lengths = pc.list_value_length(lists).to_numpy(zero_copy_only=False)
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def _detail(code: str, roles: str, conversation: str) -> str:
    if code == "ends_with_user":
        return f"ends with a turn of the {roles.rsplit(maxsplit=1)[-1]}: a trainer learns nothing from it"
    if code == "template_leak":
        found = Counter(match.group(0) for match in re.finditer(TEMPLATE, conversation))
        named = ", ".join(f"{token} {n}×" if n > 1 else token for token, n in found.most_common(3))
        return f"special tokens of a chat template in the text: {named}"
    if code == "role_order":
        return f"the roles do not alternate: {_shortened(roles)}"
    return WARNINGS[code]


def _shortened(roles: str) -> str:
    names = roles.split()
    return ", ".join(names[:_ROLES_SHOWN]) + (f", … ({len(names)} turns)" if len(names) > _ROLES_SHOWN else "")


# ── Schemas ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _held_twice(examples: pa.RecordBatch, rows: list[int]) -> Iterator[Notice]:
    originals = examples.column("original")
    suspects = pc.greater(pc.count_substring_regex(originals, _TWICE.pattern), 1)
    for i in np.flatnonzero(suspects.to_numpy(zero_copy_only=False)).tolist():
        row = json.loads(originals[i].as_py())
        held = [name for name in CONVERSATION_FIELDS if isinstance(row.get(name), list) and row[name]]
        if len(held) > 1:
            yield Notice(rows[i], "mixed_schema", "turns under several names: " + ", ".join(f"`{n}`" for n in held))


def _doubled(examples: pa.RecordBatch, rows: list[int]) -> Iterator[Notice]:
    """Said of the first row of a batch: all rows of a table have its columns."""
    names = json.loads(examples.column("original")[0].as_py())
    doubled = [name for name in names if name.lower() in KNOWN_FIELDS and f"{name}.1" in names]
    if doubled:
        text = ", ".join(f"`{name}` stands twice: the second is kept as `{name}.1`, and not read" for name in doubled)
        yield Notice(rows[0], "doubled_column", text)


class Schemas:
    """The schemas of one dataset: how many rows each has, and its first row in each file."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._first: dict[tuple[str, str], int] = {}  # schema and file
        self._in_file: Counter[tuple[str, str]] = Counter()

    def add(self, source: str, examples: pa.RecordBatch) -> None:
        """Take up a batch of examples of the file `source`; batches come in the order of their rows."""
        for name, row in zip(examples.column("format").to_pylist(), examples.column("row").to_pylist(), strict=True):
            self._rows[name] += 1
            self._in_file[name, source] += 1
            self._first.setdefault((name, source), row)

    def firsts(self, source: str) -> set[int]:
        """The rows of a file that a notice may name."""
        return {row for (_, file), row in self._first.items() if file == source}

    def notices(self) -> Iterator[tuple[str, Notice]]:
        """File and warning: each schema but the dataset's most frequent one, at its first row in each file."""
        usual = min(self._rows, key=lambda name: (-self._rows[name], name), default="")
        for (name, source), row in self._first.items():
            if name != usual:
                n = self._in_file[name, source]
                of_file = f"the {'only row' if n == 1 else f'first of {n:,} rows'} of the file in schema {name}"
                yield (
                    source,
                    Notice(row, "mixed_schema", f"{of_file}; {self._rows[usual]:,} of the dataset are in {usual}"),
                )
