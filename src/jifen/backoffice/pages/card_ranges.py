"""Applications of stores for cards: paid, then given numbers out of a batch by another operator (S3-18, S3-30)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.card_batches import check_cards
from jifen.backoffice.pages.stores import member_cell, store_title
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
from jifen.backoffice.tables import Cell, Column, Filter, Table, columns, number, slice_of
from jifen.cards.batches import place_for
from jifen.cards.models import REFERENCE_LENGTH, Card, CardBatch, CardRange, CardState, RangeState
from jifen.cards.ranges import approve_range, note_range_payment, refuse_range

TONES = {
    RangeState.APPLIED: "wait",
    RangeState.PAID: "wait",
    RangeState.APPROVED: "good",
    RangeState.REFUSED: "bad",
    RangeState.WITHDRAWN: "plain",
}


class MoneyForm(PlainForm):
    """By which transfer the money came."""

    reference = forms.CharField(label=gettext_lazy("Reference of the bank"), max_length=REFERENCE_LENGTH)


class ApproveForm(ReasonForm):
    """Out of which batch, and from which number on."""

    batch = forms.ModelChoiceField(label=gettext_lazy("Batch"), queryset=CardBatch.objects.none())
    first = forms.IntegerField(
        label=gettext_lazy("From the number"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Empty: the first gap of the batch that has room."),
    )

    field_order = ("batch", "first", "reason", "key")


class RefusalForm(ReasonForm):
    """Why; the store reads it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].help_text = gettext_lazy("The store reads it.")


@page("see_alliance")
def card_ranges(desk: Desk) -> HttpResponseBase:
    """List applications for cards, newest first."""
    check_cards(desk)
    found, state = _found(desk), desk.request.GET.get("state", "")
    if wants_export(desk.request):
        rows = [_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "card-ranges", _columns(), rows)
    return show(
        desk.request,
        "backoffice/list.html",
        _("Ranges of cards"),
        table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one)),
        filters=[
            Filter("state", _("State"), [("", _("all")), *RangeState.choices], state),
            Filter("store", _("Code of the store"), value=desk.request.GET.get("store", ""), kind="search"),
        ],
        export_query=export_query(desk),
        lead=_("What stores apply for. Paid by bank, one operator notes the money and another approves."),
    )


@page("see_alliance")
def card_range(desk: Desk, range_id: int) -> HttpResponseBase:
    """Show an application with its cards, and let an operator decide."""
    check_cards(desk)
    rows = CardRange.objects.select_related("store", "member", "batch", "noted_by", "decided_by", "programme")
    found = get_object_or_404(rows, pk=range_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            _("%(count)s cards for %(store)s") % {"count": f"{found.count:,}", "store": store_title(found.store)},
            state=_state(found),
            facts=_facts(desk, found),
            sections=[(_("Member cards"), "table", _cards(found))] if found.state == RangeState.APPROVED else [],
            offers=offers,
        ),
    )


def _found(desk: Desk) -> QuerySet[CardRange]:
    found = CardRange.objects.filter(programme=desk.programme)
    found = found.select_related("store", "noted_by", "decided_by")
    read = desk.request.GET
    if read.get("state", "") in RangeState.values:
        found = found.filter(state=read["state"])
    code = read.get("store", "").strip()
    return found.filter(store__code=code) if code else found


def _state(found: CardRange) -> Cell:
    return Cell(str(found.get_state_display()), tone=TONES[RangeState(found.state)])


def _columns() -> list[Column]:
    titles = (
        _("Applied"),
        _("Store"),
        _("State"),
        _("Number of cards"),
        _("Cost"),
        _("First number"),
        _("Last number"),
    )
    return columns(*titles, _("Money noted by"), _("Decided by"), _("Reason"), numbers=(3, 4))


def _row(desk: Desk, one: CardRange) -> list[Cell]:
    return [
        Cell(show_moment(one.applied_at, desk.zone), href=to(desk, "card_range", one.pk)),
        Cell(f"{one.store.code} {store_title(one.store)}", href=to(desk, "store", one.store_id)),
        _state(one),
        number(f"{one.count:,}"),
        number(show_money(one.cost)),
        Cell(str(one.first or "")),
        Cell(str(one.last or "")),
        Cell(_payer(one)),
        Cell(one.decided_by.username if one.decided_by is not None else ""),
        Cell(one.reason),
    ]


