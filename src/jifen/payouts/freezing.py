"""An operator stops a member's withdrawals and allows them again, with a reason (S4-21)."""

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.members.models import Member
from jifen.payouts.errors import PayoutError
from jifen.payouts.models import FreezeStep
from jifen.payouts.reasons import given


class FreezeStateError(PayoutError):
    """The member is frozen already, or not at all."""


def freeze(*, member_id: int, operator_id: int, reason: str) -> FreezeStep:
    """Stop a member's withdrawals and whatever else the programme's freeze rule names."""
    return _step(member_id, operator_id, given(reason), frozen=True)


def unfreeze(*, member_id: int, operator_id: int, reason: str) -> FreezeStep:
    """Allow a member's withdrawals again."""
    return _step(member_id, operator_id, given(reason), frozen=False)


def _step(member_id: int, operator_id: int, reason: str, *, frozen: bool) -> FreezeStep:
    act = "freeze" if frozen else "unfreeze"
    with transaction.atomic():
        recorded = record_action(
            NewAction(
                programme_id=Member.objects.values_list("programme_id", flat=True).get(id=member_id),
                action=act,
                member_id=member_id,
                actor=f"operator/{operator_id}",
                reason=reason,
            )
        )
        # The fact holds the member's lock now, so nobody else adds a step; a refusal takes the fact back.
        last = FreezeStep.objects.filter(member_id=member_id).order_by("-fact_id").first()
        if frozen == (last is not None and last.frozen):
            raise FreezeStateError(
                say("the member's withdrawals are already frozen")
                if frozen
                else say("the member's withdrawals are not frozen")
            )
        step = FreezeStep.objects.create(
            member_id=member_id,
            frozen=frozen,
            reason=reason,
            operator_id=operator_id,
            at=timezone.now(),
            fact_id=recorded.fact_id,
            business_date=recorded.business_date,
        )
        note_act(operator_id=operator_id, act=act, subject=f"M{member_id}", reason=reason)
    return step
