"""The table stores: who owns and who brought which store, where it stands, at which commission (S1-17, S1-27)."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jifen.engine.amounts import Rate
from jifen.engine.facts import NOBODY, Int32s, Int64s, Stores
from jifen.engine.message import Message, say
from jifen.tables.book_members import MemberRows
from jifen.tables.cells import (
    Bools,
    Checks,
    Ids,
    Moments,
    filled,
    matches,
    read_ids,
    read_references,
    read_times,
    report,
)
from jifen.tables.columns import TextTable
from jifen.tables.problems import shown

REGION_COLUMN = r"^[1-9][0-9]{5}$"


@dataclass(frozen=True)
class StoreRows:
    """The stores in file order; `number` is a row's place in the order of joining, members are rows or NOBODY."""

    ids: Ids
    joined: Moments
    owner: Int64s
    referrer: Int64s
    region: list[str]
    rate: list[Rate | None]
    number: Int64s

    def numbered(self, members: MemberRows) -> Stores:
        """Return the stores in the order of joining."""
        rows = np.argsort(self.number)
        return Stores(
            codes=self.ids.texts.take(pa.array(rows)).to_pylist(),
            owner=members.numbers(self.owner[rows]),
            referrer=members.numbers(self.referrer[rows]),
            region=[self.region[row] for row in rows.tolist()],
            at=self.joined.at[rows],
            day=self.joined.day[rows],
            rate=[self.rate[row] for row in rows.tolist()],
        )

    def numbers(self, rows: Int64s) -> Int32s:
        """Return the numbers of stores given by row; NOBODY stays NOBODY."""
        return np.append(self.number, NOBODY)[rows].astype(np.int32)


def read_stores(checks: Checks, table: TextTable, members: MemberRows) -> StoreRows:
    """Read and check the table."""
    ids = read_ids(checks, table, "store")
    joined = read_times(checks, table, "joined_at")
    owner = _read_member(checks, table, "owner", members, joined)
    referrer = _read_member(checks, table, "referrer", members, joined)
    number = np.empty(len(table), np.int64)
    number[np.argsort(joined.at, kind="stable")] = np.arange(len(table))
    return StoreRows(ids, joined, owner, referrer, read_regions(checks, table), _read_rates(checks, table), number)


def _read_member(checks: Checks, table: TextTable, column: str, members: MemberRows, joined: Moments) -> Int64s:
    """Return a member (a row) that a store names, or NOBODY; note those who are unknown or join later than it."""
    if column not in table:
        return np.full(len(table), NOBODY, np.int64)
    rows = read_references(checks, table, column, members.ids, wanted=filled(table[column]))
    if not (rows != NOBODY).any():
        return rows
    member = members.joined
    late = (rows != NOBODY) & joined.good & member.good[rows] & (member.at[rows] > joined.at)
    report(checks, table, column, late, lambda row: say(
        "{member} joins only at {joined}, later than the store ({store_at}); correct one of the times",
        member=shown(table[column][row].as_py()), joined=checks.zone.text(int(member.at[rows[row]])),
        store_at=checks.zone.text(int(joined.at[row])),
    ))  # fmt: skip
    return rows


def read_regions(checks: Checks, table: TextTable, column: str = "region", wanted: Bools | None = None) -> list[str]:
    """Return the region that each row names, "" where it is empty or not wanted; note what is no code of a division."""
    if column not in table:
        return [""] * len(table)
    texts = table[column]
    right, given = matches(texts, REGION_COLUMN), filled(texts)
    asked = given if wanted is None else wanted
    report(checks, table, column, asked & ~right, lambda row: _bad_region(texts[row].as_py()))
    regions: list[str] = pc.if_else(pa.array(right & asked), texts, "").to_pylist()
    return regions


def _bad_region(text: str) -> Message:
    if not text:
        return say("the region is empty; write the six digits of its code, such as 330106")
    return say("{value} is no code of a region; write its six digits, such as 330106", value=shown(text))


def _read_rates(checks: Checks, table: TextTable) -> list[Rate | None]:
    """Return each store's own commission, None where it has none."""
    rates: list[Rate | None] = [None] * len(table)
    if "rate" not in table:
        return rates
    wrong: dict[int, Message] = {}
    for row, text in enumerate(table["rate"].to_pylist()):
        found = _rate(text, checks.rate_min) if text else None
        if isinstance(found, Message):
            wrong[row] = found
        else:
            rates[row] = found
    checks.findings.at_rows(table, "rate", np.array(list(wrong), np.int64), wrong.__getitem__)
    return rates


def _rate(text: str, least: Rate | None) -> Rate | Message:
    """Return a commission, or the sentence that says what is wrong with it."""
    try:
        rate = Rate.parse(text)
    except ValueError:
        return say('"{value}" is not a rate from 0 to 1; write one such as 0.2, with at most 9 decimals',
                   value=shown(text))  # fmt: skip
    if rate.num > rate.den:
        return say("{value} is more than the whole price; write a rate of at most 1, such as 0.2", value=shown(text))
    if least is not None and Fraction(rate.num, rate.den) < Fraction(least.num, least.den):
        return say("{value} is less than what the programme takes of each order; write at least {least}",
                   value=shown(text), least=least)  # fmt: skip
    return rate
