"""Whole tables as arrays: a query's answer through COPY … BINARY, on Django's connection and in its transaction.

All columns must be of fixed width and never null. Days are `datetime64[D]`; the same layout writes rows in bulk.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from jifen.ledger.connection import Row, cursor
from jifen.ledger.errors import refusals

Rows = NDArray[np.void]  # a structured array

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
EPOCH = np.datetime64("2000-01-01", "D").astype(np.int64)  # PostgreSQL counts days from here, NumPy from 1970
DAYS = np.dtype("datetime64[D]")


class ColumnsError(ValueError):
    """The query's columns are not those of the dtype: another width, another number, or an empty value."""


def read_columns(query: str, dtype: Any, values: Sequence[object] | Mapping[str, object] = ()) -> Rows:
    """Return the rows of a query as a structured array.

    `dtype` names the columns in order: i8 for bigint, i4 for integer, i2 for smallint, ? for boolean, M8[D] for date.
    """
    wanted = np.dtype(dtype)
    with refusals():
        body = _copy_out(query, values)
    layout = _layout(wanted)
    if not body.startswith(HEADER[:11]) or (len(body) - len(HEADER) - len(TRAILER)) % layout.itemsize:
        raise ColumnsError(f"the columns of the query are not those of {wanted}, or one is empty")
    rows = np.frombuffer(body, layout, count=(len(body) - len(HEADER)) // layout.itemsize, offset=len(HEADER))
    return _unpack(rows, wanted)


def _copy_out(query: str, values: Sequence[object] | Mapping[str, object]) -> bytes:
    here = cursor()
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(sql.SQL(_bind(query, values)))
    body = bytearray()  # a list of a million blocks would keep the garbage collector busy
    with here.copy(statement) as copy:
        for block in copy:
            body += block
    return bytes(body)


def _bind(query: str, values: Sequence[object] | Mapping[str, object]) -> Any:
    """Return the query with its values in it: COPY takes no parameters."""
    if not values:
        return query
    here = cursor()
    return psycopg.ClientCursor(here.connection).mogrify(query, values)


def _layout(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the bytes of one row: how many columns, then each one's width and value, all big-endian."""
    assert dtype.names
    assert dtype.fields
    fields: list[tuple[str, str]] = [("columns", ">i2")]
    for name in dtype.names:
        kind = dtype.fields[name][0]
        fields += [(f"width of {name}", ">i4"), (name, ">i4" if kind == DAYS else kind.newbyteorder(">").str)]
    return np.dtype(fields)


def _unpack(rows: Rows, dtype: np.dtype[Any]) -> Rows:
    assert dtype.names
    assert dtype.fields
    right = bool((rows["columns"] == len(dtype.names)).all())
    unpacked = np.empty(len(rows), dtype)
    for name in dtype.names:
        kind = dtype.fields[name][0]
        right = right and bool((rows[f"width of {name}"] == rows.dtype[name].itemsize).all())
        if kind == DAYS:
            unpacked[name] = (rows[name].astype(np.int64) + EPOCH).astype(DAYS)
        else:
            unpacked[name] = rows[name]
    if not right:
        raise ColumnsError(f"the columns of the query are not those of {dtype}, or one is empty")
    return unpacked


def pack(rows: Rows) -> bytes:
    """Return the rows of a structured array as COPY … BINARY takes them."""
    assert rows.dtype.names
    assert rows.dtype.fields
    packed = np.empty(len(rows), _layout(rows.dtype))
    packed["columns"] = len(rows.dtype.names)
    for name in rows.dtype.names:
        kind = rows.dtype.fields[name][0]
        packed[f"width of {name}"] = packed.dtype[name].itemsize
        packed[name] = rows[name].astype(np.int64) - EPOCH if kind == DAYS else rows[name]
    return packed.tobytes()


def write_columns(here: psycopg.Cursor[Row], table: str, chunks: Iterable[Rows]) -> None:
    """Add rows to a table; the names of the arrays' columns are those of the table's."""
    chunks = list(chunks)
    names = sql.SQL(", ").join(map(sql.Identifier, chunks[0].dtype.names or ()))
    with here.copy(sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table), names)) as copy:
        copy.write(HEADER)
        for rows in chunks:
            copy.write(pack(rows))
        copy.write(TRAILER)
