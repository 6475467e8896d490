"""Head office gives a branch points in one go: one operator proposes, another approves (S3-25)."""

from django.db import transaction
from django.utils import timezone

from jifen.alliance.errors import AllianceError
from jifen.alliance.models import BranchGrant
from jifen.alliance.people import BRANCH
from jifen.alliance.purchase_models import POINTS_MAX
from jifen.alliance.terms import terms_now
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import waiting
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.payouts.models import ProposalState
from jifen.payouts.proposals import ProposalKeyReusedError, decided_as, locked, reject
from jifen.payouts.proposals import approve as approve_proposal
from jifen.payouts.reasons import given
from jifen.stores.models import Store

FUNDED, UNFUNDED = "funded", "unfunded"  # roles of the fact: with money or goods behind the points, or without


def propose_grant(*, store_id: int, points: int, role: str, reason: str, by: tuple[int, str]) -> BranchGrant:
    """Propose to give a branch `points` (minor units), "funded" or "unfunded"; `by` is the operator and the key.

    The same key answers with the same proposal. Nothing is posted before another operator approves it.
    """
    reason, (operator_id, key) = given(reason), by
    store = Store.objects.get(pk=store_id)
    now = terms_now(store.programme_id)
    if store.type != BRANCH:
        raise AllianceError(say("head office gives points to branches; a store buys them"))
    if role not in (FUNDED, UNFUNDED) or not 1 <= points <= POINTS_MAX:
        raise AllianceError(say("choose funded or unfunded, and a number of points above 0"))
    with transaction.atomic():
        found, new = BranchGrant.objects.get_or_create(
            programme_id=store.programme_id,
            key=key,
            defaults={
                "store": store,
                "kind": now.kind,
                "amount": points,
                "funded": role == FUNDED,
                "reason": reason,
                "proposed_by_id": operator_id,
                "proposed_at": timezone.now(),
            },
        )
        same = (found.store_id, found.amount, found.funded, found.reason) == (store_id, points, role == FUNDED, reason)
        if new:
            note_act(operator_id=operator_id, act="propose_branch_grant", subject=_subject(found), reason=reason)
        elif not same:
            raise ProposalKeyReusedError
    return found


def approve_grant(*, grant_id: int, operator_id: int) -> BranchGrant:
    """Approve a grant and post it; approving again changes nothing. Raises payouts.reasons.SamePersonError."""
    with waiting(), transaction.atomic():
        found = locked(BranchGrant, grant_id)
        if decided_as(found, ProposalState.APPROVED, operator_id=operator_id):
            return found
        approve_proposal(found, operator_id=operator_id)
        recorded = record_action(
            NewAction(
                programme_id=found.programme_id,
                action="grant_points",
                member_id=None,
                store_id=found.store_id,
                kind=found.kind,
                amount=found.amount,
                role=FUNDED if found.funded else UNFUNDED,
                actor=f"operator/{operator_id}",
                reason=found.reason,
            )
        )
        found.fact_id, found.business_date = recorded.fact_id, recorded.business_date
        found.save()
        note_act(operator_id=operator_id, act="approve_branch_grant", subject=_subject(found), reason=found.reason)
    return found


def reject_grant(*, grant_id: int, operator_id: int, reason: str) -> BranchGrant:
    """Reject a grant; nothing is posted."""
    reason = given(reason)
    with transaction.atomic():
        found = locked(BranchGrant, grant_id)
        if not decided_as(found, ProposalState.REJECTED, operator_id=operator_id):
            reject(found, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act="reject_branch_grant", subject=_subject(found), reason=reason)
    return found


def _subject(grant: BranchGrant) -> str:
    return f"branch grant {grant.pk}"
