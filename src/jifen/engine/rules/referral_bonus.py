"""referral_bonus: the referrer's share of the price when a referred member buys units."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate, Share, split
from jifen.engine.facts import NOBODY
from jifen.engine.lines import CONVERTED, FREE, ISSUED, LOCKED
from jifen.engine.past import Bonus, Draw
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, Name, OrderFact, Rule, Switch


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReferralBonus(Rule):
    """Pay the direct referrer a share of the price of the units bought, at once (S0-30, S0-31, S0-62).

    It comes out of the referrer's own lots, oldest first, and what they do not hold is blocked (S0-16, S0-Q7, S0-Q8);
    without consumption it is paid whole to whoever still has something locked (S0-10). A part of it, rounded down, is
    paid in a second kind. `rank_rates` gives ranks a rate of their own: the highest one named that is not above the
    referrer's.
    """

    use: ClassVar[str] = "referral_bonus"
    section: ClassVar[str] = "on_order"

    rate: Share
    rank_rates: dict[str, Share] = Field(default_factory=dict)
    kind: Name
    second_kind: Name | None = None
    second_share: Rate = Field(default=Rate(0, 1))
    consumes_lots: Switch = True

    @model_validator(mode="after")
    def _second_has_a_kind(self) -> "ReferralBonus":
        if self.second_share.num > self.second_share.den:
            raise PydanticCustomError("share_of_reward", "a share is at most 1")
        if self.second_share.num and self.second_kind is None:
            raise PydanticCustomError("second_kind", "a second kind is missing")
        return self

    def rate_of(self, rank: int, names: Sequence[str]) -> Rate:
        """Return the rate for a rank: 0 for none, else 1 + its row among the `names` of the table."""
        for name in reversed(names[:rank]):
            if name in self.rank_rates:
                return self.rank_rates[name]
        return self.rate

    def split(self, paid: int) -> tuple[int, int]:
        """Return (in `kind`, in `second_kind`) of a bonus."""
        return split(paid, self.second_share)

    def on_order(self, posting: Posting, order: OrderFact, points_per_money: int, names: Sequence[str]) -> Bonus | None:
        """Post the bonus of an order; return what it paid, for refunds. What is blocked is noted in the posting."""
        receiver = posting.referrer(order.member)
        if receiver == NOBODY:
            return None
        book, position = posting.book, posting.book.at(receiver)
        due = self.rate_of(int(book.rank[position]), names).floor(order.amount * points_per_money)
        if self.consumes_lots:
            draws = [Draw.of(lot_order, amount) for lot_order, amount in posting.draw(receiver, due)]
            paid = sum(draw.amount for draw in draws)
        else:
            paid = due if book.locked_of(position) else 0
            draws = [Draw.of(NOBODY, paid)] if paid else []
        posting.block(receiver, self.use, due - paid)
        if not paid:
            return None
        first, second = self.split(paid)
        rows = []
        if self.consumes_lots:
            rows += [Row(receiver, posting.lot_kind, LOCKED, -draw.amount, draw.order) for draw in draws]
            rows.append(Row(CONVERTED, posting.lot_kind, FREE, paid))
        for kind, amount in ((self.kind, first), (self.second_kind or self.kind, second)):
            rows += [Row(ISSUED, kind, FREE, -amount), Row(receiver, kind, FREE, amount)]
        posting.transfer(key=self.use, rule=self.use, rows=rows)
        return Bonus(self, receiver, paid, draws, day=posting.day)
