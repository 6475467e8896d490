"""Adjustments of points and top-ups of the reserve: one operator proposes, another approves (S4-27)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.fields import MinorField
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Column, Filter, columns, number, slice_of
from jifen.payouts.adjustments import approve_adjustment, reject_adjustment
from jifen.payouts.models import Adjustment, Proposal, ProposalState, TopUp
from jifen.payouts.reserve import approve_top_up, propose_top_up, reject_top_up

TONES = {ProposalState.PROPOSED: "wait", ProposalState.APPROVED: "good", ProposalState.REJECTED: "bad"}


class TopUpForm(ReasonForm):
    """How much of the operator's own money goes into the reserve."""

    amount = MinorField(label=gettext_lazy("Amount in yuan"))

    field_order = ("amount", "reason", "key")


@page("see_members")
def adjustments(desk: Desk) -> HttpResponseBase:
    """List adjustments, newest first."""
    found = Adjustment.objects.filter(programme=desk.programme).select_related("member", "proposed_by", "decided_by")
    state = desk.request.GET.get("state", "")
    if state in ProposalState.values:
        found = found.filter(state=state)
    headings = columns(
        *(_("Proposed"), _("Member"), _("State"), _("Kind"), _("Amount"), _("Reason"), _("Proposed by")),
        *(_("Decided by"), _("Business day")),
        numbers=(4,),
    )
    table = rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _row(desk, one))
    filters = [Filter("state", _("State"), [("", _("all")), *ProposalState.choices], state)]
    lead = _("Points added or removed by hand. An adjustment is proposed on a member's page.")
    return show(desk.request, "backoffice/list.html", _("Adjustments"), table=table, filters=filters, lead=lead)


def _row(desk: Desk, adjustment: Adjustment) -> list[Cell]:
    return [
        Cell(show_moment(adjustment.proposed_at, desk.zone), href=to(desk, "adjustment", adjustment.pk)),
        Cell(f"{adjustment.member.code} {adjustment.member.name}", href=to(desk, "member", adjustment.member_id)),
        state_cell(adjustment),
        Cell(desk.kind_title(adjustment.kind)),
        number(desk.decimals.show(adjustment.amount, adjustment.kind)),
        Cell(adjustment.reason),
        Cell(adjustment.proposed_by.username),
        Cell(adjustment.decided_by.username if adjustment.decided_by else ""),
        Cell(f"{adjustment.business_date or ''}"),
    ]


def state_cell(proposal: Proposal) -> Cell:
    """Return a proposal's state as a badge."""
    return Cell(str(proposal.get_state_display()), tone=TONES[ProposalState(proposal.state)])


@page("see_members")
def adjustment(desk: Desk, adjustment_id: int) -> HttpResponseBase:
    """Show a proposed adjustment, and let a second operator decide."""
    rows = Adjustment.objects.select_related("member", "proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=adjustment_id, programme=desk.programme)
    member = Cell(f"{found.member.code} {found.member.name}", href=to(desk, "member", found.member_id))
    facts = [
        (_("Member"), member),
        (_("Kind"), Cell(desk.kind_title(found.kind))),
        (_("Amount"), Cell(desk.decimals.show(found.amount, found.kind))),
        *_proposal_facts(desk, found),
    ]
    return act_or_show(
        desk.request,
        _decisions(desk, found, _decide_adjustment),
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            _("Adjustment of %(member)s") % {"member": found.member.code},
            state=state_cell(found),
            facts=[(title, cell) for title, cell in facts if cell.text],
            offers=offers,
        ),
    )


def _proposal_facts(desk: Desk, proposal: Proposal) -> list[tuple[str, Cell]]:
    return [
        (_("Reason"), Cell(proposal.reason)),
        (_("Proposed by"), Cell(proposal.proposed_by.username)),
        (_("Proposed"), Cell(show_moment(proposal.proposed_at, desk.zone))),
        (_("Decided by"), Cell(proposal.decided_by.username if proposal.decided_by else "")),
        (_("Decided"), Cell(show_moment(proposal.decided_at, desk.zone) if proposal.decided_at else "")),
        (_("Why rejected"), Cell(proposal.rejection)),
        (_("Business day"), Cell(f"{proposal.business_date or ''}")),
    ]


