"""The tables of a result: their columns and keys, as Arrow columns and as text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jifen.engine.amounts import format_amount
from jifen.engine.facts import Int64s
from jifen.tables.decimals import decimal_column, decimal_texts

SUMMARY = "summary.json"

ENTRIES = ("seq", "day", "transfer", "party", "points", "state", "amount", "rule", "lot", "cause")
BLOCKED = ("day", "party", "rule", "points", "amount")

WHOLE_COLUMNS = {"seq", "transfers", "units", "strikes", "carry", "sold", "target", "short", "members"}
WHOLE_COLUMNS |= {"orders", "level"}
DAY_COLUMNS = {"day", "opened_on", "closed_on", "since", "paid_back_on", "sold_on", "from", "until", "settled_on"}
TEXT_COLUMNS = {"transfer", "party", "points", "state", "rule", "lot", "cause", "at", "fact", "why"}
TEXT_COLUMNS |= {"member", "order", "rank", "outcome", "region", "parent", "store", "type", "branch"}
# Where a column is of another sort than elsewhere: the decimals of a price, None for amounts.
OF_TABLES: Mapping[str, Mapping[str, int | None]] = {
    "pools": {"price": 12},
    "exits": {"points": None, "price": 12},
    "airdrops": {"price": 12},
    "periods": {"rate": 9},
    "floats": {"sold": None},
}

# The columns that other tables are sorted by; a table that is not named here is sorted by its first column.
KEYS: Mapping[str, tuple[str, ...]] = {
    "balances": ("party", "points"),
    "lots": ("order",),
    "debts": ("party", "points"),
    "ranks": ("member",),
    "pools": ("day",),
    "exits": ("day", "transfer"),
    "reported": ("day", "party", "rule", "points"),
    "airdrops": ("day",),
    "frozen": ("party", "points"),
    "centers": ("region",),
    "floats": ("store",),
    "owed": ("store", "order"),
    "periods": ("store", "from"),
    "rebates": ("member", "level", "points"),
    "volumes": ("member",),
    "daily": ("day", "rule", "points"),
    "leases": ("order",),
    "agents": ("member",),
    "reviews": ("day", "member"),
}


@dataclass(frozen=True)
class AmountColumn:
    """Amounts in minor units: all of one kind of points, or each of the kind that stands beside it."""

    minor: Int64s
    kind: str | Sequence[str]


@dataclass(frozen=True)
class DecimalColumn:
    """Decimals that are no amounts, such as prices: whole numbers of their last place."""

    values: Sequence[int]
    places: int


# list[str]: text · whole numbers · datetime64[D]: days, NaT where there is none · amounts · Arrow columns as they are
Column: TypeAlias = Sequence[str] | NDArray[np.int64] | NDArray[np.datetime64] | AmountColumn | DecimalColumn | Any


@dataclass(frozen=True)
class Scales:
    """The decimals of each kind of points."""

    decimals: Mapping[str, int]

    @property
    def most(self) -> int:
        """The most decimals of any kind: those of every amount in a Parquet file."""
        return max(self.decimals.values())

    def texts(self, column: AmountColumn) -> pa.StringArray:
        """Return amounts as plain decimal text with the decimals of their kinds."""
        if isinstance(column.kind, str):
            return decimal_texts(column.minor, self.decimals[column.kind])
        return _by_kind(column, pa.string(), lambda kind, minor: decimal_texts(minor, self.decimals[kind]))

    def numbers(self, column: AmountColumn) -> pa.Array:
        """Return amounts as decimals, all with the most decimals of any kind."""
        if isinstance(column.kind, str):
            return self._numbers_of(column.kind, column.minor)
        return _by_kind(column, pa.decimal128(38, self.most), self._numbers_of)

    def _numbers_of(self, kind: str, minor: Int64s) -> pa.Array:
        return decimal_column(minor, self.decimals[kind]).cast(pa.decimal128(38, self.most))


def _by_kind(column: AmountColumn, type_: pa.DataType, convert: Callable[[str, Int64s], pa.Array]) -> pa.Array:
    """Convert amounts kind by kind and put them back in their order."""
    kinds = pa.array(column.kind, pa.string()).dictionary_encode()
    of = kinds.indices.to_numpy()
    parts, places = [pa.array([], type_)], [np.zeros(0, np.int64)]
    for number, kind in enumerate(kinds.dictionary.to_pylist()):
        places.append(np.flatnonzero(of == number))
        parts.append(convert(kind, column.minor[places[-1]]))
    back = np.argsort(np.concatenate(places))
    return pa.concat_arrays(parts).take(pa.array(back))


def arrow_table(columns: Mapping[str, Column], scales: Scales) -> pa.Table:
    """Return the columns as typed Arrow columns."""
    return pa.table({name: _typed(column, scales) for name, column in columns.items()})


def _typed(column: Column, scales: Scales) -> pa.Array:
    if isinstance(column, AmountColumn):
        return scales.numbers(column)
    if isinstance(column, DecimalColumn):
        return pa.array([Decimal(text) for text in _plain(column)], pa.decimal128(38, column.places))
    if isinstance(column, (pa.Array, pa.ChunkedArray)):
        return column
    if isinstance(column, np.ndarray):
        return pa.array(column, pa.date32() if column.dtype.kind == "M" else pa.int64())
    return pa.array(column, pa.string())


def _plain(column: DecimalColumn) -> list[str]:
    return [format_amount(value, column.places) for value in column.values]


def text_table(columns: Mapping[str, Column], scales: Scales) -> pa.Table:
    """Return the columns as the text of a CSV file."""
    return pa.table({name: _text(column, scales) for name, column in columns.items()})


def _text(column: Column, scales: Scales) -> pa.Array:
    if isinstance(column, AmountColumn):
        return scales.texts(column)
    if isinstance(column, DecimalColumn):
        return pa.array(_plain(column), pa.string())
    texts = _typed(column, scales)
    if pa.types.is_decimal(texts.type):
        raise TypeError("give amounts as an AmountColumn, so that they are written with the decimals of their kind")
    return pc.fill_null(texts.cast(pa.string()), "")


def sorted_table(table: pa.Table, typed: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Return the table in the order of the keys from left to right, text by code point; `typed` has the same rows."""
    order = pc.sort_indices(typed, sort_keys=[(key, "ascending") for key in keys])
    return table.take(order)


def type_of(column: str, decimals_most: int, table: str = "") -> pa.DataType:
    """Return the type of a result's column; what is no number of rows, day or text is an amount."""
    if column in OF_TABLES.get(table, {}):
        return pa.decimal128(38, OF_TABLES[table][column] or decimals_most)
    if column in DAY_COLUMNS:
        return pa.date32()
    if column in WHOLE_COLUMNS:
        return pa.int64()
    if column in TEXT_COLUMNS:
        return pa.string()
    return pa.decimal128(38, decimals_most)
