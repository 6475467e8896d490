"""The table declared: values that operators set for a time, such as a price."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jifen.engine.facts import FOR_EVER, DeclaredValue, Int64s
from jifen.engine.message import say
from jifen.tables.cells import Bools, Checks, Moments, filled, read_times, report
from jifen.tables.columns import TextTable
from jifen.tables.problems import shown
from jifen.tables.times import DAY_SECONDS, SECOND

_VALUE_COLUMN = r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$"
_DATE_LENGTH = len("2026-03-01")


def read_declared(checks: Checks, table: TextTable) -> list[DeclaredValue]:
    """Read and check the table; the values are sorted by name, then start."""
    names, values = table["name"], table["value"]
    report(checks, table, "name", ~filled(names), lambda _: say("the name is empty; write the name of the value"))
    right = _matches(values)
    report(checks, table, "value", ~right, lambda row: say(
        '"{value}" is not a decimal number; write digits and a point, such as 1.2500', value=shown(values[row].as_py())
    ))  # fmt: skip
    starts, ends = read_times(checks, table, "from"), _read_ends(checks, table)
    _check_spans(checks, table, starts, ends)
    if not right.all():
        return []
    return sorted(_declared(table, starts.at, ends), key=lambda value: (value.name, value.starts_at))


def _matches(values: pa.StringArray) -> Bools:
    return np.asarray(pc.match_substring_regex(values, _VALUE_COLUMN).to_numpy(zero_copy_only=False), np.bool_)


def _declared(table: TextTable, starts: Int64s, ends: Int64s) -> Iterator[DeclaredValue]:
    names, values = table["name"].to_pylist(), table["value"].to_pylist()
    for name, value, start, end in zip(names, values, starts.tolist(), ends.tolist(), strict=True):
        yield DeclaredValue(name=name, starts_at=start, ends_at=end, value=Fraction(value))


def _read_ends(checks: Checks, table: TextTable) -> Int64s:
    """Return the moments up to which the values hold, without them; -1 where the cell is bad."""
    given = read_times(checks, table, "to", required=False)
    texts = table["to"]
    ends = np.where(given.good, given.at, -1)
    ends[~filled(texts)] = FOR_EVER
    whole_day = given.good & np.asarray(pc.equal(pc.utf8_length(texts), _DATE_LENGTH).to_numpy(zero_copy_only=False))
    next_midnight = (given.day[whole_day].astype(np.int64) + 1) * DAY_SECONDS * SECOND
    ends[whole_day] = checks.zone.utc(next_midnight)
    return ends


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
