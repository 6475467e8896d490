"""The programme's own accounts and what all members hold, kind by kind."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.account_titles import account_title
from jifen.backoffice.showing import show, to
from jifen.backoffice.tables import Cell, Table, columns, number
from jifen.engine.amounts import MONEY
from jifen.ledger.reading import programme_balances


@page("see_ledger")
def accounts(desk: Desk) -> HttpResponseBase:
    """Show the balance of each account of the programme."""
    rows = sorted(programme_balances(desk.programme.pk).items(), key=lambda item: (item[0][0] != MONEY, item[0]))
    table = Table(
        columns(_("Kind"), _("Account"), _("Balance"), numbers=(2,)),
        [
            [Cell(desk.kind_title(kind)), Cell(account_title(role)), number(desk.decimals.show(amount, kind))]
            for (kind, role), amount in rows
            if amount or role != "unfunded"  # nothing is given without money where stores hold no points
        ],
    )
    lead = _("What the programme issued is negative: it is the other side of what members hold.")
    links = [Cell(_("Top-ups of the reserve"), href=to(desk, "reserve"))]
    return show(desk.request, "backoffice/list.html", _("Programme accounts"), table=table, lead=lead, links=links)
