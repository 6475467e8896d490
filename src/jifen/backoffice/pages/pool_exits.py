"""Forced exits of the profit pool: who was made to sell, at which price, for what; and their Excel file (S1-09)."""

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.figures import show_amount, show_money
from jifen.backoffice.pages.pool import PRICE_PLACES, pool_of
from jifen.backoffice.pages.transfers import parse_day
from jifen.backoffice.showing import EXPORT_ROWS_MAX, export, export_query, rows_of, show, to, wants_export
from jifen.backoffice.tables import Cell, Column, Filter, columns, number, slice_of
from jifen.engine.digits import number_of
from jifen.pools.models import Exit
from jifen.pools.reads import Price, exits_of


@page("see_pool")
def pool_exits(desk: Desk) -> HttpResponseBase:
    """List forced exits, newest first; of one day, or of one member."""
    terms, found = pool_of(desk).terms, _found(desk)
    if wants_export(desk.request):
        newest = found.order_by("-pk")[:EXPORT_ROWS_MAX]
        return export(desk, "exits", _columns(), [_row(desk, one, terms.decimals) for one in newest])
    table = rows_of(
        desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one, terms.decimals)
    )
    read = desk.request.GET
    return show(
        desk.request,
        "backoffice/list.html",
        _("Forced exits"),
        table=table,
        filters=[
            Filter("member", _("Member, such as M7"), value=read.get("member", ""), kind="search"),
            Filter("day", _("Business day"), value=read.get("day", ""), kind="date"),
        ],
        export_query=export_query(desk),
        lead=_(
            "Whose points are worth %(multiple)s times what was consumed since the last exit is made to sell all of "
            "them. Only another order lets the member take part again."
        )
        % {"multiple": str(terms.exit_multiple)},
    )


def _found(desk: Desk) -> QuerySet[Exit]:
    found, read = exits_of(desk.programme.pk), desk.request.GET
    day = parse_day(read.get("day", ""))
    if day is not None:
        found = found.filter(business_date=day)
    code = read.get("member", "").strip().lstrip("Mm")
    if code:
        known = number_of(code)
        found = found.filter(member_id=known) if known is not None else found.none()
    return found


def _columns() -> list[Column]:
    return columns(
        *(_("Business day"), _("Member"), _("Points"), _("Price"), _("Paid"), _("Consumed"), _("Transfer")),
        numbers=(2, 3, 4, 5),
    )


def _row(desk: Desk, one: Exit, decimals: int) -> list[Cell]:
    price = Price(int(one.price_money), int(one.price_supply), decimals)
    return [
        Cell(f"{one.business_date}"),
        Cell(f"{one.member.code} {one.member.name}", href=to(desk, "member", one.member_id)),
        number(show_amount(one.points, decimals)),
        number(price.text(PRICE_PLACES)),
        number(show_money(one.paid)),
        number(show_money(one.consumption)),
        Cell(one.transfer),
    ]
