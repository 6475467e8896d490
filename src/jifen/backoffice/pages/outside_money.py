"""Outside money: injections into the pool and consumption subsidies; one operator proposes, another decides (S1-12)."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.fields import MinorField
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.adjustments import state_cell
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Column, columns, number, slice_of
from jifen.payouts.models import PoolInjection, Proposal, ProposalState, Subsidy
from jifen.payouts.outside_money import (
    approve_injection,
    approve_subsidy,
    propose_injection,
    propose_subsidy,
    reject_injection,
    reject_subsidy,
)
from jifen.storefront.people import member_of


class InjectionForm(ReasonForm):
    """How much money goes into the pool, and where it lies."""

    amount = MinorField(label=gettext_lazy("Amount in yuan"))

    field_order = ("amount", "reason", "key")


class SubsidyForm(ReasonForm):
    """Who gets how much to consume with."""

    member = forms.CharField(
        label=gettext_lazy("Member"), max_length=30, help_text=gettext_lazy("A phone, or a code such as M7.")
    )
    amount = MinorField(label=gettext_lazy("Amount in yuan"))

    field_order = ("member", "amount", "reason", "key")


@page("see_pool")
def injections(desk: Desk) -> HttpResponseBase:
    """List injections into the pool, newest first, and let an operator propose one."""
    found = PoolInjection.objects.filter(programme=desk.programme).select_related("proposed_by", "decided_by")
    table = rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one, "injection"))
    lead = _("Outside money put straight into the pool. It raises the price for all holders, and is no income.")
    return act_or_show(
        desk.request,
        [_propose_injection(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Injections into the pool"),
            table=table,
            lead=lead,
            offers=offers,
            figures=[],
        ),
    )


@page("see_pool")
def subsidies(desk: Desk) -> HttpResponseBase:
    """List consumption subsidies, newest first, and let an operator propose one."""
    rows = Subsidy.objects.filter(programme=desk.programme).select_related("proposed_by", "decided_by", "member")
    headings = [*_columns()[:1], Column(_("Member")), *_columns()[1:]]

    def row(one: Subsidy) -> list[Cell]:
        first, *others = _row(desk, one, "subsidy")
        return [first, _member_cell(desk, one), *others]

    table = rows_of(desk.request, slice_of(rows, desk.request), headings, row)
    lead = _("Outside money that members get as points to consume with. Their orders carry it into the pool.")
    return act_or_show(
        desk.request,
        [_propose_subsidy(desk)],
        lambda offers: show(
            desk.request, "backoffice/list.html", _("Consumption subsidies"), table=table, lead=lead, offers=offers
        ),
    )


def _member_cell(desk: Desk, one: Subsidy) -> Cell:
    return Cell(f"{one.member.code} {one.member.name}", href=to(desk, "member", one.member_id))


def _columns() -> list[Column]:
    return columns(
        *(_("Proposed"), _("State"), _("Amount"), _("Reason"), _("Proposed by"), _("Decided by"), _("Business day")),
        numbers=(2,),
    )


def _row(desk: Desk, one: Proposal, name: str) -> list[Cell]:
    return [
        Cell(show_moment(one.proposed_at, desk.zone), href=to(desk, name, one.pk)),
        state_cell(one),
        number(show_money(one.amount)),
        Cell(one.reason),
        Cell(one.proposed_by.username),
        Cell(one.decided_by.username if one.decided_by else ""),
        Cell(f"{one.business_date or ''}"),
    ]


def _propose_injection(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        propose_injection(
            programme_id=desk.programme.pk,
            amount=values["amount"],
            reason=values["reason"],
            key=values["key"],
            operator_id=desk.operator.pk,
        )
        return _("Proposed. Another operator approves it.")

    return Action("inject", _("Propose an injection"), "bring_in_money", run, form=InjectionForm)


def _propose_subsidy(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        propose_subsidy(
            member_id=member_of(desk.programme.pk, values["member"]).pk,
            amount=values["amount"],
            reason=values["reason"],
            key=values["key"],
            operator_id=desk.operator.pk,
        )
        return _("Proposed. Another operator approves it.")

    return Action("subsidise", _("Propose a subsidy"), "bring_in_money", run, form=SubsidyForm)


@page("see_pool")
def injection(desk: Desk, injection_id: int) -> HttpResponseBase:
    """Show a proposed injection, and let a second operator decide."""
    rows = PoolInjection.objects.select_related("proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=injection_id, programme=desk.programme)

    def decide(operator_id: int, reason: str) -> None:
        if reason:
            reject_injection(injection_id=found.pk, operator_id=operator_id, reason=reason)
        else:
            approve_injection(injection_id=found.pk, operator_id=operator_id)

    note = _("The money enters the pool at once, and the reserve.")
    return proposal_page(desk, found, _("Injection into the pool"), [], decisions(desk, found, decide, note))


@page("see_pool")
def subsidy(desk: Desk, subsidy_id: int) -> HttpResponseBase:
    """Show a proposed subsidy, and let a second operator decide."""
    rows = Subsidy.objects.select_related("proposed_by", "decided_by", "member")
    found = get_object_or_404(rows, pk=subsidy_id, programme=desk.programme)

    def decide(operator_id: int, reason: str) -> None:
        if reason:
            reject_subsidy(subsidy_id=found.pk, operator_id=operator_id, reason=reason)
        else:
            approve_subsidy(subsidy_id=found.pk, operator_id=operator_id)

    note = _("The member has the points at once; the money enters the reserve.")
    facts = [(_("Member"), _member_cell(desk, found))]
    return proposal_page(desk, found, _("Consumption subsidy"), facts, decisions(desk, found, decide, note))


def decisions(
    desk: Desk, found: Proposal, decide: Callable[[int, str], None], note: str, permission: str = "approve_money"
) -> list[Action]:
    """Return what a second operator may decide; `decide` gets the operator and, to reject, the reason."""
    if found.state != ProposalState.PROPOSED:
        return []
    own = _("You proposed it, so another operator must decide.") if found.proposed_by_id == desk.operator.pk else ""

    def approve(_values: Mapping[str, Any]) -> str:
        decide(desk.operator.pk, "")
        return _("Approved and posted.")

    def reject(values: Mapping[str, Any]) -> str:
        decide(desk.operator.pk, values["reason"])
        return _("Rejected. Nothing was posted.")

    return [
        Action(
            "approve", _("Approve"), permission, approve, form=PlainForm, note=note, blocked=own, tone="main", open=True
        ),
        Action("reject", _("Reject"), permission, reject, tone="bad"),
    ]


def proposal_page(
    desk: Desk, found: Proposal, title: str, facts: list[tuple[str, Cell]], actions: list[Action]
) -> HttpResponseBase:
    """Show a proposal with who proposed and decided it, and what can be done."""
    rows = [
        *facts,
        (_("Amount"), Cell(show_money(found.amount))),
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
        actions,
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            title,
            state=state_cell(found),
            facts=[(name, cell) for name, cell in rows if cell.text],
            offers=offers,
        ),
    )
