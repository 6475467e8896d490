"""What pages show of WeChat: a member's binding and messages, and the simulated account as a phone shows it (S3-07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jifen.members.models import Member
from jifen.wechat.accounts import follower_of
from jifen.wechat.messages import titled
from jifen.wechat.models import Follower, SimFollower, TemplateMessage
from jifen.wechat.simulated import code_for, menu_of, messages_of

LISTED_MAX = 50


@dataclass(frozen=True)
class Told:
    """A message that a member was sent, or will be."""

    title: str
    lines: Sequence[tuple[str, str]]
    at: datetime
    state: str
    link: str = ""


@dataclass(frozen=True)
class Mine:
    """A member's binding and messages."""

    follower: Follower | None
    told: Sequence[Told]


@dataclass(frozen=True)
class Account:
    """The simulated account as one of its followers sees it."""

    person: SimFollower
    menu: Sequence[dict[str, Any]]
    told: Sequence[Told]


def read_mine(member: Member) -> Mine:
    """Return a member's binding, and the newest messages."""
    rows = TemplateMessage.objects.filter(member=member).select_related("member").order_by("-pk")[:LISTED_MAX]
    told = []
    for one in rows:
        title, lines = titled(one)
        told.append(Told(title, lines, one.sent_at or one.written_at, one.state))
    return Mine(follower_of(member.pk), told)


def read_account(person: SimFollower, state: str) -> Account:
    """Return the simulated account; each link carries the code by which we learn who opens it, and the state."""
    code = f"&code={code_for(person.openid)}&state={state}"
    told = [
        Told(one.title, [(name, value) for name, value in one.fields], one.at, "", _with_code(one.link, code))
        for one in messages_of(person)
    ]
    return Account(person, [_entry(entry, code) for entry in menu_of(person.programme_id)], told)


def _entry(entry: dict[str, Any], code: str) -> dict[str, Any]:
    buttons = [_entry(one, code) for one in entry["buttons"]]
    return {"title": entry["title"], "link": _with_code(entry["link"], code), "buttons": buttons}


def _with_code(link: str, code: str) -> str:
    return f"{link}{code}" if link else ""
