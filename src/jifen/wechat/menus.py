"""The menu of the official account: its buttons are set at the console, and WeChat shows what was published (S3-07)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction

from jifen.engine.message import Message, say
from jifen.facts.acts import note_act
from jifen.programmes.models import Programme
from jifen.wechat.adapter import Button
from jifen.wechat.chosen import wechat
from jifen.wechat.errors import WechatError
from jifen.wechat.models import BUTTONS_MAX, ENTRIES_MAX, MenuButton, MenuPublication

ENTRY_BYTES_MAX, BUTTON_BYTES_MAX = 16, 60  # of titles at WeChat, in UTF-8
TITLE_MAX = 16

# Pages that a button may open, with their addresses below the programme; where they stand decides the web.
PAGES: dict[str, tuple[str, Message]] = {
    "home": ("", say("points and start page")),
    "card": ("member-card", say("my member card")),
    "bind": ("wechat/bind", say("bind the card")),
    "mall": ("mall", say("exchange of points")),
    "orders": ("orders", say("my orders")),
    "statement": ("statement", say("in and out")),
    "me": ("me", say("my page")),
}


@dataclass(frozen=True)
class Entry:
    """A button as it is set: a title, and a page or buttons above it."""

    title: str
    page: str = ""
    buttons: Sequence["Entry"] = field(default_factory=tuple)


class MenuNotValidError(WechatError):
    """WeChat would refuse this menu; `message` says why."""


def read_menu(programme_id: int) -> list[Entry]:
    """Return the menu as it is set."""
    rows = list(MenuButton.objects.filter(programme_id=programme_id).order_by("position"))
    above: dict[int, list[Entry]] = {}
    for row in rows:
        if row.parent_id is not None:
            above.setdefault(row.parent_id, []).append(Entry(row.title, row.page))
    return [Entry(row.title, row.page, tuple(above.get(row.pk, ()))) for row in rows if row.parent_id is None]


def save_menu(*, programme_id: int, entries: Sequence[Entry], operator_id: int) -> None:
    """Set the menu; WeChat shows it once it is published. Raises MenuNotValidError."""
    _check(entries)
    with transaction.atomic():
        Programme.objects.select_for_update(no_key=True).get(pk=programme_id)
        MenuButton.objects.filter(programme_id=programme_id).delete()
        for place, entry in enumerate(entries, start=1):
            row = MenuButton.objects.create(
                programme_id=programme_id, position=place, title=entry.title, page=entry.page
            )
            MenuButton.objects.bulk_create(
                MenuButton(programme_id=programme_id, parent=row, position=n, title=one.title, page=one.page)
                for n, one in enumerate(entry.buttons, start=1)
            )
        note_act(operator_id=operator_id, act="save_wechat_menu", subject="wechat menu")


def publish_menu(*, programme_id: int, operator_id: int) -> MenuPublication:
    """Send the menu to WeChat, which shows it from now on. Raises MenuNotValidError and NoWechatError."""
    entries = read_menu(programme_id)
    if not entries:
        raise MenuNotValidError(say("the menu has no buttons yet; add one, then publish it"))
    _check(entries)
    base = f"{settings.PUBLIC_URL}/{Programme.objects.values_list('code', flat=True).get(pk=programme_id)}/"
    with transaction.atomic():
        published = MenuPublication.objects.create(
            programme_id=programme_id, content=[_plain(entry) for entry in entries], operator_id=operator_id
        )
        note_act(operator_id=operator_id, act="publish_wechat_menu", subject="wechat menu")
        wechat().put_menu(programme_id=programme_id, buttons=[_button(entry, base) for entry in entries])
    return published


def newest_publication(programme_id: int) -> MenuPublication | None:
    """Return the menu that WeChat shows."""
    rows = MenuPublication.objects.filter(programme_id=programme_id).select_related("operator")
    return rows.order_by("-pk").first()


def is_published(programme_id: int) -> bool:
    """Return whether WeChat shows the menu as it is set."""
    newest = newest_publication(programme_id)
    return newest is not None and newest.content == [_plain(entry) for entry in read_menu(programme_id)]


def page_path(page: str) -> str:
    """Return the address of a page below the programme."""
    return PAGES[page][0]


def _check(entries: Sequence[Entry]) -> None:
    """Refuse what WeChat would refuse: too many buttons, long titles, a button that does nothing."""
    if len(entries) > ENTRIES_MAX:
        raise MenuNotValidError(say("a menu has at most {most} entries", most=ENTRIES_MAX))
    for entry in entries:
        _check_title(entry.title, ENTRY_BYTES_MAX)
        if len(entry.buttons) > BUTTONS_MAX:
            raise MenuNotValidError(say("an entry has at most {most} buttons", most=BUTTONS_MAX))
        if bool(entry.page) == bool(entry.buttons):
            raise MenuNotValidError(say("{title} opens a page, or has buttons; choose one of them", title=entry.title))
        for one in entry.buttons:
            _check_title(one.title, BUTTON_BYTES_MAX)
        for one in (entry, *entry.buttons):
            if one.page and one.page not in PAGES:
                raise MenuNotValidError(say("{title} opens no page of ours", title=one.title))
        if any(not one.page for one in entry.buttons):
            raise MenuNotValidError(say("every button above {title} opens a page", title=entry.title))


def _check_title(title: str, most: int) -> None:
    if not title.strip() or len(title) > TITLE_MAX or len(title.encode()) > most:
        raise MenuNotValidError(
            say(
                "the title {title} is empty or too long: {most} bytes, a Chinese character has 3",
                title=title,
                most=most,
            )
        )


def _button(entry: Entry, base: str) -> Button:
    link = f"{base}wechat?page={entry.page}" if entry.page else ""
    return Button(entry.title, link, tuple(_button(one, base) for one in entry.buttons))


def _plain(entry: Entry) -> dict[str, Any]:
    return {"title": entry.title, "page": entry.page, "buttons": [_plain(one) for one in entry.buttons]}
