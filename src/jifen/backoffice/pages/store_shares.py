"""Sales and returns of shares of stores: one operator proposes, another decides (S1-32 … S1-36)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.adjustments import state_cell
from jifen.backoffice.pages.stores import member_cell, store_title
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Column, Filter, columns, number, slice_of
from jifen.payouts.models import ProposalState
from jifen.storefront.models import ShareAction, ShareProposal
from jifen.storefront.shares import approve_shares, percent, reject_shares


@page("see_stores")
def proposals(desk: Desk) -> HttpResponseBase:
    """List proposals about shares, newest first."""
    found = _rows().filter(programme=desk.programme)
    state = desk.request.GET.get("state", "")
    if state in ProposalState.values:
        found = found.filter(state=state)
    return show(
        desk.request,
        "backoffice/list.html",
        _("Shares of stores"),
        lead=_("Sales and returns are proposed on a store's page, and count when another operator approves them."),
        table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one)),
        filters=[Filter("state", _("State"), [("", _("all")), *ProposalState.choices], state)],
    )


@page("see_stores")
def proposal(desk: Desk, proposal_id: int) -> HttpResponseBase:
    """Show a proposal about shares, and let a second operator decide."""
    found = get_object_or_404(_rows(), pk=proposal_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        _decisions(desk, found) if found.state == ProposalState.PROPOSED else [],
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            str(ShareAction(found.action).label).capitalize(),
            state=state_cell(found),
            facts=_facts(desk, found),
            offers=offers,
        ),
    )


def _rows() -> Any:
    return ShareProposal.objects.select_related("store", "member", "proposed_by", "decided_by")


def _columns() -> list[Column]:
    return columns(
        *(_("Proposed"), _("Store"), _("What"), _("Member"), _("Share"), _("Paid"), _("State"), _("Reason")),
        *(_("Proposed by"), _("Decided by"), _("Business day")),
        numbers=(4, 5),
    )


def _row(desk: Desk, one: ShareProposal) -> list[Cell]:
    return [
        Cell(show_moment(one.proposed_at, desk.zone), href=to(desk, "share_proposal", one.pk)),
        Cell(f"{one.store.code} {store_title(one.store)}", href=to(desk, "store", one.store_id)),
        Cell(str(one.get_action_display())),
        member_cell(desk, one.member),
        number(share_text(one)),
        number(show_money(one.amount) if one.amount else ""),
        state_cell(one),
        Cell(one.reason),
        Cell(one.proposed_by.username),
        Cell(one.decided_by.username if one.decided_by else ""),
        Cell(f"{one.business_date or ''}"),
    ]


def share_text(one: ShareProposal) -> str:
    """Return how much of a store a proposal is about."""
    share = f"{percent(one.share_bp)} %"
    return _("%(share)s as initiator") % {"share": share} if one.initiator else share


def _facts(desk: Desk, one: ShareProposal) -> list[tuple[str, Cell]]:
    named = [(column.title, cell) for column, cell in zip(_columns(), _row(desk, one), strict=True)]
    decided = show_moment(one.decided_at, desk.zone) if one.decided_at else ""
    facts = [
        *(row for place, row in enumerate(named) if place not in (0, 6)),
        (_("Proposed"), Cell(show_moment(one.proposed_at, desk.zone))),
        (_("Decided"), Cell(decided)),
        (_("Why rejected"), Cell(one.rejection)),
    ]
    return [(title, cell) for title, cell in facts if cell.text]


def _decisions(desk: Desk, one: ShareProposal) -> list[Action]:
    own = _("You proposed it, so another operator must decide.") if one.proposed_by_id == desk.operator.pk else ""

    def approve(_values: Mapping[str, Any]) -> str:
        approve_shares(proposal_id=one.pk, operator_id=desk.operator.pk)
        return _("Approved. It counts from now on.")

    def reject(values: Mapping[str, Any]) -> str:
        reject_shares(proposal_id=one.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Rejected. Nothing was posted.")

    note = _("You see %(amount)s on the bank account. It goes into the reserve.") % {"amount": show_money(one.amount)}
    return [
        Action(
            "approve",
            _("Approve"),
            "approve_shares",
            approve,
            form=PlainForm,
            note=note if one.action == ShareAction.BUY else _("All shares of the member go back to head office."),
            blocked=own,
            tone="main",
            open=True,
        ),
        Action("reject", _("Reject"), "approve_shares", reject, tone="bad"),
    ]