def _decisions(desk: Desk, proposal: Proposal, decide: Any) -> list[Action]:
    if proposal.state != ProposalState.PROPOSED:
        return []
    own = _("You proposed it, so another operator must decide.") if proposal.proposed_by_id == desk.operator.pk else ""

    def approve(values: Mapping[str, Any]) -> str:
        decide(desk, proposal, "approve", values)
        return _("Approved and posted.")

    def reject(values: Mapping[str, Any]) -> str:
        decide(desk, proposal, "reject", values)
        return _("Rejected. Nothing was posted.")

    note = _("It is posted at once, with the reason, and the member sees it.")
    return [
        Action(
            "approve",
            _("Approve"),
            "approve_adjustments",
            approve,
            form=PlainForm,
            note=note,
            blocked=own,
            tone="main",
            open=True,
        ),
        Action("reject", _("Reject"), "approve_adjustments", reject, tone="bad"),
    ]


def _decide_adjustment(desk: Desk, proposal: Proposal, decision: str, values: Mapping[str, Any]) -> None:
    if decision == "approve":
        approve_adjustment(adjustment_id=proposal.pk, operator_id=desk.operator.pk)
    else:
        reject_adjustment(adjustment_id=proposal.pk, reason=values["reason"], operator_id=desk.operator.pk)


@page("see_withdrawals")
def reserve(desk: Desk) -> HttpResponseBase:
    """Show the money kept for withdrawals and what operators put in, and let them propose more."""
    found = TopUp.objects.filter(programme=desk.programme).select_related("proposed_by", "decided_by")
    table = rows_of(desk.request, slice_of(found, desk.request), _top_up_columns(), lambda one: _top_up_row(desk, one))
    lead = _("The operator's own money put into the reserve. It is never shown as income.")
    return act_or_show(
        desk.request,
        [_propose_top_up(desk)],
        lambda offers: show(
            desk.request, "backoffice/list.html", _("Top-ups of the reserve"), table=table, lead=lead, offers=offers
        ),
    )


def _top_up_columns() -> list[Column]:
    titles = (
        _("Proposed"),
        _("State"),
        _("Money put in"),
        _("Reason"),
        _("Proposed by"),
        _("Decided by"),
        _("Business day"),
    )
    return columns(*titles, numbers=(2,))


def _top_up_row(desk: Desk, top_up: TopUp) -> list[Cell]:
    return [
        Cell(show_moment(top_up.proposed_at, desk.zone), href=to(desk, "top_up", top_up.pk)),
        state_cell(top_up),
        number(show_money(top_up.amount)),
        Cell(top_up.reason),
        Cell(top_up.proposed_by.username),
        Cell(top_up.decided_by.username if top_up.decided_by else ""),
        Cell(f"{top_up.business_date or ''}"),
    ]


def _propose_top_up(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        propose_top_up(
            programme_id=desk.programme.pk,
            amount=values["amount"],
            reason=values["reason"],
            key=values["key"],
            operator_id=desk.operator.pk,
        )
        return _("Proposed. Another operator approves it.")

    return Action("top_up", _("Propose a top-up"), "top_up_reserve", run, form=TopUpForm)


@page("see_withdrawals")
def top_up(desk: Desk, top_up_id: int) -> HttpResponseBase:
    """Show a proposed top-up, and let a second operator decide."""
    found = get_object_or_404(
        TopUp.objects.select_related("proposed_by", "decided_by"), pk=top_up_id, programme=desk.programme
    )
    facts: list[tuple[str, Cell]] = [(_("Money put in"), Cell(show_money(found.amount))), *_proposal_facts(desk, found)]
    return act_or_show(
        desk.request,
        _decisions(desk, found, _decide_top_up),
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            _("Top-up of the reserve"),
            state=state_cell(found),
            facts=[(title, cell) for title, cell in facts if cell.text],
            offers=offers,
        ),
    )


def _decide_top_up(desk: Desk, proposal: Proposal, decision: str, values: Mapping[str, Any]) -> None:
    if decision == "approve":
        approve_top_up(top_up_id=proposal.pk, operator_id=desk.operator.pk)
    else:
        reject_top_up(top_up_id=proposal.pk, reason=values["reason"], operator_id=desk.operator.pk)
