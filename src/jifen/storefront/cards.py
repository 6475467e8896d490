"""Cards of members: bought at the store, opened when the order counts, closed when it is refunded (S1-33).

What a card brings is a fact of its own (card_grant), and so is what a refund takes of it (card_return): as much of the
points as of the price, in exact proportion. What was spent of them stays spent.
"""

from datetime import date, timedelta
from typing import Unpack

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.days import open_day, waiting, zone_of
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.members.models import Member
from jifen.sales.at_store import pay_at_store
from jifen.sales.models import CONFIRMED_STATES, Order, OrderState, Refund
from jifen.sales.orders import confirm_payment
from jifen.sales.payments import pay_order as pay_sale
from jifen.sales.receipts import part_of
from jifen.sales.refunds import NOTHING, RefundOrder, Returned
from jifen.sales.refunds import refund_order as refund_sale
from jifen.storefront.errors import StoreError
from jifen.storefront.models import Card, CardPlan, CardState
from jifen.storefront.terms import CARD, card_kind, terms_now


class CardNotSoldError(StoreError):
    """The card is not on sale, or the member has one."""


def buy_card(*, member_id: int, plan_id: int, key: str) -> Card:
    """Buy a card with money at its store; it is open when the payment has come.

    The same key answers with the same card. Raises CardNotSoldError, a SaleError and facts.days.NotNowError.
    """
    with waiting(), transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id)  # one card at a time
        known = Card.objects.filter(member=member, order__key=key).select_related("plan").first()
        if known is not None:
            if known.plan_id != plan_id:
                raise CardNotSoldError(say("this card was already sent with other contents; look at your cards"))
            return known
        plan = _on_sale(plan_id, member)
        order = pay_at_store(
            member_id=member_id, store_id=plan.store_id, amount=plan.price, points=0, key=key, product=CARD
        )
        card = Card.objects.create(plan=plan, store_id=plan.store_id, member=member, order=order)
        _bring_in_step(card, order)
    return card


def confirm_order(*, order_id: int, operator_id: int, reason: str = "") -> Order:
    """Confirm the payment of any order, and open its card where it is one's; confirming again changes nothing."""
    with transaction.atomic():
        order = confirm_payment(order_id=order_id, operator_id=operator_id, reason=reason)
        follow_order(order)
    return order


def pay_order(*, member_id: int, order_id: int, provider: str) -> Order:
    """Let any order count whose money a provider saw come, and open its card where it is one's; once.

    Raises what sales.payments.pay_order raises.
    """
    with waiting(), transaction.atomic():
        order = pay_sale(member_id=member_id, order_id=order_id, provider=provider)
        follow_order(order)
    return order


def refund_order(*, returned: Returned = NOTHING, **asked: Unpack[RefundOrder]) -> Refund:
    """Refund any order, in part or whole; a card of it is closed, and gives back its points in the same proportion."""
    with transaction.atomic():
        refund = refund_sale(returned=returned, **asked)
        follow_order(Order.objects.get(pk=asked["order_id"]))
    return refund


def follow_order(order: Order) -> None:
    """Bring the card of a locked order in step with it; orders without a card, and cards in step, stay as they are."""
    card = Card.objects.select_for_update(of=("self",)).filter(order=order).select_related("plan").first()
    if card is not None:
        _bring_in_step(card, order)


def today_at(programme_id: int) -> date:
    """Return the date in a programme's zone, by which cards are good."""
    return timezone.now().astimezone(zone_of(programme_id)).date()


def is_good(card: Card, day: date) -> bool:
    """Return whether a card is open and its days are not over."""
    return card.state == CardState.OPEN and card.until_on is not None and day <= card.until_on


def cards_of(member_id: int) -> list[Card]:
    """Return a member's cards with their stores and items, the newest first; without those whose order is cancelled."""
    rows = Card.objects.filter(member_id=member_id).exclude(order__state=OrderState.CANCELLED)
    rows = rows.select_related("plan", "store", "order")
    return list(rows.prefetch_related("plan__items").order_by("-pk"))


def card_at(member_id: int, store_id: int) -> Card | None:
    """Return the member's card that is good at a store today."""
    rows = Card.objects.filter(member_id=member_id, store_id=store_id, state=CardState.OPEN)
    card = rows.select_related("plan", "store").order_by("-until_on", "-pk").first()
    return card if card is not None and is_good(card, today_at(card.store.programme_id)) else None


def _on_sale(plan_id: int, member: Member) -> CardPlan:
    plans = CardPlan.objects.select_related("store")
    plan = plans.filter(pk=plan_id, active=True, store__programme_id=member.programme_id).first()
    if plan is None:
        raise CardNotSoldError(say("this card is not sold any more"))
    if card_at(member.pk, plan.store_id) is not None:
        raise CardNotSoldError(say("you have a card of this store, which is still good"))
    return plan


def _bring_in_step(card: Card, order: Order) -> None:
    """Open the card of an order that counts, close that of one that is cancelled or refunded."""
    if order.state in CONFIRMED_STATES and card.state == CardState.ORDERED:
        _open(card, order)
    if order.refunded:
        _take_back(card, order)
    if (order.refunded or order.state == OrderState.CANCELLED) and card.state != CardState.CLOSED:
        card.state, card.closed_on = CardState.CLOSED, open_day(order.programme_id)
        card.save()


def _open(card: Card, order: Order) -> None:
    assert order.business_date is not None
    card.state, card.opened_on = CardState.OPEN, order.business_date
    card.until_on = order.business_date + timedelta(days=card.plan.days - 1)
    if card.plan.points:
        card.granted = card.plan.points
        card.grant_fact_id = _act("card_grant", card, order, card.granted)
    card.save()


def _take_back(card: Card, order: Order) -> None:
    """Take back floor(points × refunded ÷ price), less what was taken before."""
    due = part_of(card.granted, order.refunded, order.amount)
    if due > card.taken_back:
        _act("card_return", card, order, due - card.taken_back)
        card.taken_back = due
        card.save(update_fields=["taken_back"])


def _act(action: str, card: Card, order: Order, amount: int) -> int:
    recorded = record_action(
        NewAction(
            programme_id=order.programme_id,
            action=action,
            member_id=card.member_id,
            kind=card_kind(terms_now(order.programme_id)),
            amount=amount,
            actor=f"M{card.member_id}",
            reason=f"order {order.number}",
        )
    )
    return recorded.fact_id
