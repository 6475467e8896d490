"""Operators add points to a member's free points or remove them: one proposes, another approves (S4-27, G14).

The adjustment is a posting of its own with its reason; the member sees it in the statement.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.members.models import Member
from jifen.payouts.errors import PayoutError
from jifen.payouts.models import Adjustment, ProposalState
from jifen.payouts.proposals import ProposalKeyReusedError, approve, decided_as, locked, reject
from jifen.payouts.reasons import given
from jifen.programmes.terms import in_force, load


class AdjustmentNotValidError(PayoutError):
    """The adjustment moves nothing, or points of a kind that the programme does not have."""

    def __init__(self) -> None:
        super().__init__(say("choose a kind of points of this programme and an amount other than 0"))


@dataclass(frozen=True)
class Change:
    """Minor units of a kind that a member is to get, or to lose when negative."""

    member_id: int
    kind: str
    amount: int


def propose_adjustment(*, change: Change, reason: str, operator_id: int, key: str) -> Adjustment:
    """Propose an adjustment; nothing is posted before another operator approves it."""
    reason = given(reason)
    programme_id = Member.objects.values_list("programme_id", flat=True).get(id=change.member_id)
    programme = load(in_force(programme_id, open_day(programme_id)).id)
    if change.kind not in programme.kinds or change.amount == 0:
        raise AdjustmentNotValidError
    with transaction.atomic():
        adjustment, new = Adjustment.objects.get_or_create(
            programme_id=programme_id,
            key=key,
            defaults={
                "member_id": change.member_id,
                "kind": change.kind,
                "amount": change.amount,
                "reason": reason,
                "proposed_by_id": operator_id,
                "proposed_at": timezone.now(),
            },
        )
        if new:
            note_act(operator_id=operator_id, act="propose_adjustment", subject=_subject(adjustment), reason=reason)
        elif (adjustment.member_id, adjustment.kind, adjustment.amount, adjustment.reason) != (
            change.member_id,
            change.kind,
            change.amount,
            reason,
        ):
            raise ProposalKeyReusedError
    return adjustment


def approve_adjustment(*, adjustment_id: int, operator_id: int) -> Adjustment:
    """Approve an adjustment and post it; approving again changes nothing."""
    with transaction.atomic():
        adjustment = locked(Adjustment, adjustment_id)
        if decided_as(adjustment, ProposalState.APPROVED, operator_id=operator_id):
            return adjustment
        approve(adjustment, operator_id=operator_id)
        recorded = record_action(
            NewAction(
                programme_id=adjustment.programme_id,
                action="adjust",
                member_id=adjustment.member_id,
                amount=adjustment.amount,
                kind=adjustment.kind,
                actor=f"operator/{operator_id}",
                reason=adjustment.reason,
            )
        )
        adjustment.fact_id, adjustment.business_date = recorded.fact_id, recorded.business_date
        adjustment.save()
        note_act(
            operator_id=operator_id,
            act="approve_adjustment",
            subject=_subject(adjustment),
            reason=adjustment.reason,
        )
    return adjustment


def reject_adjustment(*, adjustment_id: int, operator_id: int, reason: str) -> Adjustment:
    """Reject an adjustment; nothing is posted."""
    reason = given(reason)
    with transaction.atomic():
        adjustment = locked(Adjustment, adjustment_id)
        if not decided_as(adjustment, ProposalState.REJECTED, operator_id=operator_id):
            reject(adjustment, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act="reject_adjustment", subject=_subject(adjustment), reason=reason)
    return adjustment


def _subject(adjustment: Adjustment) -> str:
    return f"adjustment {adjustment.id} M{adjustment.member_id}"
