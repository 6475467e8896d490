"""What the account tells members (S3-07): written with what it tells of, once, and sent by a job, which tries again."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jifen.engine.message import Message, say
from jifen.messages import translator
from jifen.programmes.models import Programme
from jifen.wechat.adapter import News
from jifen.wechat.chosen import is_open, wechat
from jifen.wechat.errors import WechatError
from jifen.wechat.models import Follower, MessageState, Template, TemplateMessage

TRIES_MAX = 5
SENT_AT_ONCE = 200
FORGET = timedelta(days=1)  # what waited longer is not news any more

TITLES: dict[str, Message] = {
    Template.BOUND: say("Your WeChat is bound"),
    Template.GRANT: say("You have received points"),
    Template.REDEMPTION: say("You have exchanged points"),
    Template.PERIOD: say("A period of your store is settled"),
}
FIELDS: dict[str, Message] = {
    "name": say("member"),
    "store": say("store"),
    "points": say("points"),
    "balance": say("balance"),
    "paid": say("amount"),
    "order": say("order"),
    "days": say("days"),
    "sales": say("sales"),
    "due": say("due"),
}
TOO_OLD = say("it waited longer than a day")
OPENS = {Template.BOUND: "card", Template.GRANT: "statement", Template.REDEMPTION: "orders", Template.PERIOD: "me"}


def write_message(
    follower: Follower, template: Template, *, cause: str, values: dict[str, str]
) -> TemplateMessage | None:
    """Write a message to a bound member, once for its cause; nothing to somebody who wants none."""
    if follower.muted:
        return None
    message, _new = TemplateMessage.objects.get_or_create(
        member_id=follower.member_id,
        template=template,
        cause=cause,
        defaults={
            "programme_id": follower.programme_id,
            "openid": follower.openid,
            "fields": values,
            "page": OPENS[template],
        },
    )
    return message


def send_waiting() -> int:
    """Send what waits, the oldest first; return how many were sent. What fails is tried again a few times."""
    if not is_open():
        return 0
    sent = 0
    waiting = TemplateMessage.objects.filter(state=MessageState.WAITING).order_by("pk")
    for message_id in list(waiting.values_list("pk", flat=True)[:SENT_AT_ONCE]):
        sent += _send_one(message_id)
    return sent


def titled(message: TemplateMessage) -> tuple[str, list[tuple[str, str]]]:
    """Return a message's title and lines in its member's language."""
    translate = translator("en" if message.member.language == "en" else "zh_Hans")
    lines = [(translate(FIELDS[name]), str(value)) for name, value in message.fields.items()]
    return translate(TITLES[message.template]), lines


def _send_one(message_id: int) -> bool:
    """Send a message under its lock; another job that has it is not waited for."""
    with transaction.atomic():
        rows = TemplateMessage.objects.select_for_update(of=("self",), skip_locked=True).select_related("member")
        message = rows.filter(pk=message_id, state=MessageState.WAITING).first()
        if message is None:
            return False
        if timezone.now() - message.written_at > FORGET:
            message.state, message.failure = MessageState.FAILED, str(TOO_OLD)
        else:
            _try(message)
        message.save()
        return message.state == MessageState.SENT


def _try(message: TemplateMessage) -> None:
    title, lines = titled(message)
    code = Programme.objects.values_list("code", flat=True).get(pk=message.programme_id)
    link = f"{settings.PUBLIC_URL}/{code}/wechat?page={message.page}" if message.page else ""
    news = News(f"jifen-{message.pk}", title, tuple(lines), link)
    message.tries += 1
    try:
        wechat().send(programme_id=message.programme_id, openid=message.openid, news=news)
    except WechatError as error:
        message.failure = str(error.message)[:200]
        if message.tries >= TRIES_MAX:
            message.state = MessageState.FAILED
    else:
        message.state, message.sent_at, message.failure = MessageState.SENT, timezone.now(), ""
