"""Columns of text to columns of values: ids, references, times and amounts; every bad cell becomes a finding."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jifen.engine.amounts import Rate
from jifen.engine.facts import NOBODY, Int32s, Int64s
from jifen.engine.message import Message, say
from jifen.tables.columns import TextTable
from jifen.tables.decimals import Sign, parse_amounts
from jifen.tables.nearest import IdIndex
from jifen.tables.problems import Findings, shown
from jifen.tables.times import Zone, parse_times

Bools = NDArray[np.bool_]
What = Literal["member", "order", "store"]

ID_CHARS_MAX = 64
PROGRAMME = "programme"  # the party of what is not a member's
PROGRAMME_PREFIX = "programme:"
STORE_PREFIX = "store:"  # of the points that stores hold to give away (S3-29)
MONEY = "money"
MONEY_DECIMALS = 2
POINTS = "points"  # the kind that orders are paid in, unless the programme says another
POINTS_DECIMALS = 4

_ID_COLUMN = rf"^[^/\p{{Cc}}\s]([^/\p{{Cc}}]{{0,{ID_CHARS_MAX - 2}}}[^/\p{{Cc}}\s])?$"
_WHOLE_COLUMN = r"^[0-9]{1,18}$"


@dataclass(frozen=True)
class Checks:
    """What the checks of one book share: the zone of its times, its kinds of points, and what was found so far.

    `has_money` says that money is among the kinds of points, so that stores are paid in it; `rate_min` is the least
    commission that a store can have agreed on; `token` is the kind that a reserve holds, `float_kind` the one that
    stores hold to give away, "" for none.
    """

    zone: Zone
    decimals: Mapping[str, int]
    findings: Findings
    paid_in: str = POINTS  # the kind of points_paid
    has_money: bool = False
    rate_min: Rate | None = None
    token: str = ""
    float_kind: str = ""

    def decimals_of(self, kind: str) -> int:
        """Return the decimals of a kind; of points_paid also where the programme has no kind of that name."""
        return self.decimals.get(kind, POINTS_DECIMALS)


@dataclass(frozen=True)
class Moments:
    """A column of times; `at` and `day` hold 0 where a cell is empty or bad."""

    at: Int64s
    day: Int32s
    good: Bools


@dataclass(frozen=True)
class Amounts:
    """A column of amounts in minor units, 0 where a cell is empty or bad."""

    minor: Int64s
    good: Bools


@dataclass(frozen=True)
class Ids:
    """The ids of a table, to refer to. `complete` is False when some of its rows could not be read."""

    what: What
    texts: pa.StringArray
    complete: bool

    def rows_of(self, texts: pa.StringArray) -> Int64s:
        """Return the row that each text names, or NOBODY."""
        found = pc.fill_null(pc.index_in(texts, value_set=self.texts), NOBODY)
        return np.asarray(found.to_numpy(), np.int64)

    def nearest(self, text: str) -> str:
        """Return the id that was probably meant, or ""."""
        return self._index.nearest(text)

    @cached_property
    def _index(self) -> IdIndex:
        return IdIndex(self.texts.to_pylist())


def filled(texts: pa.StringArray) -> Bools:
    """Return which cells are not empty."""
    return np.asarray(pc.not_equal(texts, "").to_numpy(zero_copy_only=False), np.bool_)


def report(checks: Checks, table: TextTable, column: str, bad: Bools, tell: Callable[[int], Message]) -> None:
    """Note a problem for each row that is marked bad."""
    if bad.any():
        checks.findings.at_rows(table, column, np.flatnonzero(bad), tell)


def read_times(checks: Checks, table: TextTable, column: str, *, required: bool = True) -> Moments:
    """Return the times of a column; cells may be empty only where it is not required."""
    if column not in table:
        return _no_moments(len(table))
    texts = table[column]
    if not required:
        given = filled(texts)
        if not given.all():
            return _given_times(checks, table, column, given)
    at, wrong = parse_times(texts, checks.zone)
    good = _note_wrong(checks, table, column, wrong)
    return Moments(at, checks.zone.days(at), good)


def _no_moments(rows: int) -> Moments:
    return Moments(np.zeros(rows, np.int64), np.zeros(rows, np.int32), np.zeros(rows, np.bool_))


def _given_times(checks: Checks, table: TextTable, column: str, given: Bools) -> Moments:
    """Return the times of the cells that are filled; the others are not good, and no problem either."""
    moments = _no_moments(len(table))
    rows = np.flatnonzero(given)
    at, wrong = parse_times(table[column].take(pa.array(rows)), checks.zone)
    good = _note_wrong(checks, table, column, {int(rows[row]): message for row, message in wrong.items()})
    moments.at[rows], moments.day[rows] = at, checks.zone.days(at)
    moments.good[:] = given & good
    return moments


def read_amounts(checks: Checks, table: TextTable, column: str, *, kind: str, sign: Sign) -> Amounts:
    """Return the amounts of a column, all of one kind; with sign "not negative" an empty cell is 0."""
    if column not in table:
        return Amounts(np.zeros(len(table), np.int64), np.ones(len(table), np.bool_))
    texts = table[column]
    if sign == "not negative":
        texts = pc.if_else(pc.equal(texts, ""), "0", texts)
    minor, wrong = parse_amounts(texts, kind=kind, decimals=checks.decimals_of(kind), sign=sign)
    return Amounts(minor, _note_wrong(checks, table, column, wrong))


def _note_wrong(checks: Checks, table: TextTable, column: str, wrong: Mapping[int, Message]) -> Bools:
    """Note the wrong cells and return which ones are good."""
    good = np.ones(len(table), np.bool_)
    if wrong:
        rows = np.fromiter(wrong, np.int64, len(wrong))
        good[rows] = False
        checks.findings.at_rows(table, column, rows, wrong.__getitem__)
    return good


def read_whole_numbers(checks: Checks, table: TextTable, column: str) -> Int64s:
    """Return whole numbers above 0, 1 where a cell is empty; note cells that are none, or above a billion."""
    numbers = np.ones(len(table), np.int64)
    if column not in table:
        return numbers
    texts = table[column]
    right = matches(texts, _WHOLE_COLUMN) & ~matches(texts, r"^0+$") & ~matches(texts, r"^0*[1-9][0-9]{9,}$")
    report(checks, table, column, filled(texts) & ~right, lambda row: say(
        '"{value}" is not a whole number above 0; write one such as 1, or leave the field empty',
        value=shown(texts[row].as_py()),
    ))  # fmt: skip
    good = filled(texts) & right
    numbers[good] = texts.filter(pa.array(good)).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def matches(texts: pa.StringArray, pattern: str) -> Bools:
    """Return which cells match a regular expression."""
    return np.asarray(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False), np.bool_)


def read_ids(checks: Checks, table: TextTable, column: What) -> Ids:
    """Return the ids that the table defines; malformed ones and those that are there twice are noted."""
    texts = table[column]
    right = matches(texts, _ID_COLUMN)
    taken = (PROGRAMME_PREFIX, STORE_PREFIX) if checks.float_kind and column == "member" else (PROGRAMME_PREFIX,)
    for prefix in taken:
        if pc.any(pc.starts_with(texts, prefix)).as_py():
            right &= ~np.asarray(pc.starts_with(texts, prefix).to_numpy(zero_copy_only=False), np.bool_)
    report(checks, table, column, ~right, lambda row: _bad_id(texts[row].as_py(), taken))

    ids = Ids(column, texts, table.complete)
    first = ids.rows_of(texts)
    again = right & (first != np.arange(len(texts)))
    report(checks, table, column, again, lambda row: say(
        "{id} is already on line {line}; give each row an id of its own, or remove one of the two",
        id=shown(texts[row].as_py()), line=int(table.lines[first[row]]),
    ))  # fmt: skip
    return ids


def _bad_id(text: str, taken: tuple[str, ...]) -> Message:
    if not text:
        return say("the id is empty; write one, such as M0001")
    if text.startswith(taken):
        return _taken_id(text)
    if "/" in text:
        return say("{id} contains a slash, which separates the parts of keys; write another sign", id=shown(text))
    if any(unicodedata.category(char) == "Cc" for char in text):
        return say("{id} contains a control character; remove it", id=shown(text))
    if re.match(r"\s|.*\s$", text):
        return say('"{id}" begins or ends with a space; remove it', id=shown(text))
    return say("{id} has {length} characters; write at most {most}",
               id=shown(text), length=len(text), most=ID_CHARS_MAX)  # fmt: skip


def _taken_id(text: str) -> Message:
    if text.startswith(STORE_PREFIX):
        return say("{id} begins like the points of a store; write an id without {prefix}",
                   id=shown(text), prefix=STORE_PREFIX)  # fmt: skip
    return say("{id} begins like the programme's own accounts; write an id without {prefix}",
               id=shown(text), prefix=PROGRAMME_PREFIX)  # fmt: skip


def read_references(checks: Checks, table: TextTable, column: str, ids: Ids, wanted: Bools | None = None) -> Int64s:
    """Return the row that each cell names, or NOBODY; empty and unknown ones are noted, where wanted."""
    texts = table[column]
    given, rows = filled(texts), ids.rows_of(texts)
    if wanted is None:
        wanted = np.ones(len(table), np.bool_)
    report(checks, table, column, wanted & ~given, lambda _: _tell_empty(ids.what))
    if ids.complete:
        unknown = wanted & given & (rows == NOBODY)
        report(checks, table, column, unknown, lambda row: _tell_unknown(texts[row].as_py(), ids))
    return np.where(wanted, rows, NOBODY)


def _tell_empty(what: What) -> Message:
    if what == "order":
        return say("the order is empty; write the id of an order")
    if what == "store":
        return say("the store is empty; write the id of a store")
    return say("the member is empty; write the id of a member")


def _tell_unknown(text: str, ids: Ids) -> Message:
    similar = ids.nearest(text)
    if ids.what == "order":
        if similar:
            return say("there is no order {order}; did you mean {similar}?", order=shown(text), similar=similar)
        return say("there is no order {order}; add it to the table orders", order=shown(text))
    if ids.what == "store":
        if similar:
            return say("there is no store {store}; did you mean {similar}?", store=shown(text), similar=similar)
        return say("there is no store {store}; add it to the table stores", store=shown(text))
    if similar:
        return say("there is no member {member}; did you mean {similar}?", member=shown(text), similar=similar)
    return say("there is no member {member}; add it to the table members", member=shown(text))
