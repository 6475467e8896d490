"""second_leg_rank: ranks by the volume of the second-largest leg."""

from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate, Share, to_minor
from jifen.engine.book import Book
from jifen.engine.kernels.ranks import rank_by_second_leg
from jifen.engine.rule import STRICT, Cny, Name, Rule, running_sums
from jifen.engine.steps import Step, check_steps


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Rank:
    """A row of the rank table: its name, the volume that reaches it (CNY) and the rate that it earns."""

    name: Name
    title: Name
    title_en: Name
    volume: Cny
    below: Cny | None = None  # checked against the next row
    rate: Share


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SecondLegRank(Rule):
    """Rank each member by the volume of its second-largest leg (S4-11, S4-12).

    A leg is a direct referral and everybody below. The rank is the highest one whose volume is reached; it is found
    anew at the end of every close and used from the next one, so it can fall. `volume` says what counts: whole order
    amounts, or the part paid in money (S4-Q6).
    """

    use: ClassVar[str] = "second_leg_rank"
    section: ClassVar[str] = "ranks"

    volume: Literal["amount", "cash"] = "amount"
    table: Annotated[tuple[Rank, ...], Field(min_length=1, max_length=30)]

    @field_validator("table")
    @classmethod
    def _ascends(cls, table: tuple[Rank, ...]) -> tuple[Rank, ...]:
        check_steps([Step(rank.name, rank.volume, rank.below) for rank in table])
        for rank, after in pairwise(table):
            if after.rate.num * rank.rate.den < rank.rate.num * after.rate.den:
                raise PydanticCustomError("rates_order", "rates fall", {"row": rank.name, "next": after.name})
        return table

    def rates_in(self, decimals: int) -> tuple[Rate, ...]:  # noqa: ARG002 - other rank tables pay amounts
        """Return the rates by rank, beginning with that of having none."""
        return (Rate(0, 1), *(rank.rate for rank in self.table))

    def run(self, book: Book, decimals: int) -> NDArray[np.int8]:
        """Return the rank of each position: 0 for none, else 1 + its row of the table.

        `decimals` are those of the volumes, which are kept in the lot kind's unit (1 point = 1 CNY).
        """
        threshold = np.array([to_minor(rank.volume, decimals) for rank in self.table], np.int64)
        rank = np.zeros(len(book), np.int8)
        rank_by_second_leg(book.forest.layout.size, running_sums(book.volume), threshold, rank)
        return rank
