"""Alipay: pages for phones (alipay.trade.wap.pay), notifications, queries, refunds; signed by RSA2 (S2-22).

What comes is read strictly: a signature that is not Alipay's, another application or another account is not true.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.utils import timezone as clock

from jifen.engine.message import say
from jifen.payments.adapter import Ask, Back, BackSeen, Notice, Seen, Send, Sent, State
from jifen.payments.errors import NotTrueError, ProviderSilentError
from jifen.payments.signing import is_signed, sign

GATEWAY = "https://openapi.alipay.com/gateway.do"
CHINA = timezone(timedelta(hours=8))  # Alipay's clock
MOMENT = "%Y-%m-%d %H:%M:%S"
FINE, NOT_THERE = "10000", "ACQ.TRADE_NOT_EXIST"
TITLE_MAX = 256
FEN = 100
STATES: Mapping[str, State] = {
    "WAIT_BUYER_PAY": "pending",
    "TRADE_SUCCESS": "paid",
    "TRADE_FINISHED": "paid",
    "TRADE_CLOSED": "closed",
}
FORM = {"content-type": "application/x-www-form-urlencoded;charset=utf-8"}


@dataclass(frozen=True)
class AlipayAccount:
    """Our account: application, whose money it is (the seller's id), our private key and Alipay's public key (PEM)."""

    app_id: str
    seller_id: str
    key: bytes
    their_key: bytes
    gateway: str = GATEWAY


class Alipay:
    """Satisfies adapter.Provider."""

    name = "alipay"

    def __init__(self, account: AlipayAccount, send: Send) -> None:
        self.account, self.send = account, send
        self.merchant = account.seller_id

    def begin(self, ask: Ask) -> Sent:
        """Return the signed address of Alipay's cashier; nothing is asked of the server."""
        wanted = {
            "out_trade_no": ask.number,
            "total_amount": in_yuan(ask.amount),
            "subject": ask.title[:TITLE_MAX],
            "product_code": "QUICK_WAP_WAY" if ask.on_phone else "FAST_INSTANT_TRADE_PAY",
            "time_expire": ask.expires_at.astimezone(CHINA).strftime(MOMENT),
        }
        method = "alipay.trade.wap.pay" if ask.on_phone else "alipay.trade.page.pay"
        asked = self._signed(method, wanted, notify_url=ask.notify, return_url=ask.back)
        return Sent(address=f"{self.account.gateway}?{urlencode(asked)}")

    def notification(self, notice: Notice) -> Seen:
        """Read a form that Alipay posts."""
        try:
            said = dict(parse_qsl(notice.body.decode(), keep_blank_values=True, strict_parsing=True))
        except (UnicodeDecodeError, ValueError):
            raise _not_true() from None
        if not is_signed(self.account.their_key, text_of(said, "sign_type"), said.get("sign", "")):
            raise _not_true()
        if said.get("app_id") != self.account.app_id or said.get("seller_id") != self.account.seller_id:
            raise _not_true()
        return self._seen(said, said.get("out_trade_no", ""))

    def thanks(self) -> tuple[int, bytes, str]:
        """Return the word that Alipay waits for."""
        return 200, b"success", "text/plain"

    def query(self, number: str) -> Seen:
        """Ask how a payment stands; before the member has logged in at Alipay it is unknown there."""
        said = self._ask("alipay.trade.query", {"out_trade_no": number})
        if said.get("sub_code") == NOT_THERE:
            return Seen(number=number, state="unknown", merchant=self.merchant)
        return self._seen(_fine(said), number)

    def close(self, number: str) -> None:
        """Close a payment that nobody has paid."""
        said = self._ask("alipay.trade.close", {"out_trade_no": number})
        if said.get("sub_code") not in (NOT_THERE, "ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID"):
            _fine(said)

    def refund(self, back: Back) -> BackSeen:
        """Give back; `fund_change` says N where this number was given back before, and a question says whether."""
        wanted = {"out_trade_no": back.payment, "out_request_no": back.number}
        amount = {"refund_amount": in_yuan(back.amount), "refund_reason": back.reason[:TITLE_MAX]}
        said = self._ask("alipay.trade.refund", wanted | amount)
        refused = str(said.get("sub_code", ""))
        if said.get("code") != FINE and refused.startswith("ACQ.") and refused != "ACQ.SYSTEM_ERROR":
            return BackSeen("failed", problem=f"{refused} {said.get('sub_msg', '')}"[:200])
        trade = str(_fine(said).get("trade_no", ""))
        if said.get("fund_change") == "Y":
            return BackSeen("done", trade)
        looked = _fine(self._ask("alipay.trade.fastpay.refund.query", wanted))
        return BackSeen("done" if looked.get("refund_status") == "REFUND_SUCCESS" else "sent", trade)

    def _seen(self, said: Mapping[str, Any], number: str) -> Seen:
        state = STATES.get(str(said.get("trade_status")))
        if state is None or said.get("out_trade_no") != number:
            raise _not_true()
        back = in_fen(str(said.get("refund_fee") or "0"))  # a part leaves the state as it is, the whole closes
        return Seen(
            number=number,
            state="returned" if back else state,
            amount=in_fen(str(said.get("total_amount", ""))),
            trade=str(said.get("trade_no", "")),
            merchant=self.merchant,
            paid_at=_moment(str(said.get("gmt_payment") or said.get("send_pay_date") or "")),
        )

    def _signed(self, method: str, wanted: Mapping[str, str], **more: str) -> dict[str, str]:
        asked = {
            "app_id": self.account.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": clock.now().astimezone(CHINA).strftime(MOMENT),
            "version": "1.0",
            "biz_content": json.dumps(wanted, ensure_ascii=False, separators=(",", ":")),
            **more,
        }
        return asked | {"sign": sign(self.account.key, text_of(asked))}

    def _ask(self, method: str, wanted: Mapping[str, str]) -> dict[str, Any]:
        """Ask Alipay's server, and return what it signed."""
        body = urlencode(self._signed(method, wanted)).encode()
        answer = self.send("POST", self.account.gateway, FORM, body)
        name = method.replace(".", "_") + "_response"
        try:
            text = answer.body.decode()
            whole = json.loads(text)
            start = text.index("{", text.index(f'"{name}"') + len(name) + 2)
            said, end = json.JSONDecoder().raw_decode(text, start)
        except (UnicodeDecodeError, ValueError):
            raise ProviderSilentError from None
        if not is_signed(self.account.their_key, text[start:end].encode(), str(whole.get("sign", ""))):
            raise _not_true()
        assert isinstance(said, dict)
        return said


def text_of(said: Mapping[str, str], *left_out: str) -> bytes:
    """Return what Alipay signs: the pairs that are not empty, sorted by their names."""
    names = sorted(name for name, value in said.items() if value and name not in ("sign", *left_out))
    return "&".join(f"{name}={said[name]}" for name in names).encode()


def in_yuan(fen: int) -> str:
    """Return an amount as Alipay writes it."""
    yuan, rest = divmod(fen, FEN)
    return f"{yuan}.{rest:02}"


def in_fen(yuan: str) -> int:
    """Return an amount that Alipay wrote, exactly; raises NotTrueError for what is none."""
    try:
        fen = Decimal(yuan).scaleb(2)
    except ArithmeticError:
        raise _not_true() from None
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise _not_true()
    return int(fen)


def _fine(said: dict[str, Any]) -> dict[str, Any]:
    if said.get("code") != FINE:
        raise ProviderSilentError
    return said


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, MOMENT).replace(tzinfo=CHINA)
    except ValueError:
        return None


def _not_true() -> NotTrueError:
    return NotTrueError(say("this does not come from {provider}, or not for this account", provider="Alipay"))
