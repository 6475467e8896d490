"""Fundings of the token reserve: proposed by one operator, decided by another (S2-Q1)."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.adjustments import state_cell
from jifen.backoffice.pages.emission import airdrop_of
from jifen.backoffice.pages.outside_money import decisions
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Filter, columns, number, slice_of
from jifen.payouts.models import ProposalState, TokenFunding
from jifen.payouts.token_reserve import approve_funding, reject_funding


@page("see_airdrops")
def token_fundings(desk: Desk) -> HttpResponseBase:
    """List fundings of the reserve, newest first."""
    airdrop_of(desk)
    found = TokenFunding.objects.filter(programme=desk.programme).select_related("proposed_by", "decided_by")
    state = desk.request.GET.get("state", "")
    if state in ProposalState.values:
        found = found.filter(state=state)
    headings = columns(
        *(_("Proposed"), _("State"), _("Tokens"), _("Reason"), _("Proposed by"), _("Decided by"), _("Business day")),
        numbers=(2,),
    )
    return show(
        desk.request,
        "backoffice/list.html",
        _("Fundings of the reserve"),
        table=rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _row(desk, one)),
        filters=[Filter("state", _("State"), [("", _("all")), *ProposalState.choices], state)],
        lead=_("Tokens of the cap that are put aside for rewards. A funding is proposed on the page of tokens."),
    )


def _row(desk: Desk, one: TokenFunding) -> list[Cell]:
    return [
        Cell(show_moment(one.proposed_at, desk.zone), href=to(desk, "token_funding", one.pk)),
        state_cell(one),
        number(_tokens(desk, one)),
        Cell(one.reason),
        Cell(one.proposed_by.username),
        Cell(one.decided_by.username if one.decided_by else ""),
        Cell(f"{one.business_date or ''}"),
    ]


@page("see_airdrops")
def token_funding(desk: Desk, funding_id: int) -> HttpResponseBase:
    """Show a proposed funding, and let a second operator decide."""
    airdrop_of(desk)
    rows = TokenFunding.objects.select_related("proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=funding_id, programme=desk.programme)

    def decide(operator_id: int, reason: str) -> None:
        if reason:
            reject_funding(funding_id=found.pk, operator_id=operator_id, reason=reason)
        else:
            approve_funding(funding_id=found.pk, operator_id=operator_id)

    note = _("The tokens lie in the reserve at once; no airdrop gives them any more.")
    facts = [
        (_("Tokens"), Cell(_tokens(desk, found))),
        (_("Reason"), Cell(found.reason)),
        (_("Proposed by"), Cell(found.proposed_by.username)),
        (_("Proposed"), Cell(show_moment(found.proposed_at, desk.zone))),
        (_("Decided by"), Cell(found.decided_by.username if found.decided_by else "")),
        (_("Decided"), Cell(show_moment(found.decided_at, desk.zone) if found.decided_at else "")),
        (_("Why rejected"), Cell(found.rejection)),
        (_("Business day"), Cell(f"{found.business_date or ''}")),
    ]
    return act_or_show(
        desk.request,
        decisions(desk, found, decide, note, "approve_tokens"),
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            _("Funding of the reserve"),
            state=state_cell(found),
            facts=[(name, cell) for name, cell in facts if cell.text],
            offers=offers,
        ),
    )


def _tokens(desk: Desk, one: TokenFunding) -> str:
    return desk.decimals.show(one.amount, airdrop_of(desk).kind)
