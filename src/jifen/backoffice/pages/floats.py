"""The points that stores and branches hold, what came and went, what they owe, and their open period (S3-29, S3-30)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.alliance.branches import StoreLine, lines_of
from jifen.alliance.owed import owed_of, pay_owed
from jifen.alliance.periods import OpenPeriod, close, period_so_far
from jifen.alliance.purchases import By
from jifen.alliance.statements import collected_by_period
from jifen.backoffice.access import Desk, page
from jifen.backoffice.account_titles import rule_name
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.alliance_desk import check_alliance, open_today, shown, span_filters, span_of, store_cell
from jifen.backoffice.figures import show_money
from jifen.backoffice.float_sums import Sums, sums_of
from jifen.backoffice.pages.periods import sales_table
from jifen.backoffice.pages.stores import member_cell, ratio_text
from jifen.backoffice.showing import (
    EXPORT_ROWS_MAX,
    act_or_show,
    export,
    export_query,
    rows_of,
    show,
    to,
    wants_export,
)
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number, slice_of
from jifen.ledger.chart import owner_of_store
from jifen.ledger.reading import daily_sums
from jifen.storefront.people import member_of
from jifen.stores.models import Period, Store, StoreType

OWED_SHOWN, PERIODS_SHOWN = 100, 12


class CloseForm(PlainForm):
    """Up to which day, and another share than agreed."""

    until = forms.DateField(
        label=gettext_lazy("Sales before this day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    share = forms.DecimalField(
        label=gettext_lazy("Share in percent"),
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
        error_messages={"min_value": gettext_lazy("Write a share above 0, or leave it empty: as agreed.")},
        help_text=gettext_lazy("Empty: as agreed with the store, else that of the programme."),
    )


class OwedForm(ReasonForm):
    """Whom the store pays what it owes."""

    member = forms.CharField(
        label=gettext_lazy("Phone or member code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Empty: everybody, the oldest first."),
    )

    field_order = ("member", "reason", "key")


@page("see_alliance")
def floats(desk: Desk) -> HttpResponseBase:
    """List stores and branches with what they hold and owe, and what came and went in a time."""
    check_alliance(desk)
    span = span_of(desk)
    found = _found(desk)
    if wants_export(desk.request):
        rows = _rows(desk, list(found.order_by("-pk")[:EXPORT_ROWS_MAX]), span)
        return export(desk, "floats", _columns(), rows)
    part = slice_of(found, desk.request)
    made = {store.pk: row for store, row in zip(part.rows, _rows(desk, part.rows, span), strict=True)}
    read = desk.request.GET
    types = Filter("type", _("Type"), [("", _("all")), *StoreType.choices], read.get("type", ""))
    code = Filter("q", _("Code of the store"), value=read.get("q", ""), kind="search")
    return show(
        desk.request,
        "backoffice/list.html",
        _("Points of stores"),
        table=rows_of(desk.request, part, _columns(), lambda one: made[one.pk]),
        filters=[code, types, *span_filters(*span)],
        export_query=export_query(desk),
        lead=_("What each store and branch holds and owes now, and what came and went in the time."),
    )


def _found(desk: Desk) -> QuerySet[Store]:
    found = Store.objects.filter(programme=desk.programme).select_related("standing", "branch")
    read = desk.request.GET
    if read.get("type", "") in StoreType.values:
        found = found.filter(type=read["type"])
    if read.get("q", "").strip():
        found = found.filter(code__iexact=read["q"].strip())
    return found


def _columns() -> list[Column]:
    return columns(
        *(_("Store"), _("Type"), _("Branch"), _("Holds"), _("Credit line"), _("Owes"), _("Came"), _("Went")),
        *(_("Sales"), _("Refunds")),
        numbers=(3, 4, 5, 6, 7, 8, 9),
    )


def _rows(desk: Desk, stores: list[Store], span: tuple[date, date]) -> list[list[Cell]]:
    moved = sums_of(desk.terms, desk.programme.pk, [store.pk for store in stores], span)
    lines = lines_of(stores, desk.terms.float_kind, *span)
    return [_row(desk, line, moved.get(line.store.pk, Sums())) for line in lines]


def _row(desk: Desk, line: StoreLine, moved: Sums) -> list[Cell]:
    store = line.store
    return [
        Cell(store_cell(desk, store).text, href=to(desk, "store_points", store.pk)),
        Cell(str(store.get_type_display())),
        Cell(store.branch.code if store.branch is not None else ""),
        number(shown(desk, line.float)),
        number(shown(desk, line.credit) if line.credit else ""),
        number(shown(desk, line.owed) if line.owed else ""),
        number(shown(desk, moved.all_in)),
        number(shown(desk, moved.all_out)),
        number(show_money(line.sales)),
        number(show_money(line.refunds)),
    ]


@page("see_alliance")
def store_points(desk: Desk, store_id: int) -> HttpResponseBase:
    """Show the points of one store: what came and went by day, whom it owes, its open and its settled periods."""
    check_alliance(desk)
    rows = Store.objects.select_related("standing", "branch", "owner")
    store = get_object_or_404(rows, pk=store_id, programme=desk.programme)
    span = span_of(desk)
    if wants_export(desk.request):
        days = _days(desk, store, span)
        return export(desk, f"points-{store.code}", days.columns, days.rows)
    return act_or_show(
        desk.request,
        [_give_owed(desk, store)],
        lambda offers: show(
            desk.request,
            "backoffice/store_points.html",
            _("Points of %(store)s") % {"store": store_cell(desk, store).text},
            figures=_figures(desk, store, span),
            filters=span_filters(*span),
            export_query=export_query(desk),
            sections=[
                (_("In and out"), _days(desk, store, span)),
                (_("Owed to members"), _owed(desk, store)),
                (_("Settled periods"), _periods(desk, store)),
            ],
            offers=offers,
        ),
    )


def _figures(desk: Desk, store: Store, span: tuple[date, date]) -> list[Figure]:
    line = lines_of([store], desk.terms.float_kind, *span)[0]
    credit = _("credit line %(points)s") % {"points": shown(desk, line.credit)} if line.credit else ""
    figures = [
        Figure(_("Holds"), shown(desk, line.float), credit, tone="bad" if line.float < 0 else ""),
        Figure(_("Owes"), shown(desk, line.owed), tone="wait" if line.owed else ""),
        Figure(_("Gives for 1 CNY"), ratio_text(store.ratio) or "–"),
    ]
    if desk.terms.periods is not None:
        since = store.standing.settled_until or store.joined_on
        way = to(desk, "open_period", store.pk)
        figures.append(Figure(_("Open period"), f"{since} –", _("sales so far, and settling it"), href=way))
    return figures


@page("see_alliance")
def open_period(desk: Desk, store_id: int) -> HttpResponseBase:
    """Show what a store would owe if its period ended now, with every sale so far; and let an operator settle it."""
    check_alliance(desk)
    if desk.terms.periods is None:
        raise Http404
    rows = Store.objects.select_related("standing")
    store = get_object_or_404(rows, pk=store_id, programme=desk.programme)
    today = open_today(desk)
    running = period_so_far(store, desk.terms.periods, today)
    return act_or_show(
        desk.request,
        [_close(desk, store, today)],
        lambda offers: show(
            desk.request,
            "backoffice/store_points.html",
            _("Open period of %(store)s") % {"store": store_cell(desk, store).text},
            figures=_so_far(running),
            sections=[(_("Sales and refunds"), sales_table(desk, running.rows[::-1]))],
            offers=offers,
        ),
    )


def _so_far(running: OpenPeriod) -> list[Figure]:
    found = running.figures
    since = _("%(orders)s sales since %(day)s") % {"orders": found.orders, "day": running.start}
    share = _("share of sales %(share)s") % {"share": f"{float(running.rate * 100):g} %"}
    return [
        Figure(_("Sales"), show_money(found.sales), since),
        Figure(_("Refunds"), show_money(found.refunds)),
        Figure(_("Refunds of earlier periods"), show_money(found.adjusted)),
        Figure(_("Due so far"), show_money(found.due), share),
        Figure(
            _("Held by head office"),
            show_money(found.stored + running.collected),
            _("stored value and money paid there"),
        ),
        Figure(_("To pay"), show_money(running.to_pay)),
    ]


def _days(desk: Desk, store: Store, span: tuple[date, date]) -> Table:
    sums = daily_sums(owner_of_store(store.pk), desk.terms.float_kind, *span, role="float")
    rows = [
        [
            Cell(f"{day}"),
            Cell(rule_name(rule)),
            number(shown(desk, amount) if amount > 0 else ""),
            number(shown(desk, -amount) if amount < 0 else ""),
        ]
        for (day, rule), amount in sorted(sums.items(), reverse=True)
        if amount
    ]
    headings = columns(_("Business day"), _("What"), _("Came"), _("Went"), numbers=(2, 3))
    return Table(headings, rows, empty=_("Nothing came or went in this time."))


def _owed(desk: Desk, store: Store) -> Table:
    rows = [
        [
            Cell(one.order_code),
            member_cell(desk, one.member),
            Cell(f"{one.day}"),
            number(show_money(one.amount)),
            number(shown(desk, one.owed)),
        ]
        for one in owed_of(store.pk, limit=OWED_SHOWN)
    ]
    headings = columns(_("Order"), _("Member"), _("Business day"), _("Amount"), _("Owed points"), numbers=(3, 4))
    return Table(headings, rows, empty=_("The store owes nobody."))


def _periods(desk: Desk, store: Store) -> Table:
    found = list(Period.objects.filter(store=store).order_by("-start_on")[:PERIODS_SHOWN])
    collected = collected_by_period([one.pk for one in found])
    rows = [
        [
            Cell(f"{one.start_on} – {one.until_on}", href=to(desk, "period", one.pk)),
            Cell(str(one.get_state_display())),
            number(show_money(one.sales)),
            number(show_money(one.due)),
            number(show_money(one.due - one.stored - collected[one.pk])),
        ]
        for one in found
    ]
    headings = columns(_("Period"), _("State"), _("Sales"), _("Due"), _("To pay"), numbers=(2, 3, 4))
    return Table(headings, rows, empty=_("No period is settled yet."))


def _close(desk: Desk, store: Store, today: date) -> Action:
    def closed(values: Mapping[str, Any]) -> str:
        share = int(values["share"] * 100) if values["share"] is not None else 0
        close(store_id=store.pk, until=values["until"], operator_id=desk.operator.pk, share=share)
        return _("The period is settled and takes no more input.")

    note = _("The day named is the first of the next period. A settled period takes no more input.")
    initial = {"until": today}
    return Action("close", _("Settle a period"), "deal_with_stores", closed, CloseForm, initial, note, tone="main")


def _give_owed(desk: Desk, store: Store) -> Action:
    def paid(values: Mapping[str, Any]) -> str:
        member = member_of(desk.programme.pk, values["member"]).pk if values["member"].strip() else None
        by = By(operator_id=desk.operator.pk)
        done = pay_owed(store_id=store.pk, to_member_id=member, by=by, key=values["key"])
        return _("%(points)s points were given to those whom the store owed.") % {"points": shown(desk, done.amount)}

    return Action("owed", _("Let the store give what it owes"), "deal_with_stores", paid, form=OwedForm)
