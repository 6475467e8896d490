"""The same day in PostgreSQL, by recursive queries (release.sql)."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from benchmarks.days import Day, Settled, Terms

STATEMENTS = (Path(__file__).parent / "release.sql").read_text("utf-8")
MADE = ("open_lot", "released", "team", "peer", "wish", "found", "settled_member", "settled_lot")
SLOTS = ("first", "second", "differential", "peer")
PAID, RESTS = tuple(f"paid_{slot}" for slot in SLOTS), tuple(f"{slot}_rest" for slot in SLOTS)
MEMBER_COLUMNS = ("position", "released", *PAID, *SLOTS, *RESTS, "rank")
LOT_COLUMNS = ("place", "released", "drawn")
MINUTES_MAX = 10


class Loaded(ABC):
    """A close loaded into tables of its own, in a schema that `close` drops."""

    made: tuple[str, ...]  # the tables that a close makes

    def __init__(self, address: str, statements: list[sql.Composed]) -> None:
        self.statements = statements
        self.connection = psycopg.connect(address, autocommit=True)
        self.do("DROP SCHEMA IF EXISTS jifen_bench CASCADE")
        self.do("CREATE SCHEMA jifen_bench")
        self.do("SET search_path = jifen_bench")
        self.do("SET work_mem = '2GB'")
        self.do(f"SET statement_timeout = '{MINUTES_MAX}min'")
        self.load()

    @abstractmethod
    def load(self) -> None:
        """Copy members and lots into tables."""

    def close(self) -> None:
        """Drop everything."""
        self.do("DROP SCHEMA jifen_bench CASCADE")
        self.connection.close()

    def settle(self, *, jit: bool) -> None:
        """Compute everything that the day pays into tables.

        Raises psycopg.errors.QueryCanceled when a statement takes more than MINUTES_MAX.
        """
        self.do(f"SET jit = {'on' if jit else 'off'}")
        self.do(f"DROP TABLE IF EXISTS {', '.join(self.made)}")
        for statement in self.statements:
            self.connection.execute(statement)

    def copy(self, table: str, columns: tuple[NDArray[Any], ...]) -> None:
        """Fill a table."""
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for first in range(0, len(columns[0]), 100_000):
                rows = zip(*(column[first : first + 100_000].tolist() for column in columns), strict=True)
                copy.write("".join("\t".join(map(str, row)) + "\n" for row in rows))

    def do(self, statement: str) -> None:
        """Run a statement."""
        self.connection.execute(sql.SQL(statement))

    def columns(self, table: str, names: tuple[str, ...]) -> NDArray[np.int64]:
        """Return columns of a table, sorted by the first of them."""
        listed = sql.SQL(", ").join(map(sql.Identifier, names))
        select = sql.SQL("SELECT {} FROM {} ORDER BY 1").format(listed, sql.Identifier(table))
        rows = self.connection.execute(select).fetchall()
        return np.array([[int(value) for value in row] for row in rows], np.int64).reshape(len(rows), len(names)).T

    def sums(self, table: str, names: tuple[str, ...]) -> dict[str, int]:
        """Return the sums of columns of a table."""
        summed = sql.SQL(", ").join(sql.SQL("sum({})").format(sql.Identifier(name)) for name in names)
        row = self.connection.execute(sql.SQL("SELECT {} FROM {}").format(summed, sql.Identifier(table))).fetchall()[0]
        return {f"{table}.{name}": int(total) for name, total in zip(names, row, strict=True)}


class Query(Loaded):
    """A day of the release programme."""

    made = MADE

    def __init__(self, address: str, day: Day, terms: Terms) -> None:
        self.day = day
        super().__init__(address, _statements(day, terms))

    def totals(self) -> dict[str, int]:
        """Return the sum of each column that was computed."""
        return {**self.sums("settled_member", MEMBER_COLUMNS[1:]), **self.sums("settled_lot", LOT_COLUMNS[1:])}

    def settled(self) -> Settled:
        """Return everything that was computed."""
        members = self.columns("settled_member", MEMBER_COLUMNS)
        lots = self.columns("settled_lot", LOT_COLUMNS)
        by_lot = np.zeros((2, len(self.day.base)), np.int64)
        by_lot[:, lots[0]] = lots[1:]
        paid, wanted, rest = members[2:6], members[6:10], members[10:14]
        rank = members[14].astype(np.int8)
        return Settled(members[1], by_lot[0], paid, wanted - paid, rest.astype(np.int32), by_lot[1], rank)

    def load(self) -> None:
        """Copy members and lots into tables."""
        day = self.day
        self.do("CREATE UNLOGGED TABLE member (position int PRIMARY KEY, referrer int, rank int, volume bigint)")
        self.copy("member", (np.arange(len(day.referrer)), day.referrer, day.rank, day.volume))
        self.do("CREATE UNLOGGED TABLE lot (place int, position int, base bigint, remaining bigint, opened_on int)")
        owner = np.repeat(np.arange(len(day.referrer)), np.diff(day.start))
        self.copy("lot", (np.arange(len(day.base)), owner, day.base, day.remaining, day.opened_on))
        self.do("ANALYZE member, lot")


def totals_of(settled: Settled) -> dict[str, int]:
    """Return the sum of each column, as `Query.totals` does."""
    wanted = settled.paid + settled.blocked
    members = [settled.released, *settled.paid, *wanted, *settled.rest, settled.rank]
    lots = [settled.released_by_lot, settled.drawn]
    names = [f"settled_member.{name}" for name in MEMBER_COLUMNS[1:]] + [
        f"settled_lot.{name}" for name in LOT_COLUMNS[1:]
    ]
    return {name: int(column.sum(dtype=np.int64)) for name, column in zip(names, (*members, *lots), strict=True)}


def _statements(day: Day, terms: Terms) -> list[sql.Composed]:
    (first_num, first_den), (second_num, second_den) = terms.shares
    numbers: dict[str, int | list[int]] = {
        "day": day.day,
        "daily_num": terms.daily[0],
        "daily_den": terms.daily[1],
        "rates": list(terms.rank_num),
        "rank_den": terms.rank_den,
        "first_num": first_num,
        "first_den": first_den,
        "second_num": second_num,
        "second_den": second_den,
        "peer_num": terms.peer[0],
        "peer_den": terms.peer[1],
        "volumes": list(terms.volumes),
    }
    literals = {name: sql.Literal(value) for name, value in numbers.items()}
    return [sql.SQL(statement).format(**literals) for statement in STATEMENTS.split(";")]
