"""Other phones of members: changed by themselves, or proposed by one operator and decided by another (S4-25)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.audited import approve_member_phone, propose_member_phone, reject_member_phone
from jifen.backoffice.figures import show_moment
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Filter, columns, slice_of
from jifen.members.models import Member, PhoneChange, PhoneChangeState
from jifen.members.phone_changes import proposed_phone

TONES = {PhoneChangeState.PROPOSED: "wait", PhoneChangeState.DONE: "good", PhoneChangeState.REJECTED: "bad"}
PHONE_MAX = 20


class NewPhoneForm(ReasonForm):
    """The new phone, typed twice: nobody proves it before the member chooses a password."""

    phone = forms.CharField(label=gettext_lazy("New phone"), max_length=PHONE_MAX)
    again = forms.CharField(label=gettext_lazy("New phone once more"), max_length=PHONE_MAX)

    field_order = ("phone", "again", "reason", "key")

    def clean(self) -> dict[str, Any]:
        """Refuse two different phones."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if {"phone", "again"} <= values.keys() and values["phone"].split() != values["again"].split():
            self.add_error("again", _("The two are not the same."))
        return values


@page("see_members")
def phone_changes(desk: Desk) -> HttpResponseBase:
    """List other phones of members, newest first."""
    found = PhoneChange.objects.filter(programme=desk.programme).select_related("member", "proposed_by", "decided_by")
    state = desk.request.GET.get("state", "")
    if state in PhoneChangeState.values:
        found = found.filter(state=state)
    titles = (_("When"), _("Member"), _("State"), _("Old phone"), _("New phone"), _("Proposed by"), _("Decided by"))
    table = rows_of(desk.request, slice_of(found, desk.request), columns(*titles), lambda one: _row(desk, one))
    filters = [Filter("state", _("State"), [("", _("all")), *PhoneChangeState.choices], state)]
    lead = _("Members change their phone with password and codes to both phones. For one who lost the phone it is "
             "proposed on the member's page.")  # fmt: skip
    return show(desk.request, "backoffice/list.html", _("Changes of phones"), table=table, filters=filters, lead=lead)


@page("see_members")
def phone_change(desk: Desk, change_id: int) -> HttpResponseBase:
    """Show a change of a phone; a second operator decides on what is proposed."""
    rows = PhoneChange.objects.select_related("member", "proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=change_id, programme=desk.programme)
    may = desk.may("approve_phones") or found.proposed_by_id == desk.operator.pk
    new = proposed_phone(found) if may else ""
    facts = [
        (_("Member"), _member(desk, found)),
        (_("Old phone"), Cell(found.old)),
        (_("New phone"), Cell(new or found.new)),
        (_("Reason"), Cell(found.reason)),
        (_("Proposed by"), Cell(_by(found))),
        (_("Proposed"), Cell(show_moment(found.proposed_at, desk.zone))),
        (_("Decided by"), Cell(_decider(found))),
        (_("Decided"), Cell(show_moment(found.decided_at, desk.zone) if found.decided_at else "")),
        (_("Why rejected"), Cell(found.rejection)),
    ]
    return act_or_show(
        desk.request,
        _decisions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            _("Another phone for %(member)s") % {"member": found.member.code},
            state=_state(found),
            facts=[(title, cell) for title, cell in facts if cell.text],
            offers=offers,
        ),
    )


def propose_phone_action(desk: Desk, member: Member) -> Action:
    """Return the action on a member's page that proposes another phone."""

    def run(values: Mapping[str, Any]) -> str:
        propose_member_phone(
            member_id=member.pk,
            phone=values["phone"],
            reason=values["reason"],
            key=values["key"],
            operator_id=desk.operator.pk,
        )
        return _("Proposed. Another operator approves it.")

    note = _(
        "For a member who lost the phone; make sure who asks. Another operator approves it. Then every session ends, "
        "both phones are told, and the member chooses a password by a code to the new phone."
    )
    return Action("phone", _("Propose another phone"), "act_on_members", run, form=NewPhoneForm, note=note)


def _decisions(desk: Desk, found: PhoneChange) -> list[Action]:
    if found.state != PhoneChangeState.PROPOSED:
        return []
    own = _("You proposed it, so another operator must decide.") if found.proposed_by_id == desk.operator.pk else ""

    def approve(_values: Mapping[str, Any]) -> str:
        approve_member_phone(change_id=found.pk, operator_id=desk.operator.pk)
        return _("Approved. The member logs in with the new phone, after choosing a password by a code.")

    def reject(values: Mapping[str, Any]) -> str:
        reject_member_phone(change_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Rejected. The phone stays.")

    note = _("Call the old phone first: if somebody answers, ask. The new phone can take the account over.")
    title, may = _("Approve"), "approve_phones"
    return [
        Action("approve", title, may, approve, form=PlainForm, note=note, blocked=own, tone="main", open=True),
        Action("reject", _("Reject"), may, reject, tone="bad"),
    ]


def _row(desk: Desk, one: PhoneChange) -> list[Cell]:
    return [
        Cell(show_moment(one.proposed_at, desk.zone), href=to(desk, "phone_change", one.pk)),
        _member(desk, one),
        _state(one),
        Cell(one.old),
        Cell(one.new),
        Cell(_by(one)),
        Cell(_decider(one)),
    ]


def _by(one: PhoneChange) -> str:
    return one.proposed_by.username if one.proposed_by else _("the member")


def _decider(one: PhoneChange) -> str:
    """Return who decided; the member, whose own change rejects what was proposed."""
    if one.decided_by:
        return one.decided_by.username
    return _("the member") if one.state == PhoneChangeState.REJECTED else ""


def _member(desk: Desk, one: PhoneChange) -> Cell:
    return Cell(f"{one.member.code} {one.member.name}", href=to(desk, "member", one.member_id))


def _state(one: PhoneChange) -> Cell:
    return Cell(str(one.get_state_display()), tone=TONES[PhoneChangeState(one.state)])
