"""What the ledger says of one member: balances, lots, statement."""

from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk
from jifen.backoffice.account_titles import account_title
from jifen.backoffice.pages.transfers import rule_name
from jifen.backoffice.showing import paged, to
from jifen.backoffice.tables import Cell, Figure, Table, columns, number
from jifen.engine.amounts import MONEY
from jifen.ledger.models import Lot
from jifen.ledger.reading import balances, statement
from jifen.members.models import Member
from jifen.sales.models import Order

LOTS_SHOWN = 20
LINES_SHOWN = 20
ROLES = ("free", "locked", "frozen")


def balance_figures(desk: Desk, member: Member) -> list[Figure]:
    """Return a member's balances by kind and state, and what was paid in."""
    held = balances(member.pk)
    figures = [
        Figure(f"{desk.kind_title(kind)} · {account_title(role)}", desk.decimals.show(held.get((kind, role), 0), kind))
        for kind in desk.terms.kinds
        for role in ROLES
        if held.get((kind, role)) or (role == "free" and kind == desk.terms.lot_kind)
    ]
    paid_in = -held.get((MONEY, "paid"), 0)
    return [*figures, Figure(account_title("paid"), desk.decimals.show(paid_in, MONEY), _("less what went back"))]


def lot_table(desk: Desk, member: Member) -> Table:
    """Return a member's lots, the open ones first, in the order in which they are drawn."""
    lots = list(Lot.objects.filter(owner=member.pk).order_by("closed", "opened_on", "id")[:LOTS_SHOWN])
    numbers = dict(Order.objects.filter(fact_id__in=[lot.id for lot in lots]).values_list("fact_id", "number"))
    headings = columns(
        *(_("Order"), _("Opened on"), _("Granted"), _("Released by time"), _("Released by team"), _("Cancelled")),
        *(_("Left"), _("State")),
        numbers=(2, 3, 4, 5, 6),
    )
    rows = [
        [
            _order_cell(desk, lot, numbers.get(lot.id, "")),
            Cell(f"{lot.opened_on}"),
            *(
                number(desk.lot_points(amount))
                for amount in (lot.granted, lot.scheduled, lot.accelerated, lot.cancelled, lot.remaining)
            ),
            Cell(_("ended on %(day)s") % {"day": lot.closed_on}, tone="plain")
            if lot.closed
            else Cell(_("open"), tone="good"),
        ]
        for lot in lots
    ]
    return Table(headings, rows, empty=_("Nothing is locked for this member."))


def _order_cell(desk: Desk, lot: Lot, order_number: str) -> Cell:
    return Cell(order_number, href=to(desk, "order", order_number)) if order_number else Cell(str(lot.id))


def statement_table(desk: Desk, member: Member) -> Table:
    """Return a page of a member's statement; each line leads to its why."""
    found = statement(member.pk, before=desk.request.GET.get("before") or None, limit=LINES_SHOWN)
    headings = columns(_("Business day"), _("Rule"), _("Points"), _("Account"), _("Amount"), "", numbers=(4,))
    rows = [
        [
            Cell(f"{line.business_date}"),
            Cell(rule_name(line.rule)),
            Cell(desk.kind_title(line.kind)),
            Cell(account_title(line.role)),
            number(desk.decimals.show(line.amount, line.kind)),
            Cell(_("why"), href=to(desk, "why", member.pk, line.transfer_id)),
        ]
        for line in found.lines
    ]
    table = Table(headings, rows, empty=_("Nothing was posted to this member yet."))
    return paged(desk.request, table, found.next or "")
