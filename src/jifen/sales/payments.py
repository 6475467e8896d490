"""Orders whose money a payment provider saw come (S2-22). How it comes is told in jifen.payments.

Without a provider the member reports the payment, and an operator confirms it (jifen.sales.orders).
"""

from django.db import transaction

from jifen.engine.message import say
from jifen.facts.days import waiting
from jifen.programmes.terms import load
from jifen.sales.confirming import confirm
from jifen.sales.models import PAID_STATES, Order, OrderState
from jifen.sales.orders import OrderStateError
from jifen.sales.pricing import sells_units


class PaidOtherwiseError(OrderStateError):
    """The money of this order had come already, another way."""

    def __init__(self) -> None:
        super().__init__(say("this order was already paid"))


def is_paid_online(order: Order) -> bool:
    """Return whether a provider may take an order's money; of devices an operator looks at the agreement (S0-58)."""
    return not sells_units(load(order.version_id), order.product)


def pay_order(*, member_id: int, order_id: int, provider: str) -> Order:
    """Let a member's order count whose money a provider saw come; the same provider's again changes nothing.

    Raises OrderStateError for an order that waits for no payment, PaidOtherwiseError where the money came another way,
    and facts.record.RefusedError for points that are not there.
    """
    assert provider
    with waiting(), transaction.atomic():
        order = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("programme")
        found = order.get(id=order_id, member_id=member_id)
        if found.state in PAID_STATES:
            if found.provider != provider:
                raise PaidOtherwiseError
            return found
        if found.state == OrderState.CANCELLED:
            raise OrderStateError(say("this order waits for no payment"))
        if not is_paid_online(found):
            raise OrderStateError(say("an operator looks at the agreement, then confirms the payment"))
        confirm(found, load(found.version_id), provider=provider)
    return found
