"""Money that a payment provider saw come, told without its cashier: for stories about what comes of it.

The cashier itself is the story of tests/payments.
"""

from typing import Any, Unpack

from django.conf import settings
from django.db import transaction
from django.test import Client

from jifen.sales.at_store import StoreSale, pay_at_store
from jifen.sales.models import OPEN_STATES, Order
from jifen.storefront.cards import buy_card, pay_order
from jifen.storefront.models import Card

PROVIDER = "alipay"


def paid_at_store(**sale: Unpack[StoreSale]) -> Order:
    """Let a member pay an amount at a store; in the sandbox a provider sees the money come at once."""
    with transaction.atomic():
        return paid(pay_at_store(**sale))


def placed_then_paid(**sale: Unpack[StoreSale]) -> Order:
    """Let a member pay an amount at a store, order and money each in a transaction of its own, as it happens."""
    return paid(pay_at_store(**sale))


def bought_card(*, member_id: int, plan_id: int, key: str) -> Card:
    """Let a member buy a card of a store; in the sandbox a provider sees the money come at once."""
    with transaction.atomic():
        card = buy_card(member_id=member_id, plan_id=plan_id, key=key)
        paid(card.order)
    return Card.objects.select_related("plan", "order").get(pk=card.pk)


def paid(order: Order) -> Order:
    """Return an order whose money has come, where it waited for it."""
    if order.state not in OPEN_STATES or not settings.SANDBOX:
        return order
    return pay_order(member_id=order.member_id, order_id=order.pk, provider=PROVIDER)


def through_cashier(client: Client, answer: Any, *, provider: str = PROVIDER, does: str = "pay") -> Any:
    """Return the page that an answer leads to; where that is a payment, act at the cashier of a provider and come back.

    What led to no payment is shown as it is (S2-22).
    """
    if answer.status_code != 302 or "/payments/" not in answer.url:
        return client.get(answer.url, follow=True) if answer.status_code == 302 else answer
    payment = answer.url.partition("?")[0]
    cashier: Any = client.post(f"{payment}/begin", {"provider": provider})
    assert "/cashier/" in cashier.url
    assert client.get(cashier.url).status_code == 200
    back: Any = client.post(cashier.url, {"does": does})
    return client.get(back.url, follow=True)
