"""What stores are owed of the money that customers paid to head office: by store and time, and settled (S2-05)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action
from jifen.backoffice.alliance_desk import open_today, span_filters, span_of
from jifen.backoffice.figures import show_money
from jifen.backoffice.pages.settlements import SettlementForm, settlement_columns, settlement_row
from jifen.backoffice.pages.stores import member_cell, rate_text, state_cell, store_title
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
from jifen.ledger.chart import MONEY
from jifen.ledger.reading import programme_balances
from jifen.sales.models import Due, Settlement, SettlementState
from jifen.sales.settlements import owed_to_store, propose_settlement
from jifen.stores.models import Store
from jifen.stores.terms import owes_stores

Span = tuple[date, date]


def check_owing(desk: Desk) -> None:
    """Answer "no such page" where head office owes no stores, and never did."""
    if not owes_stores(desk.terms) and not Due.objects.filter(store__programme=desk.programme).exists():
        raise Http404


@page("see_stores")
def store_dues(desk: Desk) -> HttpResponseBase:
    """List stores with what was paid there in a time, what of it is theirs, and what is settled."""
    check_owing(desk)
    span = span_of(desk)
    found = Store.objects.filter(Exists(Due.objects.filter(store=OuterRef("pk"))), programme=desk.programme)
    words = desk.request.GET.get("q", "").strip()
    if words:
        found = found.filter(Q(code__iexact=words) | Q(title__icontains=words) | Q(title_en__icontains=words))
    found = found.select_related("owner")
    if wants_export(desk.request):
        stores = list(found.order_by("-pk")[:EXPORT_ROWS_MAX])
        return export(desk, "owed-to-stores", _columns(), _rows_of(desk, stores, span))
    part = slice_of(found, desk.request)
    made = {one.pk: row for one, row in zip(part.rows, _rows_of(desk, part.rows, span), strict=True)}
    return show(
        desk.request,
        "backoffice/list.html",
        _("Owed to stores"),
        lead=_("Customers pay head office. A store is owed what they paid less its concession; refunds lower it."),
        figures=_totals(desk),
        table=rows_of(desk.request, part, _columns(), lambda one: made[one.pk]),
        filters=[Filter("q", _("Code or name"), value=words, kind="search"), *span_filters(*span)],
        export_query=export_query(desk),
        links=[Cell(_("Settlements with stores"), href=to(desk, "store_settlements"))],
    )


def _totals(desk: Desk) -> list[Figure]:
    dues = Due.objects.filter(store__programme=desk.programme)
    left = dues.aggregate(sum=Sum(F("owed") - F("lowered") - F("settled")))["sum"] or 0
    waits = Settlement.objects.filter(store__programme=desk.programme, state=SettlementState.PROPOSED)
    held = programme_balances(desk.programme.pk)
    cash = held.get((MONEY, "cash"), 0)
    return [
        Figure(_("Still owed"), show_money(left)),
        Figure(_("Waiting to be paid"), show_money(sum(waits.values_list("amount", flat=True)))),
        Figure(_("In cash"), show_money(cash), _("what is owed is paid out of it, else out of the reserve")),
    ]


def _columns() -> list[Column]:
    return columns(
        *(_("Store"), _("Owner"), _("Orders"), _("Paid by customers"), _("Concessions"), _("Owed after refunds")),
        *(_("Settled"), _("Left"), _("Still owed altogether")),
        numbers=(2, 3, 4, 5, 6, 7, 8),
    )


def _rows_of(desk: Desk, stores: Sequence[Store], span: Span) -> list[list[Cell]]:
    dues = Due.objects.filter(store__in=[one.pk for one in stores]).order_by()
    left = Sum(F("owed") - F("lowered") - F("settled"))
    whole = dict(dues.values_list("store_id").annotate(sum=left))
    inside: dict[int, Mapping[str, Any]] = {
        row["store_id"]: row
        for row in dues.filter(business_date__range=span)
        .values("store_id")
        .annotate(
            orders=Count("pk"),
            paid=Sum("price"),
            given=Sum("concession"),
            stands=Sum(F("owed") - F("lowered")),
            gone=Sum("settled"),
            rest=left,
        )
    }
    return [_row(desk, one, inside.get(one.pk, {}), whole.get(one.pk, 0)) for one in stores]


def _row(desk: Desk, store: Store, sums: Mapping[str, Any], left: int) -> list[Cell]:
    return [
        Cell(f"{store.code} {store_title(store)}", href=to(desk, "store_due", store.pk)),
        member_cell(desk, store.owner),
        number(f"{sums.get('orders', 0):,}"),
        *(number(show_money(sums.get(name, 0))) for name in ("paid", "given", "stands", "gone", "rest")),
        number(show_money(left)),
    ]


@page("see_stores")
def store_due(desk: Desk, store_id: int) -> HttpResponseBase:
    """Show what a store is owed, order by order in a time, and its settlements; propose one."""
    check_owing(desk)
    found = get_object_or_404(Store.objects.select_related("owner"), pk=store_id, programme=desk.programme)
    span = span_of(desk)
    dues = Due.objects.filter(store=found, business_date__range=span).select_related("order__member")
    if wants_export(desk.request):
        sold = [_due_row(desk, one) for one in dues.order_by("pk")[:EXPORT_ROWS_MAX]]
        return export(desk, f"owed-{found.code}-{span[0]}-{span[1]}", _due_columns(), sold)
    return act_or_show(
        desk.request,
        [_propose(desk, found)],
        lambda offers: show(
            desk.request,
            "backoffice/supplier.html",
            store_title(found),
            state=state_cell(found),
            facts=_facts(desk, found),
            figures=_figures(found),
            filters=span_filters(*span),
            sales=rows_of(desk.request, slice_of(dues, desk.request), _due_columns(), lambda one: _due_row(desk, one)),
            settlements=_settlements(desk, found),
            export_query=export_query(desk),
            offers=offers,
        ),
    )


def _facts(desk: Desk, store: Store) -> list[tuple[str, Cell]]:
    rows = [
        (_("Store"), Cell(f"{store.code} {store_title(store)}", href=to(desk, "store", store.pk))),
        (_("Owner"), member_cell(desk, store.owner)),
        (_("Concession"), Cell(rate_text(store.concession))),
        (_("Phone"), Cell(store.phone)),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _figures(store: Store) -> list[Figure]:
    settled = Settlement.objects.filter(store=store).order_by().values_list("state").annotate(sum=Sum("amount"))
    sums = dict(settled)
    return [
        Figure(_("Still owed"), show_money(owed_to_store(store.pk))),
        Figure(_("Waiting to be paid"), show_money(sums.get(SettlementState.PROPOSED, 0))),
        Figure(_("Paid so far"), show_money(sums.get(SettlementState.PAID, 0))),
    ]


def _due_columns() -> list[Column]:
    return columns(
        *(_("Business day"), _("Order"), _("Member"), _("Paid in money"), _("Concession"), _("To be paid")),
        *(_("Lowered by refunds"), _("Settled"), _("Left")),
        numbers=(3, 4, 5, 6, 7, 8),
    )


def _due_row(desk: Desk, due: Due) -> list[Cell]:
    assert due.order is not None
    return [
        Cell(f"{due.business_date}"),
        Cell(due.order.number, href=to(desk, "order", due.order.number) if desk.may("see_orders") else ""),
        member_cell(desk, due.order.member),
        number(show_money(due.price)),
        number(show_money(due.concession)),
        number(show_money(due.owed)),
        number(show_money(due.lowered) if due.lowered else ""),
        number(show_money(due.settled) if due.settled else ""),
        number(show_money(due.left)),
    ]


def _settlements(desk: Desk, store: Store) -> Table:
    rows = store.settlements.select_related("store", "supplier", "proposed_by", "decided_by").order_by("-number")
    return Table(settlement_columns(), [settlement_row(desk, one) for one in rows], empty=_("Nothing was settled yet."))


def _propose(desk: Desk, store: Store) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        settlement = propose_settlement(
            store_id=store.pk,
            up_to=values["up_to"],
            reason=values["reason"],
            key=values["key"],
            operator_id=desk.operator.pk,
        )
        return _("%(amount)s is proposed. Another operator pays it.") % {"amount": show_money(settlement.amount)}

    return Action(
        "propose",
        _("Propose a settlement"),
        "settle_suppliers",
        run,
        form=SettlementForm,
        initial={"up_to": f"{open_today(desk)}"},
        note=_("Everything owed up to that day, less refunds of what was settled before."),
    )


@page("see_stores")
def store_settlements(desk: Desk) -> HttpResponseBase:
    """List settlements with stores, newest first; those that wait are one click away."""
    check_owing(desk)
    found, state = _found(desk), desk.request.GET.get("state", "")
    if wants_export(desk.request):
        rows = [settlement_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "settlements-with-stores", settlement_columns(), rows)
    part = slice_of(found, desk.request)
    return show(
        desk.request,
        "backoffice/list.html",
        _("Settlements with stores"),
        lead=_("One operator proposes what a store is paid, on the store's page, and another pays it."),
        table=rows_of(desk.request, part, settlement_columns(), lambda one: settlement_row(desk, one)),
        filters=[Filter("state", _("State"), [("", _("all")), *SettlementState.choices], state)],
        export_query=export_query(desk),
        links=[Cell(_("Owed to stores"), href=to(desk, "store_dues"))],
    )


def _found(desk: Desk) -> QuerySet[Settlement]:
    found = Settlement.objects.filter(store__programme=desk.programme)
    state = desk.request.GET.get("state", "")
    if state in SettlementState.values:
        found = found.filter(state=state)
    return found.select_related("store", "supplier", "proposed_by", "decided_by")
