"""Tags and filters of the templates."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language

from jifen.engine.message import Message
from jifen.messages import rule_title, translator
from jifen.programmes.changes import next_change
from jifen.web.icons import draw_icon

register = template.Library()

TILES = 6  # colours of tiles in the style sheet
TILE_LETTERS = 4


def language() -> str:
    """Return the reader's language as the catalogue of messages calls it."""
    return "zh_Hans" if (get_language() or "").startswith("zh") else "en"


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Draw an icon."""
    return draw_icon(name, classes)


@register.simple_tag(takes_context=True)
def rules_change_on(context: Context) -> date | None:
    """Return the day from which the rules of the programme change next, None where that is not decided (G15)."""
    programme = context["programme"]
    return next_change(programme.pk, datetime.now(ZoneInfo(programme.zone)).date())


@register.filter
def said(message: Message | str) -> str:
    """Say a message in the reader's language."""
    return translator(language())(message)


@register.filter
def rule_named(rule: str) -> str:
    """Return what a rule is called, beginning with a capital."""
    return capfirst(translator(language())(rule_title(rule)))


@register.filter
def named(thing: Any) -> str:
    """Return the title of a programme, product, rank, … in the reader's language."""
    return str(thing.title) if language() == "zh_Hans" else str(thing.title_en or thing.title)


@register.filter
def tile_class(number: int) -> str:
    """Return the colour of a product's tile."""
    return f"t{number % TILES}"


@register.filter
def initials(title: str) -> str:
    """Return a few letters of a title: four characters of Chinese, or the first letters of two English words."""
    if title.isascii():
        return "".join(word[0] for word in title.split()[:2]).upper()
    return title.split(maxsplit=1)[0][:TILE_LETTERS]
