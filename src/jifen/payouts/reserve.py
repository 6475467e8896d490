"""The operator's own money for the reserve that withdrawals are paid from: two people, and labelled as what it is.

It comes out of the account `topped_up`, so that no report can take it for income (trust 1.4, S4-30).
"""

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.payouts.bringing_in import Brought, bring_in
from jifen.payouts.errors import PayoutError
from jifen.payouts.models import ProposalState, TopUp
from jifen.payouts.proposals import ProposalKeyReusedError, approve, decided_as, locked, reject
from jifen.payouts.reasons import given

TOP_UP_MAX = 10**14  # fen


class TopUpNotValidError(PayoutError):
    """The amount is not one that can be put into the reserve."""

    def __init__(self) -> None:
        super().__init__(say("a top-up is an amount above 0"))


def propose_top_up(*, programme_id: int, amount: int, reason: str, operator_id: int, key: str) -> TopUp:
    """Propose to put `amount` (fen) into the reserve; the reason says where the money lies."""
    reason = given(reason)
    if not 1 <= amount <= TOP_UP_MAX:
        raise TopUpNotValidError
    with transaction.atomic():
        top_up, new = TopUp.objects.get_or_create(
            programme_id=programme_id,
            key=key,
            defaults={
                "amount": amount,
                "reason": reason,
                "proposed_by_id": operator_id,
                "proposed_at": timezone.now(),
            },
        )
        if new:
            note_act(operator_id=operator_id, act="propose_top_up", subject=f"top-up {top_up.id}", reason=reason)
        elif (top_up.amount, top_up.reason) != (amount, reason):
            raise ProposalKeyReusedError
    return top_up


def approve_top_up(*, top_up_id: int, operator_id: int) -> TopUp:
    """Approve a top-up and post it; approving again changes nothing."""
    with transaction.atomic():
        top_up = locked(TopUp, top_up_id)
        if decided_as(top_up, ProposalState.APPROVED, operator_id=operator_id):
            return top_up
        approve(top_up, operator_id=operator_id)
        top_up.business_date = open_day(top_up.programme_id)
        called = Brought(f"top_up/{top_up.id}", "reserve_top_up", f"top-up {top_up.id}")
        bring_in(top_up, called, operator_id=operator_id)
        top_up.save()
        note_act(operator_id=operator_id, act="approve_top_up", subject=f"top-up {top_up.id}", reason=top_up.reason)
    return top_up


def reject_top_up(*, top_up_id: int, operator_id: int, reason: str) -> TopUp:
    """Reject a top-up; nothing is posted."""
    reason = given(reason)
    with transaction.atomic():
        top_up = locked(TopUp, top_up_id)
        if not decided_as(top_up, ProposalState.REJECTED, operator_id=operator_id):
            reject(top_up, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act="reject_top_up", subject=f"top-up {top_up.id}", reason=reason)
    return top_up
