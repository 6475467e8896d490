"""How far a store may give points that it has not bought yet: one operator proposes, another approves (S3-Q3)."""

from django.db import transaction
from django.utils import timezone

from jifen.alliance.errors import AllianceError
from jifen.alliance.models import CreditChange
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


def propose_credit(*, store_id: int, line: int, reason: str, operator_id: int, key: str) -> CreditChange:
    """Propose that a store's points may be `line` (minor units) below nothing from now on; 0 takes its credit away.

    The same key answers with the same proposal. facts.record refuses a line above the document's on approval.
    """
    reason = given(reason)
    store = Store.objects.get(pk=store_id)
    now = terms_now(store.programme_id)
    if "set_credit" not in now.terms.actions:
        raise AllianceError(say("this programme gives its stores no credit"))
    if not 0 <= line <= POINTS_MAX:
        raise AllianceError(say("a credit line is 0 or more"))
    with transaction.atomic():
        found, new = CreditChange.objects.get_or_create(
            programme_id=store.programme_id,
            key=key,
            defaults={
                "store": store,
                "kind": now.kind,
                "amount": line,
                "reason": reason,
                "proposed_by_id": operator_id,
                "proposed_at": timezone.now(),
            },
        )
        if new:
            note_act(operator_id=operator_id, act="propose_credit_line", subject=_subject(found), reason=reason)
        elif (found.store_id, found.amount, found.reason) != (store_id, line, reason):
            raise ProposalKeyReusedError
    return found


def approve_credit(*, change_id: int, operator_id: int) -> CreditChange:
    """Approve a credit line, which holds from now on; approving again changes nothing."""
    with waiting(), transaction.atomic():
        found = locked(CreditChange, change_id)
        if decided_as(found, ProposalState.APPROVED, operator_id=operator_id):
            return found
        approve_proposal(found, operator_id=operator_id)
        recorded = record_action(
            NewAction(
                programme_id=found.programme_id,
                action="set_credit",
                member_id=None,
                store_id=found.store_id,
                kind=found.kind,
                amount=found.amount,
                actor=f"operator/{operator_id}",
                reason=found.reason,
            )
        )
        found.fact_id, found.business_date = recorded.fact_id, recorded.business_date
        found.save()
        note_act(operator_id=operator_id, act="approve_credit_line", subject=_subject(found), reason=found.reason)
    return found


def reject_credit(*, change_id: int, operator_id: int, reason: str) -> CreditChange:
    """Reject a credit line; nothing changes."""
    reason = given(reason)
    with transaction.atomic():
        found = locked(CreditChange, change_id)
        if not decided_as(found, ProposalState.REJECTED, operator_id=operator_id):
            reject(found, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act="reject_credit_line", subject=_subject(found), reason=reason)
    return found


def _subject(change: CreditChange) -> str:
    return f"credit line {change.pk}"
