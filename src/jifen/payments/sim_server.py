"""The server of the simulated providers: it verifies what we sign, keeps trades, and signs what it answers."""

import base64
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import randbelow, token_hex
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from jifen.payments.adapter import Answer
from jifen.payments.alipay import CHINA, MOMENT, in_fen, in_yuan, text_of
from jifen.payments.keys import Keys
from jifen.payments.models import SimBack, SimTrade
from jifen.payments.signing import is_signed, sign
from jifen.payments.wechat_pay import lines_of

NONCE_LETTERS = 12
TRADE = re.compile(r"/v3/pay/transactions/out-trade-no/([\w-]+)(/close)?")
ALIPAY_STATES = {
    "open": "WAIT_BUYER_PAY",
    "paid": "TRADE_SUCCESS",
    "failed": "TRADE_CLOSED",
    "closed": "TRADE_CLOSED",
}
WECHAT_STATES = {"open": "NOTPAY", "paid": "SUCCESS", "failed": "PAYERROR", "closed": "CLOSED"}
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Server:
    """Answers as a provider's server does; `answer` satisfies adapter.Send."""

    provider: str
    keys: Keys
    seller: str
    app: str = ""
    their_id: str = ""

    def answer(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request that the adapter made."""
        if self.provider == "alipay":
            return self._alipay(dict(parse_qsl(body.decode())))
        parts = urlsplit(f"//{address}")
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if not self._is_ours(method, path, headers, body):
            return Answer(401, JSON, b'{"code":"SIGN_ERROR","message":"the signature is not the merchant\'s"}')
        status, said = self._wechat(method, parts.path, json.loads(body) if body else {})
        return self._signed(status, said)

    def open(self, asked: Mapping[str, str]) -> SimTrade | None:
        """Open the trade of an address of Alipay's cashier; nothing where it is not signed by us."""
        if not is_signed(self.keys.our_public, text_of(asked), asked.get("sign", "")):
            return None
        wanted = json.loads(asked["biz_content"])
        return _trade(
            self.provider,
            wanted["out_trade_no"],
            amount=in_fen(wanted["total_amount"]),
            title=wanted["subject"],
            notify=asked["notify_url"],
            back=asked["return_url"],
            expires_at=datetime.strptime(wanted["time_expire"], MOMENT).replace(tzinfo=CHINA),
        )

    def _alipay(self, asked: dict[str, str]) -> Answer:
        name = asked["method"].replace(".", "_") + "_response"
        if not is_signed(self.keys.our_public, text_of(asked), asked.get("sign", "")):
            said: dict[str, str] = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature"}
        else:
            said = self._told(asked["method"], json.loads(asked["biz_content"]))
        text = json.dumps(said, ensure_ascii=False)
        whole = f'{{"{name}":{text},"sign":"{sign(self.keys.theirs, text.encode())}"}}'
        return Answer(200, JSON, whole.encode())

    def _told(self, method: str, wanted: dict[str, str]) -> dict[str, str]:
        trade = SimTrade.objects.filter(provider=self.provider, number=wanted["out_trade_no"]).first()
        if trade is None:
            return {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_NOT_EXIST"}
        said = {"code": "10000", "msg": "Success", "out_trade_no": trade.number, "trade_no": trade.trade}
        if method == "alipay.trade.query":
            paid = trade.paid_at.astimezone(CHINA).strftime(MOMENT) if trade.paid_at else ""
            return said | {
                "trade_status": alipay_state(trade),
                "total_amount": in_yuan(trade.amount),
                "send_pay_date": paid,
            }
        if method == "alipay.trade.close":
            _close(trade)
            return said
        return self._back_told(method, trade, wanted, said)

    def _back_told(self, method: str, trade: SimTrade, wanted: dict[str, str], said: dict[str, str]) -> dict[str, str]:
        back = SimBack.objects.filter(number=wanted["out_request_no"]).first()
        if method == "alipay.trade.fastpay.refund.query":
            return said | ({"refund_status": "REFUND_SUCCESS"} if back else {})
        if back is not None:
            return said | {"fund_change": "N"}
        if not _give_back(trade, wanted["out_request_no"], in_fen(wanted["refund_amount"])):
            return {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"}
        return said | {"fund_change": "Y"}

    def _wechat(self, method: str, path: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        if path == "/v3/refund/domestic/refunds":
            return self._refund(asked)
        named = TRADE.fullmatch(path)
        if named is None:
            return self._begin(path, asked)
        trade = SimTrade.objects.filter(provider=self.provider, number=named[1]).first()
        if trade is None:
            return 404, {"code": "ORDER_NOT_EXIST", "message": "no such order"}
        if method == "GET":
            return 200, wechat_state(trade, merchant=self.seller, app=self.app)
        _close(trade)
        return 204, None

    def _begin(self, path: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        expires_at = parse_datetime(asked["time_expire"])
        assert expires_at is not None
        trade = _trade(
            self.provider,
            asked["out_trade_no"],
            amount=asked["amount"]["total"],
            title=asked["description"],
            notify=asked["notify_url"],
            back="",
            expires_at=expires_at,
        )
        if path.endswith("/h5"):
            return 200, {"h5_url": f"cashier.simulated?prepay_id={trade.trade}"}
        if path.endswith("/native"):
            return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={trade.trade}"}
        return 200, {"prepay_id": trade.trade}

    def _refund(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        trade = SimTrade.objects.filter(provider=self.provider, number=asked["out_trade_no"]).first()
        if trade is None or asked["amount"]["total"] != trade.amount:
            return 404, {"code": "RESOURCE_NOT_EXISTS", "message": "no such order"}
        number = asked["out_refund_no"]
        if not _give_back(trade, number, asked["amount"]["refund"]):
            return 403, {"code": "NOT_ENOUGH", "message": "more than was paid"}
        return 200, {"refund_id": f"5{number}", "out_refund_no": number, "status": "SUCCESS"}

    def _is_ours(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bool:
        said = dict(re.findall(r'(\w+)="([^"]*)"', headers.get("authorization", "")))
        lines = lines_of(method, path, said.get("timestamp", ""), said.get("nonce_str", ""), body.decode())
        return is_signed(self.keys.our_public, lines, said.get("signature", ""))

    def _signed(self, status: int, said: dict[str, Any] | None) -> Answer:
        body = b"" if said is None else json.dumps(said, ensure_ascii=False).encode()
        at, nonce = str(int(time.time())), token_hex(16)
        headers = {
            "wechatpay-timestamp": at,
            "wechatpay-nonce": nonce,
            "wechatpay-serial": self.their_id,
            "wechatpay-signature": sign(self.keys.theirs, lines_of(at, nonce, body.decode())),
        }
        return Answer(status, JSON | headers, body)


def alipay_state(trade: SimTrade) -> str:
    """Return how Alipay calls the state of a trade."""
    return ALIPAY_STATES[trade.state]


def wechat_state(trade: SimTrade, *, merchant: str, app: str) -> dict[str, Any]:
    """Return a trade as WeChat Pay tells it."""
    said: dict[str, Any] = {
        "appid": app,
        "mchid": merchant,
        "out_trade_no": trade.number,
        "trade_state": WECHAT_STATES[trade.state],
        "amount": {"total": trade.amount, "currency": "CNY"},
    }
    if trade.paid_at is not None:
        said |= {"transaction_id": trade.trade, "success_time": trade.paid_at.isoformat()}
    return said


def closed_for_us(secret: bytes, said: Mapping[str, Any]) -> dict[str, str]:
    """Return what a notification says, closed with the key of version 3."""
    nonce = base64.b64encode(os.urandom(NONCE_LETTERS)).decode()[:NONCE_LETTERS]
    cipher = AESGCM(secret).encrypt(nonce.encode(), json.dumps(said).encode(), b"transaction")
    return {
        "original_type": "transaction",
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(cipher).decode(),
        "associated_data": "transaction",
        "nonce": nonce,
    }


def _trade(provider: str, number: str, **known: Any) -> SimTrade:
    trade = f"{timezone.now():%Y%m%d}{randbelow(10**18):018}"
    found, _new = SimTrade.objects.get_or_create(provider=provider, number=number, defaults=known | {"trade": trade})
    return found


def _close(trade: SimTrade) -> None:
    SimTrade.objects.filter(pk=trade.pk, state__in=["open", "failed"]).update(state="closed")


def _give_back(trade: SimTrade, number: str, amount: int) -> bool:
    """Note money that goes back, once for its number; return whether there is as much."""
    if trade.state != "paid":
        return False
    if SimBack.objects.filter(number=number).exists():
        return True
    if amount + sum(trade.backs.values_list("amount", flat=True)) > trade.amount:
        return False
    SimBack.objects.create(trade=trade, number=number, amount=amount, at=timezone.now())
    return True
