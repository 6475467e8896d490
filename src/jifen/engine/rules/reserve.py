"""reserve: a share of every payment in money goes to the account that withdrawals are paid from."""

from typing import ClassVar

from pydantic import field_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate
from jifen.engine.rule import STRICT, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Reserve(Rule):
    """Put a share of every payment in money into the programme's reserve, in the payment's own transaction (S4-30).

    Withdrawals are paid from the reserve and from nowhere else, and it is never negative. An offline run books
    points only and leaves this rule alone.
    """

    use: ClassVar[str] = "reserve"
    section: ClassVar[str] = "on_payment"

    share: Rate

    @field_validator("share")
    @classmethod
    def _at_most_one(cls, share: Rate) -> Rate:
        if share.num > share.den:
            raise PydanticCustomError("share_of_whole", "a share of a payment is at most 1")
        return share

    def split(self, cash: int) -> tuple[int, int]:
        """Return (to the reserve, what stays) of a payment in minor units; the reserve gets the odd unit."""
        kept = cash * (self.share.den - self.share.num) // self.share.den
        return cash - kept, kept
