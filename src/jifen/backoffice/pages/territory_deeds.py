"""Sales and returns of territories: proposed by one operator, decided by another (S1-22)."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.adjustments import state_cell
from jifen.backoffice.pages.outside_money import decisions, proposal_page
from jifen.backoffice.showing import rows_of, show, to
from jifen.backoffice.tables import Cell, Filter, columns, number, slice_of
from jifen.payouts.models import ProposalState
from jifen.stores.regions import full_name
from jifen.territories.deeds import approve_deed, reject_deed
from jifen.territories.models import Deed, TerritoryDeed


@page("see_territories")
def territory_deeds(desk: Desk) -> HttpResponseBase:
    """List sales and returns, newest first."""
    found = TerritoryDeed.objects.filter(programme=desk.programme).select_related("member", "proposed_by", "decided_by")
    state = desk.request.GET.get("state", "")
    if state in ProposalState.values:
        found = found.filter(state=state)
    headings = columns(
        *(_("Proposed"), _("Division"), _("What"), _("Member"), _("State"), _("Entry fee"), _("Reason")),
        *(_("Proposed by"), _("Decided by"), _("Business day")),
        numbers=(5,),
    )
    return show(
        desk.request,
        "backoffice/list.html",
        _("Sales of territories"),
        table=rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _row(desk, one)),
        filters=[Filter("state", _("State"), [("", _("all")), *ProposalState.choices], state)],
        lead=_("A sale or return is proposed on the page of a division."),
    )


def _row(desk: Desk, one: TerritoryDeed) -> list[Cell]:
    return [
        Cell(show_moment(one.proposed_at, desk.zone), href=to(desk, "territory_deed", one.pk)),
        Cell(full_name(one.region), href=to(desk, "territory", one.region)),
        Cell(str(one.get_deed_display())),
        Cell(f"{one.member.code} {one.member.name}", href=to(desk, "member", one.member_id)),
        state_cell(one),
        number(show_money(one.amount) if one.deed == Deed.ASSIGN else ""),
        Cell(one.reason),
        Cell(one.proposed_by.username),
        Cell(one.decided_by.username if one.decided_by else ""),
        Cell(f"{one.business_date or ''}"),
    ]


@page("see_territories")
def territory_deed(desk: Desk, deed_id: int) -> HttpResponseBase:
    """Show a proposed sale or return, and let a second operator decide."""
    rows = TerritoryDeed.objects.select_related("member", "proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=deed_id, programme=desk.programme)

    def decide(operator_id: int, reason: str) -> None:
        if reason:
            reject_deed(deed_id=found.pk, operator_id=operator_id, reason=reason)
        else:
            approve_deed(deed_id=found.pk, operator_id=operator_id)

    facts = [
        (_("Division"), Cell(full_name(found.region), href=to(desk, "territory", found.region))),
        (_("Member"), Cell(f"{found.member.code} {found.member.name}", href=to(desk, "member", found.member_id))),
    ]
    sale = found.deed == Deed.ASSIGN
    title = _("Sale of a territory") if sale else _("Return of a territory")
    note = _("The member holds it at once; the fee enters the reserve.") if sale else _("The holder loses it at once.")
    return proposal_page(desk, found, title, facts, decisions(desk, found, decide, note, "approve_territories"))
