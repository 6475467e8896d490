"""A member's lots: one card for each order that granted points (S0-14, S0-15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jifen.engine.rules.daily_amount import UNIT, DailyAmount
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.ledger.lots import Lot
from jifen.ledger.reading import lots
from jifen.members.models import Member
from jifen.sales.models import Order
from jifen.web.amounts import Amount, Money
from jifen.web.markup import Markup
from jifen.web.reads.charts import draw_meter, percent_of
from jifen.web.reads.releases import ByDay, Release, Releases, releases_of
from jifen.web.reads.terms import Now


@dataclass(frozen=True)
class Payback:
    """How much of the price a lease has returned; at the whole of it the title passes to the company (S0-12, S0-22)."""

    price: Amount
    returned: Amount
    permille: int
    percent: str

    @property
    def done(self) -> bool:
        """Whether the price has come back."""
        return self.returned.minor >= self.price.minor


@dataclass(frozen=True)
class Coming:
    """The next release of a lot: day, amount, rate, and the number of the lot's month where months count."""

    day: date
    amount: Amount
    rate: str
    month: int
    drawn: bool


@dataclass(frozen=True)
class LotCard:
    """A lot as its card shows it; `order` is the number of its order, `daily` only of what releases a share a day."""

    order: str
    opened_on: date
    base: Money | None
    units: int
    granted: Amount
    by_time: Amount
    by_team: Amount
    taken_back: Amount
    left: Amount
    daily: Amount | None
    coming: Coming | None
    payback: Payback | None
    ends_on: date | None
    closed: bool
    closed_on: date | None
    meter: Markup


def read_lots(member: Member, now: Now) -> list[LotCard]:
    """Return the member's lots, open ones first, then the newest first."""
    found = list(lots(member.pk))
    orders = Order.objects.filter(member=member, fact_id__in=[lot.id for lot in found])
    numbers = dict(orders.values_list("fact_id", "number"))
    found.sort(key=lambda lot: (lot.closed, -lot.id))
    time = releases_of(now, member.programme_id)
    return [_card(lot, numbers.get(lot.id, ""), now, time) for lot in found]


def released_of(found: Sequence[Lot]) -> int:
    """Return what lots have released so far."""
    return sum(lot.scheduled + lot.accelerated for lot in found)


def _card(lot: Lot, order: str, now: Now, time: Releases) -> LotCard:
    decimals, by_unit = now.kind.decimals, now.terms.rule(DailyAmount) is not None
    by_time, by_team = Amount(lot.scheduled, decimals), Amount(lot.accelerated, decimals)
    by_day = isinstance(time, ByDay)
    return LotCard(
        order=order,
        opened_on=lot.opened_on,
        base=Money(lot.base // now.terms.points_per_money) if not by_unit else None,
        units=lot.base // UNIT if by_unit else 0,
        granted=Amount(lot.granted, decimals),
        by_time=by_time,
        by_team=by_team,
        taken_back=Amount(lot.cancelled, decimals),
        left=Amount(lot.remaining, decimals),
        daily=Amount(time.daily(lot), decimals) if isinstance(time, ByDay) else None,
        coming=None if lot.closed or by_day else _coming(time.following(lot), decimals),
        payback=_payback(lot, now),
        ends_on=None if lot.closed else time.ends_on(lot),
        closed=lot.closed,
        closed_on=lot.closed_on if lot.closed else None,
        meter=draw_meter(lot.granted, by_time.minor, by_team.minor),
    )


def _coming(release: Release | None, decimals: int) -> Coming | None:
    if release is None:
        return None
    return Coming(release.day, Amount(release.amount, decimals), release.rate, release.month, release.drawn)


def _payback(lot: Lot, now: Now) -> Payback | None:
    """Return how far the price has come back, where releases are a share of it and the title passes then (S0-12)."""
    if now.terms.rule(MonthlyRelease) is None or lot.base == 0:
        return None
    decimals, released = now.kind.decimals, released_of([lot])
    returned = min(released, lot.base)
    permille = 1000 * returned // lot.base
    return Payback(Amount(lot.base, decimals), Amount(returned, decimals), permille, percent_of(returned, lot.base))
