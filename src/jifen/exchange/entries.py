"""報單: what was bought at the exchange is captured or typed in, and an operator reviews it (S0-72, S0-78, S0-79).

An approved entry of tickets counts toward their release; one of devices is an order by the channel "exchange", which is
the only way to multiplied orders.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from jifen.engine.digits import number_of
from jifen.engine.message import say
from jifen.engine.programme import Programme as Terms
from jifen.exchange.adapter import QUANTITY_MAX, TICKET
from jifen.exchange.counting import count_entry
from jifen.exchange.errors import ExchangeError
from jifen.exchange.models import EntrySource, EntryState, OrderEntry, Purchase
from jifen.exchange.terms import device_of, ticket_of
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.members.models import Member
from jifen.payouts.reasons import SamePersonError, given
from jifen.programmes.terms import in_force, load

DEVICES_MAX = 999
PAID_MAX = 10**12  # fen
REFERENCE_LENGTH_MAX = 40

# What was captured becomes an entry of the member with the account; one that the member typed in before is that entry.
_JOIN = """
UPDATE exchange_orderentry AS e SET purchase_id = p.id, item = p.item, quantity = p.quantity, paid = p.paid
FROM exchange_purchase p JOIN exchange_account a ON a.programme_id = p.programme_id AND a.code = p.account
WHERE p.programme_id = %(programme)s AND e.programme_id = p.programme_id AND e.member_id = a.member_id
    AND (%(member)s::bigint IS NULL OR a.member_id = %(member)s)
    AND e.reference = 'X' || p.number AND e.state = 'waiting' AND e.purchase_id IS NULL
    AND NOT EXISTS (SELECT FROM exchange_orderentry o WHERE o.purchase_id = p.id)
    AND e.id = (SELECT min(f.id) FROM exchange_orderentry f WHERE f.member_id = e.member_id
        AND f.reference = e.reference AND f.state = 'waiting')
"""
_MISSING = """
SELECT p.id, a.member_id FROM exchange_purchase p
JOIN exchange_account a ON a.programme_id = p.programme_id AND a.code = p.account
WHERE p.programme_id = %(programme)s AND (%(member)s::bigint IS NULL OR a.member_id = %(member)s)
    AND NOT EXISTS (SELECT FROM exchange_orderentry e WHERE e.purchase_id = p.id)
