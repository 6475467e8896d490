"""unit_rank: ranks by the number of units, such as devices, that a team has bought."""

from itertools import pairwise
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate, to_minor
from jifen.engine.book import Book
from jifen.engine.kernels.units import mark_sellers, rank_by_units
from jifen.engine.message import Message, say
from jifen.engine.rule import STRICT, CnyOrNone, Name, Rule, Switch, Whole
from jifen.engine.steps import Step, check_steps

Count = Annotated[Whole, Field(ge=0, le=10**9)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class UnitRankRow:
    """A row of the table: the units that reach it, those one must own, and what it earns for each unit and day (CNY).

    `to` is the last number of units that the source gives the row; beyond it the rank goes on until the next one.
    """

    name: Name
    title: Name
    title_en: Name
    units: Annotated[Whole, Field(ge=1, le=10**9)]
    to: Annotated[Whole, Field(ge=1, le=10**9)] | None = None
    own_units: Count = 0
    per_unit: CnyOrNone = 0


@dataclass(frozen=True, kw_only=True, config=STRICT)
class UnitRank(Rule):
    """Rank agents by the units that they and everybody below have bought (S0-33 … S0-36, S0-40, S0-42, S0-64 … S0-67).

    The rank is the highest row of which the units are reached and enough are one's own; below the table's first row, or
    with too few active sellers or units below, there is none. An active seller is a member with a unit of whose direct
    referrals one has a unit. It is found anew at the end of every close and used from the next one, so it can fall.
    """

    use: ClassVar[str] = "unit_rank"
    section: ClassVar[str] = "ranks"
    volume: ClassVar[str] = "amount"

    table: Annotated[tuple[UnitRankRow, ...], Field(min_length=1, max_length=30)]
    agents_only: Switch = True
    active_sellers: Count = 0
    units_below: Count = 0

    @field_validator("table")
    @classmethod
    def _ascends(cls, table: tuple[UnitRankRow, ...]) -> tuple[UnitRankRow, ...]:
        check_steps([Step(row.name, row.units, None) for row in table])
        for row, after in pairwise(table):
            if after.per_unit < row.per_unit:
                raise PydanticCustomError("rates_order", "rates fall", {"row": row.name, "next": after.name})
        return table

    def warnings(self) -> list[Message]:
        """Return the gaps and overlaps between the rows as the source writes them (S0-Q2)."""
        found = []
        for row, after in pairwise(self.table):
            values = {"row": row.name, "next": after.name}
            if row.to is not None and row.to + 1 < after.units:
                text = say("{first} to {last} units belong to no row: {row} goes on until {next}", **values,
                           first=row.to + 1, last=after.units - 1)  # fmt: skip
                found.append(text)
            elif row.to is not None and row.to >= after.units:
                text = say("{first} to {last} units belong to {row} and to {next}: {next} is taken", **values,
                           first=after.units, last=row.to)  # fmt: skip
                found.append(text)
        return found

    def rates_in(self, decimals: int) -> tuple[Rate, ...]:
        """Return what each rank earns for one unit and day in minor units, beginning with that of having none."""
        return (Rate(0, 1), *(Rate(to_minor(row.per_unit, decimals), 1) for row in self.table))

    def run(self, book: Book, decimals: int) -> NDArray[np.int8]:  # noqa: ARG002 - other rank tables need decimals
        """Return the rank of each position: 0 for none, else 1 + its row of the table."""
        layout, n = book.forest.layout, len(book)
        sums = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int32)
        mark_sellers(layout.referrer, book.units, np.zeros(n, bool), sums)
        able = book.agent if self.agents_only else np.ones(n, bool)
        units = np.array([row.units for row in self.table], np.int64)
        own_units = np.array([row.own_units for row in self.table], np.int64)
        rank = np.zeros(n, np.int8)
        rank_by_units(layout.size, able, sums, (self.active_sellers, self.units_below), (units, own_units), rank)
        return rank
