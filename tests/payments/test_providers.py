"""The protocols of Alipay and WeChat Pay against servers with keys of their own: what they did not sign is not true."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jifen.payments.adapter import Answer, Ask, Back, Notice
from jifen.payments.alipay import Alipay, AlipayAccount, in_fen, in_yuan
from jifen.payments.errors import NotTrueError, ProviderSilentError
from jifen.payments.live import live_providers
from jifen.payments.transport import send as over_the_network
from jifen.payments.wechat_pay import WechatPay, WechatPayAccount

OURS, THEIRS, STRANGER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(3))
SECRET = b"0123456789abcdef0123456789abcdef"
NUMBER = "202611230001"
ASK = Ask(
    number=NUMBER, amount=12_345, title="商城订单", expires_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
    notify="https://points.example/payments/alipay/notice", back="https://points.example/back", address="203.0.113.7",
)  # fmt: skip
BACK = Back(number=f"{NUMBER}R1", payment=NUMBER, amount=345, total=12_345, reason="broken")


def pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


def public(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def signed(key: rsa.RSAPrivateKey, text: str) -> str:
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def check(key: rsa.RSAPrivateKey, text: str, signature: str) -> None:
    key.public_key().verify(base64.b64decode(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256())


class FakeAlipay:
    """Alipay's server: verifies what we sign in its own words, and signs what it answers."""

    def __init__(self, key: rsa.RSAPrivateKey = THEIRS, **answers: dict[str, str]) -> None:
        self.key, self.answers, self.asked = key, answers, list[dict[str, str]]()

    def __call__(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        assert (method, address, len(headers)) == ("POST", "https://openapi.alipay.com/gateway.do", 1)
        said = dict(parse_qsl(body.decode()))
        plain = "&".join(f"{name}={said[name]}" for name in sorted(said) if name != "sign")
        check(OURS, plain, said["sign"])
        self.asked.append(json.loads(said["biz_content"]))
        name = said["method"].replace(".", "_")
        text = json.dumps(self.answers[name.removeprefix("alipay_trade_")], ensure_ascii=False)
        whole = f'{{"{name}_response":{text},"sign":"{signed(self.key, text)}"}}'
        return Answer(200, {}, whole.encode())


def alipay(server: Any = None) -> Alipay:
    account = AlipayAccount("2021", "2088", pem(OURS), public(THEIRS))
    return Alipay(account, server or over_the_network)


def form(key: rsa.RSAPrivateKey = THEIRS, **changes: str) -> Notice:
    """Return a notification as Alipay posts it."""
    said = {
        "app_id": "2021", "seller_id": "2088", "out_trade_no": NUMBER, "trade_no": "2026X", "total_amount": "123.45",
        "trade_status": "TRADE_SUCCESS", "gmt_payment": "2026-11-23 11:59:00", "subject": "商城 订单 + 1 & 2",
        "empty": "", "charset": "utf-8",
    } | changes  # fmt: skip
    plain = "&".join(f"{name}={said[name]}" for name in sorted(said) if said[name])
    body = urlencode(said | {"sign": signed(key, plain), "sign_type": "RSA2"})
    return Notice({"content-type": "application/x-www-form-urlencoded"}, body.encode())


def test_alipay_is_opened_with_an_address_that_we_signed() -> None:
    sent = alipay().begin(ASK)

    parts = urlsplit(sent.address)
    said = dict(parse_qsl(parts.query))
    check(OURS, "&".join(f"{name}={said[name]}" for name in sorted(said) if name != "sign"), said["sign"])
    assert (parts.scheme, parts.netloc, said["method"]) == ("https", "openapi.alipay.com", "alipay.trade.wap.pay")
    assert json.loads(said["biz_content"]) == {
        "out_trade_no": NUMBER, "total_amount": "123.45", "subject": "商城订单", "product_code": "QUICK_WAP_WAY",
        "time_expire": "2026-11-23 12:00:00",
    }  # fmt: skip


def test_a_notification_of_alipay_is_read_exactly() -> None:
    seen = alipay().notification(form())

    assert (seen.number, seen.state, seen.amount, seen.trade) == (NUMBER, "paid", 12_345, "2026X")
    assert seen.paid_at == datetime(2026, 11, 23, 3, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "notice",
    [
        form(STRANGER),
        form(app_id="2022"),
        form(seller_id="2089"),
        form(total_amount="123.456"),
        form(trade_status="PAID"),
        replace(form(), body=form().body.replace(b"123.45", b"100.00")),
        replace(form(), body=form().body.split(b"&sign=")[0]),
        replace(form(), body=b"\xff\xfe"),
        replace(form(), body=b""),
    ],
)
def test_what_alipay_did_not_sign_for_us_is_not_true(notice: Notice) -> None:
    with pytest.raises(NotTrueError):
        alipay().notification(notice)


def test_alipay_answers_how_a_payment_stands() -> None:
    fine = {"code": "10000", "out_trade_no": NUMBER, "trade_no": "2026X", "total_amount": "123.45"}
    paid = FakeAlipay(query=fine | {"trade_status": "TRADE_SUCCESS", "buyer": '引号"}'})
    missing = FakeAlipay(query={"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"})
    broken = FakeAlipay(query={"code": "20000", "sub_code": "isp.unknow-error"})

    assert (alipay(paid).query(NUMBER).state, alipay(paid).query(NUMBER).amount) == ("paid", 12_345)
    assert alipay(missing).query(NUMBER).state == "unknown"
    with pytest.raises(ProviderSilentError):
        alipay(broken).query(NUMBER)
    with pytest.raises(NotTrueError):
        alipay(FakeAlipay(STRANGER, query=fine | {"trade_status": "TRADE_SUCCESS"})).query(NUMBER)
    with pytest.raises(NotTrueError):
        alipay(FakeAlipay(query=fine | {"trade_status": "TRADE_SUCCESS", "out_trade_no": "other"})).query(NUMBER)


def test_money_that_alipay_gave_back_is_not_paid() -> None:
    part = alipay().notification(form(refund_fee="3.45", gmt_refund="2026-11-23 12:30:00"))
    whole = alipay().notification(form(refund_fee="123.45", trade_status="TRADE_CLOSED"))

    assert (part.state, whole.state) == ("returned", "returned")
    assert alipay().notification(form(refund_fee="0.00")).state == "paid"


def test_alipay_gives_back_once() -> None:
    fine = {"code": "10000", "trade_no": "2026X"}
    first = FakeAlipay(refund=fine | {"fund_change": "Y"})
    again = FakeAlipay(
        refund=fine | {"fund_change": "N"}, fastpay_refund_query=fine | {"refund_status": "REFUND_SUCCESS"}
    )
    short = FakeAlipay(refund={"code": "40004", "sub_code": "ACQ.SELLER_BALANCE_NOT_ENOUGH", "sub_msg": "余额不足"})

    assert [alipay(server).refund(BACK).state for server in (first, again, short)] == ["done", "done", "failed"]
    assert first.asked == [
        {"out_trade_no": NUMBER, "out_request_no": f"{NUMBER}R1", "refund_amount": "3.45", "refund_reason": "broken"}
    ]


def test_amounts_of_alipay_are_exact() -> None:
    assert [in_yuan(fen) for fen in (1, 10, 100, 99_999_999_999)] == ["0.01", "0.10", "1.00", "999999999.99"]
    assert [in_fen(text) for text in ("0.01", "1", "999999999.99")] == [1, 100, 99_999_999_999]
    for text in ("", "1.001", "NaN", "Infinity", "1,00"):
        with pytest.raises(NotTrueError):
            in_fen(text)


class FakeWechat:
    """WeChat's server: verifies what we sign in its own words, and signs what it answers."""

    def __init__(self, status: int = 200, said: Any = None, *, key: rsa.RSAPrivateKey = THEIRS) -> None:
        self.status, self.said, self.key, self.asked = status, said, key, list[tuple[str, str, Any]]()

    def __call__(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        scheme, _, rest = headers["authorization"].partition(" ")
        said = dict(pair.split("=", 1) for pair in rest.split(","))
        names = {name: value.strip('"') for name, value in said.items()}
        lines = f"{method}\n{path}\n{names['timestamp']}\n{names['nonce_str']}\n{body.decode()}\n"
        check(OURS, lines, names["signature"])
        assert (scheme, names["mchid"], names["serial_no"]) == ("WECHATPAY2-SHA256-RSA2048", "1900", "SERIAL")
        self.asked.append((method, path, json.loads(body) if body else None))
        text = "" if self.said is None else json.dumps(self.said, ensure_ascii=False)
        return Answer(self.status, wechat_headers(text, key=self.key), text.encode())


def wechat_headers(text: str, *, key: rsa.RSAPrivateKey = THEIRS, at: int = 0, serial: str = "ID") -> dict[str, str]:
    moment = str(at or int(time.time()))
    return {
        "wechatpay-timestamp": moment,
        "wechatpay-nonce": "n",
        "wechatpay-serial": serial,
        "wechatpay-signature": signed(key, f"{moment}\nn\n{text}\n"),
    }


def wechat(server: Any = None) -> WechatPay:
    account = WechatPayAccount("1900", "wx1", pem(OURS), "SERIAL", public(THEIRS), "ID", SECRET)
    return WechatPay(account, server or over_the_network)


def transaction(**changes: Any) -> dict[str, Any]:
    return {
        "mchid": "1900", "appid": "wx1", "out_trade_no": NUMBER, "transaction_id": "4200", "trade_state": "SUCCESS",
        "success_time": "2026-11-23T11:59:00+08:00",
        "amount": {"total": 12_345, "payer_total": 12_000, "currency": "CNY", "payer_currency": "CNY"},
    } | changes  # fmt: skip


def closed(said: dict[str, Any], *, secret: bytes = SECRET, **signing: Any) -> Notice:
    """Return a notification as WeChat Pay posts it."""
    cipher = AESGCM(secret).encrypt(b"twelve bytes", json.dumps(said).encode(), b"transaction")
    resource = {
        "algorithm": "AEAD_AES_256_GCM", "ciphertext": base64.b64encode(cipher).decode(), "nonce": "twelve bytes",
        "associated_data": "transaction", "original_type": "transaction",
    }  # fmt: skip
    text = json.dumps({"id": "1", "event_type": "TRANSACTION.SUCCESS", "resource": resource})
    return Notice(wechat_headers(text, **signing), text.encode())


def test_wechat_opens_a_page_a_code_or_its_own_bridge() -> None:
    page = FakeWechat(said={"h5_url": "https://wx.tenpay.com/pay?prepay_id=1"})
    code = FakeWechat(said={"code_url": "weixin://wxpay/1"})
    inside = FakeWechat(said={"prepay_id": "wx201"})

    opened = wechat(page).begin(ASK)
    scanned = wechat(code).begin(replace(ASK, on_phone=False))
    bridge = wechat(inside).begin(replace(ASK, openid="o1")).bridge

    assert opened.address == ("https://wx.tenpay.com/pay?prepay_id=1&redirect_url=https%3A%2F%2Fpoints.example%2Fback")
    assert scanned.code == "weixin://wxpay/1"
    assert [asked[1].rsplit("/", 1)[1] for server in (page, code, inside) for asked in server.asked] == [
        "h5", "native", "jsapi",
    ]  # fmt: skip
    wanted = page.asked[0][2]
    assert (wanted["amount"], wanted["time_expire"]) == (
        {"total": 12_345, "currency": "CNY"},
        "2026-11-23T04:00:00+00:00",
    )
    assert wanted["scene_info"]["payer_client_ip"] == "203.0.113.7"
    assert bridge is not None
    lines = f"wx1\n{bridge['timeStamp']}\n{bridge['nonceStr']}\nprepay_id=wx201\n"
    check(OURS, lines, bridge["paySign"])


def test_a_notification_of_wechat_is_opened_and_read_exactly() -> None:
    seen = wechat().notification(closed(transaction()))

    assert (seen.number, seen.state, seen.amount, seen.currency) == (NUMBER, "paid", 12_345, "CNY")
    assert (seen.trade, seen.paid_at) == ("4200", datetime(2026, 11, 23, 3, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    "notice",
    [
        closed(transaction(), key=STRANGER),
        closed(transaction(), secret=SECRET[::-1]),
        closed(transaction(), serial="another key"),
        closed(transaction(), at=int(time.time()) - 24 * 3600),
        closed(transaction(mchid="1901")),
        closed(transaction(appid="wx2")),
        closed(transaction(trade_state="PAID")),
        closed(transaction(amount={"total": "12345"})),
        closed(transaction(amount={"total": True})),
        Notice({}, closed(transaction()).body),
        replace(closed(transaction()), body=closed(transaction(out_trade_no="other")).body),
    ],
)
def test_what_wechat_did_not_sign_for_us_is_not_true(notice: Notice) -> None:
    with pytest.raises(NotTrueError):
        wechat().notification(notice)


def test_wechat_answers_how_a_payment_stands() -> None:
    said = transaction()

    assert wechat(FakeWechat(said=said)).query(NUMBER).state == "paid"
    assert wechat(FakeWechat(said=transaction(trade_state="NOTPAY", amount=None))).query(NUMBER).state == "pending"
    assert wechat(FakeWechat(said=transaction(trade_state="REFUND"))).query(NUMBER).state == "returned"
    assert wechat(FakeWechat(404, {"code": "ORDER_NOT_EXIST"})).query(NUMBER).state == "unknown"
    with pytest.raises(ProviderSilentError):
        wechat(FakeWechat(500, {"code": "SYSTEM_ERROR"})).query(NUMBER)
    with pytest.raises(NotTrueError):
        wechat(FakeWechat(said=said, key=STRANGER)).query(NUMBER)
    with pytest.raises(NotTrueError):
        wechat(FakeWechat(said=transaction(out_trade_no="other"))).query(NUMBER)


def test_wechat_closes_and_gives_back() -> None:
    closing = FakeWechat(204)
    wechat(closing).close(NUMBER)
    wechat(FakeWechat(400, {"code": "ORDERPAID"})).close(NUMBER)
    with pytest.raises(ProviderSilentError):
        wechat(FakeWechat(500, {"code": "SYSTEM_ERROR"})).close(NUMBER)

    states = {
        status: wechat(FakeWechat(said={"refund_id": "50", "status": status})).refund(BACK).state
        for status in ("SUCCESS", "PROCESSING", "ABNORMAL", "CLOSED")
    }
    short = wechat(FakeWechat(403, {"code": "NOT_ENOUGH", "message": "余额不足"})).refund(BACK)

    assert closing.asked == [("POST", f"/v3/pay/transactions/out-trade-no/{NUMBER}/close", {"mchid": "1900"})]
    assert states == {"SUCCESS": "done", "PROCESSING": "sent", "ABNORMAL": "failed", "CLOSED": "failed"}
    assert (short.state, short.problem) == ("failed", "NOT_ENOUGH 余额不足")
    with pytest.raises(ProviderSilentError):
        wechat(FakeWechat(500, {"code": "SYSTEM_ERROR"})).refund(BACK)


def test_the_real_providers_are_those_of_the_settings(settings: Any, tmp_path: Any) -> None:
    from jifen.payments.errors import PaymentError

    key, their_key = tmp_path / "ours.pem", tmp_path / "theirs.pem"
    key.write_bytes(pem(OURS)), their_key.write_bytes(public(THEIRS))
    settings.ALIPAY_APP_ID, settings.ALIPAY_SELLER_ID = "2021", "2088"
    settings.ALIPAY_KEY, settings.ALIPAY_PUBLIC_KEY = str(key), str(their_key)
    settings.WECHAT_PAY_MERCHANT, settings.WECHAT_PAY_APP_ID, settings.WECHAT_PAY_SERIAL = "1900", "wx1", "SERIAL"
    settings.WECHAT_PAY_KEY, settings.WECHAT_PAY_PUBLIC_KEY = str(key), str(their_key)
    settings.WECHAT_PAY_PUBLIC_KEY_ID, settings.WECHAT_PAY_V3_KEY = "ID", SECRET.decode()

    server = FakeAlipay(query={"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"})
    found = live_providers(server)
    assert [one.name for one in found] == ["alipay", "wechat_pay"]
    assert found[0].query(NUMBER).state == "unknown"
    assert found[1].notification(closed(transaction())).amount == 12_345

    settings.ALIPAY_KEY = str(tmp_path / "nowhere.pem")
    with pytest.raises(PaymentError, match="JIFEN_ALIPAY_KEY names no file with a key"):
        live_providers()


def test_only_https_is_asked() -> None:
    for address in ("http://api.mch.weixin.qq.com/v3", "ftp://x/", "https://"):
        with pytest.raises(ProviderSilentError):
            over_the_network("GET", address, {}, b"")
