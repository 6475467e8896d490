"""Shareholders: who paid the fee, what their stores brought, and how one ends (S3-08, S3-20, S3-31)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.alliance.models import ShareholderFee
from jifen.alliance.shareholders import INCOME_KEY, Income, end, income_under
from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action
from jifen.backoffice.alliance_desk import check_alliance, open_today, store_cell
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
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number, slice_of
from jifen.engine.rules.shareholder_income import ShareholderIncome
from jifen.ledger.models import Entry
from jifen.stores.models import Store


@page("see_alliance")
def shareholders(desk: Desk) -> HttpResponseBase:
    """List shareholders, newest first, with their stores and what they were credited."""
    rule = rule_of(desk)
    found = _found(desk)
    if wants_export(desk.request):
        rows = list(found.order_by("-pk")[:EXPORT_ROWS_MAX])
        return export(desk, "shareholders", _columns(), _rows(desk, rule, rows))
    part = slice_of(found, desk.request)
    made = {one.pk: row for one, row in zip(part.rows, _rows(desk, rule, part.rows), strict=True)}
    states = [("", _("all")), ("open", _("shareholder")), ("left", _("left"))]
    return show(
        desk.request,
        "backoffice/list.html",
        _("Shareholders"),
        table=rows_of(desk.request, part, _columns(), lambda one: made[one.pk]),
        filters=[Filter("state", _("State"), states, desk.request.GET.get("state", ""))],
        export_query=export_query(desk),
        lead=_("Who paid the fee, and what came of the stores that they brought."),
    )


def rule_of(desk: Desk) -> ShareholderIncome:
    """Return what the document says of shareholders; Http404 where there are none."""
    check_alliance(desk)
    if desk.terms.shareholders is None:
        raise Http404
    return desk.terms.shareholders


def rebates_of(kind: str, member_ids: Sequence[int]) -> dict[int, int]:
    """Return what members were credited as shareholders, less what refunds took back, minor units."""
    lines = Entry.objects.filter(owner__in=member_ids, transfer__key__contains=INCOME_KEY, account__kind=kind)
    return {row["owner"]: row["sum"] for row in lines.order_by().values("owner").annotate(sum=Sum("amount"))}


def _found(desk: Desk) -> QuerySet[ShareholderFee]:
    found = ShareholderFee.objects.filter(programme=desk.programme).select_related("member", "ended_by")
    state = desk.request.GET.get("state", "")
    return found.filter(left_on__isnull=state == "open") if state in ("open", "left") else found


def _columns() -> list[Column]:
    return columns(
        *(_("Paid"), _("Member"), _("State"), _("Fee"), _("Stores brought"), _("Credited"), _("Left"), _("Reason")),
        numbers=(3, 4, 5),
    )


def _rows(desk: Desk, rule: ShareholderIncome, found: Sequence[ShareholderFee]) -> list[list[Cell]]:
    ids = [one.member_id for one in found]
    rebates = rebates_of(rule.kind, ids)
    brought = Store.objects.filter(referrer_id__in=ids).order_by().values("referrer_id").annotate(count=Count("pk"))
    stores = {row["referrer_id"]: row["count"] for row in brought}
    return [
        [
            Cell(show_moment(one.paid_at, desk.zone), href=to(desk, "shareholder", one.pk)),
            member_cell(desk, one.member),
            state_cell(one),
            number(show_money(one.amount)),
            number(f"{stores.get(one.member_id, 0):,}"),
            number(desk.decimals.show(rebates.get(one.member_id, 0), rule.kind)),
            Cell(f"{one.left_on or ''}"),
            Cell(one.reason),
        ]
        for one in found
    ]


def state_cell(one: ShareholderFee) -> Cell:
    """Return whether somebody is a shareholder as a badge."""
    return Cell(_("left"), tone="plain") if one.left_on is not None else Cell(_("shareholder"), tone="good")


@page("see_alliance")
def shareholder(desk: Desk, fee_id: int) -> HttpResponseBase:
    """Show a shareholder: stores, what each bought, and what was credited by month."""
    rule = rule_of(desk)
    rows = ShareholderFee.objects.select_related("member", "ended_by")
    found = get_object_or_404(rows, pk=fee_id, programme=desk.programme)
    income = income_under(found.member_id, desk.terms, open_today(desk))
    return act_or_show(
        desk.request,
        _actions(desk, found) if found.left_on is None else [],
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            f"{found.member.code} {found.member.name}",
            state=state_cell(found),
            figures=[
                Figure(_("Credited in all"), desk.decimals.show(income.total, rule.kind), desk.kind_title(rule.kind)),
                Figure(_("Credited this month"), desk.decimals.show(income.this_month, rule.kind)),
                Figure(_("Stores brought"), f"{sum(one.level == 1 for one in income.stores):,}"),
            ],
            facts=_facts(desk, found, rule),
            sections=[
                (_("Stores"), "table", _stores(desk, income)),
                (_("Credited by month"), "table", _months(desk, income)),
            ],
            offers=offers,
        ),
    )


def _facts(desk: Desk, found: ShareholderFee, rule: ShareholderIncome) -> list[tuple[str, Cell]]:
    base = _("of what stores buy at head office") if rule.base == "top_up" else _("of what stores sell")
    rates = " · ".join(f"{float(100 * rate.num / rate.den):g} %" for rate in rule.rates)
    rows = [
        (_("Member"), member_cell(desk, found.member)),
        (_("Fee"), Cell(show_money(found.amount))),
        (_("Paid"), Cell(show_moment(found.paid_at, desk.zone))),
        (_("Shareholder since"), Cell(f"{found.business_date}")),
        (_("Is credited"), Cell(f"{rates} {base}")),
        (_("Left"), Cell(f"{found.left_on or ''}")),
        (_("Ended by"), Cell(found.ended_by.username if found.ended_by else "")),
        (_("Reason"), Cell(found.reason)),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _stores(desk: Desk, income: Income) -> Table:
    rows = [
        [
            store_cell(desk, one.store),
            number(f"{one.level}"),
            number(f"{one.purchases:,}"),
            number(show_money(one.paid)),
        ]
        for one in income.stores
    ]
    headings = columns(_("Store"), _("Level"), _("Purchases"), _("Paid to head office"), numbers=(1, 2, 3))
    return Table(headings, rows, empty=_("No store was brought yet."))


def _months(desk: Desk, income: Income) -> Table:
    rows = [
        [Cell(f"{month:%Y-%m}"), number(desk.decimals.show(amount, income.kind))] for month, amount in income.months
    ]
    return Table(columns(_("Month"), _("Credited"), numbers=(1,)), rows, empty=_("Nothing was credited yet."))


def _actions(desk: Desk, found: ShareholderFee) -> list[Action]:
    def ended(values: Mapping[str, Any]) -> str:
        end(member_id=found.member_id, operator_id=desk.operator.pk, reason=values["reason"])
        return _("The member is no shareholder any more. The fee stays with head office.")

    note = _("From then on nothing is credited for the stores. What was credited stays.")
    return [Action("end", _("End the shareholding"), "approve_deals", ended, note=note, tone="bad")]
