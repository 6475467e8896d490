"""Stored value of members: money noted by one operator and credited by another, and given back (S3-02)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.alliance.models import StoredState, StoredTopUp, TopUpWay
from jifen.alliance.purchase_models import REFERENCE_LENGTH
from jifen.alliance.stored_value import (
    Paid,
    credit_top_up,
    give_back_at_office,
    note_top_up,
    reject_top_up,
    returnable,
    returnable_until,
    stored_kind,
)
from jifen.alliance.terms import NoStoredValueError
from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.alliance_desk import check_alliance
from jifen.backoffice.fields import MinorField
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.stores import member_cell
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
from jifen.backoffice.tables import Cell, Column, Filter, columns, number, slice_of
from jifen.storefront.people import member_of

TONES = {
    StoredState.NOTED: "wait",
    StoredState.CREDITED: "good",
    StoredState.RETURNED: "plain",
    StoredState.REJECTED: "bad",
}
AT_HEAD_OFFICE = [(TopUpWay.BANK, TopUpWay.BANK.label), (TopUpWay.CASH, TopUpWay.CASH.label)]


class NoteForm(PlainForm):
    """Whose money came, how much, and how."""

    member = forms.CharField(label=gettext_lazy("Phone or member code"), max_length=40)
    amount = MinorField(label=gettext_lazy("Amount in yuan"))
    way = forms.ChoiceField(label=gettext_lazy("Paid"), choices=AT_HEAD_OFFICE)
    reference = forms.CharField(label=gettext_lazy("Reference of the bank, or receipt"), max_length=REFERENCE_LENGTH)
    key = ReasonForm.base_fields["key"]


class BackForm(PlainForm):
    """By which payment the money went back."""

    reference = forms.CharField(label=gettext_lazy("Reference of the bank, or receipt"), max_length=REFERENCE_LENGTH)


@page("see_alliance")
def stored_top_ups(desk: Desk) -> HttpResponseBase:
    """List top-ups of stored value, newest first, and let an operator note one."""
    _check(desk)
    found = _found(desk)
    if wants_export(desk.request):
        rows = [_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "stored-value", _columns(), rows)
    read = desk.request.GET
    filters = [
        Filter("state", _("State"), [("", _("all")), *StoredState.choices], read.get("state", "")),
        Filter("way", _("Paid"), [("", _("all")), *TopUpWay.choices], read.get("way", "")),
    ]
    return act_or_show(
        desk.request,
        [_note(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Stored value"),
            table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one)),
            filters=filters,
            export_query=export_query(desk),
            lead=_("Money that members paid in advance. By bank or in cash, a second operator credits it."),
            offers=offers,
        ),
    )


def _check(desk: Desk) -> None:
    check_alliance(desk)
    try:
        stored_kind(desk.terms)
    except NoStoredValueError:
        raise Http404 from None


def _found(desk: Desk) -> QuerySet[StoredTopUp]:
    found = StoredTopUp.objects.filter(programme=desk.programme).select_related("member", "noted_by", "decided_by")
    read = desk.request.GET
    if read.get("state", "") in StoredState.values:
        found = found.filter(state=read["state"])
    if read.get("way", "") in TopUpWay.values:
        found = found.filter(way=read["way"])
    return found


def _columns() -> list[Column]:
    return columns(
        *(_("When"), _("Member"), _("State"), _("Amount"), _("Paid"), _("Reference"), _("Noted by"), _("Decided by")),
        *(_("Business day"), _("Given back")),
        numbers=(3, 9),
    )


def _row(desk: Desk, one: StoredTopUp) -> list[Cell]:
    return [
        Cell(show_moment(one.paid_at, desk.zone), href=to(desk, "stored_top_up", one.pk)),
        member_cell(desk, one.member),
        _state(one),
        number(show_money(one.amount)),
        Cell(str(one.get_way_display())),
        Cell(one.reference),
        Cell(one.noted_by.username if one.noted_by else ""),
        Cell(one.decided_by.username if one.decided_by else ""),
        Cell(f"{one.business_date or ''}"),
        number(show_money(one.returned) if one.returned else ""),
    ]


def _state(one: StoredTopUp) -> Cell:
    return Cell(str(one.get_state_display()), tone=TONES[StoredState(one.state)])


@page("see_alliance")
def stored_top_up(desk: Desk, top_up_id: int) -> HttpResponseBase:
    """Show a top-up of stored value, and let operators credit it, reject it or give it back."""
    _check(desk)
    rows = StoredTopUp.objects.select_related("member", "noted_by", "decided_by")
    found = get_object_or_404(rows, pk=top_up_id, programme=desk.programme)
    facts = [
        (_("Member"), member_cell(desk, found.member)),
        (_("Amount"), Cell(show_money(found.amount))),
        (_("Paid"), Cell(str(found.get_way_display()))),
        (_("When"), Cell(show_moment(found.paid_at, desk.zone))),
        (_("Reference"), Cell(found.reference or found.provider)),
        (_("Noted by"), Cell(found.noted_by.username if found.noted_by else "")),
        (_("Decided by"), Cell(found.decided_by.username if found.decided_by else "")),
        (_("Why rejected"), Cell(found.rejection)),
        (_("Business day"), Cell(f"{found.business_date or ''}")),
        (_("Given back"), Cell(show_money(found.returned) if found.returned else "")),
        (_("Given back at"), Cell(show_moment(found.returned_at, desk.zone) if found.returned_at else "")),
    ]
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            _("Top-up of stored value"),
            state=_state(found),
            facts=[(name, cell) for name, cell in facts if cell.text],
            offers=offers,
        ),
    )


def _note(desk: Desk) -> Action:
    def noted(values: Mapping[str, Any]) -> str:
        note_top_up(
            member_id=member_of(desk.programme.pk, values["member"]).pk,
            paid=Paid(values["amount"], values["way"], values["reference"]),
            operator_id=desk.operator.pk,
            key=values["key"],
        )
        return _("Noted. Another operator credits it.")

    return Action("note", _("Note money of a member"), "deal_with_stores", noted, form=NoteForm, tone="main")


def _actions(desk: Desk, found: StoredTopUp) -> list[Action]:
    def credited(_values: Mapping[str, Any]) -> str:
        credit_top_up(top_up_id=found.pk, operator_id=desk.operator.pk)
        return _("Credited. The member can pay with it.")

    def rejected(values: Mapping[str, Any]) -> str:
        reject_top_up(top_up_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Rejected. Nothing was posted.")

    def given(values: Mapping[str, Any]) -> str:
        reference = values["reference"]
        done = give_back_at_office(top_up_id=found.pk, operator_id=desk.operator.pk, reference=reference)
        return _("%(amount)s went back to the member.") % {"amount": show_money(done.returned)}

    if found.state == StoredState.NOTED:
        own = _("You noted the money, so another operator must credit it.")
        return [
            Action("credit", _("Credit"), "approve_deals", credited, form=PlainForm, tone="main", open=True,
                   blocked=own if found.noted_by_id == desk.operator.pk else ""),
            Action("reject", _("Reject"), "approve_deals", rejected, tone="bad"),
        ]  # fmt: skip
    left = returnable(found) if found.state == StoredState.CREDITED and found.way != TopUpWay.ONLINE else 0
    if not left:
        return []
    until = show_moment(returnable_until(found), desk.zone)
    note = _("%(amount)s can go back until %(moment)s, on the member's wish.")
    note %= {"amount": show_money(left), "moment": until}
    own = _("You noted or credited it, so another operator must give it back.")
    blocked = own if desk.operator.pk in (found.noted_by_id, found.decided_by_id) else ""
    return [
        Action("return", _("Give back"), "approve_deals", given, form=BackForm, note=note, blocked=blocked, tone="bad")
    ]
