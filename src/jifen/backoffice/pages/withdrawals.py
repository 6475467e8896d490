"""Withdrawals: one operator approves, another pays (S4-21)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.showing import (
    EXPORT_ROWS_MAX,
    act_or_show,
    export,
    export_query,
    rows_of,
    show,
    to,
    wants_export,
)
from jifen.backoffice.tables import Cell, Column, Filter, Table, columns, number, slice_of
from jifen.payouts.models import Withdrawal, WithdrawalState
from jifen.payouts.withdrawals import approve, pay, reject

TONES = {
    WithdrawalState.REQUESTED: "wait",
    WithdrawalState.APPROVED: "wait",
    WithdrawalState.PAID: "good",
    WithdrawalState.REJECTED: "bad",
    WithdrawalState.CANCELLED: "plain",
}
OFF_SCREEN = (6, 7)  # tax, and what is paid out in points: on the withdrawal's own page, and in Excel


class PaidForm(ReasonForm):
    """Where the payment can be found."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].label = gettext_lazy("Reference of the bank, or a note")


@page("see_withdrawals")
def withdrawals(desk: Desk) -> HttpResponseBase:
    """List withdrawals, newest first."""
    read = desk.request.GET
    found = Withdrawal.objects.filter(programme=desk.programme)
    if read.get("state") in WithdrawalState.values:
        found = found.filter(state=read["state"])
    if read.get("state") == "open":
        found = found.filter(state__in=(WithdrawalState.REQUESTED, WithdrawalState.APPROVED))
    found = found.select_related("member", "approved_by", "paid_by")
    if wants_export(desk.request):
        rows = [whole_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "withdrawals", whole_columns(), rows)
    table = rows_of(
        desk.request, slice_of(found, desk.request), withdrawal_columns(), lambda one: withdrawal_row(desk, one)
    )
    states = [("", _("all")), ("open", _("to review or to pay")), *WithdrawalState.choices]
    return show(
        desk.request,
        "backoffice/list.html",
        _("Withdrawals"),
        table=table,
        filters=[Filter("state", _("State"), states, read.get("state", ""))],
        export_query=export_query(desk),
    )


def whole_columns() -> list[Column]:
    """Return the headings of everything that is known of a withdrawal."""
    return columns(
        *(_("Requested"), _("Member"), _("State"), _("Kind"), _("Amount"), _("Fee"), _("Tax")),
        *(_("Paid out in points"), _("In money"), _("Comes back"), _("Approved by"), _("Paid by"), _("Business day")),
        numbers=(4, 5, 6, 7, 8, 9),
    )


def withdrawal_columns() -> list[Column]:
    """Return the headings of lists of withdrawals; on the screen there is no room for all."""
    return [column for place, column in enumerate(whole_columns()) if place not in OFF_SCREEN]


def withdrawal_row(desk: Desk, withdrawal: Withdrawal) -> list[Cell]:
    """Return a withdrawal as a row of a list."""
    return [cell for place, cell in enumerate(whole_row(desk, withdrawal)) if place not in OFF_SCREEN]


def whole_row(desk: Desk, withdrawal: Withdrawal) -> list[Cell]:
    """Return everything that is known of a withdrawal, in the order of `whole_columns`."""
    kind = withdrawal.kind
    return [
        Cell(show_moment(withdrawal.requested_at, desk.zone), href=to(desk, "withdrawal", withdrawal.pk)),
        Cell(f"{withdrawal.member.code} {withdrawal.member.name}", href=to(desk, "member", withdrawal.member_id)),
        state_cell(withdrawal),
        Cell(desk.kind_title(kind)),
        number(desk.decimals.show(withdrawal.amount, kind)),
        number(desk.decimals.show(withdrawal.fee, kind) if withdrawal.fee else ""),
        number(desk.decimals.show(withdrawal.tax, kind) if withdrawal.tax else ""),
        number(desk.decimals.show(withdrawal.net, kind)),
        number(show_money(withdrawal.cash) if withdrawal.cash else ""),
        number(_comes_back(desk, withdrawal)),
        Cell(withdrawal.approved_by.username if withdrawal.approved_by else ""),
        Cell(withdrawal.paid_by.username if withdrawal.paid_by else ""),
        Cell(f"{withdrawal.business_date or ''}"),
    ]


