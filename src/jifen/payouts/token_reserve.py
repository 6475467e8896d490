"""Tokens are put aside for rewards: one operator proposes, another approves (S2-Q1).

They are of the cap that no airdrop gives any more. Rewards in tokens come out of them, and end where they do.
"""

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.engine.rules.airdrop import Airdrop
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.payouts.errors import PayoutError
from jifen.payouts.models import ProposalState, TokenFunding
from jifen.payouts.proposals import ProposalKeyReusedError, approve, decided_as, locked, reject
from jifen.payouts.reasons import given
from jifen.programmes.terms import in_force, load

FUNDING_MAX = 2**62  # minor units


class FundingNotValidError(PayoutError):
    """The programme has no tokens, or the amount is none."""


def propose_funding(*, programme_id: int, amount: int, reason: str, operator_id: int, key: str) -> TokenFunding:
    """Propose to put `amount` (minor units of the token) into the reserve."""
    reason = given(reason)
    _airdrop(programme_id)
    if not 1 <= amount <= FUNDING_MAX:
        raise FundingNotValidError(say("tokens are put aside in an amount above 0"))
    with transaction.atomic():
        found, new = TokenFunding.objects.get_or_create(
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
            note_act(operator_id=operator_id, act="propose_funding", subject=_subject(found), reason=reason)
        elif (found.amount, found.reason) != (amount, reason):
            raise ProposalKeyReusedError
    return found


def approve_funding(*, funding_id: int, operator_id: int) -> TokenFunding:
    """Approve a funding and post it; approving again changes nothing. facts.record refuses what the cap has not."""
    with transaction.atomic():
        found = locked(TokenFunding, funding_id)
        if decided_as(found, ProposalState.APPROVED, operator_id=operator_id):
            return found
        approve(found, operator_id=operator_id)
        recorded = record_action(
            NewAction(
                programme_id=found.programme_id,
                action="fund_reserve",
                member_id=None,
                kind=_airdrop(found.programme_id).kind,
                amount=found.amount,
                actor=f"operator/{operator_id}",
                reason=found.reason,
            )
        )
        found.fact_id, found.business_date = recorded.fact_id, recorded.business_date
        found.save()
        note_act(operator_id=operator_id, act="approve_funding", subject=_subject(found), reason=found.reason)
    return found


def reject_funding(*, funding_id: int, operator_id: int, reason: str) -> TokenFunding:
    """Reject a funding; nothing is posted."""
    reason = given(reason)
    with transaction.atomic():
        found = locked(TokenFunding, funding_id)
        if not decided_as(found, ProposalState.REJECTED, operator_id=operator_id):
            reject(found, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act="reject_funding", subject=_subject(found), reason=reason)
    return found


def _airdrop(programme_id: int) -> Airdrop:
    rule = load(in_force(programme_id, open_day(programme_id)).pk).airdrop
    if rule is None:
        raise FundingNotValidError(say("this programme has no tokens to put aside"))
    return rule


def _subject(funding: TokenFunding) -> str:
    return f"token funding {funding.pk}"
