"""Refunds of confirmed orders, in part or whole (G4): points and rewards by the engine's rule, money beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.new import NewRefund as RefundFact
from jifen.facts.record import record_refund
from jifen.sales.confirming import COUNTER
from jifen.sales.dues import lower_dues
from jifen.sales.errors import SaleError
from jifen.sales.models import CONFIRMED_STATES, Order, OrderLine, OrderState, Refund
from jifen.sales.money import give_back
from jifen.sales.orders import OrderStateError, ReasonMissingError
from jifen.sales.parcels import call_off
from jifen.sales.stock import put_back


class RefundKeyReusedError(SaleError):
    """The key already names another refund of this order (G2)."""

    def __init__(self) -> None:
        super().__init__(
            say("this refund was already sent with another amount; look at the order, then begin a new one")
        )


class RefundAmountError(SaleError):
    """The amount is not between 0.01 and what can still be refunded."""


class ReturnedGoodsError(SaleError):
    """More goods would come back than were sold."""

    def __init__(self, line: OrderLine) -> None:
        left = line.quantity - line.returned
        super().__init__(say("of {product} at most {left} can come back in stock", product=line.title, left=left))


@dataclass(frozen=True)
class Returned:
    """The pieces that came back, by order line; they go back in stock."""

    pieces: Mapping[int, int] = field(default_factory=dict)


NOTHING = Returned()


class RefundOrder(TypedDict):
    """Which order, how much of its price in fen, why, who, and the key that makes it happen once."""

    order_id: int
    amount: int
    reason: str
    operator_id: int
    key: str


@dataclass(frozen=True)
class NewRefund:
    """How much of an order's price in fen, why, by which key, and by which operator; without one by the store."""

    amount: int
    reason: str
    key: str
    operator_id: int | None = None

    @property
    def actor(self) -> str:
        """Who refunds, as facts say it."""
        return COUNTER if self.operator_id is None else f"operator/{self.operator_id}"


def refund_order(*, returned: Returned = NOTHING, **asked: Unpack[RefundOrder]) -> Refund:
    """Refund `amount` (fen) of an order's price; what was paid in points comes back as points of that kind.

    Money back is floor(cash × refunded ÷ amount) less what came back before, so that parts add up to the whole. Goods
    that came back go in stock again.
    """
    if not asked["reason"].strip():
        raise ReasonMissingError
    new = NewRefund(asked["amount"], asked["reason"].strip(), asked["key"], asked["operator_id"])
    with transaction.atomic():
        return refund_locked(locked_order(asked["order_id"]), new, returned)


def locked_order(order_id: int) -> Order:
    """Return an order, locked, with its programme."""
    return Order.objects.select_for_update(no_key=True, of=("self",)).select_related("programme").get(id=order_id)


def refund_locked(order: Order, new: NewRefund, returned: Returned = NOTHING) -> Refund:
    """Refund a part of a locked order once for each key."""
    known = order.refunds.filter(key=new.key).first()
    if known is not None:
        if known.amount != new.amount:
            raise RefundKeyReusedError
        return known
    _check(order, new.amount)
    _put_back(order, returned)
    refund = _record(order, new)
    refund.from_reserve, refund.from_cash = give_back(refund)
    refund.cash_back = refund.from_reserve + refund.from_cash
    refund.save(force_insert=True)
    order.refunded += new.amount
    order.state = OrderState.REFUNDED if order.refunded == order.amount else OrderState.PART_REFUNDED
    order.save(update_fields=["refunded", "state"])
    lower_dues(order)
    if order.state == OrderState.REFUNDED:
        call_off(order)
    if new.operator_id is not None:
        note_act(operator_id=new.operator_id, act="refund_order", subject=f"order {order.number}", reason=new.reason)
    return refund


def _put_back(order: Order, returned: Returned) -> None:
    """Put goods back in stock, before any account is locked (see jifen.sales.stock)."""
    pieces: dict[int, int] = {}
    for line in order.lines.order_by("id"):
        came = returned.pieces.get(line.pk, 0)
        if not 0 <= came <= line.quantity - line.returned:
            raise ReturnedGoodsError(line)
        if came:
            pieces[line.product_id] = came
            OrderLine.objects.filter(pk=line.pk).update(returned=line.returned + came)
    put_back(pieces)


def _check(order: Order, amount: int) -> None:
    if order.state not in CONFIRMED_STATES:
        raise OrderStateError(say("only a confirmed order can be refunded; cancel this one instead"))
    if not 1 <= amount <= order.amount - order.refunded:
        left = format_amount(order.amount - order.refunded, MONEY_DECIMALS)
        raise RefundAmountError(say("between 0.01 and {left} of this order can be refunded", left=left))


def _record(order: Order, new: NewRefund) -> Refund:
    """Let the refund count, and return it unsaved."""
    recorded = record_refund(
        RefundFact(
            programme_id=order.programme_id,
            order_code=order.number,
            amount=new.amount,
            actor=new.actor,
            reason=new.reason,
        )
    )
    return Refund(
        order=order,
        number=order.refunds.count() + 1,
        amount=new.amount,
        reason=new.reason,
        operator_id=new.operator_id,
        by_store=new.operator_id is None,
        key=new.key,
        refunded_at=timezone.now(),
        fact_id=recorded.fact_id,
        business_date=recorded.business_date,
    )
