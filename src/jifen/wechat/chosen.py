"""Which WeChat is asked: the one that JIFEN_WECHAT names. There is no live one, nor a setting for one."""

from django.conf import settings

from jifen.wechat.adapter import Wechat
from jifen.wechat.errors import NoWechatError
from jifen.wechat.simulated import SimulatedWechat


def wechat() -> Wechat:
    """Return the WeChat that the setting names; raises NoWechatError where it names none."""
    if not is_open():
        raise NoWechatError
    return SimulatedWechat()


def is_open() -> bool:
    """Return whether this server has an official account."""
    return bool(settings.WECHAT == "simulated")
