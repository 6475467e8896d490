"""The simulated providers: the real adapters, and a server of our own behind them that signs as the real one does.

It keeps tables of its own, reaches no network and moves no money. What it tells us goes through the same checks as what
comes from outside.
"""

import json
import time
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.payments.adapter import Notice
from jifen.payments.alipay import CHINA, FORM, MOMENT, Alipay, AlipayAccount, in_yuan, text_of
from jifen.payments.errors import PaymentError
from jifen.payments.keys import Keys, keys_of
from jifen.payments.models import SimTrade
from jifen.payments.signing import sign
from jifen.payments.sim_server import Server, alipay_state, closed_for_us, wechat_state
from jifen.payments.wechat_pay import SCHEME, WechatPay, WechatPayAccount, lines_of

APP, SELLER, MERCHANT = "2021000000000000", "2088000000000000", "1900000001"
SERIAL, THEIR_ID = "5157F09EFDC096DE15EBE81A47057A7200000000", "PUB_KEY_ID_0000000000000000"
CASHIER = "cashier.simulated"  # stands for the provider's server; pages put their own address in its place


class TradeOverError(PaymentError):
    """The trade at the simulated provider is paid, closed or too old."""

    def __init__(self) -> None:
        super().__init__(say("this payment is over; go back to the shop"))


def alipay() -> Alipay:
    """Return the simulated Alipay."""
    keys = keys_of("alipay")
    account = AlipayAccount(APP, SELLER, keys.ours, keys.their_public, gateway=CASHIER)
    return Alipay(account, Server("alipay", keys, seller=SELLER).answer)


def wechat_pay() -> WechatPay:
    """Return the simulated WeChat Pay."""
    keys = keys_of("wechat_pay")
    account = WechatPayAccount(
        MERCHANT, APP, keys.ours, SERIAL, keys.their_public, THEIR_ID, keys.secret, gateway=CASHIER
    )
    return WechatPay(account, Server("wechat_pay", keys, seller=MERCHANT, app=APP, their_id=THEIR_ID).answer)


def open_cashier(provider: str, asked: dict[str, str]) -> SimTrade | None:
    """Return the trade that the address of a cashier names; Alipay's names it whole and is signed by us."""
    if provider == "alipay":
        return Server("alipay", keys_of("alipay"), seller=SELLER).open(asked)
    return SimTrade.objects.filter(provider=provider, trade=asked.get("prepay_id", "")).first()


def pay(trade_id: int) -> Notice:
    """Let somebody pay at the cashier, once, and return the notification. Raises TradeOverError."""
    with transaction.atomic():
        trade = SimTrade.objects.select_for_update().get(pk=trade_id)
        now = timezone.now()
        if trade.state not in ("open", "paid", "failed") or (trade.state != "paid" and trade.expires_at < now):
            raise TradeOverError
        if trade.state != "paid":
            trade.state, trade.paid_at = "paid", now
            trade.save(update_fields=["state", "paid_at"])
    return notice_of(trade)


def fail(trade_id: int) -> None:
    """Let a payment at the cashier fail."""
    SimTrade.objects.filter(pk=trade_id, state="open").update(state="failed")


def notice_of(trade: SimTrade) -> Notice:
    """Return the notification of a trade, as its provider sends it."""
    keys = keys_of(trade.provider)
    return _of_alipay(trade, keys) if trade.provider == "alipay" else _of_wechat(trade, keys)


def _of_alipay(trade: SimTrade, keys: Keys) -> Notice:
    said = {
        "notify_time": timezone.now().astimezone(CHINA).strftime(MOMENT),
        "notify_type": "trade_status_sync",
        "notify_id": token_hex(16),
        "app_id": APP,
        "charset": "utf-8",
        "version": "1.0",
        "sign_type": "RSA2",
        "trade_no": trade.trade,
        "out_trade_no": trade.number,
        "seller_id": SELLER,
        "trade_status": alipay_state(trade),
        "total_amount": in_yuan(trade.amount),
        "subject": trade.title,
        "gmt_payment": trade.paid_at.astimezone(CHINA).strftime(MOMENT) if trade.paid_at else "",
    }
    return Notice(dict(FORM), urlencode(said | {"sign": sign(keys.theirs, text_of(said, "sign_type"))}).encode())


def _of_wechat(trade: SimTrade, keys: Keys) -> Notice:
    said: dict[str, Any] = {
        "id": token_hex(16),
        "create_time": timezone.now().isoformat(),
        "resource_type": "encrypt-resource",
        "event_type": "TRANSACTION.SUCCESS",
        "summary": "支付成功",
        "resource": closed_for_us(keys.secret, wechat_state(trade, merchant=MERCHANT, app=APP)),
    }
    body = json.dumps(said, ensure_ascii=False).encode()
    at, nonce = str(int(time.time())), token_hex(16)
    return Notice(
        {
            "wechatpay-timestamp": at,
            "wechatpay-nonce": nonce,
            "wechatpay-serial": THEIR_ID,
            "wechatpay-signature-type": SCHEME,
            "wechatpay-signature": sign(keys.theirs, lines_of(at, nonce, body.decode())),
        },
        body,
    )
