"""Columnar files, Parquet and Arrow, as rows of JSON.

What JSON has no type for becomes text: dates and times as Arrow writes them, in their own zone and whatever their year;
durations in their unit; decimals exactly; bytes as UTF-8 or base64. A map with text keys is an object. NaN is null.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet as pq

from ftq_spark.formats.faults import Fault
from ftq_spark.formats.lines import RawRow, too_large
from ftq_spark.formats.nested import is_json, is_plain, is_text, is_valid, most_bytes, short
from ftq_spark.formats.raw_batch import Piece, RawBatch, fits
from ftq_spark.formats.tables import is_known, unique, unknown_columns

_N_ROWS = 256
_ROWS_AT_ONCE, _BYTES_AT_ONCE = 4000, 8 << 20  # of columns whose values are JSON's own
_MOST_BYTES = 1 << 30  # of rows as JSON, for their offsets
_ARROW_FILE = b"ARROW1"  # the magic of the file format; the stream format has none


class Opened(NamedTuple):
    """A file's schema and rows as they stand in it, and how another of its kind is written."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    writer: Callable[[BinaryIO], Any]  # of such a file; it has write_batch and close


def parquet_rows(stream: BinaryIO, max_row_bytes: int, also_known: frozenset[str] = frozenset()) -> Iterator[Piece]:
    """The rows of a Parquet file as JSON objects, row group by row group; the stream must be seekable."""
    yield from _rows(lambda: opened_parquet(stream), "Parquet", max_row_bytes, also_known)


def arrow_rows(stream: BinaryIO, max_row_bytes: int, also_known: frozenset[str] = frozenset()) -> Iterator[Piece]:
    """The rows of an Arrow file or stream (`save_to_disk` writes such) as JSON objects; the stream must be seekable."""
    yield from _rows(lambda: opened_arrow(stream), "Arrow", max_row_bytes, also_known)


def opened_parquet(stream: BinaryIO) -> Opened:
    """A Parquet file. What pyarrow raises of a file that is none, or damaged."""
    # INT96 holds the years 1 to 9999 in microseconds, and 1677 to 2262 in the nanoseconds of the default.
    file = pq.ParquetFile(stream, coerce_int96_timestamp_unit="us")
    schema = file.schema_arrow
    columns = [file.schema.column(place) for place in range(len(file.schema))]
    n_int96 = sum(column.physical_type == "INT96" for column in columns)
    of_group = file.metadata.row_group(0) if file.num_row_groups and columns else None
    codec = of_group.column(0).compression.lower() if of_group else "snappy"
    as_int96 = n_int96 > 0 and n_int96 == sum(_n_timestamps(field.type) for field in schema)

    def writer(sink: BinaryIO) -> Any:
        compression = "none" if codec == "uncompressed" else codec
        return pq.ParquetWriter(sink, schema, compression=compression, use_deprecated_int96_timestamps=as_int96)

    return Opened(schema, file.iter_batches(batch_size=_N_ROWS, use_threads=False), writer)


def opened_arrow(stream: BinaryIO) -> Opened:
    """An Arrow file or stream. What pyarrow raises of a file that is none, or damaged."""
    is_file = stream.read(len(_ARROW_FILE)) == _ARROW_FILE
    stream.seek(0)
    if is_file:
        file = pa.ipc.open_file(stream)
        batches = (file.get_batch(i) for i in range(file.num_record_batches))
        return Opened(file.schema, _slices(batches), lambda sink: pa.ipc.new_file(sink, file.schema))
    reader = pa.ipc.open_stream(stream)
    return Opened(reader.schema, _slices(reader), lambda sink: pa.ipc.new_stream(sink, reader.schema))


def _n_timestamps(type_: pa.DataType) -> int:
    if pa.types.is_timestamp(type_):
        return 1
    return sum(_n_timestamps(type_.field(place).type) for place in range(type_.num_fields))


