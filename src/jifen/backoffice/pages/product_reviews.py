"""Reviews of products and stores: read, and hidden with a reason where they offend (S2-19)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.stores import member_cell, store_title
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Filter, columns, slice_of
from jifen.sales.models import Review
from jifen.sales.review_models import STARS_MAX
from jifen.sales.reviews import hide_review, show_review

WORDS_SHOWN = 60
NUMBERS = range(STARS_MAX, 0, -1)


@page("see_products")
def product_reviews(desk: Desk) -> HttpResponseBase:
    """List reviews, newest first."""
    found = Review.objects.filter(programme=desk.programme).select_related("member", "product", "store", "order")
    stars, state = desk.request.GET.get("stars", ""), desk.request.GET.get("state", "")
    if stars in {str(number) for number in NUMBERS}:
        found = found.filter(stars=int(stars))
    if state in ("shown", "hidden"):
        found = found.filter(hidden_at__isnull=state == "shown")
    headings = columns(_("Written"), _("Stars"), _("Words"), _("What"), _("Member"), _("State"))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Reviews of purchases"),
        table=rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _row(desk, one)),
        filters=[
            Filter("stars", _("Stars"), [("", _("all")), *((str(n), "★" * n) for n in NUMBERS)], stars),
            Filter("state", _("State"), [("", _("all")), ("shown", _("shown")), ("hidden", _("hidden"))], state),
        ],
    )


@page("see_products")
def product_review(desk: Desk, review_id: int) -> HttpResponseBase:
    """Show a review; hide it, or show it again."""
    rows = Review.objects.select_related("member", "product", "store", "order", "hidden_by")
    found = get_object_or_404(rows, pk=review_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        [_switch(desk, found)],
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            "★" * found.stars,
            state=_state(found),
            facts=_facts(desk, found),
            offers=offers,
        ),
    )


def _row(desk: Desk, one: Review) -> list[Cell]:
    words = one.words if len(one.words) <= WORDS_SHOWN else f"{one.words[:WORDS_SHOWN]}…"
    return [
        Cell(show_moment(one.written_at, desk.zone), href=to(desk, "product_review", one.pk)),
        Cell("★" * one.stars),
        Cell(words),
        _thing(desk, one),
        member_cell(desk, one.member),
        _state(one),
    ]


def _thing(desk: Desk, one: Review) -> Cell:
    if one.product is not None:
        return Cell(one.product.title, href=to(desk, "product", one.product.pk))
    assert one.store is not None
    return Cell(store_title(one.store), href=to(desk, "store", one.store.pk))


def _state(one: Review) -> Cell:
    return Cell(_("shown"), tone="good") if one.hidden_at is None else Cell(_("hidden"), tone="bad")


def _facts(desk: Desk, one: Review) -> list[tuple[str, Cell]]:
    rows = [
        (_("What"), _thing(desk, one)),
        (_("Words"), Cell(one.words)),
        (_("Member"), member_cell(desk, one.member)),
        (_("Order"), Cell(one.order.number, href=to(desk, "order", one.order.number))),
        (_("Written"), Cell(show_moment(one.written_at, desk.zone))),
        (_("Changed"), Cell(show_moment(one.edited_at, desk.zone) if one.edited_at is not None else "")),
        (_("Points"), Cell(_("granted") if one.fact_id is not None else _("none: not the first of the order"))),
        (_("Hidden by"), Cell(one.hidden_by.username if one.hidden_by is not None else "")),
        (_("Reason"), Cell(one.hidden_why)),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _switch(desk: Desk, one: Review) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        act = hide_review if one.hidden_at is None else show_review
        act(review_id=one.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Hidden. Its author reads your reason.") if one.hidden_at is None else _("Shown again.")

    if one.hidden_at is None:
        note = _("Nobody but its author sees it any more, and its stars do not count. The points stay.")
        return Action("hide", _("Hide the review"), "change_products", run, note=note, tone="bad")
    return Action("show", _("Show the review again"), "change_products", run)
