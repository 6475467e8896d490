"""The points of a store to its owner: in and out, prices, purchases, what is owed, and its own members (S3-29)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from jifen.alliance.branches import flows_of
from jifen.alliance.errors import AllianceError
from jifen.alliance.models import Purchase, PurchaseState
from jifen.alliance.owed import Owed
from jifen.alliance.purchases import buyer_of, quote
from jifen.alliance.terms import terms_now
from jifen.cards.models import GOOD, Card
from jifen.cards.numbers import show_number
from jifen.engine.amounts import to_minor
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message
from jifen.facts.days import open_day
from jifen.ledger.chart import owner_of_store
from jifen.ledger.reading import StatementLine, statement
from jifen.members.models import Member
from jifen.sales.models import Order
from jifen.stores.models import Store
from jifen.web.amounts import Amount, Money

PURCHASES_SHOWN = 50
MEMBERS_SHOWN = 20
LINES_SHOWN = 20
MONTHS_SHOWN = 24
MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])")
ORDER = re.compile(r"/(?:order|refund|owed)/([0-9-]+)")
TONES = {
    PurchaseState.APPLIED: "wait",
    PurchaseState.PAID: "info",
    PurchaseState.COUNTED: "good",
    PurchaseState.REFUSED: "bad",
}


@dataclass(frozen=True)
class Line:
    """One movement of a store's points."""

    day: date
    rule: str
    amount: Amount
    order: str  # number of the order, "" where none
    who: str


@dataclass(frozen=True)
class Flow:
    """What a rule moved in the time that is shown."""

    rule: str
    amount: Amount


@dataclass(frozen=True)
class Ledger:
    """In and out of a store in a month or in all time; `next` is where the following page begins."""

    lines: list[Line]
    next: str
    months: list[date]
    month: date | None
    flows: list[Flow]
    came: Amount
    went: Amount
    kind: PointKind


@dataclass(frozen=True)
class PriceRow:
    """A step of the price list of a store's class of buyers."""

    least: Amount
    price: str
    exact: Money | None


@dataclass(frozen=True)
class QuoteShown:
    """What points cost, or why they are not sold."""

    points: Amount
    cost: Money | None
    price: str
    cost_fen: int
    problem: Message | None


@dataclass(frozen=True)
class PurchaseRow:
    """A purchase in a list."""

    number: str
    store: Store
    points: Amount
    cost: Money
    price: str
    way: str
    state: str
    tone: str
    at: datetime
    note: str
    reason: str
    applied: bool
    at_branch: bool
    id: int


@dataclass(frozen=True)
class OwedRow:
    """Points that a store owes for a sale."""

    order: str
    who: str
    code: str
    member_id: int
    day: date
    sale: Money
    owed: Amount


@dataclass(frozen=True)
class OwnMember:
    """A member whom the store registered."""

    who: str
    joined_on: date
    card: str  # "" for who has none that is good


def read_ledger(store: Store, *, month: str, before: str) -> Ledger:
    """Return what came in and went out of a store's points."""
    now, today = terms_now(store.programme_id), open_day(store.programme_id)
    months = _months(store.joined_on, today)
    chosen = _month(month)
    chosen = chosen if chosen in months else None
    page = statement(owner_of_store(store.pk), kind=now.kind, month=chosen, before=before or None, limit=LINES_SHOWN)
    first, last = (chosen, _last_of(chosen)) if chosen is not None else (store.joined_on, today)
    flows = flows_of(store, now.kind, first, last)
    address = f"?month={chosen:%Y-%m}&" if chosen is not None else "?"
    return Ledger(
        lines=_lines(page.lines, now.decimals),
        next=f"{address}before={page.next}" if page.next else "",
        months=months,
        month=chosen,
        flows=[Flow(rule, Amount(amount, now.decimals)) for rule, amount in flows.by_rule.items()],
        came=Amount(flows.came, now.decimals),
        went=Amount(flows.went, now.decimals),
        kind=now.terms.kinds[now.kind],
    )


