"""What operators may do to a member: freeze, allow again, move, propose an adjustment. Nothing deletes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.audited import move_member
from jifen.backoffice.fields import MinorField
from jifen.backoffice.pages.phone_changes import propose_phone_action
from jifen.engine.digits import number_of
from jifen.members.models import Member
from jifen.payouts.adjustments import Change, propose_adjustment
from jifen.payouts.freezing import freeze, unfreeze


def member_actions(desk: Desk, member: Member) -> list[Action]:
    """Return the actions on a member's page."""
    return [_unfreeze(desk, member) if member.standing.frozen else _freeze(desk, member), _adjust(desk, member),
            _move(desk, member), propose_phone_action(desk, member)]  # fmt: skip


def _freeze(desk: Desk, member: Member) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        freeze(member_id=member.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Withdrawals of this member are frozen.")

    note = _("The member cannot withdraw until an operator allows it again. Points stay where they are.")
    return Action("freeze", _("Freeze withdrawals"), "act_on_members", run, note=note, tone="bad")


def _unfreeze(desk: Desk, member: Member) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        unfreeze(member_id=member.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("The member may withdraw again.")

    return Action("unfreeze", _("Allow withdrawals again"), "act_on_members", run, tone="main")


def _adjust(desk: Desk, member: Member) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        change = Change(member_id=member.pk, kind=values["kind"], amount=values["amount"])
        propose_adjustment(change=change, reason=values["reason"], key=values["key"], operator_id=desk.operator.pk)
        return _("Proposed. Nothing is posted before another operator approves it.")

    return Action(
        "adjust",
        _("Propose an adjustment of points"),
        "propose_adjustments",
        run,
        form=adjustment_form(desk),
        note=_("Another operator approves it. The member sees the posting and its reason."),
    )


def adjustment_form(desk: Desk) -> type[ReasonForm]:
    """Return the form of an adjustment, with the programme's kinds and their decimals."""

    class AdjustmentForm(ReasonForm):
        kind = forms.ChoiceField(
            label=gettext_lazy("Kind"), choices=[(kind, desk.kind_title(kind)) for kind in desk.terms.kinds]
        )
        amount = MinorField(
            label=gettext_lazy("Amount"),
            signed=True,
            decimals=max(desk.decimals.of_kind.values()),
            help_text=gettext_lazy("With a minus to take points away."),
        )

        field_order = ("kind", "amount", "reason", "key")

        def clean(self) -> dict[str, Any]:
            """Bring the amount to the unit of the kind that was chosen."""
            values: dict[str, Any] = super().clean() or self.cleaned_data
            if {"kind", "amount"} <= values.keys():
                unit = 10 ** (max(desk.decimals.of_kind.values()) - desk.decimals.of_kind[values["kind"]])
                if values["amount"] % unit:
                    self.add_error("amount", _("This kind of points has fewer decimals."))
                values["amount"] //= unit
            return values

    return AdjustmentForm


def _move(desk: Desk, member: Member) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        move_member(
            member_id=member.pk,
            to_member_id=values["referrer"],
            effective_on=values["effective_on"],
            reason=values["reason"],
            operator_id=desk.operator.pk,
        )
        day = values["effective_on"].isoformat()
        return _("Moved. It counts from the close of %(day)s on.") % {"day": day}

    return Action(
        "move",
        _("Move under another referrer"),
        "act_on_members",
        run,
        form=move_form(desk),
        initial={"effective_on": desk.today},
        note=_("The member moves with everybody below. What was paid before stays as it is."),
    )


def move_form(desk: Desk) -> type[ReasonForm]:
    """Return the form of a move within the programme."""

    class MoveForm(ReasonForm):
        referrer = forms.CharField(
            label=gettext_lazy("New referrer"),
            required=False,
            max_length=20,
            help_text=gettext_lazy("A code such as M7. Empty: nobody."),
        )
        effective_on = forms.DateField(
            label=gettext_lazy("From the close of"),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            help_text=gettext_lazy("A day that is not closed yet."),
        )

        field_order = ("referrer", "effective_on", "reason", "key")

        def clean_referrer(self) -> int | None:
            """Return the member that the code names."""
            code: str = self.cleaned_data["referrer"].strip().lstrip("Mm")
            if not code:
                return None
            mine = Member.objects.filter(programme=desk.programme)
            found = mine.filter(pk=number_of(code) or 0).first()
            if found is None:
                raise forms.ValidationError(_("No member of this programme has this code."))
            return found.pk

    return MoveForm
