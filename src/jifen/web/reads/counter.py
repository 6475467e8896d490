"""A store's own counter on its phone: what it holds, what it sold today, what it owes (S3-12, S3-28, S3-29)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Sum

from jifen.alliance.people import float_of
from jifen.alliance.terms import AllianceTerms, alliance_here, terms_now
from jifen.engine.digits import number_of
from jifen.engine.kinds import PointKind
from jifen.facts.days import open_day
from jifen.ledger.chart import owner_of_store
from jifen.ledger.reading import daily_sums
from jifen.members.models import Member
from jifen.pools.models import OrderNote
from jifen.sales.models import CONFIRMED_STATES, Order, OrderState, Refund
from jifen.stores.models import Store
from jifen.web.amounts import Amount, Money
from jifen.web.reads.orders import TONES
from jifen.web.reads.terms import read_now

ORDERS_SHOWN = 20
FLOAT = "float"


@dataclass(frozen=True)
class Holding:
    """What a store holds, how far below nothing it may go, and what it owes."""

    points: Amount
    credit: Amount
    spendable: Amount
    owed: Amount
    owed_count: int
    kind: PointKind

    @property
    def low(self) -> bool:
        """Whether points have run out, or are owed."""
        return self.spendable.minor <= 0 or self.owed_count > 0


@dataclass(frozen=True)
class Today:
    """What a store did on the open day."""

    day: date
    sales: Money
    orders: int
    refunds: Money
    given: Amount


@dataclass(frozen=True)
class Sale:
    """One sale at the counter, or another order at the store."""

    number: str
    who: str
    code: str
    at: datetime
    amount: Money
    by: str  # "cash" or "stored_value"
    given: Amount
    owed: Amount
    refunded: Money
    left: Money
    state: str
    tone: str
    rung_up: bool
    ratio: str
    id: int


@dataclass(frozen=True)
class Back:
    """A refund of a sale."""

    amount: Money
    at: datetime
    reason: str


def counter_here(programme_id: int) -> bool:
    """Return whether stores of a programme ring up sales of their own."""
    return alliance_here(read_now(programme_id).terms)


def read_holding(store: Store, now: AllianceTerms | None = None) -> Holding:
    """Return what a store holds and owes."""
    now = now or terms_now(store.programme_id)
    held, credit = float_of(store, now.kind), store.standing.credit
    owing = OrderNote.objects.filter(store=store, owed__gt=0).aggregate(sum=Sum("owed"), count=Count("tick"))
    return Holding(
        points=Amount(held, now.decimals),
        credit=Amount(credit, now.decimals),
        spendable=Amount(held + credit, now.decimals),
        owed=Amount(owing["sum"] or 0, now.decimals),
        owed_count=owing["count"],
        kind=now.terms.kinds[now.kind],
    )


def read_today(store: Store, now: AllianceTerms | None = None) -> Today:
    """Return what a store did on the open day."""
    now, day = now or terms_now(store.programme_id), open_day(store.programme_id)
    sold = Order.objects.filter(store=store, business_date=day, state__in=CONFIRMED_STATES)
    sums = sold.aggregate(sum=Sum("amount"), count=Count("pk"))
    back = Refund.objects.filter(order__store=store, business_date=day).aggregate(sum=Sum("amount"))
    moved = daily_sums(owner_of_store(store.pk), now.kind, day, day, role=FLOAT)
    return Today(
        day=day,
        sales=Money(sums["sum"] or 0),
        orders=sums["count"],
        refunds=Money(back["sum"] or 0),
        given=Amount(-sum(amount for (_day, rule), amount in moved.items() if rule == "store_grant"), now.decimals),
    )


def ratio_text(ratio: Decimal | None) -> str:
    """Return the points for 1 CNY as they are written: "0.4"; "" where a sale brings none."""
    if not ratio:
        return ""
    text = f"{ratio:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_sales(orders: Sequence[Order], now: AllianceTerms) -> list[Sale]:
    """Return orders at a store with the points that they brought."""
    notes = {note.tick: note for note in OrderNote.objects.filter(tick__in=[one.fact_id for one in orders])}
    return [_sale(one, notes.get(one.fact_id or 0), now) for one in orders]


def read_sale(store: Store, number: str) -> tuple[Order, Sale, list[Back]] | None:
    """Return one sale of a store with its refunds; None for everybody else's."""
    order = Order.objects.filter(store=store, number=number).select_related("member").first()
    if order is None:
        return None
    (sale,) = read_sales([order], terms_now(store.programme_id))
    refunds = order.refunds.order_by("number")
    return order, sale, [Back(Money(one.amount), one.refunded_at, one.reason) for one in refunds]


def own_stores(member: Member) -> list[Store]:
    """Return the stores and branches that a member owns, the oldest first."""
    return list(Store.objects.filter(owner=member, programme_id=member.programme_id).order_by("joined_tick"))


def orders_of(store: Store, before: str) -> tuple[list[Order], str]:
    """Return a page of a store's orders, the newest first, and where the next one begins ("" at the end)."""
    rows = Order.objects.filter(store=store).select_related("member").order_by("-pk")
    last = number_of(before)
    if last is not None:
        rows = rows.filter(pk__lt=last)
    found = list(rows[: ORDERS_SHOWN + 1])
    shown = found[:ORDERS_SHOWN]
    return shown, str(shown[-1].pk) if len(found) > ORDERS_SHOWN else ""


def _sale(order: Order, note: OrderNote | None, now: AllianceTerms) -> Sale:
    state = OrderState(order.state)
    granted, owed = (note.granted_points, note.owed) if note is not None else (0, 0)
    return Sale(
        number=order.number,
        who=order.member.nickname,
        code=order.member.code,
        at=order.placed_at,
        amount=Money(order.amount),
        by="stored_value" if order.points_paid else "cash",
        given=Amount(granted - owed, now.decimals),
        owed=Amount(owed, now.decimals),
        refunded=Money(order.refunded),
        left=Money(order.amount - order.refunded),
        state=str(state.label),
        tone=TONES.get(state, ""),
        rung_up=order.rung_up,
        ratio=order.ratio,
        id=order.pk,
    )
