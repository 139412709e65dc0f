"""What rules find, as lists of codes: of examples, and of single answers of dialogues."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.exchanges.flat import REPEATED
from ftq_spark.signals.quality import Floats, Rule, holds

Flags = NDArray[np.bool_]
Hit = tuple[str, Flags]  # a code, and (n,) where it is found


class Ruled(NamedTuple):
    """What rules say of n examples."""

    reasons: pa.ListArray  # (n,) codes of what drops or sends to review, in the order of the rules
    notes: pa.ListArray  # (n,) codes that decide nothing, and are no reasons besides
    dropped: Flags  # (n,) whether a rule says drop
    doubtful: Flags  # (n,) whether a rule says review


def ruled(values: Mapping[str, Floats], is_bad: Flags, rules: Sequence[Rule], of_merit: Collection[str] = ()) -> Ruled:
    """What `rules` say of n examples with these values of signals, NaN where one does not apply.

    Of answers that people have labelled as bad (`is_bad`, (n,)) a rule that reads a signal `of_merit` is a note.
    """
    decides: list[tuple[str, str, Flags]] = []
    noted: list[Hit] = []
    for rule in rules:
        hit = holds(rule, values)
        is_note = np.full_like(hit, rule.verdict == "note") | (is_bad if rule.signal in of_merit else False)
        decides.append((rule.reason, rule.verdict, hit & ~is_note))
        noted.append((rule.reason, hit & is_note))
    nowhere = np.zeros(len(is_bad), np.bool_)

    def anywhere(hits: Iterable[Flags]) -> Flags:
        return reduce(np.logical_or, hits, nowhere)

    is_reason = {name: anywhere(hit for reason, _, hit in decides if reason == name) for name, _, _ in decides}
    return Ruled(
        coded([(reason, hit) for reason, _, hit in decides], len(is_bad)),
        coded([(reason, hit & ~is_reason[reason]) for reason, hit in noted], len(is_bad)),
        anywhere(hit for _, verdict, hit in decides if verdict == "drop"),
        anywhere(hit for _, verdict, hit in decides if verdict == "review"),
    )


def ruled_answers(answers: pa.StructArray, rules: Sequence[Rule]) -> tuple[pa.ListArray, pa.ListArray]:
    """(m,) sorted codes of what is found in answers of dialogues, and those of them for which a rule doubts the answer.

    `answers` are (m,) structs of :data:`ftq_spark.schema.ANSWERS`, with ``sig_<name>`` for the signals of the rules
    that judge one answer. Without rules nothing is found.
    """
    names = {field.name for field in answers.type}
    here = [rule for rule in rules if f"sig_{rule.signal}" in names]
    values = {rule.signal: _numbers(pc.struct_field(answers, f"sig_{rule.signal}")) for rule in here}
    hits = [(rule.reason, (rule.earlier or rule.verdict) != "note", holds(rule, values)) for rule in here]
    found = [(reason, hit) for reason, _, hit in hits]
    if rules:
        found.append((REPEATED, pc.struct_field(answers, "repeats").to_numpy(zero_copy_only=False)))
        found += _hits(pc.struct_field(answers, "inconstant"))
    doubted = [(reason, hit) for reason, doubts, hit in hits if doubts]
    return tuple(coded(sorted(some, key=lambda hit: hit[0]), len(answers)) for some in (found, doubted))


def coded(hits: Sequence[Hit], n: int) -> pa.ListArray:
    """(n,) lists of the codes that are found, each once, in the order of `hits`."""
    codes = list(dict.fromkeys(code for code, _ in hits))
    code_of = np.array([codes.index(code) for code, _ in hits], np.int64)
    row, hit = np.nonzero(np.array([where for _, where in hits], np.bool_).reshape(len(hits), n).T)
    _, first = np.unique(row * len(codes) + code_of[hit], return_index=True)  # of those of one code the first one
    first.sort()
    offsets = np.searchsorted(row[first], np.arange(n + 1))
    found = pa.array(codes, pa.string()).take(pa.array(code_of[hit[first]]))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), found)


def _hits(lists: pa.ListArray) -> list[Hit]:
    """The same backwards: where each code of (n,) lists stands."""
    row = pc.list_parent_indices(lists).to_numpy()
    codes = pc.list_flatten(lists)
    found = []
    for code in pc.unique(codes).to_pylist():
        where = np.zeros(len(lists), np.bool_)
        where[row[pc.equal(codes, code).to_numpy(zero_copy_only=False)]] = True
        found.append((code, where))
    return found


def _numbers(column: pa.Array) -> Floats:
    found: Floats = column.to_numpy(zero_copy_only=False)
    return found
