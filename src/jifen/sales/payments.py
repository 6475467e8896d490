"""Who sees the money of orders come at once. Only the sandbox's provider exists: there is no live payment path.

Without a provider the member reports the payment, and an operator confirms it (jifen.sales.orders).
"""

from typing import Protocol

from django.conf import settings
from django.db import transaction

from jifen.engine.message import say
from jifen.facts.days import waiting
from jifen.programmes.terms import load
from jifen.sales.confirming import confirm
from jifen.sales.errors import SaleError
from jifen.sales.models import PAID_STATES, Order, OrderState
from jifen.sales.orders import OrderStateError
from jifen.sales.pricing import sells_units


class NoProviderError(SaleError):
    """Nobody takes money at once here."""

    def __init__(self) -> None:
        super().__init__(say("orders are not paid here yet; pay the operator, then report the payment"))


class PaymentProvider(Protocol):
    """Takes the money part of an order, and lets the order count."""

    def pay(self, order: Order) -> None:
        """Take the money of a locked order that waits for it."""
        ...


class SimulatedPayments:
    """Satisfies PaymentProvider: sees all money come, and moves none outside our own books."""

    name = "sandbox"  # who confirmed it, as facts and transfers say it

    def pay(self, order: Order) -> None:
        """Let a locked order count as if its money had come; facts.record refuses points that are not there."""
        confirm(order, load(order.version_id), provider=self.name)


def payments() -> PaymentProvider | None:
    """Return who takes money at once: the sandbox's simulation, and on a live platform nobody."""
    return SimulatedPayments() if settings.SANDBOX else None


def provider_of(order: Order) -> PaymentProvider | None:
    """Return who takes an order's money at once; of devices nobody, an operator looks at their agreement (S0-58)."""
    return None if sells_units(load(order.version_id), order.product) else payments()


def pay_order(*, member_id: int, order_id: int) -> Order:
    """Pay the money of a member's order at once; paying again changes nothing.

    Raises NoProviderError where an operator has to confirm the payment, and facts.record.RefusedError for points.
    """
    with waiting(), transaction.atomic():
        order = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("programme")
        found = order.get(id=order_id, member_id=member_id)
        if found.state in PAID_STATES:
            return found
        if found.state == OrderState.CANCELLED:
            raise OrderStateError(say("this order waits for no payment"))
        provider = provider_of(found)
        if provider is None:
            raise NoProviderError
        provider.pay(found)
    return found
