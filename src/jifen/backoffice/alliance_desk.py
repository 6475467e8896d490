"""What the console's pages of an alliance share: stores found by code, points as people read them, dates of a time."""

from datetime import date
from typing import Any

from django import forms
from django.http import Http404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.alliance.errors import AllianceError
from jifen.alliance.terms import alliance_here
from jifen.backoffice.access import Desk, language
from jifen.backoffice.acting import ReasonForm
from jifen.backoffice.fields import MinorField
from jifen.backoffice.showing import to
from jifen.backoffice.tables import Cell, Filter
from jifen.engine.message import say
from jifen.facts.days import first_unclosed
from jifen.stores.models import Store


class StoreForm(ReasonForm):
    """A store by its code, and points of it."""

    store = forms.CharField(label=gettext_lazy("Code of the store"), max_length=20)
    points = MinorField(label=gettext_lazy("Points"))

    field_order = ("store", "points", "reason", "key")


def check_alliance(desk: Desk) -> None:
    """Answer "no such page" where stores hold no points."""
    if not alliance_here(desk.terms):
        raise Http404


def shown(desk: Desk, points: int) -> str:
    """Return store points as people read them."""
    return desk.decimals.show(points, desk.terms.float_kind)


def store_cell(desk: Desk, store: Store | None) -> Cell:
    """Return a store by code and name, with the way to its page; nothing for none."""
    if store is None:
        return Cell("")
    title = store.title_en if language() == "en" and store.title_en else store.title
    return Cell(f"{store.code} {title}", href=to(desk, "store", store.pk))


def store_by(desk: Desk, code: str) -> Store:
    """Return the store with a code; raises AllianceError."""
    found = Store.objects.filter(programme=desk.programme, code=code.strip()).first()
    if found is None:
        raise AllianceError(say("there is no store {code}", code=code.strip()))
    return found


def points_form(desk: Desk, *, label: Any, needed: bool = True, more: dict[str, forms.Field] | None = None) -> Any:
    """Return a form for points of a store, with the decimals of the kind."""
    decimals = desk.decimals.of_kind[desk.terms.float_kind]
    fields: dict[str, Any] = {**(more or {}), "points": MinorField(label=label, decimals=decimals, required=needed)}
    order = ("store", "points", *(more or {}), "reason", "key")
    return type("PointsForm", (StoreForm,), {**fields, "field_order": order, "__doc__": "Points of a store."})


def open_today(desk: Desk) -> date:
    """Return the open day: today, or in the sandbox the day after one that was settled early."""
    return max(desk.today, first_unclosed(desk.programme.pk) or desk.today)


def span_of(desk: Desk) -> tuple[date, date]:
    """Return the days that the address asks for, from and to; this month without them, the open day included."""
    read = desk.request.GET
    last = _day(read.get("to", "")) or open_today(desk)
    first = _day(read.get("from", "")) or last.replace(day=1)
    return min(first, last), last


def span_filters(first: date, last: date) -> list[Filter]:
    """Return the two dates of a time as filters."""
    return [
        Filter("from", _("From"), value=first.isoformat(), kind="date"),
        Filter("to", _("To"), value=last.isoformat(), kind="date"),
    ]


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
