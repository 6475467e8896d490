"""member_card: what a card of head office costs a store, and how its number looks."""

from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.engine.rule import STRICT, CnyOrNone, Rule, Whole


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MemberCard(Rule):
    """Stores buy cards from head office and open them within the range that is approved for them (S3-06, S3-18).

    It moves no points: `price` is that of one card, `digits` how long its number is.
    """

    use: ClassVar[str] = "member_card"
    section: ClassVar[str] = "on_card"

    price: CnyOrNone = 0
    digits: Annotated[Whole, Field(ge=6, le=18)] = 10

    def cost_of(self, cards: int) -> int:
        """Return what so many cards cost a store, fen."""
        return cards * to_minor(self.price, MONEY_DECIMALS)

    def fits(self, number: str) -> bool:
        """Return whether a card can have this number: so many digits, no others."""
        return len(number) == self.digits and number.isascii() and number.isdigit()
