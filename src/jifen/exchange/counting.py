"""How an approved entry counts: tickets as bought, devices as an order by the channel "exchange"."""

from typing import NamedTuple

from jifen.engine.message import say
from jifen.engine.programme import Programme as Terms
from jifen.exchange.adapter import TICKET
from jifen.exchange.errors import ExchangeError
from jifen.exchange.models import OrderEntry
from jifen.exchange.terms import CHANNEL, device_of, terms_now, ticket_of
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.sales.devices import place_device_order
from jifen.sales.orders import confirm_payment


class NothingCountsError(ExchangeError):
    """The programme no longer counts what was bought."""

    def __init__(self) -> None:
        super().__init__(say("the programme does not count such a purchase any more; reject it with a reason"))


class Counted(NamedTuple):
    """The fact of an entry that counts, and its order where it is one of devices."""

    fact_id: int
    order_id: int | None


def count_entry(entry: OrderEntry, *, operator_id: int) -> Counted:
    """Record what an entry stands for, in the caller's transaction."""
    terms = terms_now(entry.programme_id)
    if entry.item == TICKET:
        return _count_tickets(entry, terms, operator_id)
    return _count_devices(entry, terms, operator_id)


def _count_tickets(entry: OrderEntry, terms: Terms, operator_id: int) -> Counted:
    ticket = ticket_of(terms)
    if ticket is None:
        raise NothingCountsError
    recorded = record_action(
        NewAction(
            programme_id=entry.programme_id,
            action="exchange_buy",
            member_id=entry.member_id,
            kind=ticket.kind,
            amount=entry.quantity,
            actor=f"operator/{operator_id}",
            reason=f"entry {entry.id} {entry.reference}",
        )
    )
    return Counted(recorded.fact_id, None)


def _count_devices(entry: OrderEntry, terms: Terms, operator_id: int) -> Counted:
    device = device_of(terms)
    if device is None or entry.item != device.product:
        raise NothingCountsError
    order = place_device_order(
        member_id=entry.member_id,
        quantity=entry.quantity,
        points=None,
        key=f"entry/{entry.id}",
        channel=CHANNEL,
    )
    order = confirm_payment(order_id=order.id, operator_id=operator_id, reason=entry.reference)
    assert order.fact_id is not None
    return Counted(order.fact_id, order.id)
