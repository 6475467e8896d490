"""A member's lots: one card for each order that granted points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jifen.ledger.lots import Lot
from jifen.ledger.reading import lots
from jifen.members.models import Member
from jifen.sales.models import Order
from jifen.web.amounts import Amount, Money
from jifen.web.markup import Markup
from jifen.web.reads.charts import draw_meter
from jifen.web.reads.terms import Now, read_now


@dataclass(frozen=True)
class LotCard:
    """A lot as its card shows it; `order` is the number of its order."""

    order: str
    opened_on: date
    base: Money
    granted: Amount
    by_time: Amount
    by_team: Amount
    taken_back: Amount
    left: Amount
    daily: Amount
    ends_on: date | None
    closed: bool
    closed_on: date | None
    meter: Markup


def read_lots(member: Member) -> list[LotCard]:
    """Return the member's lots, open ones first, then the newest first."""
    now, found = read_now(member.programme_id), list(lots(member.pk))
    orders = Order.objects.filter(member=member, fact_id__in=[lot.id for lot in found])
    numbers = dict(orders.values_list("fact_id", "number"))
    found.sort(key=lambda lot: (lot.closed, -lot.id))
    return [_card(lot, numbers.get(lot.id, ""), now) for lot in found]


def next_release(lot: Lot, now: Now) -> int:
    """Return what time releases of a lot at the next close; nothing on the day it was opened (S4-Q10)."""
    return min(daily_release(lot, now), lot.remaining) if lot.opened_on < now.next_close else 0


def daily_release(lot: Lot, now: Now) -> int:
    """Return what time releases of a lot a day while enough is left (S4-06)."""
    return now.terms.scheduled.rate.floor(lot.base) if now.terms.scheduled is not None else 0


def released_of(found: Sequence[Lot]) -> int:
    """Return what lots have released so far."""
    return sum(lot.scheduled + lot.accelerated for lot in found)


def _card(lot: Lot, order: str, now: Now) -> LotCard:
    decimals = now.kind.decimals
    by_time, by_team = Amount(lot.scheduled, decimals), Amount(lot.accelerated, decimals)
    return LotCard(
        order=order,
        opened_on=lot.opened_on,
        base=Money(lot.base // now.terms.points_per_money),
        granted=Amount(lot.granted, decimals),
        by_time=by_time,
        by_team=by_team,
        taken_back=Amount(lot.cancelled, decimals),
        left=Amount(lot.remaining, decimals),
        daily=Amount(daily_release(lot, now), decimals),
        ends_on=_end(lot, now),
        closed=lot.closed,
        closed_on=lot.closed_on if lot.closed else None,
        meter=draw_meter(lot.granted, by_time.minor, by_team.minor),
    )


def _end(lot: Lot, now: Now) -> date | None:
    """Return the day of the last release by time alone, None where it never comes."""
    daily = daily_release(lot, now)
    if lot.closed or daily == 0:
        return None
    first = max(now.next_close, lot.opened_on + timedelta(days=1))
    return first + timedelta(days=-(-lot.remaining // daily) - 1)
