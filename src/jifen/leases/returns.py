"""Returns of top-ups: free lease credit goes back, and its money to the member; two operators decide (S0-08)."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.leases.errors import LeaseError
from jifen.leases.models import CreditTopUp, TopUpReturn, TopUpState
from jifen.leases.top_ups import TopUpStateError
from jifen.payouts.models import ProposalState
from jifen.payouts.proposals import ProposalKeyReusedError, approve, decided_as, locked, reject
from jifen.payouts.reasons import given
from jifen.sales.receipts import Receipt, part_of, pay_back


class ReturnAmountError(LeaseError):
    """The amount is not between 0.01 and what was not returned yet."""

    def __init__(self, left: int) -> None:
        super().__init__(
            say("between 0.01 and {left} of this top-up can be returned", left=format_amount(left, MONEY_DECIMALS))
        )


@dataclass(frozen=True)
class Back:
    """How much (fen) of which top-up is to go back."""

    top_up_id: int
    amount: int


def propose_return(*, back: Back, reason: str, operator_id: int, key: str) -> TopUpReturn:
    """Propose to return an amount of a top-up; nothing moves before another operator approves it."""
    reason = given(reason)
    with transaction.atomic():
        top_up = CreditTopUp.objects.select_for_update(no_key=True).get(pk=back.top_up_id)
        known = TopUpReturn.objects.filter(programme_id=top_up.programme_id, key=key).first()
        if known is not None:
            if (known.top_up_id, known.amount, known.reason) != (top_up.pk, back.amount, reason):
                raise ProposalKeyReusedError
            return known
        _check(top_up, back.amount)
        found = TopUpReturn.objects.create(
            programme_id=top_up.programme_id,
            top_up=top_up,
            amount=back.amount,
            reason=reason,
            key=key,
            proposed_by_id=operator_id,
            proposed_at=timezone.now(),
        )
        note_act(operator_id=operator_id, act="propose_return", subject=_subject(found), reason=reason)
    return found


def approve_return(*, return_id: int, operator_id: int) -> TopUpReturn:
    """Approve a return: the member's free points and the programme's money go back in one transaction."""
    with transaction.atomic():
        found = locked(TopUpReturn, return_id)
        if decided_as(found, ProposalState.APPROVED, operator_id=operator_id):
            return found
        approve(found, operator_id=operator_id)
        _post(found, operator_id)
        found.save()
        note_act(operator_id=operator_id, act="approve_return", subject=_subject(found), reason=found.reason)
    return found


def reject_return(*, return_id: int, operator_id: int, reason: str) -> TopUpReturn:
    """Reject a return; nothing moves."""
    reason = given(reason)
    with transaction.atomic():
        found = locked(TopUpReturn, return_id)
        if not decided_as(found, ProposalState.REJECTED, operator_id=operator_id):
            reject(found, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act="reject_return", subject=_subject(found), reason=reason)
    return found


def left_of(top_up: CreditTopUp) -> int:
    """Return what of a top-up (fen) is neither returned nor proposed to be."""
    proposed = top_up.returns.filter(state=ProposalState.PROPOSED).aggregate(sum=Sum("amount"))["sum"] or 0
    return int(top_up.amount - top_up.returned - proposed)


def return_key(top_up: CreditTopUp, return_id: int) -> str:
    """Return what the transfer of the returned money is called in the ledger."""
    return f"{top_up.programme.code}/lease_credit/{top_up.pk}/return/{return_id}"


def _check(top_up: CreditTopUp, amount: int) -> None:
    if top_up.state != TopUpState.CREDITED:
        raise TopUpStateError
    left = left_of(top_up)
    if not 1 <= amount <= left:
        raise ReturnAmountError(left)


def _post(found: TopUpReturn, operator_id: int) -> None:
    """Take the points back and pay the money, in the proportion in which it came in."""
    top_up = CreditTopUp.objects.select_for_update(no_key=True, of=("self",)).select_related("programme")
    from_top_up = top_up.get(pk=found.top_up_id)
    recorded = record_action(
        NewAction(
            programme_id=found.programme_id,
            action="return_top_up",
            member_id=from_top_up.member_id,
            kind=from_top_up.kind,
            amount=from_top_up.points * found.amount // from_top_up.amount,
            actor=f"operator/{operator_id}",
            reason=found.reason,
        )
    )
    receipt = Receipt(
        programme_id=found.programme_id,
        member_id=from_top_up.member_id,
        day=recorded.business_date,
        operator_id=operator_id,
        key=return_key(from_top_up, found.pk),
        rule="payment_refund",
        cause=f"top-up {from_top_up.pk}",
    )
    found.from_reserve, found.from_cash = pay_back(
        receipt, found.amount, reserved=_reserved_part(from_top_up, found.amount)
    )
    found.fact_id, found.business_date = recorded.fact_id, recorded.business_date
    from_top_up.returned += found.amount
    from_top_up.save(update_fields=["returned"])


def _reserved_part(top_up: CreditTopUp, amount: int) -> int:
    """Return what of an amount that goes back had gone into the reserve, rounded in the reserve's favour."""
    after, before = top_up.returned + amount, top_up.returned
    return part_of(top_up.reserved, after, top_up.amount) - part_of(top_up.reserved, before, top_up.amount)


def _subject(found: TopUpReturn) -> str:
    return f"credit top-up {found.top_up_id}"
