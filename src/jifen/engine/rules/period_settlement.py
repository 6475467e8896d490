"""period_settlement: a store pays head office a share of what it sold in a period."""

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share
from jifen.engine.facts import NO_DAY
from jifen.engine.lines import PeriodClose
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting
from jifen.engine.rule import STRICT, ActionFact, Rule
from jifen.engine.trade import PeriodRate, Trade

WHOLE = 10_000  # hundredths of a percent


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PeriodSettlement(Rule):
    """Reckon what a store owes for the sales of [its last period's end, until) (S3-05, S3-17, S3-Q4).

    The share is that of the settlement, else the store's own, else `rate`. Refunds of the period's sales lower it;
    those of sales of earlier periods are given back with the share of their period. What is due is rounded down once.
    """

    use: ClassVar[str] = "period_settlement"
    section: ClassVar[str] = "on_period"
    actions: ClassVar[tuple[str, ...]] = ("settle_period",)

    rate: Share

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Reckon a period, or say why not."""
        stores, store = posting.book.stores, action.store
        start = int(stores.settled_until[store]) or int(posting.store_table.day[store])
        if action.until == NO_DAY or action.until <= start:
            return say("a period ends after the day on which the one before ended")
        if action.until > posting.day:
            return say("a period ends before it is settled; days that are not over yet take further sales")
        rate = self.rate_of(posting.store_table.rate[store], action.share)
        trades = stores.trades.get(store, [])
        inside = [trade for trade in trades if trade.day < action.until]
        stores.trades[store] = trades[len(inside) :]
        rates = stores.rates.setdefault(store, [])
        posting.periods.append(reckon(store, PeriodRate(start, action.until, rate), inside, rates))
        rates.append(PeriodRate(start, action.until, rate))
        stores.settled_until[store] = action.until
        return None

    def rate_of(self, of_store: Rate | None, share: int) -> Fraction:
        """Return the share of sales that a settlement takes; `share` in hundredths of a percent, 0 for none named."""
        if share:
            return Fraction(share, WHOLE)
        rate = of_store if of_store is not None else self.rate
        return Fraction(rate.num, rate.den)


def reckon(store: int, period: PeriodRate, trades: Sequence[Trade], earlier: Sequence[PeriodRate]) -> PeriodClose:
    """Return what a store owes for the trades of a period; `earlier` are its settled periods."""
    sales = sum(trade.amount for trade in trades if trade.amount > 0)
    refunds, adjusted, exact = 0, 0, sales * period.rate
    for trade in trades:
        if trade.amount > 0:
            continue
        if trade.sold_on >= period.start:
            refunds -= trade.amount
            exact += trade.amount * period.rate
        else:
            adjusted -= trade.amount
            rate = next((one.rate for one in earlier if one.start <= trade.sold_on < one.until), period.rate)
            exact += trade.amount * rate
    return PeriodClose(
        store=store,
        start=period.start,
        until=period.until,
        rate=period.rate,
        sales=sales,
        refunds=refunds,
        adjusted=adjusted,
        stored=sum(trade.stored for trade in trades),
        due=exact.numerator // exact.denominator,
        orders=sum(trade.amount > 0 for trade in trades),
    )
