"""Bank transfers that become lease credit: one operator confirms, another credits; returns take two as well (S0-08)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.fields import MinorField, typed
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.adjustments import state_cell as return_cell
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
from jifen.engine.digits import member_number
from jifen.leases.errors import NoMemberError
from jifen.leases.models import CreditTopUp, TopUpReturn, TopUpState
from jifen.leases.returns import Back, approve_return, left_of, propose_return, reject_return
from jifen.leases.top_ups import TransferReport, confirm_top_up, reject_top_up, report_top_up
from jifen.leases.top_ups import credit_top_up as credit_transfer
from jifen.members.models import Member
from jifen.payouts.models import ProposalState

TONES = {
    TopUpState.REPORTED: "wait",
    TopUpState.CONFIRMED: "wait",
    TopUpState.CREDITED: "good",
    TopUpState.REJECTED: "bad",
}
LISTED = (0, 1, 2, 3, 4, 5, 7, 8, 9, 11)  # columns on the screen
OPEN = (TopUpState.REPORTED, TopUpState.CONFIRMED)


class BankForm(ReasonForm):
    """What the bank calls the transfer."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].label = gettext_lazy("Reference of the bank")
        self.fields["reason"].widget.attrs["maxlength"] = "60"


class NoteForm(ReasonForm):
    """A note that may be left out."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].label, self.fields["reason"].required = gettext_lazy("Note"), False


class ReturnForm(ReasonForm):
    """How much of a top-up goes back."""

    amount = MinorField(label=gettext_lazy("Amount in yuan"))

    field_order = ("amount", "reason", "key")


class ReportForm(ReasonForm):
    """A transfer that an operator has seen, and whose it is."""

    member = forms.CharField(label=gettext_lazy("Member code"), max_length=20)
    amount = MinorField(label=gettext_lazy("Amount in yuan"))
    payer = forms.CharField(label=gettext_lazy("Payer"), max_length=60)
    paid_on = forms.DateField(
        label=gettext_lazy("Paid on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    field_order = ("member", "amount", "payer", "paid_on", "reason", "key")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        reference = self.fields["reason"]
        assert isinstance(reference, forms.CharField)
        reference.label, reference.required, reference.help_text = gettext_lazy("Reference"), False, ""
        reference.max_length = 60

    def clean_member(self) -> int:
        """Return the id that a member's code names."""
        code = member_number(str(self.cleaned_data["member"]).strip())
        if code is None:
            raise forms.ValidationError(_("Type a member code, such as M7."))
        return code


