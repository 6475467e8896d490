"""A store to its owner: turnover day by day, what goes to whom, cards and what holders were given (S1-26 … S1-36)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.digits import number_of
from jifen.engine.kinds import PointKind
from jifen.engine.rules.store_partners import StorePartners
from jifen.engine.rules.store_shares import StoreShares
from jifen.explain.model import percent
from jifen.sales.models import CONFIRMED_STATES, SOURCED, Due, Order, OrderState, Refund, Settlement, SettlementState
from jifen.storefront.cap_table import CapTable, Holder, cap_table
from jifen.storefront.models import Card, CardPlan, CardState
from jifen.storefront.owning import Dues, OwnersView, Span, own_dues, owners_view
from jifen.storefront.partners import Customer
from jifen.storefront.plans import plans_of
from jifen.storefront.terms import has_cards
from jifen.stores.models import Store
from jifen.tables.charts import Columns, Series, draw_columns, marks_of
from jifen.tables.report_figures import Figures
from jifen.web.amounts import Amount, Money
from jifen.web.markup import Markup
from jifen.web.reads.cards import PlanTerms, terms_of_plan
from jifen.web.reads.orders import TONES
from jifen.web.reads.reviews import Opinions, store_opinions
from jifen.web.reads.terms import read_now
from jifen.web.reads.uses import share
from jifen.web.templatetags.jifen import language

DAYS_SHOWN = 30
CARDS_SHOWN = 30
SHARE_UNITS = 10**9  # of a concession's decimals


@dataclass(frozen=True)
class Sums:
    """A store in a time, in money."""

    turnover: Money
    commission: Money
    net: Money
    orders: int
    credited: Money
    rebate: Money
    concession: Money
    weight: Amount
    kept: Money  # what of it is the store's after concessions


@dataclass(frozen=True)
class Owed:
    """What head office owes a store of what its customers paid, and what it paid it (S2-05)."""

    left: Money
    proposed: Money
    paid: Money


@dataclass(frozen=True)
class StoreView:
    """The first page of a store's owner."""

    view: OwnersView
    today: Sums
    month: Sums
    waiting: Money
    fund: Money | None
    to_holders: Money  # this month
    chart: Markup
    has_partners: bool
    has_shares: bool
    of_turnover: str  # what shareholders get of it together, in percent
    of_net: str  # what is set aside for partners, in percent
    has_cards: bool
    weight_kind: PointKind | None  # what concessions bring; None where there are none
    concession: str  # what the store gives up of each bill, in percent
    opinions: Opinions
    owed: Owed | None  # None where closes or periods settle


@dataclass(frozen=True)
class DueRow:
    """What a store is owed for one order."""

    number: str
    who: str
    day: date
    price: Money
    concession: Money
    owed: Money  # after refunds
    lowered: Money
    settled: bool


@dataclass(frozen=True)
class PaidRow:
    """A settlement with a store."""

    number: int
    up_to: date
    amount: Money
    state: str
    tone: str
    at: datetime


@dataclass(frozen=True)
class DuesPage:
    """What a store is owed, order by order, newest first, and its settlements."""

    owed: Owed
    dues: list[DueRow]
    next: str
    settlements: list[PaidRow]


@dataclass(frozen=True)
class OrderRow:
    """An order of a customer, as the owner sees it."""

    number: str
    who: str
    at: datetime
    amount: Money
    points: bool
    state: str
    tone: str
    concession: Money


@dataclass(frozen=True)
class HolderRow:
    """A shareholder in the table of who holds what."""

    who: str
    code: str
    percent: str
    initiator: bool
    since: date
    until: date | None
    earned: Money


@dataclass(frozen=True)
class PartnerRow:
    """A partner of a store."""

    who: str
    code: str
    since: date | None
    amount: Money
    by_product: bool
    earned: Money


@dataclass(frozen=True)
class Plan:
    """A card that a store sells, with what it gives, and how many were opened."""

    plan: CardPlan
    terms: PlanTerms
    opened: int


@dataclass(frozen=True)
class OpenCard:
    """A card that a member opened."""

    who: str
    code: str
    title: CardPlan
    opened_on: date | None
    until_on: date | None
    state: str
    tone: str


def read_own_store(member_id: int, code: str) -> StoreView:
    """Return a store to its owner; raises NoSuchStoreError for everybody else."""
    view = owners_view(member_id, code)
    terms = read_now(view.store.programme_id).terms
    shares, partners = terms.rule(StoreShares), terms.rule(StorePartners)
    kind = terms.kinds[terms.concession.kind] if terms.concession is not None else None
    decimals, given = kind.decimals if kind is not None else 0, view.store.concession
    table = cap_table(view.store, view.day, first=view.day.replace(day=1))
    return StoreView(
        view=view,
        today=_sums(view.today, decimals),
        month=_sums(view.month, decimals),
        waiting=Money(view.waiting),
        fund=Money(view.fund.amount) if view.fund is not None else None,
        to_holders=Money(sum(one.together for one in (*table.holders, *table.former))),
        chart=_chart(view.store, view.day),
        has_partners=partners is not None,
        has_shares=shares is not None,
        of_turnover=share(shares.share) if shares is not None else "",
        of_net=share(partners.share) if partners is not None else "",
        has_cards=has_cards(terms),
        weight_kind=kind,
        concession=percent(int(given * SHARE_UNITS), SHARE_UNITS) if given is not None else "",
        opinions=store_opinions(view.store.pk),
        owed=_owed(view.dues) if view.dues is not None else None,
    )


