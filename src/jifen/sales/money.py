"""The money of orders in the ledger: what comes in is divided between reserve and cash, refunds go back out of both."""

from dataclasses import replace
from datetime import date

from jifen.sales.models import Order, Refund
from jifen.sales.receipts import MoneyShortError, Receipt, part_of, pay_back, return_all, take_in

__all__ = ["MoneyShortError", "give_back", "return_payment", "take_payment"]


def take_payment(order: Order, *, day: date, operator_id: int | None) -> int:
    """Post the money of a confirmed payment and return how much of it went into the reserve (trust 1.4)."""
    receipt = _receipt(order, day, operator_id, key=_key(order, "order", "payment"), rule="payment")
    return take_in(replace(receipt, provider=order.provider), order.cash, version_id=order.version_id)


def return_payment(order: Order, *, day: date, operator_id: int) -> None:
    """Post back all money of an order that did not arrive, out of where it went in."""
    key = _key(order, "order", "payment_return")
    receipt = _receipt(order, day, operator_id, key=key, rule="payment_refund")
    return_all(receipt, order.cash, reserved=order.reserved)


def give_back(refund: Refund) -> tuple[int, int]:
    """Post the money of a refund that is about to be saved; its order does not count it yet.

    Returns what came out of the reserve and what out of cash: in the proportion in which it went in, and where one of
    them holds too little, the rest out of the other. What a store took it gives back itself.
    """
    if refund.order.taken_by_store:
        return 0, 0
    order, before, after = refund.order, refund.order.refunded, refund.order.refunded + refund.amount
    back = part_of(order.cash, after, order.amount) - part_of(order.cash, before, order.amount)
    reserved = _reserved_part(order, after) - _reserved_part(order, before)
    key = _key(order, "refund", f"{refund.number}/payment")
    receipt = _receipt(order, refund.business_date, refund.operator_id, key=key, rule="payment_refund")
    return pay_back(receipt, back, reserved=reserved)


def _reserved_part(order: Order, total: int) -> int:
    """Return what of the money back for `total` refunded is the reserve's, rounded in its favour."""
    return part_of(order.reserved, part_of(order.cash, total, order.amount), order.cash)


def _key(order: Order, what: str, rest: str) -> str:
    return f"{order.programme.code}/{what}/{order.number}/{rest}"


def _receipt(order: Order, day: date, operator_id: int | None, *, key: str, rule: str) -> Receipt:
    return Receipt(
        programme_id=order.programme_id,
        member_id=order.member_id,
        day=day,
        operator_id=operator_id,
        key=key,
        rule=rule,
        cause=f"order {order.number}",
    )