def _slices(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Some rows at a time, with the offsets of empty lists, which Java leaves out: `nbytes` reads them, and crashes."""
    for batch in batches:
        for at in range(0, batch.num_rows, _N_ROWS):
            some = batch.slice(at, _N_ROWS)
            yield pa.RecordBatch.from_arrays(list(map(_with_offsets, some.columns)), schema=batch.schema)


def _with_offsets(array: pa.Array) -> pa.Array:
    if not pa.types.is_nested(array.type) or _holds(array.type, pa.types.is_union):  # no unions: Arrow 15 fails at them
        return array
    return pa.concat_arrays([array, array.slice(0, 0)])


def _rows(opened: Callable[[], Opened], kind: str, max_row_bytes: int, also_known: frozenset[str]) -> Iterator[Piece]:
    number = 0
    try:
        file = opened()
        names = unique(file.schema.names)
        if not is_known(names, also_known):
            yield RawRow(0, ", ".join(names).encode("utf-8", "surrogateescape"), unknown_columns(names))
            return
        for batch in itertools.chain.from_iterable(map(_combined, grouped(file))):
            as_json = _as_json(batch, names)
            numbers = np.arange(number + 1, number + len(batch) + 1)
            if (found := _many(as_json, numbers, max_row_bytes)) is not None:
                yield found
                number += len(batch)
                continue
            for row in batch_rows(as_json, number + 1, max_row_bytes):
                yield row
                number = row.number
    except Exception as error:  # whatever the libraries raise, the fault is the file's, and no run ends by it
        yield RawRow(number and number + 1, b"", Fault("corrupt_file", f"{kind}: {str(error)[:200]}"))


def grouped(opened: Opened) -> Iterator[list[pa.RecordBatch]]:
    """A file's batches, small ones together where all values are JSON's own; what they raise comes after them."""
    if not all(is_json(field.type) for field in opened.schema):
        yield from ([batch] for batch in opened.batches)
        return
    held: list[pa.RecordBatch] = []
    n_rows = n_bytes = 0
    raised: Exception | None = None
    try:
        for batch in opened.batches:
            if held and (n_rows + len(batch) > _ROWS_AT_ONCE or n_bytes + batch.nbytes > _BYTES_AT_ONCE):
                yield held
                held, n_rows, n_bytes = [], 0, 0
            held.append(batch)
            n_rows, n_bytes = n_rows + len(batch), n_bytes + batch.nbytes
    except Exception as error:
        raised = error
    if held:
        yield held
    if raised is not None:
        raise raised


def _combined(batches: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return iter(batches) if len(batches) == 1 else iter(pa.Table.from_batches(batches).combine_chunks().to_batches())


def _many(batch: pa.RecordBatch, numbers: np.ndarray, max_row_bytes: int) -> RawBatch | None:
    """The rows many at once; null where values are not JSON's own, a text is not UTF-8, or a row may be too long."""
    if not all(is_json(field.type) for field in batch.schema) or not all(map(is_valid, batch.columns)):
        return None
    if sum(map(most_bytes, batch.columns)) > _MOST_BYTES:
        return None
    columns = [short(column) if is_text(column.type) else column for column in batch.columns]
    found = RawBatch(numbers, None, pa.RecordBatch.from_arrays(columns, batch.schema.names))
    if all(is_plain(column.type) for column in columns):
        return found if fits(found.columns, max_row_bytes) else None
    rows = found.json()
    longest = pc.max(pc.binary_length(rows.texts)).as_py() or 0
    return found._replace(written=rows) if longest <= max_row_bytes else None


def _plain_array(array: pa.Array) -> pa.Array:
    """The array in types that Python has values for: temporal ones as text, views and extensions as what they hold."""
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    type_ = array.type
    plain = _plain_type(type_)
    if plain.equals(type_):
        return array
    try:
        if not _holds(type_, pa.types.is_duration):  # as text they have no unit
            return pc.cast(array, plain)
    except (pa.ArrowException, ValueError):  # a zone that is not known, a nested type that cannot be cast as a whole
        pass
    return _taken_apart(array)


def _taken_apart(array: pa.Array) -> pa.Array:  # noqa: PLR0911  (one case per type)
    """The same for an array that cannot be cast in one step."""
    type_ = array.type
    if pa.types.is_struct(type_):
        children = [_plain_array(child) for child in array.flatten()]
        return pa.StructArray.from_arrays(children, [field.name for field in type_], mask=pc.is_null(array))
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        kind = pa.ListArray if pa.types.is_list(type_) else pa.LargeListArray
        first, last = array.offsets[0].as_py(), array.offsets[-1].as_py()
        held = array.values.slice(first, last - first)  # what a null list spans, too
        return kind.from_arrays(pc.subtract(array.offsets, first), _plain_array(held), mask=pc.is_null(array))
    if pa.types.is_fixed_size_list(type_):
        return _plain_array(pc.cast(array, pa.list_(type_.value_type)))
    if pa.types.is_map(type_):
        starts = pc.if_else(pc.is_null(array), None, array.offsets[:-1])  # a null for a null
        offsets = pa.concat_arrays([starts, array.offsets[-1:]])
        return pa.MapArray.from_arrays(offsets, _plain_array(array.keys), _plain_array(array.items))
    if pa.types.is_timestamp(type_):
        return pc.cast(pc.cast(array, pa.timestamp(type_.unit)), pa.string())
    if pa.types.is_duration(type_):
        return pc.binary_join_element_wise(pc.cast(pc.cast(array, pa.int64()), pa.string()), type_.unit, " ")
    if type_ == pa.month_day_nano_interval():
        return pa.array(
            [value and "{} months {} days {} ns".format(*value) for value in array.to_pylist()], pa.string()
        )
    return pc.cast(array, pa.string())


def _plain_type(type_: pa.DataType) -> pa.DataType:  # noqa: PLR0911  (one line per type)
    """What a type is read as."""
    if isinstance(type_, pa.BaseExtensionType):
        return _plain_type(type_.storage_type)
    if pa.types.is_temporal(type_) or str(type_) == "string_view":
        return pa.string()
    if str(type_) == "binary_view":
        return pa.binary()
    if pa.types.is_struct(type_):
        return pa.struct([pa.field(field.name, _plain_type(field.type)) for field in type_])
    if pa.types.is_map(type_):
        return pa.map_(_plain_type(type_.key_type), _plain_type(type_.item_type))
    if pa.types.is_large_list(type_):
        return pa.large_list(_plain_type(type_.value_type))
    if pa.types.is_list(type_):
        return pa.list_(_plain_type(type_.value_type))
    if pa.types.is_fixed_size_list(type_) and not (held := _plain_type(type_.value_type)).equals(type_.value_type):
        return pa.list_(held)
    return type_


def batch_texts(batches: list[pa.RecordBatch], names: list[str], max_row_bytes: int) -> Iterator[bytes]:
    """The rows of some batches of a file as JSON, as :func:`batch_rows` gives them."""
    for batch in map(_as_json, _combined(batches), itertools.repeat(names)):
        found = _many(batch, np.arange(len(batch)), max_row_bytes)
        yield from found.json().texts.to_pylist() if found else (row.raw for row in batch_rows(batch, 1, max_row_bytes))


def _as_json(batch: pa.RecordBatch, names: list[str]) -> pa.RecordBatch:
    """The batch with `names`, in types that Python has values for."""
    return pa.RecordBatch.from_arrays([_plain_array(column) for column in batch.columns], names)


def batch_rows(batch: pa.RecordBatch, number: int, max_row_bytes: int) -> Iterator[RawRow]:
    """The rows of a batch in types that Python has values for, as JSON objects numbered from `number`."""
    maps = [field.name for field in batch.schema if _holds(field.type, pa.types.is_map)]
    all_plain = all(is_plain(field.type) for field in batch.schema)
    for i, found in enumerate(_values(batch), number):
        if found is None:
            yield RawRow(i, b"", Fault("invalid_utf8", "bytes that are not UTF-8 in a text column"))
            continue
        row = {**found, **{name: _objects(found[name]) for name in maps}} if maps else found
        raw = orjson.dumps(row, default=_text, option=orjson.OPT_NON_STR_KEYS)
        fault = None if len(raw) <= max_row_bytes else too_large(max_row_bytes)
        yield RawRow(i, raw, fault, None, row if all_plain else None)


def _values(batch: pa.RecordBatch) -> list[dict[str, Any] | None]:
    """The rows as Python values; null for one with text that is not UTF-8."""
    try:
        return list(batch.to_pylist())
    except UnicodeDecodeError:
        rows: list[dict[str, Any] | None] = []
        for i in range(batch.num_rows):
            try:
                rows += batch.slice(i, 1).to_pylist()
            except UnicodeDecodeError:
                rows.append(None)
        return rows


def _holds(type_: pa.DataType, is_such: Callable[[pa.DataType], bool]) -> bool:
    """Whether the type or one inside it is such."""
    return is_such(type_) or any(_holds(type_.field(i).type, is_such) for i in range(type_.num_fields))


def _objects(value: Any) -> Any:
    """Maps, which come as lists of pairs, as objects where their keys are text, each once."""
    if isinstance(value, dict):
        return {name: _objects(item) for name, item in value.items()}
    if not isinstance(value, list):
        return value
    if value and all(isinstance(pair, tuple) and isinstance(pair[0], str) for pair in value):
        found = dict(value)
        if len(found) == len(value):
            return {name: _objects(item) for name, item in found.items()}
    return [_objects(item) for item in value]


def _text(value: Any) -> str:
    """What JSON has no type for."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return str(value)
