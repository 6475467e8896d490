"""partner_rank: members become partners by whom they brought, and by the partners below them."""

from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate
from jifen.engine.book import Book
from jifen.engine.facts import Int64s
from jifen.engine.rule import STRICT, Name, Rule, Slug, Whole, running_sums

Count = Annotated[Whole, Field(ge=0, le=10**9)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PartnerRow:
    """A row of the table: direct referrals, everybody below, and partners of the row before that it takes."""

    name: Slug
    title: Name
    title_en: Name
    direct: Count = 0
    team: Count = 0
    below: Count = 0


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PartnerRank(Rule):
    """Rank members by direct referrals and team, then by how many partners stand below (S2-10 … S2-12, S2-54, S2-55).

    Partners of the row before, or of a higher one, are looked for in the whole team or among direct referrals (S2-Q5).
    A member has the highest row that it meets. Found at every close and used from the next one.
    """

    use: ClassVar[str] = "partner_rank"
    section: ClassVar[str] = "ranks"
    volume: ClassVar[str] = "amount"

    table: Annotated[tuple[PartnerRow, ...], Field(min_length=1, max_length=30)]
    scope: Literal["team", "direct"] = "team"
    counts: Literal["all", "active"] = "all"

    @field_validator("table")
    @classmethod
    def _is_reachable(cls, table: tuple[PartnerRow, ...]) -> tuple[PartnerRow, ...]:
        if table[0].below:
            raise PydanticCustomError("first_partner", "below", {"row": table[0].name})
        for row in table:
            if not (row.direct or row.team or row.below):
                raise PydanticCustomError("partner_for_nothing", "nothing", {"row": row.name})
        for row, after in pairwise(table):
            if row.name == after.name:
                raise PydanticCustomError("pack_twice", "stands twice", {"row": row.name})
        return table

    def rates_in(self, decimals: int) -> tuple[Rate, ...]:  # noqa: ARG002 - other rank tables need decimals
        """Return no rates: incomes have their own."""
        return (Rate(0, 1),) * (1 + len(self.table))

    def run(self, book: Book, decimals: int) -> NDArray[np.int8]:  # noqa: ARG002 - other rank tables need decimals
        """Return the rank of each position: 0 for none, else 1 + its row of the table."""
        counted = (book.active > 0) if self.counts == "active" else book.joined
        direct, team = _direct(book, counted), _team(book, counted)
        rank = np.zeros(len(book), np.int8)
        for number, row in enumerate(self.table, start=1):
            able = (direct >= row.direct) & (team >= row.team)
            if row.below:
                partners = rank >= number - 1
                found = _team(book, partners) if self.scope == "team" else _direct(book, partners)
                able &= found >= row.below
            rank[able & book.joined] = number
        return rank


def _direct(book: Book, which: NDArray[np.bool_]) -> Int64s:
    """Return by position how many of the direct referrals are marked."""
    referrer = book.forest.layout.referrer
    of = referrer[which & (referrer >= 0)]
    return np.bincount(of, minlength=len(book)).astype(np.int64)


def _team(book: Book, which: NDArray[np.bool_]) -> Int64s:
    """Return by position how many of everybody below are marked."""
    size, before = book.forest.layout.size, running_sums(which.astype(np.int64))
    start = np.arange(len(book))
    below: Int64s = before[start + size] - before[start + 1]
    return below