ORDER BY p.number
"""


class EntryNotValidError(ExchangeError):
    """What was typed in cannot have been bought at this exchange."""


class EntryKeyReusedError(ExchangeError):
    """The key already names another entry of this member (G2)."""

    def __init__(self) -> None:
        super().__init__(say("this entry was already sent with other contents; look at the list, then begin a new one"))


class EntryReviewedError(ExchangeError):
    """Somebody decided before, and differently."""

    def __init__(self) -> None:
        super().__init__(say("this entry was already reviewed; open it again to see by whom"))


class EntryCountedError(ExchangeError):
    """The purchase counts already, or belongs to somebody else."""


@dataclass(frozen=True)
class NewEntry:
    """What somebody says to have bought at the exchange: minor units of tickets, or devices; `paid` is in fen."""

    member_id: int
    item: str
    quantity: int
    paid: int
    reference: str
    operator_id: int | None = None  # who of the staff typed it in, None for the member


def enter_order(new: NewEntry, *, key: str) -> OrderEntry:
    """Type an entry in; it waits for review. The same key answers with the same entry."""
    reference = "".join(new.reference.split())
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(id=new.member_id)
        known = OrderEntry.objects.filter(member=member, key=key).first()
        if known is not None:
            return _same_entry(known, new, reference)
        _check(new, reference, load(in_force(member.programme_id, open_day(member.programme_id)).id))
        if OrderEntry.objects.filter(
            member=member, reference=reference, state__in=(EntryState.WAITING, EntryState.APPROVED)
        ).exists():
            raise EntryCountedError(say("this purchase stands in your list already"))
        entry = OrderEntry.objects.create(
            programme_id=member.programme_id,
            member=member,
            source=EntrySource.MEMBER if new.operator_id is None else EntrySource.STAFF,
            item=new.item,
            quantity=new.quantity,
            paid=new.paid,
            reference=reference,
            key=key,
            entered_by_id=new.operator_id,
        )
        if new.operator_id is not None:
            note_act(operator_id=new.operator_id, act="enter_order", subject=_subject(entry))
        enter_captured(member.programme_id, member.pk)
        entry.refresh_from_db()
    return entry


def enter_captured(programme_id: int, member_id: int | None = None) -> int:
    """Make entries of what was captured from accounts of members, or of one; return how many. Each becomes one."""
    values = {"programme": programme_id, "member": member_id}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_JOIN, values)
        cursor.execute(_MISSING, values)
        missing = dict(cursor.fetchall())
        purchases = Purchase.objects.in_bulk(missing)
        made = [_captured(purchases[one], member_id) for one, member_id in missing.items()]
        OrderEntry.objects.bulk_create(made, ignore_conflicts=True)  # another run may have been as quick
    return len(made)


def approve_entry(*, entry_id: int, operator_id: int, reason: str = "") -> OrderEntry:
    """Let an entry count: tickets as bought, devices as an order by the channel "exchange"; once, however often.

    Who typed an entry in does not approve it. The rules of the programme may refuse it (facts.record.RefusedError).
    """
    with transaction.atomic():
        entry = _locked(entry_id)
        if _decided_as(entry, EntryState.APPROVED):
            return entry
        if entry.entered_by_id == operator_id:
            raise SamePersonError
        _refuse_counted(entry)
        counted = count_entry(entry, operator_id=operator_id)
        entry.order_id, entry.fact_id = counted.order_id, counted.fact_id
        _review(entry, EntryState.APPROVED, operator_id=operator_id, reason=reason.strip())
    return entry


def reject_entry(*, entry_id: int, operator_id: int, reason: str) -> OrderEntry:
    """Reject an entry; nothing counts, and the member reads why."""
    reason = given(reason)
    with transaction.atomic():
        entry = _locked(entry_id)
        if not _decided_as(entry, EntryState.REJECTED):
            _review(entry, EntryState.REJECTED, operator_id=operator_id, reason=reason)
    return entry


def _check(new: NewEntry, reference: str, terms: Terms) -> None:
    most = {}
    if ticket_of(terms) is not None:
        most[TICKET] = QUANTITY_MAX
    device = device_of(terms)
    if device is not None:
        most[device.product] = DEVICES_MAX
    if new.item not in most:
        raise EntryNotValidError(say("this is not sold at the exchange; choose what was bought"))
    if not 1 <= new.quantity <= most[new.item] or not 0 <= new.paid <= PAID_MAX:
        raise EntryNotValidError(say("the quantity or the money paid cannot be right; look at the receipt"))
    if not 1 <= len(reference) <= REFERENCE_LENGTH_MAX:
        raise EntryNotValidError(say("write the number that stands on the receipt of the exchange"))


def _same_entry(entry: OrderEntry, new: NewEntry, reference: str) -> OrderEntry:
    typed = (new.item, new.reference and reference, new.operator_id)
    if (entry.item, entry.reference, entry.entered_by_id) != typed:
        raise EntryKeyReusedError
    if entry.purchase_id is None and (entry.quantity, entry.paid) != (new.quantity, new.paid):
        raise EntryKeyReusedError
    return entry


def _captured(purchase: Purchase, member_id: int) -> OrderEntry:
    return OrderEntry(
        programme_id=purchase.programme_id,
        member_id=member_id,
        source=EntrySource.EXCHANGE,
        item=purchase.item,
        quantity=purchase.quantity,
        paid=purchase.paid,
        reference=purchase.reference,
        key=f"purchase/{purchase.reference}",
        purchase=purchase,
    )


def _locked(entry_id: int) -> OrderEntry:
    """Return an entry that nobody else decides on until the transaction ends, nor on others of the same purchase."""
    wanted = OrderEntry.objects.get(id=entry_id)
    same = OrderEntry.objects.filter(programme_id=wanted.programme_id, reference=wanted.reference)
    found = {entry.id: entry for entry in same.select_for_update(no_key=True).order_by("id")}
    return found[entry_id]


def _decided_as(entry: OrderEntry, state: EntryState) -> bool:
    if entry.state == EntryState.WAITING:
        return False
    if entry.state != state:
        raise EntryReviewedError
    return True


def _refuse_counted(entry: OrderEntry) -> None:
    """Refuse a purchase that counts already, or that the exchange sold to somebody else."""
    others = OrderEntry.objects.filter(programme_id=entry.programme_id, reference=entry.reference).exclude(id=entry.id)
    if others.filter(state=EntryState.APPROVED).exists():
        raise EntryCountedError(say("the purchase {reference} counts already", reference=entry.reference))
    captured = Purchase.objects.filter(programme_id=entry.programme_id)
    number = number_of(entry.reference.removeprefix("X"))
    if entry.purchase_id is None and number is not None and captured.filter(number=number).exists():
        raise EntryCountedError(
            say("the exchange sold {reference} to another account; reject this entry", reference=entry.reference)
        )


def _review(entry: OrderEntry, state: EntryState, *, operator_id: int, reason: str) -> None:
    entry.state, entry.reviewed_by_id, entry.reviewed_at, entry.reason = state, operator_id, timezone.now(), reason
    entry.save()
    act = "approve_entry" if state == EntryState.APPROVED else "reject_entry"
    note_act(operator_id=operator_id, act=act, subject=_subject(entry), reason=reason)


def _subject(entry: OrderEntry) -> str:
    return f"entry {entry.id} M{entry.member_id}"
