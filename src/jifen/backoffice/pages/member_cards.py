"""Cards of members: found by number or phone; lost, found again, replaced, made void; their register forms (S3-09)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment
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
from jifen.backoffice.tables import Cell, Column, Filter, Table, columns, slice_of
from jifen.cards.details import ADDRESS_MAX, Form, Shown, read_details, read_id_number
from jifen.cards.errors import CardError
from jifen.cards.form_models import NOTE_MAX, Sex
from jifen.cards.issuing import card_of, open_card, replace_by_operator
from jifen.cards.lost import found_by_operator, lost_by_operator, void_by_operator
from jifen.cards.models import GOOD, HELD, Card, CardDeed, CardState
from jifen.cards.numbers import read_number
from jifen.engine.message import say
from jifen.members.phones import find_by_phone
from jifen.members.registration import NAME_LENGTH_MAX
from jifen.stores.models import Store

TONES = {
    CardState.IN_STOCK: "plain",
    CardState.ISSUED: "wait",
    CardState.BOUND: "good",
    CardState.LOST: "bad",
    CardState.REPLACED: "plain",
    CardState.VOID: "plain",
}


class NumberForm(ReasonForm):
    """The number of another card, and why."""

    number = forms.CharField(label=gettext_lazy("Number of the new card"), max_length=30)

    field_order = ("number", "reason", "key")


class OpenForm(ReasonForm):
    """The register form of a card that head office opens itself (S3-09)."""

    store = forms.CharField(label=gettext_lazy("Code of the store"), max_length=20)
    number = forms.CharField(label=gettext_lazy("Card number"), max_length=30)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LENGTH_MAX)
    mobile = forms.CharField(label=gettext_lazy("Mobile phone"), max_length=20)
    phone = forms.CharField(label=gettext_lazy("Second phone"), max_length=20, required=False)
    id_number = forms.CharField(label=gettext_lazy("ID number"), max_length=24, required=False)
    birthday = forms.DateField(
        label=gettext_lazy("Birthday"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("Sex"), required=False, choices=[("", gettext_lazy("not said")), *Sex.choices]
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=ADDRESS_MAX, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=NOTE_MAX, required=False)

    field_order = (
        *("store", "number", "name", "mobile", "phone", "id_number", "birthday", "sex", "address", "note"),
        *("reason", "key"),
    )


@page("see_alliance")
def member_cards(desk: Desk) -> HttpResponseBase:
    """List cards that members have or had; a search that means one card leads to its page."""
    check_cards(desk)
    words = desk.request.GET.get("q", "").strip()
    one = _exactly(desk, words) if words else None
    if one is not None and desk.request.method != "POST":
        return HttpResponseRedirect(to(desk, "member_card", one.pk))
    found = _found(desk) if not words else Card.objects.none()
    if wants_export(desk.request):
        rows = [_row(desk, card) for card in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "cards", _columns(), rows)
    return act_or_show(
        desk.request,
        [_open(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Cards of members"),
            table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda card: _row(desk, card)),
            filters=_filters(desk, words),
            export_query=export_query(desk),
            offers=offers,
        ),
    )


@page("see_alliance")
def member_card(desk: Desk, card_id: int) -> HttpResponseBase:
    """Show a card with its history and its member's register form, and let an operator act."""
    check_cards(desk)
    rows = Card.objects.select_related("store", "member", "range", "replaces")
    found = get_object_or_404(rows, pk=card_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            _("Card %(number)s") % {"number": found.number},
            state=_state(found),
            facts=[*_facts(desk, found), *(_form_of(found) if desk.may("see_members") else [])],
            sections=[(_("History"), "table", _steps(desk, found))],
            offers=offers,
        ),
    )


def _exactly(desk: Desk, words: str) -> Card | None:
    """Return the card of a number, or the present card of whoever has a phone."""
    number, member = read_number(words), find_by_phone(desk.programme.pk, words)
    if member is not None:
        return card_of(member.pk)
    return Card.objects.filter(programme=desk.programme, number=number).first() if number is not None else None


def _found(desk: Desk) -> QuerySet[Card]:
    found = Card.objects.filter(programme=desk.programme).select_related("store", "member")
    state, code = desk.request.GET.get("state", ""), desk.request.GET.get("store", "").strip()
    found = found.filter(state=state) if state in CardState.values else found.exclude(state=CardState.IN_STOCK)
    return found.filter(store__code=code) if code else found


def _filters(desk: Desk, words: str) -> list[Filter]:
    read = desk.request.GET
    return [
        Filter("q", _("Card number or phone"), value=words, kind="search"),
        Filter("state", _("State"), [("", _("with members")), *CardState.choices], read.get("state", "")),
        Filter("store", _("Code of the store"), value=read.get("store", ""), kind="search"),
    ]


def _state(card: Card) -> Cell:
    return Cell(str(card.get_state_display()), tone=TONES[CardState(card.state)])


def _columns() -> list[Column]:
    return columns(
        _("Card number"), _("State"), _("Member"), _("Store"), _("Issued on"), _("Bound at"), _("Reported lost")
    )


