"""Grants to branches and credit lines of stores: proposed by one operator, decided by another (S3-25, S3-Q3)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.alliance.credit import approve_credit, propose_credit, reject_credit
from jifen.alliance.grants import FUNDED, UNFUNDED, approve_grant, propose_grant, reject_grant
from jifen.alliance.models import BranchGrant, CreditChange
from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action
from jifen.backoffice.alliance_desk import check_alliance, points_form, shown, store_by, store_cell
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.adjustments import state_cell
from jifen.backoffice.pages.outside_money import decisions
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Column, Filter, columns, number, slice_of
from jifen.payouts.models import ProposalState

ROLES = [(FUNDED, gettext_lazy("funded: money or goods stand behind them")), (UNFUNDED, gettext_lazy("unfunded"))]


@page("see_alliance")
def branch_grants(desk: Desk) -> HttpResponseBase:
    """List grants to branches, newest first, and let an operator propose one."""
    check_alliance(desk)
    return _list(desk, BranchGrant, _("Grants to branches"), [_propose_grant(desk)])


@page("see_alliance")
def credit_lines(desk: Desk) -> HttpResponseBase:
    """List changes of credit lines, newest first, and let an operator propose one."""
    check_alliance(desk)
    return _list(desk, CreditChange, _("Credit lines"), [_propose_credit(desk)])


@page("see_alliance")
def branch_grant(desk: Desk, grant_id: int) -> HttpResponseBase:
    """Show a proposed grant, and let a second operator decide."""
    found = get_object_or_404(_rows(BranchGrant), pk=grant_id, programme=desk.programme)

    def decide(operator_id: int, reason: str) -> None:
        if reason:
            reject_grant(grant_id=found.pk, operator_id=operator_id, reason=reason)
        else:
            approve_grant(grant_id=found.pk, operator_id=operator_id)

    note = _("The branch has the points at once, and may hand them out.")
    funded = (_("Funded"), Cell(_("yes") if found.funded else _("no")))
    return _one(desk, found, _("Grant to a branch"), [funded], decisions(desk, found, decide, note, "approve_deals"))


@page("see_alliance")
def credit_line(desk: Desk, change_id: int) -> HttpResponseBase:
    """Show a proposed credit line, and let a second operator decide."""
    found = get_object_or_404(_rows(CreditChange), pk=change_id, programme=desk.programme)

    def decide(operator_id: int, reason: str) -> None:
        if reason:
            reject_credit(change_id=found.pk, operator_id=operator_id, reason=reason)
        else:
            approve_credit(change_id=found.pk, operator_id=operator_id)

    note = _("The points of the store may be so far below nothing from now on.")
    return _one(desk, found, _("Credit line"), [], decisions(desk, found, decide, note, "approve_deals"))


def _rows(model: type[BranchGrant] | type[CreditChange]) -> Any:
    return model._default_manager.select_related("store", "proposed_by", "decided_by")


def _list(
    desk: Desk, model: type[BranchGrant] | type[CreditChange], title: str, actions: list[Action]
) -> HttpResponseBase:
    found, state = _rows(model).filter(programme=desk.programme), desk.request.GET.get("state", "")
    if state in ProposalState.values:
        found = found.filter(state=state)
    table = rows_of(desk.request, slice_of(found, desk.request), _columns(model), lambda one: _row(desk, one))
    grants = _("Points that head office gives a branch in one go; the branch hands them out to its stores.")
    lines = _("How far the points of a store may be below nothing, so that it can give points before it buys more.")
    return act_or_show(
        desk.request,
        actions,
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            title,
            table=table,
            filters=[Filter("state", _("State"), [("", _("all")), *ProposalState.choices], state)],
            lead=grants if model is BranchGrant else lines,
            offers=offers,
        ),
    )


def _columns(model: type) -> list[Column]:
    funded = [_("Funded")] if model is BranchGrant else []
    titles = [_("Proposed"), _("State"), _("Store"), _("Points"), *funded]
    return columns(*titles, *(_("Reason"), _("Proposed by"), _("Decided by"), _("Business day")), numbers=(3,))


def _row(desk: Desk, one: BranchGrant | CreditChange) -> list[Cell]:
    grant = isinstance(one, BranchGrant)
    funded = [Cell(_("yes") if one.funded else _("no"))] if isinstance(one, BranchGrant) else []
    return [
        Cell(
            show_moment(one.proposed_at, desk.zone), href=to(desk, "branch_grant" if grant else "credit_line", one.pk)
        ),
        state_cell(one),
        store_cell(desk, one.store),
        number(shown(desk, one.amount)),
        *funded,
        Cell(one.reason),
        Cell(one.proposed_by.username),
        Cell(one.decided_by.username if one.decided_by else ""),
        Cell(f"{one.business_date or ''}"),
    ]


def _one(
    desk: Desk,
    found: BranchGrant | CreditChange,
    title: str,
    more: list[tuple[str, Cell]],
    actions: list[Action],
) -> HttpResponseBase:
    facts = [
        (_("Store"), store_cell(desk, found.store)),
        (_("Points"), Cell(shown(desk, found.amount))),
        *more,
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
            facts=[(name, cell) for name, cell in facts if cell.text],
            offers=offers,
        ),
    )


def _propose_grant(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        propose_grant(
            store_id=store_by(desk, values["store"]).pk,
            points=values["points"],
            role=values["role"],
            reason=values["reason"],
            by=(desk.operator.pk, values["key"]),
        )
        return _("Proposed. Another operator approves it.")

    role = forms.ChoiceField(label=_("How they are counted"), choices=ROLES)
    form = points_form(desk, label=_("Points"), more={"role": role})
    return Action("grant", _("Propose a grant"), "deal_with_stores", run, form=form, tone="main")


def _propose_credit(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        propose_credit(
            store_id=store_by(desk, values["store"]).pk,
            line=values["points"] or 0,
            reason=values["reason"],
            operator_id=desk.operator.pk,
            key=values["key"],
        )
        return _("Proposed. Another operator approves it.")

    form = points_form(desk, label=_("New credit line; empty: none"), needed=False)
    return Action("credit", _("Propose a credit line"), "deal_with_stores", run, form=form, tone="main")
