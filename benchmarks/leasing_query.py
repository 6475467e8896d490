"""The closes of the leasing programme in PostgreSQL, by recursive queries (leasing.sql)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from benchmarks.days import Day
from benchmarks.leasing import LeaseSettled, LeaseTerms
from benchmarks.query import Loaded
from jifen.engine.book import Book
from jifen.engine.days import first_of_month, is_last_of_month

STATEMENTS = (Path(__file__).parent / "leasing.sql").read_text("utf-8")
MADE = ("open_lot", "own", "team", "peer", "wish", "settled_member", "settled_lot")
MEMBER_COLUMNS = (
    "released", "second", "differential", "peer", "blocked_differential", "blocked_peer", "rank", "sold", "dividend",
    "carry", "strikes", "agent",
)  # fmt: skip
LOT_COLUMNS = ("released", "drawn")


class LeaseQuery(Loaded):
    """A close loaded into tables of its own, in a schema that `close` drops."""

    made = MADE

    def __init__(self, address: str, book: Book, day: int, terms: LeaseTerms) -> None:
        self.book, self.laid = book, Day.of(book, day)
        super().__init__(address, _statements(day, terms))

    def load(self) -> None:
        """Copy members and lots into tables."""
        book, lots, n = self.book, self.book.lots, len(self.book)
        self.do(
            "CREATE UNLOGGED TABLE member (position int PRIMARY KEY, referrer int, rank int, units bigint, "
            "counting bigint, month_units bigint, agent boolean, carry bigint, strikes bigint)"
        )
        columns = (book.units, book.counting_units(), book.month_units, book.agent.astype(int), book.carry)
        self.copy("member", (np.arange(n), self.laid.referrer, book.rank, *columns, book.strikes))
        self.do("CREATE INDEX ON member (referrer)")
        self.do(
            "CREATE UNLOGGED TABLE lot "
            "(place int, position int, base bigint, remaining bigint, released bigint, opened_on int)"
        )
        owner, released = np.repeat(np.arange(n), np.diff(lots.start)), lots.released_scheduled
        self.copy("lot", (np.arange(len(owner)), owner, lots.base, lots.remaining, released, lots.opened_on))
        self.do("ANALYZE member, lot")

    def totals(self) -> dict[str, int]:
        """Return the sum of each column that was computed."""
        return {**self.sums("settled_member", MEMBER_COLUMNS), **self.sums("settled_lot", LOT_COLUMNS)}

    def settled(self) -> LeaseSettled:
        """Return everything that was computed."""
        members = dict(
            zip(MEMBER_COLUMNS, self.columns("settled_member", ("position", *MEMBER_COLUMNS))[1:], strict=True)
        )
        lots = self.columns("settled_lot", ("place", *LOT_COLUMNS))
        by_lot: NDArray[np.int64] = np.zeros((2, len(self.book.lots.base)), np.int64)
        by_lot[:, lots[0]] = lots[1:]
        blocked = np.stack([members.pop("blocked_differential"), members.pop("blocked_peer")])
        rank, agent = members.pop("rank").astype(np.int8), members.pop("agent").astype(bool)
        return LeaseSettled(
            **members, released_by_lot=by_lot[0], drawn=by_lot[1], blocked=blocked, rank=rank, agent=agent
        )


def lease_totals(settled: LeaseSettled) -> dict[str, int]:
    """Return the sum of each column, as `LeaseQuery.totals` does."""
    found = vars(settled) | dict(zip(MEMBER_COLUMNS[4:6], settled.blocked, strict=True))
    totals = {f"settled_member.{name}": int(found[name].sum(dtype=np.int64)) for name in MEMBER_COLUMNS}
    lots = {"released": settled.released_by_lot, "drawn": settled.drawn}
    return totals | {f"settled_lot.{name}": int(column.sum()) for name, column in lots.items()}


def _statements(day: int, terms: LeaseTerms) -> list[sql.Composed]:
    numbers: dict[str, int | bool | list[int]] = {
        "day": day,
        "month_end": is_last_of_month(day),
        "first_of_month": first_of_month(day),
        "young": first_of_month(day, -2),
        "amounts": list(terms.amounts),
        "units": list(terms.units),
        "own_units": list(terms.own_units),
        "sellers": terms.sellers,
        "units_below": terms.units_below,
        "fund": terms.fund,
    }
    literals = {name: sql.Literal(value) for name, value in numbers.items()}
    return [sql.SQL(statement).format(**literals) for statement in STATEMENTS.split(";")]
