"""The real providers, as the settings name them: never in the sandbox, and for live programmes only (trust 1.1)."""

from pathlib import Path

from django.conf import settings

from jifen.engine.message import say
from jifen.payments.adapter import Provider, Send
from jifen.payments.alipay import Alipay, AlipayAccount
from jifen.payments.errors import PaymentError
from jifen.payments.transport import send as over_the_network
from jifen.payments.wechat_pay import WechatPay, WechatPayAccount


class ProviderKeyError(PaymentError):
    """A file that the settings name holds no key."""

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} names no file with a key", name=name))


def live_providers(send: Send = over_the_network) -> list[Provider]:
    """Return the real providers whose settings are given; raises ProviderKeyError for a file without a key."""
    found: list[Provider] = []
    if settings.ALIPAY_APP_ID:
        account = AlipayAccount(
            app_id=settings.ALIPAY_APP_ID,
            seller_id=settings.ALIPAY_SELLER_ID,
            key=_key("JIFEN_ALIPAY_KEY", settings.ALIPAY_KEY),
            their_key=_key("JIFEN_ALIPAY_PUBLIC_KEY", settings.ALIPAY_PUBLIC_KEY),
        )
        found.append(Alipay(account, send))
    if settings.WECHAT_PAY_MERCHANT:
        found.append(WechatPay(_wechat_pay(), send))
    return found


def _wechat_pay() -> WechatPayAccount:
    return WechatPayAccount(
        merchant=settings.WECHAT_PAY_MERCHANT,
        app_id=settings.WECHAT_PAY_APP_ID,
        key=_key("JIFEN_WECHAT_PAY_KEY", settings.WECHAT_PAY_KEY),
        serial=settings.WECHAT_PAY_SERIAL,
        their_key=_key("JIFEN_WECHAT_PAY_PUBLIC_KEY", settings.WECHAT_PAY_PUBLIC_KEY),
        their_id=settings.WECHAT_PAY_PUBLIC_KEY_ID,
        secret=settings.WECHAT_PAY_V3_KEY.encode(),
    )


def _key(name: str, path: str) -> bytes:
    try:
        found = Path(path).read_bytes()
    except OSError:
        found = b""
    if b"-----BEGIN " not in found:
        raise ProviderKeyError(name)
    return found
