"""What the pages of the exchange show a member."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.grant_units import GrantUnits
from jifen.engine.rules.ticket import Ticket
from jifen.exchange.accounts import Papers, papers_of
from jifen.exchange.adapter import TICKET
from jifen.exchange.chosen import exchange, is_open
from jifen.exchange.feed import declared_price
from jifen.exchange.models import Account, EntryState, OrderEntry, SyncCursor, TicketTransfer
from jifen.exchange.terms import device_of, ticket_of, ways_to_tickets
from jifen.exchange.tickets import tickets_of
from jifen.explain.model import decimal
from jifen.members.models import Member
from jifen.programmes.declared import moment_of
from jifen.web.amounts import Amount, Money
from jifen.web.reads.conversions import Pair, read_pairs
from jifen.web.reads.terms import read_now
from jifen.web.reads.wallets import Wallet, read_wallets
from jifen.web.templatetags.jifen import named

ENTRIES_SHOWN, TRANSFERS_SHOWN, PURCHASES_SHOWN = 20, 5, 10
TONES = {EntryState.WAITING: "wait", EntryState.APPROVED: "good", EntryState.REJECTED: "bad"}


@dataclass(frozen=True)
class Price:
    """What a ticket costs in a conversion; `stale` when the last price is too old to convert at."""

    text: str
    since: datetime
    stale: bool
    minutes: int


@dataclass(frozen=True)
class EntryLine:
    """An order entry in the member's list."""

    title: str
    quantity: str
    paid: Money
    reference: str
    at: datetime
    source: str
    state: str
    tone: str
    reason: str


@dataclass(frozen=True)
class Holding:
    """A member's tickets: free, frozen, confirmed as bought, released, and at the exchange."""

    free: Amount
    frozen: Amount
    bought: Amount
    released: Amount
    there: Amount


@dataclass(frozen=True)
class Page:
    """What the page of the exchange shows."""

    rule: Ticket
    title: str
    account: Account | None
    papers: Papers | None
    price: Price | None
    holding: Holding
    wallets: list[Wallet]
    pairs: list[Pair]
    device: GrantUnits | None
    entries: list[EntryLine]
    transfers: list[tuple[Amount, datetime]]
    synced_at: datetime | None
    failing: bool


@dataclass(frozen=True)
class Bought:
    """A purchase in the list of the exchange's own page."""

    reference: str
    title: str
    quantity: str
    paid: Money
    at: datetime


@dataclass(frozen=True)
class Market:
    """What the exchange's own page shows, in a frame of ours."""

    account: Account
    price: str
    device: GrantUnits | None
    device_price: Money
    decimals: int
    purchases: list[Bought]


def has_exchange(member: Member) -> bool:
    """Return whether the member's programme has tickets of an exchange, and the server an exchange."""
    return is_open() and ticket_of(read_now(member.programme_id).terms) is not None


def exchange_terms(member: Member) -> tuple[Terms, Ticket]:
    """Return the terms in force and their rule of tickets; programmes without one have no such page."""
    terms = read_now(member.programme_id).terms
    rule = ticket_of(terms)
    if rule is None or not is_open():
        raise Http404
    return terms, rule


def read_exchange(member: Member) -> Page:
    """Return everything that a member sees of the exchange."""
    terms, rule = exchange_terms(member)
    now = read_now(member.programme_id)
    account = Account.objects.filter(pk=member.pk).first()
    cursor = SyncCursor.objects.filter(programme_id=member.programme_id).first()
    kind = terms.kinds[rule.kind]
    return Page(
        rule=rule,
        title=named(kind),
        account=account,
        papers=papers_of(account) if account is not None else None,
        price=_price(member, terms),
        holding=_holding(member, rule, kind.decimals, account),
        wallets=[wallet for wallet in read_wallets(member, now) if wallet.name != rule.kind and not wallet.idle],
        pairs=[pair for pair in read_pairs(member) if pair.rule.into == rule.kind],
        device=device_of(terms),
        entries=_entries(member, terms, kind.decimals),
        transfers=_transfers(member, kind.decimals),
        synced_at=account.synced_at if account is not None else None,
        failing=bool(cursor is not None and cursor.failure),
    )


def read_market(account: Account, member: Member) -> Market:
    """Return what the exchange's own page shows to the owner of an account."""
    terms, rule = exchange_terms(member)
    device, decimals = device_of(terms), terms.kinds[rule.kind].decimals
    found = exchange().purchases_of(account=account.code, limit=PURCHASES_SHOWN)
    quote = exchange().price(member.programme_id)
    return Market(
        account=account,
        price=f"{quote.price.normalize():f}",
        device=device,
        device_price=Money(device.unit_price if device is not None else 0),
        decimals=decimals,
        purchases=[
            Bought(one.reference, *_what(one.item, one.quantity, terms, decimals), Money(one.paid), one.at)
            for one in found
        ],
    )


def items_of(terms: Terms, rule: Ticket) -> dict[str, str]:
    """Return what the exchange sells, as it is called."""
    device = device_of(terms)
    found = {TICKET: named(terms.kinds[rule.kind])}
    return found if device is None else found | {device.product: _("Multiplied order")}


def _what(item: str, quantity: int, terms: Terms, decimals: int) -> tuple[str, str]:
    """Return what was bought, and how many, as they are read."""
    rule = ticket_of(terms)
    title = items_of(terms, rule).get(item, item) if rule is not None else item
    return title, str(Amount(quantity, decimals)) if item == TICKET else str(quantity)


def _price(member: Member, terms: Terms) -> Price | None:
    rule = next((way for way in ways_to_tickets(terms) if way.price), None)
    found = declared_price(member.programme_id, rule.price) if rule is not None else None
    if rule is None or found is None:
        return None
    since, minutes = moment_of(found.starts_tick), rule.price_age_minutes_max
    stale = bool(minutes) and timezone.now() - since > timedelta(minutes=minutes)
    return Price(decimal(found.numerator, found.denominator), since, stale, minutes)


def _holding(member: Member, rule: Ticket, decimals: int, account: Account | None) -> Holding:
    found = tickets_of(member.pk, rule)
    there = account.tickets if account is not None else 0
    return Holding(*(Amount(n, decimals) for n in (found.free, found.frozen, found.bought, found.released, there)))


def _entries(member: Member, terms: Terms, decimals: int) -> list[EntryLine]:
    found = OrderEntry.objects.filter(member=member).order_by("-id")[:ENTRIES_SHOWN]
    return [
        EntryLine(
            *_what(one.item, one.quantity, terms, decimals),
            Money(one.paid),
            one.reference,
            one.entered_at,
            str(one.get_source_display()),
            str(one.get_state_display()),
            TONES[EntryState(one.state)],
            one.reason,
        )
        for one in found
    ]


def _transfers(member: Member, decimals: int) -> list[tuple[Amount, datetime]]:
    found = TicketTransfer.objects.filter(member=member).order_by("-id")[:TRANSFERS_SHOWN]
    return [(Amount(one.amount, decimals), one.at) for one in found]
