"""The calendar of declared values: what holds on each day of a month, and where it comes from (S0-20, S0-60)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action
from jifen.backoffice.declared_days import (
    Choice,
    Held,
    Span,
    choosable,
    day_of,
    held_on,
    last_of,
    month_after,
    month_of,
    show_usual,
    show_value,
    spans_of,
    weeks_of,
)
from jifen.backoffice.pages.declared import ValueForm, done
from jifen.backoffice.showing import act_or_show, show, to
from jifen.backoffice.tables import Cell, Filter, Table, columns, number, query_with
from jifen.engine.declared import DeclaredName
from jifen.facts.declaring import Days, days_of, declare_days
from jifen.facts.draws import Draw, drawn_days, drawn_name
from jifen.programmes.declared import known_values
from jifen.programmes.models import DeclaredProposal
from jifen.programmes.terms import InForce, all_versions

DATE = {"type": "date"}


class DaysForm(ValueForm):
    """The days on which a value shall hold."""

    first_day = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text=gettext_lazy("This day included. Empty: until another value is declared."),
    )


@dataclass(frozen=True)
class Box:
    """One day of the month as the page draws it."""

    day: date
    value: str
    source: str
    tone: str  # declared, document, drawn, or nothing
    href: str  # "" where nothing can be declared any more
    chosen: bool
    closed: bool
    outside: bool  # of the month
    today: bool


@dataclass(frozen=True)
class Month:
    """What the page is about: a value, a month, and the clicked days."""

    known: Mapping[str, DeclaredName]
    one: DeclaredName
    first: date
    choice: Choice
    days: Days
    spans: list[Span]
    versions: list[InForce]
    drawn: Mapping[date, Draw]


@page("see_versions")
def month(desk: Desk) -> HttpResponseBase:
    """Show a month of a value; a click on a day begins a range of days, a second click ends it."""
    shown = _read(desk)
    waits = DeclaredProposal.objects.filter(programme=desk.programme, name=shown.one.name, state="proposed").count()
    return act_or_show(
        desk.request,
        [_declare(desk, shown)],
        lambda offers: show(
            desk.request,
            "backoffice/calendar.html",
            _("Calendar of declared values"),
            month=shown.first,
            weeks=[[_box(desk, shown, day) for day in week] for week in weeks_of(shown.first)],
            before=query_with(desk.request, month=f"{month_after(shown.first, -1):%Y-%m}", first="", last=""),
            after=query_with(desk.request, month=f"{month_after(shown.first, 1):%Y-%m}", first="", last=""),
            whole=_whole_month(desk, shown),
            filters=_filters(shown),
            usual=show_usual(shown.one),
            waits=waits,
            proposals=to(desk, "proposals") + "?state=proposed",
            table=_table(shown),
            offers=offers,
        ),
    )


def _read(desk: Desk) -> Month:
    """Return what the address asks for; the first value and this month, where it does not say."""
    programme_id, read, days = desk.programme.pk, desk.request.GET, days_of(desk.programme.pk)
    known = {name: one for name, one in sorted(known_values(programme_id).items()) if one.by_day}
    if not known or read.get("name", "") not in {"", *known}:
        raise Http404
    one = known[read.get("name") or next(iter(known))]
    first = month_of(read.get("month", ""), days.first)
    versions = all_versions(programme_id)
    drawn = {}
    if any(drawn_name(version.terms) == one.name for version in versions):
        drawn = {draw.day: draw for draw in drawn_days(programme_id, before=month_after(first, 1))}
    return Month(
        known=known,
        one=one,
        first=first,
        choice=Choice(day_of(read.get("first", "")), day_of(read.get("last", ""))),
        days=days,
        spans=spans_of(programme_id, one.name, desk.zone),
        versions=versions,
        drawn=drawn,
    )


def _filters(shown: Month) -> list[Filter]:
    names = [(name, name) for name in shown.known]
    return [
        Filter("name", _("Which value"), names, shown.one.name),
        Filter("month", _("Month"), value=f"{shown.first:%Y-%m}", kind="month"),
    ]


def _whole_month(desk: Desk, shown: Month) -> str:
    """Return the address that chooses what of the month can still be declared; "" where nothing can."""
    days = choosable(shown.first, shown.days)
    return "" if days.first is None else query_with(desk.request, **_query(shown, days)) + "#actions"


def _query(shown: Month, choice: Choice) -> dict[str, str]:
    return {
        "name": shown.one.name,
        "month": f"{shown.first:%Y-%m}",
        "first": f"{choice.first or ''}",
        "last": f"{choice.last or ''}",
    }


def _box(desk: Desk, shown: Month, day: date) -> Box:
    held = held_on(day, shown.one.name, shown.spans, shown.versions)
    value, source, tone = _told(shown, held)
    open_day = day >= shown.days.first
    return Box(
        day=day,
        value=value,
        source=source,
        tone=tone,
        href=query_with(desk.request, **_query(shown, shown.choice.clicked(day))) if open_day else "",
        chosen=shown.choice.has(day),
        closed=shown.days.closed is not None and day <= shown.days.closed,
        outside=(day.year, day.month) != (shown.first.year, shown.first.month),
        today=day == shown.days.today,
    )


def _told(shown: Month, held: Held) -> tuple[str, str, str]:
    """Return what a day holds, in words where it comes from, and the tone of it."""
    unit = shown.one.unit
    if held.span is not None:
        who = _("declared by %(operator)s") % {"operator": held.span.row.operator.username}
        return show_value(held.value, unit), who, "declared"
    if held.known is None:
        return "", "", ""
    draw = shown.drawn.get(held.day)
    if draw is not None:
        return show_value(draw.amount, unit), _("drawn"), "drawn"
    terms = next((one.terms for one in reversed(shown.versions) if one.effective_from <= held.day), None)
    if terms is not None and drawn_name(terms) == shown.one.name and held.day >= shown.days.first:
        return show_usual(held.known), _("will be drawn"), "drawn"
    if held.value is None:
        return "–", _("nothing holds"), ""
    return show_value(held.value, unit), _("the document"), "document"


def _declare(desk: Desk, shown: Month) -> Action:
    choice = shown.choice

    def run(values: Mapping[str, Any]) -> str:
        made = declare_days(
            programme_id=desk.programme.pk,
            name=shown.one.name,
            value=values["value"],
            first_day=values["first_day"],
            last_day=values["last_day"],
            operator_id=desk.operator.pk,
            note=values["reason"],
            key=values["key"],
        )
        return done(made, shown.known)

    usual = show_usual(shown.one)
    note = _("Usual is %(usual)s; anything else waits for a second operator.") % {"usual": usual} if usual else ""
    return Action(
        "declare_days",
        _("Declare %(name)s for days") % {"name": shown.one.name},
        "declare_values",
        run,
        form=DaysForm,
        initial={"first_day": choice.first, "last_day": choice.last or choice.first},
        note=note,
        tone="main",
        open=choice.first is not None,
    )


def _table(shown: Month) -> Table:
    """Return the declared values that touch the month, the one declared last first."""
    last = last_of(shown.first)
    touched = [span for span in shown.spans if span.first <= last and (span.end is None or span.end > shown.first)]
    rows = [
        [
            number(show_value(Held(span.first, None, span).value, shown.one.unit)),
            Cell(f"{span.first}"),
            Cell(f"{span.end.fromordinal(span.end.toordinal() - 1)}" if span.end else ""),
            Cell(span.row.note),
            Cell(span.row.operator.username),
            Cell(_confirmed_by(span)),
        ]
        for span in sorted(touched, key=lambda span: span.row.declared_tick, reverse=True)
    ]
    titles = (_("Value"), _("First day"), _("Last day"), _("Reason"), _("Operator"), _("Confirmed by"))
    empty = _("Nothing is declared for this month: the document holds.")
    return Table(columns(*titles, numbers=(0,)), rows, empty)


def _confirmed_by(span: Span) -> str:
    proposal = getattr(span.row, "proposal", None)
    return proposal.decided_by.username if proposal is not None else ""
