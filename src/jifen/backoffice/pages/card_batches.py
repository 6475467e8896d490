"""Batches of cards: what head office had made, which stores have numbers of it, and what is left (S3-06)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.stores import store_title
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Column, Table, columns, number, slice_of
from jifen.cards.batches import NewBatch, free_of, make_batch
from jifen.cards.models import PREFIX_LENGTH, CardBatch
from jifen.cards.terms import DIGITS_MAX, has_member_cards


class BatchForm(ReasonForm):
    """A prefix, and serial numbers from the first to the last."""

    begins = forms.CharField(
        label=gettext_lazy("Prefix"), max_length=PREFIX_LENGTH, help_text=gettext_lazy("Digits; the first is not 0.")
    )
    first = forms.IntegerField(label=gettext_lazy("First serial number"), min_value=0, initial=1)
    last = forms.IntegerField(label=gettext_lazy("Last serial number"), min_value=0)

    field_order = ("begins", "first", "last", "reason", "key")


@page("see_alliance")
def card_batches(desk: Desk) -> HttpResponseBase:
    """List batches, newest first, and add one."""
    check_cards(desk)
    found = CardBatch.objects.filter(programme=desk.programme).select_related("made_by")
    return act_or_show(
        desk.request,
        [_make(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Batches of cards"),
            table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one)),
            lead=_("Cards that head office had made. Stores buy them by applying for a range."),
            offers=offers,
        ),
    )


@page("see_alliance")
def card_batch(desk: Desk, batch_id: int) -> HttpResponseBase:
    """Show a batch: which store has which numbers, and the gaps."""
    check_cards(desk)
    found = get_object_or_404(CardBatch.objects.select_related("made_by"), pk=batch_id, programme=desk.programme)
    gaps = free_of(found)
    facts = [
        (_("First number"), Cell(str(found.first))),
        (_("Last number"), Cell(str(found.last))),
        (_("Number of cards"), number(f"{found.count:,}")),
        (_("Left"), number(f"{sum(gap.count for gap in gaps):,}")),
        (_("Made"), Cell(show_moment(found.made_at, desk.zone))),
        (_("By"), Cell(found.made_by.username)),
        (_("Note"), Cell(found.note)),
    ]
    free = Table(
        columns(_("First number"), _("Last number"), _("Number of cards"), numbers=(2,)),
        [[Cell(str(gap.first)), Cell(str(gap.last)), number(f"{gap.count:,}")] for gap in gaps],
        empty=_("Nothing is left of this batch."),
    )
    return show(
        desk.request,
        "backoffice/agent.html",
        _("Batch %(batch)s") % {"batch": found},
        state=Cell(""),
        facts=facts,
        sections=[(_("Ranges of stores"), "table", _ranges(desk, found)), (_("Left"), "table", free)],
        offers=[],
    )


def check_cards(desk: Desk) -> None:
    """Answer "no such page" where the programme has no member cards."""
    if not has_member_cards(desk.terms):
        raise Http404


def _columns() -> list[Column]:
    titles = (_("Made"), _("First number"), _("Last number"), _("Number of cards"), _("Left"), _("By"), _("Note"))
    return columns(*titles, numbers=(3, 4))


def _row(desk: Desk, one: CardBatch) -> list[Cell]:
    return [
        Cell(show_moment(one.made_at, desk.zone), href=to(desk, "card_batch", one.pk)),
        Cell(str(one.first)),
        Cell(str(one.last)),
        number(f"{one.count:,}"),
        number(f"{sum(gap.count for gap in free_of(one)):,}"),
        Cell(one.made_by.username),
        Cell(one.note),
    ]


def _ranges(desk: Desk, batch: CardBatch) -> Table:
    rows = [
        [
            Cell(str(one.first), href=to(desk, "card_range", one.pk)),
            Cell(str(one.last)),
            number(f"{one.count:,}"),
            Cell(f"{one.store.code} {store_title(one.store)}", href=to(desk, "store", one.store_id)),
        ]
        for one in batch.ranges.select_related("store").order_by("first")
    ]
    titles = columns(_("First number"), _("Last number"), _("Number of cards"), _("Store"), numbers=(2,))
    return Table(titles, rows, empty=_("No store has cards of this batch yet."))


def _make(desk: Desk) -> Action:
    def made(values: Mapping[str, Any]) -> str:
        new = NewBatch(values["begins"], values["first"], values["last"], values["reason"])
        batch = make_batch(programme_id=desk.programme.pk, new=new, operator_id=desk.operator.pk, key=values["key"])
        return _("%(count)s cards are there, %(first)s to %(last)s.") % {
            "count": f"{batch.count:,}",
            "first": batch.first,
            "last": batch.last,
        }

    rule = desk.terms.member_cards
    assert rule is not None
    note = _("Numbers have %(digits)s digits: the prefix, then the serial number.") % {
        "digits": min(rule.digits, DIGITS_MAX)
    }
    return Action("make", _("Add a batch"), "manage_cards", made, form=BatchForm, note=note, tone="main")
