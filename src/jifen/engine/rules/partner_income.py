"""partner_income: partners share in what their teams buy, and in what their teams' stores sell."""

from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share, common_denominator, plain
from jifen.engine.forest import Forest
from jifen.engine.message import Message, say
from jifen.engine.rule import STRICT, Reach, Switch
from jifen.engine.sale_reward import Income, above_of
from jifen.engine.trade import Market, Sale


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PartnerIncome(Income):
    """Pay every partner above a buyer, or above a store, the rate of its rank (S2-10 … S2-12, S2-27, S2-31, S2-54).

    The source never says that a partner's rate is less what is paid below: each gets its own (mode = "stack"), or with
    mode = "differential" only what its rate is above those below (S2-Q6). With `active_only` a partner who is not
    activated gets nothing, and counts for nobody (S2-03).
    """

    use: ClassVar[str] = "partner_income"
    repeats: ClassVar[bool] = True
    by_generation: ClassVar[bool] = False

    of: Literal["buyer", "store"] = "buyer"
    rates: Annotated[dict[str, Share], Field(min_length=1, max_length=30)]  # by rank; others earn nothing
    mode: Literal["stack", "differential"] = "stack"
    active_only: Switch = True

    def warnings(self) -> list[Message]:
        """Return what a line of partners takes together, where nothing bounds it (S2-Q6)."""
        if self.mode == "differential":
            return []
        total = sum((Fraction(rate.num, rate.den) for rate in self.rates.values()), Fraction(0)) * 100
        return [say("{name}: every partner above a buyer is paid; one of each rank take {total} % together, "
                    "and a line may have more of them", name=self.name, total=plain(total))]  # fmt: skip

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - it has rates of its own
        """Return the common denominator of the rates."""
        return (common_denominator(tuple(self.rates.values())),)

    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:
        """Return the partners above, each with what it earns."""
        if not self.counts(sale):
            return []
        (den,), paid, reached = self.denominators(()), 0, []
        for member in above_of(forest, market, sale, self.of):
            rate = self.rates.get(market.rank_of(member))
            able = rate is not None and (not self.active_only or market.active[member])
            earns = rate.over(den) - paid if rate is not None and able else 0
            if earns > 0:
                reached.append(Reach(0, member, earns))
                paid += earns if self.mode == "differential" else 0
        return reached
