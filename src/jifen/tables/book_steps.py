"""The table steps: what members walked and ran on a day, as it stands when the day ends (S2-44 … S2-48)."""

import numpy as np
import pyarrow as pa

from jifen.engine.facts import NOBODY, Int32s, Int64s, Steps
from jifen.engine.message import say
from jifen.tables.book_members import MemberRows
from jifen.tables.cells import Bools, Checks, filled, matches, read_references, report
from jifen.tables.columns import TextTable
from jifen.tables.problems import shown
from jifen.tables.times import DAY_SECONDS, SECOND, parse_times

_DAY_COLUMN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_STEPS_COLUMN = r"^[0-9]{1,9}$"


def read_steps(checks: Checks, table: TextTable, members: MemberRows) -> Steps:
    """Read and check the table; the facts are of the last moment of their days."""
    rows = read_references(checks, table, "member", members.ids)
    day, good = _read_days(checks, table)
    _check_joined(checks, table, (members, rows), (day, good))
    ends = checks.zone.utc((day.astype(np.int64) + 1) * DAY_SECONDS * SECOND)
    walked, run = (_read_counts(checks, table, column) for column in ("walked", "run"))
    return Steps(members.numbers(rows), ends - 1, day, walked, run)


def _read_days(checks: Checks, table: TextTable) -> tuple[Int32s, Bools]:
    """Return the day of each row, 0 where the cell is bad, and which cells are good."""
    texts = table["day"]
    good = matches(texts, _DAY_COLUMN)
    report(checks, table, "day", ~good, lambda row: say(
        '"{value}" is not a day; write one such as 2026-03-01', value=shown(texts[row].as_py())
    ))  # fmt: skip
    day, rows = np.zeros(len(table), np.int32), np.flatnonzero(good)
    at, wrong = parse_times(texts.take(pa.array(rows)), checks.zone)
    by_row = {int(rows[row]): message for row, message in wrong.items()}
    checks.findings.at_rows(table, "day", np.array(list(by_row), np.int64), by_row.__getitem__)
    day[rows] = checks.zone.days(at)
    good[list(by_row)] = False
    return day, good


def _check_joined(checks: Checks, table: TextTable, who: tuple[MemberRows, Int64s], when: tuple[Int32s, Bools]) -> None:
    """Note steps of days before their member joined. `who`: the members, the row of each; `when`: days, which good."""
    (members, rows), (day, good) = who, when
    known = (rows != NOBODY) & good
    if not known.any():
        return
    joined = members.joined
    early = known & joined.good[rows] & (joined.day[rows] > day)
    report(checks, table, "day", early, lambda row: say(
        "{member} joins only at {joined}, after this day; correct one of the two",
        member=shown(table["member"][row].as_py()), joined=checks.zone.text(int(joined.at[rows[row]])),
    ))  # fmt: skip


def _read_counts(checks: Checks, table: TextTable, column: str) -> Int64s:
    """Return numbers of steps, 0 where a cell is empty; note cells that are none, or have more than nine digits."""
    texts, counts = table[column], np.zeros(len(table), np.int64)
    right, given = matches(texts, _STEPS_COLUMN), filled(texts)
    report(checks, table, column, given & ~right, lambda row: say(
        '"{value}" is no number of steps; write a whole number such as 8000, or leave the field empty',
        value=shown(texts[row].as_py()),
    ))  # fmt: skip
    counts[right] = texts.filter(pa.array(right)).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return counts
