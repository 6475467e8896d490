"""A member of an alliance: points from all stores, prepaid money, the card, visits to stores (S3-01, S3-02, S3-13)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Sum

from jifen.alliance.errors import AllianceError
from jifen.alliance.stored_models import StoredState, StoredTopUp
from jifen.alliance.stored_value import returnable, returnable_until, stored_kind, top_ups_of
from jifen.alliance.terms import AllianceTerms, alliance_here, terms_now
from jifen.cards.finding import card_of
from jifen.cards.models import CardState
from jifen.cards.numbers import show_number
from jifen.engine.digits import number_of
from jifen.engine.kinds import PointKind
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.payments.chosen import is_open
from jifen.pools.models import OrderNote
from jifen.sales.models import CONFIRMED_STATES, Order
from jifen.sales.pay_codes import PayCode, pay_code
from jifen.stores.models import Store
from jifen.web.amounts import Amount, Money
from jifen.web.reads.counter import Sale, read_sales
from jifen.web.reads.terms import read_now

VISITS_SHOWN = 20
LATEST_SHOWN = 3
CARD_TONES = {CardState.BOUND: "good", CardState.ISSUED: "info", CardState.LOST: "bad"}


@dataclass(frozen=True)
class CardShown:
    """A member's card."""

    number: str
    state: str
    tone: str


class Visit(NamedTuple):
    """A purchase at a store: the sale as the store sees it, and the store."""

    sale: Sale
    store: Store


@dataclass(frozen=True)
class Home:
    """The first page of a member of an alliance."""

    kind: PointKind
    points: Amount
    owed: Amount  # by stores that held too few
    stored_kind: PointKind | None
    stored: Amount
    card: CardShown | None
    visits: list[Visit]
    frozen: bool
    shareholder: bool


@dataclass(frozen=True)
class TopUpRow:
    """Money that was paid in advance."""

    id: int
    amount: Money
    way: str
    state: str
    tone: str
    at: datetime
    returned: Money
    left: Money  # what could go back now; 0 when it cannot
    until: datetime


@dataclass(frozen=True)
class Stored:
    """A member's prepaid money; `most` is what the document lets somebody have, 0 without a limit."""

    kind: PointKind
    free: Amount
    most: Money
    rows: list[TopUpRow]
    online: bool


@dataclass(frozen=True)
class Visits:
    """A page of visits, the newest first, with what all of them came to."""

    kind: PointKind
    points: Amount
    owed: Amount
    spent: Money
    visits: list[Visit]
    next: str


def read_home(member: Member) -> Home:
    """Return the first page of a member."""
    now, purses = terms_now(member.programme_id), balances(member.pk)
    name = _stored_kind(now)
    kind = now.terms.kinds[name] if name else None
    card = card_of(member.pk)
    state = CardState(card.state) if card is not None else None
    return Home(
        kind=now.terms.kinds[now.kind],
        points=Amount(purses.get((now.kind, "free"), 0), now.decimals),
        owed=_owed_to(member, now),
        stored_kind=kind,
        stored=Amount(purses.get((name, "free"), 0), kind.decimals if kind is not None else 0),
        card=CardShown(show_number(card.number), str(state.label), CARD_TONES.get(state, ""))
        if card is not None and state is not None
        else None,
        visits=_visits(member, now, "")[:LATEST_SHOWN],
        frozen=member.standing.frozen,
        shareholder=member.standing.shareholder,
    )


def read_stored(member: Member) -> Stored | None:
    """Return a member's prepaid money; None where a programme takes none."""
    if not alliance_here(read_now(member.programme_id).terms):
        return None
    now = terms_now(member.programme_id)
    name = _stored_kind(now)
    if not name:
        return None
    kind, rule = now.terms.kinds[name], now.terms.top_up
    most = rule.balance_max if rule is not None else 0
    return Stored(
        kind=kind,
        free=Amount(balances(member.pk).get((name, "free"), 0), kind.decimals),
        most=Money(int(100 * most)),
        rows=[_top_up(one) for one in top_ups_of(member.pk)],
        online=is_open(member.programme),
    )


def shown_code(member: Member) -> PayCode:
    """Return the code that the member shows at a counter now."""
    return pay_code(member.pk)


def read_visits(member: Member, *, before: str) -> Visits:
    """Return a page of what a member bought at stores."""
    now = terms_now(member.programme_id)
    found = _visits(member, now, before)
    spent = Order.objects.filter(member=member, store__isnull=False, state__in=CONFIRMED_STATES)
    sums = spent.aggregate(sum=Sum("amount"), back=Sum("refunded"))
    return Visits(
        kind=now.terms.kinds[now.kind],
        points=Amount(balances(member.pk).get((now.kind, "free"), 0), now.decimals),
        owed=_owed_to(member, now),
        spent=Money((sums["sum"] or 0) - (sums["back"] or 0)),
        visits=found[:VISITS_SHOWN],
        next=str(found[VISITS_SHOWN - 1].sale.id) if len(found) > VISITS_SHOWN else "",
    )


def _visits(member: Member, now: AllianceTerms, before: str) -> list[Visit]:
    rows = Order.objects.filter(member=member, store__isnull=False, state__in=CONFIRMED_STATES)
    last = number_of(before)
    if last is not None:
        rows = rows.filter(pk__lt=last)
    orders = list(rows.select_related("member", "store").order_by("-pk")[: VISITS_SHOWN + 1])
    found = []
    for order, sale in zip(orders, read_sales(orders, now), strict=True):
        assert order.store is not None
        found.append(Visit(sale, order.store))
    return found


def _owed_to(member: Member, now: AllianceTerms) -> Amount:
    owed = OrderNote.objects.filter(member=member, owed__gt=0).aggregate(sum=Sum("owed"))["sum"]
    return Amount(owed or 0, now.decimals)


def _stored_kind(now: AllianceTerms) -> str:
    try:
        return stored_kind(now.terms)
    except AllianceError:
        return ""


def _top_up(one: StoredTopUp) -> TopUpRow:
    state, until = StoredState(one.state), returnable_until(one)
    left = returnable(one) if until > datetime.now(until.tzinfo) else 0
    tones = {StoredState.CREDITED: "good", StoredState.NOTED: "wait", StoredState.REJECTED: "bad"}
    return TopUpRow(
        id=one.pk,
        amount=Money(one.amount),
        way=str(one.get_way_display()),
        state=str(state.label),
        tone=tones.get(state, ""),
        at=one.paid_at,
        returned=Money(one.returned),
        left=Money(left),
        until=until,
    )
