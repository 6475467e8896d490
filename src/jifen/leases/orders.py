"""Orders of devices: bought with consent, and confirmed when their money has come (S0-06 … S0-09, S0-58)."""

from dataclasses import dataclass

from django.db import transaction

from jifen.engine.message import say
from jifen.facts.days import waiting
from jifen.leases.agreements import Consent, make_agreement
from jifen.leases.errors import LeaseError
from jifen.leases.leases import open_lease
from jifen.leases.models import Agreement
from jifen.members.models import Member
from jifen.programmes.terms import load
from jifen.sales.devices import device_of, place_device_order
from jifen.sales.models import CONFIRMED_STATES, Order
from jifen.sales.orders import confirm_payment


class NotSignedError(LeaseError):
    """The member has not signed the agreement of the order."""

    def __init__(self) -> None:
        super().__init__(say("the member has not signed the agreement of this order, so it cannot count"))


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """How many devices, and how many points (minor units) pay for them; money pays the rest."""

    units: int
    points: int


def buy_devices(*, member_id: int, purchase: Purchase, consent: Consent, key: str) -> Agreement:
    """Place the order, sign its agreement and, where points pay all of it, open the lease: all or nothing.

    The same key answers with the agreement of the first time. Raises BusyError where others keep the account too long.
    """
    consent.given_name()
    device_of(Member.objects.values_list("programme_id", flat=True).get(pk=member_id))  # nobody waits for its listing
    with waiting(), transaction.atomic():
        order = place_device_order(member_id=member_id, quantity=purchase.units, points=purchase.points, key=key)
        known = Agreement.objects.filter(order=order).first()
        if known is not None:
            return known
        agreement = make_agreement(order, units=purchase.units, consent=consent)
        _open(order, agreement)
    return agreement


def confirm_device_order(*, order_id: int, operator_id: int, reason: str = "") -> Order:
    """Confirm the payment of an order of devices and open its lease; confirming again changes nothing.

    Raises NotSignedError where no agreement was signed.
    """
    with transaction.atomic():
        agreement = Agreement.objects.filter(order_id=order_id).first()
        if agreement is None:
            raise NotSignedError
        order = confirm_payment(order_id=order_id, operator_id=operator_id, reason=reason)
        _open(order, agreement)
    return order


def _open(order: Order, agreement: Agreement) -> None:
    """Open the lease of an order that counts."""
    if order.state in CONFIRMED_STATES:
        assert order.fact_id is not None
        open_lease(order, order.fact_id, order.quantity, order.amount, agreement)


def is_leased(order: Order) -> bool:
    """Return whether an order needs a signed agreement: devices that were bought here, and not through a channel."""
    units = load(order.version_id).units
    return units is not None and order.product == units.product and not order.channel
