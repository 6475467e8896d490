"""What the ledger says of one member: balances, lots, statement."""

from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk
from jifen.backoffice.account_titles import account_title, rule_name
from jifen.backoffice.pages.transfers import lot_cell, order_numbers
from jifen.backoffice.showing import paged, to
from jifen.backoffice.tables import Cell, Figure, Table, columns, number
from jifen.engine.amounts import MONEY
from jifen.ledger.models import Lot
from jifen.ledger.reading import StatementLine, balances, statement
from jifen.members.models import Member

LOTS_SHOWN = 20
LINES_SHOWN = 20
ROLES = ("free", "locked", "frozen")
MANY = 3  # kinds: so many are all shown, empty ones too


def balance_figures(desk: Desk, member: Member) -> list[Figure]:
    """Return a member's balances by kind and state, every kind where there are many, and what was paid in."""
    held, many = balances(member.pk), len(desk.terms.kinds) >= MANY
    figures = [
        Figure(f"{desk.kind_title(kind)} · {account_title(role)}", desk.decimals.show(held.get((kind, role), 0), kind))
        for kind in desk.terms.kinds
        for role in ROLES
        if held.get((kind, role)) or (role == "free" and (many or kind == desk.terms.lot_kind))
    ]
    paid_in = -held.get((MONEY, "paid"), 0)
    return [*figures, Figure(account_title("paid"), desk.decimals.show(paid_in, MONEY), _("less what went back"))]


def lot_table(desk: Desk, member: Member) -> Table:
    """Return a member's lots, the open ones first, in the order in which they are drawn."""
    lots = list(Lot.objects.filter(owner=member.pk).order_by("closed", "opened_on", "id")[:LOTS_SHOWN])
    numbers = order_numbers(lot.id for lot in lots)
    headings = columns(
        *(_("Order"), _("Opened on"), _("Granted"), _("Released by time"), _("Released by team"), _("Cancelled")),
        *(_("Left"), _("State")),
        numbers=(2, 3, 4, 5, 6),
    )
    rows = [
        [
            lot_cell(desk, lot.id, numbers),
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


def statement_table(desk: Desk, member: Member) -> Table:
    """Return a page of a member's statement, a row for each transfer and kind; each leads to its why."""
    found = statement(member.pk, before=desk.request.GET.get("before") or None, limit=LINES_SHOWN)
    headings = columns(
        *(_("Business day"), _("Rule"), _("Kind"), account_title("free"), account_title("locked")),
        *(account_title("frozen"), account_title("paid"), ""),
        numbers=(3, 4, 5, 6),
    )
    together: dict[tuple[int, str], list[StatementLine]] = {}
    for line in found.lines:
        together.setdefault((line.transfer_id, line.kind), []).append(line)
    rows = [_statement_row(desk, member, lines) for lines in together.values()]
    table = Table(headings, rows, empty=_("Nothing was posted to this member yet."))
    return paged(desk.request, table, found.next or "")


def _statement_row(desk: Desk, member: Member, lines: list[StatementLine]) -> list[Cell]:
    first, amounts = lines[0], {line.role: line.amount for line in lines}
    return [
        Cell(f"{first.business_date}"),
        Cell(rule_name(first.rule)),
        Cell(desk.kind_title(first.kind)),
        *(
            number(desk.decimals.show(amounts[role], first.kind) if role in amounts else "")
            for role in (*ROLES, "paid")
        ),
        Cell(_("why"), href=to(desk, "why", member.pk, first.transfer_id)),
    ]
