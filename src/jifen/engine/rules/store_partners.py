"""store_partners: customers who buy enough at a store share in a part of its takings."""

from typing import ClassVar, Literal

from pydantic import model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY_DECIMALS, Share
from jifen.engine.days import date_of, is_last_of_month
from jifen.engine.rule import STRICT, CnyOrNone, Rule
from jifen.engine.trade import Patron

_SUNDAY = 6
FEN = 10**MONEY_DECIMALS


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StorePartners(Rule):
    """Set a share of a store's takings after commission aside each day, and share it out each week or month (S1-29).

    A partner is who has bought for at least `threshold` at the store, or a product named here (S1-28). All get the
    same, or each by what was bought there (S1-30). Who counts is found by the close before.
    """

    use: ClassVar[str] = "store_partners"
    section: ClassVar[str] = "daily"

    share: Share
    threshold: CnyOrNone = 0  # 0: amounts make nobody a partner
    product: str = ""
    weights: Literal["equal", "amount"] = "equal"
    every: Literal["week", "month"] = "month"

    @model_validator(mode="after")
    def _somebody_can_be_one(self) -> "StorePartners":
        if self.share.num > self.share.den:
            raise PydanticCustomError("share_of_takings", "a share is at most 1")
        if not self.threshold and not self.product:
            raise PydanticCustomError("partner_by", "name a threshold or a product that makes a partner")
        return self

    def qualifies(self, patron: Patron) -> bool:
        """Return whether what a store remembers of a member makes a partner."""
        return bool((self.threshold and patron.amount >= self.threshold * FEN) or patron.products)

    def pays_on(self, day: int) -> bool:
        """Return whether dividends are paid at the close of a day."""
        return is_last_of_month(day) if self.every == "month" else date_of(day).weekday() == _SUNDAY

    def set_aside(self, net: int) -> int:
        """Return what of a day's takings after commission is set aside."""
        return self.share.floor(net)
