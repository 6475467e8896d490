"""Refunds of confirmed orders, in part or whole (G4): points and rewards by the engine's rule, money beside them."""

from django.db import transaction
from django.utils import timezone

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.new import NewRefund
from jifen.facts.record import Recorded, record_refund
from jifen.sales.errors import SaleError
from jifen.sales.models import CONFIRMED_STATES, Order, OrderState, Refund
from jifen.sales.money import give_back
from jifen.sales.orders import OrderStateError, ReasonMissingError


class RefundKeyReusedError(SaleError):
    """The key already names another refund of this order (G2)."""

    def __init__(self) -> None:
        super().__init__(
            say("this refund was already sent with another amount; look at the order, then begin a new one")
        )


class RefundAmountError(SaleError):
    """The amount is not between 0.01 and what can still be refunded."""


def refund_order(*, order_id: int, amount: int, reason: str, operator_id: int, key: str) -> Refund:
    """Refund `amount` (fen) of an order's price; what was paid in points comes back as points.

    Money back is floor(cash × refunded ÷ amount) less what came back before, so that parts add up to the whole.
    """
    if not reason.strip():
        raise ReasonMissingError
    with transaction.atomic():
        order = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("programme").get(id=order_id)
        known = order.refunds.filter(key=key).first()
        if known is not None:
            if known.amount != amount:
                raise RefundKeyReusedError
            return known
        _check(order, amount)
        recorded = record_refund(
            NewRefund(
                programme_id=order.programme_id,
                order_code=order.number,
                amount=amount,
                actor=f"operator/{operator_id}",
                reason=reason.strip(),
            )
        )
        refund = _refund(order, amount, recorded)
        refund.reason, refund.key, refund.operator_id = reason.strip(), key, operator_id
        refund.from_reserve, refund.from_cash = give_back(refund)
        refund.cash_back = refund.from_reserve + refund.from_cash
        refund.save(force_insert=True)
        order.refunded += amount
        order.state = OrderState.REFUNDED if order.refunded == order.amount else OrderState.PART_REFUNDED
        order.save(update_fields=["refunded", "state"])
        note_act(operator_id=operator_id, act="refund_order", subject=f"order {order.number}", reason=refund.reason)
    return refund


def _check(order: Order, amount: int) -> None:
    if order.state not in CONFIRMED_STATES:
        raise OrderStateError(say("only a confirmed order can be refunded; cancel this one instead"))
    if not 1 <= amount <= order.amount - order.refunded:
        left = format_amount(order.amount - order.refunded, MONEY_DECIMALS)
        raise RefundAmountError(say("between 0.01 and {left} of this order can be refunded", left=left))


def _refund(order: Order, amount: int, recorded: Recorded) -> Refund:
    return Refund(
        order=order,
        number=order.refunds.count() + 1,
        amount=amount,
        refunded_at=timezone.now(),
        fact_id=recorded.fact_id,
        business_date=recorded.business_date,
    )
