"""The ledger, to be read: transfers and their entries. Long tables are paged by key and never counted."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.account_titles import MONEY_RULES, account_title, rule_name
from jifen.backoffice.figures import show_moment
from jifen.backoffice.showing import EXPORT_ROWS_MAX, export, export_query, paged, show, to, wants_export
from jifen.backoffice.tables import ROWS_PER_PAGE, Cell, Column, Filter, Table, columns, number
from jifen.engine.digits import number_of
from jifen.ledger.chart import PROGRAMME
from jifen.ledger.models import Entry, Transfer
from jifen.members.models import Operator
from jifen.messages import RULE_TITLES
from jifen.sales.models import Order


class Cursor(NamedTuple):
    """The last row of a page: its day and its transfer."""

    day: date
    transfer_id: int

    def __str__(self) -> str:
        return f"{self.day:%Y%m%d}-{self.transfer_id}"


@page("see_ledger")
def transfers(desk: Desk) -> HttpResponseBase:
    """List transfers, newest first; of one day, of one rule, or with entries of one member."""
    if wants_export(desk.request):
        names = operator_names()
        rows = [_row(desk, one, names) for one in _found(desk, EXPORT_ROWS_MAX)]
        return export(desk, "transfers", _columns(), rows)
    found = _found(desk, ROWS_PER_PAGE + 1)
    cursor = str(Cursor(found[-2].business_date, found[-2].pk)) if len(found) > ROWS_PER_PAGE else ""
    names = operator_names()
    rows = [_row(desk, one, names) for one in found[:ROWS_PER_PAGE]]
    table = Table(_columns(), rows, empty=_("Nothing was posted here."))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Ledger: transfers"),
        table=paged(desk.request, table, cursor),
        filters=_filters(desk),
        export_query=export_query(desk),
        lead=_("Entries stay as they were written. A mistake is answered by a reversal."),
    )


def _filters(desk: Desk) -> list[Filter]:
    read = desk.request.GET
    rules = [("", _("all")), *((rule, rule_name(rule)) for rule in dict.fromkeys((*RULE_TITLES, *MONEY_RULES)))]
    return [
        Filter("day", _("Business day"), value=read.get("day", ""), kind="date"),
        Filter("rule", _("Rule"), rules, read.get("rule", "")),
        Filter("member", _("Member code"), value=read.get("member", ""), kind="search"),
    ]


def _found(desk: Desk, limit: int) -> list[Transfer]:
    """Return the transfers that the filters ask for, after the cursor."""
    read = desk.request.GET
    owner = member_owner(read.get("member", ""))
    if owner:
        return _of_owner(desk, owner, limit)
    found = _filtered(desk, Transfer.objects.filter(programme_id=desk.programme.pk))
    cursor = _cursor(read.get("before", ""))
    if cursor is not None:
        found = found.filter(
            Q(business_date__lt=cursor.day) | Q(business_date=cursor.day, pk__lt=cursor.transfer_id),
            business_date__lte=cursor.day,
        )
    return list(found.order_by("-business_date", "-pk")[:limit])


def _filtered(desk: Desk, found: QuerySet[Transfer]) -> QuerySet[Transfer]:
    read = desk.request.GET
    day = parse_day(read.get("day", ""))
    if day is not None:
        found = found.filter(business_date=day)
    if read.get("rule"):
        found = found.filter(rule=read["rule"])
    return found


def _of_owner(desk: Desk, owner: int, limit: int) -> list[Transfer]:
    """Return the transfers that have entries of an owner; they are found through the entries' index."""
    entries = Entry.objects.filter(owner=owner)
    day, cursor = parse_day(desk.request.GET.get("day", "")), _cursor(desk.request.GET.get("before", ""))
    if day is not None:
        entries = entries.filter(business_date=day)
    if cursor is not None:
        entries = entries.filter(
            Q(business_date__lt=cursor.day) | Q(business_date=cursor.day, transfer_id__lt=cursor.transfer_id),
            business_date__lte=cursor.day,
        )
    keys = entries.order_by("-business_date", "-transfer_id").values_list("business_date", "transfer_id").distinct()
    near = list(keys[: limit if not desk.request.GET.get("rule") else EXPORT_ROWS_MAX])
    found = Transfer.objects.filter(
        pk__in=[key for _day, key in near],
        business_date__in={day for day, _key in near},
        programme_id=desk.programme.pk,
    )
    return list(_filtered(desk, found).order_by("-business_date", "-pk")[:limit])


def member_owner(code: str) -> int:
    """Return the owner that a member's code names; 0 for none."""
    digits = code.strip().lstrip("Mm")
    return number_of(digits) or 0