@page("see_top_ups")
def credit_top_ups(desk: Desk) -> HttpResponseBase:
    """List top-ups of lease credit, newest first, and take down a transfer for a member."""
    found = _found(desk)
    if wants_export(desk.request):
        rows = [_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "top-ups", _columns(), rows)
    headings = [_columns()[place] for place in LISTED]
    table = rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _short_row(desk, one))
    return act_or_show(
        desk.request,
        [_report(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Top-ups of lease credit"),
            lead=_("Bank transfers of members. One operator confirms that the money came, another credits it."),
            table=table,
            filters=_filters(desk),
            export_query=export_query(desk),
            offers=offers,
        ),
    )


def _found(desk: Desk) -> QuerySet[CreditTopUp]:
    found = CreditTopUp.objects.filter(programme=desk.programme)
    found = found.select_related("member", "confirmed_by", "credited_by")
    state, words = desk.request.GET.get("state", ""), desk.request.GET.get("q", "").strip()
    if state in TopUpState.values:
        found = found.filter(state=state)
    if state == "open":
        found = found.filter(state__in=OPEN)
    if words:
        code = member_number(words)
        member = Q(member_id=code) if code is not None else Q()
        text = Q(reference__iexact=words) | Q(bank_reference__iexact=words) | Q(payer__startswith=words)
        found = found.filter(text | (member or Q(member__name__startswith=words)))
    return found


def _filters(desk: Desk) -> list[Filter]:
    read = desk.request.GET
    states = [("", _("all")), ("open", _("to confirm or to credit")), *TopUpState.choices]
    return [
        Filter("q", _("Reference, payer, member code or name"), value=read.get("q", ""), kind="search"),
        Filter("state", _("State"), states, read.get("state", "")),
    ]


def _columns() -> list[Column]:
    return columns(
        *(_("Reported"), _("Member"), _("State"), _("Amount in yuan"), _("Payer"), _("Paid on"), _("Reference")),
        *(_("Reference of the bank"), _("Confirmed by"), _("Credited by"), _("Business day"), _("Returned")),
        numbers=(3, 11),
    )


def _row(desk: Desk, top_up: CreditTopUp) -> list[Cell]:
    return [
        Cell(show_moment(top_up.reported_at, desk.zone), href=to(desk, "credit_top_up", top_up.pk)),
        Cell(f"{top_up.member.code} {top_up.member.name}", href=to(desk, "member", top_up.member_id)),
        state_cell(top_up),
        number(show_money(top_up.amount)),
        Cell(top_up.payer),
        Cell(f"{top_up.paid_on}"),
        Cell(top_up.reference),
        Cell(top_up.bank_reference),
        Cell(top_up.confirmed_by.username if top_up.confirmed_by else ""),
        Cell(top_up.credited_by.username if top_up.credited_by else ""),
        Cell(f"{top_up.business_date or ''}"),
        number(show_money(top_up.returned) if top_up.returned else ""),
    ]


def _short_row(desk: Desk, top_up: CreditTopUp) -> list[Cell]:
    """Return what of a row fits on a screen; the page of the top-up and the Excel file have all of it."""
    row = _row(desk, top_up)
    return [row[place] for place in LISTED]


def state_cell(top_up: CreditTopUp) -> Cell:
    """Return a top-up's state as a badge."""
    return Cell(str(top_up.get_state_display()), tone=TONES[TopUpState(top_up.state)])


@page("see_top_ups")
def credit_top_up(desk: Desk, top_up_id: int) -> HttpResponseBase:
    """Show a top-up with its history and returns, and let operators decide on it."""
    rows = CreditTopUp.objects.select_related("member", "confirmed_by", "credited_by", "reported_by")
    found = get_object_or_404(rows, pk=top_up_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/credit_top_up.html",
            _("Top-up of %(member)s") % {"member": found.member.code},
            state=state_cell(found),
            facts=_facts(desk, found),
            steps=_steps(desk, found),
            returns=_returns(desk, found),
            offers=offers,
        ),
    )


def _facts(desk: Desk, top_up: CreditTopUp) -> list[tuple[str, Cell]]:
    named = [(column.title, cell) for column, cell in zip(_columns(), _row(desk, top_up), strict=True)]
    points = Cell(f"{desk.decimals.show(top_up.points, top_up.kind)} {desk.kind_title(top_up.kind)}")
    reporter = Cell(top_up.reported_by.username if top_up.reported_by else _("the member"))
    reserved = Cell(show_money(top_up.reserved) if top_up.reserved else "")
    facts = [
        *(named[1], named[3], (_("Becomes"), points), *named[4:8], (_("Reported by"), reporter), *named[8:]),
        (_("Into the reserve"), reserved),
    ]
    return [(title, cell) for title, cell in facts if cell.text]


def _steps(desk: Desk, top_up: CreditTopUp) -> Table:
    headings = columns(_("When"), _("State"), _("Who"), _("Reason or note"))
    rows = [
        [
            Cell(show_moment(step.at, desk.zone)),
            Cell(str(step.get_state_display()), tone=TONES[TopUpState(step.state)]),
            Cell(step.operator.username if step.operator else _("the member")),
            Cell(step.reason),
        ]
        for step in top_up.steps.select_related("operator").order_by("at", "pk")
    ]
    return Table(headings, rows)


def _returns(desk: Desk, top_up: CreditTopUp) -> Table:
    headings = columns(
        *(_("Proposed"), _("State"), _("Returned"), _("Reason"), _("Proposed by"), _("Decided by"), _("Business day")),
        numbers=(2,),
    )
    rows = [
        [
            Cell(show_moment(one.proposed_at, desk.zone)),
            return_cell(one),
            number(show_money(one.amount)),
            Cell(one.rejection or one.reason),
            Cell(one.proposed_by.username),
            Cell(one.decided_by.username if one.decided_by else ""),
            Cell(f"{one.business_date or ''}"),
        ]
        for one in top_up.returns.select_related("proposed_by", "decided_by").order_by("-pk")
    ]
    return Table(headings, rows)


