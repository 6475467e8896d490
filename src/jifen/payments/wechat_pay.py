"""WeChat Pay, version 3: pages for phones, codes to scan, pages inside WeChat; notifications, queries, refunds (S2-22).

Both sides sign with RSA; what notifications say is closed with the key of version 3. A notification is read for five
minutes after it was signed, and each one says whose account the money is on.
"""

import base64
import binascii
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.dateparse import parse_datetime

from jifen.engine.message import say
from jifen.payments.adapter import CURRENCY, Ask, Back, BackSeen, Notice, Seen, Send, Sent, State
from jifen.payments.errors import NotTrueError, ProviderSilentError
from jifen.payments.signing import is_signed, sign

GATEWAY = "https://api.mch.weixin.qq.com"
SCHEME = "WECHATPAY2-SHA256-RSA2048"
SECONDS_MAX = 300  # a notification may be on its way so long
TITLE_BYTES_MAX = 127
REASON_BYTES_MAX = 80
MISSING, FINE = 404, range(200, 300)
STATES: Mapping[str, State] = {
    "NOTPAY": "pending",
    "USERPAYING": "pending",
    "SUCCESS": "paid",
    "REFUND": "returned",
    "CLOSED": "closed",
    "REVOKED": "closed",
    "PAYERROR": "failed",
}


@dataclass(frozen=True)
class WechatPayAccount:
    """Our account: merchant, application, our key with the number of its certificate, WeChat's key with its id.

    `secret` is the key of version 3, 32 letters, that closes notifications.
    """

    merchant: str
    app_id: str
    key: bytes
    serial: str
    their_key: bytes
    their_id: str
    secret: bytes
    gateway: str = GATEWAY