def read_dues(member_id: int, code: str, before: str) -> DuesPage:
    """Return what one's own store is owed, below the id `before`; raises NoSuchStoreError for everybody else's."""
    page = own_dues(member_id, code, before=number_of(before) or 0)
    return DuesPage(
        _owed(page.sums), [_due(one) for one in page.dues], page.next, [_paid(one) for one in page.settlements]
    )


def _owed(sums: Dues) -> Owed:
    return Owed(Money(sums.left), Money(sums.proposed), Money(sums.paid))


def _due(one: Due) -> DueRow:
    assert one.order is not None
    return DueRow(
        number=one.order.number,
        who=one.order.member.nickname,
        day=one.business_date,
        price=Money(one.price),
        concession=Money(one.concession),
        owed=Money(one.owed - one.lowered),
        lowered=Money(one.lowered),
        settled=one.settled > 0 and one.left == 0,
    )


def _paid(one: Settlement) -> PaidRow:
    paid = one.state == SettlementState.PAID
    state, at = (_("paid"), one.decided_at) if paid else (_("being paid"), one.proposed_at)
    return PaidRow(one.number, one.up_to, Money(one.amount), state, "good" if paid else "wait", at or one.proposed_at)


def order_rows(orders: Sequence[Order]) -> list[OrderRow]:
    """Return orders of customers, who are named as other members see them."""
    return [
        OrderRow(
            number=one.number,
            who=one.member.nickname,
            at=one.placed_at,
            amount=Money(one.amount),
            points=one.points_paid > 0,
            state=str(OrderState(one.state).label),
            tone=TONES.get(OrderState(one.state), ""),
            concession=Money(one.concession),
        )
        for one in orders
    ]


def holder_rows(table: CapTable) -> tuple[list[HolderRow], list[HolderRow], str]:
    """Return who holds a store, who did, and what is head office's, in percent."""
    holders, former = ([_holder(one) for one in rows] for rows in (table.holders, table.former))
    return holders, former, percent_of_bp(table.head_office_bp)


def partner_rows(partners: Sequence[Customer]) -> list[PartnerRow]:
    """Return the partners of a store, named as other members see them."""
    return [
        PartnerRow(one.nickname, one.code, one.since_on, Money(one.amount), one.by_product, Money(one.dividends))
        for one in partners
    ]


def read_plans(store: Store) -> list[Plan]:
    """Return the cards of a store, those on sale first."""
    terms = read_now(store.programme_id).terms
    return [
        Plan(plan, terms_of_plan(plan, terms), plan.cards.filter(state=CardState.OPEN).count())
        for plan in plans_of(store.pk)
    ]


def open_cards(store: Store, today: date) -> list[OpenCard]:
    """Return the cards that were opened last."""
    rows = Card.objects.filter(store=store).exclude(state=CardState.ORDERED).select_related("member", "plan")
    return [
        OpenCard(
            who=one.member.nickname,
            code=f"M{one.member_id}",
            title=one.plan,
            opened_on=one.opened_on,
            until_on=one.until_on,
            state=str(CardState(one.state).label) if not _over(one, today) else _("ended"),
            tone="good" if one.state == CardState.OPEN and not _over(one, today) else "",
        )
        for one in rows.order_by("-pk")[:CARDS_SHOWN]
    ]


def percent_of_bp(bp: int) -> str:
    """Return hundredths of a percent: "4 %", "0.5 %"."""
    text = f"{bp // 100}.{bp % 100:02}".rstrip("0").rstrip(".")
    return f"{text} %"


def _over(card: Card, today: date) -> bool:
    return card.until_on is not None and card.until_on < today


def _holder(one: Holder) -> HolderRow:
    return HolderRow(
        one.nickname,
        one.code,
        percent_of_bp(one.share_bp),
        one.initiator,
        one.since_on,
        one.until_on,
        Money(one.together),
    )


def _sums(span: Span, decimals: int) -> Sums:
    figures = span.figures
    return Sums(
        turnover=Money(figures.turnover),
        commission=Money(figures.commission),
        net=Money(figures.net),
        orders=figures.orders,
        credited=Money(span.credited),
        rebate=Money(span.rebate),
        concession=Money(figures.concession),
        weight=Amount(figures.weight, decimals),
        kept=Money(figures.kept),
    )


def _chart(store: Store, last: date) -> Markup:
    """Return columns of what was sold less what was refunded on each day."""
    days = [last - timedelta(days=n) for n in reversed(range(DAYS_SHOWN))]
    sums = dict.fromkeys(days, 0)
    sold = Order.objects.filter(store=store, state__in=CONFIRMED_STATES, business_date__gte=days[0])
    back = Refund.objects.filter(order__store=store, business_date__gte=days[0]).exclude(order__product=SOURCED)
    found = ((1, sold.exclude(product=SOURCED)), (-1, back))
    for sign, rows in found:
        for day, amount in rows.values_list("business_date").annotate(sum=Sum("amount")):
            if day in sums:
                sums[day] += sign * amount
    chart = Columns(
        label=_("Turnover in %(days)s days") % {"days": DAYS_SHOWN},
        description=_("Each column is what was sold on a business day, less refunds."),
        days=[f"{day.month}-{day.day}" for day in days],
        tips=[f"{day:%Y-%m-%d}: {Money(amount)}" for day, amount in sums.items()],
        series=[Series(name=_("Turnover"), colour="c0", values=list(sums.values()))],
    )
    return Markup(draw_columns(chart, Figures(MONEY_DECIMALS, language()).marks(marks_of(chart), MONEY_DECIMALS)))