def _row(desk: Desk, card: Card) -> list[Cell]:
    return [
        Cell(str(card.number), href=to(desk, "member_card", card.pk)),
        _state(card),
        member_cell(desk, card.member),
        Cell(f"{card.store.code} {store_title(card.store)}", href=to(desk, "store", card.store_id)),
        Cell(str(card.issued_on or "")),
        Cell(show_moment(card.bound_at, desk.zone)),
        Cell(show_moment(card.lost_at, desk.zone)),
    ]


def _facts(desk: Desk, card: Card) -> list[tuple[str, Cell]]:
    newer = Card.objects.filter(replaces=card).first()
    older = card.replaces
    rows = [
        (_("Member"), member_cell(desk, card.member)),
        (_("Store"), Cell(f"{card.store.code} {store_title(card.store)}", href=to(desk, "store", card.store_id))),
        (_("Range of cards"), Cell(str(card.range), href=to(desk, "card_range", card.range_id))),
        (_("Issued on"), Cell(str(card.issued_on or ""))),
        (_("Bound at"), Cell(show_moment(card.bound_at, desk.zone) if card.bound_at else "")),
        (_("Reported lost"), Cell(show_moment(card.lost_at, desk.zone) if card.lost_at else "")),
        (_("Replaces"), Cell(str(older), href=to(desk, "member_card", older.pk)) if older is not None else Cell("")),
        (_("Replaced by"), Cell(str(newer), href=to(desk, "member_card", newer.pk)) if newer is not None else Cell("")),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _form_of(card: Card) -> list[tuple[str, Cell]]:
    """Return the register form of the card's member; the ID number is masked."""
    if card.member_id is None or card.state not in HELD:
        return []
    shown: Shown = read_details(card.member_id)
    rows = [
        (_("Mobile phone"), shown.mobile),
        (_("Second phone"), shown.phone),
        (_("ID number"), shown.id_number),
        (_("Birthday"), str(shown.birthday or "")),
        (_("Sex"), str(Sex(shown.sex).label) if shown.sex else ""),
        (_("Address"), shown.address),
        (_("Note"), shown.note),
    ]
    return [(title, Cell(text)) for title, text in rows if text]


def _steps(desk: Desk, card: Card) -> Table:
    rows = [
        [
            Cell(show_moment(step.at, desk.zone)),
            Cell(str(CardDeed(step.deed).label)),
            Cell(step.operator.username) if step.operator is not None else member_cell(desk, step.member),
            Cell(step.reason),
        ]
        for step in card.steps.select_related("operator", "member").order_by("pk")
    ]
    headings = columns(_("When"), _("What"), _("Who"), _("Reason or note"))
    return Table(headings, rows, empty=_("Nothing has happened to this card yet."))


def _actions(desk: Desk, card: Card) -> list[Action]:
    if card.state == CardState.IN_STOCK:
        return [_act(desk, card, ("void", _("Make void"), "bad"), void_by_operator, _("The card is void."))]
    if card.state not in HELD:
        return []
    found = [_replace(desk, card), _read_number(desk, card)]
    if card.state in GOOD:
        return [
            _act(desk, card, ("lost", _("Report lost"), "bad"), lost_by_operator, _("The card is stopped.")),
            *found,
        ]
    return [
        _act(desk, card, ("found", _("Allow again"), "main"), found_by_operator, _("The card is good again.")),
        *found,
    ]


def _act(desk: Desk, card: Card, called: tuple[str, str, str], service: Any, done: str) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        service(card_id=card.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return done

    name, title, tone = called
    return Action(name, title, "manage_cards", run, tone=tone)


def _replace(desk: Desk, card: Card) -> Action:
    def replaced(values: Mapping[str, Any]) -> str:
        new = replace_by_operator(
            card_id=card.pk,
            number=values["number"],
            operator_id=desk.operator.pk,
            reason=values["reason"],
            key=values["key"],
        )
        return _("The member has the card %(number)s now.") % {"number": new.number}

    note = _("A card that is in stock at any store. Points and account stay as they are.")
    return Action("replace", _("Replace"), "manage_cards", replaced, form=NumberForm, note=note)


def _read_number(desk: Desk, card: Card) -> Action:
    def read(_values: Mapping[str, Any]) -> str:
        assert card.member_id is not None
        number = read_id_number(member_id=card.member_id, operator_id=desk.operator.pk)
        return _("ID number: %(number)s") % {"number": number} if number else _("No ID number is kept.")

    note = _("Each reading is noted in the audit log.")
    return Action("id_number", _("Read the ID number"), "manage_cards", read, note=note)


def _open(desk: Desk) -> Action:
    def opened(values: Mapping[str, Any]) -> str:
        store = Store.objects.filter(programme=desk.programme, code=values["store"].strip()).first()
        if store is None:
            raise CardError(say("there is no store {code}", code=values["store"].strip()))
        names = ("name", "mobile", "phone", "id_number", "birthday", "sex", "address", "note")
        member = open_card(
            store_id=store.pk,
            number=values["number"],
            form=Form(**{name: values[name] for name in names}),
            key=values["key"],
            operator_id=desk.operator.pk,
        )
        return _("%(member)s has the card now.") % {"member": f"{member.code} {member.name}"}

    note = _("Stores open cards on their phones. Here head office opens one of a store's stock.")
    return Action("open", _("Open a card"), "manage_cards", opened, form=OpenForm, note=note)