def _comes_back(desk: Desk, withdrawal: Withdrawal) -> str:
    """Return what the member gets back in another kind, when it is paid (S0-48)."""
    if not withdrawal.reward:
        return ""
    kind = withdrawal.reward_kind
    return f"{desk.decimals.show(withdrawal.reward, kind)} {desk.kind_title(kind)}"


def state_cell(withdrawal: Withdrawal) -> Cell:
    """Return a withdrawal's state as a badge."""
    return Cell(str(withdrawal.get_state_display()), tone=TONES[WithdrawalState(withdrawal.state)])


@page("see_withdrawals")
def withdrawal(desk: Desk, withdrawal_id: int) -> HttpResponseBase:
    """Show a withdrawal with its history, and let operators decide on it."""
    rows = Withdrawal.objects.select_related("member", "approved_by", "paid_by")
    found = get_object_or_404(rows, pk=withdrawal_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            _("Withdrawal of %(member)s") % {"member": found.member.code},
            state=state_cell(found),
            facts=_facts(desk, found),
            steps=_steps(desk, found),
            offers=offers,
        ),
    )


def _facts(desk: Desk, withdrawal: Withdrawal) -> list[tuple[str, Cell]]:
    cells = whole_row(desk, withdrawal)
    named = [(column.title, cell) for column, cell in zip(whole_columns(), cells, strict=True)]
    return [(title, cell) for title, cell in [*named[1:2], *named[3:]] if cell.text]


def _steps(desk: Desk, withdrawal: Withdrawal) -> Table:
    headings = columns(_("When"), _("State"), _("Who"), _("Reason or note"))
    rows = [
        [
            Cell(show_moment(step.at, desk.zone)),
            Cell(str(step.get_state_display()), tone=TONES[WithdrawalState(step.state)]),
            Cell(step.operator.username if step.operator else _("the member")),
            Cell(step.reason),
        ]
        for step in withdrawal.steps.select_related("operator").order_by("at", "pk")
    ]
    return Table(headings, rows)


def _actions(desk: Desk, withdrawal: Withdrawal) -> list[Action]:
    if withdrawal.state == WithdrawalState.REQUESTED:
        return [_approve(desk, withdrawal), _reject(desk, withdrawal)]
    if withdrawal.state == WithdrawalState.APPROVED:
        return [_pay(desk, withdrawal), _reject(desk, withdrawal)]
    return []


def _approve(desk: Desk, withdrawal: Withdrawal) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        approve(withdrawal_id=withdrawal.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Approved. Another operator pays it.")

    note = _("The points are held already. After you, another operator pays.")
    return Action("approve", _("Approve"), "review_withdrawals", run, note=note, tone="main", open=True)


def _pay(desk: Desk, withdrawal: Withdrawal) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        pay(withdrawal_id=withdrawal.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Paid out of the reserve.")

    own = _("You approved it, so another operator must pay it.")
    return Action(
        "pay",
        _("Pay"),
        "pay_withdrawals",
        run,
        form=PaidForm,
        note=_("Sandbox: no bank is asked. The held points leave, and the money leaves the reserve."),
        blocked=own if withdrawal.approved_by_id == desk.operator.pk else "",
        tone="main",
        open=True,
    )


def _reject(desk: Desk, withdrawal: Withdrawal) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        reject(withdrawal_id=withdrawal.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Rejected. The points are free again, and the member sees your reason.")

    note = _("The held points go back to the member, who sees your reason.")
    return Action("reject", _("Reject"), "review_withdrawals", run, note=note, tone="bad")