def _payer(one: CardRange) -> str:
    """Return who saw the money come."""
    return one.noted_by.username if one.noted_by is not None else (_("paid online") if one.provider else "")


def _facts(desk: Desk, found: CardRange) -> list[tuple[str, Cell]]:
    batch = found.batch
    rows = [
        (_("Store"), Cell(f"{found.store.code} {store_title(found.store)}", href=to(desk, "store", found.store_id))),
        (_("Applicant"), member_cell(desk, found.member)),
        (_("Applied"), Cell(show_moment(found.applied_at, desk.zone))),
        (_("Price of a card"), number(show_money(found.price))),
        (_("Cost"), number(show_money(found.cost))),
        (_("Paid on"), Cell(str(found.paid_on or ""))),
        (_("Money noted by"), Cell(_payer(found))),
        (_("Reference of the bank"), Cell(found.reference)),
        (_("Money returned on"), Cell(str(found.returned_on or ""))),
        (_("Batch"), Cell(str(batch), href=to(desk, "card_batch", batch.pk)) if batch is not None else Cell("")),
        (_("First number"), Cell(str(found.first or ""))),
        (_("Last number"), Cell(str(found.last or ""))),
        (_("Decided by"), Cell(found.decided_by.username if found.decided_by is not None else "")),
        (_("Reason"), Cell(found.reason)),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _cards(found: CardRange) -> Table:
    """Return how many cards of the range are where."""
    counted = Card.objects.filter(range=found).values_list("state").annotate(cards=Count("pk")).order_by("state")
    rows = [[Cell(str(CardState(state).label)), number(f"{cards:,}")] for state, cards in counted]
    return Table(columns(_("State"), _("Number of cards"), numbers=(1,)), rows)


def _actions(desk: Desk, found: CardRange) -> list[Action]:
    if found.state == RangeState.APPLIED:
        return [_note_money(desk, found), _refuse(desk, found)]
    return [_approve(desk, found), _refuse(desk, found)] if found.state == RangeState.PAID else []


def _note_money(desk: Desk, found: CardRange) -> Action:
    def noted(values: Mapping[str, Any]) -> str:
        note_range_payment(range_id=found.pk, operator_id=desk.operator.pk, reference=values["reference"])
        return _("Noted. Another operator approves.")

    note = _("Only when %(cost)s is in the account of head office.") % {"cost": show_money(found.cost)}
    return Action("money", _("Note the payment"), "deal_with_stores", noted, form=MoneyForm, note=note, tone="main")


def _approve(desk: Desk, found: CardRange) -> Action:
    def approved(values: Mapping[str, Any]) -> str:
        done = approve_range(
            range_id=found.pk,
            operator_id=desk.operator.pk,
            batch_id=values["batch"].pk,
            first=values["first"],
            reason=values["reason"],
        )
        return _("The store has the numbers %(first)s to %(last)s.") % {"first": done.first, "last": done.last}

    own = found.noted_by_id == desk.operator.pk
    batches = CardBatch.objects.filter(programme=desk.programme).order_by("pk")
    room = next((batch for batch in batches if place_for(batch, found.count) is not None), None)
    form = _approve_form(batches)
    blocked = _("You noted the money; another operator approves.") if own else ""
    if room is None and not blocked:
        blocked = _("No batch has so many numbers in one piece. Add a batch first.")
    return Action(
        "approve", _("Approve"), "approve_deals", approved, form=form, initial={"batch": room}, blocked=blocked,
        tone="main", open=True,
    )  # fmt: skip


def _approve_form(batches: QuerySet[CardBatch]) -> type[ApproveForm]:
    """Return the form with the batches of the programme."""
    field = forms.ModelChoiceField(label=_("Batch"), queryset=batches)
    return type("BatchChoiceForm", (ApproveForm,), {"batch": field, "__doc__": ApproveForm.__doc__})


def _refuse(desk: Desk, found: CardRange) -> Action:
    def refused(values: Mapping[str, Any]) -> str:
        refuse_range(range_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Refused. What was paid goes back.") if found.paid_on else _("Refused.")

    blocked = _("You noted the money; another operator refuses.") if found.noted_by_id == desk.operator.pk else ""
    return Action("refuse", _("Refuse"), "approve_deals", refused, form=RefusalForm, blocked=blocked, tone="bad")
