"""What a centre's holder approved of merchants, who had brought them, and what that brought those (S2-15, S2-24)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.stores import member_cell
from jifen.backoffice.showing import to
from jifen.backoffice.tables import Cell, Figure, Table, columns, number
from jifen.centers.areas import prefix_of
from jifen.merchants.brought import Brought, brought_by, together
from jifen.merchants.models import ApplicationState, MerchantApplication
from jifen.stores.models import Center

SHOWN = 50


@dataclass(frozen=True)
class Approvals:
    """Figures of all approvals, and a table of the last ones."""

    figures: list[Figure]
    table: Table


def approvals_of(desk: Desk, center: Center) -> Approvals:
    """Return what the holder of a centre approved in its area."""
    rows = MerchantApplication.objects.filter(
        programme=desk.programme, reviewer=center.member, region__startswith=prefix_of(center.region)
    )
    approved = rows.filter(state=ApplicationState.APPROVED).select_related("member", "store__referrer")
    found = list(approved.order_by("-pk"))
    brought = brought_by([one.store_id for one in found if one.store_id is not None])
    refused = rows.filter(state=ApplicationState.REFUSED).count()
    figures = [
        Figure(_("Merchants approved"), f"{len(found):,}", note=_("%(count)s refused") % {"count": f"{refused:,}"}),
        Figure(_("That brought referrers"), brought_text(desk, together(brought.values())) or _("nothing")),
    ]
    headings = columns(_("When"), _("Name"), _("Applicant"), _("Brought by"), _("That brought referrers"), numbers=(4,))
    table = Table(
        headings,
        [
            [
                Cell(show_moment(one.decided_at, desk.zone), href=to(desk, "merchant", one.pk)),
                Cell(one.title),
                member_cell(desk, one.member),
                member_cell(desk, one.store.referrer if one.store is not None else None),
                number(brought_text(desk, brought.get(one.store_id or 0, []))),
            ]
            for one in found[:SHOWN]
        ],
        empty=_("It has approved none."),
    )
    return Approvals(figures, table)


def brought_text(desk: Desk, brought: Sequence[Brought]) -> str:
    """Return points of several kinds in one line."""
    return " · ".join(f"{desk.decimals.show(one.amount, one.kind)} {desk.kind_title(one.kind)}" for one in brought)
