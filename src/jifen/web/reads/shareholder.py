"""What a shareholder pays and gets, the stores that come through the link, and one's own application (S3-20, S3-21)."""

from dataclasses import dataclass
from datetime import date, datetime

from jifen.alliance.applying import brought_by, newest_application
from jifen.alliance.errors import AllianceError
from jifen.alliance.shareholder_models import StoreApplication, WishState
from jifen.alliance.shareholders import income_of, terms_of_shareholders
from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.engine.kinds import PointKind
from jifen.members.models import Member
from jifen.payments.chosen import is_open
from jifen.programmes.models import Programme
from jifen.stores.models import Store, StoreType
from jifen.web.amounts import Amount, Money
from jifen.web.reads.terms import read_now
from jifen.web.reads.uses import share
from jifen.web.templatetags.jifen import named

TONES = {WishState.SENT: "wait", WishState.APPROVED: "good", WishState.REFUSED: "bad"}


@dataclass(frozen=True)
class Offer:
    """What being a shareholder costs and brings, as the document says it."""

    fee: Money
    rates: list[str]  # by level, in percent
    of_sales: bool  # of what stores sell, and not of what they buy at head office
    kind: PointKind
    online: bool


@dataclass(frozen=True)
class Brought:
    """A store that brings a shareholder something."""

    title: str
    level: int
    purchases: int
    paid: Money


@dataclass(frozen=True)
class Applied:
    """A store that applied through the link."""

    title: str
    state: str
    tone: str
    at: datetime


@dataclass(frozen=True)
class Shareholding:
    """A shareholder's page; amounts are of the kind in which shareholders are paid."""

    kind: PointKind
    total: Amount
    this_month: Amount
    since: date | None
    months: list[tuple[date, Amount]]
    stores: list[Brought]
    applied: list[Applied]


@dataclass(frozen=True)
class WishShown:
    """One's own newest application."""

    id: int
    title: str
    state: str
    tone: str
    sent_at: datetime
    reason: str
    waits: bool
    open: bool  # whether another one may be sent
    store: Store | None


def read_offer(programme_id: int) -> Offer | None:
    """Return what shareholders pay and get; None where a programme has none."""
    try:
        rule = terms_of_shareholders(programme_id)
    except AllianceError:
        return None
    return Offer(
        fee=Money(to_minor(rule.fee, MONEY_DECIMALS)),
        rates=[share(rate) for rate in rule.rates],
        of_sales=rule.base == "sales",
        kind=read_now(programme_id).terms.kinds[rule.kind],
        online=is_open(Programme.objects.get(pk=programme_id)),
    )


def read_shareholder(member: Member) -> Shareholding:
    """Return a shareholder's income and stores."""
    income = income_of(member.pk)
    return Shareholding(
        kind=read_now(member.programme_id).terms.kinds[income.kind],
        total=Amount(income.total, income.decimals),
        this_month=Amount(income.this_month, income.decimals),
        since=member.standing.shareholder_since,
        months=[(month, Amount(amount, income.decimals)) for month, amount in income.months],
        stores=[Brought(named(one.store), one.level, one.purchases, Money(one.paid)) for one in income.stores],
        applied=[
            Applied(one.title, str(WishState(one.state).label), TONES.get(WishState(one.state), ""), one.sent_at)
            for one in brought_by(member.pk)
        ],
    )


def read_wish(member: Member) -> WishShown | None:
    """Return a member's newest application, None for who never sent one."""
    found: StoreApplication | None = newest_application(member.pk)
    if found is None:
        return None
    state = WishState(found.state)
    return WishShown(
        id=found.pk,
        title=found.title,
        state=str(state.label),
        tone=TONES.get(state, ""),
        sent_at=found.sent_at,
        reason=found.reason,
        waits=state == WishState.SENT,
        open=state != WishState.SENT,
        store=found.store,
    )


def branch_choices(programme_id: int) -> list[tuple[str, str]]:
    """Return the branches from which a new store may buy."""
    rows = Store.objects.filter(programme_id=programme_id, type=StoreType.BRANCH, active=True).order_by("title")
    return [(str(one.pk), named(one)) for one in rows]
