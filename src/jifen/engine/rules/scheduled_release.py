"""scheduled_release: every open lot releases a share of its order amount each day."""

from typing import ClassVar, Literal

import numpy as np
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Share
from jifen.engine.book import Book
from jifen.engine.close import Scheduled
from jifen.engine.declared import DeclaredValues
from jifen.engine.kernels.releases import release_scheduled
from jifen.engine.rule import STRICT, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ScheduledRelease(Rule):
    """Release a daily rate of each order's amount until its lot is empty (S4-06, S4-07, S4-18).

    The first release is at the close of the day after the lot was opened (S4-Q10); the last one is what remains
    (S4-D1). After a refund the rate is taken of what is left of the amount.
    """

    use: ClassVar[str] = "scheduled_release"
    section: ClassVar[str] = "daily"

    takes: ClassVar[Literal["amount", "units"]] = "amount"
    second_kind: ClassVar[str | None] = None

    rate: Share

    def is_due(self, day: int) -> bool:  # noqa: ARG002 - every day is
        """Return whether the close of `day` releases anything."""
        return True

    def second(self, book: Book, scheduled: Scheduled) -> None:
        """Return what is paid in a second kind: nothing."""

    def run(
        self,
        book: Book,
        day: int,
        spare: Scheduled | None = None,
        declared: DeclaredValues | None = None,  # noqa: ARG002 - the rate stands in the document
    ) -> Scheduled:
        """Return what time releases at the close of `day`, by lot and by position; written over `spare` if it fits."""
        lots = book.lots
        if spare is None or spare.by_lot.shape != lots.remaining.shape or len(spare.by_position) != len(book):
            spare = Scheduled(np.empty_like(lots.remaining), np.empty(len(book), np.int64))
        release_scheduled(
            lots.start,
            lots.opened_on,
            lots.base,
            lots.remaining,
            day,
            self.rate.num,
            self.rate.den,
            spare.by_lot,
            spare.by_position,
        )
        return spare
