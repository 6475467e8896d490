"""store_shares: who owns shares of a store is paid a part of its turnover each day."""

from typing import ClassVar

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY, Rate, Share
from jifen.engine.facts import NOBODY
from jifen.engine.lines import FREE, ISSUED, PLATFORM
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Rule
from jifen.engine.trade import Shareholder

WHOLE = 10_000  # hundredths of a percent
INITIATOR = "initiator"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StoreShares(Rule):
    """Pay a part of a store's turnover, before commission, to its shareholders by their shares (S1-32 … S1-35, S1-Q9).

    The initiator gets `management` of it besides (S1-36). What is not sold is head office's. Who buys shares pays the
    platform; a referrer who holds shares of any store gets `referral` of that.
    """

    use: ClassVar[str] = "store_shares"
    section: ClassVar[str] = "daily"
    actions: ClassVar[tuple[str, ...]] = ("buy_shares", "give_up_shares")

    share: Share
    management: Rate = Field(default=Rate(0, 1))
    referral: Rate = Field(default=Rate(0, 1))

    @model_validator(mode="after")
    def _within_turnover(self) -> "StoreShares":
        if self.share.num * self.management.den + self.management.num * self.share.den > (
            self.share.den * self.management.den
        ):
            raise PydanticCustomError("shares_of_turnover", "shares and management are more than the turnover")
        if self.referral.num > self.referral.den:
            raise PydanticCustomError("share_of_price", "a share is at most 1")
        return self

    def part(self, turnover: int, holder: Shareholder) -> int:
        """Return what a shareholder gets of a day's turnover, rounded down once."""
        return turnover * self.share.num * holder.share // (self.share.den * WHOLE)

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Sell shares of a store to a member, or take them back; or return why not."""
        if action.store == NOBODY:
            return say("the store is missing")
        holders = posting.book.shareholders.setdefault(action.store, {})
        if action.action == "give_up_shares":
            return None if holders.pop(action.member, None) else say("the member has no shares of this store")
        why = self._refuse(holders, action)
        if why is None:
            before = holders.get(action.member, Shareholder(0, initiator=False))
            initiator = before.initiator or action.role == INITIATOR
            holders[action.member] = Shareholder(before.share + action.share, initiator)
            self._post(posting, action)
        return why

    def _refuse(self, holders: dict[int, Shareholder], action: ActionFact) -> Message | None:
        if action.share <= 0:
            return say("the share is missing")
        if sum(holder.share for holder in holders.values()) + action.share > WHOLE:
            return say("so many shares of the store are not left")
        others = (holder for member, holder in holders.items() if member != action.member)
        if action.role == INITIATOR and any(holder.initiator for holder in others):
            return say("the store has an initiator already")
        return None

    def _post(self, posting: Posting, action: ActionFact) -> None:
        """Post what the shares cost, and what the referrer gets of it."""
        rows = (Row(ISSUED, MONEY, FREE, -action.amount), Row(PLATFORM, MONEY, FREE, action.amount))
        posting.transfer(key="shares", rule=self.use, rows=rows)
        referrer = posting.referrer(action.member)
        if referrer != NOBODY and posting.book.holds_shares(referrer):
            reward = self.referral.floor(action.amount)
            rows = (Row(PLATFORM, MONEY, FREE, -reward), Row(referrer, MONEY, FREE, reward))
            posting.transfer(key="share_referral", rule="share_referral", rows=rows)
