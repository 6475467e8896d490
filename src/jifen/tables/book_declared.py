"""The table declared: values that operators set for a time, such as a price."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jifen.engine.facts import FOR_EVER, NO_DAY, DeclaredValue, Int64s
from jifen.engine.message import say
from jifen.tables.cells import Bools, Checks, Moments, filled, read_times, report
from jifen.tables.columns import TextTable
from jifen.tables.problems import shown
from jifen.tables.times import DAY_SECONDS, SECOND

_VALUE_COLUMN = r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$"
_DATE_LENGTH = len("2026-03-01")


class _Ends(NamedTuple):
    """The moments up to which values hold, without them, and the local days of these; -1 where the cell is bad."""

    at: Int64s
    day: Int64s


def read_declared(checks: Checks, table: TextTable) -> list[DeclaredValue]:
    """Read and check the table; the values are sorted by name, then start."""
    names, values = table["name"], table["value"]
    report(checks, table, "name", ~filled(names), lambda _: say("the name is empty; write the name of the value"))
    right = _matches(values)
    report(checks, table, "value", ~right, lambda row: say(
        '"{value}" is not a decimal number; write digits and a point, such as 1.2500', value=shown(values[row].as_py())
    ))  # fmt: skip
    starts, ends = read_times(checks, table, "from"), _read_ends(checks, table)
    _check_spans(checks, table, starts, ends.at)
    if not right.all():
        return []
    return sorted(_declared(table, starts, ends), key=lambda value: (value.name, value.starts_at))


def _matches(values: pa.StringArray) -> Bools:
    return np.asarray(pc.match_substring_regex(values, _VALUE_COLUMN).to_numpy(zero_copy_only=False), np.bool_)


def _declared(table: TextTable, starts: Moments, ends: _Ends) -> Iterator[DeclaredValue]:
    """Yield the values; a close takes those whose [first_day, end_day) holds its day (S0-20)."""
    columns = (starts.at, ends.at, starts.day, ends.day)
    texts = (table["name"].to_pylist(), table["value"].to_pylist())
    for name, value, start, end, first, last in zip(*texts, *(one.tolist() for one in columns), strict=True):
        yield DeclaredValue(name, start, end, Fraction(value), first_day=first, end_day=last)


def _read_ends(checks: Checks, table: TextTable) -> _Ends:
    given = read_times(checks, table, "to", required=False)
    texts = table["to"]
    ends = np.where(given.good, given.at, -1)
    days = np.where(given.good, given.day, -1).astype(np.int64)
    ends[~filled(texts)], days[~filled(texts)] = FOR_EVER, NO_DAY
    whole_day = given.good & np.asarray(pc.equal(pc.utf8_length(texts), _DATE_LENGTH).to_numpy(zero_copy_only=False))
    next_midnight = (given.day[whole_day].astype(np.int64) + 1) * DAY_SECONDS * SECOND
    ends[whole_day] = checks.zone.utc(next_midnight)
    days[whole_day] += 1
    return _Ends(ends, days)


def _check_spans(checks: Checks, table: TextTable, starts: Moments, ends: Int64s) -> None:
    """Note values that end before they begin, and two values of a name with the same beginning."""
    empty = starts.good & (ends >= 0) & (ends <= starts.at)
    report(checks, table, "to", empty, lambda row: say(
        "the value ends at {to}, not after it begins ({start}); correct one of the times",
        to=shown(table["to"][row].as_py()), start=shown(table["from"][row].as_py()),
    ))  # fmt: skip

    names = table["name"].dictionary_encode().indices.to_numpy()
    rows = np.lexsort((np.arange(len(names)), starts.at, names))
    same = (names[rows][1:] == names[rows][:-1]) & (starts.at[rows][1:] == starts.at[rows][:-1])
    again = rows[1:][same & starts.good[rows][1:] & starts.good[rows][:-1]]
    before = dict(zip(rows[1:].tolist(), rows[:-1].tolist(), strict=True))
    checks.findings.at_rows(table, "from", again, lambda row: say(
        "{name} already has a value from {start} on line {line}; keep one of the two rows",
        name=shown(table["name"][row].as_py()), start=shown(table["from"][row].as_py()),
        line=int(table.lines[before[row]]),
    ))  # fmt: skip