class WechatPay:
    """Satisfies adapter.Provider."""

    name = "wechat_pay"

    def __init__(self, account: WechatPayAccount, send: Send) -> None:
        self.account, self.send = account, send
        self.merchant = account.merchant

    def begin(self, ask: Ask) -> Sent:
        """Ask WeChat for a page (phone), a code to scan (elsewhere), or a payment inside WeChat (with an openid)."""
        way = "jsapi" if ask.openid else "h5" if ask.on_phone else "native"
        wanted: dict[str, Any] = {
            "appid": self.account.app_id,
            "mchid": self.account.merchant,
            "description": _cut(ask.title, TITLE_BYTES_MAX),
            "out_trade_no": ask.number,
            "time_expire": ask.expires_at.replace(microsecond=0).isoformat(),
            "notify_url": ask.notify,
            "amount": {"total": ask.amount, "currency": CURRENCY},
        }
        if way == "jsapi":
            wanted["payer"] = {"openid": ask.openid}
        elif way == "h5":
            wanted["scene_info"] = {"payer_client_ip": ask.address, "h5_info": {"type": "Wap"}}
        said = self._fine("POST", f"/v3/pay/transactions/{way}", wanted)
        if way == "jsapi":
            return Sent(bridge=self._bridge(str(said["prepay_id"])))
        if way == "native":
            return Sent(code=str(said["code_url"]))
        return Sent(address=f"{said['h5_url']}&redirect_url={quote(ask.back, safe='')}")

    def notification(self, notice: Notice) -> Seen:
        """Verify and open a notification."""
        self._verify(notice.headers, notice.body, fresh=True)
        try:
            outer = json.loads(notice.body)
            closed = outer["resource"]
            if closed["algorithm"] != "AEAD_AES_256_GCM":
                raise _not_true()
            extra = str(closed.get("associated_data") or "").encode()
            cipher = base64.b64decode(closed["ciphertext"], validate=True)
            said = json.loads(AESGCM(self.account.secret).decrypt(str(closed["nonce"]).encode(), cipher, extra))
        except (KeyError, TypeError, ValueError, InvalidTag, binascii.Error):
            raise _not_true() from None
        return self._seen(said, str(said.get("out_trade_no", "")))

    def thanks(self) -> tuple[int, bytes, str]:
        """Return what WeChat takes for an answer: that it is fine, and nothing else."""
        return 204, b"", "application/json"

    def query(self, number: str) -> Seen:
        """Ask how a payment stands."""
        answer, said = self._ask("GET", f"{_trade(number)}?mchid={self.account.merchant}")
        if answer == MISSING:
            return Seen(number=number, state="unknown", merchant=self.merchant)
        if answer not in FINE:
            raise ProviderSilentError
        return self._seen(said, number)

    def close(self, number: str) -> None:
        """Close a payment that nobody has paid."""
        answer, said = self._ask("POST", f"{_trade(number)}/close", {"mchid": self.account.merchant})
        if answer not in FINE and said.get("code") not in ("ORDER_CLOSED", "ORDERPAID", "ORDER_PAID", "ORDERNOTEXIST",
                                                           "ORDER_NOT_EXIST"):  # fmt: skip
            raise ProviderSilentError

    def refund(self, back: Back) -> BackSeen:
        """Give back; the same number asked again says how far it is."""
        wanted = {
            "out_trade_no": back.payment,
            "out_refund_no": back.number,
            "reason": _cut(back.reason, REASON_BYTES_MAX),
            "amount": {"refund": back.amount, "total": back.total, "currency": CURRENCY},
        }
        answer, said = self._ask("POST", "/v3/refund/domestic/refunds", wanted)
        if answer not in FINE:
            if 400 <= answer < 500 and said.get("code") != "FREQUENCY_LIMITED":
                return BackSeen("failed", problem=f"{said.get('code')} {said.get('message', '')}"[:200])
            raise ProviderSilentError
        trade, status = str(said.get("refund_id", "")), said.get("status")
        if status in ("CLOSED", "ABNORMAL"):
            return BackSeen("failed", trade, str(status))
        return BackSeen("done" if status == "SUCCESS" else "sent", trade)

    def _seen(self, said: Mapping[str, Any], number: str) -> Seen:
        state = STATES.get(str(said.get("trade_state")))
        ours = said.get("mchid") == self.account.merchant and said.get("appid") == self.account.app_id
        if state is None or not ours or said.get("out_trade_no") != number:
            raise _not_true()
        amount = said.get("amount") or {}
        total = amount.get("total")
        if state == "paid" and (not isinstance(total, int) or isinstance(total, bool)):
            raise _not_true()
        return Seen(
            number=number,
            state=state,
            amount=total,
            currency=str(amount.get("currency") or CURRENCY),
            trade=str(said.get("transaction_id") or ""),
            merchant=self.merchant,
            paid_at=_moment(str(said.get("success_time") or "")),
        )

    def _bridge(self, prepared: str) -> Mapping[str, str]:
        """Return what a page inside WeChat hands to its bridge."""
        said = {
            "appId": self.account.app_id,
            "timeStamp": str(int(time.time())),
            "nonceStr": secrets.token_hex(16),
            "package": f"prepay_id={prepared}",
        }
        return said | {"signType": "RSA", "paySign": sign(self.account.key, lines_of(*said.values()))}

    def _fine(self, method: str, path: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
        answer, said = self._ask(method, path, wanted)
        if answer not in FINE:
            raise ProviderSilentError
        return said

    def _ask(self, method: str, path: str, wanted: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Ask WeChat's server; return the status and what it signed."""
        body = b"" if wanted is None else json.dumps(wanted, ensure_ascii=False).encode()
        nonce, at = secrets.token_hex(16), str(int(time.time()))
        signature = sign(self.account.key, lines_of(method, path, at, nonce, body.decode()))
        names = {
            "mchid": self.account.merchant,
            "nonce_str": nonce,
            "timestamp": at,
            "serial_no": self.account.serial,
            "signature": signature,
        }
        authorization = f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in names.items())
        headers = {
            "authorization": authorization,
            "accept": "application/json",
            "content-type": "application/json",
            "user-agent": "jifen",
            "wechatpay-serial": self.account.their_id,
        }
        answer = self.send(method, f"{self.account.gateway}{path}", headers, body)
        if answer.status in FINE:
            self._verify(answer.headers, answer.body, fresh=False)
        try:
            said = json.loads(answer.body) if answer.body else {}
        except ValueError:
            raise ProviderSilentError from None
        return answer.status, said if isinstance(said, dict) else {}

    def _verify(self, headers: Mapping[str, str], body: bytes, *, fresh: bool) -> None:
        """Refuse what WeChat did not sign, or signed too long ago."""
        try:
            at, nonce = headers["wechatpay-timestamp"], headers["wechatpay-nonce"]
            signature, serial = headers["wechatpay-signature"], headers["wechatpay-serial"]
            late = abs(int(at) - int(time.time())) > SECONDS_MAX
            said = lines_of(at, nonce, body.decode())
        except (KeyError, ValueError):
            raise _not_true() from None
        if (
            (fresh and late)
            or serial != self.account.their_id
            or not is_signed(self.account.their_key, said, signature)
        ):
            raise _not_true()


def lines_of(*parts: str) -> bytes:
    """Return what WeChat Pay signs: each part on a line."""
    return "".join(f"{part}\n" for part in parts).encode()


def _trade(number: str) -> str:
    return f"/v3/pay/transactions/out-trade-no/{number}"


def _cut(text: str, bytes_max: int) -> str:
    """Return as much of a text as its bytes may be."""
    return text.encode()[:bytes_max].decode(errors="ignore")


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _not_true() -> NotTrueError:
    return NotTrueError(say("this does not come from {provider}, or not for this account", provider="WeChat Pay"))
