"""The money of orders in the ledger: what comes in is divided between reserve and cash, refunds go back out of both."""

from datetime import date

from django.db import transaction

from jifen.engine.message import say
from jifen.ledger.chart import MONEY, PROGRAMME
from jifen.ledger.posting import Line, NewTransfer, OverdraftError, post
from jifen.ledger.reading import programme_balances
from jifen.programmes.terms import load
from jifen.sales.errors import SaleError
from jifen.sales.models import Order, Refund

RESERVE, CASH, PAID = "reserve", "cash", "paid"


class MoneyShortError(SaleError):
    """Reserve and cash together hold less than the refund needs; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            say("the programme's accounts hold too little money for this refund; top up the reserve first")
        )


def take_payment(order: Order, *, day: date, operator_id: int) -> int:
    """Post the money of a confirmed payment and return how much of it went into the reserve (trust 1.4)."""
    rule = load(order.version_id).reserve
    reserved, kept = rule.split(order.cash) if rule is not None else (0, order.cash)
    lines = _lines((order.member_id, PAID, -order.cash), (PROGRAMME, RESERVE, reserved), (PROGRAMME, CASH, kept))
    transfer = NewTransfer(key=_key(order, "order", "payment"), rule="payment", lines=lines, cause=_cause(order))
    _post(order, transfer, day=day, operator_id=operator_id)
    return reserved


def give_back(refund: Refund) -> tuple[int, int]:
    """Post the money of a refund that is about to be saved; its order does not count it yet.

    Returns what came out of the reserve and what out of cash: in the proportion in which it went in, and where one of
    them holds too little, the rest out of the other.
    """
    order, before, after = refund.order, refund.order.refunded, refund.order.refunded + refund.amount
    back = _share(order.cash, after, order.amount) - _share(order.cash, before, order.amount)
    from_reserve = _reserved_part(order, after) - _reserved_part(order, before)
    try:
        return _post_back(refund, from_reserve, back - from_reserve)
    except OverdraftError:
        held = programme_balances(order.programme_id)
    reserve, cash = (held.get((MONEY, role), 0) for role in (RESERVE, CASH))
    from_reserve = max(min(from_reserve, reserve), back - cash)
    try:
        return _post_back(refund, from_reserve, back - from_reserve)
    except OverdraftError as error:
        raise MoneyShortError from error


@transaction.atomic
def _post_back(refund: Refund, from_reserve: int, from_cash: int) -> tuple[int, int]:
    order, back = refund.order, from_reserve + from_cash
    lines = _lines((order.member_id, PAID, back), (PROGRAMME, RESERVE, -from_reserve), (PROGRAMME, CASH, -from_cash))
    key = _key(order, "refund", f"{refund.number}/payment")
    transfer = NewTransfer(key=key, rule="payment_refund", lines=lines, cause=_cause(order))
    _post(order, transfer, day=refund.business_date, operator_id=refund.operator_id)
    return from_reserve, from_cash


def _share(whole: int, part: int, of: int) -> int:
    return whole * part // of if of else 0


def _reserved_part(order: Order, total: int) -> int:
    """Return what of the money back for `total` refunded is the reserve's, rounded in its favour."""
    return _share(order.reserved, _share(order.cash, total, order.amount), order.cash)


def _key(order: Order, what: str, rest: str) -> str:
    return f"{order.programme.code}/{what}/{order.number}/{rest}"


def _cause(order: Order) -> str:
    return f"order {order.number}"


def _lines(*rows: tuple[int, str, int]) -> tuple[Line, ...]:
    """Return the lines for (owner, role, amount), without those of 0."""
    return tuple(Line(owner=owner, kind=MONEY, role=role, amount=amount) for owner, role, amount in rows if amount)


def _post(order: Order, transfer: NewTransfer, *, day: date, operator_id: int) -> None:
    """Post a transfer; an order paid in points alone moves no money."""
    if transfer.lines:
        post(programme_id=order.programme_id, day=day, transfer=transfer, actor=f"operator/{operator_id}")
