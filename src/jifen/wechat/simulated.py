"""The simulated WeChat: tables of its own, a page that looks like the account in a phone, no network (S3-07)."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.core import signing

from jifen.engine.message import say
from jifen.wechat.adapter import Button, News
from jifen.wechat.errors import WechatSilentError
from jifen.wechat.models import SimFollower, SimMenu, SimMessage

SALT = "jifen.wechat.simulated"
CODE_SECONDS = 300  # how long the code in an address is good, as WeChat's own
SHOWN_MAX = 30
UNKNOWN = say("WeChat does not know who you are; open the page from the account again")


class SimulatedWechat:
    """Satisfies adapter.Wechat."""

    sandbox = True

    def openid_of(self, *, programme_id: int, code: str) -> str:
        """Read the code that the simulated account put into an address."""
        try:
            openid = str(signing.loads(code, salt=SALT, max_age=CODE_SECONDS))
        except signing.BadSignature:
            raise WechatSilentError(
                say("WeChat does not know who you are; open the page from the account again")
            ) from None
        if not SimFollower.objects.filter(programme_id=programme_id, openid=openid).exists():
            raise WechatSilentError(UNKNOWN)
        return openid

    def follows(self, openid: str) -> bool:
        """Return whether somebody follows the account."""
        return SimFollower.objects.filter(openid=openid, follows=True).exists()

    def put_menu(self, *, programme_id: int, buttons: Sequence[Button]) -> None:
        """Show another menu from now on."""
        SimMenu.objects.update_or_create(
            programme_id=programme_id, defaults={"content": [_told(button) for button in buttons]}
        )

    def send(self, *, programme_id: int, openid: str, news: News) -> None:
        """Put a message among those that a follower reads, once for its key."""
        follower = SimFollower.objects.filter(programme_id=programme_id, openid=openid, follows=True).first()
        if follower is None:
            raise WechatSilentError(say("nobody follows the account with this openid"))
        fields = [list(pair) for pair in news.fields]
        defaults = {"follower": follower, "title": news.title, "fields": fields, "link": news.link}
        SimMessage.objects.get_or_create(key=news.key, defaults=defaults)


def somebody(programme_id: int, name: str) -> SimFollower:
    """Return a new person at the simulated WeChat, who follows the account."""
    return SimFollower.objects.create(programme_id=programme_id, openid=f"o{uuid4().hex}", name=name)


def person(programme_id: int, openid: str) -> SimFollower | None:
    """Return somebody of the simulated WeChat."""
    return SimFollower.objects.filter(programme_id=programme_id, openid=openid).first()


def set_follows(follower: SimFollower, *, follows: bool) -> None:
    """Let somebody follow the account, or not."""
    follower.follows = follows
    follower.save(update_fields=["follows"])


def code_for(openid: str) -> str:
    """Return the code with which a page is opened from the simulated account."""
    return signing.dumps(openid, salt=SALT)


def menu_of(programme_id: int) -> list[dict[str, Any]]:
    """Return the menu that the simulated account shows."""
    found = SimMenu.objects.filter(programme_id=programme_id).first()
    return list(found.content) if found is not None else []


def messages_of(follower: SimFollower) -> list[SimMessage]:
    """Return what somebody was sent, the newest last."""
    return list(follower.messages.order_by("-pk")[:SHOWN_MAX])[::-1]


def _told(button: Button) -> dict[str, Any]:
    return {"title": button.title, "link": button.link, "buttons": [_told(one) for one in button.buttons]}
