"""Members at the cashier of a simulated provider: what they do there, told in few words."""

from urllib.parse import parse_qsl

from jifen.members.models import Member
from jifen.payments.adapter import Notice
from jifen.payments.models import Payment, Pays, SimTrade
from jifen.payments.paying import Device, begin, open_payment, receive
from jifen.payments.simulated import notice_of, open_cashier, pay
from jifen.payments.subjects import Asked
from jifen.sales.models import Order

BOTH = ("alipay", "wechat_pay")
DEVICE = Device(notify="https://points.example/notice", back="https://points.example/payments/{number}")


def to_pay(order: Order) -> Payment:
    """Return the payment of an order, not begun yet."""
    return payment_for(order.member, Pays.ORDER, {"order": order.pk})


def payment_for(member: Member, pays: Pays, asked: Asked) -> Payment:
    """Return a payment, not begun yet."""
    return open_payment(member=member, pays=pays, asked=asked)


def at_cashier(payment: Payment, provider: str = "alipay") -> tuple[Payment, SimTrade]:
    """Begin a payment and come to the cashier."""
    begun, sent = begin(payment.pk, member_id=payment.member_id, name=provider, device=DEVICE)
    trade = open_cashier(provider, dict(parse_qsl(sent.address.partition("?")[2])))
    assert trade is not None
    return begun, trade


def pays_at_cashier(payment: Payment, provider: str = "alipay") -> tuple[Payment, Notice]:
    """Pay at the cashier; the notification is still on its way."""
    begun, trade = at_cashier(payment, provider)
    return begun, pay(trade.pk)


def paid_through(payment: Payment, provider: str = "alipay") -> Payment:
    """Pay at the cashier, and let the notification come."""
    _begun, notice = pays_at_cashier(payment, provider)
    return receive(provider, notice)


def told_again(payment: Payment) -> Payment:
    """Let the provider send the notification once more."""
    return receive(payment.provider, notice_of(SimTrade.objects.get(number=payment.number)))
