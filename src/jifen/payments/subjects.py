"""What payments pay: how much it costs, what happens when the money has come, and what of it goes back later.

Each calls the same function that is called where an operator sees the money come; that function refuses what may no
longer be.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jifen.alliance.models import PeriodPayment, StoredTopUp
from jifen.alliance.periods import pay_online, to_pay
from jifen.alliance.purchases import buy_online, quote
from jifen.alliance.shareholders import become, fee_of
from jifen.alliance.stored_models import StoredState
from jifen.alliance.stored_value import top_up
from jifen.cards.models import CardRange, RangeState
from jifen.cards.ranges import pay_range
from jifen.engine.message import say
from jifen.members.models import Member
from jifen.payments.errors import NothingToPayError, PaymentError
from jifen.payments.models import Payment, Pays
from jifen.sales.models import OPEN_STATES, Order, OrderState
from jifen.sales.payments import is_paid_online
from jifen.storefront.cards import pay_order
from jifen.stores.models import Period

Asked = Mapping[str, int | str]


class PaidOtherwiseError(PaymentError):
    """What was paid had been paid before, or costs another sum now."""

    def __init__(self) -> None:
        super().__init__(say("this was already paid, or costs another sum now"))


@dataclass(frozen=True)
class Bill:
    """What a member would pay: what it is called, the same for each try, and how much in fen."""

    subject: str
    amount: int
    order_id: int | None = None


def _always(_payment: Payment) -> bool:
    return True


def _never(_payment: Payment) -> Sequence[tuple[str, int]]:
    return ()


@dataclass(frozen=True)
class Subject:
    """What can be paid. `waits` says whether it still can be, `backs` what of it went back, with the cause of each."""

    bill: Callable[[Member, Asked], Bill]
    grant: Callable[[Payment], None]
    waits: Callable[[Payment], bool] = _always
    backs: Callable[[Payment], Sequence[tuple[str, int]]] = _never


def _order_bill(member: Member, asked: Asked) -> Bill:
    order = Order.objects.filter(pk=asked["order"], member=member).first()
    if order is None or order.state not in OPEN_STATES or not order.cash or not is_paid_online(order):
        raise NothingToPayError
    return Bill(f"order/{order.number}", order.cash, order.pk)


def _grant_order(payment: Payment) -> None:
    assert payment.order_id is not None
    order = pay_order(member_id=payment.member_id, order_id=payment.order_id, provider=payment.provider)
    _the_same(order.cash, payment)


def _order_waits(payment: Payment) -> bool:
    assert payment.order is not None
    return Order.objects.filter(pk=payment.order.pk, state__in=OPEN_STATES).exists()


def _order_backs(payment: Payment) -> Sequence[tuple[str, int]]:
    order = payment.order
    assert order is not None
    backs = [(f"refund/{one.number}", one.cash_back) for one in order.refunds.order_by("number") if one.cash_back]
    if order.state == OrderState.CANCELLED and order.sent_at is not None:  # it did not arrive
        backs.append(("return", order.cash))
    return backs


def _range_bill(member: Member, asked: Asked) -> Bill:
    found = CardRange.objects.filter(pk=asked["range"], member=member, state=RangeState.APPLIED).first()
    if found is None or not found.cost:
        raise NothingToPayError
    return Bill(f"card_range/{found.pk}", found.cost)


def _grant_range(payment: Payment) -> None:
    range_id = int(payment.asked["range"])
    _the_same(pay_range(range_id=range_id, member_id=payment.member_id, provider=payment.provider).cost, payment)


def _range_waits(payment: Payment) -> bool:
    return CardRange.objects.filter(pk=payment.asked["range"], state=RangeState.APPLIED).exists()


def _range_backs(payment: Payment) -> Sequence[tuple[str, int]]:
    found = CardRange.objects.get(pk=payment.asked["range"])
    return [("return", found.cost)] if found.returned_on is not None else []


def _purchase_bill(_member: Member, asked: Asked) -> Bill:
    cost = quote(store_id=int(asked["store"]), points=int(asked["points"])).cost
    return Bill(f"purchase/{asked['store']}/{asked['key']}", cost)


def _grant_purchase(payment: Payment) -> None:
    asked = payment.asked
    bought = buy_online(
        store_id=asked["store"],
        member_id=payment.member_id,
        points=asked["points"],
        key=asked["key"],
        provider=payment.provider,
    )
    _the_same(bought.cost, payment)


def _top_up_bill(member: Member, asked: Asked) -> Bill:
    return Bill(f"top_up/{member.pk}/{asked['key']}", int(asked["amount"]))


def _grant_top_up(payment: Payment) -> None:
    asked = payment.asked
    paid = top_up(member_id=payment.member_id, amount=asked["amount"], key=asked["key"], provider=payment.provider)
    _the_same(paid.amount, payment)


def _top_up_backs(payment: Payment) -> Sequence[tuple[str, int]]:
    returned = StoredTopUp.objects.filter(
        member_id=payment.member_id, key=payment.asked["key"], state=StoredState.RETURNED
    )
    return [("return", one.returned) for one in returned]


def _fee_bill(member: Member, asked: Asked) -> Bill:
    fee = fee_of(member.programme_id)
    if not fee:
        raise NothingToPayError
    return Bill(f"shareholder/{member.pk}/{asked['key']}", fee)


def _grant_fee(payment: Payment) -> None:
    paid = become(member_id=payment.member_id, key=payment.asked["key"], provider=payment.provider)
    _the_same(paid.amount, payment)


def _period_bill(member: Member, asked: Asked) -> Bill:
    period = Period.objects.filter(pk=asked["period"], store__owner=member).first()
    if period is None or to_pay(period) <= 0:
        raise NothingToPayError
    return Bill(f"period/{period.pk}", to_pay(period))


def _grant_period(payment: Payment) -> None:
    period_id, key = payment.asked["period"], payment.number
    pay_online(period_id=period_id, member_id=payment.member_id, key=key, provider=payment.provider)
    paid = PeriodPayment.objects.get(period_id=period_id)
    if paid.key != key:
        raise PaidOtherwiseError
    _the_same(paid.amount, payment)


def _the_same(amount: int, payment: Payment) -> None:
    """Refuse what costs something else than was paid; the caller's transaction takes all of it back."""
    if amount != payment.amount:
        raise PaidOtherwiseError


SUBJECTS: Mapping[str, Subject] = {
    Pays.ORDER: Subject(_order_bill, _grant_order, _order_waits, _order_backs),
    Pays.CARD_RANGE: Subject(_range_bill, _grant_range, _range_waits, _range_backs),
    Pays.POINT_PURCHASE: Subject(_purchase_bill, _grant_purchase),
    Pays.TOP_UP: Subject(_top_up_bill, _grant_top_up, backs=_top_up_backs),
    Pays.SHAREHOLDER: Subject(_fee_bill, _grant_fee),
    Pays.PERIOD: Subject(_period_bill, _grant_period),
}
