"""Rows of nested tables that are told from their columns are what the families make of them one by one."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftq_spark.formats import containers, ingest
from ftq_spark.formats.raw_batch import RawBatch
from ftq_spark.formats.spoken_columns import spoken_columns

CALL = '{"name": "f", "arguments": {"b": "ü", "a": 1, "n": null}}'
CALLS = [
    CALL,
    f"[{CALL}]",
    '{"name": "f", "arguments": {"a": [1.5]}}',
    '{"name": "f", "arguments": "{}"}',
    '{"name": " "}',
]
MARKED = [
    *("<think>t</think>a", "<think>t", "<think></think>", "a</think>\nb", "◁think▷t◁/think▷ a", "[THINK]t[/THINK]a"),
    *('<tool_call>{"name": "f"}</tool_call>', "<tool_response>r</tool_response>", '[TOOL_CALLS] [{"name": "f"}]'),
    *(
        " <tool_response>r</tool_response>",
        "[TOOL_RESULTS] r [/TOOL_RESULTS]",
        "<b>",
        "[1]",
        "[]",
        "\u3000",
        "\x1c",
        "\x97",
    ),
]
USUAL = st.sampled_from(["q", "a b", "Yes.", 'ü\u2028"\\\x01'])
TEXTS = USUAL | st.sampled_from(["", " ", "\n", *CALLS, *MARKED])
SPEAKERS = [
    "user",
    "human",
    "assistant",
    "gpt",
    " GPT ",
    "system",
    "developer",
    "observation",
    "tool",
    "function_call",
    "x",
]


MORE: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "weight": (pa.float64(), st.sampled_from([None, 0.0, 1.0, 0.5, float("nan")])),
    "train": (pa.bool_(), st.sampled_from([None, True, False])),
    "loss_mask": (pa.int64(), st.sampled_from([None, 0, 1, 2])),
    "name": (pa.string(), st.sampled_from([None, None, "Ann"])),
    "author": (pa.string(), st.none()),
    "text": (pa.string(), st.sampled_from([None, None, "t"])),
    "from": (pa.string(), st.sampled_from([None, "gpt"])),
    "label": (pa.float64(), st.sampled_from([None, float("nan"), 1.0])),
    "images": (pa.list_(pa.string()), st.sampled_from([None, [], ["i.png"]])),
    "frames": (
        pa.list_(pa.struct([("slot", pa.string()), ("at", pa.int64())])),
        st.sampled_from([None, [], [None], [{"slot": "city", "at": 1}]]),
    ),
}
BESIDE: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "id": (pa.int64(), st.sampled_from([None, 7])),
    "services": (pa.list_(pa.string()), st.sampled_from([None, [], ["ü"]])),
    "system": (pa.string(), st.sampled_from([None, "", " ", "s", "\u3000s"])),
    "system_prompt": (pa.large_string(), st.sampled_from([None, "t"])),
    "preamble": (pa.list_(pa.string()), st.sampled_from([None, None, ["s"]])),
    "tools": (pa.string(), st.sampled_from([None, "", "[]", '[{"name": "f"}]', "no JSON"])),
    "functions": (
        pa.list_(pa.struct([("name", pa.string()), ("n", pa.float64())])),
        st.sampled_from([None, [], [{"name": "f", "n": None}], [{"name": "g", "n": 0.5}]]),
    ),
    "available_tools": (pa.list_(pa.string()), st.sampled_from([None, []])),
    "label": (pa.bool_(), st.sampled_from([None, True])),
    "output": (pa.string(), st.sampled_from([None, "a"])),
}
PART = pa.struct([("type", pa.string()), ("text", pa.string())])
NO_TEXT = {"type": "image", "text": None}


def nullable(values: st.SearchStrategy[Any], one_in: int = 20) -> st.SearchStrategy[Any]:
    return st.integers(1, one_in).flatmap(lambda n: values if n > 1 else st.none())


def parts(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Any]]:
    one = texts.map(lambda text: {"type": "text", "text": text})
    return (
        one.map(lambda part: [part])
        | one.map(lambda part: [part])
        | st.lists(nullable(one) | st.just(NO_TEXT), max_size=2)
    )


ORDERS = [
    ["user", "assistant"],
    ["system", "human", "gpt"],
    ["user", "function_call", "tool", "assistant"],
    ["USER", "GPT "] * 2,
]


def turn_of(who: str, what: str, said: pa.DataType, more: list[str]) -> Callable[[str], st.SearchStrategy[Any]]:
    """A turn of a role, as a rule a usual one."""

    def turn(role: str) -> st.SearchStrategy[Any]:
        usual = st.sampled_from([CALL, *CALLS]) if role == "function_call" else USUAL
        texts = st.integers(1, 4).flatmap(lambda n: usual if n > 1 else TEXTS)
        said_ = parts(texts) if pa.types.is_list(said) else texts
        held = {who: nullable(st.just(role), 60), what: nullable(said_, 60), **{name: MORE[name][1] for name in more}}
        return nullable(st.fixed_dictionaries(held), 60)

    return turn


def turns_of(turn: Callable[[str], st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    usual = st.sampled_from(ORDERS).flatmap(lambda roles: st.tuples(*map(turn, roles)).map(list))
    return nullable(usual | usual | st.lists(st.sampled_from(SPEAKERS).flatmap(turn), max_size=4))


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    who, what = draw(
        st.sampled_from([("role", "content"), ("from", "value"), ("speaker", "utterance"), ("role", "value")])
    )
    text = draw(st.sampled_from([pa.string(), pa.large_string()]))
    said = draw(st.sampled_from([text, text, text, pa.list_(PART)]))
    more = [
        name
        for name in draw(st.lists(st.sampled_from([*list(MORE)[:3] * 3, *MORE]), max_size=2, unique=True))
        if name != who
    ]
    turn = pa.struct([(who, text), (what, said), *((name, MORE[name][0]) for name in more)])
    one = turn_of(who, what, said, more)
    field = draw(st.sampled_from(["messages", "conversations", "turns", "items"]))
    columns = {field: (draw(st.sampled_from([pa.list_, pa.large_list]))(turn), turns_of(one))}
    if draw(st.booleans()):
        sides = draw(st.sampled_from([(text, USUAL | USUAL | TEXTS), (turn, one("gpt"))]))
        columns |= {name: (sides[0], nullable(sides[1])) for name in ("chosen", "rejected")}
    more = draw(st.lists(st.sampled_from([*list(BESIDE)[:-2] * 3, *BESIDE]), max_size=2, unique=True))
    columns |= {name: BESIDE[name] for name in more}
    n = draw(st.integers(1, 8))
    arrays = [pa.array(draw(st.lists(values, min_size=n, max_size=n)), type_) for type_, values in columns.values()]
    return pa.Table.from_arrays(arrays, list(columns))


@st.composite
def usual_tables(draw: st.DrawFn) -> pa.Table:
    """Tables whose rows hold nothing but turns, which may have calls and thoughts in their texts."""
    texts = {"function_call": st.sampled_from([CALL, *CALLS]), "USER": USUAL, "user": USUAL, "human": USUAL}
    rows = draw(st.lists(st.sampled_from(ORDERS), min_size=1, max_size=6))
    turns = [
        [{"from": role, "value": draw(texts.get(role, st.sampled_from(MARKED) | USUAL))} for role in row]
        for row in rows
    ]
    columns: dict[str, list[Any]] = {"conversations": turns}
    if draw(st.booleans()):
        columns["tools"] = [draw(BESIDE["tools"][1]) for _ in rows]
    if draw(st.booleans()):
        columns["system"] = [draw(BESIDE["system"][1]) for _ in rows]
    if draw(st.booleans()):
        sides = draw(st.sampled_from([str, lambda text: {"from": "gpt", "value": text}]))
        columns |= {
            name: [sides(draw(st.sampled_from(MARKED) | USUAL)) for _ in rows] for name in ("chosen", "rejected")
        }
    return pa.table(columns)


def files(table: pa.Table) -> list[tuple[str, bytes]]:
    parquet, arrow = io.BytesIO(), io.BytesIO()
    pq.write_table(table, parquet, row_group_size=5)
    with pa.ipc.new_file(arrow, table.schema) as writer:
        writer.write_batch(table.slice(1).combine_chunks().to_batches()[0] if len(table) > 1 else table.to_batches()[0])
    return [("a.parquet", parquet.getvalue()), ("a.arrow", arrow.getvalue())]


def read(data: bytes, name: str, **options: Any) -> list[dict[str, Any]]:
    container = containers.container_of(name)
    assert container is not None
    pieces = containers.pieces(io.BytesIO(data), container)
    found = list(ingest.batches(pieces, dataset="d", source="s/ü", **options))
    for batch in found:
        batch.validate(full=True)
    return list(pa.Table.from_batches(found).to_pylist())


@given(tables() | usual_tables(), st.sampled_from([1, 3, 2000]))
@settings(max_examples=400, deadline=None)
def test_a_row_of_columns_is_what_its_family_makes_of_it(table: pa.Table, max_rows: int) -> None:
    for name, data in files(table):
        at_once = read(data, name, max_rows=max_rows)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ingest, "spoken_columns", lambda piece: None)
            patch.setattr(ingest, "spoken_fields", lambda names: None)
            assert at_once == read(data, name)


TURNS = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
SHARED = [
    {"from": "human", "value": "q"},
    {"from": "function_call", "value": CALL},
    {"from": "gpt", "value": "<think>t</think>a"},
]
SGD = [{"speaker": who, "utterance": "u", "turn_id": 1, "frames": [{"slot": "city"}]} for who in ("USER", "SYSTEM")]


@pytest.mark.parametrize(
    ("row", "format_"),
    [
        ({"messages": TURNS}, "openai"),
        ({"id": [1], "messages": [{**turn, "name": None, "weight": 1} for turn in TURNS]}, "openai"),
        ({"conversations": SHARED, "tools": '[{"name": "f"}]', "system": "s"}, "sharegpt"),
        ({"conversations": SHARED[:1], "chosen": SHARED[2], "rejected": {"from": "gpt", "value": "b"}}, "dpo"),
        ({"messages": TURNS[:1], "chosen": "a", "rejected": "b"}, "dpo"),
        (
            {"messages": [{"role": turn["role"], "content": [{"type": "text", "text": "t"}]} for turn in TURNS]},
            "openai",
        ),
        ({"dialogue_id": "1", "turns": SGD}, "dialogue"),
    ],
)
def test_usual_rows_of_turns_are_told_from_columns(row: dict[str, Any], format_: str) -> None:
    table = pa.Table.from_pylist([row] * 3)
    container = containers.container_of("a.parquet")
    assert container is not None
    [piece] = containers.pieces(io.BytesIO(files(table)[0][1]), container)
    assert isinstance(piece, RawBatch)
    found = spoken_columns(piece)
    assert found is not None
    assert found[0].tolist() == [0, 1, 2]
    assert found[1].formats.to_pylist() == [format_] * 3


def test_rows_of_several_sorts_stand_in_their_order() -> None:
    rows: list[dict[str, Any]] = [
        {"messages": TURNS},
        {"messages": []},
        {"messages": [{**TURNS[0], "name": "Ann"}, TURNS[1]]},
    ]
    found = read(files(pa.Table.from_pylist(rows * 40))[0][1], "a.parquet", max_rows=50)
    assert [row["row"] for row in found] == list(range(1, 121))
    assert [row["accepted"] for row in found] == [True, False, True] * 40
    assert [turns and turns[0]["name"] for turns in (row["messages"] for row in found)] == [None, None, "Ann"] * 40