def _actions(desk: Desk, top_up: CreditTopUp) -> list[Action]:
    if top_up.state == TopUpState.REPORTED:
        return [_confirm(desk, top_up), _reject(desk, top_up)]
    if top_up.state == TopUpState.CONFIRMED:
        return [_credit(desk, top_up), _reject(desk, top_up)]
    if top_up.state != TopUpState.CREDITED:
        return []
    waiting = top_up.returns.filter(state=ProposalState.PROPOSED).order_by("pk")
    actions = [action for one in waiting for action in _decide(desk, one)]
    return [*actions, *([_propose(desk, top_up)] if left_of(top_up) > 0 else [])]


def _report(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        if not Member.objects.filter(pk=values["member"], programme=desk.programme).exists():
            raise NoMemberError
        report = TransferReport(
            amount=values["amount"], payer=values["payer"], paid_on=values["paid_on"], reference=values["reason"]
        )
        report_top_up(member_id=values["member"], report=report, key=values["key"], operator_id=desk.operator.pk)
        return _("Taken down. Another operator confirms that the money came.")

    note = _("For a transfer that nobody reported. Whoever takes it down neither confirms nor credits it.")
    return Action("report", _("Take down a transfer"), "review_top_ups", run, form=ReportForm, note=note)


def _confirm(desk: Desk, top_up: CreditTopUp) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        confirm_top_up(top_up_id=top_up.pk, operator_id=desk.operator.pk, bank_reference=values["reason"])
        return _("Confirmed. Another operator credits it.")

    own = _("You took it down, so another operator must confirm it.")
    return Action(
        "confirm",
        _("Confirm the money"),
        "review_top_ups",
        run,
        form=BankForm,
        note=_("You see %(amount)s from %(payer)s on the company's account. Type what the bank calls the transfer.")
        % {"amount": show_money(top_up.amount), "payer": top_up.payer},
        blocked=own if top_up.reported_by_id == desk.operator.pk else "",
        tone="main",
        open=True,
    )


def _credit(desk: Desk, top_up: CreditTopUp) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        credit_transfer(top_up_id=top_up.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Credited. The member can buy devices with it.")

    own = _("You did a step before, so another operator must credit it.")
    shown = f"{desk.decimals.show(top_up.points, top_up.kind)} {desk.kind_title(top_up.kind)}"
    return Action(
        "credit",
        _("Credit it"),
        "review_top_ups",
        run,
        form=NoteForm,
        note=_("The member gets %(points)s at once, and the money goes into the programme's accounts.")
        % {"points": shown},
        blocked=own if desk.operator.pk in (top_up.confirmed_by_id, top_up.reported_by_id) else "",
        tone="main",
        open=True,
    )


def _reject(desk: Desk, top_up: CreditTopUp) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        reject_top_up(top_up_id=top_up.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Rejected. The member sees your reason.")

    note = _("Nothing is credited, and the member sees your reason.")
    return Action("reject", _("Reject"), "review_top_ups", run, note=note, tone="bad")


def _propose(desk: Desk, top_up: CreditTopUp) -> Action:
    left = left_of(top_up)

    def run(values: Mapping[str, Any]) -> str:
        back = Back(top_up.pk, values["amount"])
        propose_return(back=back, reason=values["reason"], operator_id=desk.operator.pk, key=values["key"])
        return _("Proposed. Another operator approves it.")

    return Action(
        "return",
        _("Propose to return money"),
        "return_top_ups",
        run,
        form=ReturnForm,
        initial={"amount": typed(left)},
        note=_("At most %(left)s. The member's free points go back, and as much money.") % {"left": show_money(left)},
        tone="bad",
    )


def _decide(desk: Desk, found: TopUpReturn) -> list[Action]:
    own = _("You proposed it, so another operator must decide.") if found.proposed_by_id == desk.operator.pk else ""
    amount = {"amount": show_money(found.amount), "reason": found.reason}

    def approve(_values: Mapping[str, Any]) -> str:
        approve_return(return_id=found.pk, operator_id=desk.operator.pk)
        return _("Approved: the points are taken back, and the money is noted as returned.")

    def reject(values: Mapping[str, Any]) -> str:
        reject_return(return_id=found.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Rejected. Nothing was returned.")

    return [
        Action(
            f"approve{found.pk}",
            _("Approve the return of %(amount)s") % amount,
            "return_top_ups",
            approve,
            form=PlainForm,
            note=_("Why: %(reason)s") % amount,
            blocked=own,
            tone="main",
            open=True,
        ),
        Action(
            f"reject{found.pk}",
            _("Reject the return of %(amount)s") % amount,
            "return_top_ups",
            reject,
            tone="bad",
        ),
    ]
