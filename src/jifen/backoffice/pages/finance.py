"""Finance per store and branch: points in, out and settled, cards, rebates of shareholders (S3-08, S3-30, S3-31)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Sum
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from jifen.alliance.shareholders import INCOME_KEY
from jifen.backoffice.access import Desk, page
from jifen.backoffice.alliance_desk import check_alliance, shown, span_filters, span_of, store_cell
from jifen.backoffice.figures import show_money
from jifen.backoffice.float_sums import Sums, sums_of
from jifen.backoffice.pages.stores import member_cell
from jifen.backoffice.showing import EXPORT_ROWS_MAX, export, export_query, paged, show, to, wants_export
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number, query_with, slice_of
from jifen.cards.models import Card, CardRange, RangeState
from jifen.engine.rules.branch_grant import BranchGrant
from jifen.engine.rules.branch_transfer import BranchTransfer
from jifen.engine.rules.point_sale import PointSale
from jifen.ledger.models import Entry
from jifen.members.models import Member
from jifen.stores.models import Period, Store, StoreType

REFUND = "refund"
SHAREHOLDERS_SHOWN = 200
MONEY_FROM = 10  # the first column that is no longer about points


class Settled(NamedTuple):
    """What periods that ended in a time came to, in fen: sales, what is due, and of it what is paid."""

    sales: int = 0
    due: int = 0
    paid: int = 0


class Figures(NamedTuple):
    """Everything of some stores in a time, by store."""

    moved: dict[int, Sums]
    settled: dict[int, Settled]
    cards: dict[int, int]  # of ranges approved in the time
    opened: dict[int, int]  # cards opened in the time


@page("see_alliance")
def finance(desk: Desk) -> HttpResponseBase:
    """Show what stores and branches bought, gave, settled and opened in a time, and what shareholders were credited."""
    check_alliance(desk)
    span, read = span_of(desk), desk.request.GET
    found = Store.objects.filter(programme=desk.programme).select_related("branch")
    if read.get("type", "") in StoreType.values:
        found = found.filter(type=read["type"])
    if wants_export(desk.request):
        if read.get("of") == "shareholders" and desk.terms.shareholders is not None:
            table = _rebates(desk, span, EXPORT_ROWS_MAX)
            return export(desk, "rebates", table.columns, table.rows)
        rows = list(found.order_by("-pk")[:EXPORT_ROWS_MAX])
        figures = _figures_of(desk, [store.pk for store in rows], span)
        return export(desk, "finance", _columns(), [_row(desk, store, figures) for store in rows])
    figures = _figures_of(desk, list(found.values_list("pk", flat=True)), span)  # of all, for the sums above the list
    part = slice_of(found, desk.request)
    shown_rows = [_row(desk, store, figures) for store in part.rows]
    points = Table(_columns()[:MONEY_FROM], [row[:MONEY_FROM] for row in shown_rows])
    money = Table([*_columns()[:1], *_columns()[MONEY_FROM:]], [[*row[:1], *row[MONEY_FROM:]] for row in shown_rows])
    types = Filter("type", _("Type"), [("", _("all")), *StoreType.choices], read.get("type", ""))
    sections = [
        (_("Points of stores and branches"), points),
        (_("Settled periods and cards"), paged(desk.request, money, part.next_cursor)),
    ]
    if desk.terms.shareholders is not None:
        sections.append((_("Rebates of shareholders"), _rebates(desk, span, SHAREHOLDERS_SHOWN)))
    return show(
        desk.request,
        "backoffice/store_points.html",
        _("Finance"),
        lead=_("Points and money of stores, branches and shareholders in the time."),
        figures=_totals(desk, figures),
        filters=[types, *span_filters(*span)],
        export_query=export_query(desk),
        rebates_query=_rebates_query(desk),
        sections=sections,
    )


def _rebates_query(desk: Desk) -> str:
    """Return the query string of the rebates as an Excel file; "" for those who may not, and where there are none."""
    if desk.terms.shareholders is None or not desk.may("export_lists"):
        return ""
    return query_with(desk.request, export="xlsx", of="shareholders", before="")


def _figures_of(desk: Desk, ids: Sequence[int], span: tuple[date, date]) -> Figures:
    periods = Period.objects.filter(store_id__in=ids, until_on__range=span).order_by()
    settled = dict[int, Settled]()
    for row in periods.values("store_id", "state").annotate(sales=Sum("sales"), due=Sum("due")):
        before = settled.get(row["store_id"], Settled())
        paid = row["due"] if row["state"] == "paid" else 0
        settled[row["store_id"]] = Settled(before.sales + row["sales"], before.due + row["due"], before.paid + paid)
    ranges = CardRange.objects.filter(store_id__in=ids, state=RangeState.APPROVED, decided_at__date__range=span)
    opened = Card.objects.filter(store_id__in=ids, issued_on__range=span)
    return Figures(
        sums_of(desk.terms, desk.programme.pk, ids, span),
        settled,
        {row["store_id"]: row["sum"] for row in ranges.order_by().values("store_id").annotate(sum=Sum("count"))},
        {row["store_id"]: row["sum"] for row in opened.order_by().values("store_id").annotate(sum=Count("pk"))},
    )


def _columns() -> list[Column]:
    return columns(
        *(_("Store"), _("Type"), _("Branch"), _("Bought"), _("From head office"), _("From the branch")),
        *(_("Other in"), _("Given to members"), _("To stores"), _("Other out"), _("Sales settled"), _("Due")),
        *(_("Paid"), _("Cards in new ranges"), _("Cards opened")),
        numbers=range(3, 15),
    )


def _row(desk: Desk, store: Store, found: Figures) -> list[Cell]:
    moved, settled = found.moved.get(store.pk, Sums()), found.settled.get(store.pk, Settled())
    granted, handed = moved.came.get(BranchGrant.use, 0), moved.came.get(BranchTransfer.use, 0)
    to_stores = moved.went.get(PointSale.use, 0) + moved.went.get(BranchTransfer.use, 0)
    points = (
        *(moved.bought, granted, handed, moved.all_in - moved.bought - granted - handed),
        *(moved.given, to_stores, moved.all_out - moved.given - to_stores),
    )
    return [
        Cell(store_cell(desk, store).text, href=to(desk, "store_points", store.pk)),
        Cell(str(store.get_type_display())),
        Cell(store.branch.code if store.branch is not None else ""),
        *(number(shown(desk, amount) if amount else "") for amount in points),
        *(number(show_money(amount) if amount else "") for amount in settled),
        number(f"{found.cards[store.pk]:,}" if store.pk in found.cards else ""),
        number(f"{found.opened[store.pk]:,}" if store.pk in found.opened else ""),
    ]


def _totals(desk: Desk, found: Figures) -> list[Figure]:
    """Return the sums over all stores of the list, not only those of the page."""
    bought = sum(moved.bought for moved in found.moved.values())
    given = sum(moved.given for moved in found.moved.values())
    back = sum(moved.came.get(REFUND, 0) for moved in found.moved.values())
    settled = list(found.settled.values())
    return [
        Figure(_("Bought by stores and branches"), shown(desk, bought)),
        Figure(_("Given to members"), shown(desk, given), _("taken back: %(points)s") % {"points": shown(desk, back)}),
        Figure(_("Due of settled periods"), show_money(sum(one.due for one in settled))),
        Figure(_("Paid"), show_money(sum(one.paid for one in settled))),
        Figure(_("Cards in new ranges"), f"{sum(found.cards.values()):,}"),
        Figure(_("Cards opened"), f"{sum(found.opened.values()):,}"),
    ]


def _rebates(desk: Desk, span: tuple[date, date], most: int) -> Table:
    """Return what each shareholder was credited in a time, less what refunds took back, the most first."""
    assert desk.terms.shareholders is not None
    kind = desk.terms.shareholders.kind
    lines = Entry.objects.filter(
        business_date__range=span,
        transfer__business_date__range=span,
        transfer__programme_id=desk.programme.pk,
        transfer__key__contains=INCOME_KEY,
        account__kind=kind,
        account__of_member=True,
    )
    sums = {row["owner"]: row["sum"] for row in lines.order_by().values("owner").annotate(sum=Sum("amount"))}
    most_first = sorted(sums, key=lambda member: -sums[member])[:most]
    members = Member.objects.in_bulk(most_first)
    rows = [
        [member_cell(desk, members[one]), number(desk.decimals.show(sums[one], kind))]
        for one in most_first
        if one in members
    ]
    headings = columns(_("Member"), _("Credited"), numbers=(1,))
    return Table(headings, rows, empty=_("No shareholder was credited in this time."))