def parse_day(text: str) -> date | None:
    """Return a day of the address; None where it is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _cursor(text: str) -> Cursor | None:
    day, _dash, transfer = text.partition("-")
    found, number = parse_day(f"{day[:4]}-{day[4:6]}-{day[6:]}"), number_of(transfer)
    return None if found is None or number is None else Cursor(found, number)


def _columns() -> list[Column]:
    return columns(
        *(_("Number"), _("Business day"), _("Rule"), _("What for"), _("Key"), _("By"), _("Written")), numbers=(0,)
    )


def operator_names() -> dict[str, str]:
    """Return what operators are called, by what the ledger calls them: operator/7."""
    return {f"operator/{pk}": name for pk, name in Operator.objects.values_list("pk", "username")}


def cause_cell(desk: Desk, transfer: Transfer) -> Cell:
    """Return what a transfer was for, with the way to it."""
    what, _space, name = transfer.cause.partition(" ")
    order = name.partition("/")[0]
    known = {
        "order": Cell(_("order %(number)s") % {"number": name}, href=to(desk, "order", order or "-")),
        "refund": Cell(_("refund %(number)s") % {"number": name}, href=to(desk, "order", order or "-")),
        "action": Cell(_("action")),
    }
    if what == "withdrawal" and name.isdecimal():
        return Cell(_("withdrawal %(number)s") % {"number": name}, href=to(desk, "withdrawal", name))
    if what == "top-up" and name.isdecimal():
        return Cell(_("top-up %(number)s") % {"number": name}, href=to(desk, "top_up", name))
    if name and what in known:
        return known[what]
    return Cell(transfer.cause or (_("nightly settlement") if transfer.end_owner else ""))


def _row(desk: Desk, transfer: Transfer, names: Mapping[str, str]) -> list[Cell]:
    return [
        number(str(transfer.pk), href=to(desk, "transfer", transfer.pk)),
        Cell(f"{transfer.business_date}"),
        Cell(rule_name(transfer.rule)),
        cause_cell(desk, transfer),
        Cell(transfer.key),
        Cell(names.get(transfer.actor, transfer.actor)),
        Cell(show_moment(transfer.created_at, desk.zone)),
    ]


@page("see_ledger")
def transfer(desk: Desk, transfer_id: int) -> HttpResponseBase:
    """Show a transfer with its entries, and what reverses it or what it reverses."""
    found = get_object_or_404(Transfer, pk=transfer_id, programme_id=desk.programme.pk)
    table, cursor = _entries(desk, found)
    return show(
        desk.request,
        "backoffice/transfer.html",
        _("Transfer %(number)s") % {"number": found.pk},
        facts=_facts(desk, found),
        entries=paged(desk.request, table, cursor),
    )


def _facts(desk: Desk, transfer: Transfer) -> list[tuple[str, Cell]]:
    reversals = Transfer.objects.filter(reverses=transfer.pk, programme_id=desk.programme.pk).order_by("pk")
    rows = [
        (_("Rule"), Cell(rule_name(transfer.rule))),
        (_("Key"), Cell(transfer.key)),
        (_("Business day"), Cell(f"{transfer.business_date}")),
        (_("What for"), cause_cell(desk, transfer)),
        (_("By"), Cell(operator_names().get(transfer.actor, transfer.actor))),
        (_("Written"), Cell(show_moment(transfer.created_at, desk.zone))),
        (
            _("Members"),
            Cell(f"M{max(1, transfer.first_owner)} – M{transfer.end_owner - 1}" if transfer.end_owner else ""),
        ),
        (_("Reverses"), _link(desk, transfer.reverses)),
        *((_("Reversed by"), _link(desk, one.pk)) for one in reversals),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _owners(transfer: Transfer) -> str:
    return f"M{max(1, transfer.first_owner)} – M{transfer.end_owner - 1}" if transfer.end_owner else ""


def _link(desk: Desk, transfer_id: int) -> Cell:
    return Cell(str(transfer_id), href=to(desk, "transfer", transfer_id)) if transfer_id else Cell("")


def _entries(desk: Desk, transfer: Transfer) -> tuple[Table, str]:
    """Return the entries after the cursor, by owner, with the cursor of the next page."""
    found = Entry.objects.filter(business_date=transfer.business_date, transfer_id=transfer.pk)
    if transfer.end_owner:
        found = found.filter(owner__gte=transfer.first_owner)
    else:
        found = found.filter(owner__in=transfer.owners)
    after = number_of(desk.request.GET.get("before", ""))
    if after is not None:
        found = found.filter(owner__gt=after)
    rows = list(found.select_related("account").order_by("owner", "account_id", "lot")[: ROWS_PER_PAGE + 1])
    shown, cursor = _whole_owners(rows) if len(rows) > ROWS_PER_PAGE else (rows, "")
    headings = columns(_("Owner"), _("Account"), _("Kind"), _("Amount"), _("Lot of order"), "", numbers=(3,))
    numbers = order_numbers(one.lot for one in shown)
    return Table(headings, [_entry(desk, one, numbers) for one in shown]), cursor


def _whole_owners(rows: list[Entry]) -> tuple[list[Entry], str]:
    """Return the rows without those of the last owner, of whom some may be missing."""
    whole = [row for row in rows if row.owner < rows[-1].owner]
    return (whole, str(whole[-1].owner)) if whole else (rows, str(rows[-1].owner))


def _entry(desk: Desk, entry: Entry, orders: Mapping[int, str]) -> list[Cell]:
    kind, role = entry.account.kind, entry.account.role
    member = entry.owner < PROGRAMME
    return [
        Cell(f"M{entry.owner}", href=to(desk, "member", entry.owner)) if member else Cell(_("the programme")),
        Cell(account_title(role)),
        Cell(desk.kind_title(kind)),
        number(desk.decimals.show(entry.amount, kind)),
        lot_cell(desk, entry.lot, orders),
        Cell(_("why"), href=to(desk, "why", entry.owner, entry.transfer_id)) if member else Cell(""),
    ]


def order_numbers(lots: Iterable[int]) -> dict[int, str]:
    """Return the numbers of the orders that lots are of."""
    found = Order.objects.filter(fact_id__in=set(lots) - {0}).values_list("fact_id", "number")
    return {lot: number for lot, number in found if lot is not None}


def lot_cell(desk: Desk, lot: int, orders: Mapping[int, str]) -> Cell:
    """Return the order of a lot; the lot's own number where the order is not ours."""
    if lot in orders:
        return Cell(orders[lot], href=to(desk, "order", orders[lot]))
    return Cell(str(lot) if lot else "")
