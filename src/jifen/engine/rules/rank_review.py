"""rank_review: agents who miss their monthly target several times in a row lose their qualification."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.book import Book
from jifen.engine.days import first_of_month
from jifen.engine.facts import Int64s
from jifen.engine.lines import Review
from jifen.engine.rule import STRICT, Rule, Whole


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RankReview(Rule):
    """Review each agent at the end of a month: units sold against the target, carry-over, strikes (S0-45 … S0-47).

    What an agent sold is what it and everybody below bought this month, without the teams of agents below (S0-Q10).
    What is missing is added to the next target (S0-D7); a target met, carry-over included, clears both (S0-Q11). After
    `strikes` months missed in a row the qualification ends. An agent's first review is that of its first whole month.
    """

    use: ClassVar[str] = "rank_review"
    section: ClassVar[str] = "monthly"

    new_units: Annotated[Whole, Field(ge=1, le=10**9)]
    strikes: Annotated[Whole, Field(ge=1, le=120)]

    def run(self, book: Book, sales: Int64s, day: int) -> list[Review]:
        """Review every agent at the close of a month's last day, by member number; the book takes the outcome."""
        reviewed = np.flatnonzero(book.agent & (book.agent_since <= first_of_month(day)))
        member = book.forest.layout.member[reviewed]
        order = np.argsort(member)
        reviewed, member = reviewed[order], member[order]
        sold = sales[reviewed]
        target = self.new_units + book.carry[reviewed]
        short = np.maximum(target - sold, 0)
        strikes = np.where(short > 0, book.strikes[reviewed] + 1, 0)
        dismissed = strikes >= self.strikes
        book.carry[reviewed] = np.where(dismissed, 0, short)
        book.strikes[reviewed] = np.where(dismissed, 0, strikes)
        book.agent[reviewed] = ~dismissed
        columns = (member, sold, target, short, strikes, dismissed)
        return list(map(Review, *(column.tolist() for column in columns)))