def price_rows(store: Store) -> list[PriceRow]:
    """Return the price list for a store, the smallest number first."""
    now, buyer = terms_now(store.programme_id), buyer_of(store)
    rule = now.terms.point_sale
    assert rule is not None  # where stores hold points they buy them
    rows = sorted((row for row in rule.prices if row.buyer == buyer), key=lambda row: row.at_least)
    return [
        PriceRow(
            least=Amount(to_minor(row.at_least, now.decimals), now.decimals),
            price=str(row.price),
            exact=Money(100 * row.price.num // row.price.den) if 100 * row.price.num % row.price.den == 0 else None,
        )
        for row in rows
    ]


def read_quote(store: Store, points: int) -> QuoteShown | None:
    """Return what a number of points costs a store; None for nothing typed."""
    if points <= 0:
        return None
    decimals = terms_now(store.programme_id).decimals
    try:
        found = quote(store_id=store.pk, points=points)
    except AllianceError as error:
        return QuoteShown(Amount(points, decimals), None, "", 0, error.message)
    return QuoteShown(Amount(points, decimals), Money(found.cost), found.price, found.cost, None)


def purchase_rows(found: QuerySet[Purchase]) -> list[PurchaseRow]:
    """Return purchases, the newest first, with the last word on each."""
    rows = found.select_related("store").prefetch_related("steps").order_by("-pk")[:PURCHASES_SHOWN]
    return [_purchase(one) for one in rows]


def read_owed(store: Store, found: Iterable[Owed]) -> list[OwedRow]:
    """Return what a store owes, the oldest first."""
    decimals = terms_now(store.programme_id).decimals
    return [
        OwedRow(
            order=one.order_code,
            who=one.member.nickname,
            code=one.member.code,
            member_id=one.member.pk,
            day=one.day,
            sale=Money(one.amount),
            owed=Amount(one.owed, decimals),
        )
        for one in found
    ]


def own_members(store: Store) -> list[OwnMember]:
    """Return the members whom a store registered last, with their cards that are good."""
    members = list(Member.objects.filter(home_store=store).order_by("-pk")[:MEMBERS_SHOWN])
    cards = dict(Card.objects.filter(member__in=members, state__in=GOOD).values_list("member_id", "number"))
    return [
        OwnMember(one.nickname, one.joined_on, show_number(cards[one.pk]) if one.pk in cards else "") for one in members
    ]


def _purchase(one: Purchase) -> PurchaseRow:
    decimals = terms_now(one.programme_id).terms.kinds[one.kind].decimals
    state = PurchaseState(one.state)
    last = max(one.steps.all(), key=lambda step: step.pk, default=None)
    return PurchaseRow(
        number=one.number,
        store=one.store,
        points=Amount(one.points, decimals),
        cost=Money(one.cost),
        price=one.price,
        way=str(one.get_way_display()),
        state=str(state.label),
        tone=TONES.get(state, ""),
        at=one.asked_at,
        note=one.note,
        reason=last.reason if last is not None and state == PurchaseState.REFUSED else "",
        applied=state == PurchaseState.APPLIED,
        at_branch=one.branch_id is not None,
        id=one.pk,
    )


def _lines(found: list[StatementLine], decimals: int) -> list[Line]:
    orders = {one: match[1] for one in found if (match := ORDER.search(one.key)) is not None}
    members = dict(Order.objects.filter(number__in=set(orders.values())).values_list("number", "member"))
    people = Member.objects.in_bulk(set(members.values()))
    lines = []
    for one in found:
        number = orders.get(one, "")
        who = people[members[number]].nickname if number in members else ""
        lines.append(Line(one.business_date, one.rule, Amount(one.amount, decimals), number if who else "", who))
    return lines


def _months(first: date, last: date) -> list[date]:
    """Return the months from first to last, the newest first."""
    found: list[date] = []
    month = last.replace(day=1)
    while month >= first.replace(day=1) and len(found) < MONTHS_SHOWN:
        found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return found


def _month(text: str) -> date | None:
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found is not None else None


def _last_of(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
