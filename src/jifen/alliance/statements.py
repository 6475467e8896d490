"""Each sale and refund of a store in a time, as periods reckon them, and as an Excel file (S3-17)."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db.models import OuterRef, Q, Subquery, Sum

from jifen.engine.days import day_number
from jifen.engine.lines import PeriodClose
from jifen.engine.rules.period_settlement import reckon
from jifen.engine.trade import PeriodRate, Trade
from jifen.facts.models import Fact
from jifen.facts.terms import terms_of
from jifen.members.models import Member
from jifen.sales.models import Order, Refund
from jifen.stores.models import Period, Store


class Row(NamedTuple):
    """A sale on its day, or with a negative amount a refund on the day when it was made; fen."""

    tick: int
    day: date
    sold_on: date
    order_code: str
    member: Member
    amount: int
    stored: int  # of it, what stored value paid; a refund gives it back

    @property
    def is_refund(self) -> bool:
        """Whether it is a refund."""
        return self.amount < 0


def rows_of(store: Store, start: date, until: date) -> list[Row]:
    """Return every sale and refund at a store on the days [start, until), in the order in which they counted."""
    facts = Fact.objects.filter(store=store, business_date__gte=start, business_date__lt=until)
    found = list(
        facts.filter(Q(type=Fact.Type.ORDER) | Q(type=Fact.Type.REFUND)).select_related("member").order_by("tick")
    )
    orders = Fact.objects.in_bulk({fact.order_tick for fact in found if fact.type == Fact.Type.REFUND})
    before = _refunded_before(list(orders), start)
    scale, rows = terms_of(store.programme_id).newest.points_per_money, []
    for fact in found:
        assert fact.member is not None
        if fact.type == Fact.Type.ORDER:
            order, amount, stored = fact, fact.amount, fact.points_paid // scale
        else:
            assert fact.order_tick is not None
            order = orders[fact.order_tick]
            was = before.get(order.tick, 0)
            now = before[order.tick] = was + fact.amount
            whole = order.points_paid // scale
            amount, stored = -fact.amount, whole * was // order.amount - whole * now // order.amount
        rows.append(
            Row(fact.tick, fact.business_date, order.business_date, fact.order_code, fact.member, amount, stored)
        )
    return rows


def _refunded_before(order_ticks: Sequence[int], day: date) -> dict[int, int]:
    """Return how much of orders was refunded before a day."""
    earlier = Fact.objects.filter(type=Fact.Type.REFUND, order_tick__in=order_ticks, business_date__lt=day)
    found: dict[int, int] = {}
    for tick, amount in earlier.values_list("order_tick", "amount"):
        assert tick is not None
        found[tick] = found.get(tick, 0) + amount
    return found


def collected_of(store_id: int, start: date, until: date) -> int:
    """Return the money (fen) of a store's sales in [start, until) that members paid to head office, less refunds."""
    days = {"business_date__gte": start, "business_date__lt": until}
    sold = Order.objects.filter(store_id=store_id, taken_by_store=False, **days).aggregate(sum=Sum("cash"))
    refunds = Refund.objects.filter(order__store_id=store_id, order__taken_by_store=False, **days)
    back = refunds.aggregate(sum=Sum("cash_back"))
    return (sold["sum"] or 0) - (back["sum"] or 0)


def collected_by_period(period_ids: Sequence[int]) -> dict[int, int]:
    """Return what collected_of says of each of some settled periods, read at once."""
    days = {"business_date__gte": OuterRef("start_on"), "business_date__lt": OuterRef("until_on")}
    orders = Order.objects.filter(store_id=OuterRef("store_id"), taken_by_store=False, **days)
    refunds = Refund.objects.filter(order__store_id=OuterRef("store_id"), order__taken_by_store=False, **days)
    sold = orders.order_by().values("store_id").values(sum=Sum("cash"))
    back = refunds.order_by().values("order__store_id").values(sum=Sum("cash_back"))
    rows = Period.objects.filter(pk__in=period_ids).annotate(sold=Subquery(sold), back=Subquery(back))
    return {row["pk"]: (row["sold"] or 0) - (row["back"] or 0) for row in rows.values("pk", "sold", "back")}


def rates_of(store_id: int, before: date) -> list[PeriodRate]:
    """Return the shares of sales of a store's settled periods that began before a day."""
    periods = Period.objects.filter(store_id=store_id, start_on__lt=before).order_by("start_on")
    return [PeriodRate(day_number(one.start_on), day_number(one.until_on), Fraction(one.rate)) for one in periods]


def reckoned(
    rows: Sequence[Row], *, start: date, until: date, rate: Fraction, earlier: Sequence[PeriodRate]
) -> PeriodClose:
    """Return what a store would owe for rows, as the rule of the engine reckons it."""
    trades = [Trade(day_number(row.day), day_number(row.sold_on), row.amount, row.stored) for row in rows]
    return reckon(0, PeriodRate(day_number(start), day_number(until), rate), trades, earlier)
