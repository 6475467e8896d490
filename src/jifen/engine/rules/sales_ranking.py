"""sales_ranking: the agents who sold most in a month share a prize."""

from fractions import Fraction
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate
from jifen.engine.declared import CNY, DeclaredName
from jifen.engine.month import Month, Shared
from jifen.engine.rule import STRICT, CnyOrNone, Name, Reach, Shares, Switch, Upline, Whole
from jifen.engine.sale_reward import LotReward


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SalesRanking(LotReward):
    """Let the first agents by units sold in a month share a prize equally (S0-69).

    What an agent sold is what it and everybody below bought, without the teams of agents below. Of equal sales who
    joined earlier comes first. The prize is the declared value in force on the month's last day, else `prize`. With
    payout = "report_only" the ranking is shown and nothing is paid.
    """

    use: ClassVar[str] = "sales_ranking"
    section: ClassVar[str] = "monthly"
    by_generation: ClassVar[bool] = False
    shares: ClassVar[Shares] = "month_units"
    overflow: ClassVar[str] = "lose"

    places: Annotated[Whole, Field(ge=1, le=1000)]
    prize: CnyOrNone
    declared: Name
    kind: Name
    consumes_lots: Switch = True
    payout: Literal["ledger", "report_only"] = "ledger"

    def declared_values(self) -> tuple[DeclaredName, ...]:
        """Return the prize of the month."""
        return (DeclaredName(self.declared, None, None, Fraction(self.prize), CNY),)

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - sales are whole units
        """Return the denominator of sales."""
        return (1,)

    def share(self, month: Month) -> Shared:
        """Return who shares what; nobody where nothing is paid."""
        value = month.declared.on(self.declared, month.day)
        prize = value.value if value is not None else Fraction(self.prize)
        member = month.forest.layout.member
        sold = np.where(month.agent, month.sales, 0)
        first = np.lexsort((member, -sold))[: self.places]
        first = first[sold[first] > 0] if self.payout == "ledger" else first[:0]
        shared = Shared.by_weight(int(prize * 10**month.decimals), member[first], np.ones(len(first), np.int64))
        return shared.weighing(member[first], sold[first])

    def reach(self, upline: Upline, member: int) -> list[Reach]:
        """Return for whom a member's units are sold: the nearest agent, itself or above."""
        for receiver in (member, *upline.forest.ancestors(member)):
            if upline.agent is not None and upline.agent[receiver]:
                return [Reach(0, receiver, 1)]
        return []
